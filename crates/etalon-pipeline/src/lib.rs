//! One call through every stage: a recording in, a scored [`Call`](etalon_call::Call) and its
//! waveform out.
//!
//! [`process`](process()) reads from top to bottom in the order in which things happen:
//!
//! 1. `signal`: one pass over the samples: facts, diagnostics, features of speech activity;
//! 2. `speech`: who speaks when, one [`SpeakerSpeech`](speech::SpeakerSpeech) for each channel, or
//!    for each diarized voice of a channel that both sides share;
//! 3. `words`: what each of these speakers says, recognized here or imported;
//! 4. `speakers`: which of them is the agent;
//! 5. the dialogue's measures (`etalon-dialogue`);
//! 6. the rules (`etalon-rules`).
//!
//! A [`Pipeline`] holds what all calls have in common, a [`Worker`] what one thread keeps from call
//! to call. `examples/one_call.rs` scores one recording.

#![forbid(unsafe_code)]

mod disturbances;
pub mod error;
mod file_state;
mod fingerprint;
mod job;
mod named_file;
mod packs;
mod pipeline;
mod process;
mod rate;
mod recognizer;
mod samples;
pub mod settings;
mod signal;
mod speakers;
pub mod speech;
mod spool;
mod stage_clock;
mod stored;
mod turns;
mod weight_sharing;
mod wire_path;
mod words;
mod worker;

pub use error::{CallError, PipelineError, SharingError};
pub use file_state::FileState;
pub use fingerprint::{fingerprint_with, stage_versions};
pub use job::{
    DeclaredFacts, HashedFiles, Job, Place, TranscriptFile, call_id, hash_files, hash_files_until,
    id_of_same_bytes, is_declared,
};
pub use named_file::read_named_file;
pub use packs::{check_ids, load_pack, load_packs, load_packs_with};
pub use pipeline::Pipeline;
pub use process::{ProcessedCall, process};
pub use recognizer::Recognizer;
pub use samples::SampleStorage;
pub use settings::{CalendarSettings, LimitSettings, PersonalData, PipelineSettings, ScoreSettings};
pub use stage_clock::{StageClock, StageTimes};
pub use stored::redact_stored;
pub use words::hash_transcript;
pub use worker::Worker;
