//! The engine that runs a model, and the model loaded in it.
//!
//! The native engine is faster on processors that it has kernels for. whisper.cpp runs on other
//! processors, on accelerators, and with models that the native engine does not support.

use crate::error::AsrError;
use crate::native::NativeTranscriber;
use crate::transcriber::Transcriber;
use crate::whisper::{self, WhisperModel};
use bytes::Bytes;
use etalon_call::named_enum;
use etalon_whisper::{Backend, Model, WhisperError};
use serde::{Deserialize, Serialize};
use std::io;

named_enum! {
    /// Which engine runs the speech model.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub enum EngineChoice {
        /// The native engine if it has kernels for the processor and supports the model, otherwise
        /// whisper.cpp.
        #[default]
        Auto = "auto",
        /// The native engine.
        Native = "native",
        /// whisper.cpp.
        WhisperCpp = "whisper.cpp",
    }
}

impl EngineChoice {
    /// The engine that this choice means on this machine: `native` or `whisper.cpp`.
    pub fn engine(self) -> &'static str {
        if self.is_native() { "native" } else { "whisper.cpp" }
    }

    /// The engine and its kernels, or the instruction sets and accelerators that it was built with.
    /// With `auto`, whisper.cpp runs the rare model that the native engine does not support.
    pub fn compute_features(self) -> String {
        if self.is_native() {
            format!("native: {}", Backend::in_use().name())
        } else {
            format!("whisper.cpp: {}", whisper::compute_features())
        }
    }

    /// Whether this choice means the native engine on this machine.
    pub fn is_native(self) -> bool {
        match self {
            Self::Native => true,
            Self::WhisperCpp => false,
            Self::Auto => !ACCELERATED && etalon_whisper::has_products_for(Backend::in_use()),
        }
    }
}

/// A speech model loaded in its engine, shared by all workers.
#[derive(Clone)]
pub enum SpeechModel {
    /// In the native engine.
    Native(Model),
    /// In whisper.cpp.
    WhisperCpp(WhisperModel),
}

/// Whether whisper.cpp was built for an accelerator, which is faster than any processor.
const ACCELERATED: bool = cfg!(any(feature = "cuda", feature = "metal", feature = "vulkan"));

impl SpeechModel {
    /// Loads a model in ggml's format from memory.
    ///
    /// `name` appears in messages and selects the model's alignment heads.
    ///
    /// # Errors
    ///
    /// [`AsrError::Model`] when the engine can't load a model from the bytes.
    pub fn load(name: &str, bytes: &[u8], choice: EngineChoice) -> Result<Self, AsrError> {
        if !choice.is_native() {
            return Self::load_in_whisper_cpp(name, bytes);
        }
        match Model::load(name, bytes) {
            Ok(model) => Ok(Self::Native(model)),
            Err(WhisperError::Unsupported { .. }) if choice == EngineChoice::Auto => {
                Self::load_in_whisper_cpp(name, bytes)
            }
            Err(error) => Err(refused(name, &error)),
        }
    }

    /// Packs the weights of a model in ggml's format for [`SpeechModel::load_packed`].
    ///
    /// # Errors
    ///
    /// [`AsrError::PackedWeights`] when the native engine can't load the model, or `output` can't
    /// be written.
    pub fn pack(name: &str, bytes: &[u8], output: &mut dyn io::Write) -> Result<(), AsrError> {
        Model::pack(name, bytes, output).map_err(|error| not_shared(&error))
    }

    /// The model whose weights [`SpeechModel::pack`] has written, in the native engine. They stay
    /// where they lie, for all processes that have them mapped.
    ///
    /// # Errors
    ///
    /// [`AsrError::PackedWeights`] when the bytes are not those of this version.
    pub fn load_packed(name: &str, packed: &Bytes) -> Result<Self, AsrError> {
        Model::load_packed(name, packed).map(Self::Native).map_err(|error| not_shared(&error))
    }

    /// whisper.cpp takes damaged files, and dies of them or computes nonsense.
    fn load_in_whisper_cpp(name: &str, bytes: &[u8]) -> Result<Self, AsrError> {
        etalon_whisper::check_model_file(name, bytes).map_err(|error| refused(name, &error))?;
        WhisperModel::load(name, bytes).map(Self::WhisperCpp)
    }

    /// Checks that the model was trained on the language with this code.
    ///
    /// # Errors
    ///
    /// [`AsrError::Language`] for a language that the model does not support.
    pub fn check_language(&self, code: &str) -> Result<(), AsrError> {
        match self {
            Self::Native(model) if model.knows_language(code) => Ok(()),
            Self::Native(_) => Err(AsrError::Language { code: code.to_owned() }),
            Self::WhisperCpp(model) => model.check_language(code),
        }
    }

    /// A worker's own recognizer.
    ///
    /// # Errors
    ///
    /// [`AsrError::Model`] when there is no memory for its state.
    pub fn transcriber(&self) -> Result<Box<dyn Transcriber>, AsrError> {
        match self {
            Self::Native(model) => Ok(Box::new(NativeTranscriber::new(model))),
            Self::WhisperCpp(model) => Ok(Box::new(model.transcriber()?)),
        }
    }
}

fn not_shared(error: &WhisperError) -> AsrError {
    AsrError::PackedWeights { detail: error.to_string() }
}

fn refused(name: &str, error: &WhisperError) -> AsrError {
    AsrError::Model { name: name.to_owned(), detail: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_model_is_refused_by_every_engine() {
        for choice in EngineChoice::ALL {
            assert!(matches!(SpeechModel::load("m", b"no model", choice), Err(AsrError::Model { .. })));
        }
    }

    #[test]
    fn a_damaged_model_is_refused_by_every_engine() {
        let whole = etalon_models::embedded().bytes;
        let cut = |bytes: usize| whole[..bytes].to_vec();
        let with = |end: &[u8]| [whole, end].concat();
        let changed = |at: usize, number: u32| {
            let mut bytes = whole.to_vec();
            bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
            bytes
        };
        // The numbers of the header follow the magic one: vocabulary, positions, width, heads, layers.
        for (what, bytes) in [
            ("a byte short", cut(whole.len() - 1)),
            ("10,000 bytes", cut(10_000)),
            ("100 bytes", cut(100)),
            ("a tensor short", cut(whole.len() - 2_000_000)),
            ("zeros at the end", with(&[0; 64])),
            ("something at the end", with(b"<html>404 Not Found</html>")),
            ("another vocabulary", changed(4, 51_866)),
            ("other positions", changed(8, 1_499)),
            ("other heads", changed(16, 7)),
            ("no heads", changed(16, 0)),
            ("more layers", changed(20, 7)),
            ("no number", changed(whole.len() - 4, 0x7fc0_0000)),
        ] {
            for choice in EngineChoice::ALL {
                let loaded = SpeechModel::load("base", &bytes, choice);
                assert!(matches!(loaded, Err(AsrError::Model { .. })), "{what}: {}", choice.name());
            }
        }
        assert!(etalon_whisper::check_model_file("base", whole).is_ok());
    }
}
