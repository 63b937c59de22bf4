//! Compares word times with the truth.
//!
//! A truth file has no word times, but some follow from it. A turn begins with its first word and
//! ends with its last one, and each pause inside a turn lies between two words. Punctuation shows
//! which two, because speakers pause there. Of the places with punctuation, the one is chosen at
//! which the pause is expected if all letters of the turn take the same time. If several places are
//! possible, none is chosen.
//!
//! Only correctly recognized words are measured, and only at the known side: the start after a
//! pause, the end before one.

use crate::LabelledCall;
use crate::truth::TrueTurn;
use crate::words::{equal_words, knows_sides};
use etalon_call::{Role, Span, Word, round3};
use etalon_text::normalize_word;
use serde::Serialize;

/// Largest distance of a pause from its expected place at the punctuation, seconds.
const PAUSE_MAX_S: f64 = 0.6;

/// The errors of word times.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordTimeComparison {
    /// Starts of words that follow a pause.
    pub starts: TimeErrors,
    /// Ends of words that precede one.
    pub ends: TimeErrors,
}

/// Absolute errors of times; null without any.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TimeErrors {
    /// How many times were compared.
    pub words: usize,
    /// Their mean, seconds.
    pub mean_s: Option<f64>,
    /// Their median, seconds.
    pub median_s: Option<f64>,
    /// Their 95th percentile (nearest rank), seconds.
    pub p95_s: Option<f64>,
}

impl TimeErrors {
    fn of(mut errors_s: Vec<f64>) -> Self {
        errors_s.sort_by(f64::total_cmp);
        let count = errors_s.len();
        let mean_s = (count > 0).then(|| round3(errors_s.iter().sum::<f64>() / count as f64));
        let quantile = |share: f64| {
            let rank = (share * count as f64).ceil() as usize;
            errors_s.get(rank.saturating_sub(1)).copied().map(round3)
        };
        Self { words: count, mean_s, median_s: quantile(0.5), p95_s: quantile(0.95) }
    }
}

/// Compares the words of every transcribed call whose result knows the sides; none without such
/// calls.
pub fn compare(labelled: &[LabelledCall]) -> Option<WordTimeComparison> {
    let mut starts_s = Vec::new();
    let mut ends_s = Vec::new();
    let transcribed = |call: &&LabelledCall| call.call.pipeline.model.is_some() && knows_sides(&call.call);
    for call in labelled.iter().filter(transcribed) {
        for role in [Role::Agent, Role::Client] {
            let said: Vec<SaidWord> =
                call.truth.turns.iter().filter(|turn| turn.speaker == role).flat_map(said_words).collect();
            let turns = call.call.turns.iter().filter(|turn| turn.speaker == role);
            let heard: Vec<(String, &Word)> = turns
                .flat_map(|turn| &turn.words)
                .map(|word| (normalize_word(word.text.as_str()), word))
                .filter(|(text, _)| !text.is_empty())
                .collect();
            let said_texts: Vec<String> = said.iter().map(|word| word.text.clone()).collect();
            let heard_texts: Vec<String> = heard.iter().map(|(text, _)| text.clone()).collect();
            for (said_index, heard_index) in equal_words(&said_texts, &heard_texts) {
                let (said, heard) = (&said[said_index], heard[heard_index].1);
                starts_s.extend(said.start_s.map(|start_s| (heard.start_s - start_s).abs()));
                ends_s.extend(said.end_s.map(|end_s| (heard.end_s - end_s).abs()));
            }
        }
    }
    (!starts_s.is_empty() || !ends_s.is_empty())
        .then(|| WordTimeComparison { starts: TimeErrors::of(starts_s), ends: TimeErrors::of(ends_s) })
}

/// A spoken word with the times that the truth gives.
#[derive(Debug, Clone, Default, PartialEq)]
struct SaidWord {
    text: String,
    start_s: Option<f64>,
    end_s: Option<f64>,
    letters: usize,
    is_before_punctuation: bool,
}

