//! What waits for a person, and in which order.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod common;

use chrono::{DateTime, FixedOffset};
use common::{answer, at, event};
use etalon_call::{Severity, Verdict};
use etalon_review::{
    CallSummary, Change, HumanVerdict, PersonRole, Queue, QueueSettings, Reviews, RuleAgreement, RuleKey,
    RuleSummary, WhyQueued, agreement, queue,
};
use std::time::Instant;

const DAY_S: i64 = 24 * 3600;

fn rule(rule: &'static str, verdict: Verdict, severity: Severity) -> RuleSummary<'static> {
    RuleSummary { pack: "p", rule, verdict, severity, is_manual: false, is_suspected: false }
}

fn call<'a>(id: &'a str, started_at: DateTime<FixedOffset>, rules: &'a [RuleSummary<'a>]) -> CallSummary<'a> {
    CallSummary { id, agent: Some("k1"), started_at: Some(started_at), rules }
}

/// Reviews in which a rule was answered so many times on other calls, always as the machine says.
fn reviewed(rule: &str, times: usize) -> (Reviews, Vec<RuleAgreement>) {
    let mut reviews = Reviews::default();
    for place in 0..times {
        answered(&mut reviews, &format!("other{place}"), rule);
    }
    let agreements = agreement(&reviews, |_, _| Some(Verdict::Fail));
    (reviews, agreements)
}

fn answered(reviews: &mut Reviews, call_id: &str, rule: &str) {
    let change = Change::Answered(answer(rule, HumanVerdict::Fail));
    reviews.apply(&event(call_id, "Анна", PersonRole::Reviewer, 1, change));
    reviews.apply(&event(call_id, "Анна", PersonRole::Reviewer, 2, common::share()));
}

fn ids(queue: &Queue) -> Vec<&str> {
    queue.calls.iter().map(|call| call.call_id.as_str()).collect()
}

#[test]
fn the_weightiest_comes_first_and_says_why() {
    use Severity::{Critical, Major};
    let failed = [rule("sure", Verdict::Fail, Critical)];
    let open = [rule("sure", Verdict::Unmeasurable, Critical)];
    let suspected = [RuleSummary { is_suspected: true, ..rule("young", Verdict::Unmeasurable, Major) }];
    let uncertain = [rule("young", Verdict::Fail, Major)];
    let good = [rule("sure", Verdict::Pass, Critical)];
    let by_hand = [RuleSummary { is_manual: true, ..open[0] }];
    let calls = [
        call("good1", at(0), &good),
        call("good2", at(0), &by_hand),
        call("young", at(0), &uncertain),
        call("open", at(DAY_S), &open),
        call("suspected", at(0), &suspected),
        call("old", at(0), &failed),
        call("new", at(DAY_S), &failed),
    ];
    let (reviews, agreements) = reviewed("sure", 25);
    let settings = QueueSettings::default();
    let found = queue(calls, &reviews, &agreements, &settings);
    assert_eq!(ids(&found)[..5], ["new", "old", "suspected", "open", "young"]);
    assert_eq!(found.calls[0].why[0], WhyQueued::Critical(RuleKey::new("p", "sure")));
    assert_eq!(found.calls[2].why[0], WhyQueued::Suspected(RuleKey::new("p", "young")));
    assert_eq!(found.calls[3].why[0], WhyQueued::NeedsCheck(RuleKey::new("p", "sure")));
    let expected = WhyQueued::UncertainRule { rule: RuleKey::new("p", "young"), answers: 0, precision: None };
    assert_eq!(found.calls[4].why[0], expected);
    // One call of the week is drawn, whatever it is: of all seven, with the probability 1/7.
    let drawn: Vec<&WhyQueued> = found.calls.iter().flat_map(|call| &call.why).collect();
    let drawn = drawn.into_iter().filter(|why| matches!(why, WhyQueued::Random { .. }));
    let expected =
        WhyQueued::Random { agent: Some("k1".into()), week: Some("2026-W47".into()), probability: 0.143 };
    assert_eq!(drawn.collect::<Vec<_>>(), [&expected]);
}

