//! whisper.cpp through whisper-rs.
//!
//! All workers share one [`WhisperModel`], which holds the weights. Each worker has a
//! [`WhisperTranscriber`] with its own state and one thread. ggml's threads wait for each other by
//! spinning, so two states with one thread each are far faster than one state with two.
//!
//! Deliberate settings:
//!
//! - no temperature fallback: it decodes a window up to 26 times;
//! - no timestamp tokens, one segment: the windows are cut at silence, so there is nothing to seek,
//!   and a window whose last timestamp lies before its end would be encoded twice;
//! - word times come from the alignment heads by dynamic time warping, which costs one more decoder
//!   pass;
//! - no flash attention: it is slower on a CPU and silently disables that alignment;
//! - no context between windows: a reused state would leak one call's text into the next.

use crate::error::AsrError;
use crate::tokens::{Token, mean_log_probability, words_from_tokens};
use crate::transcriber::{RecognizedWindow, Request, Transcriber};
use crate::window::MODEL_RATE_HZ;
use std::collections::BTreeMap;
use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use whisper_rs::{
    DtwMode, DtwModelPreset, DtwParameters, FullParams, SamplingStrategy, WhisperContext,
    WhisperContextParameters, WhisperError, WhisperState,
};

/// The longest prompt, tokens: half of the decoder's context of 448, as in Whisper.
const PROMPT_TOKENS_MAX: usize = 223;

/// Set once by [`request_stop`]; whisper.cpp reads it between two operations of its graph.
pub(crate) static STOP: AtomicBool = AtomicBool::new(false);

/// Makes every running and every later transcription end with [`AsrError::Stopped`] within moments.
pub fn request_stop() {
    STOP.store(true, Ordering::Relaxed);
}

/// The instruction sets and accelerators that whisper.cpp was built with, in its own names.
pub(crate) fn compute_features() -> String {
    let features: Vec<&str> = whisper_rs::print_system_info()
        .split(['|', ':'])
        .filter_map(|part| part.trim().strip_suffix("= 1"))
        .map(str::trim)
        .collect();
    features.join(" ")
}

/// The weights of a model, shared by all workers.
#[derive(Clone)]
pub struct WhisperModel {
    context: Arc<WhisperContext>,
}

impl WhisperModel {
    /// Loads a model in ggml's format from memory and widens five-bit weights (see
    /// [`crate::weights`]).
    ///
    /// `name` appears in messages and selects the model's alignment heads.
    ///
    /// # Errors
    ///
    /// [`AsrError::Model`] when whisper.cpp can't load a model from the bytes.
    pub fn load(name: &str, bytes: &[u8]) -> Result<Self, AsrError> {
        whisper_rs::install_logging_hooks();
        let mut parameters = WhisperContextParameters::default();
        parameters
            .flash_attn(false)
            .dtw_parameters(DtwParameters { mode: alignment_heads(name), ..DtwParameters::default() });
        let wide = crate::weights::widened(bytes);
        let context =
            WhisperContext::new_from_buffer_with_params(wide.as_deref().unwrap_or(bytes), parameters)
                .map_err(|error| AsrError::Model { name: name.to_owned(), detail: error.to_string() })?;
        Ok(Self { context: Arc::new(context) })
    }

    /// Checks that Whisper supports the language with this code.
    ///
    /// # Errors
    ///
    /// [`AsrError::Language`] for a language that Whisper does not support.
    pub fn check_language(&self, code: &str) -> Result<(), AsrError> {
        language_name(code).map(|_| ())
    }

    /// A worker's own recognizer.
    ///
    /// # Errors
    ///
    /// [`AsrError::Model`] when there is no memory for the state.
    pub fn transcriber(&self) -> Result<WhisperTranscriber, AsrError> {
        let state = self
            .context
            .create_state()
            .map_err(|error| AsrError::Model { name: "state".to_owned(), detail: error.to_string() })?;
        Ok(WhisperTranscriber { state, context: Arc::clone(&self.context), parameters: BTreeMap::new() })
    }
}

/// The code of a language that Whisper supports.
fn language_name(code: &str) -> Result<&'static str, AsrError> {
    whisper_rs::get_lang_id(code)
        .and_then(whisper_rs::get_lang_str)
        .ok_or_else(|| AsrError::Language { code: code.to_owned() })
}

/// The alignment heads by the model's name; for an unknown model the two top layers of the decoder.
fn alignment_heads(name: &str) -> DtwMode<'static> {
    let presets = [
        ("large-v3-turbo", DtwModelPreset::LargeV3Turbo),
        ("large-v3", DtwModelPreset::LargeV3),
        ("large-v2", DtwModelPreset::LargeV2),
        ("medium", DtwModelPreset::Medium),
        ("small", DtwModelPreset::Small),
        ("base", DtwModelPreset::Base),
        ("tiny", DtwModelPreset::Tiny),
    ];
    presets
        .into_iter()
        .find(|(part, _)| name.contains(part))
        .map_or(DtwMode::TopMost { n_top: 2 }, |(_, model_preset)| DtwMode::ModelPreset { model_preset })
}

/// The decoding parameters. Setting the language leaks a small string in whisper-rs, so this runs
/// once for each worker, language and beam size.
fn parameters(language: &'static str, beam_size: usize) -> FullParams<'static, 'static> {
    let mut parameters = FullParams::new(match c_int::try_from(beam_size) {
        Ok(beam_size @ 2..) => SamplingStrategy::BeamSearch { beam_size, patience: -1.0 },
        _ => SamplingStrategy::Greedy { best_of: 1 },
    });
    parameters.set_language(Some(language));
    parameters.set_n_threads(1);
    parameters.set_temperature(0.0);
    parameters.set_temperature_inc(0.0);
    parameters.set_no_context(true);
    parameters.set_no_timestamps(true);
    parameters.set_single_segment(true);
    parameters.set_suppress_blank(true);
    parameters.set_suppress_nst(true);
    parameters.set_print_special(false);
    parameters.set_print_progress(false);
    parameters.set_print_realtime(false);
    parameters.set_print_timestamps(false);
    install_stop(&mut parameters);
    parameters
}

