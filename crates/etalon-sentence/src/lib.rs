//! Encodes sentences as vectors that are close if the meanings are close, offline and without a
//! runtime.
//!
//! The model is the Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2019,
//! [arXiv:1907.04307](https://arxiv.org/abs/1907.04307)): a unigram tokenizer, convolutions over
//! two, three and five word pieces, a mean over the sentence and a small network.
//! [`Encoder::embedded`] loads the embedded model. Its vocabulary is reduced to Russian, numbers
//! and frequent Latin pieces, so English works only roughly. The original was not trained on
//! Kazakh, so vectors of Kazakh sentences mean nothing.
//!
//! ```
//! let encoder = etalon_sentence::Encoder::embedded()?;
//! let meanings = encoder.encode(&["Подождите, пожалуйста.", "Одну минуту, не кладите трубку.", "Я вчера заплатил."]);
//! assert!(meanings[0].similarity(&meanings[1]) > meanings[0].similarity(&meanings[2]));
//! # Ok::<(), etalon_sentence::SentenceError>(())
//! ```

#![forbid(unsafe_code)]

mod cache;
mod embedded;
mod encoder;
mod error;
mod matrix;
mod model;
mod network;
mod tokenizer;

pub use encoder::{Encoder, SentenceEmbedding};
pub use error::SentenceError;

/// The version of the encoder. Raise it with every change that changes a sentence's vector: stored
/// results of an earlier version are then recomputed.
pub const VERSION: u32 = 2;

/// The SHA-256 of the embedded file that results depend on: the encoder.
pub const EMBEDDED_SHA256: [u8; 32] = embedded::SHA256;
