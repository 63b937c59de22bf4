//! The model file of whisper.cpp: header, mel filters, vocabulary, tensors.
//!
//! The layout is that of whisper.cpp's `models/convert-pt-to-ggml.py` and `whisper_model_load`; all
//! numbers are little-endian 32-bit integers. Blocks of quantised weights are those of ggml
//! (`ggml-common.h`): 32 weights with a half-float scale, for some types a half-float minimum, four
//! low bits a weight, and for five bits a word of high bits.

use crate::WhisperError;
use half::{bf16, f16};
use std::collections::BTreeMap;

/// `ggml` in ASCII, as whisper.cpp writes it.
const MAGIC: u32 = 0x6767_6d6c;
/// Weights in a block of a quantised tensor.
const BLOCK_WEIGHTS: usize = 32;
/// Dimensions of an attention head; the same in all Whisper models.
pub(crate) const HEAD: usize = 64;
/// More layers than any model has on one side; the largest have 32.
const LAYERS_MAX: usize = 64;
/// Tokens of the smallest vocabulary, that of the English-only models.
pub(crate) const VOCABULARY_MIN: usize = 51_864;
/// More dimensions than any tensor of a model has.
const DIMENSIONS_MAX: u32 = 4;
/// Largest plausible count; a larger number means damaged bytes.
const SIZE_MAX: u32 = 1 << 20;

/// The sizes of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) vocabulary: usize,
    pub(crate) audio_positions: usize,
    pub(crate) audio_width: usize,
    pub(crate) audio_heads: usize,
    pub(crate) audio_layers: usize,
    pub(crate) text_positions: usize,
    pub(crate) text_width: usize,
    pub(crate) text_heads: usize,
    pub(crate) text_layers: usize,
    pub(crate) mel_bands: usize,
}

/// A parsed model file; the tensors still refer to the file's bytes.
pub(crate) struct ModelFile<'a> {
    name: &'a str,
    pub(crate) header: Header,
    /// The bytes before the tensors, which are a model file without tensors.
    pub(crate) head: &'a [u8],
    /// `mel_bands` rows of [`ModelFile::filter_bins`] weights.
    pub(crate) mel_filters: Vec<f32>,
    pub(crate) filter_bins: usize,
    /// The bytes of each token in the file.
    pub(crate) tokens: Vec<Vec<u8>>,
    tensors: BTreeMap<String, Tensor<'a>>,
}

struct Tensor<'a> {
    kind: TensorKind,
    weights: usize,
    bytes: &'a [u8],
}

/// The types of ggml that only whisper.cpp computes (`enum ggml_type`), with the weights and bytes of a
/// block (`ggml-common.h`): `Q8_1` and `Q2_K` to `Q6_K`.
const OTHER_TYPES: [(u32, usize, usize); 6] =
    [(9, 32, 36), (10, 256, 84), (11, 256, 110), (12, 256, 144), (13, 256, 176), (14, 256, 210)];

impl Tensor<'_> {
    /// Whether every weight is a finite number, as far as its type is computed here.
    fn has_only_numbers(&self) -> bool {
        let half = |block: &[u8], at: usize| f16::from_le_bytes([block[at], block[at + 1]]).is_finite();
        let is_finite = |block: &[u8]| match self.kind {
            TensorKind::F32 => f32::from_le_bytes([block[0], block[1], block[2], block[3]]).is_finite(),
            TensorKind::Bf16 => bf16::from_le_bytes([block[0], block[1]]).is_finite(),
            TensorKind::F16 | TensorKind::Q4_0 | TensorKind::Q5_0 | TensorKind::Q8_0 => half(block, 0),
            TensorKind::Q4_1 | TensorKind::Q5_1 => half(block, 0) && half(block, 2),
            TensorKind::Other { .. } => true,
        };
        self.bytes.chunks_exact(self.kind.block().1).all(is_finite)
    }
}

/// How weights are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TensorKind {
    F32,
    F16,
    Bf16,
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    /// As only whisper.cpp computes them: ggml's number, and weights and bytes of a block.
    Other {
        number: u32,
        block: (usize, usize),
    },
}

