//! Transcribes windows into tokens; many windows are decoded in step.
//!
//! Windows are encoded one after the other and decoded together. Each step feeds every live text
//! ([`Search`]) its last token. A window that ends makes room for one that waits.

use crate::WhisperError;
use crate::alignment::{POSITIONS_PER_SECOND, row_starts};
use crate::cross_attention::CrossAttentionCache;
use crate::decoder::{DecoderScratch, Sequence, forward};
use crate::encoder::{check_stop, encode};
use crate::mel::{HOP, RATE_HZ};
use crate::search::{Hypothesis, Search};
use crate::vocabulary::LANGUAGES;
use crate::weights::Weights;
use etalon_simd::Backend;
use etalon_simd::matrix::PANEL_COLUMNS;
use etalon_simd::transformer as kernels;
use std::collections::VecDeque;
use std::ops::AddAssign;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The most windows that are decoded together.
const BATCH_MAX: usize = 8;
/// The largest cross-attention cache of all windows decoded together, bytes.
const MEMORY_MAX: usize = 256 << 20;
/// Samples in a position: two frames.
const POSITION: usize = 2 * HOP;
/// Least silence after the window's signal, positions of 20 ms.
const SILENCE_POSITIONS: usize = 64;
/// Windows are padded with silence to a multiple of so many positions.
const POSITION_STEP: usize = 64;
/// The shortest context, seconds: shorter windows are padded with silence. The model was trained on
/// 30 s and writes the text of a much shorter context two to four times. From 10 s on the text is
/// the same as with 30 s (`docs/transcription.md`).
pub const CONTEXT_MIN_S: f64 = 10.24;
/// The context that models were trained with, seconds.
pub const CONTEXT_FULL_S: f64 = 30.0;
/// Token limit of a window, plus the limit for each second: fast speech has some twelve a second.
const TOKENS_MIN: usize = 24;
const TOKENS_PER_SECOND: usize = 16;

/// The parameters of [`Engine::transcribe`].
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Language codes: a single one is forced; of several the most probable is chosen for each
    /// window.
    pub languages: &'a [String],
    /// Prompt tokens, taken as preceding text; the last 223 count.
    pub prompt: &'a [u32],
    /// Beam size: how many texts of a window are decoded side by side, of which the most probable
    /// is kept. 1 decodes greedily, which is faster and makes more errors.
    pub beam_size: usize,
    /// Least length to which windows are padded with silence, seconds: [`CONTEXT_MIN_S`], or
    /// [`CONTEXT_FULL_S`] for windows that are hard to recognize.
    pub context_s: f64,
    /// Threads that share the windows among them; 0 is one. Those that are granted while windows
    /// still wait are taken, too. Each takes as much memory as an engine.
    pub threads: &'a AtomicUsize,
    /// Ends the call with [`WhisperError::Stopped`] within some 100 ms.
    pub stop: &'a AtomicBool,
}

/// The transcript of a window.
#[derive(Clone, PartialEq)]
pub struct WindowText {
    /// The language's code; empty for an English-only model.
    pub language: String,
    /// The language's probability among those requested; 1 for a single one.
    pub language_probability: f64,
    /// The model's probability that the window holds no speech.
    pub no_speech_probability: f64,
    /// Mean natural logarithm of the tokens' probabilities, including the end of the text.
    pub mean_log_probability: f64,
    /// Whether decoding was stopped in a repetition loop.
    pub hit_repetition_loop: bool,
    /// The text tokens in order.
    pub tokens: Vec<TextToken>,
}

/// A text token.
#[derive(Clone, PartialEq)]
pub struct TextToken {
    /// UTF-8, but a token may end inside a character; a word begins with a space.
    pub bytes: Vec<u8>,
    /// The model's probability of it, 0 to 1.
    pub probability: f64,
    /// Start, seconds from the start of the window.
    pub start_s: f64,
    /// End, seconds from the start of the window.
    pub end_s: f64,
}

/// One worker's engine. It runs on the calling thread, and for as long as a call lasts on the
/// others that the request grants. It keeps no state between calls.
///
/// It takes at most 256 MiB for the cross-attention cache, and up to 100 MiB besides for a base
/// model.
pub struct Engine {
    weights: Arc<Weights>,
    backend: Backend,
    scratch: DecoderScratch,
    timing: Timing,
}

/// The processing time of an engine since it was created.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Timing {
    /// Encoded windows.
    pub windows: usize,
    /// Time in the encoder, including the cross-attention cache, seconds.
    pub encoding_s: f64,
    /// Time in the decoder, seconds.
    pub decoding_s: f64,
    /// Steps of the decoder without those that feed a prefix.
    pub steps: usize,
    /// Decoded tokens, including the ends of texts.
    pub tokens: usize,
    /// Time for the alignment of tokens, seconds.
    pub alignment_s: f64,
}

