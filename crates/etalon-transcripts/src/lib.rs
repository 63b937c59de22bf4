//! Transcripts that were made elsewhere, instead of speech recognition.
//!
//! [`parse`] turns the bytes of one file into a [`Transcript`]: segments of speech with their words
//! and, where the file says so, who spoke. It reads
//!
//! - whisper.cpp's JSON (`--output-json`, `--output-json-full`);
//! - `OpenAI` whisper's JSON, which faster-whisper's tools write too, with or without word times;
//! - `WhisperX`'s JSON: segments, word times, speakers;
//! - `WebVTT` with voices (`<v Agent>`) and `SubRip`, both also with `AGENT: …`, `SPEAKER_00: …`,
//!   `[SPEAKER_00]: …`;
//! - etalon's own turns: a stored call (`etalon.call/1`), a labelled one (`etalon.truth/1`), or
//!   `{"turns": […]}`;
//! - the JSON of `GigaAM` (long form), T-one, Yandex `SpeechKit` (versions 2 and 3), AWS Transcribe
//!   and Call Analytics, Azure Speech (batch, fast, detailed) and Google Speech-to-Text (versions 1
//!   and 2), and lists of segments with start, end and text.
//!
//! A segment that can't be read costs itself and is counted. What annotates a segment and was not
//! said, such as `[музыка]` or a mark of time, is marked as removed.
//!
//! [`place`] then decides who of the call's [`SpeakerActivity`] said it and puts every word inside
//! that speaker's activity: when somebody spoke is taken from the signal, here as in transcription.
//!
//! Before that, [`correct_clock`] finds out whether the file counts from another moment or in another
//! unit, and [`without_segments_of_both_sides`] takes out what nobody can be given.
//!
//! The bytes are not trusted. There are limits on their size ([`limits`]), and an error names the
//! file and the place in it without a word of what was said.

#![forbid(unsafe_code)]

mod active_time;
mod annotations;
mod builder;
mod clock;
mod cues;
pub mod error;
mod json;
pub mod limits;
mod placement;
mod speakers;
mod subtitles;
mod transcript;

pub use clock::{ClockDifference, correct_clock};
pub use cues::{SegmentsOfBothSides, without_segments_of_both_sides};
pub use error::TranscriptError;
pub use placement::{PlacedTranscript, SpeakerActivity, place};
pub use speakers::SpeakerNames;
pub use transcript::{Certainty, Format, SaidWord, Segment, Transcript};

/// The version of the reading of transcripts from elsewhere: raised by every change that gives
/// other results for the same input, so that stored results of an earlier version are made again.
pub const VERSION: u32 = 2;

/// The files inside the program that results depend on: lists of words and phrases.
pub fn embedded_files() -> impl Iterator<Item = &'static [u8]> {
    annotations::EMBEDDED.iter().map(|text| text.as_bytes())
}

/// Reads a transcript. `name` is the file's name: its extension tells subtitles from JSON, and
/// errors carry it.
///
/// `names` are the speakers' names that a person has given a role to, so that they are known as
/// such before a colon.
///
/// # Errors
///
/// [`TranscriptError`] when the bytes are no transcript of a kind that is known, say something
/// impossible, or are more than the limits allow. The same bytes would fail again.
pub fn parse(name: &str, bytes: &[u8], names: &SpeakerNames) -> Result<Transcript, TranscriptError> {
    if bytes.len() > limits::MAX_BYTES {
        return Err(TranscriptError::TooLarge { file: name.to_owned(), bytes: bytes.len() });
    }
    match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("vtt") => subtitles::parse(Format::Vtt, name, bytes, names),
        Some("srt") => subtitles::parse(Format::Srt, name, bytes, names),
        _ => json::parse(name, bytes),
    }
}
