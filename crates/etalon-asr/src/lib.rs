//! Speech into words with times, inside known speech activity.
//!
//! A call goes through four steps, each in a module of its own:
//!
//! 1. [`window`]: each speaker's speech regions are packed into windows of at most 30 s, cut where
//!    nobody speaks, with a map back to call time;
//! 2. a [`Transcriber`] turns windows into words with window times ([`native`] is the native
//!    engine, [`whisper`] is whisper.cpp, [`engine`] chooses);
//! 3. [`hallucinations`] removes what the model is known to invent;
//! 4. [`placement`] maps the words back to call time and into the speech regions: the signal
//!    decides when somebody spoke, the model only what was said.
//!
//! [`transcribe_call`] is these four steps. Where the language is not given, [`languages`] chooses
//! it.

#![deny(unsafe_code)]

pub mod call;
pub mod engine;
pub mod error;
pub mod glossary;
pub mod hallucinations;
mod known_hallucinations;
pub mod languages;
pub mod native;
pub mod placement;
mod repetition;
mod retry;
pub mod settings;
pub mod speaker;
mod tokens;
pub mod transcriber;
mod transcription;
pub mod weights;
pub mod whisper;
pub mod window;

pub use call::{CallTranscript, transcribe_call};
pub use engine::{EngineChoice, SpeechModel};
pub use error::AsrError;
pub use glossary::Glossary;
pub use native::NativeTranscriber;
pub use settings::TranscriptionSettings;
pub use speaker::{LanguageSpan, SpeakerAudio, SpeakerTranscript};
pub use transcriber::{RecognizedWindow, RecognizedWord, Request, Transcriber};
pub use whisper::{WhisperModel, WhisperTranscriber, request_stop};

/// The version of recognition: raised by every change that gives other results for the same input,
/// so that stored results of an earlier version are made again.
pub const VERSION: u32 = 2;

/// The files inside the program that results depend on: lists of phrases.
pub fn embedded_files() -> impl Iterator<Item = &'static [u8]> {
    known_hallucinations::EMBEDDED.iter().map(|text| text.as_bytes())
}
