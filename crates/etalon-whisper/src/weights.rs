//! A model's weights, packed for the kernels.

use crate::WhisperError;
pub(crate) use crate::file::HEAD;
use crate::file::{Header, ModelFile, VOCABULARY_MIN};
use crate::mel::MelSpectrum;
use crate::vocabulary::Vocabulary;
use etalon_simd::matrix::{ByteMatrix, WideMatrix};
use etalon_simd::rows::Norm;

/// Input frames of a convolution.
const TAPS: usize = 3;

/// Epsilon of Whisper's layer normalisations.
pub(crate) const EPSILON: f32 = 1e-5;

/// A convolution over three frames, with its weights in the order of its input.
#[derive(Debug)]
pub(crate) struct Convolution {
    pub(crate) weights: WideMatrix,
    pub(crate) bias: Vec<f32>,
}

/// Self-attention of a layer.
#[derive(Debug)]
pub(crate) struct SelfAttention {
    pub(crate) norm: Norm,
    /// Queries, keys and values, side by side.
    pub(crate) query_key_value: ByteMatrix,
    pub(crate) out: ByteMatrix,
}

/// The two matrices after the attention.
#[derive(Debug)]
pub(crate) struct Perceptron {
    pub(crate) norm: Norm,
    pub(crate) inner: ByteMatrix,
    pub(crate) outer: ByteMatrix,
}

/// Cross-attention of the decoder.
#[derive(Debug)]
pub(crate) struct CrossAttention {
    pub(crate) norm: Norm,
    pub(crate) query: ByteMatrix,
    /// Keys and values, side by side.
    pub(crate) key_value: ByteMatrix,
    pub(crate) out: ByteMatrix,
}

#[derive(Debug)]
pub(crate) struct EncoderLayer {
    pub(crate) attention: SelfAttention,
    pub(crate) perceptron: Perceptron,
}

#[derive(Debug)]
pub(crate) struct DecoderLayer {
    pub(crate) attention: SelfAttention,
    pub(crate) cross: CrossAttention,
    pub(crate) perceptron: Perceptron,
}

/// All weights of a model.
#[derive(Debug)]
pub(crate) struct Weights {
    pub(crate) header: Header,
    pub(crate) mel: MelSpectrum,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) convolutions: [Convolution; 2],
    pub(crate) audio_positions: Vec<f32>,
    pub(crate) encoder: Vec<EncoderLayer>,
    pub(crate) encoder_norm: Norm,
    pub(crate) text_positions: Vec<f32>,
    /// A column for each token: its embedding, and its weights for the logits.
    pub(crate) embedding: ByteMatrix,
    pub(crate) decoder: Vec<DecoderLayer>,
    pub(crate) decoder_norm: Norm,
    /// Layer and head of each alignment head.
    pub(crate) alignment_heads: Vec<(usize, usize)>,
}

impl Weights {
    /// Loads a model file; weights are quantised to eight bits, those of the convolutions to bf16.
    pub(crate) fn load(name: &str, bytes: &[u8]) -> Result<Self, WhisperError> {
        let mut file = ModelFile::parse(name, bytes)?;
        let header = file.header;
        check_shape(name, &header)?;
        file.check_complete()?;
        let filters = std::mem::take(&mut file.mel_filters);
        let mel = MelSpectrum::new(header.mel_bands, &filters, file.filter_bins).ok_or_else(|| {
            WhisperError::Damaged {
                name: name.to_owned(),
                detail: "its mel filters have another shape".to_owned(),
            }
        })?;
        let width = header.audio_width;
        let encoder = (0..header.audio_layers)
            .map(|layer| {
                let prefix = format!("encoder.blocks.{layer}");
                Ok(EncoderLayer {
                    attention: self_attention(&file, &prefix, width)?,
                    perceptron: perceptron(&file, &prefix, width)?,
                })
            })
            .collect::<Result<_, WhisperError>>()?;
        let decoder = (0..header.text_layers)
            .map(|layer| {
                let prefix = format!("decoder.blocks.{layer}");
                Ok(DecoderLayer {
                    attention: self_attention(&file, &prefix, width)?,
                    cross: cross_attention(&file, &prefix, width)?,
                    perceptron: perceptron(&file, &prefix, width)?,
                })
            })
            .collect::<Result<_, WhisperError>>()?;
        let embedding = matrix(&file, &["decoder.token_embedding"], &[], width, header.vocabulary)?;
        let tokens = std::mem::take(&mut file.tokens);
        Ok(Self {
            header,
            mel,
            vocabulary: Vocabulary::new(&header, tokens, embedding.padded_columns()),
            convolutions: [
                convolution(&file, "encoder.conv1", header.mel_bands, width)?,
                convolution(&file, "encoder.conv2", width, width)?,
            ],
            audio_positions: file.weights("encoder.positional_embedding", header.audio_positions * width)?,
            encoder,
            encoder_norm: norm(&file, "encoder.ln_post", width)?,
            text_positions: file.weights("decoder.positional_embedding", header.text_positions * width)?,
            embedding,
            decoder,
            decoder_norm: norm(&file, "decoder.ln", width)?,
            alignment_heads: crate::alignment::heads(name, header.text_layers, header.text_heads),
        })
    }
}

