//! Where the time of a run goes.

use crate::failure::Stage;
use etalon_report::StageTime;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Time spent by stage.
#[derive(Debug, Clone, Default)]
pub struct StageClock {
    spent: BTreeMap<Stage, (u32, Duration)>,
}

impl StageClock {
    /// Runs one stage of one call and remembers how long it took.
    pub fn time<T>(&mut self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let result = work();
        let entry = self.spent.entry(stage).or_default();
        entry.0 += 1;
        entry.1 += started.elapsed();
        result
    }

    /// Adds what another worker spent.
    pub fn add(&mut self, other: &Self) {
        for (stage, (times, spent)) in &other.spent {
            let entry = self.spent.entry(*stage).or_default();
            entry.0 += times;
            entry.1 += *spent;
        }
    }

    /// The stages in the order of the pipeline, for `run.json`.
    pub fn stages(&self, recordings: u32) -> Vec<StageTime> {
        Stage::OF_A_CALL
            .iter()
            .filter_map(|stage| {
                let (times, spent) = self.spent.get(stage)?;
                let recordings = recordings.min(*times);
                Some(StageTime { stage: stage.name().to_owned(), recordings, busy_s: spent.as_secs_f64() })
            })
            .collect()
    }
}
