//! Precision, recall and F1 from counts.

use etalon_call::round3;
use serde::Serialize;

/// Hits and errors of a detection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Found and true.
    pub hits: u64,
    /// Found and not true.
    pub false_alarms: u64,
    /// True and not found.
    pub misses: u64,
}

impl Counts {
    /// Adds other counts.
    pub fn add(&mut self, other: Self) {
        self.hits += other.hits;
        self.false_alarms += other.false_alarms;
        self.misses += other.misses;
    }

    /// The measures that follow from the counts.
    pub fn detection(self) -> Detection {
        Detection {
            hits: self.hits,
            false_alarms: self.false_alarms,
            misses: self.misses,
            precision: ratio(self.hits, self.hits + self.false_alarms),
            recall: ratio(self.hits, self.hits + self.misses),
            f1: ratio(2 * self.hits, 2 * self.hits + self.false_alarms + self.misses),
        }
    }
}

/// The quality of a detection; a measure without a denominator is null.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detection {
    /// Found and true.
    pub hits: u64,
    /// Found and not true.
    pub false_alarms: u64,
    /// True and not found.
    pub misses: u64,
    /// Share of the found ones that are true.
    pub precision: Option<f64>,
    /// Share of the true ones that were found.
    pub recall: Option<f64>,
    /// Harmonic mean of precision and recall.
    pub f1: Option<f64>,
}

/// A ratio; none without a denominator.
pub fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| round3(part as f64 / whole as f64))
}
