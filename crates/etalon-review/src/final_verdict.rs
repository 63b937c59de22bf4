//! Machine, people, and what stands.
//!
//! For every rule: a sheet that a lead has resolved or closed comes first (the latest one), then
//! what the reviewers' shared sheets say, then the machine. Reviewers who contradict each other
//! decide nothing without a lead: the machine's verdict stands, and it is said that they disagree.
//! Drafts never count.

use crate::answer::{HumanVerdict, RuleKey};
use crate::comment::Comment;
use crate::sheet::{RecordedAnswer, Sheet, SheetState};
use crate::wording;
use chrono::{DateTime, FixedOffset};
use etalon_call::{Evaluation, RuleResult, Verdict, named_enum, round3};
use etalon_rules::{conversation_missing, score};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

named_enum! {
    /// Whose verdict stands.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
    pub enum VerdictSource {
        /// The machine's: nobody has judged the rule.
        Machine = "machine",
        /// That of reviewers, who agree.
        Reviewer = "reviewer",
        /// That of a sheet which a lead has resolved or closed.
        Lead = "lead",
        /// The machine's, because reviewers disagree and no lead has decided.
        ReviewersDisagree = "reviewers_disagree",
    }
}

/// What a person says of a rule, as it stands beside the machine's verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HumanAnswer {
    /// Whose sheet it stands on.
    pub reviewer: String,
    /// How far the sheet is.
    pub state: SheetState,
    /// The answer that stands on the sheet, with its author: the reviewer, or a lead who decided.
    pub recorded: RecordedAnswer,
}

/// The verdicts on one rule in one call.
#[derive(Debug, Clone, PartialEq)]
pub struct FinalVerdict {
    /// The machine's result, as it was.
    pub machine: RuleResult,
    /// What people say, in order of reviewer; no drafts.
    pub humans: Vec<HumanAnswer>,
    /// What stands.
    pub verdict: Verdict,
    /// Whose it is.
    pub source: VerdictSource,
}

/// The verdicts on one call.
#[derive(Debug, Clone, PartialEq)]
pub struct FinalEvaluation {
    /// Rule by rule, in the order of the machine's evaluation.
    pub rules: Vec<FinalVerdict>,
    /// The evaluation with the verdicts that stand and the score that follows from them. Its
    /// reasons say who decided; its evidence is the machine's where the verdict is.
    pub evaluation: Evaluation,
    /// Answers to rules that the machine's evaluation does not have (any more). They are kept and
    /// count nothing.
    pub kept: Vec<HumanAnswer>,
    /// Whether a sheet counts.
    pub is_reviewed: bool,
}

/// Puts the machine's evaluation of a call and the sheets on it together.
///
/// `coverage_min` is the least coverage of a score, 0 to 1
/// ([`etalon_rules::coverage_min`] of the call's metrics). The sheets of other calls do not belong
/// here.
pub fn final_evaluation<'s>(
    machine: &Evaluation,
    coverage_min: f64,
    sheets: impl IntoIterator<Item = &'s Sheet>,
) -> FinalEvaluation {
    let sheets: Vec<&Sheet> = sheets.into_iter().filter(|sheet| sheet.state.counts()).collect();
    let rules: Vec<FinalVerdict> =
        machine.rules.iter().map(|result| final_verdict(result, &sheets)).collect();
    FinalEvaluation {
        evaluation: evaluation_of(machine, &rules, coverage_min),
        kept: kept_answers(machine, &sheets),
        is_reviewed: !sheets.is_empty(),
        rules,
    }
}

fn final_verdict(machine: &RuleResult, sheets: &[&Sheet]) -> FinalVerdict {
    let rule = RuleKey::of(machine);
    let humans: Vec<HumanAnswer> = sheets.iter().filter_map(|sheet| human_answer(sheet, &rule)).collect();
    let (verdict, source) = match (decided(sheets, &rule), agreed(&humans)) {
        (Some(verdict), _) => (verdict.verdict(), VerdictSource::Lead),
        (None, Agreed::Verdict(verdict)) => (verdict.verdict(), VerdictSource::Reviewer),
        (None, Agreed::No) => (machine.verdict, VerdictSource::ReviewersDisagree),
        (None, Agreed::Nothing) => (machine.verdict, VerdictSource::Machine),
    };
    FinalVerdict { machine: machine.clone(), humans, verdict, source }
}

fn human_answer(sheet: &Sheet, rule: &RuleKey) -> Option<HumanAnswer> {
    let recorded = sheet.answer(rule)?.clone();
    Some(HumanAnswer { reviewer: sheet.reviewer.clone(), state: sheet.state, recorded })
}

/// The answer of the sheet that a lead decided last.
fn decided(sheets: &[&Sheet], rule: &RuleKey) -> Option<HumanVerdict> {
    let decided = sheets.iter().filter(|sheet| sheet.state.is_decided());
    let answers = decided.filter_map(|sheet| Some((decided_at(sheet), sheet, sheet.answer(rule)?)));
    // Of two in one moment the order of names decides, so that everybody sees the same.
    let last = answers.max_by_key(|(at, sheet, _)| (*at, sheet.reviewer.clone()))?;
    Some(last.2.answer.verdict)
}

