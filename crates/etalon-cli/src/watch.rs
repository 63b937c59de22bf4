//! How a run tells how far it is: a bar on a terminal, a line a minute in a log, and `etalon.prom` for
//! whoever watches the machine.

mod bar;
mod heartbeat;
mod metrics;
mod metrics_file;
mod tally;

use crate::arguments::WatchOptions;
use crate::output::{self, Audience};
use bar::Bar;
use etalon_batch::{Finished, Progress};
use etalon_call::{FailureKind, Stage};
use etalon_store::{Failure, RunSummary, Store};
use metrics::RunMetrics;
use metrics_file::MetricsFile;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;
use tally::{Phase, RunTally};

/// Watches one run. Dropped before [`ended`](Self::ended), it says that the run failed.
pub(crate) struct RunWatch {
    tally: Arc<RunTally>,
    bar: Bar,
    metrics: Arc<Mutex<MetricsFile>>,
    /// Dropped, it ends the thread that tells every so often how far the run is.
    beats: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    is_over: bool,
}

impl RunWatch {
    /// Begins to watch a run into a result folder, whose lock the caller holds.
    ///
    /// # Errors
    ///
    /// When `etalon.prom` or the file beside it can't be written, or the system starts no thread.
    pub(crate) fn begin(options: &WatchOptions, store: &Store) -> anyhow::Result<Self> {
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
        let (beats, end) = mpsc::channel();
        let interval = Duration::from_secs(options.heartbeat);
        let of_thread = (Arc::clone(&tally), Arc::clone(&metrics));
        let thread = std::thread::Builder::new().name("heartbeat".to_owned()).spawn(move || {
            let (tally, metrics) = of_thread;
            while end.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                beat(&tally, &metrics);
            }
        })?;
        Ok(Self { tally, bar, metrics, beats: Some(beats), thread: Some(thread), is_over: false })
    }

    /// All recordings have been worked through; what follows is made of the stored calls.
    pub(crate) fn conclude(&self) {
        self.bar.finish();
        self.tally.enter(Phase::Concluding);
    }

    /// The run has ended with this exit code.
    ///
    /// # Errors
    ///
    /// When `etalon.prom` or the file beside it can't be written.
    pub(crate) fn ended(
        mut self,
        store: &Store,
        summary: &RunSummary,
        failures: &[Failure],
        exit_code: u8,
    ) -> anyhow::Result<()> {
        self.stop();
        let mut metrics = self.metrics.lock().unwrap_or_else(PoisonError::into_inner);
        metrics.metrics.ended(store, summary, failures, exit_code)?;
        metrics.write(&self.tally.snapshot())
    }

    /// Ends the thread, so that nothing is told any more.
    fn stop(&mut self) {
        self.is_over = true;
        self.bar.finish();
        drop(self.beats.take());
        if let Some(thread) = self.thread.take() {
            // It has panicked, and the place of that was told.
            let _ = thread.join();
        }
    }
}

impl Drop for RunWatch {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        self.stop();
        let mut metrics = self.metrics.lock().unwrap_or_else(PoisonError::into_inner);
        let tally = self.tally.snapshot();
        metrics.metrics.failed(&tally);
        // The error that ends the run is told; that it could not be counted is no news beside it.
        let _ = metrics.write(&tally);
    }
}

/// Tells how far the run is.
fn beat(tally: &RunTally, metrics: &Mutex<MetricsFile>) {
    let snapshot = tally.snapshot();
    if Audience::of_messages() == Audience::Log {
        heartbeat::say(&snapshot);
    }
    let metrics = metrics.lock().unwrap_or_else(PoisonError::into_inner);
    if let Err(error) = metrics.write(&snapshot) {
        output::alert(&format!("warning: {error:#}"));
    }
}

impl Progress for RunWatch {
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
