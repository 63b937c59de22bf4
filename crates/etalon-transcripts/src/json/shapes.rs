//! The fields that are read, of the four kinds of documents. Others are skipped.

use super::seconds;
use crate::builder::{ReadWord, words_of};
use serde::Deserialize;
use std::borrow::Cow;

/// Any of the four; which one it is shows in the list that it has.
#[derive(Deserialize)]
pub(super) struct Document<'a> {
    #[serde(borrow)]
    pub(super) turns: Option<Vec<Turn<'a>>>,
    #[serde(borrow)]
    pub(super) transcription: Option<Vec<WhisperCppSegment<'a>>>,
    #[serde(borrow)]
    pub(super) segments: Option<Vec<WhisperSegment<'a>>>,
    pub(super) word_segments: Option<serde::de::IgnoredAny>,
}

/// A turn of etalon's contract.
#[derive(Deserialize)]
pub(super) struct Turn<'a> {
    #[serde(borrow)]
    pub(super) speaker: Option<Cow<'a, str>>,
    pub(super) start_s: f64,
    pub(super) end_s: f64,
    #[serde(borrow, default)]
    pub(super) text: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) words: Vec<TurnWord<'a>>,
}

/// A word of a turn.
#[derive(Deserialize)]
pub(super) struct TurnWord<'a> {
    #[serde(borrow)]
    pub(super) text: Cow<'a, str>,
    pub(super) start_s: Option<f64>,
    pub(super) end_s: Option<f64>,
    pub(super) confidence: Option<f64>,
}

/// A segment of whisper and of what was built on it.
#[derive(Deserialize)]
pub(super) struct WhisperSegment<'a> {
    pub(super) start: f64,
    pub(super) end: f64,
    #[serde(borrow, default)]
    pub(super) text: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) words: Option<Vec<WhisperWord<'a>>>,
    #[serde(borrow)]
    pub(super) speaker: Option<Cow<'a, str>>,
}

/// A word of whisper (`probability`) or of `WhisperX` (`score`, and no times for what it could not
/// align).
#[derive(Deserialize)]
pub(super) struct WhisperWord<'a> {
    #[serde(borrow)]
    pub(super) word: Cow<'a, str>,
    pub(super) start: Option<f64>,
    pub(super) end: Option<f64>,
    pub(super) probability: Option<f64>,
    pub(super) score: Option<f64>,
    #[serde(borrow)]
    pub(super) speaker: Option<Cow<'a, str>>,
}

/// A segment of whisper.cpp.
#[derive(Deserialize)]
pub(super) struct WhisperCppSegment<'a> {
    pub(super) offsets: Offsets,
    #[serde(borrow, default)]
    pub(super) text: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) speaker: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) tokens: Vec<WhisperCppToken<'a>>,
}

/// Times of whisper.cpp, milliseconds.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Offsets {
    pub(super) from: i64,
    pub(super) to: i64,
}

/// A piece of a word.
#[derive(Deserialize)]
pub(super) struct WhisperCppToken<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
    offsets: Option<Offsets>,
    p: Option<f64>,
}

impl WhisperCppSegment<'_> {
    /// The words of the text, with times where the tokens can be told to be theirs.
    ///
    /// A token may end inside a character and is then no text, so the words are those of the
    /// segment; the tokens that begin with a space are counted, and where there are as many as
    /// words each group of tokens is one word.
    pub(super) fn words(&self) -> Vec<ReadWord<'_>> {
        let mut words = words_of(&self.text);
        let spoken: Vec<&WhisperCppToken<'_>> =
            self.tokens.iter().filter(|token| !token.text.starts_with("[_")).collect();
        let groups: Vec<&[&WhisperCppToken<'_>]> =
            spoken.chunk_by(|_, next| !next.text.starts_with(' ')).collect();
        if groups.len() != words.len() {
            return words;
        }
        for (word, group) in words.iter_mut().zip(groups) {
            let offsets = || group.iter().filter_map(|token| token.offsets);
            word.start_s = offsets().map(|offsets| seconds(offsets.from)).reduce(f64::min);
            word.end_s = offsets().map(|offsets| seconds(offsets.to)).reduce(f64::max);
            word.confidence = geometric_mean(group);
        }
        words
    }
}

fn geometric_mean(tokens: &[&WhisperCppToken<'_>]) -> Option<f64> {
    let probabilities: Option<Vec<f64>> = tokens.iter().map(|token| token.p).collect();
    let probabilities = probabilities.filter(|probabilities| !probabilities.is_empty())?;
    let logarithms: f64 = probabilities.iter().map(|probability| probability.max(1e-9).ln()).sum();
    Some((logarithms / probabilities.len() as f64).exp())
}