impl TensorKind {
    /// From ggml's number (`enum ggml_type`).
    fn from_number(number: u32) -> Option<Self> {
        let other = |&(of_type, weights, bytes): &(u32, usize, usize)| {
            (of_type == number).then_some(Self::Other { number, block: (weights, bytes) })
        };
        Some(match number {
            0 => Self::F32,
            1 => Self::F16,
            2 => Self::Q4_0,
            3 => Self::Q4_1,
            6 => Self::Q5_0,
            7 => Self::Q5_1,
            8 => Self::Q8_0,
            30 => Self::Bf16,
            _ => return OTHER_TYPES.iter().find_map(other),
        })
    }

    /// Weights and bytes of a block.
    fn block(self) -> (usize, usize) {
        match self {
            Self::F32 => (1, 4),
            Self::F16 | Self::Bf16 => (1, 2),
            Self::Q4_0 => (BLOCK_WEIGHTS, 18),
            Self::Q4_1 => (BLOCK_WEIGHTS, 20),
            Self::Q5_0 => (BLOCK_WEIGHTS, 22),
            Self::Q5_1 => (BLOCK_WEIGHTS, 24),
            Self::Q8_0 => (BLOCK_WEIGHTS, 34),
            Self::Other { block, .. } => block,
        }
    }

    /// Appends the weights of one block.
    fn read_block(self, block: &[u8], weights: &mut Vec<f32>) {
        let half = |at: usize| f16::from_le_bytes([block[at], block[at + 1]]).to_f32();
        match self {
            Self::F32 => weights.push(f32::from_le_bytes([block[0], block[1], block[2], block[3]])),
            Self::F16 => weights.push(half(0)),
            Self::Bf16 => weights.push(bf16::from_le_bytes([block[0], block[1]]).to_f32()),
            Self::Q4_0 => {
                let scale = half(0);
                weights.extend(nibbles(&block[2..]).map(|low| (f32::from(low) - 8.0) * scale));
            }
            Self::Q4_1 => {
                let (scale, minimum) = (half(0), half(2));
                weights.extend(nibbles(&block[4..]).map(|low| f32::from(low) * scale + minimum));
            }
            Self::Q5_0 => {
                let scale = half(0);
                weights.extend(five_bits(&block[2..]).map(|quantum| (f32::from(quantum) - 16.0) * scale));
            }
            Self::Q5_1 => {
                let (scale, minimum) = (half(0), half(2));
                weights.extend(five_bits(&block[4..]).map(|quantum| f32::from(quantum) * scale + minimum));
            }
            Self::Q8_0 => {
                let scale = half(0);
                weights.extend(block[2..].iter().map(|byte| f32::from(byte.cast_signed()) * scale));
            }
            // `ModelFile::weights` has refused it.
            Self::Other { .. } => {}
        }
    }
}

/// Thirty-two numbers of four bits: the first sixteen are the low halves of sixteen bytes.
fn nibbles(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes[..16].iter().map(|byte| byte & 0x0F).chain(bytes[..16].iter().map(|byte| byte >> 4))
}

/// Thirty-two numbers of five bits: a word of high bits, then the low bits.
fn five_bits(bytes: &[u8]) -> impl Iterator<Item = u8> {
    let high = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    nibbles(&bytes[4..]).enumerate().map(move |(index, low)| low | (((high >> index) & 1) as u8) << 4)
}

impl<'a> ModelFile<'a> {
    /// Parses a file.
    pub(crate) fn parse(name: &'a str, bytes: &'a [u8]) -> Result<Self, WhisperError> {
        let mut reader = Reader { name, bytes, position: 0 };
        if reader.number()? != MAGIC {
            return Err(reader.damaged("it does not begin like a model of whisper.cpp"));
        }
        let header = Header {
            vocabulary: reader.size()?,
            audio_positions: reader.size()?,
            audio_width: reader.size()?,
            audio_heads: reader.size()?,
            audio_layers: reader.size()?,
            text_positions: reader.size()?,
            text_width: reader.size()?,
            text_heads: reader.size()?,
            text_layers: reader.size()?,
            mel_bands: reader.size()?,
        };
        let _file_type = reader.number()?;
        let (filter_bands, filter_bins) = (reader.size()?, reader.size()?);
        if filter_bands != header.mel_bands {
            return Err(reader.damaged("its mel filters don't fit its header"));
        }
        let filters = reader.take(filter_bands.saturating_mul(filter_bins).saturating_mul(4))?;
        let mel_filters = filters
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect();
        let mut tokens = Vec::new();
        for _ in 0..reader.size()? {
            let length = reader.size()?;
            tokens.push(reader.take(length)?.to_vec());
        }
        let head = &bytes[..reader.position];
        let mut tensors = BTreeMap::new();
        while reader.position < bytes.len() {
            let (tensor_name, tensor) = reader.tensor()?;
            tensors.insert(tensor_name, tensor);
        }
        Ok(Self { name, header, head, mel_filters, filter_bins, tokens, tensors })
    }

