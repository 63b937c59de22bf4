//! Compares verdicts: which rules are reliable.
//!
//! Each rule has two measures. Agreement: accuracy, and Cohen's κ, which corrects for chance (Cohen
//! 1960). Detection of failures: precision and recall of `fail`, because κ collapses if failures
//! are rare. `unmeasurable` counts as wrong if the truth has a verdict.

use crate::LabelledCall;
use crate::call_names::{CallNames, NoCall};
use crate::counts::{Counts, Detection, ratio};
use crate::reviews::Review;
use etalon_call::{CallFacts, RuleResult, Verdict, round3};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The comparison of verdicts with the truth.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleComparison {
    /// Verdicts that were compared.
    pub verdicts: u64,
    /// Share of them that equal the truth; null without any.
    pub accuracy: Option<f64>,
    /// Detection of failures over all rules.
    pub fail: Detection,
    /// Rule by rule, in order of id.
    pub rules: Vec<RuleAccuracy>,
}

/// The accuracy of one rule.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleAccuracy {
    /// The rule's id.
    pub id: String,
    /// Calls that were compared.
    pub calls: u64,
    /// Share of these calls with a true failure.
    pub prevalence: Option<f64>,
    /// Share of verdicts that equal the truth.
    pub accuracy: Option<f64>,
    /// Agreement beyond chance, at most 1; null if all verdicts on both sides are equal.
    pub kappa: Option<f64>,
    /// Detection of failures.
    pub fail: Detection,
    /// The calls with a wrong verdict.
    pub wrong: Vec<WrongVerdict>,
}

/// A verdict that does not equal the truth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrongVerdict {
    /// The call's name.
    pub call: String,
    /// The true verdict.
    pub truth: Verdict,
    /// The found verdict; null if the rule gave none.
    pub found: Option<Verdict>,
}

/// One judgement: the call, the true and the found verdict.
type Judgement<'a> = (&'a str, Verdict, Option<Verdict>);

/// Compares the verdicts of all rules that are in both the truth and the results.
pub fn compare(labelled: &[LabelledCall]) -> RuleComparison {
    let mut by_rule: BTreeMap<&str, Vec<Judgement<'_>>> = BTreeMap::new();
    for call in labelled {
        let found: BTreeMap<&str, &RuleResult> =
            call.call.evaluation.rules.iter().map(|rule| (rule.id.as_str(), rule)).collect();
        for (id, truth) in &call.truth.rules {
            if let Some(result) = found.get(id.as_str()) {
                by_rule.entry(id).or_default().push((&call.name, *truth, Some(result.verdict)));
            }
        }
    }
    comparison(by_rule)
}

/// Compares the verdicts that a transcript alone can show: what is `unmeasurable` without sound is
/// left out.
pub fn compare_measurable(labelled: &[LabelledCall]) -> RuleComparison {
    let mut measurable = labelled.to_vec();
    for call in &mut measurable {
        call.call.evaluation.rules.retain(|result| result.verdict != Verdict::Unmeasurable);
    }
    compare(&measurable)
}

/// The verdicts of one stored call, without its words.
#[derive(Debug, Clone, Deserialize)]
pub struct JudgedCall {
    call: CallFacts,
    evaluation: JudgedRules,
}

#[derive(Debug, Clone, Deserialize)]
struct JudgedRules {
    rules: Vec<RuleResult>,
}

/// The comparison of verdicts with those of reviewers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReviewComparison {
    /// Rule by rule, with the reviewers' verdicts as the truth.
    pub rules: RuleComparison,
    /// Calls of the reviews that are not among the results.
    pub unknown_calls: Vec<String>,
    /// Names of the reviews that several calls of the results have; these reviews are left out.
    pub ambiguous_calls: Vec<String>,
    /// Rules of the reviews that are not in the results.
    pub unknown_rules: Vec<String>,
}

