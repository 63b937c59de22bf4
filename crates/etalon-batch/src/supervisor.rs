//! The parent's side: worker processes are started, given recordings one at a time, watched, and
//! replaced.
//!
//! A worker that ends in the middle of a recording, writes what is no frame, or takes longer than
//! the recording's time limit is counted as ended by that recording. The recording is tried a
//! second time when all others have been taken, in a fresh worker; a second exit puts it into
//! quarantine. A worker that can't even start is the machine's fault: its slot is given up, and the
//! run ends only when no slot is left.

mod deadline;
mod process;
mod stderr_tail;

use crate::error::{BatchError, WorkerStartError};
use crate::outcome::{JobOutcome, NoResult};
use crate::state::{Attempt, BatchState};
use crate::worker_settings::WorkerSettings;
use etalon_call::{FailureKind, Stage};
use etalon_pipeline::{Pipeline, StageClock};
pub(crate) use process::WorkerProcess;
use process::{AttemptOutcome, Started};
use std::ffi::OsString;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

/// How often a worker is started before its slot is given up.
const START_TRIES: u32 = 3;

/// How a worker process is started.
#[derive(Debug, Clone)]
pub struct WorkerProgram {
    /// The program: the running one itself.
    pub program: PathBuf,
    /// What tells it to be a worker: to call [`crate::worker::serve`].
    pub arguments: Vec<OsString>,
    /// How it is watched.
    pub settings: WorkerSettings,
}

impl WorkerProgram {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        // A failed assertion needs no debugger to describe it, and what one prints holds arguments.
        command.args(&self.arguments).env("GGML_NO_BACKTRACE", "1");
        command
    }
}

/// Works through the jobs with at most `jobs` worker processes.
pub(crate) fn work(
    state: &BatchState<'_>,
    program: &WorkerProgram,
    jobs: usize,
    first: Option<WorkerProcess>,
) {
    let slots = jobs.min(state.recordings_to_do()).max(1);
    let (active, start_error) = (AtomicUsize::new(slots), Mutex::new(None));
    let workers = std::iter::once(first).chain(std::iter::repeat_with(|| None));
    std::thread::scope(|scope| {
        for worker in workers.take(slots) {
            let (active, start_error, clock) = (&active, &start_error, StageClock::default());
            let slot = Slot { jobs, active, state, program, start_error, worker, clock };
            if let Err(error) = Builder::new().spawn_scoped(scope, || slot.work()) {
                active.fetch_sub(1, Ordering::Relaxed);
                set_once(start_error, WorkerStartError::Thread(error).into());
            }
        }
    });
    let start_error = start_error.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = start_error.filter(|_| state.take().is_some()) {
        state.abort(error);
    }
}

/// Starts a worker for the results of a folder and waits until it is ready; none when a stop was
/// asked for meanwhile.
///
/// # Errors
///
/// When a worker can't be started, or refuses the run.
pub(crate) fn start(
    program: &WorkerProgram,
    pipeline: &Pipeline,
    results: &Path,
    is_over: &dyn Fn() -> bool,
) -> Result<Option<WorkerProcess>, BatchError> {
    let mut last = WorkerStartError::EndsIdle;
    for _ in 0..START_TRIES {
        match WorkerProcess::start(program.command(), pipeline, &program.settings, results, is_over)? {
            Started::Ready(worker) => return Ok(Some(worker)),
            Started::Stopped => return Ok(None),
            Started::Failed(error) => last = error,
        }
    }
    if let (WorkerStartError::Ended { how }, Some(megabytes)) = (&last, program.settings.memory_max_mb) {
        return Err(WorkerStartError::TooLittleMemory { how: how.clone(), megabytes }.into());
    }
    Err(last.into())
}

/// One of the slots in which a worker process works.
struct Slot<'n, 'a> {
    /// How many processors the run may use.
    jobs: usize,
    /// How many slots are worked in.
    active: &'n AtomicUsize,
    state: &'n BatchState<'a>,
    program: &'n WorkerProgram,
    /// Why slots were given up.
    start_error: &'n Mutex<Option<BatchError>>,
    worker: Option<WorkerProcess>,
    clock: StageClock,
}

