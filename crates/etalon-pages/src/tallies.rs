//! Sums over calls, and how sure the figures are that follow from them.

use etalon_call::Verdict;
use serde::{Deserialize, Serialize};

/// Calls below which a group or a rule has no rank.
pub(crate) const RANKED_MIN: usize = 30;

/// The standard normal deviate of a confidence of 95 %.
pub(crate) const Z_95: f64 = 1.959_964;

/// Sums from which a mean and its interval follow.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Scores {
    pub(crate) count: usize,
    sum: f64,
    squares: f64,
}

/// One hour of one weekday.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct HourTally {
    pub(crate) calls: u32,
    /// Calls with a failed rule.
    pub(crate) with_failure: u32,
}

/// Verdicts of one rule.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RuleTally {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
    pub(crate) unmeasurable: usize,
    pub(crate) not_applicable: usize,
}

etalon_call::named_enum! {
    /// By what calls are grouped.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    pub enum GroupKind {
        /// By agent.
        Agent = "agent",
        /// By team.
        Team = "team",
        /// By manager.
        Manager = "manager",
    }
}

impl HourTally {
    /// Share of calls with a failure; 0 without calls.
    pub(crate) fn share(self) -> f64 {
        if self.calls == 0 { 0.0 } else { f64::from(self.with_failure) / f64::from(self.calls) }
    }

    pub(crate) fn add(&mut self, has_failure: bool) {
        self.calls += 1;
        self.with_failure += u32::from(has_failure);
    }
}

impl Scores {
    pub(crate) fn add(&mut self, score: f64) {
        self.count += 1;
        self.sum += score;
        self.squares += score * score;
    }

    /// The mean over the calls that have a score.
    pub(crate) fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }

    /// Half the width of the 95 % interval of the mean: 1.96 standard errors; none below two scores.
    pub(crate) fn half_interval(self) -> Option<f64> {
        let mean = self.mean().filter(|_| self.count > 1)?;
        let count = self.count as f64;
        let variance = ((self.squares - count * mean * mean) / (count - 1.0)).max(0.0);
        Some(1.96 * (variance / count).sqrt())
    }
}

impl RuleTally {
    pub(crate) fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Pass => self.passed += 1,
            Verdict::Fail => self.failed += 1,
            Verdict::Unmeasurable => self.unmeasurable += 1,
            Verdict::Na => self.not_applicable += 1,
        }
    }

    /// Calls to which the rule applied and on which it could be measured.
    pub(crate) fn judged(self) -> usize {
        self.passed + self.failed
    }

    /// Share of failures among the judged calls.
    pub(crate) fn fail_rate(self) -> Option<f64> {
        (self.judged() > 0).then(|| self.failed as f64 / self.judged() as f64)
    }
}

/// The Wilson score interval of a share at 95 % (Wilson, 1927): `(low, high)`, none without cases.
pub(crate) fn wilson_interval(hits: u64, cases: u64) -> Option<(f64, f64)> {
    share_interval(hits, cases, Z_95)
}

/// The same at the confidence of a standard normal deviate `z`.
pub(crate) fn share_interval(hits: u64, cases: u64, z: f64) -> Option<(f64, f64)> {
    if cases == 0 {
        return None;
    }
    let (cases, share) = (cases as f64, hits as f64 / cases as f64);
    let denominator = 1.0 + z * z / cases;
    let centre = (share + z * z / (2.0 * cases)) / denominator;
    let half = z * (share * (1.0 - share) / cases + z * z / (4.0 * cases * cases)).sqrt() / denominator;
    Some(((centre - half).max(0.0), (centre + half).min(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_has_an_interval_from_two_scores_on() {
        let scores = |all: &[f64]| {
            let mut scores = Scores::default();
            for score in all {
                scores.add(*score);
            }
            scores
        };
        assert_eq!(scores(&[]).mean(), None);
        assert_eq!(scores(&[80.0]).half_interval(), None);
        assert_eq!(scores(&[80.0, 80.0]).half_interval(), Some(0.0));
        let half = scores(&[60.0, 100.0]).half_interval().unwrap_or_default();
        assert!((half - 39.2).abs() < 0.01, "{half}");
    }

    #[test]
    fn wilson_interval_equals_published_values() {
        // Newcombe 1998, table I: 81 of 263, and 0 of 20, by the score method without continuity.
        for (hits, cases, low, high) in
            [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let (found_low, found_high) = wilson_interval(hits, cases).unwrap_or_default();
            assert!(
                (found_low - low).abs() < 6e-5 && (found_high - high).abs() < 6e-5,
                "{found_low} {found_high}"
            );
        }
        assert_eq!(wilson_interval(0, 0), None);
    }
}
