//! What the workers of one run share: the recordings that are still to do, and what has come out of
//! the others.

use crate::deaths::{Consequence, Deaths};
use crate::error::BatchError;
use crate::failure;
use crate::outcome::{CallDocument, JobOutcome, NoResult, run_job};
use crate::plan::Plan;
use crate::progress::{Finished, Progress};
use crate::worker_exit::WorkerExit;
use etalon_call::{FailureKind, Stage};
use etalon_pipeline::{Job, Pipeline, SampleStorage, StageClock, StageTimes, Worker};
use etalon_store::{Failure, Quarantined, Store};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the workers of one run share.
pub(crate) struct BatchState<'a> {
    plan: &'a Plan,
    pipeline: &'a Pipeline,
    store: &'a Store,
    stop: &'a AtomicBool,
    progress: &'a dyn Progress,
    next: AtomicUsize,
    /// Recordings that have to be taken up again.
    again: Mutex<VecDeque<Attempt<'a>>>,
    deaths: Mutex<Deaths>,
    /// Whether only one worker is to go on.
    one_worker: AtomicBool,
    result: Mutex<BatchResult>,
}

/// What has come out of a run.
#[derive(Default)]
pub(crate) struct BatchResult {
    pub(crate) processed: usize,
    /// The ids of the calls that were stored.
    pub(crate) stored: Vec<String>,
    pub(crate) audio_s: f64,
    pub(crate) channel_s: f64,
    pub(crate) failures: Vec<Failure>,
    pub(crate) clock: StageClock,
    /// How long a worker was busy with each recording that it got through, seconds.
    pub(crate) call_times_s: Vec<f64>,
    /// Why the run was given up when workers kept dying.
    pub(crate) given_up: Option<BatchError>,
    fatal: Option<BatchError>,
}

/// A recording that a worker takes up, for the first or for the second time.
pub(crate) struct Attempt<'a> {
    pub(crate) job: &'a Job,
    /// How the worker died that took it up before.
    earlier: Option<WorkerExit>,
}

impl Attempt<'_> {
    pub(crate) fn is_second(&self) -> bool {
        self.earlier.is_some()
    }

    /// How many workers the recording has ended so far.
    pub(crate) fn worker_exits(&self) -> u32 {
        u32::from(self.is_second())
    }
}

impl<'a> BatchState<'a> {
    pub(crate) fn new(
        plan: &'a Plan,
        pipeline: &'a Pipeline,
        store: &'a Store,
        stop: &'a AtomicBool,
        progress: &'a dyn Progress,
    ) -> Self {
        let (next, again, deaths, one_worker, result) = Default::default();
        Self { plan, pipeline, store, stop, progress, next, again, deaths, one_worker, result }
    }

