//! Transcribes speech regions into words with times.
//!
//! A call goes through four steps, each in a module of its own:
//!
//! 1. [`window`]: each speaker's speech regions are packed into windows of at most 30 s, cut at
//!    silence, with a map back to call time;
//! 2. a [`Transcriber`] turns windows into words with window times ([`native`] is the native
//!    engine, [`whisper`] is whisper.cpp, [`engine`] chooses);
//! 3. [`hallucinations`] removes words that the model invented;
//! 4. [`placement`] maps the words back to call time and into the speech regions: the signal
//!    decides when somebody spoke, the model only which words.
//!
//! [`transcribe_call`] runs these steps. If several languages are possible, [`languages`] chooses.

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
pub use native::{NativeTranscriber, use_threads};
pub use settings::TranscriptionSettings;
pub use speaker::{LanguageSpan, SpeakerAudio, SpeakerTranscript};
pub use transcriber::{RecognizedWindow, RecognizedWord, Request, Transcriber};
pub use whisper::{WhisperModel, WhisperTranscriber, request_stop};

/// The version of recognition. Raise it with every change that changes results for the same input:
/// stored results of an earlier version are then recomputed.
pub const VERSION: u32 = 2;

/// The embedded files that results depend on: lists of phrases.
pub fn embedded_files() -> impl Iterator<Item = &'static [u8]> {
    known_hallucinations::EMBEDDED.iter().map(|text| text.as_bytes())
}
