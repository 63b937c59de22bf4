//! What stands where machine and people say different things, and the score that follows.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod common;

use common::{answer, at};
use etalon_call::{Evaluation, RuleResult, Severity, Verdict};
use etalon_review::{
    Change, Comment, Event, HumanVerdict, PersonRole, Sheet, SheetState, Subject, VerdictSource,
    final_evaluation,
};

const NO_CONVERSATION: &str = "Разговора не было: ответил автоответчик.";

fn result(id: &str, verdict: Verdict, severity: Severity) -> RuleResult {
    let points = match verdict {
        Verdict::Pass => Some(2.0),
        Verdict::Fail => Some(0.0),
        Verdict::Na | Verdict::Unmeasurable => None,
    };
    RuleResult {
        pack: "p".into(),
        id: id.into(),
        verdict,
        severity,
        points,
        max_points: 2.0,
        reason: "Машина так решила.".into(),
        evidence: vec![],
    }
}

/// Rules `a` pass, `b` fail, `c` unmeasurable, `d` critical and passed.
fn machine() -> Evaluation {
    let rules = vec![
        result("a", Verdict::Pass, Severity::Major),
        result("b", Verdict::Fail, Severity::Major),
        result("c", Verdict::Unmeasurable, Severity::Minor),
        result("d", Verdict::Pass, Severity::Critical),
    ];
    Evaluation { score: Some(66.667), score_coverage: Some(0.75), rules, ..Evaluation::default() }
}

/// A sheet in a state, with answers and the lead's decisions; its last step is at `second`.
fn sheet(
    reviewer: &str,
    state: SheetState,
    second: i64,
    answers: &[(&str, HumanVerdict)],
    decisions: &[(&str, HumanVerdict)],
) -> Sheet {
    let comment = || Comment::new("так слышно").unwrap();
    let decisions = decisions.iter().map(|(rule, verdict)| answer(rule, *verdict)).collect();
    let steps = match state {
        SheetState::Draft => vec![],
        SheetState::Shared => vec![common::share()],
        SheetState::Acknowledged => vec![common::share(), Change::Acknowledged { comment: comment() }],
        SheetState::Disputed => vec![common::share(), Change::Disputed { comment: comment(), rules: vec![] }],
        SheetState::Resolved => vec![common::share(), Change::Resolved { comment: comment(), decisions }],
        SheetState::Closed => vec![common::share(), Change::Closed { comment: comment() }],
    };
    let answered = answers.iter().map(|(rule, verdict)| common::answered(rule, *verdict));
    let mut sheet = Sheet::empty("c1", reviewer);
    for (change, sequence) in answered.chain(steps).zip(1..) {
        sheet.apply(&Event {
            id: i64::from(sequence),
            call_id: "c1".into(),
            subject: Subject::Sheet { reviewer: reviewer.into() },
            sequence,
            author: reviewer.into(),
            role: PersonRole::Reviewer,
            at: at(second),
            change,
        });
    }
    assert_eq!(sheet.state, state);
    sheet
}

#[track_caller]
fn check(sheets: &[Sheet], expected: &[(&str, Verdict, VerdictSource)], score: Option<f64>) {
    let machine = machine();
    let found = final_evaluation(&machine, 0.5, sheets);
    for (rule, verdict, source) in expected {
        let found = found.rules.iter().find(|found| found.machine.id == *rule).unwrap();
        assert_eq!((found.verdict, found.source), (*verdict, *source), "{rule}");
    }
    assert_eq!(found.evaluation.score, score);
    let originals: Vec<RuleResult> = found.rules.into_iter().map(|rule| rule.machine).collect();
    assert_eq!(originals, machine.rules, "the machine's verdicts are never overwritten");
}

