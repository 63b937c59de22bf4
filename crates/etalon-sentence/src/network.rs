//! The network: from the vectors of a sentence's pieces to the sentence's vector.

use crate::matrix::LevelMatrix;
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};
use std::ops::Range;

/// Length of an embedding and of a sentence's vector.
pub(crate) const WIDTH: usize = 512;

/// Channels of a convolution.
pub(crate) const CHANNELS: usize = 256;

/// Units of a hidden layer.
pub(crate) const HIDDEN: usize = 320;

/// The convolutions: the pieces in each window, and how many of them precede the current piece.
pub(crate) const ORDERS: [(usize, usize); 3] = [(2, 0), (3, 1), (5, 2)];

const ROWS: Axis = Axis(0);
const COLUMNS: Axis = Axis(1);

/// Avoids division by zero, as in the original.
const EPSILON: f32 = 1e-12;

/// All weights but the embeddings.
#[derive(Debug)]
pub(crate) struct Network {
    /// One for each branch.
    pub(crate) projections: Vec<LevelMatrix>,
    pub(crate) projection_bias: Vec<f32>,
    pub(crate) projection_gain: Vec<f32>,
    pub(crate) projection_offset: Vec<f32>,
    pub(crate) branches: Vec<Branch>,
    pub(crate) feature_gain: Vec<f32>,
    pub(crate) feature_offset: Vec<f32>,
    pub(crate) sentence: LevelMatrix,
    pub(crate) sentence_bias: Array1<f32>,
    /// In the original's order: d0, d1, p1, d2, p3, d3.
    pub(crate) dense: [LevelMatrix; 6],
}

/// Two convolutions of one order, each with a shortcut around it (He et al. 2016).
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) order: usize,
    pub(crate) left: usize,
    pub(crate) first: LevelMatrix,
    pub(crate) first_bias: Array1<f32>,
    pub(crate) second: LevelMatrix,
    pub(crate) second_bias: Array1<f32>,
}

impl Network {
    /// The vectors, of length one, of sentences whose pieces are consecutive in `embedded`.
    /// `lengths` are their numbers of pieces, none of them zero. A sentence's vector does not
    /// depend on the others.
    pub(crate) fn apply(&self, embedded: &Array2<f32>, lengths: &[usize]) -> Array2<f32> {
        let mut projected = Array2::zeros((embedded.nrows(), self.projections.len() * CHANNELS));
        for (number, projection) in self.projections.iter().enumerate() {
            let columns = span(number * CHANNELS..(number + 1) * CHANNELS);
            projected.slice_axis_mut(COLUMNS, columns).assign(&projection.times(&embedded.view()));
        }
        add_to_rows(&mut projected, &self.projection_bias);
        normalise_rows(&mut projected, &self.projection_gain, &self.projection_offset);

        let mut features = Array2::zeros((embedded.nrows(), self.feature_gain.len()));
        features.slice_axis_mut(COLUMNS, span(0..WIDTH)).assign(embedded);
        for (number, branch) in self.branches.iter().enumerate() {
            let channels = projected.slice_axis(COLUMNS, span(number * CHANNELS..(number + 1) * CHANNELS));
            let start = WIDTH + number * CHANNELS;
            let mut branch_features = features.slice_axis_mut(COLUMNS, span(start..start + CHANNELS));
            branch_features.assign(&branch.apply(&channels, lengths));
        }
        normalise_rows(&mut features, &self.feature_gain, &self.feature_offset);
        self.sentences(&features, lengths)
    }

    /// Sums the pieces of each sentence and applies the dense layers to the sums.
    fn sentences(&self, features: &Array2<f32>, lengths: &[usize]) -> Array2<f32> {
        let mut sums = Array2::zeros((lengths.len(), features.ncols()));
        let mut start = 0;
        for (mut sum, &length) in sums.rows_mut().into_iter().zip(lengths) {
            sum.assign(&features.slice_axis(ROWS, span(start..start + length)).sum_axis(ROWS));
            start += length;
        }
        let mut mean = self.sentence.times(&sums.view());
        for (mut row, &length) in mean.rows_mut().into_iter().zip(lengths) {
            let length = length as f32;
            row.zip_mut_with(&self.sentence_bias, |value, bias| {
                *value = (*value + length * bias) / length.sqrt();
            });
        }
        let [d0, d1, p1, d2, p3, d3] = &self.dense;
        let first = rectified(d0.times(&mean.view()));
        let second = rectified(p1.times(&mean.view()) + d1.times(&first.view()));
        let third = rectified(d2.times(&second.view()));
        let mut vectors = (p3.times(&second.view()) + d3.times(&third.view())).mapv_into(f32::tanh);
        for mut vector in vectors.rows_mut() {
            let length = vector.dot(&vector).max(EPSILON).sqrt();
            vector.mapv_inplace(|value| value / length);
        }
        vectors
    }
}

impl Branch {
    fn apply(&self, channels: &ArrayView2<'_, f32>, lengths: &[usize]) -> Array2<f32> {
        let first = self.convolved(channels, lengths, &self.first, &self.first_bias);
        self.convolved(&first.view(), lengths, &self.second, &self.second_bias)
    }

    /// A convolution inside each sentence, zero-padded and rectified, added to its input.
    fn convolved(
        &self,
        input: &ArrayView2<'_, f32>,
        lengths: &[usize],
        weights: &LevelMatrix,
        bias: &Array1<f32>,
    ) -> Array2<f32> {
        let mut seen = Array2::zeros((input.nrows(), self.order * CHANNELS));
        let mut start = 0;
        for &length in lengths {
            for place in 0..self.order {
                // The sentence's row at this place of row 0's window; it may precede the start.
                let shift = place as isize - self.left as isize;
                let first = (-shift).max(0) as usize;
                let end = (length as isize - shift).clamp(0, length as isize) as usize;
                if first >= end {
                    continue;
                }
                let from = (start as isize + first as isize + shift) as usize;
                let mut columns =
                    seen.slice_axis_mut(COLUMNS, span(place * CHANNELS..(place + 1) * CHANNELS));
                let mut rows = columns.slice_axis_mut(ROWS, span(start + first..start + end));
                rows.assign(&input.slice_axis(ROWS, span(from..from + end - first)));
            }
            start += length;
        }
        rectified(weights.times(&seen.view()) + bias) + input
    }
}

fn span(places: Range<usize>) -> Slice {
    Slice::from(places)
}

fn rectified(values: Array2<f32>) -> Array2<f32> {
    values.mapv_into(|value| value.max(0.0))
}

fn add_to_rows(values: &mut Array2<f32>, bias: &[f32]) {
    for mut row in values.rows_mut() {
        row.iter_mut().zip(bias).for_each(|(value, bias)| *value += bias);
    }
}

/// Layer normalisation of each row (Ba et al. 2016).
fn normalise_rows(values: &mut Array2<f32>, gain: &[f32], offset: &[f32]) {
    for mut row in values.rows_mut() {
        let length = row.len() as f32;
        let mean = row.sum() / length;
        row.mapv_inplace(|value| value - mean);
        let variance = row.dot(&row) / length;
        let scale = (variance + EPSILON).sqrt().recip();
        for ((value, gain), offset) in row.iter_mut().zip(gain).zip(offset) {
            *value = *value * scale * gain + offset;
        }
    }
}
