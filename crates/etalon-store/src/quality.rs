//! What the calls of a run are like together, so that one night can be compared with others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The calls of a run, or those of one of its queues, taken together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CallQuality {
    /// The queue: the tag `queue` of the calls, else their team; null for all calls of the run.
    pub queue: Option<String>,
    /// How many calls these are.
    pub calls: u32,
    /// How many of them have no score.
    pub calls_without_score: u32,
    /// Words that were kept.
    pub words: u64,
    /// Words that the guards against invented text dropped.
    pub words_dropped: u64,
    /// Verdicts of rules that applied: `pass`, `fail` and `unmeasurable`.
    pub verdicts: u64,
    /// How many of them are `unmeasurable`.
    pub verdicts_unmeasurable: u64,
    /// The median loudness of each side's speech, LUFS, by role.
    pub loudness_lufs: BTreeMap<String, f64>,
}

impl CallQuality {
    /// The share of calls without a score, 0 to 1; none without calls.
    pub fn without_score_share(&self) -> Option<f64> {
        share(u64::from(self.calls_without_score), u64::from(self.calls))
    }

    /// The share of the recognised words that were dropped, 0 to 1; none without words.
    pub fn words_dropped_share(&self) -> Option<f64> {
        share(self.words_dropped, self.words.saturating_add(self.words_dropped))
    }

    /// The share of the rules that applied and could not be judged, 0 to 1; none where none applied.
    pub fn unmeasurable_share(&self) -> Option<f64> {
        share(self.verdicts_unmeasurable, self.verdicts)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A measure of the calls that is not what it was in earlier runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// The queue, as in [`CallQuality::queue`]; null for all calls of the run.
    pub queue: Option<String>,
    /// What is measured.
    #[serde(flatten)]
    pub measure: DriftMeasure,
    /// What it was in earlier runs.
    pub before: f64,
    /// What it is in this run.
    pub now: f64,
}

/// What is compared between runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "measure", rename_all = "snake_case")]
pub enum DriftMeasure {
    /// The median loudness of a side's speech, LUFS.
    Loudness {
        /// The side: `agent`, `client`, or a channel such as `channel_1` where nobody knows whose it is.
        side: String,
    },
    /// The share of rules that applied and could not be judged, 0 to 1.
    Unmeasurable,
    /// The share of calls without a score, 0 to 1.
    WithoutScore,
    /// The share of recognised words that were dropped, 0 to 1.
    WordsDropped,
}
