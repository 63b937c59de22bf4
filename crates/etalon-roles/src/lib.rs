//! Which side each speaker of a call is on, and what kind of conversation it is, from what is said.
//!
//! - [`agent`]: which of the speakers is the agent;
//! - [`sides`]: which side says such a sentence, by its meaning and wording;
//! - [`kind`]: whether a dialogue takes place, or a machine, an announcement or somebody else
//!   answers;
//! - [`declared`]: the speakers of a shared channel as a transcript from elsewhere names them;
//! - [`two_sides`]: what words tell about whether two voices are two people.

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

/// The version of the attribution of roles and the kinds of calls: raised by every change that
/// gives other results for the same input, so that stored results of an earlier version are made
/// again.
pub const VERSION: u32 = 1;

/// The files inside the program that results depend on: lists of phrases, and what was learned from
/// the corpora.
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
