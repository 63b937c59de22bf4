//! Who speaks, on which channel and when, and how that is known.
//!
//! - [`layout`]: which side is on which channel, from what was told and what the signal shows;
//! - [`voices`]: which stretches of a channel that holds several speakers belong to one voice;
//! - [`roles`]: which of the speakers is the agent, from what they say.

#![forbid(unsafe_code)]

mod cluster;
pub mod layout;
mod resegment;
pub mod roles;
mod settings;
pub mod voices;
mod windows;

pub use layout::{LayoutEvidence, RoleAssignment, assign_roles};
pub use roles::{AgentGuess, CallContext, RoleCue, guess_agent};
pub use settings::VoiceSettings;
pub use voices::{VoiceSegment, Voices, tell_apart};
