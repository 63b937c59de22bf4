//! `etalon watch`: recordings into scored calls, as they come in.
//!
//! A loop of looks at the inputs. Where a look finds something new, a run follows, as `etalon run`
//! would be over everything that has settled.

mod pause;
mod told;
mod until;

use crate::arguments::{RunOptions, WatchOptions};
use crate::commands::run::{self, Listing};
use crate::ending::settle_calls;
use crate::exit::Exit;
use crate::{output, signals};
use anyhow::Context as _;
use etalon_batch::intake::Sources;
use etalon_batch::watch::{Look, Notices, Watch, Watched};
use etalon_batch::{BatchError, Config};
use etalon_pipeline::Pipeline;
use etalon_rules::Pack;
use etalon_store::Store;
use pause::Pause;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use told::Told;
use until::Until;

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
    let is_report_due = look_until_stopped(&mut watch, &options, &config, notices.as_ref(), &stop)?;
    if until.is_some_and(|until| until.is_reached()) {
        if is_report_due {
            make_report(&options.run, &packs)?;
        }
        return Ok(Exit::Done);
    }
    Ok(Exit::Interrupted)
}

/// Looks at the inputs and works through what is found, until a stop. Says whether that came in the
/// middle of a round.
fn look_until_stopped(
    watch: &mut Watch<'_>,
    options: &WatchOptions,
    config: &Config,
    notices: Option<&Notices>,
    stop: &AtomicBool,
) -> anyhow::Result<bool> {
    let interval = Duration::from_secs(options.interval);
    let mut told = Told::default();
    let mut is_report_due = false;
    while !is_stopped(stop) {
        let since = Instant::now();
        let look = watch.look(config, since);
        let pause = Pause::after(since.elapsed(), interval);
        let outcome = look.map_err(anyhow::Error::from).and_then(|look| {
            told.tell(&look);
            round(look, &options.run, config, watch, stop)
        });
        let ended = match outcome {
            Err(error) if !is_stopped(stop) && can_be_tried_again(&error) => {
                output::alert(&format!("error: {error}; tried again in {} s", pause.longest.as_secs()));
                pause.whole(stop);
                continue;
            }
            outcome => outcome?,
        };
        is_report_due |= ended == Some(Exit::Interrupted);
        // A round may have taken hours: what has come meanwhile is looked at without waiting.
        let pause = if ended.is_some() { pause.shortened() } else { pause };
        pause.until_news(watch.next(), notices, stop);
    }
    Ok(is_report_due)
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
/// whoever reads them begins to work then, and a round that was stopped in the middle has left them
/// as they were.
fn make_report(options: &RunOptions, packs: &[Pack]) -> anyhow::Result<()> {
    let store = Store::open(&options.out)?;
    let _lock = store.lock()?;
    settle_calls(&store, packs, &options.earlier.history, &options.report)?;
    Ok(())
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
