//! What a speech recognizer has to be able to do.

use crate::AsrError;

/// A word as a recognizer heard it, in the time of the window it was given.
#[derive(Clone, PartialEq)]
pub struct HeardWord {
    /// The word with its punctuation, without spaces.
    pub text: String,
    /// Start, seconds from the start of the window.
    pub start_s: f64,
    /// End, seconds from the start of the window.
    pub end_s: f64,
    /// The recognizer's probability of the word, 0 to 1.
    pub confidence: f64,
}

/// One worker's recognizer: it keeps its own state and is used from one thread at a time.
///
/// Another engine, or transcripts that come from elsewhere, take part by implementing this.
pub trait Transcriber: Send {
    /// Turns one window of 16 kHz mono signal in [-1, 1], at most 30 s, into words in order of time.
    ///
    /// # Errors
    ///
    /// When the engine fails on the window or was stopped.
    fn transcribe(&mut self, signal: &[f32]) -> Result<Vec<HeardWord>, AsrError>;
}
