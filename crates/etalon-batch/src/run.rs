//! A night of calls, in parallel.

use crate::error::BatchError;
use crate::intake::Intake;
use crate::night::Night;
use crate::pipeline::{Pipeline, Recognizer};
use crate::process::Worker;
use crate::score::score_alone;
use crate::stock::take_stock;
use crate::supervisor::{self, WorkerProcess, WorkerProgram};
use crate::timing::StageClock;
use chrono::Utc;
use etalon_store::{Failure, RUN_SCHEMA, RunSummary, Store};
use std::sync::atomic::{AtomicBool, Ordering};
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

/// Where the work is done.
#[derive(Debug, Clone)]
pub enum Workers {
    /// In processes of their own: a recording that brings down its worker costs nobody else anything.
    Processes(WorkerProgram),
    /// On threads of this process, which share the memory of one speech model. What ends the process, such as a failed
    /// assertion in the speech engine, ends the night; nothing has a time limit.
    Threads,
}

/// Works through all recordings with `jobs` workers and writes what comes out of them into `store`.
///
/// A recording that fails, makes a stage panic, or ends its worker twice becomes a failure and the others go on. When
/// `stop` becomes true the workers finish nothing more and the outcome says that the run was interrupted; the same
/// command goes on from there.
///
/// # Errors
///
/// When the output can't be written, or no worker can be started.
pub fn run(
    intake: Intake,
    pipeline: &Pipeline,
    store: &Store,
    workers: &Workers,
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
    let first = first_worker(workers, pipeline, stop)?;
    let stock = pool.install(|| take_stock(intake.tasks, pipeline, store));
    progress.begin(stock.to_do.len(), stock.to_do.iter().map(|item| item.promised_s).sum());

    pool.install(|| score_alone(store, &stock.to_score, &pipeline.packs))?;
    let night = Night::new(&stock, pipeline, store, stop, progress);
    match workers {
        Workers::Processes(program) => supervisor::work(&night, program, jobs, first),
        Workers::Threads => drop(pool.broadcast(|_| night.work_here())),
    }
    let result = night.finish()?;

    let mut failures: Vec<Failure> =
        intake.failures.into_iter().chain(stock.failures).chain(result.failures).collect();
    failures.sort();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let summary = RunSummary {
        schema: RUN_SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: pipeline.recognizer.as_ref().map(|recognizer| recognizer.name.clone()),
        engine: pipeline.recognizer.as_ref().map(Recognizer::compute_features),
        packs: pipeline.pack_references(),
        fingerprint: pipeline.fingerprint(),
        started_at: started_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        jobs: count(jobs),
        interrupted: stop.load(Ordering::Relaxed),
        recordings: count(recordings),
        processed: count(result.processed),
        reused: count(stock.done + stock.to_score.len()),
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

/// Tries whether the run can be worked on, so that a model or a language that can't be used is said before anything is
/// read. A worker process that was started for it goes on to work.
fn first_worker(
    workers: &Workers,
    pipeline: &Pipeline,
    stop: &AtomicBool,
) -> Result<Option<WorkerProcess>, BatchError> {
    match workers {
        Workers::Processes(program) => supervisor::start(program, pipeline, &|| stop.load(Ordering::Relaxed)),
        Workers::Threads => {
            drop(Worker::for_pipeline(pipeline, StageClock::default())?);
            Ok(None)
        }
    }
}
