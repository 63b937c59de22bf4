//! The line that a log gets every minute.

use super::tally::{Phase, Tally};
use crate::clock::now;
use chrono::{DateTime, TimeDelta, Utc};

/// Says how far the run is, with the counts beside it for programs.
pub(super) fn say(tally: &Tally) {
    tracing::info!(
        done = tally.finished,
        left = tally.left(),
        left_audio_s = tally.left_s().round(),
        failed = tally.failed(),
        real_time = tally.speed(),
        real_time_over_channels = tally.channel_speed(),
        remaining_s = tally.remaining_s().map(f64::round),
        "{}",
        line(tally, now())
    );
}

/// How far the run is at this moment, in counts alone.
fn line(tally: &Tally, now: DateTime<Utc>) -> String {
    let failed = tally.failed();
    let since = duration(tally.in_phase_s);
    match tally.phase {
        Phase::Preparing => format!("preparing for {since}: finding out which recordings are to do"),
        Phase::Working => format!(
            "{} of {} recordings done, {} left ({:.1} h of audio){}, {failed} failed{}",
            tally.finished,
            tally.recordings,
            tally.left(),
            tally.left_s() / 3600.0,
            speeds(tally),
            finish(tally, now),
        ),
        Phase::Merging => format!("merging shards for {since}"),
        Phase::Concluding => {
            format!("all {} recordings done, {failed} failed; tables and pages for {since}", tally.finished)
        }
    }
}

fn speeds(tally: &Tally) -> String {
    match (tally.speed(), tally.channel_speed()) {
        (Some(speed), Some(over_channels)) => {
            format!(", {speed:.1}x real time, {over_channels:.1}x over channels")
        }
        _ => String::new(),
    }
}

/// When the recordings will be done, if it goes on as until now.
fn finish(tally: &Tally, now: DateTime<Utc>) -> String {
    let Some(remaining_s) = tally.remaining_s() else { return String::new() };
    let at =
        TimeDelta::try_seconds(remaining_s as i64).and_then(|remaining| now.checked_add_signed(remaining));
    let at = at.map_or_else(String::new, |at| format!(" (at {})", at.format("%Y-%m-%d %H:%M UTC")));
    format!(", finished in {}{at}", duration(remaining_s))
}

/// A time as people say it: `45 s`, `12 min`, `2 h 13 min`.
fn duration(time_s: f64) -> String {
    // `as` saturates, so that no number can panic here.
    let (seconds, minutes) = (time_s.max(0.0) as u64, (time_s.max(0.0) / 60.0).round() as u64);
    match (seconds, minutes) {
        (..60, _) => format!("{seconds} s"),
        (_, ..60) => format!("{minutes} min"),
        _ => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitoring::tally::tests::in_the_middle;

    #[test]
    fn a_line_says_how_far_the_run_is() {
        let now = DateTime::parse_from_rfc3339("2026-11-28T22:45:10Z").unwrap().to_utc();
        let middle = in_the_middle();
        let begun =
            Tally { finished: 0, promised_finished_s: 0.0, audio_s: 0.0, channel_s: 0.0, ..middle.clone() };
        for (tally, expected) in [
            (
                middle.clone(),
                "200 of 1000 recordings done, 800 left (20.8 h of audio), 40.0x real time, 75.0x over channels, \
                 3 failed, finished in 30 min (at 2026-11-28 23:15 UTC)",
            ),
            (begun, "0 of 1000 recordings done, 1000 left (27.8 h of audio), 3 failed"),
            (
                Tally { phase: Phase::Preparing, in_phase_s: 61.0, ..middle.clone() },
                "preparing for 1 min: finding out which recordings are to do",
            ),
            (Tally { phase: Phase::Merging, in_phase_s: 90.0, ..middle.clone() }, "merging shards for 2 min"),
            (
                Tally { phase: Phase::Concluding, finished: 1000, in_phase_s: 12.0, ..middle.clone() },
                "all 1000 recordings done, 3 failed; tables and pages for 12 s",
            ),
        ] {
            assert_eq!(line(&tally, now), expected);
        }
        // Nothing overflows where a run would take longer than calendars go.
        let endless = Tally { promised_s: f64::MAX, working_s: 1e300, ..middle };
        assert!(!line(&endless, now).contains("(at "));
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        for (time_s, expected) in [
            (-1.0, "0 s"),
            (59.9, "59 s"),
            (60.0, "1 min"),
            (3599.0, "1 h 00 min"),
            (7980.0, "2 h 13 min"),
            (f64::NAN, "0 s"),
        ] {
            assert_eq!(duration(time_s), expected);
        }
    }
}
