//! The parent's side: worker processes are started, given recordings one at a time, watched, and replaced.
//!
//! A worker that ends in the middle of a recording, writes what is no frame, or takes longer than the recording's time
//! limit has died of that recording. The recording is tried a second time when all others have been taken, in a fresh
//! worker; a second death puts it into quarantine. A worker that can't even begin is nobody's fault but the machine's:
//! its place is given up, and the run ends only when no place is left.

mod child;
mod death;
mod last_words;
mod patience;

use crate::error::BatchError;
use crate::finished::Finished;
use crate::night::{Attempt, Night};
use crate::pipeline::Pipeline;
use crate::timing::{StageClock, StageTimes};
use child::Started;
pub(crate) use child::WorkerProcess;
pub(crate) use death::Death;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread::Builder;

/// How often a worker is started before its place is given up.
const START_TRIES: u32 = 3;

/// How a worker process is started.
#[derive(Debug, Clone)]
pub struct WorkerProgram {
    /// The program: the running one itself.
    pub program: PathBuf,
    /// What tells it to be a worker: to call [`crate::worker::serve`].
    pub arguments: Vec<OsString>,
}

impl WorkerProgram {
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        // A failed assertion needs no debugger to describe it, and what one prints holds arguments.
        command.args(&self.arguments).env("GGML_NO_BACKTRACE", "1");
        command
    }
}

/// Works through the night with at most `jobs` worker processes.
pub(crate) fn work(night: &Night<'_>, program: &WorkerProgram, jobs: usize, first: Option<WorkerProcess>) {
    let places = jobs.min(night.recordings_to_do()).max(1);
    let shortage = Mutex::new(None);
    let workers = std::iter::once(first).chain(std::iter::repeat_with(|| None));
    std::thread::scope(|scope| {
        for worker in workers.take(places) {
            let place = Place { night, program, shortage: &shortage, worker, clock: StageClock::default() };
            if let Err(error) = Builder::new().spawn_scoped(scope, || place.work()) {
                note(&shortage, BatchError::Worker(error.to_string()));
            }
        }
    });
    let shortage = shortage.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = shortage.filter(|_| night.take().is_some()) {
        night.give_up(error);
    }
}

/// Starts a worker and waits until it is ready; none when a stop was asked for meanwhile.
///
/// # Errors
///
/// When a worker can't be started, or refuses the run.
pub(crate) fn start(
    program: &WorkerProgram,
    pipeline: &Pipeline,
    is_over: &dyn Fn() -> bool,
) -> Result<Option<WorkerProcess>, BatchError> {
    let mut last = String::new();
    for _ in 0..START_TRIES {
        match WorkerProcess::start(program.command(), pipeline, is_over)? {
            Started::Ready(worker) => return Ok(Some(worker)),
            Started::Stopped => return Ok(None),
            Started::Failed(detail) => last = detail,
        }
    }
    Err(BatchError::Worker(last))
}

/// One of the places at which a worker process works.
struct Place<'n, 'a> {
    night: &'n Night<'a>,
    program: &'n WorkerProgram,
    /// Why places were given up.
    shortage: &'n Mutex<Option<BatchError>>,
    worker: Option<WorkerProcess>,
    clock: StageClock,
}

/// How an attempt ended.
pub(crate) enum Ending {
    Finished(Finished, StageTimes),
    Died(Death),
    Stopped,
}

impl<'a> Place<'_, 'a> {
    fn work(mut self) {
        let mut current = self.begin_next();
        while let Some(attempt) = current {
            match self.wait(&attempt) {
                Ending::Finished(finished, times) => {
                    self.clock.add(&times);
                    // The worker goes on while its last result is being written to the disk.
                    current = self.begin_next();
                    self.night.conclude(attempt.item, finished, &mut self.clock);
                }
                Ending::Died(death) => {
                    self.worker = None;
                    self.night.died(attempt, death);
                    current = self.begin_next();
                }
                Ending::Stopped => break,
            }
        }
        self.night.add_times(&self.clock.drain());
    }

    /// Hands the next recording to a worker; none when there is none, or no worker.
    fn begin_next(&mut self) -> Option<Attempt<'a>> {
        let attempt = self.night.take()?;
        if attempt.is_second() {
            self.worker = None;
        }
        for _ in 0..START_TRIES {
            if self.worker.is_none() {
                match start(self.program, self.night.pipeline(), &|| self.night.is_over()) {
                    Ok(worker) => self.worker = Some(worker?),
                    Err(error) => {
                        self.night.put_back(attempt);
                        self.give_up(error);
                        return None;
                    }
                }
            }
            // A worker that died while it had nothing to do died of nothing that is in the input.
            if self.worker.as_mut().is_some_and(|worker| worker.begin(&attempt).is_ok()) {
                return Some(attempt);
            }
            self.worker = None;
        }
        self.night.put_back(attempt);
        self.give_up(BatchError::Worker("it ends before it is given anything to do".to_owned()));
        None
    }

    fn wait(&mut self, attempt: &Attempt<'_>) -> Ending {
        let Some(worker) = &mut self.worker else { return Ending::Stopped };
        let limit = self.night.pipeline().config.workers.time_limit(attempt.item);
        worker.finish(limit, &|| self.night.is_over())
    }

    /// A refusal would be repeated everywhere; what else keeps a worker from starting may be this moment's shortage.
    fn give_up(&self, error: BatchError) {
        match error {
            BatchError::Worker(_) => note(self.shortage, error),
            _ => self.night.give_up(error),
        }
    }
}

/// Remembers why a place was given up; it matters only if nobody else does the work.
fn note(shortage: &Mutex<Option<BatchError>>, error: BatchError) {
    shortage.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
}
