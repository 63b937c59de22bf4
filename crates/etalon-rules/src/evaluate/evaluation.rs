//! Verdicts and points.

use crate::call_view::CallView;
use crate::evaluate::agreements::add_agreements;
use crate::evaluate::conversation::{is_answered, no_conversation};
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::finding::{Finding, Place, Truth};
use crate::evaluate::history::History;
use crate::evaluate::score::add_score;
use crate::evaluate::structure::add_structure;
use crate::evaluate::wording;
use crate::language::error::PackPlace;
use crate::language::example::ExampleKind;
use crate::language::pack::{Pack, Rule};
use crate::text::transcript::Transcript;
use etalon_call::{Evaluation, RuleResult, Verdict, clock, round3};

/// Places shown for one verdict.
const EVIDENCE_AT_MOST: usize = 8;

/// Applies packs to a call.
///
/// The score is 100 × points earned / points possible over the rules with the verdict `pass` or
/// `fail`; it is 0 when a critical rule failed. It is null, with a reason, when no rule applied, as
/// in a call in which nobody speaks, and when less of the standard was measured than
/// [`SCORE_COVERAGE_MIN`](crate::SCORE_COVERAGE_MIN) among the call's definitions asks for. The same
/// call and packs give the same evaluation.
pub fn evaluate(packs: &[Pack], call: &CallView<'_>) -> Evaluation {
    evaluate_call(packs, call, None)
}

/// Applies packs to a call, with what is known of the other calls: whether an agreed call back was
/// kept and how often the client was called can only be told so.
pub fn evaluate_with_history(packs: &[Pack], call: &CallView<'_>, history: &History) -> Evaluation {
    evaluate_call(packs, call, Some(history))
}

fn evaluate_call(packs: &[Pack], call: &CallView<'_>, history: Option<&History>) -> Evaluation {
    let transcript = Transcript::new(call.call, call.turns);
    let mut evaluation = Evaluation::default();
    for pack in packs {
        let evaluator = Evaluator { history, ..Evaluator::of(pack, call, &transcript) };
        let enabled = pack.rules.iter().filter(|rule| rule.is_enabled);
        evaluation.rules.extend(enabled.map(|rule| rule_result(pack, rule, &evaluator)));
        if no_conversation(call).is_some() {
            continue;
        }
        add_structure(pack, &evaluator, &mut evaluation);
        add_agreements(&pack.agreements, &evaluator, &mut evaluation.agreements);
    }
    // Stages that begin together stay in the order of their pack.
    if let Some(stages) = &mut evaluation.stages {
        stages.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
    }
    evaluation.answered = Some(is_answered(call));
    add_score(&mut evaluation, packs, call, &transcript);
    evaluation
}

/// Applies again the rules that only the other calls of a client can decide, and leaves the rest as
/// it is.
///
/// `evaluation` is what [`evaluate`] or [`evaluate_with_history`] said of the same call and packs; the result is what
/// [`evaluate_with_history`] would say of it with this history.
pub fn evaluate_across_calls(
    packs: &[Pack],
    call: &CallView<'_>,
    history: &History,
    evaluation: Evaluation,
) -> Evaluation {
    let asking: Vec<&Pack> = packs.iter().filter(|pack| pack.asks_for_history()).collect();
    if asking.is_empty() {
        return evaluation;
    }
    let mut evaluation = evaluation;
    let transcript = Transcript::new(call.call, call.turns);
    for pack in asking {
        let evaluator = Evaluator { history: Some(history), ..Evaluator::of(pack, call, &transcript) };
        for rule in pack.rules.iter().filter(|rule| rule.is_enabled && rule.asks_for_history()) {
            let known =
                evaluation.rules.iter_mut().find(|known| known.pack == pack.id && known.id == rule.id);
            if let Some(known) = known {
                *known = rule_result(pack, rule, &evaluator);
            }
        }
    }
    add_score(&mut evaluation, packs, call, &transcript);
    evaluation
}

pub(crate) fn rule_result(pack: &Pack, rule: &Rule, evaluator: &Evaluator<'_>) -> RuleResult {
    let (verdict, mut finding, reason) = if let Some(cause) = no_conversation(evaluator.view) {
        (Verdict::Na, Finding::of(false), cause.to_owned())
    } else {
        let (verdict, finding) = judge(rule, evaluator);
        let reason = reason(rule, verdict, &finding);
        (verdict, finding, reason)
    };
    if verdict == Verdict::Fail && finding.places.is_empty() && finding.searched.is_empty() {
        let whole_call = Place::of_time(0.0, evaluator.view.audio.duration_s, wording::WHOLE_CALL.to_owned());
        finding.searched.push(whole_call);
    }
    let evidence = match verdict {
        Verdict::Pass | Verdict::Fail => finding.evidence(evaluator.transcript, EVIDENCE_AT_MOST),
        // What is only suspected has to be heard by a person.
        Verdict::Unmeasurable => finding.acts_alone().evidence(evaluator.transcript, EVIDENCE_AT_MOST),
        Verdict::Na => vec![],
    };
    let points = match verdict {
        Verdict::Pass => Some(round3(rule.max_points)),
        Verdict::Fail => Some(0.0),
        Verdict::Na | Verdict::Unmeasurable => None,
    };
    RuleResult {
        pack: pack.id.clone(),
        id: rule.id.clone(),
        verdict,
        severity: rule.severity,
        points,
        max_points: round3(rule.max_points),
        reason,
        evidence,
    }
}

