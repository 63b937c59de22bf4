//! Who speaks on which channel and when.
//!
//! - [`layout`]: which side is on which channel, from what was declared and what the signal shows;
//! - [`diarization`]: which stretches of a channel that holds several speakers belong to one voice;
//! - [`people`]: whether two such voices are two people, by their sound and their pauses.
//!
//! What is said plays no part here: `etalon-roles` knows the words.

#![forbid(unsafe_code)]

mod cluster;
pub mod diarization;
mod frames;
pub mod layout;
mod number;
pub mod people;
mod resegment;
mod settings;
#[cfg(test)]
mod synthetic;

pub use diarization::{Diarization, SpeakerSegment, diarize};
pub use layout::{LayoutEvidence, RoleAssignment, assign_roles};
pub use number::Difference;
pub use settings::VoiceSettings;

/// The version of layout and diarization: raised by every change that gives other results for the
/// same input, so that stored results of an earlier version are made again.
pub const VERSION: u32 = 2;
