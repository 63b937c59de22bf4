//! Rules that only the other calls of a client can decide.

use chrono::{DateTime, FixedOffset};
use etalon_call::{
    Activity, AudioFacts, CallFacts, Layout, LayoutSource, Metrics, Role, Turn, Utterance, Verdict,
};
use etalon_standards::{CallView, History, Pack, built_in, evaluate_with_history};

fn time(text: &str) -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339(text).expect("a time")
}

/// The verdict of a rule on a call of 16 November 2026, 14:00, when the client was called at these times too.
fn check(pack: &str, rule: &str, contacts: &[&str], expected: Verdict) {
    let facts = CallFacts {
        started_at: Some(time("2026-11-16T14:00:00+05:00")),
        client_ref: Some("d-1".to_owned()),
        ..CallFacts::default()
    };
    let text = Utterance::from("Я сама перезвоню вам завтра в два часа дня.");
    let turns = [Turn::new(Role::Agent, 0.5, 4.5, text, "ru".to_owned(), vec![])];
    let audio = AudioFacts {
        duration_s: 5.0,
        rate_hz: 8000,
        channels: 2,
        codec: "pcm16".to_owned(),
        layout: Layout::AgentLeft,
        layout_source: LayoutSource::Config,
        defects: vec![],
    };
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
    let mut history = History::default();
    history.record("d-1", time("2026-11-16T14:00:00+05:00"));
    history.record("somebody else", time("2026-11-17T14:00:00+05:00"));
    for contact in contacts {
        history.record("d-1", time(contact));
    }
    let pack = Pack::parse(built_in(pack).expect("a pack"), pack).unwrap_or_else(|error| panic!("{error}"));
    let evaluation = evaluate_with_history(&[pack], &view, &history);
    let result = evaluation.rules.iter().find(|result| result.id == rule).expect("the rule");
    assert_eq!(result.verdict, expected, "{rule} with {contacts:?}: {}", result.reason);
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
fn contacts_are_counted_by_day_week_and_month() {
    let rule = "law.ru.frequency";
    check("ru-230fz", rule, &[], Verdict::Pass);
    check("ru-230fz", rule, &["2026-11-16T10:00:00+05:00"], Verdict::Fail);
    check("ru-230fz", rule, &["2026-11-16T18:00:00+05:00"], Verdict::Pass);
    check("ru-230fz", rule, &["2026-11-12T10:00:00+05:00"], Verdict::Pass);
    check("ru-230fz", rule, &["2026-11-12T10:00:00+05:00", "2026-11-13T10:00:00+05:00"], Verdict::Fail);
    check("kz-62vi", "law.kz.frequency", &["2026-11-16T10:00:00+05:00"], Verdict::Pass);
}
