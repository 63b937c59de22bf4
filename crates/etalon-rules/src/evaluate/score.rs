//! The score, and whether enough was measured for one.

use crate::call_view::CallView;
use crate::evaluate::conversation::no_conversation;
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::wording;
use crate::language::pack::Pack;
use crate::text::transcript::Transcript;
use etalon_call::{Evaluation, Metrics, Role, RuleResult, Severity, Verdict, round3};

/// The least coverage of a score, 0 to 1, among the definitions of a call's metrics.
pub const SCORE_COVERAGE_MIN: &str = "score_coverage_min";

/// The least coverage where a call's definitions name none: half of the standard.
pub const DEFAULT_SCORE_COVERAGE_MIN: f64 = 0.5;

/// What the verdicts of a call come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// 0 to 100 over the rules that passed or failed; 0 where a critical rule failed; none where
    /// too little was measured.
    pub score: Option<f64>,
    /// The points of the rules that were measured over those of the rules that apply, 0 to 1; none
    /// where no rule applies.
    pub coverage: Option<f64>,
    /// Whether a critical rule failed.
    pub critical: bool,
    /// Why there is no score; none where there is one.
    pub unmeasurable: Option<ScoreMissing>,
}

/// Why verdicts give no score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScoreMissing {
    /// No rule applies to the call.
    NoRuleApplies,
    /// Less of the standard was measured than a score needs. Shares from 0 to 1.
    TooLittleMeasured {
        /// What was measured.
        coverage: f64,
        /// What a score needs.
        least: f64,
    },
}

impl ScoreMissing {
    /// The reason for people, in Russian; `cause` says why that much was not measured.
    pub fn reason(self, cause: Option<&str>) -> String {
        match self {
            Self::NoRuleApplies => wording::NO_RULE_APPLIES.to_owned(),
            Self::TooLittleMeasured { coverage, least } => {
                wording::too_little_measured(coverage, least, cause)
            }
        }
    }
}

/// What verdicts come to, whoever gave them: 100 × points earned / points possible over the rules
/// that passed or failed.
///
/// `coverage_min` is the least coverage of a score, 0 to 1 (see [`coverage_min`]).
pub fn score(rules: &[RuleResult], coverage_min: f64) -> Score {
    let points = Points::of(rules);
    let coverage = points.coverage();
    let critical = rules.iter().any(is_critical_failure);
    let unmeasurable = match coverage {
        None => Some(ScoreMissing::NoRuleApplies),
        Some(coverage) if coverage <= 0.0 || coverage < coverage_min => {
            Some(ScoreMissing::TooLittleMeasured { coverage, least: coverage_min })
        }
        Some(_) => None,
    };
    let score = match unmeasurable {
        Some(_) => None,
        None if critical => Some(0.0),
        None => Some(round3(100.0 * points.earned / points.measured)),
    };
    Score { score, coverage: coverage.map(round3), critical, unmeasurable }
}

impl Score {
    /// An evaluation with these totals. `conversation_missing` is why no rule applies to the call; it
    /// comes before what the totals say.
    #[must_use]
    pub fn applied_to(self, evaluation: Evaluation, conversation_missing: Option<String>) -> Evaluation {
        let Self { score, coverage, critical, unmeasurable } = self;
        let score_unmeasurable =
            conversation_missing.or_else(|| unmeasurable.map(|missing| missing.reason(None)));
        Evaluation {
            score: score.filter(|_| score_unmeasurable.is_none()),
            score_coverage: coverage,
            score_unmeasurable,
            critical,
            ..evaluation
        }
    }
}

/// The least coverage of a score of a call, 0 to 1: as its definitions have it.
pub fn coverage_min(metrics: &Metrics) -> f64 {
    metrics.definitions.get(SCORE_COVERAGE_MIN).copied().unwrap_or(DEFAULT_SCORE_COVERAGE_MIN)
}

/// Why no rule applies to a call that holds no conversation (a machine, one side, silence), as its
/// evaluation says it; none where a conversation was judged.
pub fn conversation_missing(evaluation: &Evaluation) -> Option<&str> {
    let cause = evaluation.score_unmeasurable.as_deref()?;
    let gives_it = |rule: &RuleResult| rule.verdict == Verdict::Na && rule.reason == cause;
    (!evaluation.rules.is_empty() && evaluation.rules.iter().all(gives_it)).then_some(cause)
}

/// Adds what the verdicts come to: the score with its coverage, or why there is none.
pub(crate) fn add_score(
    evaluation: &mut Evaluation,
    packs: &[Pack],
    view: &CallView<'_>,
    transcript: &Transcript,
) {
    let Score { score, coverage, critical, unmeasurable } =
        score(&evaluation.rules, coverage_min(view.metrics));
    evaluation.critical = critical;
    evaluation.score_coverage = coverage;
    evaluation.score_unmeasurable = match (no_conversation(view), unmeasurable) {
        (Some(cause), _) => Some(cause.to_owned()),
        (None, Some(missing)) => {
            Some(missing.reason(why_words_are_missing(packs, view, transcript).as_deref()))
        }
        (None, None) => None,
    };
    evaluation.score = score.filter(|_| evaluation.score_unmeasurable.is_none());
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

/// Why nothing can be concluded from what one of the sides says; none where the words are there.
fn why_words_are_missing(packs: &[Pack], view: &CallView<'_>, transcript: &Transcript) -> Option<String> {
    let evaluator = Evaluator::of(packs.first()?, view, transcript);
    [Role::Agent, Role::Client].into_iter().find_map(|role| evaluator.words_unmeasurable(role))
}
