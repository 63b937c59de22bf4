//! Where the time of a run goes.

use crate::failure::Stage;
use etalon_store::StageTime;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Time spent by stage.
#[derive(Debug, Clone, Default)]
pub struct StageClock {
    spent: StageTimes,
    reached: Option<Stage>,
    watcher: Option<fn(Stage)>,
}

/// How often each stage was entered and how long it took.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StageTimes(BTreeMap<Stage, (u32, Duration)>);

impl StageClock {
    /// A clock that tells `watcher` whenever a recording reaches a stage for the first time.
    pub(crate) fn watched(watcher: fn(Stage)) -> Self {
        Self { watcher: Some(watcher), ..Self::default() }
    }

    /// Runs one stage of one call and remembers how long it took.
    pub fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        self.reach(stage);
        let started = Instant::now();
        let result = work();
        let entry = self.spent.0.entry(stage).or_default();
        entry.0 += 1;
        entry.1 += started.elapsed();
        result
    }

    /// The furthest stage since the clock was last drained.
    pub(crate) fn reached(&self) -> Option<Stage> {
        self.reached
    }

    /// What was spent so far; the clock begins anew.
    pub(crate) fn drain(&mut self) -> StageTimes {
        self.reached = None;
        std::mem::take(&mut self.spent)
    }

    /// Adds what was spent elsewhere.
    pub(crate) fn add(&mut self, other: &StageTimes) {
        for (stage, (times, spent)) in &other.0 {
            let entry = self.spent.0.entry(*stage).or_default();
            entry.0 += times;
            entry.1 += *spent;
        }
    }

    /// The stages in the order of the pipeline, for `run.json`.
    pub fn stages(&self, recordings: u32) -> Vec<StageTime> {
        Stage::OF_A_CALL
            .iter()
            .filter_map(|stage| {
                let (times, spent) = self.spent.0.get(stage)?;
                let recordings = recordings.min(*times);
                Some(StageTime { stage: stage.name().to_owned(), recordings, busy_s: spent.as_secs_f64() })
            })
            .collect()
    }

    fn reach(&mut self, stage: Stage) {
        if self.reached < Some(stage) {
            self.reached = Some(stage);
            if let Some(watcher) = self.watcher {
                watcher(stage);
            }
        }
    }
}
