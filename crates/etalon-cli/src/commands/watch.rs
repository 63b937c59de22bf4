//! `etalon watch`: recordings into scored calls, as they come in.
//!
//! A loop of looks at the inputs. Where a look finds something new, a run follows, as `etalon run`
//! would be over everything that has settled.

mod pause;
mod reports;
mod told;
mod until;

use crate::arguments::{RunOptions, WatchOptions};
use crate::commands::report::{exit_with_unreadable, index_page};
use crate::commands::run::{self, Listing, Occasion};
use crate::ending::settle_calls;
use crate::exit::Exit;
use crate::nights::{self, Night};
use crate::output::{self, Audience};
use crate::signals;
use anyhow::Context as _;
use etalon_batch::intake::{Intake, Sources};
use etalon_batch::watch::{Look, Notices, Watch, Watched};
use etalon_batch::{BatchError, Config};
use etalon_pipeline::Pipeline;
use etalon_rules::Pack;
use etalon_store::Store;
use pause::Pause;
use reports::Reports;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use told::Told;
use until::Until;

/// Runs the command.
pub(crate) fn watch(mut options: WatchOptions) -> anyhow::Result<Exit> {
    let config = run::configuration(&options.run)?;
    let stop = signals::stop_flag().context("signals can't be received")?;
    etalon_batch::start_threads()?;
    watched_by(&options.run).check()?;
    let packs = check_before_anything_comes(&options.run, &config)?;
    // They are released once; every round would undo what the round before has learnt.
    options.run.retry_quarantined = false;
    let watched = watched_by(&options.run);
    let mut watch = Watch::over(watched)?;
    let until = options.until.map(|time| Until::start(time, &stop)).transpose()?;
    let notices = notices_of(&watched);
    output::message(&beginning_line(&options));
    let mut work = Work {
        options: &options.run,
        config: &config,
        packs: &packs,
        stop: &stop,
        night: Night::of_watch(),
        reports: Reports::default(),
    };
    let interval = Duration::from_secs(options.interval);
    look_until_stopped(&mut watch, &mut work, interval, notices.as_ref())?;
    if until.is_some_and(|until| until.is_reached()) {
        work.finish_report()?;
        return Ok(Exit::Done);
    }
    Ok(Exit::Interrupted)
}

/// Where the watch looks.
fn watched_by(options: &RunOptions) -> Watched<'_> {
    Watched {
        sources: options.recordings.sources(&options.inputs),
        transcripts: options.transcripts.as_ref(),
        results: &options.out,
    }
}

/// Looks at the inputs and works through what is found, until a stop.
fn look_until_stopped(
    watch: &mut Watch<'_>,
    work: &mut Work<'_>,
    interval: Duration,
    notices: Option<&Notices>,
) -> anyhow::Result<()> {
    let stop = work.stop;
    let mut told = Told::default();
    while !is_stopped(stop) {
        let since = Instant::now();
        let look = watch.look(work.config, since);
        let pause = Pause::after(since.elapsed(), interval);
        let outcome = look.map_err(anyhow::Error::from).and_then(|look| {
            told.tell(&look);
            work.follow(look, watch)
        });
        let ended = match outcome {
            Err(error) if !is_stopped(stop) && can_be_tried_again(&error) => {
                output::alert(&format!("error: {error}; tried again in {} s", pause.longest.as_secs()));
                pause.whole(stop);
                continue;
            }
            outcome => outcome?,
        };
        // A round may have taken hours: what has come meanwhile is looked at without waiting.
        let pause = if ended.is_some() { pause.shortened() } else { pause };
        let due = watch.next().into_iter().chain(work.reports.due()).min();
        pause.until_news(due, notices, stop);
    }
    Ok(())
}

/// Finds out what would stop the first round, while somebody is still looking. Recordings may come
/// hours later. The packs that judge them.
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

/// What a watch does with what its looks find.
struct Work<'a> {
    options: &'a RunOptions,
    config: &'a Config,
    /// Those that judge the calls.
    packs: &'a [Pack],
    stop: &'a AtomicBool,
    night: Night,
    reports: Reports,
}

impl Work<'_> {
    /// Works through what a look has found, and makes the report that rounds have left, where it is
    /// due. How the round ended, where there was one.
    fn follow(&mut self, look: Look, watch: &mut Watch<'_>) -> anyhow::Result<Option<Exit>> {
        if self.night.is_over() {
            self.finish_report()?;
            self.night = Night::of_watch();
        }
        let exit = look.round.map(|intake| self.round(intake, watch)).transpose()?;
        if self.reports.due().is_some_and(|due| due <= Instant::now()) && !is_stopped(self.stop) {
            self.finish_report()?;
        }
        Ok(exit)
    }

    /// Works through recordings, as a run does.
    fn round(&mut self, mut intake: Intake, watch: &mut Watch<'_>) -> anyhow::Result<Exit> {
        signals::end_politely();
        intake.watch_started_at = self.night.watch_started_at().map(str::to_owned);
        let report_from = self.reports.not_before();
        let occasion = Occasion { night: &mut self.night, listing: Listing::Counts, report_from };
        // So it stays where an error breaks off the round after some of its calls were stored.
        self.reports.left();
        // What fails is listed, and the watch goes on.
        let ended = run::run_over(intake, self.options, self.config, self.stop, occasion)?;
        if let Some(took) = ended.report {
            self.reports.made(took, Instant::now());
        }
        if ended.exit != Exit::Interrupted {
            watch.done(&Store::open(&self.options.out)?.read_failures()?, Instant::now());
        }
        Ok(ended.exit)
    }

    /// Verdicts across calls, tables and pages of what rounds have left, where they have left
    /// anything. At the end of a watch whoever reads them begins to work, and a round that was
    /// stopped in the middle has left them as they were.
    fn finish_report(&mut self) -> anyhow::Result<()> {
        if !self.reports.is_pending() {
            return Ok(());
        }
        let since = Instant::now();
        let (store, history) = (Store::open(&self.options.out)?, &self.options.earlier.history);
        let _lock = store.lock()?;
        let rebuilt = settle_calls(&store, self.packs, history, &self.options.report)?;
        exit_with_unreadable(&rebuilt);
        nights::compare(&store, &mut self.night, history)?;
        let night = self.night.watch_started_at();
        let latest = store.read_run().ok().flatten();
        if let Some(mut summary) = latest.filter(|run| run.watch_started_at.as_deref() == night) {
            nights::keep(&store, &self.night, &mut summary)?;
        }
        self.reports.made(since.elapsed(), Instant::now());
        for line in self.night.news_of_drift(Audience::of_messages()) {
            output::alert(&line);
        }
        output::message(&format!("report:  {}", index_page(&self.options.out).display()));
        Ok(())
    }
}

/// Whether the next round may get through without anybody changing something. A manifest that was
/// usable at the start is being written.
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

/// Notices of changes in the inputs; none where the system gives none, which costs a longer wait
/// only.
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

fn beginning_line(options: &WatchOptions) -> String {
    let until = options.until.map_or_else(String::new, |time| format!(", until {}", time.format("%H:%M:%S")));
    format!(
        "watching, with a look every {} s{until}; a recording is taken when it has not changed for {} s",
        options.interval, options.run.recordings.settle
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
