//! What can go wrong in transcription.

use thiserror::Error;

/// What can go wrong in transcription. No message holds anything that was said.
#[derive(Debug, Error)]
pub enum AsrError {
    /// The model file is not one that the engine can load.
    #[error(
        "the speech model `{name}` can't be loaded: {detail}; run `etalon doctor`, or take another with --model"
    )]
    Model {
        /// The model's name or path.
        name: String,
        /// What the engine said.
        detail: String,
    },
    /// The language is not one that the model knows.
    #[error("the speech model knows no language `{code}`; use a code such as ru, kk or en")]
    Language {
        /// The code that was asked for.
        code: String,
    },
    /// The prompt can't be turned into tokens.
    #[error("the glossary can't be given to the speech model: {detail}; look for odd characters in it")]
    Prompt {
        /// What the engine said.
        detail: String,
    },
    /// The engine gave up on a window.
    #[error("the speech model failed on {window_s:.1} s of speech: {detail}")]
    Window {
        /// Length of the window, seconds.
        window_s: f64,
        /// What the engine said.
        detail: String,
    },
    /// A stop was asked for while a window was being transcribed.
    #[error("stopped before the transcription was finished; run the same command again to go on")]
    Stopped,
}

impl AsrError {
    /// Whether the same input would fail again.
    pub fn is_permanent(&self) -> bool {
        !matches!(self, Self::Stopped)
    }
}
