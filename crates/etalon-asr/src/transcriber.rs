//! What a speech recognizer has to be able to do.

use crate::AsrError;

/// A word as a recognizer recognized it, in the time of the window it was given.
#[derive(Clone, PartialEq)]
pub struct RecognizedWord {
    /// The word with its punctuation, without spaces.
    pub text: String,
    /// Start, seconds from the start of the window.
    pub start_s: f64,
    /// End of its last letter, seconds from the start of the window.
    pub letters_end_s: f64,
    /// When the recognizer goes on to the next word, seconds from the start of the window: the sign
    /// behind a word stands for a pause that lasts until then.
    pub end_s: f64,
    /// A moment at which its beginning is heard, seconds from the start of the window: what lies
    /// between the start and this may be a pause before it.
    pub onset_s: f64,
    /// The recognizer's probability of the word, 0 to 1.
    pub confidence: f64,
}

impl RecognizedWord {
    /// A word that begins where the one before it ended and is over where the next one begins.
    pub fn between(text: &str, start_s: f64, end_s: f64) -> Self {
        let onset_s = start_s.max(end_s - 0.1);
        Self { text: text.into(), start_s, letters_end_s: end_s, end_s, onset_s, confidence: 0.9 }
    }
}

/// What a recognizer recognized in one window, and how sure it was. Numbers that it does not give
/// are none.
#[derive(Clone, Default, PartialEq)]
pub struct RecognizedWindow {
    /// The words in order of time.
    pub words: Vec<RecognizedWord>,
    /// The language in which the window was transcribed: one of those that were asked for.
    pub language: String,
    /// The probability of that language among those that were asked for, 0 to 1; none where it was
    /// not chosen.
    pub language_probability: Option<f64>,
    /// The recognizer's probability that the window holds no speech, 0 to 1.
    pub no_speech_probability: Option<f64>,
    /// The mean natural logarithm of the tokens' probabilities; none without tokens.
    pub mean_log_probability: Option<f64>,
    /// Whether the recognizer repeated itself until it was stopped.
    pub hit_repetition_loop: bool,
}

/// How windows are to be transcribed.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Languages by their codes (`ru`, `kk`, `en`, …): one is forced, of several the recognizer
    /// chooses one for each window.
    pub languages: &'a [String],
    /// Text with the names and terms that may be said; empty for none. A recognizer that takes no
    /// prompt ignores it, one that takes a short one cuts its beginning.
    pub prompt: &'a str,
    /// How many texts of a window are followed side by side; 1 decodes greedily.
    pub beam_size: usize,
}

/// One worker's recognizer: it keeps its own state and is used from one thread at a time.
///
/// Another engine, or transcripts that come from elsewhere, take part by implementing this.
pub trait Transcriber: Send {
    /// Turns windows of 16 kHz mono signal in [-1, 1], each at most 30 s, into words; one result
    /// for each window, in the same order. All windows belong to one call, and no window's result
    /// depends on what the others hold.
    ///
    /// # Errors
    ///
    /// When the engine fails on a window or was stopped.
    fn transcribe(
        &mut self,
        windows: &[&[f32]],
        request: &Request<'_>,
    ) -> Result<Vec<RecognizedWindow>, AsrError>;

    /// The same for windows that were hard to recognize, as carefully as the recognizer can and
    /// however long that takes.
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
