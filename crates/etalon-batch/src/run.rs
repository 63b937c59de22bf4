//! A folder of calls, in parallel.

use crate::error::BatchError;
use crate::failure;
use crate::intake::Intake;
use crate::kept_packs;
use crate::plan::{Plan, Restatement, plan};
use crate::progress::Progress;
use crate::recordings;
use crate::redacted_unheard::{RedactedUnheard, redact_unheard};
use crate::replaced::{self, Places, ReplacedCall};
use crate::rescore::restate;
use crate::state::{BatchResult, BatchState};
use crate::supervisor::{self, WorkerProcess, WorkerProgram};
use chrono::{DateTime, Utc};
use etalon_call::{FailureKind, Stage};
use etalon_pipeline::{Pipeline, Recognizer, StageClock, Worker};
use etalon_store::{CallTimes, Failure, PassedOver, PlanPart, RUN_SCHEMA, RunSummary, StageTime, Store};
use rayon::{ThreadPool, ThreadPoolBuilder};
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
    /// How much that was.
    pub work: WorkDone,
    /// The recordings without a result.
    pub failures: Vec<Failure>,
    /// Calls of earlier runs that were deleted, because their recordings have other bytes now.
    pub replaced: Vec<ReplacedCall>,
    /// What became of the stored calls of recordings that failed, in a run that keeps no personal
    /// data.
    pub unheard: RedactedUnheard,
    /// Why the run was given up before its end; the calls that it has got through are stored.
    pub given_up: Option<BatchError>,
    /// The files that were not taken for recordings.
    pub passed_over: Vec<PassedOver>,
}

/// How much a run has worked through, not rounded as in its summary: several runs can be added up.
#[derive(Debug, Clone, Default)]
pub struct WorkDone {
    /// Length of the recordings, seconds.
    pub audio_s: f64,
    /// The same, counting every channel that carries a side of its own, seconds.
    pub channel_s: f64,
    /// How long a worker was busy with each recording, seconds, in any order.
    pub call_times_s: Vec<f64>,
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
    mut intake: Intake,
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
    let batch = Batch { pipeline, store, workers, jobs, pool: pool_of(jobs)?, stop, progress };
    let first = first_worker(workers, pipeline, store, stop)?;
    let mut plan = batch.plan(&mut intake)?;
    let redone = batch.damaged_results(&plan)?;
    // A summary that can't be read is of another version, and knows no places.
    let earlier = store.read_run().ok().flatten().map(|earlier| earlier.places).unwrap_or_default();
    let found = replaced::digests(&plan.places);
    let summary = RunSummary {
        started_at: started_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        recordings: count(recordings),
        places: earlier.iter().chain(&found).map(|(id, places)| (id.clone(), places.clone())).collect(),
        ..batch.summary_of(&intake, &plan)
    };
    // A run that is killed leaves behind where it found what it has stored.
    store.write_run(&summary)?;
    intake.failures.append(&mut plan.failures);
    batch.announce(&plan, &intake.failures);

    let worked = batch.work_through(&plan, first)?;
    batch.conclude(Begun { started, summary, redone, earlier, found }, &plan, worked, intake)
}

/// What the steps of one run have in common.
struct Batch<'a> {
    pipeline: &'a Pipeline,
    store: &'a Store,
    workers: &'a Workers,
    jobs: usize,
    pool: ThreadPool,
    stop: &'a AtomicBool,
    progress: &'a dyn Progress,
}

/// What is known of a run before its work.
struct Begun {
    started: Instant,
    summary: RunSummary,
    /// Stored results that are damaged, and so are made again.
    redone: usize,
    /// Where earlier runs found recordings.
    earlier: Places,
    /// Where this one has found them.
    found: Places,
}

/// What became of a plan.
struct Worked<'p> {
    result: BatchResult,
    /// Stored calls that were to be judged again, and that are gone or damaged.
    vanished: Vec<&'p Restatement>,
    /// Calls that were to take over a result that is not there.
    unshared: Vec<&'p Restatement>,
}

