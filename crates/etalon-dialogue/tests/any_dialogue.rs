//! For any activity and any words, the numbers of the dialogue are defined.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use etalon_call::{Role, Span, Word, round3};
use etalon_dialogue::{Dialogue, DialogueSettings, SpeakerTrack, measure};
use etalon_vad::ChannelAnalysis;
use proptest::prelude::*;

/// Sorted regions that never touch, from lengths of pauses and of speech in milliseconds.
fn regions(lengths_ms: &[(u32, u32)]) -> Vec<Span> {
    let mut at_ms = 0;
    let region = |&(pause_ms, speech_ms): &(u32, u32)| {
        let start_ms = at_ms + pause_ms;
        at_ms = start_ms + speech_ms;
        Span::new(f64::from(start_ms) / 1_000.0, f64::from(at_ms) / 1_000.0)
    };
    lengths_ms.iter().map(region).collect()
}

fn analyses() -> impl Strategy<Value = ChannelAnalysis> {
    let lengths = prop::collection::vec((1_u32..20_000, 1_u32..6_000), 0..12);
    let music = prop::collection::vec((1_u32..30_000, 3_000_u32..20_000), 0..3);
    (lengths, music).prop_map(|(speech, music)| ChannelAnalysis {
        regions: regions(&speech),
        music: regions(&music),
        ..ChannelAnalysis::default()
    })
}

/// Words at any time, sorted; some are on the lists.
fn words() -> impl Strategy<Value = Option<Vec<Word>>> {
    let text = prop::sample::select(vec!["да", "угу", "подождите", "до", "свидания.", "пока", "долг", "—"]);
    prop::option::of(prop::collection::vec((text, 0_u32..200_000, 0_u32..2_000), 0..30)).prop_map(|words| {
        let mut words = words?;
        words.sort_by_key(|&(_, start_ms, _)| start_ms);
        let word = |(text, start_ms, length_ms): (&str, u32, u32)| {
            let start_s = f64::from(start_ms) / 1_000.0;
            Word::new(text, start_s, start_s + f64::from(length_ms) / 1_000.0, 0.5)
        };
        Some(words.into_iter().map(word).collect())
    })
}

fn check(dialogue: &Dialogue, words: usize) {
    assert!(dialogue.events.is_sorted_by(|left, right| left.start_s <= right.start_s));
    assert!(dialogue.turns.is_sorted_by(|left, right| left.start_s <= right.start_s));
    assert!(dialogue.events.iter().all(|event| event.start_s <= event.end_s));
    let turned: usize = dialogue.turns.iter().map(|turn| turn.words.len()).sum();
    assert!(dialogue.turns.is_empty() || turned == words, "{turned} of {words} words are in turns");
    check_numbers(&serde_json::to_value(&dialogue.metrics).unwrap());
}

/// Every number is finite (JSON writes null otherwise) and rounded.
fn check_numbers(value: &serde_json::Value) {
    match value {
        serde_json::Value::Number(number) => {
            let number = number.as_f64().unwrap();
            assert!((number - round3(number)).abs() < 1e-12, "{number} is not rounded");
        }
        serde_json::Value::Array(values) => values.iter().for_each(check_numbers),
        serde_json::Value::Object(fields) => fields.values().for_each(check_numbers),
        _ => {}
    }
}

proptest! {
    #[test]
    fn any_two_sides_make_a_dialogue(agent in analyses(), client in analyses(), said in words(), answered in words()) {
        let tracks = [
            SpeakerTrack { role: Role::Agent, name: "voice_1", channel: 0, analysis: &agent, words: said.as_deref(), language: "ru" },
            SpeakerTrack { role: Role::Client, name: "voice_1", channel: 1, analysis: &client, words: answered.as_deref(), language: "ru" },
        ];
        let dialogue = measure(&tracks, 1_000.0, &DialogueSettings::default());
        let words = |track: &SpeakerTrack<'_>| if track.analysis.regions.is_empty() { 0 } else { track.words.map_or(0, <[Word]>::len) };
        check(&dialogue, tracks.iter().map(words).sum());
        prop_assert!(dialogue.metrics.interruptions.by_agent.is_some());
    }

    #[test]
    fn any_single_channel_makes_a_dialogue(both in analyses(), said in words()) {
        let tracks = [SpeakerTrack { role: Role::Unknown, name: "voice_1", channel: 0, analysis: &both, words: said.as_deref(), language: "kk" }];
        let dialogue = measure(&tracks, 1_000.0, &DialogueSettings::default());
        check(&dialogue, said.map_or(0, |said| said.len()));
        prop_assert!(dialogue.metrics.interruptions.by_agent.is_none());
    }
}
