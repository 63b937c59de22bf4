//! The cross-attention cache of one window: keys and values of its encoding for every layer, in
//! eight bits.
//!
//! Every step of the decoder reads all of it, so its size decides the speed: two bytes for each
//! position, layer and dimension of the model, 9 MiB for 30 s of the base model.

use crate::WhisperError;
use crate::encoder::{BLOCK_ROWS, check_stop};
use crate::weights::{EPSILON, HEAD, Weights};
use etalon_simd::Backend;
use etalon_simd::matrix::{
    self, BYTE_DEPTH, ByteLine, LINE_COLUMNS, PANEL_COLUMNS, PANEL_LINES, QuantizedColumns, ZERO_POINT,
    byte_place,
};
use etalon_simd::rows::ByteRows;
use etalon_simd::transformer as kernels;
use std::sync::atomic::AtomicBool;

/// Keys and values of one window.
pub(crate) struct CrossAttentionCache {
    positions: usize,
    padded: usize,
    layers: Vec<LayerMemory>,
}

struct LayerMemory {
    /// For each head a packed matrix with a column for each position.
    keys: Vec<ByteLine>,
    /// For each head and position; none for the padding of the last panel.
    key_scales: Vec<f32>,
    /// For each head a packed matrix with a column for each dimension of the head.
    values: Vec<ByteLine>,
    value_scales: Vec<f32>,
}

/// Buffers of the attention.
#[derive(Default)]
pub(crate) struct AttentionScratch {
    rows: ByteRows,
    scores: Vec<f32>,
    doubled: Vec<f32>,
    mixed: Vec<f32>,
    ones: Vec<f32>,
}

impl CrossAttentionCache {
    /// Bytes of the cache of one window with `positions` positions.
    pub(crate) fn bytes(weights: &Weights, positions: usize) -> usize {
        2 * positions.next_multiple_of(PANEL_COLUMNS) * weights.header.text_width * weights.header.text_layers
    }

    /// Computes keys and values from an encoding before the last norm.
    pub(crate) fn new(
        weights: &Weights,
        backend: Backend,
        encoding: &[f32],
        stop: &AtomicBool,
    ) -> Result<Self, WhisperError> {
        let width = weights.header.text_width;
        let positions = encoding.len() / width;
        let padded = positions.next_multiple_of(PANEL_COLUMNS);
        let mut layers: Vec<LayerMemory> =
            weights.decoder.iter().map(|_| LayerMemory::new(width / HEAD, padded)).collect();
        let (mut rows, mut block) = (ByteRows::default(), Vec::new());
        for (index, encoding) in encoding.chunks(BLOCK_ROWS * width).enumerate() {
            rows.fill_normed(backend, encoding, &weights.encoder_norm, EPSILON);
            for (layer, memory) in weights.decoder.iter().zip(&mut layers) {
                check_stop(stop)?;
                rows.multiply(backend, &layer.cross.key_value, &mut block);
                for (row, key_value) in block.chunks_exact(2 * width).enumerate() {
                    memory.set(backend, padded, index * BLOCK_ROWS + row, key_value);
                }
            }
        }
        Ok(Self { positions, padded, layers })
    }

    pub(crate) fn positions(&self) -> usize {
        self.positions
    }

