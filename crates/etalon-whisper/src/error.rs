//! Errors of the engine.

use thiserror::Error;

/// An error of the engine. No message contains words of the call.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WhisperError {
    /// The bytes are not a complete Whisper model in ggml's format.
    #[error(
        "the speech model `{name}` is damaged or no Whisper model: {detail}; fetch it again or take another"
    )]
    Damaged {
        /// The model's name or path.
        name: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The model may be valid, but this engine does not support it.
    #[error(
        "the speech model `{name}` has {detail}, which this engine does not compute; use whisper.cpp for it"
    )]
    Unsupported {
        /// The model's name or path.
        name: String,
        /// The unsupported property.
        detail: String,
    },
    /// The model does not support the language.
    #[error("the speech model knows no language `{code}`; use a code such as ru, kk or en")]
    Language {
        /// The requested code.
        code: String,
    },
    /// The window is longer than the model's context.
    #[error("a window of {found} samples is longer than the {limit} that the model hears; cut it")]
    WindowTooLong {
        /// Length of the window, samples.
        found: usize,
        /// Largest length, samples.
        limit: usize,
    },
    /// The packed weights could not be written down for other processes.
    #[error("the packed weights can't be written: {detail}")]
    PackedWeights {
        /// The system's message.
        detail: String,
    },
    /// A stop was requested.
    #[error("stopped before the transcription was finished")]
    Stopped,
}

impl WhisperError {
    /// Whether the same input would fail again.
    pub fn is_permanent(&self) -> bool {
        !matches!(self, Self::Stopped | Self::PackedWeights { .. })
    }
}

impl From<std::io::Error> for WhisperError {
    /// The only thing that the engine writes is its packed weights.
    fn from(error: std::io::Error) -> Self {
        Self::PackedWeights { detail: error.to_string() }
    }
}
