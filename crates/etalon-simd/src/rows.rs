//! Reusable buffers of eight-bit rows.

use crate::Backend;
use crate::matrix::{self, ByteMatrix, QuantizedRows};
use crate::transformer as kernels;

/// Gain and bias of a layer normalisation.
#[derive(Debug, Clone)]
pub struct Norm {
    /// Multiplies each normalised number.
    pub gain: Vec<f32>,
    /// Is added to each.
    pub bias: Vec<f32>,
}

/// Rows of eight-bit values, each with its scale.
#[derive(Debug, Default)]
pub struct ByteRows {
    depth: usize,
    values: Vec<i8>,
    scales: Vec<f32>,
    sums: Vec<i32>,
    normed: Vec<f32>,
}

impl ByteRows {
    fn clear(&mut self, depth: usize, rows: usize) {
        self.depth = depth;
        self.values.resize(depth * rows, 0);
        self.scales.clear();
        self.sums.clear();
    }

    /// Quantises rows of `depth` numbers.
    pub fn fill(&mut self, backend: Backend, input: &[f32], depth: usize) {
        self.clear(depth, input.len() / depth);
        for (row, out) in input.chunks_exact(depth).zip(self.values.chunks_exact_mut(depth)) {
            let (scale, sum) = kernels::quantize(backend, row, out);
            self.scales.push(scale);
            self.sums.push(sum);
        }
    }

    /// Normalises rows and quantises them; `epsilon` is added to their variance.
    pub fn fill_normed(&mut self, backend: Backend, input: &[f32], norm: &Norm, epsilon: f32) {
        let depth = norm.gain.len();
        self.clear(depth, input.len() / depth);
        self.normed.resize(depth, 0.0);
        for (row, out) in input.chunks_exact(depth).zip(self.values.chunks_exact_mut(depth)) {
            kernels::layer_norm(backend, row, &norm.gain, &norm.bias, epsilon, &mut self.normed);
            let (scale, sum) = kernels::quantize(backend, &self.normed, out);
            self.scales.push(scale);
            self.sums.push(sum);
        }
    }

    /// Stores each row of `width` numbers as two of `depth`, padded with zeros: the nearest
    /// eight-bit values, and the remainders. The sum of their products with a matrix has fourteen
    /// bits of precision.
    pub fn fill_doubled(&mut self, backend: Backend, input: &[f32], width: usize, depth: usize) {
        self.clear(depth, 2 * (input.len() / width));
        for (row, doubled) in input.chunks_exact(width).zip(self.values.chunks_exact_mut(2 * depth)) {
            self.normed.clear();
            self.normed.extend_from_slice(row);
            self.normed.resize(depth, 0.0);
            for out in doubled.chunks_exact_mut(depth) {
                let (scale, sum) = kernels::quantize(backend, &self.normed, out);
                for (rest, value) in self.normed.iter_mut().zip(out) {
                    *rest -= f32::from(*value) * scale;
                }
                self.scales.push(scale);
                self.sums.push(sum);
            }
        }
    }

    /// The rows as the product reads them.
    pub fn view(&self) -> QuantizedRows<'_> {
        QuantizedRows { depth: self.depth, values: &self.values, scales: &self.scales, sums: &self.sums }
    }

    /// The product with a matrix, row after row.
    pub fn multiply(&self, backend: Backend, matrix: &ByteMatrix, out: &mut Vec<f32>) {
        out.resize(self.scales.len() * matrix.padded_columns(), 0.0);
        matrix::multiply_quantized(backend, &self.view(), &matrix.view(), out);
    }
}