/// When a lead had the last word on the answers: closing a resolved sheet decides nothing anew.
fn decided_at(sheet: &Sheet) -> Option<DateTime<FixedOffset>> {
    sheet.history.iter().find(|step| step.state.is_decided()).map(|step| step.at)
}

/// What reviewers come to.
enum Agreed {
    /// Nobody answered.
    Nothing,
    /// All say this.
    Verdict(HumanVerdict),
    /// They say different things.
    No,
}

fn agreed(humans: &[HumanAnswer]) -> Agreed {
    let verdicts: BTreeSet<HumanVerdict> = humans.iter().map(|human| human.recorded.answer.verdict).collect();
    let mut verdicts = verdicts.into_iter();
    match (verdicts.next(), verdicts.next()) {
        (None, _) => Agreed::Nothing,
        (Some(verdict), None) => Agreed::Verdict(verdict),
        (Some(_), Some(_)) => Agreed::No,
    }
}

fn evaluation_of(machine: &Evaluation, rules: &[FinalVerdict], coverage_min: f64) -> Evaluation {
    if rules.iter().all(|rule| matches!(rule.source, VerdictSource::Machine)) {
        return machine.clone();
    }
    let mut results: Vec<RuleResult> = rules.iter().map(final_result).collect();
    let is_judged = |rule: &FinalVerdict| {
        matches!(rule.source, VerdictSource::Lead | VerdictSource::Reviewer)
            && matches!(rule.verdict, Verdict::Pass | Verdict::Fail)
    };
    // Somebody who judges a call hears a conversation in it: that the machine heard none is no
    // reason any more to take its rules out of the standard.
    let missing = conversation_missing(machine);
    let is_heard = rules.iter().any(is_judged);
    if missing.is_some() && is_heard {
        for (result, rule) in results.iter_mut().zip(rules) {
            reopen(result, rule.source);
        }
    }
    let missing = missing.filter(|_| !is_heard).map(str::to_owned);
    let total = score(&results, coverage_min);
    total.applied_to(Evaluation { rules: results, ..machine.clone() }, missing)
}

/// A rule that was out of the standard only because the machine heard no conversation.
fn reopen(result: &mut RuleResult, source: VerdictSource) {
    let is_open = matches!(source, VerdictSource::Machine | VerdictSource::ReviewersDisagree);
    if is_open && result.verdict == Verdict::Na {
        result.verdict = Verdict::Unmeasurable;
        wording::NOT_CHECKED.clone_into(&mut result.reason);
    }
}

fn final_result(rule: &FinalVerdict) -> RuleResult {
    let machine = &rule.machine;
    let decided_by = match rule.source {
        VerdictSource::Machine => return machine.clone(),
        VerdictSource::ReviewersDisagree => {
            let reason = format!("{} {}", wording::REVIEWERS_DISAGREE, machine.reason);
            return RuleResult { reason, ..machine.clone() };
        }
        VerdictSource::Reviewer => wording::DECIDED_BY_REVIEWER,
        VerdictSource::Lead => wording::DECIDED_BY_LEAD,
    };
    let is_same = rule.verdict == machine.verdict;
    RuleResult {
        verdict: rule.verdict,
        points: match rule.verdict {
            Verdict::Pass => Some(round3(machine.max_points)),
            Verdict::Fail => Some(0.0),
            Verdict::Na | Verdict::Unmeasurable => None,
        },
        reason: reason(rule, decided_by),
        evidence: if is_same { machine.evidence.clone() } else { Vec::new() },
        ..machine.clone()
    }
}

/// The comments of those who say what stands, or else that they say so.
fn reason(rule: &FinalVerdict, decided_by: &str) -> String {
    let of_verdict =
        rule.humans.iter().filter(|human| human.recorded.answer.verdict.verdict() == rule.verdict);
    let comments = of_verdict.map(|human| &human.recorded.answer.comment);
    let comments: Vec<&str> = comments.filter(|comment| !comment.is_empty()).map(Comment::as_str).collect();
    match comments.is_empty() {
        false => comments.join(" "),
        true if rule.verdict == rule.machine.verdict => rule.machine.reason.clone(),
        true => decided_by.to_owned(),
    }
}

fn kept_answers(machine: &Evaluation, sheets: &[&Sheet]) -> Vec<HumanAnswer> {
    let known: BTreeSet<RuleKey> = machine.rules.iter().map(RuleKey::of).collect();
    let gone = sheets.iter().flat_map(|sheet| {
        let rules = sheet.answers.keys().filter(|rule| !known.contains(*rule));
        rules.filter_map(|rule| human_answer(sheet, rule))
    });
    gone.collect()
}
