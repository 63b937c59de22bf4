//! What each sentence of a call does: dialogue acts, such as a question, a promise or a threat.
//!
//! A small model inside the program was trained on a corpus written for this purpose
//! (`models/corpus`). It reads each sentence with those around it, of both sides. `docs/acts.md`
//! lists the acts and how well each is recognised; [`etalon_call::Act`] names them.

#![forbid(unsafe_code)]

mod context;
mod embedded;
mod encoder;
mod error;
mod recognizer;
mod sentences;
mod tokenizer;
mod weights;

pub use error::ActsError;
pub use recognizer::{LANGUAGES, Recognizer};

/// The version of the recogniser. Raise it with every change that changes an act or a probability:
/// stored results of an earlier version are then recomputed.
pub const VERSION: u32 = 2;

/// The SHA-256 of the embedded file that results depend on: the model.
pub const EMBEDDED_SHA256: [u8; 32] = embedded::SHA256;