    /// The weights of a tensor, which must be `count` finite numbers.
    pub(crate) fn weights(&self, tensor_name: &str, count: usize) -> Result<Vec<f32>, WhisperError> {
        let damaged = |what: &str| WhisperError::Damaged {
            name: self.name.to_owned(),
            detail: format!("the tensor `{tensor_name}` {what}"),
        };
        let tensor = self.tensors.get(tensor_name).ok_or_else(|| damaged("is missing"))?;
        if tensor.weights != count {
            return Err(damaged("has another size than the header says"));
        }
        if let TensorKind::Other { number, .. } = tensor.kind {
            return Err(WhisperError::Unsupported {
                name: self.name.to_owned(),
                detail: format!("weights of ggml's type {number}"),
            });
        }
        let mut weights = Vec::with_capacity(count);
        for block in tensor.bytes.chunks_exact(tensor.kind.block().1) {
            tensor.kind.read_block(block, &mut weights);
        }
        if weights.iter().any(|weight| !weight.is_finite()) {
            return Err(damaged("holds a weight that is not a number"));
        }
        Ok(weights)
    }
}

impl ModelFile<'_> {
    /// Checks that the file holds the tensors of the model that its header promises, all of them, each
    /// of its size, and nothing else.
    pub(crate) fn check_complete(&self) -> Result<(), WhisperError> {
        let damaged = |detail: String| Err(WhisperError::Damaged { name: self.name.to_owned(), detail });
        let Header { vocabulary, audio_width, audio_heads, text_width, text_heads, .. } = self.header;
        if self.header.audio_layers.max(self.header.text_layers) > LAYERS_MAX {
            return damaged("it has more layers than any Whisper model".to_owned());
        }
        let are_heads = |width: usize, heads: usize| heads > 0 && width == heads * HEAD;
        if audio_width != text_width
            || !are_heads(audio_width, audio_heads)
            || !are_heads(text_width, text_heads)
        {
            return damaged("its layers or attention heads have sizes that no Whisper model has".to_owned());
        }
        if vocabulary < VOCABULARY_MIN || self.tokens.is_empty() || self.tokens.len() > vocabulary {
            return damaged("its vocabulary has a size that no Whisper model has".to_owned());
        }
        let expected = expected_tensors(&self.header);
        for (tensor_name, weights) in &expected {
            match self.tensors.get(tensor_name) {
                None => return damaged(format!("the tensor `{tensor_name}` is missing")),
                Some(tensor) if tensor.weights != *weights => {
                    return damaged(format!(
                        "the tensor `{tensor_name}` has another size than the header says"
                    ));
                }
                Some(_) => {}
            }
        }
        if self.tensors.len() != expected.len() {
            return damaged("it holds a tensor that no Whisper model has".to_owned());
        }
        Ok(())
    }

    /// Checks that all weights are finite numbers; [`ModelFile::weights`] checks those that it reads.
    pub(crate) fn check_numbers(&self) -> Result<(), WhisperError> {
        let is_damaged = self.mel_filters.iter().any(|weight| !weight.is_finite())
            || self.tensors.values().any(|tensor| !tensor.has_only_numbers());
        if is_damaged {
            let detail = "it holds a weight that is not a number".to_owned();
            return Err(WhisperError::Damaged { name: self.name.to_owned(), detail });
        }
        Ok(())
    }
}

