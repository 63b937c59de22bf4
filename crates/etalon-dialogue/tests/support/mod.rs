//! Dialogues for tests.

#![allow(dead_code, reason = "not every test needs all of it")]

use etalon_call::{Event, EventKind, OverlapClass, Role, Span, Word};
use etalon_dialogue::{Dialogue, DialogueSettings, SpeakerTrack, measure};
use etalon_vad::ChannelAnalysis;

pub(crate) const DURATION_S: f64 = 120.0;

pub(crate) fn analysis(regions: &[(f64, f64)], music: &[(f64, f64)]) -> ChannelAnalysis {
    let spans =
        |times: &[(f64, f64)]| times.iter().map(|&(start_s, end_s)| Span::new(start_s, end_s)).collect();
    ChannelAnalysis { regions: spans(regions), music: spans(music), ..ChannelAnalysis::default() }
}

pub(crate) fn track<'a>(
    role: Role,
    analysis: &'a ChannelAnalysis,
    words: Option<&'a [Word]>,
) -> SpeakerTrack<'a> {
    let channel = usize::from(role == Role::Client);
    SpeakerTrack { role, name: role.name(), channel, analysis, words, language: "ru" }
}

pub(crate) fn words(text: &str, start_s: f64, end_s: f64) -> Vec<Word> {
    let texts: Vec<&str> = text.split_whitespace().collect();
    let step_s = (end_s - start_s) / texts.len() as f64;
    let word = |(index, text): (usize, &&str)| {
        let word_start_s = start_s + step_s * index as f64;
        Word::new(*text, word_start_s, word_start_s + step_s, 1.0)
    };
    texts.iter().enumerate().map(word).collect()
}

pub(crate) fn overlaps(dialogue: &Dialogue) -> Vec<(OverlapClass, Role)> {
    let class = |event: &Event| match event.kind {
        EventKind::Overlap { class, interrupter, .. } => Some((class, interrupter)),
        _ => None,
    };
    dialogue.events.iter().filter_map(class).collect()
}

/// A stretch of one side's speech: start, end, words.
pub(crate) type Said<'a> = (f64, f64, &'a str);

/// Measures a transcribed dialogue; a stretch without words is a sound.
pub(crate) fn said(agent: &[Said<'_>], client: &[Said<'_>]) -> Dialogue {
    let regions = |said: &[Said<'_>]| -> Vec<(f64, f64)> { said.iter().map(|one| (one.0, one.1)).collect() };
    let texts = |said: &[Said<'_>]| -> Vec<Word> {
        said.iter().flat_map(|&(start_s, end_s, text)| words(text, start_s, end_s)).collect()
    };
    let analyses = [analysis(&regions(agent), &[]), analysis(&regions(client), &[])];
    let spoken = [texts(agent), texts(client)];
    let tracks = [
        track(Role::Agent, &analyses[0], Some(&spoken[0])),
        track(Role::Client, &analyses[1], Some(&spoken[1])),
    ];
    measure(&tracks, DURATION_S, &DialogueSettings::default())
}
