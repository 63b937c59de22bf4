//! How far each rule can be trusted.

use crate::query::rule_name;
use crate::tallies::wilson_interval;
use etalon_call::Verdict;
use etalon_review::{Agreement, ConfusionCell, HumanVerdict, RuleAgreement, RuleKey};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Calls from which on the accuracy of a rule says something (the floor of Genesys' agreement
/// report).
pub const MIN_CALLS: u64 = etalon_review::agreement::REVIEWS_NEEDED;

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
}

impl From<&RuleAgreement> for RuleAccuracy {
    fn from(agreement: &RuleAgreement) -> Self {
        let Agreement { answers, kappa, .. } = agreement.all;
        let fail = FailCounts::from(&agreement.all);
        Self { id: agreement.rule.rule.clone(), calls: answers, kappa, fail }
    }
}

/// Answers that can't tell count nowhere.
impl From<&Agreement> for FailCounts {
    fn from(agreement: &Agreement) -> Self {
        let mut counts = Self::default();
        for ConfusionCell { human, machine, answers, .. } in &agreement.cells {
            match (*human, *machine) {
                (HumanVerdict::CannotTell, _) => {}
                (HumanVerdict::Fail, Verdict::Fail) => counts.hits += answers,
                (HumanVerdict::Fail, _) => counts.misses += answers,
                (_, Verdict::Fail) => counts.false_alarms += answers,
                _ => {}
            }
        }
        counts
    }
}

fn share(hits: u64, cases: u64) -> Option<Share> {
    let (low, high) = wilson_interval(hits, cases)?;
    Some(Share { value: hits as f64 / cases as f64, low, high, cases })
}

/// How far the rules of a folder can be trusted.
#[derive(Debug, Clone, Default)]
pub struct Accuracies {
    /// Measured on labelled calls, by the rule's id.
    labelled: BTreeMap<String, RuleAccuracy>,
    /// Measured on what people say of the calls of the folder.
    reviewed: BTreeMap<RuleKey, RuleAgreement>,
}

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
        let labelled = file.rules.into_iter().map(|rule| (rule.id.clone(), rule)).collect();
        Ok(Self { labelled, reviewed: BTreeMap::new() })
    }

    /// These accuracies with what people say of the calls of the folder.
    #[must_use]
    pub fn with(mut self, agreements: impl IntoIterator<Item = RuleAgreement>) -> Self {
        self.reviewed.extend(agreements.into_iter().map(|rule| (rule.rule.clone(), rule)));
        self
    }

    /// That of one rule: on the calls of the folder where people judged any, else on labelled calls.
    pub(crate) fn of(&self, pack: &str, rule: &str) -> Option<Cow<'_, RuleAccuracy>> {
        let reviewed = self.reviewed(pack, rule).filter(|reviewed| reviewed.all.answers > 0);
        let on_folder = reviewed.map(|reviewed| Cow::Owned(RuleAccuracy::from(reviewed)));
        on_folder.or_else(|| self.labelled(rule).map(Cow::Borrowed))
    }

    /// That of one rule on labelled calls.
    pub(crate) fn labelled(&self, rule: &str) -> Option<&RuleAccuracy> {
        self.labelled.get(rule)
    }

    /// How far one rule and people agree on the calls of the folder.
    pub(crate) fn reviewed(&self, pack: &str, rule: &str) -> Option<&RuleAgreement> {
        self.reviewed.get(&RuleKey::new(pack, rule))
    }
}

/// How the list's filter `answer` names the calls of one cell of a confusion table.
pub(crate) fn cell_name(rule: &RuleKey, human: HumanVerdict, machine: Verdict) -> String {
    format!("{}/{}/{}", rule_name(&rule.pack, &rule.rule), machine.name(), human.name())
}