fn judge(rule: &Rule, evaluator: &Evaluator<'_>) -> (Verdict, Finding) {
    let Some(condition) = &rule.condition else {
        return (Verdict::Unmeasurable, Finding::unmeasurable(wording::JUDGED_BY_HAND));
    };
    if let Some(when) = &rule.when {
        let applicability = evaluator.find(when, None);
        match applicability.truth {
            Truth::Holds => {}
            Truth::Fails => return (Verdict::Na, applicability),
            Truth::Unmeasurable(_) => return (Verdict::Unmeasurable, applicability),
        }
    }
    let mut finding = evaluator.find(condition, None);
    if finding.fails()
        && let Some(cause) = finding.doubt.take()
    {
        finding = Finding::unmeasurable(cause);
    }
    let verdict = match finding.truth {
        Truth::Holds => Verdict::Pass,
        Truth::Fails => Verdict::Fail,
        Truth::Unmeasurable(_) => Verdict::Unmeasurable,
    };
    (verdict, finding)
}

fn reason(rule: &Rule, verdict: Verdict, finding: &Finding) -> String {
    let reasons = &rule.reasons;
    match (verdict, &finding.truth) {
        (Verdict::Pass, _) => fill(&reasons.pass, finding),
        (Verdict::Fail, _) if !finding.reasons.is_empty() => fill(&distinct(&finding.reasons), finding),
        (Verdict::Fail, _) => fill(&reasons.fail, finding),
        (Verdict::Unmeasurable, Truth::Unmeasurable(cause)) => {
            let prefix = reasons.unmeasurable.as_deref().unwrap_or(wording::CANNOT_BE_CHECKED);
            format!("{prefix}: {}.", inside_a_sentence(cause))
        }
        _ => reasons.na.clone().unwrap_or_else(|| wording::NOT_APPLICABLE.to_owned()),
    }
}

/// Whether a rule has no condition and waits for a reviewer: only its reason says so, in results of
/// every version.
pub fn is_judged_by_hand(result: &RuleResult) -> bool {
    let reason = result.reason.trim_end_matches('.');
    result.verdict == Verdict::Unmeasurable && reason.ends_with(wording::JUDGED_BY_HAND)
}

/// A sentence as it stands after a colon: a small first letter, no full stop.
fn inside_a_sentence(sentence: &str) -> String {
    let mut letters = sentence.trim_end_matches('.').chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

fn distinct(reasons: &[String]) -> String {
    let mut once: Vec<&str> = Vec::new();
    for reason in reasons {
        if !once.contains(&reason.as_str()) {
            once.push(reason);
        }
    }
    once.join(" ")
}

/// Fills in when, how often and how much.
fn fill(template: &str, finding: &Finding) -> String {
    let place = finding.places.iter().min_by(|left, right| left.start_s.total_cmp(&right.start_s));
    let at = place.map_or_else(|| "—".to_owned(), |place| clock(place.start_s));
    let value = finding.value.map_or_else(|| "—".to_owned(), decimal);
    template.replace("{at}", &at).replace("{count}", &finding.count().to_string()).replace("{value}", &value)
}

/// A number with one decimal, with a comma as Russian writes it.
fn decimal(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or_else(|| text.replace('.', ","), str::to_owned)
}

/// An example of a pack whose rule gave another verdict than the example says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFailure {
    /// The rule's id.
    pub rule: String,
    /// The example's place among the rule's examples, from 1.
    pub number: usize,
    /// What the example shows.
    pub kind: ExampleKind,
    /// The verdict it should have.
    pub expected: Verdict,
    /// The verdict it has.
    pub found: Verdict,
    /// The reason that the rule gave.
    pub reason: String,
    /// Where the pack says which verdict it should have.
    pub place: PackPlace,
}

/// Runs all examples of a pack and returns those that failed.
pub fn test_examples(pack: &Pack) -> Vec<ExampleFailure> {
    let mut failures = Vec::new();
    for rule in &pack.rules {
        for (index, example) in rule.examples.iter().enumerate() {
            let view = example.view();
            let transcript = Transcript::new(view.call, view.turns);
            let (found, finding) = judge(rule, &Evaluator::of(pack, &view, &transcript));
            if found != example.expect {
                failures.push(ExampleFailure {
                    rule: rule.id.clone(),
                    number: index + 1,
                    kind: example.kind,
                    expected: example.expect,
                    found,
                    reason: reason(rule, found, &finding),
                    place: example.place.clone(),
                });
            }
        }
    }
    failures
}
