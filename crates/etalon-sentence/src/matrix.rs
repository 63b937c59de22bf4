//! A stored matrix: 256 evenly spaced levels.

use etalon_simd::Backend;
use etalon_simd::bf16::{nearest, widened};
use etalon_simd::matrix::{WideMatrix, WideRows, multiply_wide};
use ndarray::{Array2, ArrayView2};

/// The level stored as zero, which centres the levels.
const MIDDLE: f32 = 128.0;

/// Weights `middle + step · (level − 128)`, with levels from 0 to 255.
///
/// bf16 represents every level exactly, so a product rounds only the input.
#[derive(Debug)]
pub(crate) struct LevelMatrix {
    levels: WideMatrix,
    columns: usize,
    step: f32,
    middle: f32,
}

impl LevelMatrix {
    /// A matrix of `rows` rows, an even number, from row-major `levels`; level 0 is `lowest`.
    pub(crate) fn new(rows: usize, columns: usize, (step, lowest): (f32, f32), levels: &[u8]) -> Self {
        let mut packed = WideMatrix::new(rows, columns);
        for column in 0..columns {
            let levels = levels.iter().skip(column).step_by(columns);
            let centred: Vec<f32> = levels.map(|&level| f32::from(level) - MIDDLE).collect();
            packed.set_column(column, &centred);
        }
        Self { levels: packed, columns, step, middle: lowest + step * MIDDLE }
    }

    /// The product of `input`, one vector a row, with this matrix. Rows are independent.
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