/// The words of a turn, with times if they follow from a pause.
fn said_words(turn: &TrueTurn) -> Vec<SaidWord> {
    let mut words: Vec<SaidWord> = Vec::new();
    for written in turn.text.as_str().split_whitespace() {
        let text = normalize_word(written);
        let is_before_punctuation = !written.ends_with(char::is_alphanumeric);
        match words.last_mut() {
            // A separate dash.
            Some(last) if text.is_empty() => last.is_before_punctuation = true,
            _ if text.is_empty() => {}
            _ => {
                let letters = text.chars().count();
                words.push(SaidWord { text, letters, is_before_punctuation, ..SaidWord::default() });
            }
        }
    }
    if let Some(first) = words.first_mut() {
        first.start_s = Some(turn.start_s);
    }
    if let Some(last) = words.last_mut() {
        last.end_s = Some(turn.end_s);
    }
    for pause in turn.speech.windows(2) {
        if let Some(before) =
            word_before(&words, turn, Span { start_s: pause[0].end_s, end_s: pause[1].start_s })
        {
            words[before].end_s = Some(pause[0].end_s);
            words[before + 1].start_s = Some(pause[1].start_s);
        }
    }
    words
}

/// The word before this pause; none if several are possible.
fn word_before(words: &[SaidWord], turn: &TrueTurn, pause: Span) -> Option<usize> {
    let speech_s: f64 = turn.speech.iter().map(Span::duration_s).sum();
    let letters: usize = words.iter().map(|word| word.letters).sum();
    let spoken_s: f64 =
        turn.speech.iter().take_while(|region| region.end_s <= pause.start_s).map(Span::duration_s).sum();
    let mut spoken_letters = 0;
    let mut near = Vec::new();
    for (index, word) in words.iter().enumerate().take(words.len().saturating_sub(1)) {
        spoken_letters += word.letters;
        let expected_s = speech_s * spoken_letters as f64 / letters.max(1) as f64;
        if word.is_before_punctuation && (expected_s - spoken_s).abs() <= PAUSE_MAX_S {
            near.push(index);
        }
    }
    match near.as_slice() {
        [one] => Some(*one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(text: &str, speech: &[[f64; 2]]) -> TrueTurn {
        TrueTurn {
            language: None,
            speaker: Role::Agent,
            start_s: speech[0][0],
            end_s: speech[speech.len() - 1][1],
            text: text.into(),
            speech: speech.iter().copied().map(Span::from).collect(),
        }
    }

    fn check(text: &str, speech: &[[f64; 2]], expected: &[(&str, Option<f64>, Option<f64>)]) {
        let words = said_words(&turn(text, speech));
        let found: Vec<(&str, Option<f64>, Option<f64>)> =
            words.iter().map(|word| (word.text.as_str(), word.start_s, word.end_s)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_pause_tells_the_times_of_the_words_beside_it() {
        check("Да.", &[[1.0, 1.5]], &[("да", Some(1.0), Some(1.5))]);
        check(
            "Добрый день, слушаю вас.",
            &[[1.0, 2.0], [2.5, 3.6]],
            &[
                ("добрый", Some(1.0), None),
                ("день", None, Some(2.0)),
                ("слушаю", Some(2.5), None),
                ("вас", None, Some(3.6)),
            ],
        );
        // No punctuation at the pause, or two places: the times are unknown.
        check(
            "Добрый день слушаю вас",
            &[[1.0, 2.0], [2.5, 3.6]],
            &[
                ("добрый", Some(1.0), None),
                ("день", None, None),
                ("слушаю", None, None),
                ("вас", None, Some(3.6)),
            ],
        );
        check(
            "Да, нет, да.",
            &[[1.0, 1.4], [1.7, 2.2]],
            &[("да", Some(1.0), None), ("нет", None, None), ("да", None, Some(2.2))],
        );
    }

    #[test]
    fn errors_are_summed_up() {
        let errors = TimeErrors::of(vec![0.3, 0.0, 0.1, 0.2]);
        assert_eq!(
            errors,
            TimeErrors { words: 4, mean_s: Some(0.15), median_s: Some(0.1), p95_s: Some(0.3) }
        );
        assert_eq!(TimeErrors::of(vec![]), TimeErrors::default());
    }
}
