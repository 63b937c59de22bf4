//! Sentences into vectors that lie close where the meaning is close, offline and without a runtime.
//!
//! The model is the Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2019,
//! [arXiv:1907.04307](https://arxiv.org/abs/1907.04307)): a unigram tokenizer, convolutions over
//! two, three and five pieces of words, a mean over the sentence and a small network.
//! [`Encoder::embedded`] reads the one that travels inside the program; its vocabulary is cut to
//! Russian, numbers and frequent Latin pieces, so English is understood roughly. The original was
//! never taught Kazakh, so Kazakh sentences have no meaning here.
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

/// The version of the encoder: raised by every change that gives other vectors for the same
/// sentence, so that stored results of an earlier version are made again.
pub const VERSION: u32 = 2;

/// The file inside the program that results depend on: the encoder.
pub fn embedded_files() -> impl Iterator<Item = &'static [u8]> {
    std::iter::once(embedded::BYTES)
}
