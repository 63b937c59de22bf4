//! The native engine ([`etalon_whisper`]) as a [`Transcriber`].

use crate::error::AsrError;
use crate::tokens::{Token, words_from_tokens};
use crate::transcriber::{RecognizedWindow, Request, Transcriber};
use crate::whisper::STOP;
use crate::window::MODEL_RATE_HZ;
use etalon_whisper::{CONTEXT_FULL_S, CONTEXT_MIN_S, Engine, Model, WhisperError, WindowText};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Threads that every native recognizer of this process may take.
static THREADS: AtomicUsize = AtomicUsize::new(1);

/// Lets every native recognizer of this process take so many threads, also for windows that wait
/// already. The results are the same.
pub fn use_threads(threads: NonZeroUsize) {
    THREADS.store(threads.get(), Ordering::Relaxed);
}

/// One worker's recognizer. It decodes all windows that it is given together, on the calling thread
/// and those that [`use_threads`] grants.
pub struct NativeTranscriber {
    engine: Engine,
    model: Model,
}

impl NativeTranscriber {
    /// Creates a worker's recognizer over weights that all workers share.
    pub fn new(model: &Model) -> Self {
        Self { engine: model.engine(), model: model.clone() }
    }
}

impl Transcriber for NativeTranscriber {
    fn transcribe(
        &mut self,
        windows: &[&[f32]],
        request: &Request<'_>,
    ) -> Result<Vec<RecognizedWindow>, AsrError> {
        self.transcribe_in_context(windows, request, CONTEXT_MIN_S)
    }

    fn transcribe_again(
        &mut self,
        windows: &[&[f32]],
        request: &Request<'_>,
    ) -> Result<Vec<RecognizedWindow>, AsrError> {
        self.transcribe_in_context(windows, request, CONTEXT_FULL_S)
    }
}

impl NativeTranscriber {
    fn transcribe_in_context(
        &mut self,
        windows: &[&[f32]],
        request: &Request<'_>,
        context_s: f64,
    ) -> Result<Vec<RecognizedWindow>, AsrError> {
        let prompt = self.model.tokens_of(request.prompt);
        let forced = request.languages.len() == 1;
        let request = etalon_whisper::Request {
            languages: request.languages,
            prompt: &prompt,
            beam_size: request.beam_size,
            context_s,
            threads: &THREADS,
            stop: &STOP,
        };
        let longest = windows.iter().map(|window| window.len()).max().unwrap_or(0);
        let longest_s = longest as f64 / f64::from(MODEL_RATE_HZ);
        let texts =
            self.engine.transcribe(windows, &request).map_err(|error| from_engine(error, longest_s))?;
        Ok(texts
            .into_iter()
            .zip(windows)
            .map(|(text, window)| recognized(text, window.len(), forced))
            .collect())
    }
}

/// Converts the engine's error.
fn from_engine(error: WhisperError, window_s: f64) -> AsrError {
    match error {
        WhisperError::Stopped => AsrError::Stopped,
        WhisperError::Language { code } => AsrError::Language { code },
        other => AsrError::Window { window_s, detail: other.to_string() },
    }
}

fn recognized(text: WindowText, samples: usize, forced: bool) -> RecognizedWindow {
    let window_s = samples as f64 / f64::from(MODEL_RATE_HZ);
    let any = !text.tokens.is_empty();
    let tokens: Vec<Token> = text
        .tokens
        .into_iter()
        .map(|token| Token { bytes: token.bytes, probability: token.probability, end_s: token.end_s })
        .collect();
    RecognizedWindow {
        words: words_from_tokens(&tokens, window_s),
        language: text.language,
        language_probability: (!forced).then_some(text.language_probability),
        no_speech_probability: Some(text.no_speech_probability),
        mean_log_probability: any.then_some(text.mean_log_probability),
        hit_repetition_loop: text.hit_repetition_loop,
    }
}
