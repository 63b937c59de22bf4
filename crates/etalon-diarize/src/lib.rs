//! Who speaks, on which channel and when, and how that is known.
//!
//! - [`layout`]: which side is on which channel, from what was told and what the signal shows;
//! - [`voices`]: which stretches of a channel that holds several speakers belong to one voice;
//! - [`settle()`]: whether two such voices are two people, by voice, pauses and words together;
//! - [`told`]: the speakers of a channel as a transcript from elsewhere names them;
//! - [`roles`]: which of the speakers is the agent, from what they say;
//! - [`sides`]: which side says such a sentence, by its meaning and wording;
//! - [`kind`]: whether a dialogue takes place, or a machine, an announcement or somebody else answers.

#![forbid(unsafe_code)]

mod cluster;
pub mod kind;
pub mod layout;
mod lexicon;
mod manners;
mod number;
mod resegment;
pub mod roles;
mod sentence_model;
mod sentences;
mod settings;
mod settle;
pub mod sides;
#[cfg(test)]
mod synthetic;
pub mod told;
pub mod voices;
mod windows;

pub use kind::{kind_of_call, learn_kind, learn_kinds, learned_kinds_as_text};
pub use layout::{LayoutEvidence, RoleAssignment, assign_roles};
pub use number::Difference;
pub use roles::{AgentGuess, CallContext, RoleCue, guess_agent};
pub use sentence_model::SentenceModel;
pub use settings::VoiceSettings;
pub use settle::settle;
pub use sides::{CONVERSATIONS, learn_sides};
pub use told::{ToldSpeakers, speakers_as_told};
pub use voices::{VoiceSegment, Voices, tell_apart};
