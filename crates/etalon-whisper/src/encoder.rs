//! The audio encoder.
//!
//! Two convolutions, then layers of attention and perceptron over as many positions of 20 ms as the
//! window needs. Rows go through a layer in blocks that stay in the second-level cache. Linear
//! layers are multiplied in eight bits, convolutions and attention in bf16; sums, norms and
//! residuals are f32.

use crate::WhisperError;
use crate::weights::{EPSILON, EncoderLayer, HEAD, Weights};
use etalon_simd::Backend;
use etalon_simd::matrix::{self, PANEL_COLUMNS, WIDE_DEPTH, WideColumns, WideLine, WideRows, wide_place};
use etalon_simd::rows::ByteRows;
use etalon_simd::transformer as kernels;
use std::sync::atomic::{AtomicBool, Ordering};

/// Rows of a block in a linear layer.
pub(crate) const BLOCK_ROWS: usize = 48;
/// Queries whose scores are computed together.
const QUERY_ROWS: usize = 24;

/// Returns [`WhisperError::Stopped`] if a stop was requested.
pub(crate) fn check_stop(stop: &AtomicBool) -> Result<(), WhisperError> {
    if stop.load(Ordering::Relaxed) { Err(WhisperError::Stopped) } else { Ok(()) }
}

/// Queries, keys and values of one layer, for all positions of a window.
struct Attended {
    positions: usize,
    width: usize,
    /// Row after row, already divided by the square root of the head size.
    queries: Vec<u16>,
    /// For each head a packed matrix with a column for each position.
    keys: Vec<WideLine>,
    /// For each head a packed matrix with a column for each dimension of the head.
    values: Vec<WideLine>,
}

impl Attended {
    fn new(positions: usize, width: usize) -> Self {
        let heads = width / HEAD;
        let padded = positions.next_multiple_of(PANEL_COLUMNS);
        let lines = heads * padded * HEAD / 32;
        Self {
            positions,
            width,
            queries: vec![0; positions * width],
            keys: vec![WideLine([0; 32]); lines],
            values: vec![WideLine([0; 32]); lines],
        }
    }

    fn padded(&self) -> usize {
        self.positions.next_multiple_of(PANEL_COLUMNS)
    }

    fn head_lines(&self) -> usize {
        self.padded() * HEAD / 32
    }

    /// Stores queries, keys and values of one position.
    fn set(&mut self, backend: Backend, position: usize, row: &[f32], narrow: &mut [u16]) {
        let width = self.width;
        let (query, key_value) = row.split_at(width);
        let queries = &mut self.queries[position * width..(position + 1) * width];
        kernels::to_bf16(backend, query, 1.0 / (HEAD as f32).sqrt(), queries);
        kernels::to_bf16(backend, key_value, 1.0, narrow);
        let (keys, values) = narrow.split_at(width);
        let (head_lines, padded) = (self.head_lines(), self.padded());
        for (head, (keys, values)) in keys.chunks_exact(HEAD).zip(values.chunks_exact(HEAD)).enumerate() {
            let key_lines = &mut self.keys[head * head_lines..(head + 1) * head_lines];
            let (first, at) = wide_place(HEAD, position, 0);
            for (step, pair) in keys.chunks_exact(WIDE_DEPTH).enumerate() {
                let line = &mut key_lines[first + step * matrix::PANEL_LINES].0;
                line[at..at + WIDE_DEPTH].copy_from_slice(pair);
            }
            let (first, at) = wide_place(padded, 0, position);
            let value_lines = &mut self.values[head * head_lines + first..][..matrix::PANEL_LINES];
            for (line, values) in value_lines.iter_mut().zip(values.chunks_exact(matrix::LINE_COLUMNS)) {
                for (column, value) in values.iter().enumerate() {
                    line.0[column * WIDE_DEPTH + at] = *value;
                }
            }
        }
    }

    /// The attention of one head for `rows` queries from `first` on, written to the head's part of
    /// `out`.
    fn attend(
        &self,
        backend: Backend,
        head: usize,
        queries: std::ops::Range<usize>,
        scratch: &mut Scratch,
        out: &mut [f32],
    ) {
        let (padded, count) = (self.padded(), queries.len());
        let lines = head * self.head_lines()..(head + 1) * self.head_lines();
        let rows = WideRows {
            values: &self.queries[queries.start * self.width + head * HEAD..],
            stride: self.width,
            count,
        };
        let keys = WideColumns { depth: HEAD, lines: &self.keys[lines.clone()] };
        scratch.scores.resize(count * padded, 0.0);
        matrix::multiply_wide(backend, &rows, &keys, &mut scratch.scores);
        scratch.shares.resize(count * padded, 0);
        scratch.totals.clear();
        let rows = scratch.scores.chunks_exact(padded).zip(scratch.shares.chunks_exact_mut(padded));
        for (scores, shares) in rows {
            let (scores, shares) = (&scores[..self.positions], shares);
            shares[self.positions..].fill(0);
            let total = kernels::exponentials_bf16(backend, scores, &mut shares[..self.positions]);
            scratch.totals.push(total);
        }
        let rows = WideRows { values: &scratch.shares, stride: padded, count };
        let values = WideColumns { depth: padded, lines: &self.values[lines] };
        scratch.mixed.resize(count * HEAD, 0.0);
        matrix::multiply_wide(backend, &rows, &values, &mut scratch.mixed);
        for (row, (mixed, total)) in scratch.mixed.chunks_exact_mut(HEAD).zip(&scratch.totals).enumerate() {
            kernels::scale(backend, mixed, 1.0 / total);
            let start = (queries.start + row) * self.width + head * HEAD;
            out[start..start + HEAD].copy_from_slice(mixed);
        }
    }
}

