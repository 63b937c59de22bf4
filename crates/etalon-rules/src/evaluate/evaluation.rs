//! Verdicts, points and the score.

use crate::call_view::CallView;
use crate::evaluate::evaluator::Evaluator;
use crate::evaluate::finding::{Finding, Truth};
use crate::evaluate::history::History;
use crate::evaluate::structure::add_structure;
use crate::evaluate::wording;
use crate::language::example::ExampleKind;
use crate::language::pack::{Pack, Rule};
use crate::text::matcher::Matcher;
use crate::text::transcript::Transcript;
use etalon_call::{ConversationKind, Evaluation, RuleResult, Severity, Verdict, round3};
use std::cell::RefCell;

/// Places shown for one verdict.
const EVIDENCE_AT_MOST: usize = 8;

/// Applies packs to a call.
///
/// The score is 100 × points earned / points possible over the rules with the verdict `pass` or
/// `fail`; it is 0 when a critical rule failed and null when no rule applied, as in a call in which
/// nobody speaks. The same call and packs give the same evaluation.
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
        let evaluator = Evaluator { history, ..evaluator(pack, call, &transcript) };
        let enabled = pack.rules.iter().filter(|rule| rule.is_enabled);
        evaluation.rules.extend(enabled.map(|rule| rule_result(pack, rule, &evaluator)));
        if no_dialogue(call).is_some() {
            continue;
        }
        add_structure(pack, &evaluator, &mut evaluation);
        let found = crate::evaluate::agreements::agreements(&pack.agreements, &evaluator);
        let agreements = &mut evaluation.agreements;
        agreements.promise_to_pay = agreements.promise_to_pay.take().or(found.promise_to_pay);
        agreements.callback = agreements.callback.take().or(found.callback);
    }
    // Stages that begin together stay in the order of their pack.
    evaluation.stages.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
    evaluation.critical = is_critical(&evaluation.rules);
    evaluation.score = score(&evaluation.rules, evaluation.critical);
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
        let evaluator = Evaluator { history: Some(history), ..evaluator(pack, call, &transcript) };
        for rule in pack.rules.iter().filter(|rule| rule.is_enabled && rule.asks_for_history()) {
            let known =
                evaluation.rules.iter_mut().find(|known| known.pack == pack.id && known.id == rule.id);
            if let Some(known) = known {
                *known = rule_result(pack, rule, &evaluator);
            }
        }
    }
    evaluation.critical = is_critical(&evaluation.rules);
    evaluation.score = score(&evaluation.rules, evaluation.critical);
    evaluation
}

fn is_critical(rules: &[RuleResult]) -> bool {
    rules.iter().any(|result| result.verdict == Verdict::Fail && result.severity == Severity::Critical)
}

pub(crate) fn evaluator<'a>(
    pack: &'a Pack,
    call: &'a CallView<'a>,
    transcript: &'a Transcript,
) -> Evaluator<'a> {
    let matcher = Matcher::new(transcript, &pack.vocabulary);
    Evaluator {
        view: call,
        transcript,
        matcher,
        stages: &pack.stages,
        agreements: &pack.agreements,
        calendar: &pack.calendar,
        history: None,
        heard: RefCell::default(),
    }
}

fn score(rules: &[RuleResult], critical: bool) -> Option<f64> {
    let counted = || rules.iter().filter(|rule| matches!(rule.verdict, Verdict::Pass | Verdict::Fail));
    let possible: f64 = counted().map(|rule| rule.max_points).sum();
    let earned: f64 = counted().map(|rule| rule.points).sum();
    match (critical, possible > 0.0) {
        (true, _) => Some(0.0),
        (false, true) => Some(round3(100.0 * earned / possible)),
        (false, false) => None,
    }
}

pub(crate) fn rule_result(pack: &Pack, rule: &Rule, evaluator: &Evaluator<'_>) -> RuleResult {
    let (verdict, finding, reason) = if let Some(cause) = no_dialogue(evaluator.view) {
        (Verdict::Na, Finding::of(false), cause.to_owned())
    } else {
        let (verdict, finding) = judge(rule, evaluator);
        let reason = reason(rule, verdict, &finding);
        (verdict, finding, reason)
    };
    let evidence = match verdict {
        Verdict::Pass | Verdict::Fail => finding.evidence(EVIDENCE_AT_MOST),
        Verdict::Na | Verdict::Unmeasurable => vec![],
    };
    RuleResult {
        pack: pack.id.clone(),
        id: rule.id.clone(),
        verdict,
        severity: rule.severity,
        points: if verdict == Verdict::Pass { round3(rule.max_points) } else { 0.0 },
        max_points: round3(rule.max_points),
        reason,
        evidence,
    }
}

/// Why a call can't be judged by the standard of a conversation; none where people talk with each
/// other.
fn no_dialogue(view: &CallView<'_>) -> Option<&'static str> {
    if view.turns.is_empty() {
        return Some(wording::NOBODY_SPEAKS);
    }
    match view.call.kind.as_ref()?.name {
        ConversationKind::Dialogue | ConversationKind::ThirdPerson => None,
        ConversationKind::Voicemail => Some(wording::VOICEMAIL),
        ConversationKind::Unavailable => Some(wording::UNAVAILABLE),
        ConversationKind::Ivr => Some(wording::IVR),
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
    let finding = evaluator.find(condition, None);
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
    let at = place.map_or_else(|| "—".to_owned(), |place| clock_time(place.start_s));
    let value = finding.value.map_or_else(|| "—".to_owned(), decimal);
    template
        .replace("{at}", &at)
        .replace("{count}", &finding.places.len().to_string())
        .replace("{value}", &value)
}

/// Minutes and seconds since the call began.
fn clock_time(seconds: f64) -> String {
    let whole = seconds.max(0.0) as u64;
    format!("{}:{:02}", whole / 60, whole % 60)
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
}

/// Runs all examples of a pack and returns those that failed.
pub fn test_examples(pack: &Pack) -> Vec<ExampleFailure> {
    let mut failures = Vec::new();
    for rule in &pack.rules {
        for (index, example) in rule.examples.iter().enumerate() {
            let view = example.view();
            let transcript = Transcript::new(view.call, view.turns);
            let (found, finding) = judge(rule, &evaluator(pack, &view, &transcript));
            if found != example.expect {
                failures.push(ExampleFailure {
                    rule: rule.id.clone(),
                    number: index + 1,
                    kind: example.kind,
                    expected: example.expect,
                    found,
                    reason: reason(rule, found, &finding),
                });
            }
        }
    }
    failures
}
