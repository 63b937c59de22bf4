//! Windows into tokens: many windows are decoded in step.
//!
//! Windows are encoded one after the other and decoded together. Each step feeds every text that is
//! followed ([`Search`]) its last token; a window that has come to its end makes place for one that
//! waits.

use crate::WhisperError;
use crate::alignment::{POSITIONS_PER_SECOND, row_starts};
use crate::cross_attention::CrossAttentionCache;
use crate::decoder::{DecoderScratch, Sequence, forward};
use crate::encoder::{check_stop, encode};
use crate::kernels;
use crate::mel::{HOP, RATE_HZ};
use crate::search::{Hypothesis, Search};
use crate::vocabulary::LANGUAGES;
use crate::weights::Weights;
use etalon_simd::Backend;
use etalon_simd::matrix::PANEL_COLUMNS;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Windows that are decoded together at most.
const BATCH_MAX: usize = 8;
/// The windows that are decoded together keep no more than this of keys and values, bytes.
const MEMORY_MAX: usize = 256 << 20;
/// Samples of a position: two frames.
const POSITION: usize = 2 * HOP;
/// Silence that the model hears behind the window's signal at least, positions of 20 ms.
const SILENCE_POSITIONS: usize = 64;
/// Windows are filled up with silence to a multiple of so many positions.
const POSITION_STEP: usize = 64;
/// The shortest context, seconds: a window is filled up with silence to it. The model has only seen
/// 30 s, and writes what it hears of a much shorter context two to four times. From 10 s on the
/// text is that of 30 s (`docs/transcription.md`).
pub const CONTEXT_MIN_S: f64 = 10.24;
/// The context that models were trained with, seconds.
pub const CONTEXT_FULL_S: f64 = 30.0;
/// Tokens that every window may have, and how many more for each second: fast speech has some
/// twelve a second.
const TOKENS_MIN: usize = 24;
const TOKENS_PER_SECOND: usize = 16;

/// What is asked of [`Engine::transcribe`].
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Language codes: one is taken as it is, of several the most probable is taken for each
    /// window.
    pub languages: &'a [String],
    /// Tokens of a text that is taken to have been said before; the last 223 of them count.
    pub prompt: &'a [u32],
    /// How many texts of a window are followed side by side, of which the most probable is taken; 1
    /// takes the most probable token each time, which is faster and makes more errors.
    pub beam_size: usize,
    /// Windows are filled up with silence to this length at least, seconds: [`CONTEXT_MIN_S`], or
    /// [`CONTEXT_FULL_S`] for what was hard to hear.
    pub context_s: f64,
    /// Makes the call end with [`WhisperError::Stopped`] within some 100 ms.
    pub stop: &'a AtomicBool,
}

/// What was said in a window.
#[derive(Clone, PartialEq)]
pub struct WindowText {
    /// The language's code; empty for a model that knows English only.
    pub language: String,
    /// The language's probability among those that were asked for; 1 where one was.
    pub language_probability: f64,
    /// The model's probability that the window holds no speech.
    pub no_speech_probability: f64,
    /// Mean of the natural logarithms of the tokens' probabilities, the end of the text included.
    pub mean_log_probability: f64,
    /// The model repeated itself and was cut off.
    pub hit_repetition_loop: bool,
    /// The tokens of text in order.
    pub tokens: Vec<TextToken>,
}

/// A piece of a word.
#[derive(Clone, PartialEq)]
pub struct TextToken {
    /// UTF-8, though a token may end inside a character; a word begins with a space.
    pub bytes: Vec<u8>,
    /// The model's probability of it, 0 to 1.
    pub probability: f64,
    /// Start, seconds from the start of the window.
    pub start_s: f64,
    /// End, seconds from the start of the window.
    pub end_s: f64,
}

/// One worker's engine: it computes with the thread that calls it and keeps nothing from call to
/// call.
///
/// While it computes it takes at most 256 MiB for what the decoder remembers of its windows, and
/// for a base model up to 100 MiB besides.
pub struct Engine {
    weights: Arc<Weights>,
    backend: Backend,
    scratch: DecoderScratch,
    timing: Timing,
}

/// Where an engine's time went since it was made.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Timing {
    /// Windows that were encoded.
    pub windows: usize,
    /// Time in the encoder, the decoder's keys and values included, seconds.
    pub encoding_s: f64,
    /// Time in the decoder, seconds.
    pub decoding_s: f64,
    /// Steps of the decoder, those that feed a prefix not counted.
    pub steps: usize,
    /// Tokens that were decoded, the ends of texts included.
    pub tokens: usize,
    /// Time for the tokens' alignment, seconds.
    pub alignment_s: f64,
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

impl Engine {
    pub(crate) fn new(weights: Arc<Weights>, backend: Backend) -> Self {
        Self { weights, backend, scratch: DecoderScratch::default(), timing: Timing::default() }
    }

    /// Where the time went since this engine was made.
    pub fn timing(&self) -> Timing {
        self.timing
    }

    /// Transcribes windows of 16 kHz mono signal in [-1, 1], each at most 30 s; gives one text for
    /// each, in their order.
    ///
    /// A window's text does not depend on which other windows it is given with.
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
        let mut waiting: Vec<usize> = (0..windows.len()).collect();
        // The longest first, so that the last step has few windows left.
        waiting.sort_by_key(|index| (std::cmp::Reverse(windows[*index].len()), *index));
        let mut waiting = VecDeque::from(waiting);
        let mut texts: Vec<Option<WindowText>> = windows.iter().map(|_| None).collect();
        let mut active: Vec<Decoding> = Vec::new();
        let together = self.windows_together(windows, request.context_s);
        loop {
            let before = active.len();
            while let Some(window) = waiting.front().copied().filter(|_| active.len() < together) {
                waiting.pop_front();
                let since = Instant::now();
                active.push(self.encoded(window, windows[window], request)?);
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
                    texts[decoding.window] = Some(self.text(&decoding, best));
                }
            }
            self.timing.alignment_s += since.elapsed().as_secs_f64();
        }
        Ok(texts.into_iter().flatten().collect())
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

    /// Positions that a window of so many samples is encoded with, at least those of the context
    /// asked for.
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

    /// Finds the language and the probability of silence, then feeds the prefix and takes the first
    /// token.
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

    /// Feeds every text its last token and takes the next.
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

    /// The text of a window that has come to its end, with the tokens' times.
    fn text(&self, decoding: &Decoding, said: &Hypothesis) -> WindowText {
        let vocabulary = &self.weights.vocabulary;
        // The row that is fed a token attends to what the next token says, so that the first text
        // token belongs to the last row of the prefix.
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
    /// Reads the language and the probability of silence from the logits behind the start token.
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

    /// What the window's text is to follow: a prompt, the language, the task.
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

    /// How many tokens a window may have.
    fn tokens_max(&self, decoding: &Decoding) -> usize {
        let seconds = decoding.samples.div_ceil(RATE_HZ);
        let room = self.header.text_positions - decoding.prefix.len() - 2;
        (TOKENS_MIN + TOKENS_PER_SECOND * seconds).min(room).min(self.header.text_positions / 2)
    }
}

/// The longest window that [`Engine::transcribe`] takes of a model for 30 s, samples.
pub const WINDOW_SAMPLES_MAX: usize = 30 * RATE_HZ;

const _: () = assert!(PANEL_COLUMNS.is_multiple_of(POSITION_STEP) || POSITION_STEP.is_multiple_of(4));