/// Compares the verdicts of stored calls with those of reviewers. Several reviews of a rule in a
/// call all count.
pub fn compare_with_reviews(reviews: &[Review], calls: &[JudgedCall]) -> ReviewComparison {
    let names = CallNames::of(calls.iter().map(|call| &call.call));
    let by_id: BTreeMap<&str, &JudgedCall> = calls.iter().map(|call| (call.call.id.as_str(), call)).collect();
    let mut by_rule: BTreeMap<&str, Vec<Judgement<'_>>> = BTreeMap::new();
    let (mut unknown_calls, mut ambiguous_calls) = (BTreeSet::new(), BTreeSet::new());
    let mut unknown_rules = BTreeSet::new();
    for review in reviews {
        let id = names.id_of(&review.call);
        let call = match id.and_then(|id| by_id.get(id).ok_or(NoCall::Unknown)) {
            Ok(call) => call,
            Err(NoCall::Unknown) => {
                unknown_calls.insert(review.call.clone());
                continue;
            }
            Err(NoCall::Ambiguous { .. }) => {
                ambiguous_calls.insert(review.call.clone());
                continue;
            }
        };
        let found = call.evaluation.rules.iter().find(|result| result.id == review.rule);
        match found {
            Some(found) => {
                let judgement = (call.call.source.as_str(), review.verdict, Some(found.verdict));
                by_rule.entry(&review.rule).or_default().push(judgement);
            }
            None => _ = unknown_rules.insert(review.rule.clone()),
        }
    }
    ReviewComparison {
        rules: comparison(by_rule),
        unknown_calls: unknown_calls.into_iter().collect(),
        ambiguous_calls: ambiguous_calls.into_iter().collect(),
        unknown_rules: unknown_rules.into_iter().collect(),
    }
}

fn comparison(by_rule: BTreeMap<&str, Vec<Judgement<'_>>>) -> RuleComparison {
    let rules: Vec<RuleAccuracy> =
        by_rule.iter().map(|(id, judgements)| rule_accuracy(id, judgements)).collect();
    let all: Vec<Judgement<'_>> = by_rule.into_values().flatten().collect();
    RuleComparison {
        verdicts: all.len() as u64,
        accuracy: accuracy(&all),
        fail: fail_counts(&all).detection(),
        rules,
    }
}

