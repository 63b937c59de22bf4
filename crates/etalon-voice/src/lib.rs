//! Speaker embeddings: voices as numbers that can be compared. The speaker network CAM++ and its
//! features.
//!
//! 16 kHz sound becomes 80 log Mel band energies 100 times a second ([`Features`]), these become
//! 512 numbers 50 times a second ([`VoiceFrames`]), and their mean and standard deviation over a
//! stretch of time become one [`Embedding`] of 192 numbers. Embeddings of one speaker have similar
//! directions; the cosine measures the similarity of two voices.
//!
//! The network runs once over a stretch of speech. Any number of windows are pooled from its
//! output, so overlapping windows cost next to nothing.
//!
//! CAM++: Wang et al. 2023, <https://arxiv.org/abs/2303.00332>. `models/README.md` says where the
//! weights come from.
//!
//! An embedding identifies a person, so it never leaves the memory of the call that is being
//! analysed: it is neither serialisable nor printable.

#![deny(unsafe_code)]

mod dense;
mod embedding;
mod error;
mod features;
mod head;
mod layers;
mod loops;
mod matrix;
mod network;
mod weights;

pub use embedding::{EMBEDDING_SIZE, Embedding};
pub use error::VoiceError;
pub use features::{BANDS, FEATURES_PER_SECOND, FeatureExtractor, Features, RATE_HZ};
pub use network::{FRAMES_PER_SECOND, VoiceFrames, VoiceNetwork};

/// The embedded file that results depend on: the network's weights.
pub fn embedded_files() -> impl Iterator<Item = &'static [u8]> {
    std::iter::once(network::BYTES)
}
