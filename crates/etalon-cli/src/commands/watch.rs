//! `etalon watch`: recordings into scored calls, as they come in.
//!
//! A loop of looks at the inputs. Where a look finds something new, a run follows, as `etalon run` would be
//! over everything that has settled.

use crate::arguments::{RunOptions, WatchOptions};
use crate::commands::report;
use crate::commands::run::{self, Listing};
use crate::exit::Exit;
use crate::{output, signals};
use anyhow::Context as _;
use chrono::{DateTime, Days, Local, NaiveDateTime, NaiveTime, TimeZone};
use etalon_batch::intake::Sources;
use etalon_batch::watch::{Backlog, Look, Notices, Watch, Watched};
use etalon_batch::{BatchError, Config, across_calls};
use etalon_pipeline::Pipeline;
use etalon_rules::Pack;
use etalon_store::{Failure, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// How often a stop is looked for while nothing is done.
const TICK: Duration = Duration::from_millis(50);

/// A backlog that stays the same is told again after this.
const TELL_AGAIN: Duration = Duration::from_mins(1);

/// A pause is at least so long, and so many times as long as the look before, so that a slow file server is
/// left alone for most of the time.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const PAUSE_PER_LOOK: u32 = 9;

/// Runs the command.
pub(crate) fn watch(mut options: WatchOptions) -> anyhow::Result<Exit> {
    let config = run::configuration(&options.run)?;
    let stop = signals::stop_flag().context("signals can't be received")?;
    etalon_batch::start_threads()?;
    let packs = check_before_anything_comes(&options.run, &config)?;
    // They are released once; every round would undo what the round before has learnt.
    options.run.retry_quarantined = false;
    let watched = Watched {
        sources: options.run.recordings.sources(&options.run.inputs),
        transcripts: options.run.transcripts.as_ref(),
        results: &options.run.out,
    };
    let mut watch = Watch::over(watched)?;
    let until = options.until.map(|time| Until::start(time, &stop)).transpose()?;
    let notices = notices_of(&watched);
    output::message(&beginning_line(&options));
    let interval = Duration::from_secs(options.interval);
    let mut told = Told::default();
    let mut is_report_due = false;
    while !is_stopped(&stop) {
        let since = Instant::now();
        let look = watch.look(&config, since);
        let shortest = SHORTEST_PAUSE.max(since.elapsed() * PAUSE_PER_LOOK);
        let pause = Pause { shortest, longest: interval.max(shortest) };
        let outcome = look.map_err(anyhow::Error::from).and_then(|look| {
            told.tell(&look);
            round(look, &options.run, &config, &mut watch, &stop)
        });
        let ended = match outcome {
            Err(error) if !is_stopped(&stop) && can_be_tried_again(&error) => {
                output::alert(&format!("error: {error}; tried again in {} s", pause.longest.as_secs()));
                pause.whole(&stop);
                continue;
            }
            outcome => outcome?,
        };
        is_report_due |= ended == Some(Exit::Interrupted);
        // A round may have taken hours: what has come meanwhile is looked at without waiting.
        let pause = if ended.is_some() { Pause { longest: shortest, ..pause } } else { pause };
        pause.until_news(watch.next(), notices.as_ref(), &stop);
    }
    if until.is_some_and(|until| until.is_reached()) {
        if is_report_due {
            make_report(&options.run, &packs)?;
        }
        return Ok(Exit::Done);
    }
    Ok(Exit::Interrupted)
}

/// Finds out what would stop the first round, while somebody is still looking. Recordings may come hours
/// later. The packs that judge them.
fn check_before_anything_comes(options: &RunOptions, config: &Config) -> anyhow::Result<Vec<Pack>> {
    let settings = config.pipeline_settings();
    let pipeline = if options.no_asr {
        Pipeline::without_transcription(settings)?
    } else {
        Pipeline::with_transcription(settings)?
    };
    let store = Store::create(&options.out)?;
    let lock = store.lock()?;
    if options.retry_quarantined {
        store.release_all(&lock)?;
    }
    Ok(pipeline.packs)
}

/// Works through what a look has found; how that ended, where there was anything.
fn round(
    look: Look,
    options: &RunOptions,
    config: &Config,
    watch: &mut Watch<'_>,
    stop: &AtomicBool,
) -> anyhow::Result<Option<Exit>> {
    let Some(intake) = look.round else { return Ok(None) };
    signals::end_politely();
    // What fails is listed, and the watch goes on.
    let exit = run::run_over(intake, options, config, stop, Listing::Counts)?;
    if exit != Exit::Interrupted {
        watch.done(&Store::open(&options.out)?.read_failures()?, Instant::now());
    }
    Ok(Some(exit))
}

/// Verdicts across calls, tables and pages over what was done until the time at which a watch ends:
/// whoever reads them begins to work then, and a round that was stopped in the middle has left them as
/// they were.
fn make_report(options: &RunOptions, packs: &[Pack]) -> anyhow::Result<()> {
    let store = Store::open(&options.out)?;
    let _lock = store.lock()?;
    across_calls::evaluate(&store, packs, &options.history)?;
    report::rebuild(&store, packs, &options.report)?;
    Ok(())
}

/// Whether the next round may get through without anybody changing something. A manifest that was usable
/// at the start is being written.
fn can_be_tried_again(error: &anyhow::Error) -> bool {
    let of_store = |error: &etalon_store::Error| !error.is_permanent();
    match (error.downcast_ref::<BatchError>(), error.downcast_ref::<etalon_report::Error>()) {
        (Some(BatchError::Manifest { .. }), _) => true,
        (Some(error), _) => !error.is_permanent(),
        (_, Some(etalon_report::Error::Store(error))) => of_store(error),
        _ => error.downcast_ref().is_some_and(of_store),
    }
}

fn is_stopped(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
}

/// Notices of changes in the inputs; none where the system gives none, which costs a longer wait only.
fn notices_of(watched: &Watched<'_>) -> Option<Notices> {
    let Sources { inputs, manifests, .. } = watched.sources;
    match Notices::of(inputs.iter().chain(manifests).chain(watched.transcripts)) {
        Ok(notices) => Some(notices),
        Err(error) => {
            output::message(&format!("{error}. Every change is found by a look"));
            None
        }
    }
}

/// The pause after a look.
struct Pause {
    shortest: Duration,
    longest: Duration,
}

impl Pause {
    /// Ends when the system tells of a change, or when something may be due.
    fn until_news(&self, due: Option<Instant>, notices: Option<&Notices>, stop: &AtomicBool) {
        let since = Instant::now();
        let is_news = || due.is_some_and(|due| due <= Instant::now()) || notices.is_some_and(Notices::take);
        let is_over = || since.elapsed() >= self.longest || (since.elapsed() >= self.shortest && is_news());
        while !is_over() && !is_stopped(stop) {
            std::thread::sleep(TICK);
        }
    }

    fn whole(&self, stop: &AtomicBool) {
        self.until_news(None, None, stop);
    }
}

fn beginning_line(options: &WatchOptions) -> String {
    let until = options.until.map_or_else(String::new, |time| format!(", until {}", time.format("%H:%M:%S")));
    format!(
        "watching, with a look every {} s{until}; a recording is taken when it has not changed for {} s",
        options.interval, options.run.recordings.settle
    )
}

/// What was told last.
#[derive(Default)]
struct Told {
    backlog: Option<(Backlog, Instant)>,
    unavailable: String,
}

impl Told {
    /// Tells what waits, where that is something else than before or some time has passed.
    fn tell(&mut self, look: &Look) {
        let unavailable = said_of(&look.unavailable);
        if unavailable != self.unavailable {
            for line in unavailable.lines() {
                output::alert(&format!("waiting: {line}"));
            }
            self.unavailable = unavailable;
        }
        let counts = |backlog: &Backlog| Backlog { oldest: None, ..*backlog };
        let now = counts(&look.backlog);
        let is_new = self.backlog.is_none_or(|(told, since)| {
            told != now || (now != Backlog::default() && since.elapsed() >= TELL_AGAIN)
        });
        if is_new {
            output::message(&backlog_line(&look.backlog, SystemTime::now()));
            self.backlog = Some((now, Instant::now()));
        }
    }
}

/// What is wrong with inputs, without their names.
fn said_of(failures: &[Failure]) -> String {
    if failures.is_empty() {
        return String::new();
    }
    BatchError::NothingToDo { failures: failures.to_vec() }.to_string()
}

fn backlog_line(backlog: &Backlog, now: SystemTime) -> String {
    let age = backlog.age(now).map_or_else(String::new, |age| format!(", the oldest {} old", in_words(age)));
    let parts = [
        (backlog.waiting, format!("to be processed{age}")),
        (backlog.growing, "still being written".to_owned()),
        (backlog.to_retry, "to be tried again later".to_owned()),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if parts.is_empty() { "backlog: nothing".to_owned() } else { format!("backlog: {}", parts.join("; ")) }
}

fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// The time of day at which a watch ends.
struct Until {
    is_reached: Arc<AtomicBool>,
}

impl Until {
    /// Sets `stop` when it is next this time of day, as a signal would.
    ///
    /// # Errors
    ///
    /// When there is no such time, or no thread for the clock.
    fn start(time: NaiveTime, stop: &Arc<AtomicBool>) -> anyhow::Result<Self> {
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

    fn is_reached(&self) -> bool {
        self.is_reached.load(Ordering::Relaxed)
    }
}

/// The next moment at which clocks show this time. Where they are set forward past it, it is an hour later.
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

    #[test]
    fn a_backlog_is_told_in_words() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(100);
        for (waiting, minutes, growing, to_retry, expected) in [
            (0, None, 0, 0, "backlog: nothing"),
            (3, Some(2), 0, 0, "backlog: 3 to be processed, the oldest 2 min old"),
            (
                1,
                Some(61),
                2,
                0,
                "backlog: 1 to be processed, the oldest 1 h 1 min old; 2 still being written",
            ),
            (0, None, 0, 4, "backlog: 4 to be tried again later"),
        ] {
            let oldest = minutes.map(|minutes| now - Duration::from_mins(minutes));
            assert_eq!(backlog_line(&Backlog { waiting, oldest, growing, to_retry }, now), expected);
        }
        let ahead = Backlog { waiting: 1, oldest: Some(now + TELL_AGAIN), ..Backlog::default() };
        assert_eq!(backlog_line(&ahead, now), "backlog: 1 to be processed, the oldest 0 s old");
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let locked = || etalon_store::Error::Locked { path: "out".into() };
        let missing = || etalon_store::Error::Missing { path: "out".into() };
        for (error, expected) in [
            (anyhow::Error::from(locked()), true),
            (BatchError::from(locked()).into(), true),
            (etalon_report::Error::from(locked()).into(), true),
            (missing().into(), false),
            (BatchError::Setting(etalon_batch::ConfigError::NoLanguage).into(), false),
            (anyhow::anyhow!("who knows"), false),
        ] {
            assert_eq!(can_be_tried_again(&error), expected, "{error}");
        }
    }
}
