//! Models of any size with random weights, for measuring how fast this machine is before the real
//! model is there.
//!
//! The weights are not wholly random, because the work of a decoder depends on what it decodes:
//! random logits never end a text, keep the whole beam alive and look like loops. The embedding of
//! each position of the decoder therefore points to the token that follows ([`Script`]). The layers
//! compute as much as those of the real model, and add next to nothing.

mod random;
mod script;

use crate::WhisperError;
use crate::file::{HEAD, Header, MAGIC, ModelFile, expected_tensors};
use crate::source::TAPS;
use half::f16;
use random::{Random, evenly};
use script::{CERTAINTY, LOGIT, Script};
use std::io::{self, Write};

/// Part of what a layer adds, of what is there.
const LAYER_SHARE: f32 = 0.05;

/// How many different values a matrix has; eight bits are left of them.
const LEVELS: usize = 1 << 12;

/// Bins of the spectrum that mel filters are made for.
const BINS: usize = 201;

/// Positions of Whisper's encoder and decoder.
const AUDIO_POSITIONS: usize = 1500;
const TEXT_POSITIONS: usize = 448;

/// ggml's number for a file whose matrices are half floats (`GGML_FTYPE_MOSTLY_F16`).
const FILE_TYPE_F16: u32 = 1;
/// ggml's numbers for tensors (`enum ggml_type`).
const TENSOR_TYPE_F32: u32 = 0;
const TENSOR_TYPE_F16: u32 = 1;

/// What tells the sizes of Whisper models apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelSizes {
    /// Values of a layer, a multiple of 64.
    pub width: usize,
    /// Layers of the encoder.
    pub audio_layers: usize,
    /// Layers of the decoder.
    pub text_layers: usize,
    /// Bands of the log-mel frames.
    pub mel_bands: usize,
    /// Tokens, special ones included.
    pub vocabulary: usize,
}

impl ModelSizes {
    fn header(self) -> Header {
        let heads = self.width / HEAD;
        Header {
            vocabulary: self.vocabulary,
            audio_positions: AUDIO_POSITIONS,
            audio_width: self.width,
            audio_heads: heads,
            audio_layers: self.audio_layers,
            text_positions: TEXT_POSITIONS,
            text_width: self.width,
            text_heads: heads,
            text_layers: self.text_layers,
            mel_bands: self.mel_bands,
        }
    }
}

/// Writes a model file of these sizes, in whisper.cpp's ggml format with half floats, that decodes
/// every window into `tokens_per_window` tokens of Russian text, fewer where the window is too
/// short for them. The same sizes give the same bytes.
///
/// The vocabulary is that of `vocabulary_of`, the bytes of another multilingual model.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`] where `vocabulary_of` is no such model, and any error of
/// `output`.
pub fn write_random_model(
    sizes: ModelSizes,
    tokens_per_window: usize,
    vocabulary_of: &[u8],
    output: &mut impl Write,
) -> io::Result<()> {
    let header = sizes.header();
    let invalid = |error: WhisperError| io::Error::new(io::ErrorKind::InvalidData, error);
    let tokens = ModelFile::parse("vocabulary", vocabulary_of).map_err(invalid)?.tokens;
    write_head(&header, &tokens, output)?;
    let script = Script::new(&header, tokens, tokens_per_window);
    for (name, weights) in &expected_tensors(&header) {
        write_tensor(name, *weights, &header, &script, output)?;
    }
    output.flush()
}