#[test]
fn the_last_word_has_a_lead_then_the_reviewers_then_the_machine() {
    use HumanVerdict::{CannotTell, Fail, Na, Pass};
    use SheetState::{Acknowledged, Closed, Disputed, Draft, Resolved, Shared};
    use VerdictSource::{Lead, Machine, Reviewer, ReviewersDisagree};
    let as_it_was = Some(66.667);
    check(&[], &[("a", Verdict::Pass, Machine)], as_it_was);
    check(&[sheet("x", Draft, 1, &[("b", Pass)], &[])], &[("b", Verdict::Fail, Machine)], as_it_was);
    for state in [Shared, Acknowledged, Disputed] {
        let sheets = [sheet("x", state, 1, &[("b", Pass)], &[])];
        check(&sheets, &[("b", Verdict::Pass, Reviewer), ("a", Verdict::Pass, Machine)], Some(100.0));
    }
    check(&[sheet("x", Closed, 1, &[("b", Pass)], &[])], &[("b", Verdict::Pass, Lead)], Some(100.0));
    // Two reviewers who agree, and two who do not.
    let x = |verdict| sheet("x", Shared, 1, &[("b", verdict)], &[]);
    let y = |verdict| sheet("y", Shared, 2, &[("b", verdict)], &[]);
    check(&[x(Pass), y(Pass)], &[("b", Verdict::Pass, Reviewer)], Some(100.0));
    check(&[x(Pass), y(Na)], &[("b", Verdict::Fail, ReviewersDisagree)], as_it_was);
    check(
        &[x(Pass), sheet("y", Draft, 2, &[("b", Na)], &[])],
        &[("b", Verdict::Pass, Reviewer)],
        Some(100.0),
    );
    // A lead decides, whatever is shared later; of two decisions the later one holds.
    let resolved = |second, verdict| sheet("z", Resolved, second, &[("b", Fail)], &[("b", verdict)]);
    check(&[x(Pass), y(Fail), resolved(0, Na)], &[("b", Verdict::Na, Lead)], Some(100.0));
    let closed = sheet("w", Closed, 5, &[("b", Pass)], &[]);
    check(&[closed, resolved(9, Fail)], &[("b", Verdict::Fail, Lead)], as_it_was);
    // What cannot be told, what is filled by hand, and a critical failure.
    check(
        &[sheet("x", Shared, 1, &[("a", CannotTell), ("b", CannotTell)], &[])],
        &[("a", Verdict::Unmeasurable, Reviewer)],
        None,
    );
    check(&[sheet("x", Shared, 1, &[("c", Pass)], &[])], &[("c", Verdict::Pass, Reviewer)], Some(75.0));
    check(&[sheet("x", Shared, 1, &[("d", Fail)], &[])], &[("d", Verdict::Fail, Reviewer)], Some(0.0));
}

#[test]
fn an_answer_to_a_rule_that_is_gone_is_kept_and_counts_nothing() {
    let sheets = [sheet("x", SheetState::Shared, 1, &[("gone", HumanVerdict::Fail)], &[])];
    let found = final_evaluation(&machine(), 0.5, &sheets);
    assert_eq!(found.kept.len(), 1);
    assert_eq!(found.evaluation, machine());
    assert!(found.is_reviewed);
}

#[test]
fn a_person_who_hears_a_conversation_opens_the_standard_again() {
    use HumanVerdict::{Fail, Na, Pass};
    let mut machine = machine();
    for rule in &mut machine.rules {
        rule.verdict = Verdict::Na;
        rule.points = None;
        rule.reason = NO_CONVERSATION.into();
    }
    machine.score = None;
    machine.score_coverage = None;
    machine.score_unmeasurable = Some(NO_CONVERSATION.into());
    let score = |answers: &[(&str, HumanVerdict)]| {
        let sheets = [sheet("x", SheetState::Shared, 1, answers, &[])];
        let found = final_evaluation(&machine, 0.5, &sheets).evaluation;
        (found.score, found.score_coverage, found.score_unmeasurable)
    };
    assert_eq!(score(&[("a", Na)]), (None, None, Some(NO_CONVERSATION.into())));
    let (of_one, coverage, reason) = score(&[("a", Pass)]);
    assert_eq!((of_one, coverage), (None, Some(0.25)));
    assert!(reason.unwrap().contains("25"), "one rule of four is too little for a score");
    assert_eq!(score(&[("a", Pass), ("b", Fail)]), (Some(50.0), Some(0.5), None));
}

#[test]
fn reasons_say_who_decided() {
    let mut disagreeing = sheet("x", SheetState::Shared, 1, &[("b", HumanVerdict::Pass)], &[]);
    let rule = etalon_review::RuleKey::new("p", "b");
    let reason =
        |sheet: &Sheet| final_evaluation(&machine(), 0.5, [sheet]).evaluation.rules[1].reason.clone();
    assert_eq!(reason(&disagreeing), "Так решил проверяющий.");
    let comment = Comment::new("Он поблагодарил в 0:40.").unwrap();
    disagreeing.answers.get_mut(&rule).unwrap().answer.comment = comment;
    assert_eq!(reason(&disagreeing), "Он поблагодарил в 0:40.");
}