impl<'a> Slot<'_, 'a> {
    fn work(mut self) {
        let mut current = self.begin_next();
        while let Some(attempt) = current {
            match self.wait(&attempt) {
                AttemptOutcome::Finished(outcome, times) => {
                    self.clock.add(&times);
                    self.state.add_call_time(&times);
                    // The worker goes on while its last result is being written to the disk.
                    current = self.begin_next();
                    self.state.record(attempt.job, outcome, &mut self.clock);
                }
                AttemptOutcome::Exited(exit) => {
                    self.worker = None;
                    let exit = exit.under_memory_limit(self.program.settings.memory_max_bytes());
                    self.state.worker_exited(attempt, exit);
                    current = self.begin_next();
                }
                AttemptOutcome::Stopped => break,
            }
        }
        self.state.add_times(&self.clock.drain());
    }

    /// Hands the next recording to a worker; none when there is none, or no worker.
    fn begin_next(&mut self) -> Option<Attempt<'a>> {
        loop {
            if self.is_one_too_many() {
                return None;
            }
            let Some(attempt) = self.state.take() else {
                self.active.fetch_sub(1, Ordering::Relaxed);
                return None;
            };
            match self.begin(&attempt) {
                Begun::Working => return Some(attempt),
                Begun::TooLong => self.state.record(attempt.job, too_long(), &mut self.clock),
                Begun::NoWorker(error) => {
                    self.active.fetch_sub(1, Ordering::Relaxed);
                    self.state.requeue(attempt);
                    self.abort(error?);
                    return None;
                }
            }
        }
    }

    /// Gives the slot up where one worker alone is to go on and others are there to do so.
    fn is_one_too_many(&self) -> bool {
        let one_less = |active: usize| (active > 1).then(|| active - 1);
        self.state.is_for_one_worker()
            && self.active.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
    }

    /// Hands a recording to a worker, a fresh one where it has ended another one before.
    fn begin(&mut self, attempt: &Attempt<'a>) -> Begun {
        if attempt.is_second() {
            self.worker = None;
        }
        for _ in 0..START_TRIES {
            if self.worker.is_none() {
                match start(self.program, self.state.pipeline(), self.state.results(), &|| {
                    self.state.is_over()
                }) {
                    Ok(Some(worker)) => self.worker = Some(worker),
                    Ok(None) => return Begun::NoWorker(None),
                    Err(error) => return Begun::NoWorker(Some(error)),
                }
            }
            let begin = |worker: &mut WorkerProcess| worker.begin(attempt, &|| self.state.is_over());
            match self.worker.as_mut().map(begin) {
                Some(Ok(())) => return Begun::Working,
                Some(Err(error)) if error.kind() == io::ErrorKind::InvalidInput => return Begun::TooLong,
                _ if self.state.is_over() => return Begun::NoWorker(None),
                // A worker that ended while it had nothing to do was ended by nothing that is in
                // the input.
                _ => self.worker = None,
            }
        }
        Begun::NoWorker(Some(WorkerStartError::EndsIdle.into()))
    }

    fn wait(&mut self, attempt: &Attempt<'_>) -> AttemptOutcome {
        let Some(worker) = &mut self.worker else { return AttemptOutcome::Stopped };
        let limit = self.program.settings.time_limit(attempt.job);
        let (jobs, active, program, state) = (self.jobs, self.active, self.program, self.state);
        let threads = || {
            // Another thread takes more memory, which may be what there is too little of.
            if attempt.is_second() || state.is_for_one_worker() {
                NonZeroUsize::MIN
            } else {
                threads_of_a_worker(jobs, active.load(Ordering::Relaxed), program)
            }
        };
        worker.finish(limit, &threads, &|| state.is_over())
    }

    /// A refusal would be repeated everywhere; what else keeps a worker from starting may be a
    /// shortage of this moment.
    fn abort(&self, error: BatchError) {
        match error {
            BatchError::WorkerStart(_) => set_once(self.start_error, error),
            _ => self.state.abort(error),
        }
    }
}

/// How many threads a worker may take: what others used that have no more recordings is shared by
/// those that have. The results do not depend on it. A worker whose memory is limited takes one,
/// because each takes as much memory as a worker.
fn threads_of_a_worker(jobs: usize, active: usize, program: &WorkerProgram) -> NonZeroUsize {
    let of_each = if program.settings.memory_max_mb.is_some() { 1 } else { jobs / active.max(1) };
    NonZeroUsize::new(of_each).unwrap_or(NonZeroUsize::MIN)
}

/// What became of handing a recording to a worker.
enum Begun {
    /// It is being worked on.
    Working,
    /// What is known of it is too long for any worker.
    TooLong,
    /// There is no worker, and why, where it is no stop.
    NoWorker(Option<BatchError>),
}

fn too_long() -> JobOutcome {
    JobOutcome::NoResult(NoResult {
        stage: Stage::Intake,
        kind: FailureKind::Facts,
        reason: "what its manifest says of it, or the list of its other names, is too long for a worker; shorten it"
            .to_owned(),
        permanent: true,
        side: None,
    })
}

/// Keeps the first reason why a slot was given up; it matters only if nobody else does the work.
fn set_once(start_error: &Mutex<Option<BatchError>>, error: BatchError) {
    start_error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
}