impl AddAssign for Timing {
    fn add_assign(&mut self, other: Self) {
        // Taken apart, so that no field is forgotten.
        let Self { windows, encoding_s, decoding_s, steps, tokens, alignment_s } = other;
        self.windows += windows;
        self.encoding_s += encoding_s;
        self.decoding_s += decoding_s;
        self.steps += steps;
        self.tokens += tokens;
        self.alignment_s += alignment_s;
    }
}

/// A window that is being decoded.
struct Decoding {
    window: usize,
    samples: usize,
    prefix: Vec<u32>,
    search: Search,
    language: Option<usize>,
    language_probability: f64,
    no_speech_probability: f64,
}

/// The windows of a request: which of them wait, and the texts of those that are done.
struct Windows<'a> {
    signals: &'a [&'a [f32]],
    /// The longest first, so that few windows are left at the end.
    waiting: Mutex<VecDeque<usize>>,
    texts: Mutex<Vec<Option<WindowText>>>,
}

impl<'a> Windows<'a> {
    fn new(signals: &'a [&'a [f32]]) -> Self {
        let mut waiting: Vec<usize> = (0..signals.len()).collect();
        waiting.sort_by_key(|index| (std::cmp::Reverse(signals[*index].len()), *index));
        let texts = Mutex::new(signals.iter().map(|_| None).collect());
        Self { signals, waiting: Mutex::new(waiting.into()), texts }
    }

    fn next(&self) -> Option<usize> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn are_waiting(&self) -> bool {
        !self.waiting.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// How many threads have something to do: those that are granted, and no more than windows.
    fn threads(&self, request: &Request<'_>) -> usize {
        request.threads.load(Ordering::Relaxed).min(self.signals.len()).max(1)
    }

    fn finish(&self, window: usize, text: WindowText) {
        self.texts.lock().unwrap_or_else(PoisonError::into_inner)[window] = Some(text);
    }

    fn into_texts(self) -> Vec<WindowText> {
        self.texts.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect()
    }
}

impl Engine {
    pub(crate) fn new(weights: Arc<Weights>, backend: Backend) -> Self {
        Self { weights, backend, scratch: DecoderScratch::default(), timing: Timing::default() }
    }

    /// The processing time since this engine was created.
    pub fn timing(&self) -> Timing {
        self.timing
    }

    /// Transcribes windows of 16 kHz mono signal in [-1, 1], each at most 30 s; one text for each,
    /// in the same order.
    ///
    /// A window's text does not depend on the other windows.
    ///
    /// # Errors
    ///
    /// [`WhisperError::WindowTooLong`], [`WhisperError::Language`], or [`WhisperError::Stopped`].
    pub fn transcribe(
        &mut self,
        windows: &[&[f32]],
        request: &Request<'_>,
    ) -> Result<Vec<WindowText>, WhisperError> {
        self.check(windows, request)?;
        let windows = Windows::new(windows);
        std::thread::scope(|scope| {
            let mut helpers = Vec::new();
            let (weights, backend, windows) = (Arc::clone(&self.weights), self.backend, &windows);
            let mut take_help = || {
                while helpers.len() + 1 < windows.threads(request) && windows.are_waiting() {
                    let mut helper = Self::new(Arc::clone(&weights), backend);
                    let help = move || helper.work(windows, request, &mut || ()).map(|()| helper.timing);
                    // Without a thread, the others do its share.
                    let Ok(helper) = std::thread::Builder::new().spawn_scoped(scope, help) else { break };
                    helpers.push(helper);
                }
            };
            self.work(windows, request, &mut take_help)?;
            for helper in helpers {
                self.timing += helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            }
            Ok::<(), WhisperError>(())
        })?;
        Ok(windows.into_texts())
    }

    /// Transcribes windows until none waits. Before each step, `take_help` may let others have some
    /// of them.
    fn work(
        &mut self,
        windows: &Windows<'_>,
        request: &Request<'_>,
        take_help: &mut dyn FnMut(),
    ) -> Result<(), WhisperError> {
        let fitting = self.windows_together(windows.signals, request.context_s);
        let mut active: Vec<Decoding> = Vec::new();
        loop {
            take_help();
            // No thread takes more than its share, or the first ones would leave nothing to the
            // others.
            let share = windows.signals.len().div_ceil(windows.threads(request));
            let together = fitting.min(share).max(1);
            let before = active.len();
            while active.len() < together
                && let Some(window) = windows.next()
            {
                let since = Instant::now();
                active.push(self.encoded(window, windows.signals[window], request)?);
                self.timing.windows += 1;
                self.timing.encoding_s += since.elapsed().as_secs_f64();
            }
            if active.is_empty() {
                break;
            }
            let since = Instant::now();
            if active.len() > before {
                self.begin(&mut active[before..], request)?;
            }
            self.step(&mut active, request.stop)?;
            self.timing.decoding_s += since.elapsed().as_secs_f64();
            let since = Instant::now();
            let (ended, going): (Vec<_>, Vec<_>) =
                active.into_iter().partition(|decoding| decoding.search.is_over());
            active = going;
            for decoding in ended {
                if let Some(best) = decoding.search.best() {
                    self.timing.tokens += best.probabilities.len();
                    windows.finish(decoding.window, self.text(&decoding, best));
                }
            }
            self.timing.alignment_s += since.elapsed().as_secs_f64();
        }
        Ok(())
    }

