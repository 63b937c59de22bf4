//! How far rules and people agree.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod common;

use common::{answer, event};
use etalon_call::Verdict;
use etalon_review::{
    Change, HumanVerdict, PersonRole, ReviewMode, Reviews, RuleAgreement, RuleKey, agreement,
};

/// A reviewed call: what a person and the machine say, in which mode, and whether it was prefilled.
type Case = (HumanVerdict, Option<Verdict>, ReviewMode, bool);

fn measured(cases: &[Case], is_shared: bool) -> Vec<RuleAgreement> {
    let mut reviews = Reviews::default();
    for (place, (human, machine, mode, prefilled)) in cases.iter().enumerate() {
        let answer = etalon_review::Answer {
            machine: *machine,
            mode: *mode,
            prefilled: *prefilled,
            ..answer("r", *human)
        };
        let call = format!("c{place}");
        reviews.apply(&event(&call, "Анна", PersonRole::Reviewer, 1, Change::Answered(answer)));
        if is_shared {
            reviews.apply(&event(&call, "Анна", PersonRole::Reviewer, 2, common::share()));
        }
    }
    let place = |call: &str| call.trim_start_matches('c').parse::<usize>().unwrap();
    agreement(&reviews, |call, rule| {
        assert_eq!(*rule, RuleKey::new("p", "r"));
        cases[place(call)].1
    })
}

#[test]
fn independent_answers_are_measured_blind_and_open_apart() {
    use HumanVerdict::{CannotTell, Fail, Na, Pass};
    use ReviewMode::{Blind, Open};
    let cases = [
        (Fail, Some(Verdict::Fail), Open, false),
        (Fail, Some(Verdict::Fail), Blind, false),
        (Pass, Some(Verdict::Fail), Blind, false),
        (Fail, Some(Verdict::Pass), Open, false),
        (Pass, Some(Verdict::Pass), Open, false),
        (Na, Some(Verdict::Na), Open, false),
        (CannotTell, Some(Verdict::Fail), Open, false),
        (Pass, Some(Verdict::Pass), Open, true),
        (Pass, None, Open, false),
    ];
    let found = measured(&cases, true);
    insta::assert_snapshot!(serde_json::to_string_pretty(&found).unwrap());
}

#[test]
fn drafts_count_nowhere() {
    let case = (HumanVerdict::Fail, Some(Verdict::Fail), ReviewMode::Open, false);
    assert_eq!(measured(&[case; 3], false), []);
    let [rule] = &measured(&[case; 3], true)[..] else { unreachable!() };
    assert_eq!((rule.all.answers, rule.lacking), (3, 17));
    // Three of three is no certainty.
    assert!(rule.all.precision.unwrap().low < 0.5);
    assert_eq!(rule.all.kappa, None);
    assert_eq!(measured(&[case; 25], true)[0].lacking, 0);
}