    /// The attention of one head for consecutive queries. Writes the results to `out` in the same
    /// layout; returns the attention weights of every query over the positions.
    pub(crate) fn attend<'a>(
        &self,
        backend: Backend,
        layer: usize,
        head: usize,
        queries: &[f32],
        scratch: &'a mut AttentionScratch,
        out: &mut [f32],
    ) -> std::slice::ChunksExact<'a, f32> {
        let memory = &self.layers[layer];
        let lines = self.padded * HEAD / 64;
        let lines = head * lines..(head + 1) * lines;
        let places = head * self.padded..(head + 1) * self.padded;
        let keys = QuantizedColumns {
            depth: HEAD,
            lines: &memory.keys[lines.clone()],
            scales: &memory.key_scales[places.clone()],
            bias: &[],
        };
        let count = queries.len() / HEAD;
        scratch.rows.fill_doubled(backend, queries, HEAD, HEAD);
        scratch.doubled.resize(count * 2 * self.padded, 0.0);
        matrix::multiply_quantized(backend, &scratch.rows.view(), &keys, &mut scratch.doubled);
        scratch.scores.clear();
        for doubled in scratch.doubled.chunks_exact(2 * self.padded) {
            let (rough, fine) = doubled.split_at(self.padded);
            let start = scratch.scores.len();
            scratch.scores.extend_from_slice(&rough[..self.positions]);
            let scores = &mut scratch.scores[start..];
            kernels::add(backend, scores, fine);
            kernels::scale(backend, scores, 1.0 / (HEAD as f32).sqrt());
            let total = kernels::exponentials(backend, scores);
            kernels::scale(backend, scores, 1.0 / total);
        }

        // The scale of a position's values is multiplied into its attention weight.
        let scales = &memory.value_scales[places];
        scratch.doubled.clear();
        for shares in scratch.scores.chunks_exact(self.positions) {
            scratch.doubled.extend(shares.iter().zip(scales).map(|(share, scale)| share * scale));
        }
        scratch.rows.fill_doubled(backend, &scratch.doubled, self.positions, self.padded);
        scratch.ones.resize(HEAD, 1.0);
        let values = QuantizedColumns {
            depth: self.padded,
            lines: &memory.values[lines],
            scales: &scratch.ones,
            bias: &[],
        };
        scratch.mixed.resize(count * 2 * HEAD, 0.0);
        matrix::multiply_quantized(backend, &scratch.rows.view(), &values, &mut scratch.mixed);
        for (out, mixed) in out.chunks_exact_mut(HEAD).zip(scratch.mixed.chunks_exact(2 * HEAD)) {
            let (rough, fine) = mixed.split_at(HEAD);
            for (out, (rough, fine)) in out.iter_mut().zip(rough.iter().zip(fine)) {
                *out = rough + fine;
            }
        }
        scratch.scores.chunks_exact(self.positions)
    }
}

impl LayerMemory {
    fn new(heads: usize, padded: usize) -> Self {
        let lines = vec![ByteLine([ZERO_POINT; 64]); heads * padded * HEAD / 64];
        Self {
            keys: lines.clone(),
            key_scales: vec![0.0; heads * padded],
            values: lines,
            value_scales: vec![0.0; heads * padded],
        }
    }

    /// Stores keys and values of one position.
    fn set(&mut self, backend: Backend, padded: usize, position: usize, key_value: &[f32]) {
        let (keys, values) = key_value.split_at(key_value.len() / 2);
        let head_lines = padded * HEAD / 64;
        let mut bytes = [0_i8; HEAD];
        for (head, (keys, values)) in keys.chunks_exact(HEAD).zip(values.chunks_exact(HEAD)).enumerate() {
            let (scale, _) = kernels::quantize(backend, keys, &mut bytes);
            self.key_scales[head * padded + position] = scale;
            let (first, at) = byte_place(HEAD, position, 0);
            let lines = &mut self.keys[head * head_lines..(head + 1) * head_lines];
            for (step, four) in bytes.chunks_exact(BYTE_DEPTH).enumerate() {
                let line = &mut lines[first + step * PANEL_LINES].0;
                for (out, byte) in line[at..at + BYTE_DEPTH].iter_mut().zip(four) {
                    *out = byte.cast_unsigned() ^ ZERO_POINT;
                }
            }
            let (scale, _) = kernels::quantize(backend, values, &mut bytes);
            self.value_scales[head * padded + position] = scale;
            let (first, at) = byte_place(padded, 0, position);
            let lines = &mut self.values[head * head_lines + first..][..PANEL_LINES];
            for (line, bytes) in lines.iter_mut().zip(bytes.chunks_exact(LINE_COLUMNS)) {
                for (column, byte) in bytes.iter().enumerate() {
                    line.0[column * BYTE_DEPTH + at] = byte.cast_unsigned() ^ ZERO_POINT;
                }
            }
        }
    }
}
