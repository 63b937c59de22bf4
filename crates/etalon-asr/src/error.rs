//! Errors of transcription.

use std::io;
use thiserror::Error;

/// An error of transcription. No message contains words of the call.
#[derive(Debug, Error)]
pub enum AsrError {
    /// The engine can't load the model file.
    #[error(
        "the speech model `{name}` can't be loaded: {detail}; run `etalon doctor`, or take another with --model"
    )]
    Model {
        /// The model's name or path.
        name: String,
        /// The engine's message.
        detail: String,
    },
    /// The model's packed weights can't be shared with other processes.
    #[error("{detail}")]
    PackedWeights {
        /// The engine's message.
        detail: String,
    },
    /// The model does not support the language.
    #[error("the speech model knows no language `{code}`; use a code such as ru, kk or en")]
    Language {
        /// The requested code.
        code: String,
    },
    /// The prompt can't be turned into tokens.
    #[error("the glossary can't be given to the speech model: {detail}; look for odd characters in it")]
    Prompt {
        /// The engine's message.
        detail: String,
    },
    /// The engine failed on a window.
    #[error("the speech model failed on {window_s:.1} s of speech: {detail}")]
    Window {
        /// Length of the window, seconds.
        window_s: f64,
        /// The engine's message.
        detail: String,
    },
    /// The samples of the recording can't be read.
    #[error("the samples of the recording can't be read: {0}; check the disk, then run again")]
    Samples(#[source] io::Error),
    /// A stop was requested while a window was being transcribed.
    #[error("stopped before the transcription was finished; run the same command again to go on")]
    Stopped,
}

impl AsrError {
    /// Whether the same input would fail again.
    pub fn is_permanent(&self) -> bool {
        !matches!(self, Self::Stopped | Self::Samples(_) | Self::PackedWeights { .. })
    }
}