/// Rejects models that the kernels do not support.
fn check_shape(name: &str, header: &Header) -> Result<(), WhisperError> {
    let unsupported = |detail: String| Err(WhisperError::Unsupported { name: name.to_owned(), detail });
    let width = header.audio_width;
    if width == 0 || width != header.text_width || !width.is_multiple_of(HEAD) {
        return unsupported(format!("layers of {width} and {} values", header.text_width));
    }
    if header.audio_heads != width / HEAD || header.text_heads != width / HEAD {
        return unsupported("attention heads of another size than 64".to_owned());
    }
    if header.mel_bands == 0 || !header.mel_bands.is_multiple_of(2) {
        return unsupported(format!("{} mel bands", header.mel_bands));
    }
    if header.vocabulary < VOCABULARY_MIN || header.text_positions < 64 || header.audio_positions < 64 {
        return unsupported("a vocabulary or positions unlike Whisper's".to_owned());
    }
    Ok(())
}

fn norm(file: &ModelFile<'_>, name: &str, width: usize) -> Result<Norm, WhisperError> {
    Ok(Norm {
        gain: file.weights(&format!("{name}.weight"), width)?,
        bias: file.weights(&format!("{name}.bias"), width)?,
    })
}

/// Several matrices of `columns` columns, side by side; `biases` names those with a bias.
fn matrix(
    file: &ModelFile<'_>,
    names: &[&str],
    biases: &[&str],
    depth: usize,
    columns: usize,
) -> Result<ByteMatrix, WhisperError> {
    let mut packed = ByteMatrix::new(depth, columns * names.len());
    let mut bias = vec![0.0; columns * names.len()];
    for (index, name) in names.iter().enumerate() {
        let weights = file.weights(&format!("{name}.weight"), depth * columns)?;
        for (column, weights) in weights.chunks_exact(depth).enumerate() {
            packed.set_column(index * columns + column, weights);
        }
        if biases.contains(name) {
            let values = file.weights(&format!("{name}.bias"), columns)?;
            bias[index * columns..(index + 1) * columns].copy_from_slice(&values);
        }
    }
    if !biases.is_empty() {
        packed.set_bias(&bias);
    }
    Ok(packed)
}

fn self_attention(file: &ModelFile<'_>, prefix: &str, width: usize) -> Result<SelfAttention, WhisperError> {
    let [query, key, value, out] =
        ["query", "key", "value", "out"].map(|part| format!("{prefix}.attn.{part}"));
    Ok(SelfAttention {
        norm: norm(file, &format!("{prefix}.attn_ln"), width)?,
        query_key_value: matrix(file, &[&query, &key, &value], &[&query, &value], width, width)?,
        out: matrix(file, &[&out], &[&out], width, width)?,
    })
}

fn cross_attention(file: &ModelFile<'_>, prefix: &str, width: usize) -> Result<CrossAttention, WhisperError> {
    let [query, key, value, out] =
        ["query", "key", "value", "out"].map(|part| format!("{prefix}.cross_attn.{part}"));
    Ok(CrossAttention {
        norm: norm(file, &format!("{prefix}.cross_attn_ln"), width)?,
        query: matrix(file, &[&query], &[&query], width, width)?,
        key_value: matrix(file, &[&key, &value], &[&value], width, width)?,
        out: matrix(file, &[&out], &[&out], width, width)?,
    })
}

fn perceptron(file: &ModelFile<'_>, prefix: &str, width: usize) -> Result<Perceptron, WhisperError> {
    let [inner, outer] = ["mlp.0", "mlp.2"].map(|part| format!("{prefix}.{part}"));
    Ok(Perceptron {
        norm: norm(file, &format!("{prefix}.mlp_ln"), width)?,
        inner: matrix(file, &[&inner], &[&inner], width, 4 * width)?,
        outer: matrix(file, &[&outer], &[&outer], 4 * width, width)?,
    })
}

/// The file has a weight's three frames side by side; the multiplied rows have them one after the
/// other.
fn convolution(
    file: &ModelFile<'_>,
    name: &str,
    inputs: usize,
    outputs: usize,
) -> Result<Convolution, WhisperError> {
    let stored = file.weights(&format!("{name}.weight"), TAPS * inputs * outputs)?;
    let mut weights = WideMatrix::new(TAPS * inputs, outputs);
    let mut column = vec![0.0; TAPS * inputs];
    for (output, stored) in stored.chunks_exact(TAPS * inputs).enumerate() {
        for (input, taps) in stored.chunks_exact(TAPS).enumerate() {
            for (tap, weight) in taps.iter().enumerate() {
                column[tap * inputs + input] = *weight;
            }
        }
        weights.set_column(output, &column);
    }
    Ok(Convolution { weights, bias: file.weights(&format!("{name}.bias"), outputs)? })
}
