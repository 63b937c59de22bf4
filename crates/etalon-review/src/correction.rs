//! Words and speakers put right, as an overlay: the stored call stays as it is.

use chrono::{DateTime, FixedOffset};
use etalon_call::{Call, Role, Turn, Utterance, Word, mean_confidence};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest text in place of one word, characters.
const REPLACEMENT_MAX_CHARS: usize = 200;

/// Two times within half a millisecond are one, seconds.
const SAME_TIME_S: f64 = 0.0005;

/// Something in the transcript of a call that is put right.
///
/// A place is named by its numbers and by what the machine has there, so that a correction never
/// lands on another word after the call was transcribed again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Correction {
    /// Other words in place of one.
    Word {
        /// The turn's place among those of the call, from 0.
        turn: usize,
        /// The word's place in its turn, from 0.
        word: usize,
        /// When the word begins, seconds.
        start_s: f64,
        /// The word that the machine heard.
        heard: Utterance,
        /// What was said: one word, several, or nothing.
        meant: Utterance,
    },
    /// Another speaker of a whole turn.
    Speaker {
        /// The turn's place among those of the call, from 0.
        turn: usize,
        /// When the turn begins, seconds.
        start_s: f64,
        /// Whom the machine took it for.
        heard: Role,
        /// Who spoke.
        meant: Role,
    },
}

/// A correction with its author and time.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedCorrection {
    /// Its place among the corrections of its call, from 1.
    pub sequence: u32,
    /// Who made it.
    pub author: String,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// What was put right.
    pub correction: Correction,
}

/// A call with its corrections applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Corrected {
    /// The call. Only its turns are others: measures, events and verdicts are those of the original
    /// until somebody makes them anew.
    pub call: Call,
    /// Corrections whose place the call does not have (any more), by their place in what was given.
    pub stale: Vec<usize>,
}

impl Correction {
    /// The correction that puts back what the machine heard.
    #[must_use]
    pub fn undone(&self) -> Self {
        match self.clone() {
            Self::Word { turn, word, start_s, heard, .. } => {
                Self::Word { turn, word, start_s, meant: heard.clone(), heard }
            }
            Self::Speaker { turn, start_s, heard, .. } => {
                Self::Speaker { turn, start_s, heard, meant: heard }
            }
        }
    }

    /// The correction with other words, where `blanked` gives any. A word that the machine heard and
    /// that is another one now makes the correction stale.
    #[must_use]
    pub(crate) fn blanked(&self, blanked: &impl Fn(&str) -> Option<String>) -> Self {
        let words =
            |words: &Utterance| blanked(words.as_str()).map_or_else(|| words.clone(), Utterance::from);
        match self.clone() {
            Self::Word { turn, word, start_s, heard, meant } => {
                Self::Word { turn, word, start_s, heard: words(&heard), meant: words(&meant) }
            }
            speaker @ Self::Speaker { .. } => speaker,
        }
    }

    /// Whether both are about the same word, or about the speaker of the same turn.
    fn is_of_same_place(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Word { turn, word, start_s, .. },
                Self::Word { turn: other_turn, word: other_word, start_s: other_start_s, .. },
            ) => (turn, word) == (other_turn, other_word) && is_same_time(*start_s, *other_start_s),
            (
                Self::Speaker { turn, start_s, .. },
                Self::Speaker { turn: other_turn, start_s: other_start_s, .. },
            ) => turn == other_turn && is_same_time(*start_s, *other_start_s),
            _ => false,
        }
    }

    /// Whether it changes anything.
    fn changes_something(&self) -> bool {
        match self {
            Self::Word { heard, meant, .. } => heard != meant,
            Self::Speaker { heard, meant, .. } => heard != meant,
        }
    }

    /// Whether the correction can be stored.
    pub(crate) fn is_valid(&self) -> bool {
        match self {
            Self::Word { start_s, heard, meant, .. } => {
                let is_clean = !meant.as_str().chars().any(char::is_control);
                let length = meant.as_str().chars().count();
                start_s.is_finite() && !heard.is_empty() && is_clean && length <= REPLACEMENT_MAX_CHARS
            }
            Self::Speaker { start_s, .. } => start_s.is_finite(),
        }
    }
}

/// Whether a correction of a call, by its place in their order, still changes something: the latest one
/// of its place does, unless it puts back what was heard.
pub fn is_in_effect(corrections: &[RecordedCorrection], place: usize) -> bool {
    let Some(recorded) = corrections.get(place) else { return false };
    let later = corrections.iter().skip(place + 1);
    let is_replaced = later.into_iter().any(|later| later.correction.is_of_same_place(&recorded.correction));
    !is_replaced && recorded.correction.changes_something()
}

