//! A folder of calls, in parallel.

use crate::error::BatchError;
use crate::failure;
use crate::intake::Intake;
use crate::plan::{Restatement, plan};
use crate::progress::Progress;
use crate::recordings;
use crate::replaced::{self, ReplacedCall};
use crate::rescore::restate;
use crate::state::BatchState;
use crate::supervisor::{self, WorkerProcess, WorkerProgram};
use chrono::Utc;
use etalon_call::Stage;
use etalon_pipeline::{Pipeline, Recognizer, StageClock, Worker};
use etalon_store::{Failure, PassedOver, RUN_SCHEMA, RunSummary, StageTime, Store};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// What was done and how long it took, as in `run.json`.
    pub summary: RunSummary,
    /// The recordings without a result.
    pub failures: Vec<Failure>,
    /// Calls of earlier runs that were deleted, because their recordings have other bytes now.
    pub replaced: Vec<ReplacedCall>,
    /// The files that were not taken for recordings.
    pub passed_over: Vec<PassedOver>,
}

/// Where the work is done.
#[derive(Debug, Clone)]
pub enum Workers {
    /// In processes of their own: a recording that brings down its worker costs nobody else
    /// anything.
    Processes(WorkerProgram),
    /// On threads of this process, which share the memory of one speech model. What ends the
    /// process, such as a failed assertion in the speech engine, ends the run; nothing has a time
    /// limit.
    Threads,
}

/// Works through all recordings with `jobs` workers and writes what comes out of them into `store`.
///
/// A recording that fails, makes a stage panic, or ends its worker twice becomes a failure and the
/// others go on. When `stop` becomes true the workers finish nothing more and the outcome says that
/// the run was interrupted; the same command goes on from there.
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
    let recordings = intake.inputs.len() + intake.failures.len();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .map_err(|error| BatchError::Jobs { jobs, error })?;
    let first = first_worker(workers, pipeline, stop)?;
    let plan = pool.install(|| plan(intake.inputs, intake.transcripts.as_ref(), pipeline, store, stop));
    let redone = plan.jobs.iter().filter(|job| store.is_damaged(&job.id)).count();
    progress.begin(plan.jobs.len(), plan.jobs.iter().map(|job| job.promised_s).sum());

    let vanished = pool.install(|| restate(store, &plan.to_restate, pipeline))?;
    let state = BatchState::new(&plan, pipeline, store, stop, progress);
    match workers {
        Workers::Processes(program) => supervisor::work(&state, program, jobs, first),
        Workers::Threads => drop(pool.broadcast(|_| state.work_here())),
    }
    let result = state.finish()?;
    let unshared = pool.install(|| restate(store, &plan.to_share, pipeline))?;
    let shared = plan.to_share.len() - unshared.len();
    let reused = plan.done + plan.to_restate.len() - vanished.len();
    let without_result = vanished.into_iter().chain(if is_stopped(stop) { vec![] } else { unshared });
    let without_result: Vec<Failure> = without_result.map(not_shared).collect();
    // A summary that can't be read is of another version, and knows no places.
    let earlier = store.read_run().ok().flatten().map(|earlier| earlier.places).unwrap_or_default();
    let (replaced, places) = replaced::retire(store, earlier, replaced::digests(&plan.places))?;
    recordings::remember(store, &plan.places)?;

    let mut failures: Vec<Failure> = intake
        .failures
        .into_iter()
        .chain(plan.failures)
        .chain(result.failures)
        .chain(without_result)
        .collect();
    failures.sort();
    failures.dedup();
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
        interrupted: is_stopped(stop),
        recordings: count(recordings),
        processed: count(result.processed + shared),
        reused: count(reused),
        redone: count(redone),
        replaced: count(replaced.len()),
        duplicates: count(plan.duplicates),
        failed: count(failures.len()),
        passed_over: etalon_store::counts_by_reason(&intake.passed_over),
        warnings: intake.warnings.iter().map(ToString::to_string).collect(),
        audio_hours: result.audio_s / 3600.0,
        channel_hours: result.channel_s / 3600.0,
        wall_s: started.elapsed().as_secs_f64(),
        speed: None,
        channel_speed: None,
        stages: stage_times(&result.clock, count(result.processed)),
        places,
    }
    .with_speeds();
    Ok(Outcome { summary, failures, replaced, passed_over: intake.passed_over })
}

/// Tries whether the run can be worked on, so that a model or a language that can't be used is said
/// before anything is read. A worker process that was started for it goes on to work.
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

fn is_stopped(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
}

/// The failure of a call whose recording was to be listened to for another call.
fn not_shared(restatement: &Restatement) -> Failure {
    let reason = "has the bytes of another recording that gave no result; see its failure";
    failure::temporary(&restatement.facts.source, Stage::Store, reason)
}

/// The time of each stage over all recordings that were processed.
fn stage_times(clock: &StageClock, processed: u32) -> Vec<StageTime> {
    let stages = clock.stages();
    stages
        .map(|(stage, times, spent)| StageTime {
            stage,
            recordings: processed.min(times),
            busy_s: spent.as_secs_f64(),
        })
        .collect()
}