fn rule_accuracy(id: &str, judgements: &[Judgement<'_>]) -> RuleAccuracy {
    let failed = judgements.iter().filter(|(_, truth, _)| *truth == Verdict::Fail).count() as u64;
    let wrong = judgements
        .iter()
        .filter(|(_, truth, found)| *found != Some(*truth))
        .map(|(call, truth, found)| WrongVerdict { call: (*call).to_owned(), truth: *truth, found: *found })
        .collect();
    RuleAccuracy {
        id: id.to_owned(),
        calls: judgements.len() as u64,
        prevalence: ratio(failed, judgements.len() as u64),
        accuracy: accuracy(judgements),
        kappa: kappa(judgements),
        fail: fail_counts(judgements).detection(),
        wrong,
    }
}

fn accuracy(judgements: &[Judgement<'_>]) -> Option<f64> {
    let right = judgements.iter().filter(|(_, truth, found)| *found == Some(*truth)).count();
    ratio(right as u64, judgements.len() as u64)
}

fn fail_counts(judgements: &[Judgement<'_>]) -> Counts {
    let mut counts = Counts::default();
    for (_, truth, found) in judgements {
        let (is_true, is_found) = (*truth == Verdict::Fail, *found == Some(Verdict::Fail));
        counts.hits += u64::from(is_true && is_found);
        counts.false_alarms += u64::from(!is_true && is_found);
        counts.misses += u64::from(is_true && !is_found);
    }
    counts
}

fn kappa(judgements: &[Judgement<'_>]) -> Option<f64> {
    cohens_kappa(judgements.iter().map(|(_, truth, found)| (*truth, *found)))
}

/// Cohen's κ = (observed − chance) / (1 − chance) over pairs of verdicts, at most 1; none without
/// pairs, or where all verdicts on both sides are equal.
pub fn cohens_kappa(pairs: impl IntoIterator<Item = (Verdict, Option<Verdict>)>) -> Option<f64> {
    let (mut calls, mut equal) = (0_u64, 0_u64);
    let mut by_truth: BTreeMap<Option<Verdict>, u64> = BTreeMap::new();
    let mut by_found: BTreeMap<Option<Verdict>, u64> = BTreeMap::new();
    for (truth, found) in pairs {
        calls += 1;
        equal += u64::from(found == Some(truth));
        *by_truth.entry(Some(truth)).or_default() += 1;
        *by_found.entry(found).or_default() += 1;
    }
    let share = |count: u64| count as f64 / calls as f64;
    let found_share = |verdict| share(by_found.get(verdict).copied().unwrap_or_default());
    let chance: f64 = by_truth.iter().map(|(verdict, count)| share(*count) * found_share(verdict)).sum();
    let is_defined = calls > 0 && chance < 1.0 - 1e-9;
    is_defined.then(|| round3((share(equal) - chance) / (1.0 - chance)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Fail, Na, Pass};

    fn check(
        pairs: &[(Verdict, Verdict)],
        accuracy: f64,
        kappa: Option<f64>,
        precision: Option<f64>,
        recall: Option<f64>,
    ) {
        let judgements: Vec<Judgement<'_>> =
            pairs.iter().map(|(truth, found)| ("call", *truth, Some(*found))).collect();
        let found = rule_accuracy("rule", &judgements);
        assert_eq!(
            (found.accuracy, found.kappa, found.fail.precision, found.fail.recall),
            (Some(accuracy), kappa, precision, recall),
            "{pairs:?}"
        );
    }

    #[test]
    fn a_rule_is_measured_by_hand_computed_values() {
        check(&[(Pass, Pass), (Fail, Fail)], 1.0, Some(1.0), Some(1.0), Some(1.0));
        check(&[(Pass, Pass), (Pass, Pass)], 1.0, None, None, None);
        // Observed 3/4; chance (1/2 · 1/4 fail) + (1/2 · 3/4 pass) = 1/2; κ = 1/2.
        check(
            &[(Fail, Fail), (Fail, Pass), (Pass, Pass), (Pass, Pass)],
            0.75,
            Some(0.5),
            Some(1.0),
            Some(0.5),
        );
        // Observed 1/2; chance 1/2 · 1/2 (na) + 0 = 1/4; κ = 1/3.
        check(&[(Na, Na), (Pass, Fail)], 0.5, Some(0.333), Some(0.0), None);
    }

    #[test]
    fn reviews_find_their_calls_by_id_source_or_stem() {
        let call = |id: &str, source: &str, verdict: &str| -> JudgedCall {
            let rule = serde_json::json!({"pack": "p", "id": "hold.thanks", "verdict": verdict, "severity": "minor",
                "points": 0.0, "max_points": 1.0, "reason": "", "evidence": []});
            let facts = CallFacts { id: id.to_owned(), source: source.to_owned(), ..CallFacts::default() };
            serde_json::from_value(serde_json::json!({"call": facts, "evaluation": {"rules": [rule]}}))
                .unwrap()
        };
        let calls = [
            call("0a", "n/one.wav", "fail"),
            call("0b", "n/two.wav", "pass"),
            call("0c", "0b.wav", "fail"),
            call("0d", "m/three.wav", "fail"),
            call("0e", "n/three.wav", "fail"),
        ];
        let review =
            |call: &str, rule: &str, verdict| Review { call: call.into(), rule: rule.into(), verdict };
        let found = compare_with_reviews(
            &[
                review("one", "hold.thanks", Fail),
                review("0b", "hold.thanks", Pass),
                review("0b.wav", "hold.thanks", Pass),
                review("nowhere", "hold.thanks", Pass),
                review("three", "hold.thanks", Pass),
                review("0a", "no.such", Pass),
            ],
            &calls,
        );
        assert_eq!(
            (found.unknown_calls, found.ambiguous_calls, found.unknown_rules),
            (vec!["nowhere".into()], vec!["three".into()], vec!["no.such".into()])
        );
        let rule = &found.rules.rules[0];
        assert_eq!((rule.calls, rule.fail.precision, rule.fail.recall), (3, Some(0.5), Some(1.0)));
        assert_eq!((rule.wrong.len(), rule.wrong[0].call.as_str()), (1, "0b.wav"));
    }
}