/// Magic number, sizes, mel filters and vocabulary.
fn write_head(header: &Header, tokens: &[Vec<u8>], output: &mut impl Write) -> io::Result<()> {
    let sizes = [
        header.vocabulary,
        header.audio_positions,
        header.audio_width,
        header.audio_heads,
        header.audio_layers,
        header.text_positions,
        header.text_width,
        header.text_heads,
        header.text_layers,
        header.mel_bands,
    ];
    write_numbers(&[MAGIC], output)?;
    write_numbers(&sizes.map(|size| size as u32), output)?;
    write_numbers(&[FILE_TYPE_F16, header.mel_bands as u32, BINS as u32], output)?;
    write_f32(mel_filters(header.mel_bands), output)?;
    write_numbers(&[tokens.len() as u32], output)?;
    for token in tokens {
        write_numbers(&[token.len() as u32], output)?;
        output.write_all(token)?;
    }
    Ok(())
}

fn write_numbers(numbers: &[u32], output: &mut impl Write) -> io::Result<()> {
    numbers.iter().try_for_each(|number| output.write_all(&number.to_le_bytes()))
}

fn write_f32(values: impl IntoIterator<Item = f32>, output: &mut impl Write) -> io::Result<()> {
    let bytes: Vec<u8> = values.into_iter().flat_map(f32::to_le_bytes).collect();
    output.write_all(&bytes)
}

/// Triangles whose corners are evenly spaced in mel, rows of [`BINS`] weights.
fn mel_filters(bands: usize) -> Vec<f32> {
    let mel = |hz: f32| 2595.0 * (1.0 + hz / 700.0).log10();
    let hz = |mel: f32| 700.0 * (10.0_f32.powf(mel / 2595.0) - 1.0);
    let corner = |index: usize| hz(mel(8000.0) * index as f32 / (bands + 1) as f32);
    let weight = |band: usize, bin: usize| {
        let (low, middle, high) = (corner(band), corner(band + 1), corner(band + 2));
        let at = bin as f32 * 40.0;
        ((at - low) / (middle - low)).min((high - at) / (high - middle)).max(0.0)
    };
    (0..bands).flat_map(|band| (0..BINS).map(move |bin| weight(band, bin))).collect()
}

fn write_tensor(
    name: &str,
    weights: usize,
    header: &Header,
    script: &Script,
    output: &mut impl Write,
) -> io::Result<()> {
    let dimensions = dimensions(name, weights, header);
    let is_half = dimensions.len() > 1 && !name.contains("positional") && !name.ends_with("bias");
    let kind = if is_half { TENSOR_TYPE_F16 } else { TENSOR_TYPE_F32 };
    write_numbers(&[dimensions.len() as u32, name.len() as u32, kind], output)?;
    write_numbers(&dimensions, output)?;
    output.write_all(name.as_bytes())?;
    match name {
        "decoder.token_embedding.weight" => {
            for token in 0..header.vocabulary {
                let halves = script.embedding(token as u32).into_iter().map(f16::from_f32);
                let bytes: Vec<u8> = halves.flat_map(f16::to_le_bytes).collect();
                output.write_all(&bytes)?;
            }
            Ok(())
        }
        "decoder.positional_embedding" => {
            (0..header.text_positions).try_for_each(|position| write_f32(script.position(position), output))
        }
        "encoder.positional_embedding" => {
            let mut random = Random::of(name);
            write_f32((0..weights).map(|_| 0.1 * random.next()), output)
        }
        name if name.ends_with("bias") => write_f32(std::iter::repeat_n(0.0, weights), output),
        _ if is_half => write_matrix(name, weights, deviation(name, header), output),
        _ => write_f32(std::iter::repeat_n(1.0, weights), output),
    }
}

/// The sizes of a tensor as ggml has them: the values of a row first.
fn dimensions(name: &str, weights: usize, header: &Header) -> Vec<u32> {
    let width = header.audio_width;
    let part = name.rsplit_once(".blocks.").map_or(name, |(_, part)| part);
    let columns = match part {
        "encoder.conv1.weight" => return [TAPS, header.mel_bands, width].map(|size| size as u32).to_vec(),
        "encoder.conv2.weight" => return [TAPS, width, width].map(|size| size as u32).to_vec(),
        "encoder.conv1.bias" | "encoder.conv2.bias" => 1,
        _ if part.ends_with("mlp.2.weight") => 4 * width,
        _ if weights > 4 * width => width,
        _ => return vec![weights as u32],
    };
    vec![columns as u32, (weights / columns) as u32]
}

