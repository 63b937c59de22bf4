//! What holds for every course that reviews can take.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod common;

use common::{at, call, person};
use etalon_call::{CallFacts, Evaluation, RuleResult, Severity, Verdict};
use etalon_review::permission::may;
use etalon_review::table::{self, ReviewRow};
use etalon_review::{
    Action, Answer, Change, Comment, Event, HumanVerdict, Person, PersonRole, ReviewMode, Reviews, RuleKey,
    Sheet, SheetState, Subject, VerdictSource, final_evaluation,
};
use proptest::prelude::*;

const REVIEWERS: [&str; 3] = ["Анна", "Пётр", "Мария"];
const CALLS: [&str; 2] = ["c1", "c2"];

fn people() -> [Person; 5] {
    [
        person("Анна", PersonRole::Reviewer, None),
        person("Пётр", PersonRole::Lead, None),
        person("Мария", PersonRole::Lead, None),
        person("Ольга", PersonRole::Agent, Some("k1")),
        person("Глеб", PersonRole::Reader, None),
    ]
}

fn verdict() -> impl Strategy<Value = HumanVerdict> {
    prop::sample::select(HumanVerdict::ALL.to_vec())
}

fn rule_key() -> impl Strategy<Value = RuleKey> {
    (0..4_usize).prop_map(|place| RuleKey::new("p", format!("r{place}")))
}

fn answer() -> impl Strategy<Value = Answer> {
    (rule_key(), verdict(), "[а-я]{0,3}").prop_map(|(rule, verdict, comment)| {
        Answer::new(rule, verdict, &Evaluation::default(), &[]).with_comment(Comment::new(&comment).unwrap())
    })
}

fn change() -> impl Strategy<Value = Change> {
    let comment = || "[а-я]{0,2}".prop_map(|text| Comment::new(&text).unwrap());
    let rules = prop::collection::vec(rule_key(), 0..2);
    let decisions = prop::collection::vec(answer(), 0..2);
    prop_oneof![
        4 => answer().prop_map(Change::Answered),
        1 => rule_key().prop_map(Change::Withdrawn),
        2 => comment().prop_map(|comment| Change::Shared { comment }),
        2 => comment().prop_map(|comment| Change::Acknowledged { comment }),
        2 => (comment(), rules).prop_map(|(comment, rules)| Change::Disputed { comment, rules }),
        2 => (comment(), decisions).prop_map(|(comment, decisions)| Change::Resolved { comment, decisions }),
        1 => comment().prop_map(|comment| Change::Closed { comment }),
    ]
}

/// An attempt: on which call and whose sheet, by whom, and what.
fn attempts() -> impl Strategy<Value = Vec<(usize, usize, usize, Change)>> {
    prop::collection::vec((0..CALLS.len(), 0..REVIEWERS.len(), 0..5_usize, change()), 0..80)
}

fn action_of(change: &Change) -> Action {
    match change {
        Change::Answered(_) | Change::Withdrawn(_) => Action::Answer,
        Change::Shared { .. } => Action::Share,
        Change::Acknowledged { .. } => Action::Acknowledge,
        Change::Disputed { .. } => Action::Dispute,
        Change::Resolved { .. } => Action::Resolve,
        Change::Closed { .. } => Action::Close,
        Change::Corrected(_) => Action::Correct,
    }
}

/// The events of the attempts that are allowed.
fn events(attempts: &[(usize, usize, usize, Change)]) -> Vec<Event> {
    let (people, mut reviews, mut events) = (people(), Reviews::default(), Vec::new());
    for (call_place, reviewer, author, change) in attempts {
        let (call, reviewer, author) =
            (call(CALLS[*call_place], "k1"), REVIEWERS[*reviewer], &people[*author]);
        let sheet =
            reviews.sheet(&call.id, reviewer).cloned().unwrap_or_else(|| Sheet::empty(&call.id, reviewer));
        let is_allowed = may(author, action_of(change), &call, Some(reviewer)).is_ok();
        if !is_allowed || sheet.check(change).is_err() {
            continue;
        }
        let event = Event {
            id: events.len() as i64 + 1,
            call_id: call.id.clone(),
            subject: Subject::Sheet { reviewer: reviewer.into() },
            sequence: sheet.sequence + 1,
            author: author.name.clone(),
            role: author.role,
            at: at(events.len() as i64),
            change: change.clone(),
        };
        reviews.apply(&event);
        events.push(event);
    }
    events
}

/// The same events with those of different sheets in another order.
fn reordered(events: &[Event], choices: &[usize]) -> Vec<Event> {
    let mut sheets: Vec<Vec<Event>> = Vec::new();
    for event in events.iter().rev() {
        let is_same = |sheet: &Vec<Event>| {
            sheet
                .first()
                .is_some_and(|first| (&first.call_id, &first.subject) == (&event.call_id, &event.subject))
        };
        match sheets.iter().position(is_same) {
            Some(place) => sheets[place].push(event.clone()),
            None => sheets.push(vec![event.clone()]),
        }
    }
    let mut order = Vec::new();
    for choice in choices.iter().cycle().take(events.len() * 8) {
        sheets.retain(|sheet| !sheet.is_empty());
        if let Some(place) = choice.checked_rem(sheets.len()) {
            order.extend(sheets[place].pop());
        }
    }
    order
}

fn result(place: usize, verdict: Verdict, severity: Severity) -> RuleResult {
    RuleResult {
        pack: "p".into(),
        id: format!("r{place}"),
        verdict,
        severity,
        points: match verdict {
            Verdict::Pass => Some(place as f64 + 1.0),
            Verdict::Fail => Some(0.0),
            Verdict::Na | Verdict::Unmeasurable => None,
        },
        max_points: place as f64 + 1.0,
        reason: format!("{place}"),
        evidence: vec![],
    }
}

