//! The score, and whether enough was measured for one.

use crate::call_view::CallView;
use crate::evaluate::conversation::no_conversation;
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::wording;
use crate::language::pack::Pack;
use crate::text::transcript::Transcript;
use etalon_call::{Evaluation, Role, RuleResult, Severity, Verdict, round3};

/// The least coverage of a score, 0 to 1, among the definitions of a call's metrics.
pub const SCORE_COVERAGE_MIN: &str = "score_coverage_min";

/// The least coverage where a call's definitions name none: half of the standard.
pub const DEFAULT_SCORE_COVERAGE_MIN: f64 = 0.5;

/// Adds what the verdicts come to: the score with its coverage, or why there is none.
pub(crate) fn add_score(
    evaluation: &mut Evaluation,
    packs: &[Pack],
    view: &CallView<'_>,
    transcript: &Transcript,
) {
    let points = Points::of(&evaluation.rules);
    evaluation.critical = evaluation.rules.iter().any(is_critical_failure);
    evaluation.score_coverage = points.coverage().map(round3);
    evaluation.score_unmeasurable = match (no_conversation(view), points.coverage()) {
        (Some(cause), _) => Some(cause.to_owned()),
        (None, None) => Some(wording::NO_RULE_APPLIES.to_owned()),
        (None, Some(coverage)) if coverage <= 0.0 || coverage < coverage_min(view) => {
            let cause = why_words_are_missing(packs, view, transcript);
            Some(wording::too_little_measured(coverage, coverage_min(view), cause.as_deref()))
        }
        (None, Some(_)) => None,
    };
    evaluation.score = match evaluation.score_unmeasurable {
        Some(_) => None,
        None if evaluation.critical => Some(0.0),
        None => Some(round3(100.0 * points.earned / points.measured)),
    };
}

/// Sums over the rules of a call.
struct Points {
    earned: f64,
    /// Of the rules that passed or failed.
    measured: f64,
    /// The same together with the rules that apply and could not be measured.
    applicable: f64,
}

impl Points {
    fn of(rules: &[RuleResult]) -> Self {
        let possible = |verdicts: &[Verdict]| -> f64 {
            let such = rules.iter().filter(|rule| verdicts.contains(&rule.verdict));
            such.map(|rule| rule.max_points).sum()
        };
        let measured = possible(&[Verdict::Pass, Verdict::Fail]);
        Self {
            earned: rules.iter().filter_map(|rule| rule.points).sum(),
            measured,
            applicable: measured + possible(&[Verdict::Unmeasurable]),
        }
    }

    fn coverage(&self) -> Option<f64> {
        (self.applicable > 0.0).then(|| self.measured / self.applicable)
    }
}

fn is_critical_failure(rule: &RuleResult) -> bool {
    rule.verdict == Verdict::Fail && rule.severity == Severity::Critical
}

fn coverage_min(view: &CallView<'_>) -> f64 {
    view.metrics.definitions.get(SCORE_COVERAGE_MIN).copied().unwrap_or(DEFAULT_SCORE_COVERAGE_MIN)
}

/// Why nothing can be concluded from what one of the sides says; none where the words are there.
fn why_words_are_missing(packs: &[Pack], view: &CallView<'_>, transcript: &Transcript) -> Option<String> {
    let evaluator = Evaluator::of(packs.first()?, view, transcript);
    [Role::Agent, Role::Client].into_iter().find_map(|role| evaluator.words_unmeasurable(role))
}