/// The tensors of a Whisper model with their weights, as `whisper_model_load` of whisper.cpp asks for
/// them.
fn expected_tensors(header: &Header) -> BTreeMap<String, usize> {
    let (audio, text) = (header.audio_width, header.text_width);
    let mut tensors = BTreeMap::from([
        ("encoder.positional_embedding".to_owned(), header.audio_positions * audio),
        ("encoder.conv1.weight".to_owned(), 3 * header.mel_bands * audio),
        ("encoder.conv1.bias".to_owned(), audio),
        ("encoder.conv2.weight".to_owned(), 3 * audio * audio),
        ("encoder.conv2.bias".to_owned(), audio),
        ("decoder.positional_embedding".to_owned(), header.text_positions * text),
        ("decoder.token_embedding.weight".to_owned(), header.vocabulary * text),
    ]);
    for (norm, width) in [("encoder.ln_post", audio), ("decoder.ln", text)] {
        tensors.insert(format!("{norm}.weight"), width);
        tensors.insert(format!("{norm}.bias"), width);
    }
    let coders = [
        ("encoder", header.audio_layers, audio, &["attn"][..]),
        ("decoder", header.text_layers, text, &["attn", "cross_attn"][..]),
    ];
    for (coder, layers, width, attentions) in coders {
        for layer in 0..layers {
            let prefix = format!("{coder}.blocks.{layer}");
            for attention in attentions {
                for part in ["query", "key", "value", "out"] {
                    tensors.insert(format!("{prefix}.{attention}.{part}.weight"), width * width);
                    if part != "key" {
                        tensors.insert(format!("{prefix}.{attention}.{part}.bias"), width);
                    }
                }
                tensors.insert(format!("{prefix}.{attention}_ln.weight"), width);
                tensors.insert(format!("{prefix}.{attention}_ln.bias"), width);
            }
            for (part, outputs) in [("mlp.0", 4 * width), ("mlp.2", width)] {
                tensors.insert(format!("{prefix}.{part}.weight"), 4 * width * width);
                tensors.insert(format!("{prefix}.{part}.bias"), outputs);
            }
            tensors.insert(format!("{prefix}.mlp_ln.weight"), width);
            tensors.insert(format!("{prefix}.mlp_ln.bias"), width);
        }
    }
    tensors
}

