//! Whisper on the processor, for many short windows of speech at once.
//!
//! whisper.cpp decodes one window after the other and reads all of its weights for every token.
//! This engine takes the same model files and is made for thousands of calls: windows are encoded
//! no longer than they are, decoded together, and multiplied in eight bits; the tokens' times fall
//! out of the decoding itself.
//!
//! 1. [`Model::load`] takes a ggml file apart (`file`, `vocabulary`) and packs its weights
//!    (`weights`, `packed`);
//! 2. [`Engine::transcribe`] turns signal into log-mel frames (`mel`), these into an encoding
//!    (`encoder`), that into keys and values (`memory`), and decodes all windows in step (`engine`,
//!    `search`, `decoder`);
//! 3. `alignment` gives the tokens their times.
//!
//! Everything runs on the thread that calls; a worker has an [`Engine`], all share a [`Model`].
//! What a processor can do is asked when the program runs ([`Backend`]).

#![deny(unsafe_code)]

mod alignment;
mod cross_attention;
mod decoder;
mod encoder;
mod engine;
mod error;
mod file;
mod kernels;
mod loops;
mod mel;
mod rows;
mod search;
pub mod speed;
mod vocabulary;
mod weights;

pub use engine::{
    CONTEXT_FULL_S, CONTEXT_MIN_S, Engine, Request, TextToken, Timing, WINDOW_SAMPLES_MAX, WindowText,
};
pub use error::WhisperError;
pub use etalon_simd::Backend;

use etalon_simd::Registers;
use std::sync::Arc;
use weights::Weights;

/// Whether the matrix products are written for a processor's registers; whisper.cpp is faster on
/// others.
pub fn has_products_for(backend: Backend) -> bool {
    matches!(backend.registers(), Registers::Avx2 | Registers::Avx512)
}

/// The weights of a model, shared by all workers.
#[derive(Debug, Clone)]
pub struct Model {
    weights: Arc<Weights>,
    backend: Backend,
}

impl Model {
    /// Loads a model in whisper.cpp's ggml format from memory; its weights become eight bits wide.
    ///
    /// `name` is used in messages, and to know which of the model's attention heads follow the
    /// audio.
    ///
    /// # Errors
    ///
    /// [`WhisperError::Damaged`] for bytes that are no whole model, [`WhisperError::Unsupported`]
    /// for a model that this engine can't compute and whisper.cpp perhaps can.
    pub fn load(name: &str, bytes: &[u8]) -> Result<Self, WhisperError> {
        let weights = Weights::load(name, bytes)?;
        Ok(Self { weights: Arc::new(weights), backend: Backend::in_use() })
    }

    /// The same weights, computed with in another form.
    #[must_use]
    pub fn with_backend(&self, backend: Backend) -> Self {
        Self { weights: Arc::clone(&self.weights), backend }
    }

    /// The form of the kernels that it computes with.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Text as the model's tokens, for [`Request::prompt`].
    pub fn tokens_of(&self, text: &str) -> Vec<u32> {
        self.weights.vocabulary.tokens_of(text)
    }

    /// Whether the model knows a language by its code; a model for English only knows `en`.
    pub fn knows_language(&self, code: &str) -> bool {
        let vocabulary = &self.weights.vocabulary;
        vocabulary.language_token(code).is_some() || !vocabulary.is_multilingual() && code == "en"
    }

    /// A worker's own engine.
    pub fn engine(&self) -> Engine {
        Engine::new(Arc::clone(&self.weights), self.backend)
    }
}