/// A call with corrections laid over it, in their order: of two of one place, the later one holds.
///
/// Times stay. Several words in place of one share its time by their letters; a word in whose place
/// nothing was said is left out. A corrected word has the confidence 1: a person heard it.
pub fn corrected<'c>(
    call: &Call,
    corrections: impl IntoIterator<Item = &'c RecordedCorrection>,
) -> Corrected {
    laid_over(call, corrections.into_iter().map(|recorded| &recorded.correction))
}

/// As [`corrected`], whoever made the corrections.
pub(crate) fn laid_over<'c>(call: &Call, corrections: impl IntoIterator<Item = &'c Correction>) -> Corrected {
    let mut corrected = Corrected { call: call.clone(), stale: Vec::new() };
    let mut words: BTreeMap<usize, BTreeMap<usize, &Utterance>> = BTreeMap::new();
    for (place, correction) in corrections.into_iter().enumerate() {
        let is_found = match correction {
            Correction::Word { turn, word, start_s, heard, meant } => {
                let found = word_at(call, (*turn, *word), *start_s, heard);
                found.map(|(turn, word)| words.entry(turn).or_default().insert(word, meant)).is_some()
            }
            Correction::Speaker { turn, start_s, heard, meant } => {
                let found = turn_at(call, *turn, *start_s, *heard);
                found.map(|turn| set_speaker(&mut corrected.call.turns[turn], *meant)).is_some()
            }
        };
        if !is_found {
            corrected.stale.push(place);
        }
    }
    for (turn, meant) in words {
        set_words(&mut corrected.call.turns[turn], &meant);
    }
    corrected
}

/// The place of a word: where it was named, or else the only one that begins then and reads so.
pub(crate) fn word_at(
    call: &Call,
    named: (usize, usize),
    start_s: f64,
    heard: &Utterance,
) -> Option<(usize, usize)> {
    let is_it = |word: &Word| is_same_time(word.start_s, start_s) && word.text == *heard;
    if call.turns.get(named.0).and_then(|turn| turn.words.get(named.1)).is_some_and(is_it) {
        return Some(named);
    }
    let all = call.turns.iter().enumerate().flat_map(|(turn_place, turn)| {
        turn.words.iter().enumerate().map(move |(word_place, word)| ((turn_place, word_place), word))
    });
    only(all.filter(|(_, word)| is_it(word)).map(|(place, _)| place))
}

/// The place of a turn: where it was named, or else the only one of that side that begins then.
fn turn_at(call: &Call, named: usize, start_s: f64, heard: Role) -> Option<usize> {
    let is_it = |turn: &Turn| is_same_time(turn.start_s, start_s) && turn.speaker == heard;
    if call.turns.get(named).is_some_and(is_it) {
        return Some(named);
    }
    only(call.turns.iter().enumerate().filter(|(_, turn)| is_it(turn)).map(|(place, _)| place))
}

fn is_same_time(left_s: f64, right_s: f64) -> bool {
    (left_s - right_s).abs() <= SAME_TIME_S
}

fn only<T>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn set_speaker(turn: &mut Turn, speaker: Role) {
    turn.speaker = speaker;
    if speaker != Role::Unknown {
        turn.unknown_speaker = None;
    }
}

fn set_words(turn: &mut Turn, meant: &BTreeMap<usize, &Utterance>) {
    let words = std::mem::take(&mut turn.words);
    turn.words = words
        .into_iter()
        .enumerate()
        .flat_map(|(place, word)| match meant.get(&place) {
            Some(meant) => words_in_place_of(&word, meant),
            None => vec![word],
        })
        .collect();
    let text: Vec<&str> = turn.words.iter().map(|word| word.text.as_str()).collect();
    turn.text = Utterance::from(text.join(" "));
    turn.confidence = mean_confidence(&turn.words);
}

/// The words that were meant, over the time of the one that was heard.
pub(crate) fn words_in_place_of(heard: &Word, meant: &Utterance) -> Vec<Word> {
    if heard.text == *meant {
        return vec![heard.clone()];
    }
    let words: Vec<&str> = meant.as_str().split_whitespace().collect();
    let letters = |words: &[&str]| words.iter().map(|word| word.chars().count()).sum::<usize>() as f64;
    let (all, length_s) = (letters(&words), heard.end_s - heard.start_s);
    let time_s = |before: usize| heard.start_s + length_s * letters(&words[..before]) / all;
    let timed = words.iter().enumerate().map(|(place, word)| {
        let end_s = if place + 1 == words.len() { heard.end_s } else { time_s(place + 1) };
        Word::new(*word, time_s(place), end_s, 1.0)
    });
    timed.collect()
}
