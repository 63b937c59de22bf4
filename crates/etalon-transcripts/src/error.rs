//! Why a transcript can't be used.

use crate::limits;
use thiserror::Error;

/// Why a transcript can't be used. No message holds anything that was said, nor a speaker's name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TranscriptError {
    /// The file is larger than the limit.
    #[error("{file}: has {bytes} bytes, more than the {} that a transcript may have", limits::MAX_BYTES)]
    TooLarge {
        /// The file's name.
        file: String,
        /// Its length.
        bytes: usize,
    },
    /// The file holds more segments, words or speakers than the limit.
    #[error("{file}: holds more than {limit} {what}; divide it, or leave it out")]
    TooMany {
        /// The file's name.
        file: String,
        /// What it has too many of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The subtitles are not in UTF-8.
    #[error("{file}: is not UTF-8 from byte {byte} on; save it as UTF-8")]
    NotUtf8 {
        /// The file's name.
        file: String,
        /// Where it stops to be.
        byte: usize,
    },
    /// The JSON is broken.
    #[error("{file}: line {line}, column {column}: {problem}")]
    Json {
        /// The file's name.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// A file of no kind that is known.
    #[error(
        "{file}: is no transcript of a kind that etalon knows: JSON of whisper.cpp, whisper, WhisperX, GigaAM, T-one, \
         Yandex SpeechKit, AWS Transcribe, Azure Speech or Google Speech-to-Text, a list of segments with start, \
         end and text, etalon's turns, WebVTT (.vtt) or SubRip (.srt)"
    )]
    UnknownFormat {
        /// The file's name.
        file: String,
    },
    /// No segment can be used: the first of them says something impossible.
    #[error("{file}: {unit} {number}: {problem}")]
    Segment {
        /// The file's name.
        file: String,
        /// What the number counts: `segment`, `turn`, `item` or `line`.
        unit: &'static str,
        /// Its number, from 1.
        number: usize,
        /// What is wrong.
        problem: &'static str,
    },
}

impl TranscriptError {
    /// Whether the same bytes would fail again: they always would.
    pub fn is_permanent(&self) -> bool {
        true
    }
}
