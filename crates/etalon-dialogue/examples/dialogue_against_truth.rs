//! Measures the events of the dialogue against labelled calls.
//!
//!     cargo run --release -p etalon-dialogue --example dialogue_against_truth -- FOLDER [words]
//!
//! FOLDER holds `<name>.wav` beside `<name>.truth.json`. With `words`, the dialogue gets the words
//! of the truth as a perfect recogniser would give them (their times are spread over the true
//! speech). Without it, the signal alone decides.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

#[path = "../../etalon-vad/examples/support/mod.rs"]
mod support;

use etalon_call::{Event, EventKind, Role, Span, Word};
use etalon_dialogue::{Dialogue, DialogueSettings, SpeakerTrack, measure};
use etalon_vad::{ActivitySettings, ChannelSamples, analyse};
use std::collections::BTreeMap;
use support::{LabelledCall, labelled_calls};

#[derive(Default)]
struct Counts {
    hits: usize,
    found: usize,
    expected: usize,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = arguments.first().expect("a folder of labelled calls");
    let with_words = arguments.iter().any(|argument| argument == "words");
    let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
    for call in labelled_calls(folder.as_ref()) {
        let dialogue = dialogue_of(&call, with_words);
        let expected: Vec<Event> =
            serde_json::from_value(call.truth["events"].clone()).expect("events are valid");
        let stereo = call.channels.len() > 1;
        println!(
            "{}: {} turns (truth {})",
            call.name,
            dialogue.turns.len(),
            call.truth["turns"].as_array().unwrap().len()
        );
        compare(&expected, &dialogue.events, stereo, &mut counts);
    }
    println!("\n{:<34} {:>8} {:>5} {:>4} {:>6}", "event", "expected", "found", "hits", "F1");
    for (name, counts) in &counts {
        let f1 = 2.0 * counts.hits as f64 / (counts.expected + counts.found).max(1) as f64;
        println!("{name:<34} {:>8} {:>5} {:>4} {f1:>6.3}", counts.expected, counts.found, counts.hits);
    }
}

fn dialogue_of(call: &LabelledCall, with_words: bool) -> Dialogue {
    let channels: Vec<_> = call.channels.iter().map(|samples| ChannelSamples::I16(samples)).collect();
    let analyses = analyse(&channels, call.rate_hz, &ActivitySettings::default());
    let roles: &[Role] = if channels.len() == 1 { &[Role::Unknown] } else { &[Role::Agent, Role::Client] };
    let words: Vec<Vec<Word>> = roles.iter().map(|&role| words_of(call, role)).collect();
    let tracks: Vec<_> = analyses
        .iter()
        .zip(roles)
        .zip(&words)
        .map(|((analysis, &role), words)| SpeakerTrack {
            role,
            name: role.name(),
            channel: usize::from(role == Role::Client),
            analysis,
            words: with_words.then_some(words.as_slice()),
            language: "ru",
        })
        .collect();
    let duration_s = call.channels[0].len() as f64 / f64::from(call.rate_hz);
    measure(&tracks, duration_s, &DialogueSettings::default())
}

/// The words of one role; each takes a share of its turn's speech in proportion to its letters.
fn words_of(call: &LabelledCall, role: Role) -> Vec<Word> {
    let mut words = Vec::new();
    for turn in call.truth["turns"].as_array().unwrap() {
        if role != Role::Unknown && turn["speaker"] != role.name() {
            continue;
        }
        let speech: Vec<Span> = serde_json::from_value(turn["speech"].clone()).unwrap();
        let texts: Vec<&str> = turn["text"].as_str().unwrap().split_whitespace().collect();
        let letters = |text: &str| text.chars().count() as f64 + 1.0;
        let total: f64 = texts.iter().map(|text| letters(text)).sum();
        let spoken_s: f64 = speech.iter().map(Span::duration_s).sum();
        let mut said_s = 0.0;
        for text in texts {
            let start_s = at(&speech, said_s);
            said_s += spoken_s * letters(text) / total;
            words.push(Word::new(text, start_s, at(&speech, said_s - 0.01), 1.0));
        }
    }
    words.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
    words
}

/// The time at which `said_s` seconds of the speech are over.
fn at(speech: &[Span], mut said_s: f64) -> f64 {
    for span in speech {
        if said_s < span.duration_s() {
            return span.start_s + said_s;
        }
        said_s -= span.duration_s();
    }
    speech.last().map_or(0.0, |span| span.end_s)
}

fn compare(expected: &[Event], found: &[Event], stereo: bool, counts: &mut BTreeMap<String, Counts>) {
    let needs_stereo = |event: &&Event| {
        !stereo && matches!(event.kind, EventKind::Overlap { .. } | EventKind::Farewell { .. })
    };
    let expected: Vec<&Event> = expected.iter().filter(|event| !needs_stereo(event)).collect();
    let found: Vec<&Event> = found.iter().filter(|event| !needs_stereo(event)).collect();
    let mut used = vec![false; found.len()];
    for event in &expected {
        let entry = counts.entry(name(event)).or_default();
        entry.expected += 1;
        let hit = (0..found.len())
            .find(|&index| !used[index] && name(found[index]) == name(event) && meet(event, found[index]));
        if let Some(index) = hit {
            used[index] = true;
            entry.hits += 1;
        } else {
            println!("    missed {} {:.2}-{:.2}", name(event), event.start_s, event.end_s);
        }
    }
    for (event, used) in found.iter().zip(used) {
        counts.entry(name(event)).or_default().found += 1;
        if !used {
            println!("    extra  {} {:.2}-{:.2}", name(event), event.start_s, event.end_s);
        }
    }
}

/// The kind and its attributes, except whether a hold was announced, which needs words.
fn name(event: &Event) -> String {
    match event.kind {
        EventKind::Overlap { class, interrupter, .. } => {
            format!("overlap {class:?} by {}", interrupter.name())
        }
        EventKind::Silence { in_hold } => format!("silence in_hold={in_hold}"),
        EventKind::Hold { music, .. } => format!("hold music={music}"),
        EventKind::Farewell { speaker } => format!("farewell {}", speaker.name()),
        EventKind::Shouting { speaker } => format!("shouting {}", speaker.name()),
        EventKind::Unrecognized { speaker } => format!("unrecognized {}", speaker.name()),
    }
}

/// Long events must share at least half of their union, short ones must lie within 0.2 s.
fn meet(left: &Event, right: &Event) -> bool {
    if matches!(left.kind, EventKind::Overlap { .. } | EventKind::Farewell { .. }) {
        return left.start_s - 0.2 <= right.end_s && right.start_s - 0.2 <= left.end_s;
    }
    let common_s = left.span().intersection(&right.span()).map_or(0.0, |span| span.duration_s());
    let union_s = left.duration_s() + right.duration_s() - common_s;
    common_s >= 0.5 * union_s
}
