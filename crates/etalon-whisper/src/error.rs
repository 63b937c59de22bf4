//! What can go wrong.

use thiserror::Error;

/// What can go wrong. No message holds anything that was said.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WhisperError {
    /// The bytes are not a whole Whisper model in ggml's format.
    #[error(
        "the speech model `{name}` is damaged or no Whisper model: {detail}; fetch it again or take another"
    )]
    Damaged {
        /// The model's name or path.
        name: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A model that may be sound and that this engine can't compute.
    #[error(
        "the speech model `{name}` has {detail}, which this engine does not compute; use whisper.cpp for it"
    )]
    Unsupported {
        /// The model's name or path.
        name: String,
        /// What it has.
        detail: String,
    },
    /// The language is not one that the model knows.
    #[error("the speech model knows no language `{code}`; use a code such as ru, kk or en")]
    Language {
        /// The code that was asked for.
        code: String,
    },
    /// A window is longer than the model can hear.
    #[error("a window of {found} samples is longer than the {limit} that the model hears; cut it")]
    WindowTooLong {
        /// Samples of the window.
        found: usize,
        /// Samples at most.
        limit: usize,
    },
    /// A stop was asked for.
    #[error("stopped before the transcription was finished")]
    Stopped,
}

impl WhisperError {
    /// Whether the same input would fail again.
    pub fn is_permanent(&self) -> bool {
        !matches!(self, Self::Stopped)
    }
}
