//! Widens the stored weights of a model before it is loaded.
//!
//! The embedded model is stored with five bits a weight, which is small and slow: whisper.cpp's
//! fast matrix product (tinyBLAS) has no kernel for it. Five-bit matrices are therefore widened to
//! sixteen bits. That takes a fraction of a second and some 100 MB more memory, and changes no
//! weight beyond the rounding of the wider type.
//!
//! The file layout is that of whisper.cpp's `models/convert-pt-to-ggml.py` and
//! `whisper_model_load`: the magic number, a header of eleven numbers, mel filters, vocabulary,
//! then tensors until the end. All numbers are little-endian 32-bit integers. A five-bit block
//! (`block_q5_1` of ggml) holds 32 weights in 24 bytes: scale and minimum as half floats, one high
//! bit a weight, then the low four bits, the first sixteen weights in the low halves.

use half::{bf16, f16};

/// `ggml` in ASCII, as whisper.cpp writes it.
const MAGIC: u32 = 0x6767_6d6c;
/// Numbers in the header after the magic one; the shape of the mel filters follows.
const HEADER_NUMBERS: usize = 11;
/// Index of the file's weight type in the header.
const FILE_TYPE: usize = 10;
/// ggml's number for a file whose matrices are mostly bf16 (`GGML_FTYPE_MOSTLY_BF16`).
const FILE_TYPE_BF16: u32 = 24;
/// ggml's number for a tensor of bf16 (`GGML_TYPE_BF16`).
const TENSOR_TYPE_BF16: u32 = 30;
/// ggml's number for a tensor in blocks of five bits with a minimum (`GGML_TYPE_Q5_1`).
const TENSOR_TYPE_Q5_1: u32 = 7;
/// Weights in a block.
const BLOCK_WEIGHTS: usize = 32;
/// Bytes in a block of five bits.
const BLOCK_BYTES: usize = 24;

/// The model with its five-bit matrices as bf16; none if it has no such matrices or another layout.
/// Such a model is loaded as it is.
pub fn widened(model: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader { bytes: model, position: 0 };
    if reader.number()? != MAGIC {
        return None;
    }
    let file_type_position = reader.position + FILE_TYPE * 4;
    reader.skip(HEADER_NUMBERS * 4)?;
    let (mel_bands, fft_bins) = (reader.number()? as usize, reader.number()? as usize);
    reader.skip(mel_bands.checked_mul(fft_bins)?.checked_mul(4)?)?;
    for _ in 0..reader.number()? {
        let length = reader.number()? as usize;
        reader.skip(length)?;
    }
    let mut wide = Vec::with_capacity(model.len() * 3);
    wide.extend_from_slice(&model[..reader.position]);
    wide.get_mut(file_type_position..file_type_position + 4)?.copy_from_slice(&FILE_TYPE_BF16.to_le_bytes());
    let mut any = false;
    while reader.position < model.len() {
        any |= widen_tensor(&mut reader, &mut wide)?;
    }
    any.then_some(wide)
}

/// Copies one tensor and widens it if it has five bits; returns whether it did.
fn widen_tensor(reader: &mut Reader<'_>, wide: &mut Vec<u8>) -> Option<bool> {
    let start = reader.position;
    let (dimensions, name_length, tensor_type) = (reader.number()?, reader.number()?, reader.number()?);
    let mut weights = 1_usize;
    for _ in 0..dimensions {
        weights = weights.checked_mul(reader.number()? as usize)?;
    }
    reader.skip(name_length as usize)?;
    let header = reader.bytes.get(start..reader.position)?;
    match tensor_type {
        TENSOR_TYPE_Q5_1 => {
            wide.extend_from_slice(&header[..8]);
            wide.extend_from_slice(&TENSOR_TYPE_BF16.to_le_bytes());
            wide.extend_from_slice(&header[12..]);
            for block in reader.take(weights / BLOCK_WEIGHTS * BLOCK_BYTES)?.chunks_exact(BLOCK_BYTES) {
                widen_block(block, wide);
            }
            Some(true)
        }
        // f32 and f16 are kept. Any other type means that this module does not support the file.
        0 | 1 => {
            wide.extend_from_slice(header);
            let bytes = if tensor_type == 0 { 4 } else { 2 };
            wide.extend_from_slice(reader.take(weights.checked_mul(bytes)?)?);
            Some(false)
        }
        _ => None,
    }
}

fn widen_block(block: &[u8], wide: &mut Vec<u8>) {
    let half = |at: usize| f16::from_le_bytes([block[at], block[at + 1]]).to_f32();
    let (scale, minimum) = (half(0), half(2));
    let high = u32::from_le_bytes([block[4], block[5], block[6], block[7]]);
    let low = &block[8..];
    for index in 0..BLOCK_WEIGHTS {
        let nibble = if index < 16 { low[index] & 0x0F } else { low[index - 16] >> 4 };
        let quantum = u32::from(nibble) | ((high >> index) & 1) << 4;
        wide.extend_from_slice(&bf16::from_f32(quantum as f32 * scale + minimum).to_le_bytes());
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.position.checked_add(length)?;
        let bytes = self.bytes.get(self.position..end)?;
        self.position = end;
        Some(bytes)
    }

    fn skip(&mut self, length: usize) -> Option<()> {
        self.take(length).map(|_| ())
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with one tensor of `tensor_type` and 32 weights.
    fn model(tensor_type: u32, data: &[u8]) -> Vec<u8> {
        let mut numbers = vec![MAGIC];
        numbers.extend([0; HEADER_NUMBERS - 1]);
        numbers.extend([9, 1, 1, 0x3f80_0000, 1, 2]);
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        bytes.extend(b"ab");
        for number in [1, 1, tensor_type, 32] {
            bytes.extend(u32::to_le_bytes(number));
        }
        bytes.push(b'w');
        bytes.extend(data);
        bytes
    }

    #[test]
    fn five_bits_become_the_weights_they_stand_for() {
        // Scale 0.5, minimum -1, high bit set for the first and the last weight, low bits 1 for
        // weight 0, 2 for 16.
        let mut block = vec![0_u8; BLOCK_BYTES];
        block[..2].copy_from_slice(&f16::from_f32(0.5).to_le_bytes());
        block[2..4].copy_from_slice(&f16::from_f32(-1.0).to_le_bytes());
        block[4..8].copy_from_slice(&0x8000_0001_u32.to_le_bytes());
        block[8] = 0x21;
        let wide = widened(&model(TENSOR_TYPE_Q5_1, &block)).unwrap();
        let weights: Vec<f32> = wide[wide.len() - 64..]
            .chunks_exact(2)
            .map(|bytes| bf16::from_le_bytes([bytes[0], bytes[1]]).to_f32())
            .collect();
        let mut expected = vec![-1.0; 32];
        (expected[0], expected[16], expected[31]) = (17.0 * 0.5 - 1.0, 2.0 * 0.5 - 1.0, 16.0 * 0.5 - 1.0);
        assert_eq!(weights, expected);
        assert_eq!(wide[44..48], FILE_TYPE_BF16.to_le_bytes());
    }

    #[test]
    fn other_files_are_left_as_they_are() {
        let float = model(0, &[0; 128]);
        for bytes in [&b""[..], b"not a model at all", &float, &model(99, &[0; 8]), &float[..float.len() - 1]]
        {
            assert!(widened(bytes).is_none());
        }
    }
}