#[derive(Default)]
struct Scratch {
    bytes: ByteRows,
    block: Vec<f32>,
    scores: Vec<f32>,
    shares: Vec<u16>,
    totals: Vec<f32>,
    mixed: Vec<f32>,
}

/// Encodes a window of `positions` positions of 20 ms: `positions` rows of the model's width,
/// before the last norm.
pub(crate) fn encode(
    weights: &Weights,
    backend: Backend,
    signal: &[f32],
    positions: usize,
    stop: &AtomicBool,
) -> Result<Vec<f32>, WhisperError> {
    let mut scratch = Scratch::default();
    let mut hidden = convolve(weights, backend, signal, positions, &mut scratch, stop)?;
    let width = weights.header.audio_width;
    let mut attended = Attended::new(positions, width);
    let mut mixed = vec![0.0; positions * width];
    let mut narrow = vec![0; 2 * width];
    for layer in &weights.encoder {
        for (block, rows) in hidden.chunks(BLOCK_ROWS * width).enumerate() {
            check_stop(stop)?;
            scratch.bytes.fill_normed(backend, rows, &layer.attention.norm, EPSILON);
            scratch.bytes.multiply(backend, &layer.attention.query_key_value, &mut scratch.block);
            for (row, values) in scratch.block.chunks_exact(3 * width).enumerate() {
                attended.set(backend, block * BLOCK_ROWS + row, values, &mut narrow);
            }
        }
        for head in 0..weights.header.audio_heads {
            check_stop(stop)?;
            for first in (0..positions).step_by(QUERY_ROWS) {
                let queries = first..(first + QUERY_ROWS).min(positions);
                attended.attend(backend, head, queries, &mut scratch, &mut mixed);
            }
        }
        for (rows, mixed) in hidden.chunks_mut(BLOCK_ROWS * width).zip(mixed.chunks(BLOCK_ROWS * width)) {
            check_stop(stop)?;
            finish_layer(layer, backend, rows, mixed, &mut scratch);
        }
    }
    Ok(hidden)
}

/// The rest of a layer after the attention, for a block of rows.
fn finish_layer(
    layer: &EncoderLayer,
    backend: Backend,
    rows: &mut [f32],
    mixed: &[f32],
    scratch: &mut Scratch,
) {
    let width = layer.attention.norm.gain.len();
    scratch.bytes.fill(backend, mixed, width);
    scratch.bytes.multiply(backend, &layer.attention.out, &mut scratch.block);
    kernels::add(backend, rows, &scratch.block);
    scratch.bytes.fill_normed(backend, rows, &layer.perceptron.norm, EPSILON);
    scratch.bytes.multiply(backend, &layer.perceptron.inner, &mut scratch.block);
    kernels::gelu(backend, &mut scratch.block);
    scratch.bytes.fill(backend, &scratch.block, 4 * width);
    scratch.bytes.multiply(backend, &layer.perceptron.outer, &mut scratch.block);
    kernels::add(backend, rows, &scratch.block);
}

/// The two convolutions with their activations, plus the positional embedding.
///
/// The input frames of a convolution are adjacent, so it is a product of overlapping rows.
fn convolve(
    weights: &Weights,
    backend: Backend,
    signal: &[f32],
    positions: usize,
    scratch: &mut Scratch,
    stop: &AtomicBool,
) -> Result<Vec<f32>, WhisperError> {
    let (bands, width) = (weights.header.mel_bands, weights.header.audio_width);
    let frames = 2 * positions;
    let mel = weights.mel.frames(signal, frames);
    // A frame of zeros at both ends: the padding of the convolutions.
    let mut padded = vec![0_u16; (frames + 2) * bands];
    kernels::to_bf16(backend, &mel, 1.0, &mut padded[bands..(frames + 1) * bands]);
    let [first, second] = &weights.convolutions;

    let mut inner = vec![0_u16; (frames + 1) * width];
    for start in (0..frames).step_by(BLOCK_ROWS) {
        check_stop(stop)?;
        let count = BLOCK_ROWS.min(frames - start);
        let rows = WideRows { values: &padded[start * bands..], stride: bands, count };
        scratch.block.resize(count * width, 0.0);
        matrix::multiply_wide(backend, &rows, &first.weights.view(), &mut scratch.block);
        for row in scratch.block.chunks_exact_mut(width) {
            kernels::add(backend, row, &first.bias);
        }
        kernels::gelu(backend, &mut scratch.block);
        let out = &mut inner[(start + 1) * width..(start + 1 + count) * width];
        kernels::to_bf16(backend, &scratch.block, 1.0, out);
    }

    let mut hidden = vec![0.0; positions * width];
    for (block, out) in hidden.chunks_mut(BLOCK_ROWS * width).enumerate() {
        check_stop(stop)?;
        let start = block * BLOCK_ROWS;
        let rows =
            WideRows { values: &inner[2 * start * width..], stride: 2 * width, count: out.len() / width };
        matrix::multiply_wide(backend, &rows, &second.weights.view(), out);
        for row in out.chunks_exact_mut(width) {
            kernels::add(backend, row, &second.bias);
        }
        kernels::gelu(backend, out);
        kernels::add(backend, out, &weights.audio_positions[start * width..]);
    }
    Ok(hidden)
}
