//! Calls, people and answers for the tests.

#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use chrono::{DateTime, FixedOffset};
use etalon_call::{
    Activity, AudioFacts, CALL_SCHEMA, Call, CallFacts, Evaluation, Metrics, Pipeline, Role,
    TranscriptionCounts, Turn, Word,
};
use etalon_review::{
    Answer, Change, Comment, Event, HumanVerdict, Person, PersonRole, REVIEWS_FILE, ReviewStore, RuleKey,
    SheetSubmission, Subject,
};
use std::path::PathBuf;
use tempfile::TempDir;

pub(crate) fn reviews_file(folder: &TempDir) -> PathBuf {
    folder.path().join(REVIEWS_FILE)
}

pub(crate) fn new_store() -> (TempDir, ReviewStore) {
    let folder = tempfile::tempdir().unwrap();
    let store = ReviewStore::open(&reviews_file(&folder)).unwrap();
    (folder, store)
}

pub(crate) fn call(id: &str, agent_id: &str) -> CallFacts {
    CallFacts { id: id.into(), agent_id: Some(agent_id.into()), ..CallFacts::default() }
}

/// A stored call of ten seconds.
pub(crate) fn stored_call(facts: CallFacts, turns: Vec<Turn>) -> Call {
    Call {
        schema: CALL_SCHEMA.to_owned(),
        call: facts,
        audio: AudioFacts::declared_stereo(10.0),
        pipeline: Pipeline {
            version: "0.1.0".to_owned(),
            model: Some("base".to_owned()),
            model_sha256: None,
            language: "ru".to_owned(),
            packs: vec![],
            fingerprint: String::new(),
            listening_fingerprint: String::new(),
            transcription: TranscriptionCounts::default(),
        },
        turns,
        activity: Activity::default(),
        metrics: Metrics::default(),
        events: vec![],
        evaluation: Evaluation::default(),
        redaction: None,
    }
}

/// A turn of five seconds, a second a word.
pub(crate) fn turn(speaker: Role, start_s: f64, words: &[&str]) -> Turn {
    let timed = words
        .iter()
        .enumerate()
        .map(|(place, text)| Word::new(*text, start_s + place as f64, start_s + place as f64 + 0.8, 0.5));
    let mut turn =
        Turn::new(speaker, start_s, start_s + 5.0, words.join(" ").into(), "ru".into(), timed.collect());
    turn.unknown_speaker = (speaker == Role::Unknown).then(|| "voice_1".to_owned());
    turn
}

pub(crate) fn person(name: &str, role: PersonRole, agent_id: Option<&str>) -> Person {
    Person { name: name.into(), role, agent_id: agent_id.map(str::to_owned) }
}

/// A moment, so many seconds after another one.
pub(crate) fn at(second: i64) -> DateTime<FixedOffset> {
    let start = DateTime::parse_from_rfc3339("2026-11-20T09:00:00+05:00").unwrap();
    start + std::time::Duration::from_secs(second as u64)
}

pub(crate) fn answer(rule: &str, verdict: HumanVerdict) -> Answer {
    Answer::new(RuleKey::new("p", rule), verdict, &Evaluation::default(), &[])
}

pub(crate) fn answered(rule: &str, verdict: HumanVerdict) -> Change {
    Change::Answered(answer(rule, verdict))
}

pub(crate) fn share() -> Change {
    Change::Shared { comment: Comment::default() }
}

pub(crate) fn submission<'a>(
    call: &'a CallFacts,
    reviewer: &'a str,
    author: &'a Person,
    expected_sequence: u32,
    changes: Vec<Change>,
) -> SheetSubmission<'a> {
    SheetSubmission {
        call,
        redaction: None,
        reviewer,
        author,
        at: at(i64::from(expected_sequence)),
        expected_sequence,
        changes,
    }
}

/// An event on the sheet of a reviewer, by the reviewer.
pub(crate) fn event(call_id: &str, reviewer: &str, role: PersonRole, sequence: u32, change: Change) -> Event {
    Event {
        id: i64::from(sequence),
        call_id: call_id.into(),
        subject: Subject::Sheet { reviewer: reviewer.into() },
        sequence,
        author: reviewer.into(),
        role,
        at: at(i64::from(sequence)),
        change,
    }
}