    fn check(&self, windows: &[&[f32]], request: &Request<'_>) -> Result<(), WhisperError> {
        let limit = self.weights.header.audio_positions * POSITION;
        if let Some(window) = windows.iter().find(|window| window.len() > limit) {
            return Err(WhisperError::WindowTooLong { found: window.len(), limit });
        }
        let vocabulary = &self.weights.vocabulary;
        if !vocabulary.is_multilingual() {
            return Ok(());
        }
        match request.languages.iter().find(|code| vocabulary.language_token(code).is_none()) {
            Some(code) => Err(WhisperError::Language { code: code.clone() }),
            None if request.languages.is_empty() => Err(WhisperError::Language { code: String::new() }),
            None => Ok(()),
        }
    }

    /// How many windows are decoded together.
    fn windows_together(&self, windows: &[&[f32]], context_s: f64) -> usize {
        let longest = windows.iter().map(|window| window.len()).max().unwrap_or(0);
        let bytes = CrossAttentionCache::bytes(&self.weights, self.positions(longest, context_s)).max(1);
        (MEMORY_MAX / bytes).clamp(1, BATCH_MAX)
    }

    /// Positions with which a window of `samples` samples is encoded, at least the requested
    /// context.
    fn positions(&self, samples: usize, context_s: f64) -> usize {
        let context = (context_s * POSITIONS_PER_SECOND).max(0.0) as usize;
        let needed = (samples.div_ceil(POSITION) + SILENCE_POSITIONS).max(context);
        needed.next_multiple_of(POSITION_STEP).min(self.weights.header.audio_positions)
    }

    fn encoded(
        &self,
        window: usize,
        signal: &[f32],
        request: &Request<'_>,
    ) -> Result<Decoding, WhisperError> {
        let positions = self.positions(signal.len(), request.context_s);
        let encoding = encode(&self.weights, self.backend, signal, positions, request.stop)?;
        let memory = CrossAttentionCache::new(&self.weights, self.backend, &encoding, request.stop)?;
        let heard = signal.len().div_ceil(POSITION);
        Ok(Decoding {
            window,
            samples: signal.len(),
            prefix: Vec::new(),
            search: Search::new(Sequence::new(memory, heard), request.beam_size),
            language: None,
            language_probability: 1.0,
            no_speech_probability: 0.0,
        })
    }

    /// Detects the language and the no-speech probability, then feeds the prefix and takes the
    /// first token.
    fn begin(&mut self, started: &mut [Decoding], request: &Request<'_>) -> Result<(), WhisperError> {
        let start = [self.weights.vocabulary.start];
        let mut inputs: Vec<_> =
            started.iter_mut().flat_map(|decoding| decoding.search.inputs(&start)).collect();
        forward(&self.weights, self.backend, &mut inputs, &mut self.scratch, request.stop)?;
        let width = self.weights.embedding.padded_columns();
        for (decoding, logits) in started.iter_mut().zip(self.scratch.logits.chunks_exact(width)) {
            self.weights.hear(self.backend, logits, request.languages, decoding);
            self.weights.set_prefix(request.prompt, decoding);
        }
        let mut inputs: Vec<_> =
            started.iter_mut().flat_map(|Decoding { search, prefix, .. }| search.inputs(prefix)).collect();
        forward(&self.weights, self.backend, &mut inputs, &mut self.scratch, request.stop)?;
        self.take_tokens(started);
        Ok(())
    }

    /// Feeds every text its last token and takes the next one.
    fn step(&mut self, active: &mut [Decoding], stop: &AtomicBool) -> Result<(), WhisperError> {
        check_stop(stop)?;
        let mut inputs: Vec<_> =
            active.iter_mut().flat_map(|decoding| decoding.search.last_tokens()).collect();
        if inputs.is_empty() {
            return Ok(());
        }
        forward(&self.weights, self.backend, &mut inputs, &mut self.scratch, stop)?;
        self.timing.steps += 1;
        self.take_tokens(active);
        Ok(())
    }