/// Installs a callback through which whisper.cpp checks for a stop request.
#[expect(
    unsafe_code,
    reason = "whisper-rs's safe callback casts its closure to a wrong type, so the raw one is used"
)]
fn install_stop(parameters: &mut FullParams<'_, '_>) {
    unsafe extern "C" fn stop(_: *mut std::ffi::c_void) -> bool {
        STOP.load(Ordering::Relaxed)
    }
    // SAFETY: the function has the signature that whisper.cpp calls, keeps no pointer, ignores its
    // argument, only reads a static atomic, and cannot unwind.
    unsafe {
        parameters.set_abort_callback(Some(stop));
    }
}

/// One worker's recognizer: a Whisper state that computes with one thread.
pub struct WhisperTranscriber {
    state: WhisperState,
    context: Arc<WhisperContext>,
    /// The decoding parameters by language and beam size.
    parameters: BTreeMap<(&'static str, usize), FullParams<'static, 'static>>,
}

impl Transcriber for WhisperTranscriber {
    fn transcribe(
        &mut self,
        windows: &[&[f32]],
        request: &Request<'_>,
    ) -> Result<Vec<RecognizedWindow>, AsrError> {
        let languages =
            request.languages.iter().map(|code| language_name(code)).collect::<Result<Vec<_>, _>>()?;
        let prompt = self.prompt_tokens(request.prompt)?;
        windows
            .iter()
            .map(|signal| self.transcribe_window(signal, &languages, &prompt, request.beam_size))
            .collect()
    }
}

impl WhisperTranscriber {
    fn transcribe_window(
        &mut self,
        signal: &[f32],
        languages: &[&'static str],
        prompt: &[c_int],
        beam_size: usize,
    ) -> Result<RecognizedWindow, AsrError> {
        let window_s = signal.len() as f64 / f64::from(MODEL_RATE_HZ);
        let failed = |error: WhisperError| AsrError::Window { window_s, detail: error.to_string() };
        let (language, language_probability) = match languages {
            [forced] => (*forced, None),
            several => {
                let (language, probability) = self.choose_language(signal, several).map_err(failed)?;
                (language, Some(probability))
            }
        };
        let key = (language, beam_size);
        let mut parameters =
            self.parameters.entry(key).or_insert_with(|| parameters(language, beam_size)).clone();
        parameters.set_tokens(prompt);
        let outcome = self.state.full(parameters, signal);
        if STOP.load(Ordering::Relaxed) {
            return Err(AsrError::Stopped);
        }
        outcome.map_err(failed)?;
        let tokens = self.tokens();
        Ok(RecognizedWindow {
            words: words_from_tokens(&tokens, window_s),
            language: language.to_owned(),
            language_probability,
            no_speech_probability: self
                .state
                .get_segment(0)
                .map(|segment| f64::from(segment.no_speech_probability())),
            mean_log_probability: mean_log_probability(&tokens),
            hit_repetition_loop: false,
        })
    }

    /// The most probable language and its probability among those given. This costs another run of
    /// the encoder, because whisper.cpp does not keep the result of this one.
    fn choose_language(
        &mut self,
        signal: &[f32],
        languages: &[&'static str],
    ) -> Result<(&'static str, f64), WhisperError> {
        self.state.pcm_to_mel(signal, 1)?;
        let (_, probabilities) = self.state.lang_detect(0, 1)?;
        let probability = |language: &str| {
            let index = whisper_rs::get_lang_id(language).and_then(|id| usize::try_from(id).ok());
            index
                .and_then(|index| probabilities.get(index))
                .map_or(0.0, |&probability| f64::from(probability))
        };
        let sum: f64 = languages.iter().map(|language| probability(language)).sum();
        let likeliest = languages
            .iter()
            .copied()
            .max_by(|one, other| probability(one).total_cmp(&probability(other)))
            .ok_or(WhisperError::InvalidText)?;
        Ok((likeliest, if sum > 0.0 { probability(likeliest) / sum } else { 0.0 }))
    }

    /// The prompt's tokens; a long prompt loses its beginning.
    fn prompt_tokens(&self, prompt: &str) -> Result<Vec<c_int>, AsrError> {
        if prompt.is_empty() {
            return Ok(Vec::new());
        }
        // A token is at least one byte long.
        let tokens = self
            .context
            .tokenize(prompt, prompt.len() + 1)
            .map_err(|error| AsrError::Prompt { detail: error.to_string() })?;
        Ok(tokens[tokens.len().saturating_sub(PROMPT_TOKENS_MAX)..].to_vec())
    }

    /// The text tokens of the last window.
    fn tokens(&self) -> Vec<Token> {
        let end_of_text = self.context.token_eot();
        let mut tokens = Vec::new();
        for segment in self.state.as_iter() {
            for index in 0..segment.n_tokens() {
                let Some(token) = segment.get_token(index) else { continue };
                let data = token.token_data();
                if data.id >= end_of_text {
                    continue;
                }
                let bytes = token.to_bytes().unwrap_or_default().to_vec();
                tokens.push(Token {
                    bytes,
                    probability: f64::from(data.p),
                    end_s: data.t_dtw as f64 / 100.0,
                });
            }
        }
        tokens
    }
}
