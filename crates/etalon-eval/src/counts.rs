//! Precision, recall and F1 from counts, and how sure a share is.

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

/// The quantile of the normal distribution that encloses 95 % on both sides.
const Z_95: f64 = 1.959_964;

/// A share with its 95 % interval, each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The share.
    pub value: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
    /// Of how many.
    pub of: u64,
}

/// A share with its Wilson score interval; none without a denominator.
///
/// With n cases, the share p and z = 1.96, the interval is
/// (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n) (Wilson 1927). Unlike p ± z·√(p(1 − p)/n), it
/// stays inside 0 to 1 and is not empty where all cases agree, so that it holds for the few cases of
/// a young rule (Brown, Cai and others 2001 recommend it for n ≤ 40).
pub fn share(part: u64, whole: u64) -> Option<Share> {
    if whole == 0 {
        return None;
    }
    let (n, p, z2) = (whole as f64, part as f64 / whole as f64, Z_95 * Z_95);
    let middle = p + z2 / (2.0 * n);
    let half = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let bound = |value: f64| round3((value / (1.0 + z2 / n)).clamp(0.0, 1.0));
    Some(Share { value: round3(p), low: bound(middle - half), high: bound(middle + half), of: whole })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe (1998) gives the bounds for 81 of 263; the others follow from the formula by hand.
    #[test]
    fn intervals_are_those_of_wilson() {
        for (part, whole, low, high) in [
            (0, 10, 0.0, 0.278),
            (1, 10, 0.018, 0.404),
            (5, 10, 0.237, 0.763),
            (10, 10, 0.722, 1.0),
            (17, 20, 0.640, 0.948),
            (81, 263, 0.255, 0.366),
        ] {
            let found = share(part, whole).unwrap();
            assert_eq!((found.low, found.high, found.of), (low, high, whole), "{part} of {whole}");
        }
        assert_eq!(share(0, 0), None);
    }
}