    pub(crate) fn pipeline(&self) -> &'a Pipeline {
        self.pipeline
    }

    /// The folder into which results are written.
    pub(crate) fn results(&self) -> &'a Path {
        self.store.directory()
    }

    pub(crate) fn recordings_to_do(&self) -> usize {
        self.plan.jobs.len()
    }

    /// Whether nothing more is to be done: a stop was asked for, or nothing that follows could
    /// succeed.
    pub(crate) fn is_over(&self) -> bool {
        let result = self.result();
        self.stop.load(Ordering::Relaxed) || result.fatal.is_some() || result.given_up.is_some()
    }

    /// Whether only one worker is to go on, because with several of them every recording ended its
    /// worker.
    pub(crate) fn is_for_one_worker(&self) -> bool {
        self.one_worker.load(Ordering::Relaxed)
    }

    /// The next recording. Those that have ended a worker come last, when the others no longer
    /// compete for memory.
    pub(crate) fn take(&self) -> Option<Attempt<'a>> {
        if self.is_over() {
            return None;
        }
        match self.plan.jobs.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            Some(job) => Some(Attempt { job, earlier: None }),
            None => self.again().pop_front(),
        }
    }

    /// Gives back a recording that was taken and not begun.
    pub(crate) fn requeue(&self, attempt: Attempt<'a>) {
        self.again().push_back(attempt);
    }

    /// One worker in this process: takes the next recording until there is none.
    pub(crate) fn work_here(&self) {
        let mut worker = match Worker::for_pipeline(self.pipeline, StageClock::default()) {
            Ok(worker) => worker.with_storage(SampleStorage::in_folder(self.results())),
            Err(error) => return self.abort(error.into()),
        };
        let mut clock = StageClock::default();
        while let Some(attempt) = self.take() {
            let outcome = run_job(attempt.job, self.pipeline, &mut worker);
            let times = worker.clock.drain();
            clock.add(&times);
            self.add_call_time(&times);
            self.record(attempt.job, outcome, &mut clock);
        }
        self.add_times(&clock.drain());
    }

    /// Stores what came out of a recording. What was broken off by a stop is forgotten.
    pub(crate) fn record(&self, job: &Job, outcome: JobOutcome, clock: &mut StageClock) {
        if self.stop.load(Ordering::Relaxed) {
            return;
        }
        self.deaths().finished();
        match outcome {
            JobOutcome::Call(CallDocument { document, waveform, audio_s, channel_s }) => {
                let written = clock.time(Stage::Store, || {
                    self.store.write_waveform(&job.id, &waveform)?;
                    self.store.write_call_document(&job.id, &document)?;
                    self.store.release(&job.id).map(drop)
                });
                match written {
                    Ok(()) => {
                        self.result().stored.push(job.id.clone());
                        self.count(job, audio_s, channel_s);
                    }
                    Err(error) => self.abort(error.into()),
                }
            }
            JobOutcome::NoResult(NoResult { stage, kind, reason, permanent, side }) => {
                let make = if permanent { failure::permanent } else { failure::temporary };
                let failure = make(&job.source_of(side), stage, kind, &reason);
                self.fail(job, Failure { id: Some(job.id.clone()), ..failure });
            }
        }
    }

    /// A worker died of a recording: the first time it is to be tried again, the second time it is
    /// left alone. Where another program may be to blame for one of the deaths, the next run tries
    /// again: one death alone condemns nobody.
    pub(crate) fn worker_exited(&self, attempt: Attempt<'a>, exit: WorkerExit) {
        if self.is_over() {
            return;
        }
        let consequence = if exit.exceeded_memory_limit() {
            Consequence::GoOn
        } else {
            self.deaths().died(&attempt.job.id)
        };
        self.one_worker.fetch_or(consequence == Consequence::OneWorker, Ordering::Relaxed);
        let how = exit.to_string();
        self.retry_or_leave_alone(attempt, exit);
        if consequence == Consequence::Stop {
            self.give_up(how);
        }
    }

    fn retry_or_leave_alone(&self, attempt: Attempt<'a>, exit: WorkerExit) {
        let Attempt { job, earlier } = attempt;
        let Some(earlier) = earlier else {
            return self.requeue(Attempt { job, earlier: Some(exit) });
        };
        if !self.deaths().is_to_blame(&job.id) {
            return self.fail(job, not_to_blame(job, &exit));
        }
        if earlier.may_be_of_others() || exit.may_be_of_others() {
            let reason = format!(
                "the worker died twice ({}), for want of memory or by another program; the next run tries it again",
                deaths(&earlier, &exit)
            );
            let failure = failure::temporary(&job.source, exit.stage(), FailureKind::WorkerKilled, &reason);
            return self.fail(job, Failure { id: Some(job.id.clone()), ..failure });
        }
        let quarantined = Quarantined {
            id: job.id.clone(),
            source: job.source.clone(),
            stage: exit.stage(),
            reason: reason(&earlier, &exit),
            fingerprint: job.fingerprints.fingerprint.clone(),
        };
        match self.store.write_quarantined(&quarantined) {
            Ok(()) => self.fail(job, failure::quarantined(&job.source, &quarantined)),
            Err(error) => self.abort(error.into()),
        }
    }

    /// Stops taking recordings, because nothing that follows would get through. Those that wait for
    /// their second try are left for the next run.
    fn give_up(&self, how: String) {
        let waiting: Vec<Attempt<'a>> = self.again().drain(..).collect();
        for Attempt { job, earlier } in waiting {
            if let Some(exit) = earlier {
                self.fail(job, not_to_blame(job, &exit));
            }
        }
        self.result().given_up.get_or_insert(BatchError::WorkersKeepDying { how });
    }

    /// A worker has got through a recording, in this time.
    pub(crate) fn add_call_time(&self, times: &StageTimes) {
        self.result().call_times_s.push(times.total().as_secs_f64());
    }

    pub(crate) fn add_times(&self, times: &StageTimes) {
        self.result().clock.add(times);
    }

    /// The output can't be written or nobody can work: nothing that follows could succeed.
    pub(crate) fn abort(&self, error: BatchError) {
        self.result().fatal.get_or_insert(error);
    }

    pub(crate) fn finish(self) -> Result<BatchResult, BatchError> {
        let mut result = self.result.into_inner().unwrap_or_else(PoisonError::into_inner);
        match result.fatal.take() {
            Some(error) => Err(error),
            None => Ok(result),
        }
    }

    fn fail(&self, job: &Job, failure: Failure) {
        self.progress.failed(failure.stage, failure.kind);
        self.result().failures.push(failure);
        self.count(job, 0.0, 0.0);
    }

    fn count(&self, job: &Job, audio_s: f64, channel_s: f64) {
        let mut result = self.result();
        result.processed += 1;
        result.audio_s += audio_s;
        result.channel_s += channel_s;
        drop(result);
        self.progress.advance(Finished { promised_s: job.promised_s, audio_s, channel_s });
    }

    fn again(&self) -> MutexGuard<'_, VecDeque<Attempt<'a>>> {
        self.again.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn deaths(&self) -> MutexGuard<'_, Deaths> {
        self.deaths.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn result(&self) -> MutexGuard<'_, BatchResult> {
        // The counters stay meaningful if a worker died while it held them.
        self.result.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The failure of a recording that ended its worker when all others did so as well.
fn not_to_blame(job: &Job, exit: &WorkerExit) -> Failure {
    let reason = format!(
        "the worker died ({exit}), and so it did with the recordings before and after; the next run tries it again"
    );
    let kind = FailureKind::WorkersKeepDying;
    Failure { id: Some(job.id.clone()), ..failure::temporary(&job.source, exit.stage(), kind, &reason) }
}

fn reason(first: &WorkerExit, second: &WorkerExit) -> String {
    let deaths = deaths(first, second);
    format!("the worker died twice: {deaths}; it is left alone until --retry-quarantined")
}

/// How two workers died.
fn deaths(first: &WorkerExit, second: &WorkerExit) -> String {
    if first.to_string() == second.to_string() {
        second.to_string()
    } else {
        format!("first {first}, then {second}")
    }
}