/// The standard deviation of a matrix: so that values stay near 1 inside a layer, and a layer adds
/// little to what is there.
fn deviation(name: &str, header: &Header) -> f32 {
    let width = header.text_width as f32;
    if name == "encoder.conv1.weight" {
        return 1.0 / (3.0 * header.mel_bands as f32).sqrt();
    }
    if name == "encoder.conv2.weight" {
        return 1.0 / (3.0 * width).sqrt();
    }
    let is_last = name.ends_with("out.weight") || name.ends_with("mlp.2.weight");
    let inside = 1.0 / width.sqrt();
    match (is_last, name.starts_with("decoder")) {
        (false, _) => inside,
        (true, true) => inside * LAYER_SHARE * CERTAINTY * LOGIT / width,
        (true, false) => inside * LAYER_SHARE,
    }
}

/// Writes values of few different levels, which is fast: the largest model has eight hundred
/// million.
fn write_matrix(name: &str, weights: usize, deviation: f32, output: &mut impl Write) -> io::Result<()> {
    let level = |index: usize| deviation * evenly(index as f32 / (LEVELS - 1) as f32);
    let levels: Vec<[u8; 2]> = (0..LEVELS).map(|index| f16::from_f32(level(index)).to_le_bytes()).collect();
    let mut random = Random::of(name);
    let mut left = weights;
    let mut bytes = Vec::new();
    while left > 0 {
        bytes.clear();
        let now = left.min(1 << 16);
        bytes.extend((0..now).flat_map(|_| levels[random.bits() as usize % LEVELS]));
        output.write_all(&bytes)?;
        left -= now;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Model, Request, check_model_file};
    use std::sync::atomic::{AtomicBool, AtomicUsize};

    const SMALLEST: ModelSizes =
        ModelSizes { width: 128, audio_layers: 2, text_layers: 2, mel_bands: 80, vocabulary: 51_865 };

    fn model(sizes: ModelSizes, tokens_per_window: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_random_model(sizes, tokens_per_window, etalon_models::embedded().bytes, &mut bytes).unwrap();
        bytes
    }

    fn noise(seconds: usize) -> Vec<f32> {
        let mut random = Random::new(7);
        (0..seconds * 16_000).map(|_| 0.1 * random.next()).collect()
    }

    #[test]
    fn every_window_has_the_tokens_that_were_asked_for() {
        for (sizes, tokens) in [
            (SMALLEST, 1),
            (SMALLEST, 30),
            (ModelSizes { mel_bands: 128, vocabulary: 51_866, ..SMALLEST }, 12),
        ] {
            let bytes = model(sizes, tokens);
            check_model_file("random", &bytes).unwrap();
            let model = Model::load("random", &bytes).unwrap();
            let (short, long, stop) = (noise(2), noise(11), AtomicBool::new(false));
            let languages = ["kk", "ru", "en"].map(str::to_owned);
            let request = Request {
                languages: &languages,
                prompt: &[],
                beam_size: 5,
                context_s: 10.24,
                threads: &AtomicUsize::new(1),
                stop: &stop,
            };
            let texts = model.engine().transcribe(&[&short, &long], &request).unwrap();
            for text in texts {
                assert_eq!(text.tokens.len(), tokens, "{sizes:?}");
                assert_eq!(text.language, "ru");
                assert!(text.mean_log_probability > -0.4, "{}", text.mean_log_probability);
                assert!(text.no_speech_probability < 0.1 && !text.hit_repetition_loop);
            }
        }
    }

    #[test]
    fn bytes_without_a_vocabulary_are_refused() {
        let error = write_random_model(SMALLEST, 9, b"no model", &mut Vec::new()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
