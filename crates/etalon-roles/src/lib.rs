//! The side of each speaker of a call, and the kind of the call, from the words.
//!
//! - [`agent`]: which of the speakers is the agent;
//! - [`sides`]: which side a sentence belongs to, by its meaning and wording;
//! - [`kind`]: whether the call is a dialogue, or a machine, an announcement or a third person;
//! - [`declared`]: the speakers of a shared channel as an imported transcript declares them;
//! - [`two_sides`]: evidence from words whether two voices are two people.

#![forbid(unsafe_code)]

pub mod agent;
pub mod declared;
pub mod kind;
mod lexicon;
mod manners;
mod sentence_model;
mod sentences;
pub mod sides;
pub mod two_sides;

pub use agent::{AgentGuess, CallContext, RoleCue, guess_agent};
pub use declared::{DeclaredSpeakers, declared_speakers};
pub use kind::{kind_of_call, learn_kind, learn_kinds, learned_kinds_as_text};
pub use sentence_model::SentenceModel;
pub use sides::{CONVERSATIONS, learn_sides};
pub use two_sides::{VoiceWords, two_people_log_odds};

/// The version of roles and kinds of calls. Raise it with every change that changes results for the
/// same input: stored results of an earlier version are then recomputed.
pub const VERSION: u32 = 1;

/// The embedded files that results depend on: lists of phrases and trained models.
pub fn embedded_files() -> impl Iterator<Item = &'static [u8]> {
    let files = [
        include_str!("../lexicons/roles.txt"),
        include_str!("../lexicons/kinds.txt"),
        include_str!("../lexicons/manners.txt"),
        include_str!("../lexicons/kinds.weights"),
        include_str!("../lexicons/sides.weights"),
    ];
    files.into_iter().map(str::as_bytes)
}
