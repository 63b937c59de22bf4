//! Rules that only the other calls of a client can decide.

use chrono::{DateTime, FixedOffset};
use etalon_call::{
    Activity, AudioFacts, CallFacts, CallKind, ConversationKind, Direction, Metrics, Role, Turn, Utterance,
    Verdict,
};
use etalon_rules::{
    CallView, History, Pack, built_in, evaluate, evaluate_across_calls, evaluate_with_history,
};

fn time(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("a time")
}

/// A call to the client `d-1` on 16 November 2026, 14:00.
fn facts() -> CallFacts {
    CallFacts {
        started_at: Some(time("2026-11-16T14:00:00+05:00")),
        client_ref: Some("d-1".to_owned()),
        ..CallFacts::default()
    }
}

/// The verdict of a rule on [`facts`], when the client was called at these times too.
fn check(pack: &str, rule: &str, contacts: &[&str], expected: Verdict) {
    check_call(&facts(), pack, rule, contacts, expected);
}

fn check_call(facts: &CallFacts, pack: &str, rule: &str, contacts: &[&str], expected: Verdict) {
    let mut history = History::of_one(facts);
    history.record("somebody else", time("2026-11-17T14:00:00+05:00"));
    for contact in contacts {
        history.record("d-1", time(contact));
    }
    check_with(facts, pack, rule, &history, expected);
}

fn check_with(facts: &CallFacts, pack: &str, rule: &str, history: &History, expected: Verdict) {
    let text = Utterance::from("Я сама перезвоню вам завтра в два часа дня.");
    let answer = Utterance::from("Хорошо, буду ждать.");
    let turns = [
        Turn::new(Role::Agent, 0.5, 4.5, text, "ru".to_owned(), vec![]),
        Turn::new(Role::Client, 4.8, 9.0, answer, "ru".to_owned(), vec![]),
    ];
    let audio = AudioFacts::declared_stereo(9.5);
    let (activity, metrics) = (Activity::default(), Metrics::default());
    let view = CallView {
        call: facts,
        audio: &audio,
        turns: &turns,
        activity: &activity,
        metrics: &metrics,
        events: &[],
        transcribed: true,
    };
    let pack = Pack::parse(built_in(pack).expect("a pack"), pack).unwrap_or_else(|error| panic!("{error}"));
    let packs = [pack];
    let evaluation = evaluate_with_history(&packs, &view, history);
    let settled = evaluate_across_calls(&packs, &view, history, evaluate(&packs, &view));
    assert_eq!(settled, evaluation, "{rule} with {history:?}: the second phase says something else");
    let result = evaluation.rules.iter().find(|result| result.id == rule).expect("the rule");
    assert_eq!(result.verdict, expected, "{rule} with {history:?}: {}", result.reason);
}

#[test]
fn an_agreed_call_back_is_kept_late_or_open() {
    let rule = "callback.on_time";
    check("kcg-service", rule, &["2026-11-17T14:10:00+05:00"], Verdict::Pass);
    check("kcg-service", rule, &["2026-11-17T12:05:00+03:00"], Verdict::Pass);
    check("kcg-service", rule, &["2026-11-17T18:00:00+05:00"], Verdict::Fail);
    check("kcg-service", rule, &["2026-11-16T18:00:00+05:00"], Verdict::Unmeasurable);
    check("kcg-service", rule, &[], Verdict::Unmeasurable);
}

#[test]
fn a_forgotten_call_back_shows_when_later_days_are_known() {
    let forgotten = |latest: &str, expected: Verdict| {
        let mut history = History::of_one(&facts());
        history.record("somebody else", time(latest));
        check_with(&facts(), "kcg-service", "callback.on_time", &history, expected);
    };
    forgotten("2026-11-17T23:59:00+05:00", Verdict::Unmeasurable);
    forgotten("2026-11-18T00:00:00+05:00", Verdict::Fail);
}

#[test]
fn days_are_those_of_the_clients_clock() {
    let client_in =
        |zone: &str| CallFacts { tags: [("client_time_zone".to_owned(), zone.to_owned())].into(), ..facts() };
    // 14:00 in the centre; in Auckland the day changed at 16:00 of the centre's clock the day before.
    let contacts = ["2026-11-15T15:30:00+05:00", "2026-11-15T16:30:00+05:00"];
    check_call(&client_in("Pacific/Auckland"), "kz-62vi", "law.kz.frequency", &contacts, Verdict::Pass);
    check_call(&client_in("Pacific/Auckland"), "ru-230fz", "law.ru.frequency", &contacts[1..], Verdict::Fail);
    check_call(&client_in("Asia/Almaty"), "ru-230fz", "law.ru.frequency", &contacts[1..], Verdict::Pass);
}

