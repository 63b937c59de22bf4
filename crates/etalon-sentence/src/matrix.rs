//! A matrix as the model stores it: 256 evenly spaced values.

use etalon_simd::Backend;
use etalon_simd::bf16::{nearest, widened};
use etalon_simd::matrix::{WideMatrix, WideRows, multiply_wide};
use ndarray::{Array2, ArrayView2};

/// The level that is stored as zero, so that the levels lie around it.
const MIDDLE: f32 = 128.0;

/// Weights `middle + step · (level − 128)`, with levels from 0 to 255.
///
/// A bf16 holds such a level exactly, so that a product rounds the input and no weight.
#[derive(Debug)]
pub(crate) struct LevelMatrix {
    levels: WideMatrix,
    columns: usize,
    step: f32,
    middle: f32,
}

impl LevelMatrix {
    /// A matrix of `rows` rows, an even number, whose `levels` stand row by row; level 0 stands for
    /// `lowest`.
    pub(crate) fn new(rows: usize, columns: usize, (step, lowest): (f32, f32), levels: &[u8]) -> Self {
        let mut packed = WideMatrix::new(rows, columns);
        for column in 0..columns {
            let levels = levels.iter().skip(column).step_by(columns);
            let centred: Vec<f32> = levels.map(|&level| f32::from(level) - MIDDLE).collect();
            packed.set_column(column, &centred);
        }
        Self { levels: packed, columns, step, middle: lowest + step * MIDDLE }
    }

    /// The product of `input`, one vector a row, with this matrix. A row never depends on others.
    pub(crate) fn times(&self, input: &ArrayView2<'_, f32>) -> Array2<f32> {
        let (count, depth) = input.dim();
        let rounded: Vec<u16> = input.iter().map(|&value| nearest(value)).collect();
        let width = self.levels.view().columns();
        let mut products = vec![0.0; count * width];
        let rows = WideRows { values: &rounded, stride: depth, count };
        multiply_wide(Backend::in_use(), &rows, &self.levels.view(), &mut products);
        let mut result = Array2::zeros((count, self.columns));
        let parts = rounded.chunks_exact(depth).zip(products.chunks_exact(width));
        for ((rounded, products), mut result) in parts.zip(result.rows_mut()) {
            let sum: f32 = rounded.iter().map(|&bits| widened(bits)).sum();
            for (result, product) in result.iter_mut().zip(products) {
                *result = self.step * product + self.middle * sum;
            }
        }
        result
    }
}
