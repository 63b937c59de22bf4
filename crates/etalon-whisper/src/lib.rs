//! Whisper on the processor, for many short windows of speech at once.
//!
//! whisper.cpp decodes one window after the other and reads all of its weights for every token.
//! This engine loads the same model files and is made for thousands of calls: windows are encoded
//! with little padding, decoded together, and multiplied in eight bits. The token times need no
//! second pass of the decoder.
//!
//! 1. [`Model::load`] parses a ggml file (`file`, `vocabulary`) and packs its weights (`weights`,
//!    `source`). [`Model::pack`] does so once for all processes of a machine, which load them with
//!    [`Model::load_packed`] from memory that they share (`packed`);
//! 2. [`Engine::transcribe`] computes log-mel frames (`mel`), the encoding (`encoder`), keys and
//!    values (`cross_attention`), and decodes all windows in step (`engine`, `search`, `decoder`);
//! 3. `alignment` computes the token times.
//!
//! Everything runs on the calling thread, unless a [`Request`] grants others. Each worker has an
//! [`Engine`]; all share a [`Model`]. The processor's features are detected at run time
//! ([`Backend`]).

#![deny(unsafe_code)]

mod alignment;
mod cross_attention;
mod decoder;
mod encoder;
mod engine;
mod error;
mod file;
mod loops;
mod mel;
mod packed;
mod random_model;
mod search;
mod source;
pub mod speed;
mod vocabulary;
mod weights;

pub use engine::{
    CONTEXT_FULL_S, CONTEXT_MIN_S, Engine, Request, TextToken, Timing, WINDOW_SAMPLES_MAX, WindowText,
};
pub use error::WhisperError;
pub use etalon_simd::Backend;
pub use random_model::{ModelSizes, write_random_model};

use bytes::Bytes;
use etalon_simd::Registers;
use std::io;
use std::sync::Arc;
use weights::Weights;

/// Whether there are matrix products for the backend's registers; otherwise whisper.cpp is faster.
pub fn has_products_for(backend: Backend) -> bool {
    matches!(backend.registers(), Registers::Avx2 | Registers::Avx512)
}

/// Checks that bytes are a complete Whisper model in whisper.cpp's ggml format, with weights of
/// whatever type. whisper.cpp itself reads past the end of a damaged file, or for hours.
///
/// # Errors
///
/// [`WhisperError::Damaged`] where something is missing, too much, or of impossible size,
/// [`WhisperError::Unsupported`] for weights of a type whose size is unknown here.
pub fn check_model_file(name: &str, bytes: &[u8]) -> Result<(), WhisperError> {
    let file = file::ModelFile::parse(name, bytes)?;
    file.check_complete()?;
    file.check_numbers()
}

/// The weights of a model, shared by all workers.
#[derive(Debug, Clone)]
pub struct Model {
    weights: Arc<Weights>,
    backend: Backend,
}

impl Model {
    /// Loads a model in whisper.cpp's ggml format from memory and quantises its weights to eight
    /// bits.
    ///
    /// `name` appears in messages and selects the model's alignment heads.
    ///
    /// # Errors
    ///
    /// [`WhisperError::Damaged`] for bytes that are no complete model,
    /// [`WhisperError::Unsupported`] for a model that only whisper.cpp may support.
    pub fn load(name: &str, bytes: &[u8]) -> Result<Self, WhisperError> {
        let weights = Weights::load(name, bytes)?;
        Ok(Self { weights: Arc::new(weights), backend: Backend::in_use() })
    }

    /// Packs the weights of a model for [`Model::load_packed`]. One matrix after the other is
    /// packed and written.
    ///
    /// # Errors
    ///
    /// Those of [`Model::load`], and [`WhisperError::PackedWeights`] when `output` can't be
    /// written.
    pub fn pack(name: &str, bytes: &[u8], output: &mut dyn io::Write) -> Result<(), WhisperError> {
        Weights::pack(name, bytes, output)
    }

    /// The model whose weights [`Model::pack`] has written, with the same results. The weights stay
    /// where they lie, which must be at an address that is a multiple of 64.
    ///
    /// # Errors
    ///
    /// [`WhisperError::Damaged`] for bytes that this version has not written.
    pub fn load_packed(name: &str, packed: &Bytes) -> Result<Self, WhisperError> {
        let weights = Weights::load_packed(name, packed)?;
        Ok(Self { weights: Arc::new(weights), backend: Backend::in_use() })
    }

    /// The same weights with another backend.
    #[must_use]
    pub fn with_backend(&self, backend: Backend) -> Self {
        Self { weights: Arc::clone(&self.weights), backend }
    }

    /// The backend of its kernels.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Tokenizes text for [`Request::prompt`].
    pub fn tokens_of(&self, text: &str) -> Vec<u32> {
        self.weights.vocabulary.tokens_of(text)
    }

    /// Whether the model supports a language; an English-only model supports only `en`.
    pub fn knows_language(&self, code: &str) -> bool {
        let vocabulary = &self.weights.vocabulary;
        vocabulary.language_token(code).is_some() || !vocabulary.is_multilingual() && code == "en"
    }

    /// A worker's own engine.
    pub fn engine(&self) -> Engine {
        Engine::new(Arc::clone(&self.weights), self.backend)
    }
}