impl Batch<'_> {
    /// The plan for the recordings, which are taken out of the intake.
    fn plan(&self, intake: &mut Intake) -> Result<Plan, BatchError> {
        let inputs = std::mem::take(&mut intake.inputs);
        let (transcripts, hashes) = (intake.transcripts.as_ref(), intake.hashes.as_ref());
        self.pool.install(|| plan(inputs, transcripts, hashes, self.pipeline, self.store, self.stop))
    }

    /// How many of the recordings to do have a stored result that is damaged.
    fn damaged_results(&self, plan: &Plan) -> Result<usize, BatchError> {
        let mut damaged = 0;
        for job in plan.jobs.iter().take_while(|_| !is_stopped(self.stop)) {
            damaged += usize::from(self.store.is_damaged(&job.id)?);
        }
        Ok(damaged)
    }

    /// The summary of a run of which nothing is done yet.
    fn summary_of(&self, intake: &Intake, plan: &Plan) -> RunSummary {
        let recognizer = self.pipeline.recognizer.as_ref();
        let warnings = intake.warnings.iter().map(ToString::to_string);
        RunSummary {
            schema: RUN_SCHEMA.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            model: recognizer.map(|recognizer| recognizer.name.clone()),
            engine: recognizer.map(Recognizer::compute_features),
            packs: self.pipeline.pack_references(),
            fingerprint: self.pipeline.fingerprint(),
            jobs: count(self.jobs),
            duplicates: count(plan.duplicates),
            forgotten: count(plan.forgotten),
            passed_over: etalon_store::counts_by_reason(&intake.passed_over),
            warnings: warnings.chain(own_copies(self.pipeline)).collect(),
            part: intake.part.clone(),
            watch_started_at: intake.watch_started_at.clone(),
            interrupted: true,
            ..RunSummary::default()
        }
    }

    /// Tells how much there is to do, and what is known to give no result.
    fn announce(&self, plan: &Plan, failures: &[Failure]) {
        self.progress.begin(plan.jobs.len(), plan.jobs.iter().map(|job| job.promised_s).sum());
        for failure in failures {
            self.progress.failed(failure.stage, failure.kind);
        }
    }

    /// Judges stored calls again, works through the recordings, and gives their results to the
    /// calls with the same bytes. The first worker may run already.
    fn work_through<'p>(
        &self,
        plan: &'p Plan,
        first: Option<WorkerProcess>,
    ) -> Result<Worked<'p>, BatchError> {
        let vanished = self.restate(&plan.to_restate)?;
        let state = BatchState::new(plan, self.pipeline, self.store, self.stop, self.progress);
        match self.workers {
            Workers::Processes(program) => supervisor::work(&state, program, self.jobs, first),
            Workers::Threads => drop(self.pool.broadcast(|_| state.work_here())),
        }
        let result = state.finish()?;
        let unshared = self.restate(&plan.to_share)?;
        Ok(Worked { result, vanished, unshared })
    }

    fn restate<'p>(&self, restatements: &'p [Restatement]) -> Result<Vec<&'p Restatement>, BatchError> {
        self.pool.install(|| restate(self.store, restatements, self.pipeline, self.stop))
    }

    /// Deletes calls whose places others have taken, remembers where recordings lie, and adds up
    /// what was done. A run that was stopped leaves places as they were.
    fn conclude(
        &self,
        begun: Begun,
        plan: &Plan,
        worked: Worked<'_>,
        intake: Intake,
    ) -> Result<Outcome, BatchError> {
        let is_stopped = is_stopped(self.stop);
        let (replaced, places) = if is_stopped {
            (Vec::new(), begun.summary.places.clone())
        } else {
            let retired = replaced::retire(self.store, begun.earlier, begun.found)?;
            recordings::remember(self.store, &plan.places)?;
            retired
        };
        let shared = plan.to_share.len() - worked.unshared.len();
        let reused = plan.done.len() + plan.to_restate.len() - worked.vanished.len();
        let results = worked.ids_with_result(plan);
        let without_result = worked.without_result(is_stopped);
        let Intake { failures, passed_over, part, .. } = intake;
        let mut result = worked.result;
        let mut failures: Vec<Failure> =
            failures.into_iter().chain(result.failures).chain(without_result).collect();
        failures.sort();
        failures.dedup();
        let is_redacting = !self.pipeline.settings.personal_data.is_kept() && !is_stopped;
        let unheard = if is_redacting {
            redact_unheard(self.store, &failures, &results)?
        } else {
            RedactedUnheard::default()
        };
        let summary = RunSummary {
            interrupted: is_stopped || result.given_up.is_some(),
            processed: count(result.processed + shared),
            reused: count(reused),
            redone: count(begun.redone),
            replaced: count(replaced.len()),
            failed: count(failures.len()),
            audio_hours: result.audio_s / 3600.0,
            channel_hours: result.channel_s / 3600.0,
            wall_s: begun.started.elapsed().as_secs_f64(),
            call_times: CallTimes::of(&mut result.call_times_s),
            stages: stage_times(&result.clock, count(result.processed)),
            places,
            part: part.map(|part| PlanPart { calls: count(results.len()), ..part }),
            ..begun.summary
        }
        .with_speeds();
        let BatchResult { audio_s, channel_s, call_times_s, stored, given_up, .. } = result;
        let (processed, work) = (stored.into_iter().collect(), WorkDone { audio_s, channel_s, call_times_s });
        Ok(Outcome { summary, results, processed, work, failures, replaced, unheard, given_up, passed_over })
    }
}

