//! Speech into words with times, inside known speech activity.
//!
//! A call goes through four steps, each in a module of its own:
//!
//! 1. [`window`]: each channel's speech regions are packed into windows of at most 30 s, cut where nobody speaks,
//!    with a map back to call time;
//! 2. a [`Transcriber`] turns windows into words with window times ([`native`] is the house's own,
//!    [`whisper`] is whisper.cpp, [`engine`] chooses);
//! 3. [`guard`] removes what the model is known to invent;
//! 4. [`placement`] maps the words back to call time and into the speech regions: the signal decides when somebody
//!    spoke, the model only what was said.
//!
//! [`transcribe_call`] is these four steps. Where the language is not given, [`languages`] chooses it.

#![deny(unsafe_code)]

pub mod call;
pub mod channel;
pub mod engine;
pub mod error;
pub mod glossary;
pub mod guard;
mod hearing;
pub mod languages;
pub mod native;
mod phantoms;
pub mod placement;
mod repetition;
pub mod settings;
mod tokens;
pub mod transcriber;
mod unheard;
pub mod weights;
pub mod whisper;
pub mod window;

pub use call::{CallTranscript, ChannelSpeech, transcribe_call};
pub use channel::{ChannelTranscript, LanguageSpan};
pub use engine::{EngineChoice, SpeechModel};
pub use error::AsrError;
pub use glossary::Glossary;
pub use native::NativeTranscriber;
pub use settings::TranscriptionSettings;
pub use transcriber::{HeardWindow, HeardWord, Request, Transcriber};
pub use whisper::{WhisperModel, WhisperTranscriber, request_stop};
