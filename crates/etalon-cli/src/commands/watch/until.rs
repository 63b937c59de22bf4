//! The time of day at which a watch ends.

use anyhow::Context as _;
use chrono::{DateTime, Days, Local, NaiveDateTime, NaiveTime, TimeZone};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(50);

/// The time of day at which a watch ends.
pub(super) struct Until {
    is_reached: Arc<AtomicBool>,
}

impl Until {
    /// Sets `stop` when it is next this time of day, as a signal would.
    ///
    /// # Errors
    ///
    /// When there is no such time, or no thread for the clock.
    pub(super) fn start(time: NaiveTime, stop: &Arc<AtomicBool>) -> anyhow::Result<Self> {
        let end = next(time, &DateTime::<Local>::from(SystemTime::now()))
            .context("the calendar has no such time: check the clock of this machine")?;
        let until = Self { is_reached: Arc::default() };
        let (stop, is_reached) = (Arc::clone(stop), Arc::clone(&until.is_reached));
        let clock = move || {
            // The machine may sleep meanwhile, or its clock may be set.
            while DateTime::<Local>::from(SystemTime::now()) < end {
                std::thread::sleep(TICK);
            }
            is_reached.store(true, Ordering::Relaxed);
            stop.store(true, Ordering::Relaxed);
            etalon_asr::request_stop();
        };
        std::thread::Builder::new().spawn(clock).context("no thread can be started")?;
        Ok(until)
    }

    /// Whether the time has come.
    pub(super) fn is_reached(&self) -> bool {
        self.is_reached.load(Ordering::Relaxed)
    }
}

/// The next moment at which clocks show this time. Where they are set forward past it, it is an
/// hour later.
fn next<Z: TimeZone>(time: NaiveTime, now: &DateTime<Z>) -> Option<DateTime<Z>> {
    let at = |local: NaiveDateTime| now.timezone().from_local_datetime(&local).earliest();
    let days = (0..=2).filter_map(|days| now.date_naive().checked_add_days(Days::new(days)));
    let mut moments = days.filter_map(|day| {
        let local = day.and_time(time);
        at(local).or_else(|| at(local + Duration::from_hours(1)))
    });
    moments.find(|moment| moment > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_is_the_next_one() {
        for (now, time, expected) in [
            ("2026-11-27T20:00:00", "07:00", "2026-11-28T07:00:00+01:00"),
            ("2026-11-28T06:59:59", "07:00", "2026-11-28T07:00:00+01:00"),
            ("2026-11-28T07:00:00", "07:00", "2026-11-29T07:00:00+01:00"),
            ("2026-12-31T23:00:00", "00:30", "2027-01-01T00:30:00+01:00"),
            // The clocks are set from two to three, and from three back to two.
            ("2027-03-27T20:00:00", "02:30", "2027-03-28T03:30:00+02:00"),
            ("2027-10-30T20:00:00", "02:30", "2027-10-31T02:30:00+02:00"),
        ] {
            let now: NaiveDateTime = now.parse().unwrap();
            let now = chrono_tz::Europe::Berlin.from_local_datetime(&now).unwrap();
            let time = NaiveTime::parse_from_str(time, "%H:%M").unwrap();
            let found = next(time, &now).unwrap().to_rfc3339();
            assert_eq!(found, expected, "{now} {time}");
        }
    }
}
