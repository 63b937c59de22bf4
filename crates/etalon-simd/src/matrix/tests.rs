//! Compares every form with the scalar one, and the scalar one with the formula.

use super::*;
use crate::bf16::nearest;
use crate::pseudorandom::numbers;

/// Quantised rows with their scales and sums.
fn quantized(rows: &[f32], depth: usize) -> (Vec<i8>, Vec<f32>, Vec<i32>) {
    let (mut values, mut scales, mut sums) = (vec![0; rows.len()], Vec::new(), Vec::new());
    for (row, out) in rows.chunks_exact(depth).zip(values.chunks_exact_mut(depth)) {
        let largest = row.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        for (out, value) in out.iter_mut().zip(row) {
            *out = (value / largest * 127.0).round() as i8;
        }
        scales.push(largest / 127.0);
        sums.push(out.iter().map(|value| i32::from(*value)).sum());
    }
    (values, scales, sums)
}

fn check_products(rows: usize, depth: usize, columns: usize) {
    let inputs = numbers(rows * depth, 1);
    let weights = numbers(columns * depth, 2);
    let bias = numbers(columns, 3);
    let mut matrix = ByteMatrix::new(depth, columns);
    let mut wide = WideMatrix::new(depth, columns);
    for (column, weights) in weights.chunks_exact(depth).enumerate() {
        matrix.set_column(column, weights);
        wide.set_column(column, weights);
    }
    matrix.set_bias(&bias);
    let width = columns.next_multiple_of(PANEL_COLUMNS);
    let exact = |row: usize, column: usize| -> f64 {
        (0..depth).map(|k| f64::from(inputs[row * depth + k]) * f64::from(weights[column * depth + k])).sum()
    };
    let bf16: Vec<u16> = inputs.iter().map(|value| nearest(*value)).collect();
    let mut reference: Option<(Vec<f32>, Vec<f32>)> = None;
    for backend in Backend::available() {
        let (values, scales, sums) = quantized(&inputs, depth);
        let quantized_rows = QuantizedRows { depth, values: &values, scales: &scales, sums: &sums };
        let mut out = vec![0.0; rows * width];
        multiply_quantized(backend, &quantized_rows, &matrix.view(), &mut out);
        let mut out_wide = vec![0.0; rows * width];
        let wide_rows = WideRows { values: &bf16, stride: depth, count: rows };
        multiply_wide(backend, &wide_rows, &wide.view(), &mut out_wide);
        // The rounding error is up to 1/254 of the largest value on both sides, random over `depth`
        // products.
        let bound = 0.012 * (depth as f64).sqrt();
        for row in 0..rows {
            for column in 0..columns {
                let found = f64::from(out[row * width + column] - bias[column]);
                assert!((found - exact(row, column)).abs() < bound, "{backend:?} {row} {column}");
                let found = f64::from(out_wide[row * width + column]);
                assert!((found - exact(row, column)).abs() < bound, "{backend:?} wide {row} {column}");
            }
        }
        match &reference {
            None => reference = Some((out, out_wide)),
            Some((bytes, wide)) => {
                assert_eq!(&out, bytes, "{backend:?}: bytes are summed exactly");
                for (found, expected) in out_wide.iter().zip(wide) {
                    assert!((found - expected).abs() < 1e-5 * depth as f32, "{backend:?}");
                }
            }
        }
    }
}

#[test]
fn products_agree_with_the_formula_in_every_form() {
    for (rows, depth, columns) in [(1, 4, 1), (2, 64, 64), (7, 64, 130), (13, 256, 70), (100, 128, 64)] {
        check_products(rows, depth, columns);
    }
}

#[test]
fn a_row_does_not_depend_on_its_neighbours() {
    let (depth, columns) = (128, 128);
    let inputs = numbers(9 * depth, 5);
    let mut matrix = ByteMatrix::new(depth, columns);
    for (column, weights) in numbers(columns * depth, 6).chunks_exact(depth).enumerate() {
        matrix.set_column(column, weights);
    }
    for backend in Backend::available() {
        let (values, scales, sums) = quantized(&inputs, depth);
        let product = |rows: std::ops::Range<usize>| {
            let part = QuantizedRows {
                depth,
                values: &values[rows.start * depth..rows.end * depth],
                scales: &scales[rows.clone()],
                sums: &sums[rows.clone()],
            };
            let mut out = vec![0.0; rows.len() * columns];
            multiply_quantized(backend, &part, &matrix.view(), &mut out);
            out
        };
        let together = product(0..9);
        for row in 0..9 {
            assert_eq!(product(row..row + 1), together[row * columns..(row + 1) * columns], "{backend:?}");
        }
    }
}