#[test]
fn what_is_answered_waits_no_longer_and_the_sample_stays() {
    let failed = [rule("r", Verdict::Fail, Severity::Critical)];
    let names: Vec<String> = (0..40).map(|place| format!("c{place:02}")).collect();
    let calls = || names.iter().map(|id| call(id, at(0), &failed));
    let settings = QueueSettings { per_stratum: 3, ..QueueSettings::default() };
    let drawn = |queue: &Queue| -> Vec<String> {
        let is_drawn = |why: &WhyQueued| matches!(why, WhyQueued::Random { .. });
        let calls = queue.calls.iter().filter(|call| call.why.iter().any(is_drawn));
        calls.map(|call| call.call_id.clone()).collect()
    };
    let mut reviews = Reviews::default();
    let first = queue(calls(), &reviews, &[], &settings);
    assert_eq!((first.waiting, drawn(&first).len()), (40, 3));
    answered(&mut reviews, &drawn(&first)[0], "r");
    let second = queue(calls(), &reviews, &[], &settings);
    assert_eq!(second.waiting, 39);
    assert_eq!(drawn(&second), drawn(&first)[1..]);
    let short = QueueSettings { length_max: 2, ..settings };
    assert_eq!((queue(calls(), &reviews, &[], &short).calls.len()), 2);
}

#[test]
fn of_a_young_rule_no_more_is_asked_than_is_lacking() {
    let failed =
        [rule("young", Verdict::Fail, Severity::Major), rule("younger", Verdict::Fail, Severity::Major)];
    let names: Vec<String> = (0..100).map(|place| format!("c{place:02}")).collect();
    let (reviews, agreements) = reviewed("young", 15);
    let settings = QueueSettings { per_stratum: 0, ..QueueSettings::default() };
    let found = queue(names.iter().map(|id| call(id, at(0), &failed)), &reviews, &agreements, &settings);
    let count = |name: &str| {
        let is_it =
            |why: &WhyQueued| matches!(why, WhyQueued::UncertainRule { rule, .. } if rule.rule == name);
        found.calls.iter().filter(|call| call.why.iter().any(is_it)).count()
    };
    assert_eq!((count("young"), count("younger"), found.waiting), (5, 20, 20));
    let first = &found.calls[0].why[0];
    assert!(matches!(first, WhyQueued::UncertainRule { answers: 0, .. }), "fewest reviews first: {first:?}");
}

#[test]
fn the_order_of_calls_does_not_matter_and_a_seed_draws_others() {
    let rules =
        [rule("a", Verdict::Fail, Severity::Major), rule("b", Verdict::Unmeasurable, Severity::Critical)];
    let names: Vec<String> = (0..60).map(|place| format!("c{place:02}")).collect();
    let forward =
        || names.iter().zip(0..).map(|(id, day)| call(id, at(day * DAY_S / 4), &rules[..(day % 3) as usize]));
    let settings = QueueSettings::default();
    let reviews = Reviews::default();
    let mut backward: Vec<CallSummary<'_>> = forward().collect();
    backward.reverse();
    let found = queue(forward(), &reviews, &[], &settings);
    assert_eq!(found, queue(backward, &reviews, &[], &settings));
    assert_ne!(found, queue(forward(), &reviews, &[], &QueueSettings { seed: 2, ..settings }));
}

#[test]
fn a_hundred_thousand_calls_are_put_in_order_quickly() {
    let names: Vec<String> =
        (0..100_000).map(|place| format!("{:016x}", place * 2_654_435_761_u64)).collect();
    let rule_names: Vec<String> = (0..40).map(|place| format!("pack.rule{place}")).collect();
    let agents: Vec<String> = (0..200).map(|place| format!("k{place}")).collect();
    let rules: Vec<Vec<RuleSummary<'_>>> = (0..50)
        .map(|variant| {
            let rules = rule_names.iter().enumerate();
            rules
                .map(|(place, rule)| RuleSummary {
                    pack: "kcg-service",
                    rule,
                    verdict: Verdict::ALL[(place * 7 + variant) % 9 % 4],
                    severity: Severity::ALL[usize::from(place % 20 == 0) * 2],
                    is_manual: false,
                    is_suspected: false,
                })
                .collect()
        })
        .collect();
    let summaries = names.iter().enumerate().map(|(place, id)| CallSummary {
        id,
        agent: Some(&agents[place % agents.len()]),
        started_at: Some(at(place as i64 * 60)),
        rules: &rules[place % rules.len()],
    });
    let (reviews, settings) = (Reviews::default(), QueueSettings::default());
    let start = Instant::now();
    let found = queue(summaries, &reviews, &[], &settings);
    let time = start.elapsed();
    println!("{} calls wait, {} are shown, {time:?}", found.waiting, found.calls.len());
    assert_eq!(found.calls.len(), settings.length_max);
    // Measured: a third of a second. A machine that does other things at once may take longer.
    assert!(time.as_secs() < 10, "{time:?}");
}
