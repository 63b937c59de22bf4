//! Where the time of a run goes.

use etalon_call::Stage;
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
pub struct StageTimes(BTreeMap<Stage, (u32, Duration)>);

impl StageTimes {
    /// All stages together.
    pub fn total(&self) -> Duration {
        self.0.values().map(|(_, spent)| *spent).sum()
    }
}

impl StageClock {
    /// A clock that tells `watcher` whenever a recording reaches a stage for the first time.
    pub fn watched(watcher: fn(Stage)) -> Self {
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
    pub fn reached(&self) -> Option<Stage> {
        self.reached
    }

    /// What was spent so far; the clock begins anew.
    pub fn drain(&mut self) -> StageTimes {
        self.reached = None;
        std::mem::take(&mut self.spent)
    }

    /// Adds what was spent elsewhere.
    pub fn add(&mut self, other: &StageTimes) {
        for (stage, (times, spent)) in &other.0 {
            let entry = self.spent.0.entry(*stage).or_default();
            entry.0 += times;
            entry.1 += *spent;
        }
    }

    /// The stages that were entered, in the order of the pipeline: how often, and how long that
    /// took.
    pub fn stages(&self) -> impl Iterator<Item = (Stage, u32, Duration)> + '_ {
        let of_stage = |stage: &Stage| {
            let (times, spent) = self.spent.0.get(stage)?;
            Some((*stage, *times, *spent))
        };
        Stage::OF_A_CALL.iter().filter_map(of_stage)
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