    fn take_tokens(&self, decodings: &mut [Decoding]) {
        let width = self.weights.embedding.padded_columns();
        let mut logits = self.scratch.logits.chunks_exact(width);
        for decoding in decodings {
            let tokens_max = self.weights.tokens_max(decoding);
            decoding.search.advance(self.backend, &self.weights, &mut logits, tokens_max);
        }
    }

    /// The text of a finished window, with token times.
    fn text(&self, decoding: &Decoding, said: &Hypothesis) -> WindowText {
        let vocabulary = &self.weights.vocabulary;
        // A row attends to the audio of the next token, so the first text token belongs to the last
        // row of the prefix.
        let prefix = vocabulary.prefix_rows();
        let heads = self.weights.alignment_heads.len();
        let starts = row_starts(&said.sequence.alignment(), heads, said.sequence.heard(), prefix);
        let end_s = decoding.samples as f64 / RATE_HZ as f64;
        let at = |row: usize| {
            starts.get(row).map_or(end_s, |position| (*position as f64 / POSITIONS_PER_SECOND).min(end_s))
        };
        let tokens: Vec<TextToken> = said
            .tokens
            .iter()
            .filter(|token| **token < vocabulary.end_of_text)
            .zip(&said.probabilities)
            .enumerate()
            .map(|(row, (token, probability))| TextToken {
                bytes: vocabulary.bytes(*token).to_vec(),
                probability: *probability,
                start_s: at(row),
                end_s: at(row + 1),
            })
            .collect();
        WindowText {
            language: decoding.language.map_or(String::new(), |index| LANGUAGES[index].to_owned()),
            language_probability: decoding.language_probability,
            no_speech_probability: decoding.no_speech_probability,
            mean_log_probability: said.mean_log_probability(),
            hit_repetition_loop: said.hit_repetition_loop,
            tokens,
        }
    }
}

impl Weights {
    /// Reads the language and the no-speech probability from the logits after the start token.
    fn hear(&self, backend: Backend, logits: &[f32], languages: &[String], decoding: &mut Decoding) {
        let vocabulary = &self.vocabulary;
        let logits = &logits[..self.header.vocabulary];
        let nothing_masked = vec![0.0; logits.len()];
        let largest = kernels::masked_maximum(backend, logits, &nothing_masked);
        let total = kernels::masked_exponential_sum(backend, logits, &nothing_masked, largest);
        let relative =
            |token: u32| logits.get(token as usize).map_or(0.0, |logit| f64::from((logit - largest).exp()));
        decoding.no_speech_probability = (relative(vocabulary.no_speech) / f64::from(total)).clamp(0.0, 1.0);
        if !vocabulary.is_multilingual() {
            return;
        }
        let known: Vec<(usize, f64)> = languages
            .iter()
            .filter_map(|code| vocabulary.language_token(code))
            .map(|token| ((token - vocabulary.start - 1) as usize, relative(token)))
            .collect();
        let total: f64 = known.iter().map(|(_, weight)| weight).sum();
        let best = known.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best });
        decoding.language = best.map(|(index, _)| index);
        decoding.language_probability =
            best.filter(|_| total > 0.0).map_or(1.0, |(_, weight)| (weight / total).clamp(0.0, 1.0));
    }

    /// Sets the decoder's prefix: prompt, language, task.
    fn set_prefix(&self, prompt: &[u32], decoding: &mut Decoding) {
        let vocabulary = &self.vocabulary;
        decoding.prefix.clear();
        let room = self.header.text_positions / 2 - 1;
        let prompt = &prompt[prompt.len().saturating_sub(room)..];
        let prompt: Vec<u32> =
            prompt.iter().copied().filter(|token| *token < vocabulary.end_of_text).collect();
        if !prompt.is_empty() {
            decoding.prefix.push(vocabulary.previous);
            decoding.prefix.extend(&prompt);
            decoding.search.restart(decoding.prefix.len());
            decoding.prefix.push(vocabulary.start);
        }
        if let Some(language) = decoding.language {
            decoding.prefix.push(vocabulary.start + 1 + language as u32);
            decoding.prefix.push(vocabulary.transcribe);
        }
        decoding.prefix.push(vocabulary.no_timestamps);
    }

    /// Token limit of a window.
    fn tokens_max(&self, decoding: &Decoding) -> usize {
        let seconds = decoding.samples.div_ceil(RATE_HZ);
        let room = self.header.text_positions - decoding.prefix.len() - 2;
        (TOKENS_MIN + TOKENS_PER_SECOND * seconds).min(room).min(self.header.text_positions / 2)
    }
}

/// The longest window that [`Engine::transcribe`] accepts for a model of 30 s, samples.
pub const WINDOW_SAMPLES_MAX: usize = 30 * RATE_HZ;

const _: () = assert!(PANEL_COLUMNS.is_multiple_of(POSITION_STEP) || POSITION_STEP.is_multiple_of(4));
