//! A model's weights, packed for the kernels.

use crate::WhisperError;
pub(crate) use crate::file::HEAD;
use crate::file::{Header, ModelFile, VOCABULARY_MIN};
use crate::mel::MelSpectrum;
use crate::packed::{PackedWeights, PackedWriter};
use crate::source::WeightSource;
use crate::vocabulary::Vocabulary;
use bytes::Bytes;
use etalon_simd::Numbers;
use etalon_simd::matrix::{ByteMatrix, WideMatrix};
use etalon_simd::rows::Norm;
use std::io;

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
    pub(crate) audio_positions: Numbers<f32>,
    pub(crate) encoder: Vec<EncoderLayer>,
    pub(crate) encoder_norm: Norm,
    pub(crate) text_positions: Numbers<f32>,
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
        let file = whole_file(name, bytes)?;
        let head = ModelFile::parse(name, file.head)?;
        Self::assembled(name, head, &mut &file)
    }

    /// Packs the weights of a model file into `output`, for [`Weights::load_packed`].
    pub(crate) fn pack(name: &str, bytes: &[u8], output: &mut dyn io::Write) -> Result<(), WhisperError> {
        let file = whole_file(name, bytes)?;
        let head = ModelFile::parse(name, file.head)?;
        let mut writer = PackedWriter::begin(&file, output)?;
        Self::assembled(name, head, &mut writer).map(drop)
    }

    /// Loads weights that are packed already, and keeps them where they lie.
    pub(crate) fn load_packed(name: &str, packed: &Bytes) -> Result<Self, WhisperError> {
        let (mut weights, head) = PackedWeights::begin(name, packed)?;
        let head = ModelFile::parse(name, head)?;
        check_shape(name, &head.header)?;
        let loaded = Self::assembled(name, head, &mut weights)?;
        weights.check_end()?;
        Ok(loaded)
    }

    /// Takes all weights of the model with this head out of `source`.
    fn assembled(
        name: &str,
        head: ModelFile<'_>,
        source: &mut dyn WeightSource,
    ) -> Result<Self, WhisperError> {
        let header = head.header;
        let mel =
            MelSpectrum::new(header.mel_bands, &head.mel_filters, head.filter_bins).ok_or_else(|| {
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
                    attention: self_attention(source, &prefix, width)?,
                    perceptron: perceptron(source, &prefix, width)?,
                })
            })
            .collect::<Result<_, WhisperError>>()?;
        let decoder = (0..header.text_layers)
            .map(|layer| {
                let prefix = format!("decoder.blocks.{layer}");
                Ok(DecoderLayer {
                    attention: self_attention(source, &prefix, width)?,
                    cross: cross_attention(source, &prefix, width)?,
                    perceptron: perceptron(source, &prefix, width)?,
                })
            })
            .collect::<Result<_, WhisperError>>()?;
        let embedding = source.matrix(&["decoder.token_embedding"], &[], width, header.vocabulary)?;
        Ok(Self {
            header,
            mel,
            vocabulary: Vocabulary::new(&header, head.tokens, embedding.padded_columns()),
            convolutions: [
                convolution(source, "encoder.conv1", header.mel_bands, width)?,
                convolution(source, "encoder.conv2", width, width)?,
            ],
            audio_positions: source
                .numbers("encoder.positional_embedding", header.audio_positions * width)?,
            encoder,
            encoder_norm: norm(source, "encoder.ln_post", width)?,
            text_positions: source.numbers("decoder.positional_embedding", header.text_positions * width)?,
            embedding,
            decoder,
            decoder_norm: norm(source, "decoder.ln", width)?,
            alignment_heads: crate::alignment::heads(name, header.text_layers, header.text_heads),
        })
    }
}

/// A model file in which nothing is missing.
fn whole_file<'a>(name: &'a str, bytes: &'a [u8]) -> Result<ModelFile<'a>, WhisperError> {
    let file = ModelFile::parse(name, bytes)?;
    check_shape(name, &file.header)?;
    file.check_complete()?;
    Ok(file)
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

fn norm(source: &mut dyn WeightSource, name: &str, width: usize) -> Result<Norm, WhisperError> {
    Ok(Norm {
        gain: source.numbers(&format!("{name}.weight"), width)?.to_vec(),
        bias: source.numbers(&format!("{name}.bias"), width)?.to_vec(),
    })
}

fn self_attention(
    source: &mut dyn WeightSource,
    prefix: &str,
    width: usize,
) -> Result<SelfAttention, WhisperError> {
    let [query, key, value, out] =
        ["query", "key", "value", "out"].map(|part| format!("{prefix}.attn.{part}"));
    Ok(SelfAttention {
        norm: norm(source, &format!("{prefix}.attn_ln"), width)?,
        query_key_value: source.matrix(&[&query, &key, &value], &[&query, &value], width, width)?,
        out: source.matrix(&[&out], &[&out], width, width)?,
    })
}

fn cross_attention(
    source: &mut dyn WeightSource,
    prefix: &str,
    width: usize,
) -> Result<CrossAttention, WhisperError> {
    let [query, key, value, out] =
        ["query", "key", "value", "out"].map(|part| format!("{prefix}.cross_attn.{part}"));
    Ok(CrossAttention {
        norm: norm(source, &format!("{prefix}.cross_attn_ln"), width)?,
        query: source.matrix(&[&query], &[&query], width, width)?,
        key_value: source.matrix(&[&key, &value], &[&value], width, width)?,
        out: source.matrix(&[&out], &[&out], width, width)?,
    })
}

fn perceptron(source: &mut dyn WeightSource, prefix: &str, width: usize) -> Result<Perceptron, WhisperError> {
    let [inner, outer] = ["mlp.0", "mlp.2"].map(|part| format!("{prefix}.{part}"));
    Ok(Perceptron {
        norm: norm(source, &format!("{prefix}.mlp_ln"), width)?,
        inner: source.matrix(&[&inner], &[&inner], width, 4 * width)?,
        outer: source.matrix(&[&outer], &[&outer], 4 * width, width)?,
    })
}

fn convolution(
    source: &mut dyn WeightSource,
    name: &str,
    inputs: usize,
    outputs: usize,
) -> Result<Convolution, WhisperError> {
    let weights = source.convolution(name, inputs, outputs)?;
    let bias = source.numbers(&format!("{name}.bias"), outputs)?.to_vec();
    Ok(Convolution { weights, bias })
}
