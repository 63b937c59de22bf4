//! A night of calls, in parallel.

use crate::error::BatchError;
use crate::failure::{self, Stage};
use crate::intake::Intake;
use crate::pipeline::{Pipeline, Recognizer};
use crate::process::{Worker, process_call};
use crate::stock::{Stock, StockItem, take_stock};
use crate::timing::StageClock;
use chrono::Utc;
use etalon_report::{Failure, RUN_SCHEMA, RunSummary, Store};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Who wants to know how far a run has come. Called from every worker; nothing it is told names a call.
pub trait Progress: Sync {
    /// The work is known: recordings to do, and the seconds of audio that their headers promise.
    fn begin(&self, recordings: usize, audio_s: f64);
    /// One recording is done, or has failed and counts nothing: its seconds of audio and of channels.
    fn advance(&self, audio_s: f64, channel_s: f64);
}

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// What was done and how long it took, as in `run.json`.
    pub summary: RunSummary,
    /// The recordings without a result.
    pub failures: Vec<Failure>,
}

/// Works through all recordings on `jobs` threads and writes what comes out of them into `store`.
///
/// A recording that fails, or makes a stage panic, becomes a failure and the others go on. When `stop` becomes true
/// the workers finish nothing more and the outcome says that the run was interrupted; the same command goes on from
/// there.
///
/// # Errors
///
/// When the output can't be written, or no worker can be started.
pub fn run(
    intake: Intake,
    pipeline: &Pipeline,
    store: &Store,
    jobs: usize,
    stop: &AtomicBool,
    progress: &dyn Progress,
) -> Result<Outcome, BatchError> {
    let started_at = Utc::now();
    let started = Instant::now();
    let recordings = intake.tasks.len() + intake.failures.len();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build().map_err(|error| {
        BatchError::Setting(format!("{jobs} jobs can't be started: {error}; ask for fewer"))
    })?;
    let stock = pool.install(|| take_stock(intake.tasks, pipeline, store));
    progress.begin(stock.to_do.len(), stock.to_do.iter().map(|item| item.promised_s).sum());

    let night = Night::new(&stock, pipeline, store, stop, progress);
    pool.broadcast(|_| night.work());
    let result = night.finish()?;

    let mut failures: Vec<Failure> =
        intake.failures.into_iter().chain(stock.failures).chain(result.failures).collect();
    failures.sort();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let summary = RunSummary {
        schema: RUN_SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: pipeline.recognizer.as_ref().map(|recognizer| recognizer.name.clone()),
        packs: pipeline.pack_references(),
        fingerprint: pipeline.fingerprint().to_owned(),
        started_at: started_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        jobs: count(jobs),
        interrupted: stop.load(Ordering::Relaxed),
        recordings: count(recordings),
        processed: count(result.processed),
        reused: count(stock.done),
        duplicates: count(stock.duplicates),
        failed: count(failures.len()),
        audio_hours: result.audio_s / 3600.0,
        channel_hours: result.channel_s / 3600.0,
        wall_s: started.elapsed().as_secs_f64(),
        speed: None,
        channel_speed: None,
        stages: result.clock.stages(count(result.processed)),
    }
    .with_speeds();
    Ok(Outcome { summary, failures })
}

/// What the workers of one run share.
struct Night<'a> {
    stock: &'a Stock,
    pipeline: &'a Pipeline,
    store: &'a Store,
    stop: &'a AtomicBool,
    progress: &'a dyn Progress,
    next: AtomicUsize,
    result: Mutex<NightResult>,
}

#[derive(Default)]
struct NightResult {
    processed: usize,
    audio_s: f64,
    channel_s: f64,
    failures: Vec<Failure>,
    clock: StageClock,
    fatal: Option<BatchError>,
}

impl<'a> Night<'a> {
    fn new(
        stock: &'a Stock,
        pipeline: &'a Pipeline,
        store: &'a Store,
        stop: &'a AtomicBool,
        progress: &'a dyn Progress,
    ) -> Self {
        let (next, result) = (AtomicUsize::new(0), Mutex::default());
        Self { stock, pipeline, store, stop, progress, next, result }
    }

    /// One worker: takes the next recording until there is none.
    fn work(&self) {
        let transcriber = match self.pipeline.recognizer.as_ref().map(Recognizer::transcriber).transpose() {
            Ok(transcriber) => transcriber,
            Err(error) => return self.give_up(error),
        };
        let mut worker = Worker::new(transcriber);
        while let Some(item) = self.take() {
            self.process(item, &mut worker);
        }
        self.result().clock.add(&worker.clock);
    }

    fn take(&self) -> Option<&StockItem> {
        if self.stop.load(Ordering::Relaxed) || self.result().fatal.is_some() {
            return None;
        }
        self.stock.to_do.get(self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn process(&self, item: &StockItem, worker: &mut Worker) {
        let source = &item.task.source;
        // A panic in a stage is a mistake of ours; it must not take the other recordings of the night with it. The
        // panic's message is not kept, because it might hold what was said.
        let processed = catch_unwind(AssertUnwindSafe(|| process_call(item, self.pipeline, worker)));
        if self.stop.load(Ordering::Relaxed) {
            return;
        }
        let (audio_s, channel_s) = match processed {
            Err(_) => {
                self.fail(failure::permanent(
                    source,
                    Stage::Dialogue,
                    "made etalon panic; please report it with this file",
                ));
                (0.0, 0.0)
            }
            Ok(Err(error)) => {
                let reason = error.reason();
                let make = if error.is_permanent() { failure::permanent } else { failure::temporary };
                self.fail(make(source, error.stage(), &reason));
                (0.0, 0.0)
            }
            Ok(Ok(call)) => {
                if let Err(error) = worker.clock.time(Stage::Store, || self.store.write_call(&call)) {
                    return self.give_up(error.into());
                }
                let sides = if call.activity.unknown.is_empty() { call.audio.channels.min(2) } else { 1 };
                (call.audio.duration_s, call.audio.duration_s * f64::from(sides))
            }
        };
        let mut result = self.result();
        result.processed += 1;
        result.audio_s += audio_s;
        result.channel_s += channel_s;
        drop(result);
        self.progress.advance(audio_s, channel_s);
    }

    fn fail(&self, failure: Failure) {
        self.result().failures.push(failure);
    }

    /// The output can't be written or the model can't be used: nothing that follows could succeed.
    fn give_up(&self, error: BatchError) {
        self.result().fatal.get_or_insert(error);
    }

    fn result(&self) -> MutexGuard<'_, NightResult> {
        // The counters stay meaningful if a worker died while it held them.
        self.result.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(self) -> Result<NightResult, BatchError> {
        let mut result = self.result.into_inner().unwrap_or_else(PoisonError::into_inner);
        match result.fatal.take() {
            Some(error) => Err(error),
            None => Ok(result),
        }
    }
}
