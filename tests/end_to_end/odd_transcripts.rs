//! Transcripts from elsewhere that nobody would wish for.

use crate::harness::{Workspace, json, samples};
use serde_json::{Value, json};

const SAMPLE: &str = "06-fast-talker";

/// The turns of the sample's truth as segments, with their times by another clock.
fn segments(scale: f64, shift_s: f64) -> Vec<Value> {
    let truth = json(&samples().join(format!("{SAMPLE}.truth.json")));
    let time = |turn: &Value, key: &str| (turn[key].as_f64().unwrap() + shift_s) * scale;
    let turns = truth["turns"].as_array().unwrap().iter();
    turns
        .map(|turn| json!({ "start": time(turn, "start_s"), "end": time(turn, "end_s"), "text": turn["text"] }))
        .collect()
}

/// The sample's call with a transcript.
fn call_with(segments: &[Value]) -> Value {
    let workspace = Workspace::new();
    let recording = workspace.copy_sample(SAMPLE, "call.wav");
    workspace.write("transcripts/call.json", json!(segments).to_string());
    let transcripts = workspace.path("transcripts");
    workspace.run(recording).option("--transcripts", transcripts).without_asr().succeeded();
    workspace.call()
}

fn defects(call: &Value) -> Vec<&str> {
    call["audio"]["defects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|defect| defect["kind"].as_str().unwrap())
        .collect()
}

fn said(call: &Value) -> String {
    let turns = call["turns"].as_array().unwrap();
    turns.iter().map(|turn| turn["text"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn another_clock_is_corrected_and_told() {
    let own = call_with(&segments(1.0, 0.0));
    assert!(defects(&own).is_empty(), "{:?}", defects(&own));
    for (scale, shift_s) in [(1000.0, 0.0), (1.0, 5.0), (1.0, 7200.0)] {
        let call = call_with(&segments(scale, shift_s));
        assert_eq!(defects(&call), ["transcript_clock_differs"], "{scale} {shift_s}");
        assert_eq!(said(&call), said(&own), "{scale} {shift_s}");
    }
}

#[test]
fn a_call_in_one_segment_is_nobodys() {
    let turns = segments(1.0, 0.0);
    let texts: Vec<&str> = turns.iter().map(|turn| turn["text"].as_str().unwrap()).collect();
    let whole = json!({ "start": 0, "end": turns[turns.len() - 1]["end"], "text": texts.join(" ") });
    let call = call_with(&[whole]);
    assert_eq!(defects(&call), ["transcript_segments_of_both_sides"]);
    let counts = &call["pipeline"]["transcription"];
    assert_eq!(counts["words"], 0);
    assert!(counts["import"]["words_without_speaker"].as_u64().unwrap() > 30, "{counts}");
    // Nobody knows who said what, so neither the tempo of a side nor a rule on its words is measured.
    for side in ["agent", "client", "unknown"] {
        let measures = &call["metrics"]["speakers"][side];
        assert!(measures["words_per_min"].is_null(), "{side}: {measures}");
    }
    let evaluation = &call["evaluation"];
    let rules = evaluation["rules"].as_array().unwrap();
    let verdicts = |id: &str| -> Vec<&Value> {
        rules.iter().filter(|rule| rule["id"] == id).map(|rule| &rule["verdict"]).collect()
    };
    for id in ["voice.tempo", "greeting.company", "greeting.name", "courtesy.polite"] {
        assert_eq!(verdicts(id), ["unmeasurable"], "{id}");
    }
    assert!(evaluation["score_coverage"].as_f64().unwrap() < 0.5, "{evaluation}");
    assert_eq!((&evaluation["score"], evaluation["score_unmeasurable"].is_string()), (&Value::Null, true));
}

#[test]
fn what_nobody_said_and_what_is_broken_is_counted() {
    let mut turns = segments(1.0, 0.0);
    let own = call_with(&turns);
    turns.push(json!({ "start": 2, "end": 4, "text": "Редактор субтитров А. Иванова" }));
    turns.push(json!({ "start": 12.4, "end": 13, "text": "спасибо ".repeat(40) }));
    turns.push(json!({ "start": 7.5, "end": 9, "text": "[00:00:07] (пауза 2 с) *смех*" }));
    turns.push(json!({ "start": 9, "end": 3, "text": "плохо" }));
    let call = call_with(&turns);
    assert_eq!(defects(&call), ["transcript_segments_unreadable"]);
    let counts = &call["pipeline"]["transcription"];
    let counted = ["words_invented", "words_repeated"].map(|name| counts[name].as_u64().unwrap());
    assert_eq!(counted, [9, 39], "{counts}");
    assert_eq!(counts["import"]["segments_unreadable"], 1);
    let marked = |call: &Value| -> u64 {
        let turns = call["turns"].as_array().unwrap().iter();
        let rows = turns.filter_map(|turn| turn["removed"].as_array()).flatten();
        rows.map(|row| row["words"].as_u64().unwrap()).sum()
    };
    assert_eq!((marked(&own), marked(&call)), (0, 48));
    assert_eq!(said(&call).replace(" спасибо", ""), said(&own).replace(" спасибо", ""));
}

#[test]
fn a_transcript_belongs_to_one_recording() {
    let workspace = Workspace::new();
    workspace.copy_sample("01-proper-hold", "calls/monday/0001.wav");
    workspace.copy_sample("02-rude-collector", "calls/tuesday/0001.wav");
    let transcript = json!(segments(1.0, 0.0)).to_string();
    workspace.write("one/monday/0001.json", &transcript);
    workspace.write("shared/0001.json", &transcript);
    let words = || -> Vec<bool> {
        let calls = workspace.calls();
        calls.iter().map(|(_, call)| call["pipeline"]["transcription"]["import"].is_object()).collect()
    };
    let run =
        |folder: &str| workspace.run("calls").option("--transcripts", workspace.path(folder)).without_asr();
    run("one").succeeded();
    let mut imported = words();
    imported.sort_unstable();
    assert_eq!(imported, [false, true]);
    run("shared").ended_with(3);
    let failures = workspace.failures();
    assert_eq!(failures.len(), 2);
    for failure in failures {
        let reason = failure["reason"].as_str().unwrap();
        assert!(reason.contains("other recordings have its name"), "{reason}");
    }
}
