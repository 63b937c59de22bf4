//! The interface of a speech recognizer.

use crate::AsrError;

/// A recognized word, in window time.
#[derive(Clone, PartialEq)]
pub struct RecognizedWord {
    /// The word with its punctuation, without spaces.
    pub text: String,
    /// Start, seconds from the start of the window.
    pub start_s: f64,
    /// End of its last letter, seconds from the start of the window.
    pub letters_end_s: f64,
    /// When the recognizer goes on to the next word, seconds from the start of the window. The
    /// punctuation after a word takes up a pause that lasts until then.
    pub end_s: f64,
    /// Onset of the word, seconds from the start of the window. Between `start_s` and the onset
    /// there may be a pause.
    pub onset_s: f64,
    /// The recognizer's probability of the word, 0 to 1.
    pub confidence: f64,
}

impl RecognizedWord {
    /// A word that begins at the end of the previous one and ends at the start of the next one.
    pub fn between(text: &str, start_s: f64, end_s: f64) -> Self {
        let onset_s = start_s.max(end_s - 0.1);
        Self { text: text.into(), start_s, letters_end_s: end_s, end_s, onset_s, confidence: 0.9 }
    }
}

/// What was recognized in one window, with probabilities. Values that the recognizer does not give
/// are none.
#[derive(Clone, Default, PartialEq)]
pub struct RecognizedWindow {
    /// The words in order of time.
    pub words: Vec<RecognizedWord>,
    /// The language in which the window was transcribed: one of those requested.
    pub language: String,
    /// The probability of that language among those requested, 0 to 1; none if it was not detected.
    pub language_probability: Option<f64>,
    /// The recognizer's probability that the window holds no speech, 0 to 1.
    pub no_speech_probability: Option<f64>,
    /// The mean natural logarithm of the tokens' probabilities; none without tokens.
    pub mean_log_probability: Option<f64>,
    /// Whether the recognizer was stopped in a repetition loop.
    pub hit_repetition_loop: bool,
}

/// How to transcribe windows.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Language codes (`ru`, `kk`, `en`, …). A single one is forced; of several the recognizer
    /// chooses one for each window.
    pub languages: &'a [String],
    /// Prompt with names and terms; empty for none. A recognizer without prompts ignores it. One
    /// that takes only a short prompt cuts its beginning.
    pub prompt: &'a str,
    /// Beam size: how many texts of a window are decoded side by side; 1 decodes greedily.
    pub beam_size: usize,
}

/// One worker's recognizer. It has its own state and is used from one thread at a time.
///
/// Implement this trait for another engine.
pub trait Transcriber: Send {
    /// Transcribes windows of 16 kHz mono signal in [-1, 1], each at most 30 s; one result for each
    /// window, in the same order. All windows belong to one call. The result of a window does not
    /// depend on the other windows.
    ///
    /// # Errors
    ///
    /// When the engine fails on a window or was stopped.
    fn transcribe(
        &mut self,
        windows: &[&[f32]],
        request: &Request<'_>,
    ) -> Result<Vec<RecognizedWindow>, AsrError>;

    /// Transcribes difficult windows as accurately as the recognizer can, however long that takes.
    ///
    /// # Errors
    ///
    /// As [`Transcriber::transcribe`].
    fn transcribe_again(
        &mut self,
        windows: &[&[f32]],
        request: &Request<'_>,
    ) -> Result<Vec<RecognizedWindow>, AsrError> {
        self.transcribe(windows, request)
    }
}
