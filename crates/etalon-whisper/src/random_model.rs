//! Models of any size with random weights, for measuring how fast this machine is before the real
//! model is there.
//!
//! The weights are not wholly random, because the work of a decoder depends on what it decodes:
//! random logits never end a text, keep the whole beam alive and look like loops. The embedding of
//! each position of the decoder therefore points to the token that follows. It is one of a Russian
//! text, and after as many tokens as asked for it is the end of the text. At every
//! [`DOUBT_EVERY`]th token a second one is nearly as probable, so that the beam has work, too. The
//! layers compute as much as those of the real model, and add next to nothing.

use crate::WhisperError;
use crate::file::{HEAD, Header, MAGIC, ModelFile, expected_tensors};
use crate::vocabulary::Vocabulary;
use half::f16;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// At every so many tokens another one is nearly as probable.
const DOUBT_EVERY: usize = 8;

/// How much longer the embedding of the token that follows is than that of the token before: so much
/// of it is in the embedding of a position.
const CERTAINTY: f32 = 3.0;

/// The same for the token that is nearly as probable: 1.5 nats behind.
const DOUBT: f32 = 2.75;

/// The logit of a token whose embedding the decoder gives back. All the other tokens together weigh
/// as much as one with 12.
const LOGIT: f32 = 25.0;

/// Part of what a layer adds, of what is there.
const LAYER_SHARE: f32 = 0.05;

/// The first position that predicts text: start, language and task are before it.
const FIRST_TEXT_POSITION: usize = 3;

/// The language that the model detects.
const LANGUAGE: &str = "ru";

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
/// every window into `tokens_per_window` tokens of Russian text, fewer where the window is too short
/// for them. The same sizes give the same bytes.
///
/// The vocabulary is that of `vocabulary_of`, the bytes of another multilingual model.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`] where `vocabulary_of` is no such model, and any error of `output`.
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
    write_numbers(
        &[
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
        ]
        .map(|size| size as u32),
        Some(MAGIC),
        output,
    )?;
    write_numbers(&[FILE_TYPE_F16, header.mel_bands as u32, BINS as u32], None, output)?;
    write_f32(mel_filters(header.mel_bands), output)?;
    write_numbers(&[tokens.len() as u32], None, output)?;
    for token in tokens {
        write_numbers(&[token.len() as u32], None, output)?;
        output.write_all(token)?;
    }
    Ok(())
}

fn write_numbers(numbers: &[u32], magic: Option<u32>, output: &mut impl Write) -> io::Result<()> {
    for number in magic.iter().chain(numbers) {
        output.write_all(&number.to_le_bytes())?;
    }
    Ok(())
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
    write_numbers(&[dimensions.len() as u32, name.len() as u32, kind], None, output)?;
    write_numbers(&dimensions, None, output)?;
    output.write_all(name.as_bytes())?;
    let width = header.text_width;
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
        _ if is_half => write_matrix(name, weights, deviation(name, width, header), output),
        _ => write_f32(std::iter::repeat_n(1.0, weights), output),
    }
}

/// The sizes of a tensor as ggml has them: the values of a row first.
fn dimensions(name: &str, weights: usize, header: &Header) -> Vec<u32> {
    let width = header.audio_width;
    let part = name.rsplit_once(".blocks.").map_or(name, |(_, part)| part);
    let columns = match part {
        "encoder.conv1.weight" => return [3, header.mel_bands, width].map(|size| size as u32).to_vec(),
        "encoder.conv2.weight" => return [3, width, width].map(|size| size as u32).to_vec(),
        "encoder.conv1.bias" | "encoder.conv2.bias" => 1,
        _ if part.ends_with("mlp.2.weight") => 4 * width,
        _ if weights > 4 * width => width,
        _ => return vec![weights as u32],
    };
    vec![columns as u32, (weights / columns) as u32]
}

/// The standard deviation of a matrix: so that values stay near 1 inside a layer, and a layer adds
/// little to what is there.
fn deviation(name: &str, width: usize, header: &Header) -> f32 {
    let width = width as f32;
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

/// Writes values of few different levels, which is fast: the largest model has eight hundred million.
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

/// A number from 0 to 1 as one of a flat distribution around 0 with the standard deviation 1.
fn evenly(share: f32) -> f32 {
    (share - 0.5) * 12.0_f32.sqrt()
}

/// What the decoder says.
struct Script {
    width: usize,
    /// Position by position, the token that follows and how much of it, and another one.
    positions: BTreeMap<usize, Vec<(u32, f32)>>,
    end_of_text: u32,
    /// The first position after which the text ends.
    end: usize,
}

impl Script {
    fn new(header: &Header, tokens: Vec<Vec<u8>>, tokens_per_window: usize) -> Self {
        let is_cyrillic = |bytes: &[u8]| {
            std::str::from_utf8(bytes).is_ok_and(|text| {
                text.chars().count() > 1 && text.chars().all(|letter| ('а'..='я').contains(&letter))
            })
        };
        let numbered = || tokens.iter().zip(0_u32..);
        let begins: Vec<u32> = numbered()
            .filter(|(bytes, _)| bytes.strip_prefix(b" ").is_some_and(is_cyrillic))
            .map(|(_, id)| id)
            .collect();
        let goes_on: Vec<u32> =
            numbered().filter(|(bytes, _)| is_cyrillic(bytes)).map(|(_, id)| id).collect();
        let mut random = Random::of("script");
        let mut one_of =
            |ids: &[u32]| ids.get(random.bits() as usize % ids.len().max(1)).copied().unwrap_or(0);
        let end = FIRST_TEXT_POSITION + tokens_per_window;
        let mut positions = BTreeMap::new();
        for (index, position) in (FIRST_TEXT_POSITION..end).enumerate() {
            // Two to three tokens a word, as Russian has them.
            let ids = if matches!(index % 7, 0 | 2 | 5) { &begins } else { &goes_on };
            let mut next = vec![(one_of(ids), CERTAINTY)];
            if index % DOUBT_EVERY == DOUBT_EVERY - 1 {
                next.push((one_of(ids), DOUBT));
            }
            positions.insert(position, next);
        }
        let vocabulary = Vocabulary::new(header, tokens, header.vocabulary);
        if let Some(language) = vocabulary.language_token(LANGUAGE) {
            positions.insert(0, vec![(language, CERTAINTY)]);
        }
        Self { width: header.text_width, positions, end_of_text: vocabulary.end_of_text, end }
    }

    /// The embedding of a token.
    fn embedding(&self, token: u32) -> Vec<f32> {
        let mut random = Random::new(u64::from(token));
        (0..self.width).map(|_| LOGIT / self.width as f32 * random.next()).collect()
    }

    /// The embedding of a position.
    fn position(&self, position: usize) -> Vec<f32> {
        let end = [(self.end_of_text, CERTAINTY)];
        let next = match self.positions.get(&position) {
            Some(next) => next.as_slice(),
            None if position >= self.end => &end,
            None => &[],
        };
        let mut sum = vec![0.0; self.width];
        for (token, share) in next {
            for (sum, value) in sum.iter_mut().zip(self.embedding(*token)) {
                *sum += share * value;
            }
        }
        sum
    }
}

/// `SplitMix64` (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn of(name: &str) -> Self {
        // FNV-1a.
        let mix = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number around 0 with the standard deviation 1.
    fn next(&mut self) -> f32 {
        evenly((self.bits() >> 40) as f32 / (1_u32 << 24) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Model, Request, check_model_file};
    use std::num::NonZeroUsize;
    use std::sync::atomic::AtomicBool;

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
                threads: NonZeroUsize::MIN,
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
