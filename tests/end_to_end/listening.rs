//! What is heard where there is next to nothing to hear, or something else than what was expected.

use crate::harness::{Workspace, sample_run};
use crate::recordings::{RATE_HZ, Recording, lines_of};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const WEBSITE: &str = "03-look-at-the-website";

/// The calls that are made of some recordings, each of them listened to; one run for all.
fn heard(recordings: &[(&str, Recording, u16)], languages: &str) -> BTreeMap<String, Value> {
    let workspace = Workspace::new();
    for (name, recording, channels) in recordings {
        workspace.write(format!("in/{name}.wav"), recording.wav(*channels));
    }
    workspace.run("in").option("--language", languages).succeeded();
    workspace.calls().into_iter().collect()
}

/// What was heard of the odd recordings in Russian.
fn odd() -> &'static BTreeMap<String, Value> {
    static CALLS: OnceLock<BTreeMap<String, Value>> = OnceLock::new();
    CALLS.get_or_init(|| {
        let recordings = [
            ("moment of speech", moment(), 1),
            ("moment of silence", Recording::default().silence(0.3), 1),
            ("moment of noise", Recording::default().sound(0.3, rustle), 1),
            ("one sample", Recording::default().sound(1.5 / f64::from(RATE_HZ), |_| 0.1), 1),
            ("one word", goodbye(), 1),
            ("music", Recording::default().sound(180.0, band), 1),
            ("one side", Recording::default().lines(WEBSITE, &["agent"], 0..99), 2),
        ];
        heard(&recordings, "ru")
    })
}

/// Three tenths of a second out of the middle of a sentence.
fn moment() -> Recording {
    let (_, sound) = &lines_of(WEBSITE, &["agent"])[0];
    let from = sound.len() / 2;
    Recording { samples: sound[from..from + 3 * RATE_HZ as usize / 10].to_vec(), ..Recording::default() }
}

/// One short line, with nothing before and after it.
fn goodbye() -> Recording {
    let (_, sound) = lines_of("06-fast-talker", &["client"]).pop().unwrap();
    Recording { samples: sound, ..Recording::default() }
}

/// The same noise each time.
fn rustle(time_s: f64) -> f64 {
    0.02 * ((time_s * 12_345.678).sin() * 43_758.545).fract()
}

/// A tune over a bass with a drum on every beat.
fn band(time_s: f64) -> f64 {
    let beat = (time_s * 2.0) as usize;
    let since_s = (time_s * 2.0).fract() / 2.0;
    let tone = |hz: f64| (std::f64::consts::TAU * hz * time_s).sin();
    let melody = [523.3, 587.3, 659.3, 784.0, 659.3, 587.3, 523.3, 440.0][beat % 8];
    let bass = [130.8, 196.0, 220.0, 174.6][beat / 4 % 4];
    let sung = tone(melody) + 0.5 * tone(2.0 * melody) + 0.25 * tone(3.0 * melody);
    let drum =
        if beat % 2 == 1 { rustle(time_s) * 5.0 } else { (std::f64::consts::TAU * 80.0 * since_s).sin() };
    0.08 * sung * (-3.0 * since_s).exp()
        + 0.06 * (tone(bass) + 0.5 * tone(2.0 * bass))
        + 0.1 * drum * (-25.0 * since_s).exp()
}

fn words(call: &Value) -> Vec<&str> {
    let turns = call["turns"].as_array().unwrap().iter();
    turns.flat_map(|turn| turn["text"].as_str().unwrap().split_whitespace()).collect()
}

/// The rules that came to a verdict about what somebody did.
fn decided(call: &Value) -> Vec<&str> {
    let rules = call.pointer("/evaluation/rules").unwrap().as_array().unwrap().iter();
    let decided = rules.filter(|rule| rule["verdict"] == "pass" || rule["verdict"] == "fail");
    decided.map(|rule| rule["id"].as_str().unwrap()).collect()
}

#[test]
fn a_moment_is_no_call() {
    for (name, most_words) in
        [("moment of speech", 3), ("moment of silence", 0), ("moment of noise", 0), ("one sample", 0)]
    {
        let call = &odd()[name];
        assert!(words(call).len() <= most_words, "{name}: {:?}", words(call));
        assert!(call["call"].get("kind").is_none(), "{name}: {}", call["call"]);
        assert_eq!(decided(call), [""; 0], "{name}");
        assert_eq!(call["evaluation"]["score"], Value::Null, "{name}");
        let duration_s = call["audio"]["duration_s"].as_f64().unwrap();
        for turn in call["turns"].as_array().unwrap() {
            assert!(turn["end_s"].as_f64().unwrap() <= duration_s, "{name}: {turn}");
        }
    }
}

#[test]
fn one_word_is_written_once() {
    let call = &odd()["one word"];
    assert_eq!(etalon_text::tokens(&words(call).join(" ")), ["до", "свидания"]);
    assert_eq!(call["turns"].as_array().unwrap().len(), 1);
}

#[test]
fn music_is_heard_as_nothing() {
    let call = &odd()["music"];
    assert_eq!(words(call), [""; 0]);
    assert!(call["call"].get("kind").is_none(), "{}", call["call"]);
    assert_eq!(call["evaluation"]["score"], Value::Null);
    assert_eq!(call.pointer("/pipeline/transcription/windows").unwrap(), 0);
}

#[test]
fn one_side_alone_is_heard_as_it_is_in_the_call() {
    let call = &odd()["one side"];
    let whole = sample_run().call(WEBSITE);
    let side = whole["turns"].as_array().unwrap().iter().filter(|turn| turn["speaker"] == "agent");
    let expected: Vec<String> =
        side.flat_map(|turn| etalon_text::normalized(turn["text"].as_str().unwrap())).collect();
    let found = etalon_text::normalized(&words(call).join(" "));
    let errors = etalon_eval::words::word_errors(&expected, &found);
    assert!(errors.rate().unwrap() < 0.1, "{errors:?}");
}

#[test]
fn a_language_that_is_not_on_offer_is_written_in_one_that_is() {
    let recording = Recording::default().lines(WEBSITE, &["agent"], 0..99);
    let calls = heard(&[("call", recording, 1)], "kk,en");
    let turns = calls["call"]["turns"].as_array().unwrap();
    assert!(!turns.is_empty());
    for turn in turns {
        assert!(["kk", "en"].contains(&turn["language"].as_str().unwrap()), "{turn}");
    }
}
