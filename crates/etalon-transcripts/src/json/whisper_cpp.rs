//! whisper.cpp's JSON: segments with the tokens of the model.

use crate::builder::{Builder, ReadSegment, ReadWord, words_of};
use crate::error::TranscriptError;
use crate::transcript::{Certainty, Format, Transcript};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Reads the segments.
pub(super) fn read(file: &str, segments: &[&RawValue]) -> Result<Transcript, TranscriptError> {
    let mut builder = Builder::new(Format::WhisperCpp, file, "segment");
    for (index, segment) in segments.iter().enumerate() {
        let number = index + 1;
        let Ok(segment) = serde_json::from_str::<WhisperCppSegment<'_>>(segment.get()) else {
            builder.leave_out(number, "it has no time, or a field of another kind than it should be")?;
            continue;
        };
        builder.push(&ReadSegment {
            number,
            // «?» is what whisper.cpp writes where both channels are equally loud.
            speaker: segment.speaker.as_deref().filter(|speaker| *speaker != "?"),
            start_s: seconds(segment.offsets.from),
            end_s: seconds(segment.offsets.to),
            words: segment.words(),
            certainty: Certainty::default(),
        })?;
    }
    builder.finish()
}

fn seconds(milliseconds: i64) -> f64 {
    milliseconds as f64 / 1000.0
}

/// A segment of whisper.cpp.
#[derive(Deserialize)]
struct WhisperCppSegment<'a> {
    offsets: Offsets,
    #[serde(borrow, default)]
    text: Cow<'a, str>,
    #[serde(borrow)]
    speaker: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    tokens: Vec<WhisperCppToken<'a>>,
}

/// Times of whisper.cpp, milliseconds.
#[derive(Clone, Copy, Deserialize)]
struct Offsets {
    from: i64,
    to: i64,
}

/// A piece of a word.
#[derive(Deserialize)]
struct WhisperCppToken<'a> {
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
    fn words(&self) -> Vec<ReadWord<'_>> {
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
