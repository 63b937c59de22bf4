//! How far each rule can be trusted.

use crate::statistics::wilson_interval;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Calls from which on the accuracy of a rule says something (the floor of Genesys' agreement
/// report).
pub const MIN_CALLS: u64 = 20;

/// What a rule's accuracy was measured on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum MeasuredOn {
    /// Labelled calls that `etalon eval` compared.
    #[default]
    LabelledCalls,
    /// The verdicts of reviewers on the calls of this folder.
    Reviews,
}

/// How the verdicts of one rule compare with the truth.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct RuleAccuracy {
    /// The rule's id.
    pub id: String,
    /// Calls in which it was compared.
    pub calls: u64,
    /// Cohen's κ, at most 1.
    #[serde(default)]
    pub kappa: Option<f64>,
    /// How well failures were found.
    pub fail: FailCounts,
    /// Where the truth comes from.
    #[serde(skip)]
    pub measured_on: MeasuredOn,
}

/// Counts of found and missed failures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct FailCounts {
    /// Found and true.
    pub hits: u64,
    /// Found and not true.
    pub false_alarms: u64,
    /// True and not found.
    pub misses: u64,
}

/// A share with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Share {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) cases: u64,
}

impl RuleAccuracy {
    /// The share of found failures that are true.
    pub(crate) fn precision(&self) -> Option<Share> {
        share(self.fail.hits, self.fail.hits + self.fail.false_alarms)
    }

    /// The share of true failures that were found.
    pub(crate) fn recall(&self) -> Option<Share> {
        share(self.fail.hits, self.fail.hits + self.fail.misses)
    }

    /// How many calls are lacking until the accuracy says something.
    pub(crate) fn lacking(&self) -> u64 {
        MIN_CALLS.saturating_sub(self.calls)
    }
}

fn share(hits: u64, cases: u64) -> Option<Share> {
    let (low, high) = wilson_interval(hits, cases)?;
    Some(Share { value: hits as f64 / cases as f64, low, high, cases })
}

/// Accuracies by the rule's id; reviewers' verdicts on the calls of the folder come first.
#[derive(Debug, Clone, Default)]
pub struct Accuracies(BTreeMap<String, RuleAccuracy>);

/// What is read of `rule-accuracy.json`.
#[derive(Debug, Deserialize)]
struct AccuracyFile {
    rules: Vec<RuleAccuracy>,
}

impl Accuracies {
    /// The accuracies of a `rule-accuracy.json`, as `etalon eval --save` writes it.
    ///
    /// # Errors
    /// Where it is something else.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        let file: AccuracyFile = serde_json::from_slice(json)?;
        Ok(Self(file.rules.into_iter().map(|rule| (rule.id.clone(), rule)).collect()))
    }

    /// These accuracies with others that replace those of the same rules.
    #[must_use]
    pub fn with(mut self, others: impl IntoIterator<Item = RuleAccuracy>) -> Self {
        self.0.extend(others.into_iter().map(|rule| (rule.id.clone(), rule)));
        self
    }

    /// That of one rule.
    pub fn of(&self, rule: &str) -> Option<&RuleAccuracy> {
        self.0.get(rule)
    }
}
