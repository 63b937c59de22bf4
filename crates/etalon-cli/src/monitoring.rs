//! How a run or a merge tells how far it is: a bar on a terminal, a line a minute in a log, and
//! `etalon.prom` for whoever monitors the machine.

mod bar;
mod heartbeat;
mod metrics;
mod metrics_file;
mod tally;

use crate::arguments::MonitoringOptions;
use crate::exit::Exit;
use crate::output::{self, Audience};
use crate::signals;
use anyhow::Context as _;
use bar::Bar;
use etalon_batch::{Finished, Progress};
use etalon_call::{FailureKind, Stage};
use etalon_store::{Failure, RunSummary, Store};
use metrics::RunMetrics;
use metrics_file::MetricsFile;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tally::{Phase, RunTally};

/// Tells how far one run is, and how it ended.
pub(crate) struct RunMonitor {
    tally: Arc<RunTally>,
    bar: Bar,
    metrics: Arc<Mutex<MetricsFile>>,
    /// Dropped, it ends the thread that tells every so often how far the run is.
    beats: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl RunMonitor {
    /// Begins to tell of a run into a result folder, whose lock the caller holds.
    ///
    /// # Errors
    ///
    /// When `etalon.prom` or the file beside it can't be written, or the system starts no thread.
    pub(crate) fn begin(options: &MonitoringOptions, store: &Store) -> anyhow::Result<Self> {
        let tally = Arc::new(RunTally::new());
        let last = store.read_run().ok().flatten();
        let metrics = RunMetrics::new(store, last.as_ref())?;
        let metrics = MetricsFile::new(store, options.metrics.as_deref(), metrics);
        metrics.write(&tally.snapshot())?;
        let metrics = Arc::new(Mutex::new(metrics));
        let bar = if options.no_progress || options.quiet || std::env::var_os("NO_COLOR").is_some() {
            Bar::silent()
        } else {
            Bar::on_terminal()
        };
        let of_end = (Arc::clone(&tally), Arc::clone(&metrics));
        signals::set_final_action(move || {
            break_off(&of_end.0, &of_end.1, Exit::Interrupted);
            output::message(output::INTERRUPTED);
        });
        let (beats, end) = mpsc::channel();
        let interval = Duration::from_secs(options.heartbeat);
        let (of_thread, its_metrics) = (Arc::clone(&tally), Arc::clone(&metrics));
        let mut monitor = Self { tally, bar, metrics, beats: Some(beats), thread: None };
        let thread = std::thread::Builder::new().name("heartbeat".to_owned()).spawn(move || {
            while end.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                beat(&of_thread, &its_metrics);
            }
        });
        match thread {
            Ok(thread) => monitor.thread = Some(thread),
            Err(error) => {
                monitor.broken_off(Exit::Fatal);
                return Err(error).context("the system starts no thread");
            }
        }
        Ok(monitor)
    }

    /// All recordings have been worked through; what follows is made of the stored calls.
    pub(crate) fn conclude(&self) {
        self.bar.finish();
        self.tally.enter(Phase::Concluding);
    }

    /// The shards of a plan are being put together.
    pub(crate) fn merge(&self) {
        self.tally.enter(Phase::Merging);
    }

    /// The shards are together, and have worked through what this summary says; what follows is
    /// made of the stored calls.
    pub(crate) fn merged(&self, summary: &RunSummary) {
        self.tally.merged(summary);
        self.tally.enter(Phase::Concluding);
    }

    /// The run has ended, and the program will with this code.
    ///
    /// # Errors
    ///
    /// When `etalon.prom` can't be written.
    pub(crate) fn ended(
        mut self,
        store: &Store,
        summary: &RunSummary,
        failures: &[Failure],
        exit: Exit,
    ) -> anyhow::Result<()> {
        self.stop();
        let tally = self.tally.snapshot();
        let mut metrics = locked(&self.metrics);
        metrics.metrics.ended(store, summary, failures, exit.code())?;
        metrics.write_or_warn_of_copy(&tally)
    }

    /// An error has broken off the run, and calls for this code.
    pub(crate) fn broken_off(mut self, exit: Exit) {
        self.stop();
        break_off(&self.tally, &self.metrics, exit);
    }

    /// Ends the thread, so that nothing is told any more.
    fn stop(&mut self) {
        signals::clear_final_action();
        self.bar.finish();
        drop(self.beats.take());
        if let Some(thread) = self.thread.take() {
            // It has panicked, and the place of that was told.
            let _ = thread.join();
        }
    }
}

/// Writes down that the run was broken off.
fn break_off(tally: &RunTally, metrics: &Mutex<MetricsFile>, exit: Exit) {
    let tally = tally.snapshot();
    let mut metrics = locked(metrics);
    metrics.metrics.broken_off(&tally, exit.code());
    // What ends the run is told; that it could not be counted is no news beside it.
    let _ = metrics.write(&tally);
}

fn locked(metrics: &Mutex<MetricsFile>) -> MutexGuard<'_, MetricsFile> {
    // Every value in it is replaced as a whole.
    metrics.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tells how far the run is.
fn beat(tally: &RunTally, metrics: &Mutex<MetricsFile>) {
    let snapshot = tally.snapshot();
    if Audience::of_messages() == Audience::Log {
        heartbeat::say(&snapshot);
    }
    let metrics = locked(metrics);
    if let Err(error) = metrics.write_or_warn_of_copy(&snapshot) {
        output::alert(&format!("warning: {error:#}"));
    }
}

impl Progress for RunMonitor {
    fn begin(&self, recordings: usize, audio_s: f64) {
        self.tally.begin(recordings, audio_s);
        self.bar.begin(audio_s);
    }

    fn failed(&self, stage: Stage, kind: FailureKind) {
        self.tally.failed(stage, kind);
    }

    fn advance(&self, finished: Finished) {
        self.tally.advance(finished);
        self.bar.show(&self.tally.snapshot());
    }
}
