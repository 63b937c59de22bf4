//! Every form against the plainest, and the plainest against the formula.

use super::*;
use crate::packed::{ByteMatrix, WideMatrix};

/// Numbers in [-1, 1) that look random and are the same every time.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        })
        .collect()
}

/// Quantised rows and what they stand for.
fn quantized(backend: Backend, rows: &[f32], depth: usize) -> (Vec<i8>, Vec<f32>, Vec<i32>) {
    let (mut values, mut scales, mut sums) = (vec![0; rows.len()], Vec::new(), Vec::new());
    for (row, out) in rows.chunks_exact(depth).zip(values.chunks_exact_mut(depth)) {
        let (scale, sum) = quantize(backend, row, out);
        scales.push(scale);
        sums.push(sum);
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
    let bf16: Vec<u16> = inputs.iter().map(|value| half::bf16::from_f32(*value).to_bits()).collect();
    let mut reference: Option<(Vec<f32>, Vec<f32>)> = None;
    for backend in Backend::available() {
        let (values, scales, sums) = quantized(backend, &inputs, depth);
        let quantized_rows = QuantizedRows { depth, values: &values, scales: &scales, sums: &sums };
        let mut out = vec![0.0; rows * width];
        multiply_quantized(backend, &quantized_rows, &matrix.view(), &mut out);
        let mut out_wide = vec![0.0; rows * width];
        let wide_rows = WideRows { values: &bf16, stride: depth, count: rows };
        multiply_wide(backend, &wide_rows, &wide.view(), &mut out_wide);
        // A rounding of 1/254 of the largest value on both sides, random over `depth` products.
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
        let (values, scales, sums) = quantized(backend, &inputs, depth);
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

#[test]
fn the_kernels_written_once_are_equal_in_every_form() {
    let check = |length: usize| {
        let (values, gain) = (numbers(length, 7), numbers(length, 8));
        let run = |backend: Backend| {
            let mut norm = vec![0.0; length];
            layer_norm(backend, &values, &gain, &gain, &mut norm);
            let mut bytes = vec![0; length];
            let (scale, sum) = quantize(backend, &norm, &mut bytes);
            let mut active: Vec<f32> = values.iter().map(|value| value * 8.0).collect();
            gelu(backend, &mut active);
            let mut half = vec![0; length];
            let total = exponentials_bf16(backend, &active, &mut half);
            let mut soft = active.clone();
            let whole = exponentials(backend, &mut soft);
            let product = dot(backend, &values, &gain);
            let largest = masked_maximum(backend, &values, &gain);
            let sum_of_exponentials = masked_exponential_sum(backend, &values, &gain, largest);
            let scalars = [scale, sum as f32, total, whole, product, largest, sum_of_exponentials];
            (norm, bytes, active, half, soft, scalars)
        };
        let expected = run(Backend::Scalar);
        for backend in Backend::available() {
            assert_eq!(run(backend), expected, "{backend:?} length {length}");
        }
    };
    for length in [1, 15, 16, 17, 64, 513] {
        check(length);
    }
}

#[test]
fn formulas_hold() {
    let backend = Backend::Scalar;
    let values = numbers(200, 9);
    let mut norm = vec![0.0; 200];
    layer_norm(backend, &values, &[1.0; 200], &[0.0; 200], &mut norm);
    let mean: f32 = norm.iter().sum::<f32>() / 200.0;
    let variance: f32 = norm.iter().map(|value| value * value).sum::<f32>() / 200.0;
    assert!(mean.abs() < 1e-5 && (variance - 1.0).abs() < 1e-3);
    for value in [-60.0_f32, -3.0, -0.5, 0.0, 0.3, 2.0, 50.0] {
        let mut active = [value];
        gelu(backend, &mut active);
        let wide = f64::from(value);
        let expected = 0.5 * wide * (1.0 + (0.797_884_560_8 * (wide + 0.044_715 * wide.powi(3))).tanh());
        assert!((f64::from(active[0]) - expected).abs() < 1e-5, "{value}");
        let mut soft = [0.0, -value.abs()];
        exponentials(backend, &mut soft);
        assert!((f64::from(soft[1]) - (-wide.abs()).exp()).abs() < 1e-6, "{value}");
    }
    let mut bytes = [1; 3];
    assert_eq!(quantize(backend, &[0.0; 3], &mut bytes), (0.0, 0));
    assert_eq!(bytes, [0; 3]);
}
