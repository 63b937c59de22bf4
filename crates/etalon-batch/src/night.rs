//! What the workers of one run share: the recordings that are still to do, and what has come out of the others.

use crate::error::BatchError;
use crate::failure::{self, Stage};
use crate::finished::{CallDocument, Finished, NoResult, finish};
use crate::pipeline::Pipeline;
use crate::process::Worker;
use crate::run::Progress;
use crate::stock::{Stock, StockItem};
use crate::supervisor::Death;
use crate::timing::{StageClock, StageTimes};
use etalon_store::{Failure, Quarantined, Store};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the workers of one run share.
pub(crate) struct Night<'a> {
    stock: &'a Stock,
    pipeline: &'a Pipeline,
    store: &'a Store,
    stop: &'a AtomicBool,
    progress: &'a dyn Progress,
    next: AtomicUsize,
    /// Recordings that have to be taken up again.
    again: Mutex<VecDeque<Attempt<'a>>>,
    result: Mutex<NightResult>,
}

/// What has come out of a night.
#[derive(Default)]
pub(crate) struct NightResult {
    pub(crate) processed: usize,
    pub(crate) audio_s: f64,
    pub(crate) channel_s: f64,
    pub(crate) failures: Vec<Failure>,
    pub(crate) clock: StageClock,
    fatal: Option<BatchError>,
}

/// A recording that a worker takes up, for the first or for the second time.
pub(crate) struct Attempt<'a> {
    pub(crate) item: &'a StockItem,
    /// How the worker died that took it up before.
    earlier: Option<Death>,
}

impl Attempt<'_> {
    pub(crate) fn is_second(&self) -> bool {
        self.earlier.is_some()
    }

    /// How many workers the recording has ended so far.
    pub(crate) fn deaths(&self) -> u32 {
        u32::from(self.is_second())
    }
}

impl<'a> Night<'a> {
    pub(crate) fn new(
        stock: &'a Stock,
        pipeline: &'a Pipeline,
        store: &'a Store,
        stop: &'a AtomicBool,
        progress: &'a dyn Progress,
    ) -> Self {
        let (next, again, result) = (AtomicUsize::new(0), Mutex::default(), Mutex::default());
        Self { stock, pipeline, store, stop, progress, next, again, result }
    }

    pub(crate) fn pipeline(&self) -> &'a Pipeline {
        self.pipeline
    }

    pub(crate) fn recordings_to_do(&self) -> usize {
        self.stock.to_do.len()
    }

    /// Whether nothing more is to be done: a stop was asked for, or nothing that follows could succeed.
    pub(crate) fn is_over(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.result().fatal.is_some()
    }

    /// The next recording. Those that have ended a worker come last, when the others no longer compete for memory.
    pub(crate) fn take(&self) -> Option<Attempt<'a>> {
        if self.is_over() {
            return None;
        }
        match self.stock.to_do.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            Some(item) => Some(Attempt { item, earlier: None }),
            None => self.again().pop_front(),
        }
    }

    /// Gives back a recording that was taken and not begun.
    pub(crate) fn put_back(&self, attempt: Attempt<'a>) {
        self.again().push_back(attempt);
    }

    /// One worker in this process: takes the next recording until there is none.
    pub(crate) fn work_here(&self) {
        let mut worker = match Worker::for_pipeline(self.pipeline, StageClock::default()) {
            Ok(worker) => worker,
            Err(error) => return self.give_up(error),
        };
        let mut clock = StageClock::default();
        while let Some(attempt) = self.take() {
            let finished = finish(attempt.item, self.pipeline, &mut worker);
            clock.add(&worker.clock.drain());
            self.conclude(attempt.item, finished, &mut clock);
        }
        self.add_times(&clock.drain());
    }

    /// Stores what came out of a recording. What was broken off by a stop is forgotten.
    pub(crate) fn conclude(&self, item: &StockItem, finished: Finished, clock: &mut StageClock) {
        if self.stop.load(Ordering::Relaxed) {
            return;
        }
        match finished {
            Finished::Call(CallDocument { document, audio_s, channel_s }) => {
                let written = clock.time(Stage::Store, || {
                    self.store.write_call_document(item.id(), &document)?;
                    self.store.release(item.id())
                });
                match written {
                    Ok(()) => self.count(audio_s, channel_s),
                    Err(error) => self.give_up(error.into()),
                }
            }
            Finished::Nothing(NoResult { stage, reason, permanent }) => {
                let make = if permanent { failure::permanent } else { failure::temporary };
                self.fail(make(&item.task.source, stage, &reason));
            }
        }
    }

    /// A worker died of a recording: the first time it is to be tried again, the second time it is left alone.
    pub(crate) fn died(&self, attempt: Attempt<'a>, death: Death) {
        if self.is_over() {
            return;
        }
        let Attempt { item, earlier } = attempt;
        let Some(earlier) = earlier else {
            return self.put_back(Attempt { item, earlier: Some(death) });
        };
        let quarantined = Quarantined {
            id: item.id().to_owned(),
            source: item.task.source.clone(),
            stage: death.stage().name().to_owned(),
            reason: reason(&earlier, &death),
            fingerprint: item.fingerprints.fingerprint.clone(),
        };
        match self.store.write_quarantined(&quarantined) {
            Ok(()) => self.fail(failure::quarantined(&item.task.source, &quarantined)),
            Err(error) => self.give_up(error.into()),
        }
    }

    pub(crate) fn add_times(&self, times: &StageTimes) {
        self.result().clock.add(times);
    }

    /// The output can't be written or nobody can work: nothing that follows could succeed.
    pub(crate) fn give_up(&self, error: BatchError) {
        self.result().fatal.get_or_insert(error);
    }

    pub(crate) fn finish(self) -> Result<NightResult, BatchError> {
        let mut result = self.result.into_inner().unwrap_or_else(PoisonError::into_inner);
        match result.fatal.take() {
            Some(error) => Err(error),
            None => Ok(result),
        }
    }

    fn fail(&self, failure: Failure) {
        self.result().failures.push(failure);
        self.count(0.0, 0.0);
    }

    fn count(&self, audio_s: f64, channel_s: f64) {
        let mut result = self.result();
        result.processed += 1;
        result.audio_s += audio_s;
        result.channel_s += channel_s;
        drop(result);
        self.progress.advance(audio_s, channel_s);
    }

    fn again(&self) -> MutexGuard<'_, VecDeque<Attempt<'a>>> {
        self.again.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn result(&self) -> MutexGuard<'_, NightResult> {
        // The counters stay meaningful if a worker died while it held them.
        self.result.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn reason(first: &Death, second: &Death) -> String {
    let deaths = if first.to_string() == second.to_string() {
        second.to_string()
    } else {
        format!("first {first}, then {second}")
    };
    format!("the worker died twice: {deaths}; it is left alone until --retry-quarantined")
}