struct Reader<'a> {
    name: &'a str,
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    fn damaged(&self, detail: &str) -> WhisperError {
        WhisperError::Damaged { name: self.name.to_owned(), detail: detail.to_owned() }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], WhisperError> {
        let bytes = self.position.checked_add(length).and_then(|end| self.bytes.get(self.position..end));
        let bytes = bytes.ok_or_else(|| self.damaged("it ends too early"))?;
        self.position += length;
        Ok(bytes)
    }

    fn number(&mut self) -> Result<u32, WhisperError> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    /// A count in the header.
    fn size(&mut self) -> Result<usize, WhisperError> {
        match self.number()? {
            size if size <= SIZE_MAX => Ok(size as usize),
            _ => Err(self.damaged("a size in it is out of all reason")),
        }
    }

    fn tensor(&mut self) -> Result<(String, Tensor<'a>), WhisperError> {
        let (dimensions, name_length) = (self.number()?, self.size()?);
        let number = self.number()?;
        if dimensions > DIMENSIONS_MAX {
            return Err(self.damaged("a tensor has too many dimensions"));
        }
        let mut weights = 1_usize;
        for _ in 0..dimensions {
            let size = self.size()?;
            weights = weights.checked_mul(size).ok_or_else(|| self.damaged("a tensor is too large"))?;
        }
        let tensor_name = String::from_utf8_lossy(self.take(name_length)?).into_owned();
        let kind = TensorKind::from_number(number).ok_or_else(|| WhisperError::Unsupported {
            name: self.name.to_owned(),
            detail: format!("weights of ggml's type {number}"),
        })?;
        let (block_weights, block_bytes) = kind.block();
        if !weights.is_multiple_of(block_weights) {
            return Err(self.damaged("a tensor ends inside a block"));
        }
        let bytes = self.take((weights / block_weights).saturating_mul(block_bytes))?;
        Ok((tensor_name, Tensor { kind, weights, bytes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with one tensor `w` of `kind`.
    pub(super) fn file(kind: u32, weights: u32, data: &[u8]) -> Vec<u8> {
        let mut bytes: Vec<u8> = Vec::new();
        let numbers = [MAGIC, 2, 3, 64, 1, 1, 4, 64, 1, 1, 1, 0, 1, 1, 0x3f80_0000, 1, 2];
        bytes.extend(numbers.into_iter().flat_map(u32::to_le_bytes));
        bytes.extend(b"ab");
        bytes.extend([1, 1, kind, weights].into_iter().flat_map(u32::to_le_bytes));
        bytes.push(b'w');
        bytes.extend(data);
        bytes
    }

    fn check(kind: u32, block: &[u8], expected: &[(usize, f32)]) {
        let bytes = file(kind, 32, block);
        let parsed = ModelFile::parse("test", &bytes).unwrap();
        assert_eq!((parsed.header.audio_width, parsed.tokens.len()), (64, 1));
        let weights = parsed.weights("w", 32).unwrap();
        for (index, value) in expected {
            assert!((weights[*index] - value).abs() < 1e-6, "type {kind}: {weights:?}");
        }
        assert!(parsed.weights("w", 31).is_err() && parsed.weights("v", 32).is_err());
    }

    #[test]
    fn blocks_become_the_weights_they_stand_for() {
        let half = |value: f32| f16::from_f32(value).to_le_bytes();
        let low = |first: u8| [&[first][..], &[0; 15]].concat();
        let high = 0x8000_0001_u32.to_le_bytes();
        check(0, &[&1.5_f32.to_le_bytes()[..], &[0; 124]].concat(), &[(0, 1.5), (1, 0.0)]);
        check(1, &[&half(0.25)[..], &[0; 62]].concat(), &[(0, 0.25)]);
        check(30, &[&bf16::from_f32(-2.0).to_le_bytes()[..], &[0; 62]].concat(), &[(0, -2.0)]);
        check(2, &[&half(0.5)[..], &low(0x29)].concat(), &[(0, 0.5), (16, -3.0), (1, -4.0)]);
        check(3, &[&half(0.5)[..], &half(1.0), &low(0x29)].concat(), &[(0, 5.5), (16, 2.0), (1, 1.0)]);
        check(6, &[&half(0.5)[..], &high, &low(0x21)].concat(), &[(0, 0.5), (16, -7.0), (31, 0.0)]);
        check(
            7,
            &[&half(0.5)[..], &half(-1.0), &high, &low(0x21)].concat(),
            &[(0, 7.5), (16, 0.0), (31, 7.0)],
        );
        check(8, &[&half(0.5)[..], &[0xFE], &[0; 31]].concat(), &[(0, -1.0), (1, 0.0)]);
    }

    #[test]
    fn unknown_weights_and_damage_have_their_own_errors() {
        let unknown = file(99, 32, &[0; 8]);
        assert!(matches!(ModelFile::parse("m", &unknown), Err(WhisperError::Unsupported { .. })));
        let of_whisper_cpp = file(14, 256, &[0; 210]);
        let of_whisper_cpp = ModelFile::parse("m", &of_whisper_cpp).unwrap();
        assert!(matches!(of_whisper_cpp.weights("w", 256), Err(WhisperError::Unsupported { .. })));
        let whole = file(0, 1, &f32::NAN.to_le_bytes());
        assert!(ModelFile::parse("m", &whole).unwrap().weights("w", 1).is_err());
        for length in 0..whole.len() - 1 {
            if length == whole.len() - 4 - 1 - 16 {
                continue; // A file that ends before a tensor is whole.
            }
            assert!(ModelFile::parse("m", &whole[..length]).is_err(), "{length}");
        }
    }

    proptest::proptest! {
        #[test]
        fn damaged_bytes_never_panic(at in 0_usize..110, byte in 0_u8..=255) {
            let mut bytes = file(7, 32, &[1; 24]);
            let at = at.min(bytes.len() - 1);
            bytes[at] = byte;
            if let Ok(parsed) = ModelFile::parse("m", &bytes) {
                let _ = parsed.weights("w", 32);
            }
        }
    }
}