#[test]
fn calls_of_the_client_are_no_contacts() {
    let mut history = History::of_one(&facts());
    let inbound = CallFacts {
        direction: Some(Direction::Inbound),
        started_at: Some(time("2026-11-16T10:00:00+05:00")),
        ..facts()
    };
    history.record_call(&inbound);
    check_with(&facts(), "ru-230fz", "law.ru.frequency", &history, Verdict::Pass);
    check_with(&inbound, "ru-230fz", "law.ru.frequency", &history, Verdict::Na);
}

#[test]
fn without_client_or_start_nothing_is_judged() {
    let nobody = CallFacts { client_ref: None, ..facts() };
    let no_start = CallFacts { started_at: None, ..facts() };
    for call in [&nobody, &no_start] {
        check_call(call, "ru-230fz", "law.ru.frequency", &[], Verdict::Unmeasurable);
        check_call(call, "kcg-service", "callback.on_time", &[], Verdict::Unmeasurable);
    }
}

#[test]
fn contacts_are_counted_by_day_week_and_month() {
    let rule = "law.ru.frequency";
    check("ru-230fz", rule, &[], Verdict::Pass);
    check("ru-230fz", rule, &["2026-11-16T10:00:00+05:00"], Verdict::Fail);
    check("ru-230fz", rule, &["2026-11-16T18:00:00+05:00"], Verdict::Pass);
    check("ru-230fz", rule, &["2026-11-12T10:00:00+05:00"], Verdict::Pass);
    check("ru-230fz", rule, &["2026-11-12T10:00:00+05:00", "2026-11-13T10:00:00+05:00"], Verdict::Fail);
    check("kz-62vi", "law.kz.frequency", &["2026-11-16T10:00:00+05:00"], Verdict::Pass);
}

#[test]
fn what_is_no_dialogue_is_not_judged() {
    for (name, expected) in [
        (ConversationKind::Dialogue, Verdict::Pass),
        (ConversationKind::ThirdPerson, Verdict::Pass),
        (ConversationKind::Voicemail, Verdict::Na),
        (ConversationKind::Unavailable, Verdict::Na),
        (ConversationKind::Ivr, Verdict::Na),
    ] {
        let call = CallFacts { kind: Some(CallKind { name, probability: 0.9, cues: vec![] }), ..facts() };
        let kept = ["2026-11-17T14:10:00+05:00"];
        check_call(&call, "kcg-service", "callback.on_time", &kept, expected);
    }
}

/// When the agent means to call back, in a call that lasts from 14:00 to 14:10.
fn agreed_at(said: &str) -> Option<DateTime<FixedOffset>> {
    let turn = |role, start_s, text: &str| {
        Turn::new(role, start_s, start_s + 4.0, Utterance::from(text), "ru".to_owned(), vec![])
    };
    let turns = [turn(Role::Agent, 590.0, said), turn(Role::Client, 595.0, "Хорошо, буду ждать.")];
    let (facts, audio) = (facts(), AudioFacts::declared_stereo(600.0));
    let (activity, metrics) = (Activity::default(), Metrics::default());
    let view = CallView {
        call: &facts,
        audio: &audio,
        turns: &turns,
        activity: &activity,
        metrics: &metrics,
        events: &[],
        transcribed: true,
    };
    let pack = built_in("kcg-service").expect("a pack");
    let pack = Pack::parse(pack, "kcg-service").unwrap_or_else(|error| panic!("{error}"));
    let agreements = evaluate(&[pack], &view).agreements;
    assert_eq!(agreements.agreed_callback, Some(true), "{said}");
    agreements.callback?.at
}

#[test]
fn a_time_that_has_passed_when_the_call_ends_is_no_agreed_time() {
    for (said, expected) in [
        ("Я вам перезвоню сегодня в девять часов утра.", None),
        ("Я вам перезвоню сегодня в тринадцать часов.", None),
        ("Я вам перезвоню сегодня в четырнадцать часов пять минут.", None),
        ("Я вам перезвоню сегодня в четырнадцать часов десять минут.", None),
        ("Я вам перезвоню сегодня в четырнадцать часов сорок минут.", Some("2026-11-16T14:40:00+05:00")),
        ("Я вам перезвоню завтра в девять часов утра.", Some("2026-11-17T09:00:00+05:00")),
    ] {
        assert_eq!(agreed_at(said), expected.map(time), "{said}");
    }
}