impl Worked<'_> {
    /// The ids of the calls that have a current result: those that were stored, now or before, and
    /// those that took over the result of another call.
    fn ids_with_result(&self, plan: &Plan) -> BTreeSet<String> {
        let taken_over = plan.to_restate.iter().chain(&plan.to_share).map(|restated| &restated.facts.id);
        let stored = plan.done.iter().chain(&self.result.stored);
        let mut ids: BTreeSet<String> = stored.chain(taken_over).cloned().collect();
        for restatement in self.vanished.iter().chain(&self.unshared) {
            ids.remove(&restatement.facts.id);
        }
        ids
    }

    /// The failures of calls that took over no result. The next run looks at those to which a run
    /// that was stopped or given up has not come.
    fn without_result(&self, is_stopped: bool) -> Vec<Failure> {
        if is_stopped {
            return Vec::new();
        }
        let is_given_up = self.result.given_up.is_some();
        let unshared = self.unshared.iter().filter(|_| !is_given_up);
        self.vanished.iter().chain(unshared).map(|restatement| not_shared(restatement)).collect()
    }
}

/// The threads on which stored calls are read and judged, and recordings where no processes are
/// wanted.
fn pool_of(jobs: usize) -> Result<ThreadPool, BatchError> {
    let builder = ThreadPoolBuilder::new().num_threads(jobs);
    builder.build().map_err(|error| BatchError::Jobs { jobs, error })
}

/// Starts the threads on which stored calls are read and judged side by side. Without it they start
/// when they are first needed, and a system that refuses them ends the program.
///
/// # Errors
///
/// [`BatchError::Threads`] where the system refuses, or they run already.
pub fn start_threads() -> Result<(), BatchError> {
    ThreadPoolBuilder::new().build_global().map_err(BatchError::Threads)
}

/// Tries whether the run can be worked on, so that a model or a language that can't be used is said
/// before anything is read. A worker process that was started for it goes on to work.
fn first_worker(
    workers: &Workers,
    pipeline: &Pipeline,
    store: &Store,
    stop: &AtomicBool,
) -> Result<Option<WorkerProcess>, BatchError> {
    match workers {
        Workers::Processes(program) => {
            supervisor::start(program, pipeline, store.directory(), &|| stop.load(Ordering::Relaxed))
        }
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

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn is_stopped(stop: &AtomicBool) -> bool {
    stop.load(Ordering::Relaxed)
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
