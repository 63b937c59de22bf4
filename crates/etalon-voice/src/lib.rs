//! What a voice sounds like, as numbers that can be compared: the speaker network CAM++ and its
//! features.
//!
//! 16 kHz sound becomes 80 logarithms of Mel band energies 100 times a second ([`Features`]), these
//! become 512 numbers 50 times a second ([`VoiceFrames`]), and the mean and the spread of these
//! over a stretch of time become one [`Embedding`] of 192 numbers. Embeddings of one speaker point
//! in one direction; their cosine tells how much two voices are alike.
//!
//! The network runs once over a stretch of speech and any number of windows are pooled out of it,
//! so overlapping windows cost next to nothing.
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

/// The file inside the program that results depend on: the network's weights.
pub fn embedded_files() -> impl Iterator<Item = &'static [u8]> {
    std::iter::once(network::BYTES)
}
