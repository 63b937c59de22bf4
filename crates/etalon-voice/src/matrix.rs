//! Matrices of weights, and their product with signals.

use crate::tile::{Backend, LANES, ROWS, multiply};
use etalon_simd::Form;

/// Weights, laid out as the inner loop reads them: eight rows beside each other.
#[derive(Debug)]
pub(crate) struct Matrix {
    rows: usize,
    columns: usize,
    panels: Vec<f32>,
}

impl Matrix {
    pub(crate) fn from_rows(rows: usize, columns: usize, weight: impl Fn(usize, usize) -> f32) -> Self {
        let mut panels = vec![0.0; rows.div_ceil(ROWS) * ROWS * columns];
        for row in 0..rows {
            let panel = row / ROWS * ROWS * columns;
            for column in 0..columns {
                panels[panel + column * ROWS + row % ROWS] = weight(row, column);
            }
        }
        Self { rows, columns, panels }
    }

    /// Multiplies the matrix with a signal of `length` columns.
    ///
    /// The signal is asked for in panels of 32 columns: `gather(first, panel)` writes what the matrix is to see from
    /// column `first` on, row after row, 32 numbers each; what lies behind the end of the signal is not used.
    /// `emit(row, first, values)` gets the result, at most 32 numbers of a row at a time.
    pub(crate) fn multiply(
        &self,
        length: usize,
        panel: &mut Vec<f32>,
        mut gather: impl FnMut(usize, &mut [f32]),
        mut emit: impl FnMut(usize, usize, &[f32]),
    ) {
        let backend = Backend::in_use();
        panel.resize(self.columns * LANES, 0.0);
        for first in (0..length).step_by(LANES) {
            gather(first, panel);
            let count = LANES.min(length - first);
            for (group, weights) in self.panels.chunks_exact(ROWS * self.columns).enumerate() {
                let tile = multiply(backend, weights, panel);
                let rows = ROWS.min(self.rows - group * ROWS);
                for (row, values) in tile[..rows].iter().enumerate() {
                    emit(group * ROWS + row, first, &values[..count]);
                }
            }
        }
    }

    /// The product with one column.
    pub(crate) fn times(&self, column: &[f32]) -> Vec<f32> {
        let mut product = vec![0.0; self.rows];
        let groups = self.panels.chunks_exact(ROWS * self.columns);
        for (target, weights) in product.chunks_mut(ROWS).zip(groups) {
            let mut sums = [0.0_f32; ROWS];
            for (weights, value) in weights.chunks_exact(ROWS).zip(column) {
                for (sum, weight) in sums.iter_mut().zip(weights) {
                    *sum += weight * value;
                }
            }
            target.copy_from_slice(&sums[..target.len()]);
        }
        product
    }
}