fn machine() -> impl Strategy<Value = Evaluation> {
    let verdict = prop::sample::select(Verdict::ALL.to_vec());
    let severity = prop::sample::select(Severity::ALL.to_vec());
    prop::collection::vec((verdict, severity), 4).prop_map(|rules| {
        let rules: Vec<RuleResult> = rules
            .into_iter()
            .enumerate()
            .map(|(place, (verdict, severity))| result(place, verdict, severity))
            .collect();
        let score = etalon_rules::score(&rules, 0.5);
        Evaluation {
            score: score.score,
            score_coverage: score.coverage,
            critical: score.critical,
            rules,
            ..Evaluation::default()
        }
    })
}

fn row() -> impl Strategy<Value = ReviewRow> {
    let text = "[ a-я=+'\";,|\n-]{0,12}";
    let name = "[А-Яа-я][а-я;'\"]{0,8}";
    let answer =
        (verdict(), prop::option::of(prop::sample::select(Verdict::ALL.to_vec())), any::<[bool; 2]>());
    let words = (name, name, "[a-z][a-z.;=]{0,5}", text, 0..100_000_i64);
    (words, answer, prop::sample::select(SheetState::ALL.to_vec())).prop_map(
        |((reviewer, author, rule, comment, second), (verdict, machine, [is_blind, prefilled]), state)| {
            ReviewRow {
                call: format!("={rule}"),
                reviewer,
                state,
                at: Some(at(second)),
                author,
                answer: Answer {
                    rule: RuleKey::new("@p", rule),
                    pack_version: "1".into(),
                    verdict,
                    comment: Comment::new(&comment).unwrap(),
                    machine,
                    mode: if is_blind { ReviewMode::Blind } else { ReviewMode::Open },
                    prefilled,
                },
            }
        },
    )
}

proptest! {
    #[test]
    fn the_order_in_which_sheets_are_changed_does_not_matter(
        attempts in attempts(),
        choices in prop::collection::vec(0..100_usize, 1..20),
    ) {
        let events = events(&attempts);
        let reordered = reordered(&events, &choices);
        prop_assert_eq!(reordered.len(), events.len());
        prop_assert_eq!(Reviews::of(&reordered), Reviews::of(&events));
    }

    #[test]
    fn sheets_go_forward_and_nobody_decides_about_an_own_one(attempts in attempts()) {
        for sheet in Reviews::of(&events(&attempts)).sheets() {
            let mut before = SheetState::Draft;
            for step in &sheet.history {
                prop_assert!(before < step.state, "{before:?} {step:?}");
                match step.state {
                    SheetState::Resolved => prop_assert_ne!(&step.author, &sheet.reviewer),
                    SheetState::Shared => prop_assert_eq!(&step.author, &sheet.reviewer),
                    SheetState::Closed => prop_assert_eq!(step.role, PersonRole::Lead),
                    SheetState::Draft | SheetState::Acknowledged | SheetState::Disputed => {}
                }
                prop_assert!(step.state != SheetState::Resolved || before == SheetState::Disputed);
                before = step.state;
            }
            prop_assert_eq!(before, sheet.state);
            prop_assert!(sheet.answers.values().all(|answer| answer.author == sheet.reviewer));
        }
    }

    #[test]
    fn the_final_score_is_that_of_the_verdicts_that_stand(attempts in attempts(), machine in machine()) {
        let reviews = Reviews::of(&events(&attempts));
        let sheets: Vec<&Sheet> = reviews.sheets_of("c1").collect();
        let found = final_evaluation(&machine, 0.5, sheets.iter().copied());
        let verdicts: Vec<Verdict> = found.rules.iter().map(|rule| rule.verdict).collect();
        let results: Vec<Verdict> = found.evaluation.rules.iter().map(|rule| rule.verdict).collect();
        prop_assert_eq!(verdicts, results);
        let score = etalon_rules::score(&found.evaluation.rules, 0.5);
        prop_assert_eq!(found.evaluation.score, score.score);
        prop_assert_eq!(found.evaluation.score_coverage, score.coverage);
        prop_assert_eq!(found.evaluation.critical, score.critical);
        for rule in &found.rules {
            let counted = sheets.iter().filter(|sheet| sheet.state.counts());
            let answers = counted.filter(|sheet| sheet.answer(&RuleKey::of(&rule.machine)).is_some()).count();
            prop_assert_eq!(answers, rule.humans.len());
            prop_assert_eq!(rule.source == VerdictSource::Machine, answers == 0);
        }
    }

    #[test]
    fn a_table_gives_its_rows_back(rows in prop::collection::vec(row(), 0..8)) {
        let read = table::read(&table::write(&rows)).unwrap();
        prop_assert_eq!(read.bad_rows, []);
        let found: Vec<ReviewRow> = read.rows.into_iter().map(|(_, row)| row).collect();
        prop_assert_eq!(found, rows);
    }

    #[test]
    fn no_table_can_end_the_program(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = table::read(&bytes);
        let _ = table::read(&[b"call;rule;verdict;at;comment\n", &bytes[..]].concat());
    }

    #[test]
    fn no_list_of_people_can_end_the_program(text in "(\\[\\[people\\]\\]\n|name = |role = |\"лид\"|\"lead\"|\n|.){0,20}") {
        let _ = etalon_review::People::parse(&text);
    }
}

#[test]
fn a_call_of_somebody_else_is_none_of_an_agents_business() {
    let [_, _, _, agent, _] = people();
    let foreign = CallFacts { agent_id: Some("k2".into()), ..CallFacts::default() };
    assert!(may(&agent, Action::ReadCall, &foreign, None).is_err());
}
