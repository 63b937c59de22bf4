//! Recordings into what a browser plays.
//!
//! A page lights each word while it is heard. So a player's clock has to be the clock of the call,
//! which is that of the samples as etalon decoded them. [`playable`] says whether the original can
//! be played as it is, or why it has to be converted. [`copy`] gives the original's bytes, and
//! [`convert`] gives Ogg Opus on the clock of the call.

#![forbid(unsafe_code)]

mod channels;
mod convert;
mod error;
mod muted;
mod opus_file;
mod original;
mod playable;

pub use convert::convert;
pub use error::ListenError;
pub use original::{Original, copy};
pub use playable::{ConversionReason, Playback, playable};
