//! A folder of calls, in parallel.

use crate::error::BatchError;
use crate::failure;
use crate::intake::Intake;
use crate::kept_packs;
use crate::plan::{Plan, Restatement, plan};
use crate::progress::Progress;
use crate::recordings;
use crate::replaced::{self, ReplacedCall};
use crate::rescore::restate;
use crate::state::BatchState;
use crate::supervisor::{self, WorkerProcess, WorkerProgram};
use chrono::{DateTime, Utc};
use etalon_call::{FailureKind, Stage};
use etalon_pipeline::{Pipeline, Recognizer, StageClock, Worker};
use etalon_store::{Failure, PassedOver, PlanPart, RUN_SCHEMA, RunSummary, StageTime, Store};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    /// What was done and how long it took, as in `run.json`.
    pub summary: RunSummary,
    /// The ids of the calls that have a current result.
    pub results: BTreeSet<String>,
    /// The ids of the calls that were worked through and stored by this run.
    pub processed: BTreeSet<String>,
    /// The recordings without a result.
    pub failures: Vec<Failure>,
    /// Calls of earlier runs that were deleted, because their recordings have other bytes now.
    pub replaced: Vec<ReplacedCall>,
    /// Why the run was given up before its end; the calls that it has got through are stored.
    pub given_up: Option<BatchError>,
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
    // `Utc::now` panics on a machine whose clock stands before 1970.
    let started_at = DateTime::<Utc>::from(SystemTime::now());
    let started = Instant::now();
    kept_packs::keep(store, &pipeline.packs)?;
    let recordings = intake.inputs.len() + intake.failures.len();
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .build()
        .map_err(|error| BatchError::Jobs { jobs, error })?;
    let first = first_worker(workers, pipeline, stop)?;
    let (transcripts, hashes) = (intake.transcripts.as_ref(), intake.hashes.as_ref());
    let plan = pool.install(|| plan(intake.inputs, transcripts, hashes, pipeline, store, stop))?;
    let mut redone = 0;
    for job in plan.jobs.iter().take_while(|_| !is_stopped(stop)) {
        redone += usize::from(store.is_damaged(&job.id)?);
    }
    // A summary that can't be read is of another version, and knows no places.
    let earlier = store.read_run().ok().flatten().map(|earlier| earlier.places).unwrap_or_default();
    let found = replaced::digests(&plan.places);
    let begun = RunSummary {
        started_at: started_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        jobs: count(jobs),
        recordings: count(recordings),
        duplicates: count(plan.duplicates),
        forgotten: count(plan.forgotten),
        passed_over: etalon_store::counts_by_reason(&intake.passed_over),
        warnings: intake.warnings.iter().map(ToString::to_string).chain(own_copies(pipeline)).collect(),
        places: earlier.iter().chain(&found).map(|(id, places)| (id.clone(), places.clone())).collect(),
        part: intake.part.clone(),
        ..summary_of(pipeline)
    };
    // A run that is killed leaves behind where it found what it has stored.
    store.write_run(&begun)?;
    progress.begin(plan.jobs.len(), plan.jobs.iter().map(|job| job.promised_s).sum());
    for failure in intake.failures.iter().chain(&plan.failures) {
        progress.failed(failure.stage, failure.kind);
    }

    let vanished = pool.install(|| restate(store, &plan.to_restate, pipeline, stop))?;
    let state = BatchState::new(&plan, pipeline, store, stop, progress);
    match workers {
        Workers::Processes(program) => supervisor::work(&state, program, jobs, first),
        Workers::Threads => drop(pool.broadcast(|_| state.work_here())),
    }
    let mut result = state.finish()?;
    let given_up = result.given_up.take();
    let unshared = pool.install(|| restate(store, &plan.to_share, pipeline, stop))?;
    let shared = plan.to_share.len() - unshared.len();
    let reused = plan.done.len() + plan.to_restate.len() - vanished.len();
    let results = ids_with_result(&plan, &result.stored, vanished.iter().chain(&unshared).copied());
    let is_stopped = is_stopped(stop);
    let without_result = if is_stopped {
        vec![]
    } else if given_up.is_some() {
        vanished
    } else {
        vanished.into_iter().chain(unshared).collect()
    };
    let without_result: Vec<Failure> = without_result.into_iter().map(not_shared).collect();
    let (replaced, places) = if is_stopped {
        (Vec::new(), begun.places.clone())
    } else {
        let retired = replaced::retire(store, earlier, found)?;
        recordings::remember(store, &plan.places)?;
        retired
    };

    let mut failures: Vec<Failure> = intake
        .failures
        .into_iter()
        .chain(plan.failures)
        .chain(result.failures)
        .chain(without_result)
        .collect();
    failures.sort();
    failures.dedup();
    let summary = RunSummary {
        interrupted: is_stopped || given_up.is_some(),
        processed: count(result.processed + shared),
        reused: count(reused),
        redone: count(redone),
        replaced: count(replaced.len()),
        failed: count(failures.len()),
        audio_hours: result.audio_s / 3600.0,
        channel_hours: result.channel_s / 3600.0,
        wall_s: started.elapsed().as_secs_f64(),
        stages: stage_times(&result.clock, count(result.processed)),
        places,
        part: intake.part.map(|part| PlanPart { calls: count(results.len()), ..part }),
        ..begun
    }
    .with_speeds();
    let processed = result.stored.into_iter().collect();
    Ok(Outcome { summary, results, processed, failures, replaced, given_up, passed_over: intake.passed_over })
}

/// Starts the threads on which stored calls are read and judged side by side. Without it they start
/// when they are first needed, and a system that refuses them ends the program.
///
/// # Errors
///
/// [`BatchError::Threads`] where the system refuses, or they run already.
pub fn start_threads() -> Result<(), BatchError> {
    rayon::ThreadPoolBuilder::new().build_global().map_err(BatchError::Threads)
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

/// What is said where worker processes keep a copy of the model's weights each.
fn own_copies(pipeline: &Pipeline) -> Option<String> {
    let reason = pipeline.recognizer.as_ref().and_then(Recognizer::sharing_failure)?;
    Some(format!("each worker keeps its own copy of the speech model in memory: {reason}"))
}

/// The summary of a run of which nothing is done yet.
fn summary_of(pipeline: &Pipeline) -> RunSummary {
    RunSummary {
        schema: RUN_SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        model: pipeline.recognizer.as_ref().map(|recognizer| recognizer.name.clone()),
        engine: pipeline.recognizer.as_ref().map(Recognizer::compute_features),
        packs: pipeline.pack_references(),
        fingerprint: pipeline.fingerprint(),
        interrupted: true,
        ..RunSummary::default()
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn is_stopped(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
}

/// The ids of the calls that have a current result: those that were stored, now or before, and those
/// that took over the result of another call.
fn ids_with_result<'p>(
    plan: &Plan,
    stored: &[String],
    without_result: impl Iterator<Item = &'p Restatement>,
) -> BTreeSet<String> {
    let taken_over = plan.to_restate.iter().chain(&plan.to_share).map(|restated| &restated.facts.id);
    let mut ids: BTreeSet<String> = plan.done.iter().chain(stored).chain(taken_over).cloned().collect();
    for restatement in without_result {
        ids.remove(&restatement.facts.id);
    }
    ids
}

/// The failure of a call whose recording was to be listened to for another call.
fn not_shared(restatement: &Restatement) -> Failure {
    let reason = "has the bytes of another recording that gave no result; see its failure";
    failure::temporary(&restatement.facts.source, Stage::Store, FailureKind::SameBytes, reason)
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
