//! The loops of the network, written once and compiled for each form of [`Backend`]. No form adds
//! in another order or joins a product with a sum, so all agree to the last bit.

#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "features are known only when the program runs")
)]

use super::weights::{Layer, PANEL, STATE, STATE_PANEL};
#[cfg(target_arch = "x86_64")]
use super::x86;
use etalon_simd::Backend;
#[cfg(target_arch = "x86_64")]
use etalon_simd::Registers;
use etalon_simd::reductions::{ROUNDING, add_scaled};
use std::ops::Range;

/// `result[row][column] = bias[column] + Σ input[starts[row] + k] · weights[taken.start +
/// k][column]`, one row of the result after the other, of those rows of the layer's weights that
/// are taken.
pub(crate) fn multiply(
    backend: Backend,
    layer: &Layer,
    taken: Range<usize>,
    input: &[f32],
    starts: &[usize],
    result: &mut [f32],
) {
    match backend.registers() {
        // SAFETY: a backend with these registers comes from a processor that has them.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx2 => unsafe { x86::avx2::multiply(layer, taken, input, starts, result) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx512 => unsafe { x86::avx512::multiply(layer, taken, input, starts, result) },
        _ => written_once::multiply(layer, taken, input, starts, result),
    }
}

/// Adds to each sum its column's product with the state, the weights in panels of [`STATE_PANEL`]
/// columns.
pub(crate) fn add_product(backend: Backend, panels: &[f32], state: &[f32; STATE], sums: &mut [f32]) {
    match backend.registers() {
        // SAFETY: a backend with these registers comes from a processor that has them.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx2 => unsafe { x86::avx2::add_product(panels, state, sums) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx512 => unsafe { x86::avx512::add_product(panels, state, sums) },
        _ => written_once::add_product(panels, state, sums),
    }
}

etalon_simd::kernels! {
    /// One step of a recurrent layer with long short-term memory, from the sums of its four gates:
    /// input, forget, cell, output.
    pub(crate) fn remember(gates: &[f32], cell: &mut [f32; STATE], state: &mut [f32; STATE]) {
        written_once::remember(gates, cell, state);
    }
}

/// `1 / (1 + exp(-value))`, by the same operations on every processor.
pub(crate) fn sigmoid(value: f32) -> f32 {
    written_once::sigmoid(value)
}

#[expect(clippy::inline_always, reason = "the loops must be compiled with the features of their caller")]
mod written_once {
    use super::{Layer, PANEL, ROUNDING, Range, STATE, STATE_PANEL, add_scaled};

    pub(super) fn multiply(
        layer: &Layer,
        taken: Range<usize>,
        input: &[f32],
        starts: &[usize],
        result: &mut [f32],
    ) {
        for (start, result) in starts.iter().zip(result.chunks_exact_mut(layer.columns())) {
            result.copy_from_slice(&layer.bias);
            let panels = layer.panels.chunks_exact(layer.rows * PANEL);
            for (panel, sums) in panels.zip(result.chunks_exact_mut(PANEL)) {
                let weights = &panel[taken.start * PANEL..taken.end * PANEL];
                add_row(weights, &input[*start..start + taken.len()], sums);
            }
        }
    }

    pub(super) fn add_product(panels: &[f32], state: &[f32; STATE], sums: &mut [f32]) {
        let panels = panels.chunks_exact(STATE * STATE_PANEL);
        for (weights, sums) in panels.zip(sums.chunks_exact_mut(STATE_PANEL)) {
            add_row(weights, state, sums);
        }
    }

    /// Adds the product of a row of numbers and a panel.
    fn add_row(weights: &[f32], row: &[f32], sums: &mut [f32]) {
        for (value, weights) in row.iter().zip(weights.chunks_exact(sums.len())) {
            add_scaled(sums, *value, weights);
        }
    }

    #[inline(always)]
    pub(super) fn remember(gates: &[f32], cell: &mut [f32; STATE], state: &mut [f32; STATE]) {
        let (first, second) = gates.split_at(2 * STATE);
        let ((input, forget), (new, output)) = (first.split_at(STATE), second.split_at(STATE));
        let gates = input.iter().zip(forget).zip(new.iter().zip(output));
        for ((cell, state), ((input, forget), (new, output))) in cell.iter_mut().zip(state).zip(gates) {
            *cell = sigmoid(*forget) * *cell + sigmoid(*input) * tanh(*new);
            *state = sigmoid(*output) * tanh(*cell);
        }
    }

    #[inline(always)]
    pub(super) fn sigmoid(value: f32) -> f32 {
        1.0 / (1.0 + exp(-value))
    }

    #[inline(always)]
    fn tanh(value: f32) -> f32 {
        1.0 - 2.0 / (1.0 + exp(2.0 * value))
    }

    /// The exponential function to within 2e-7 of its value, of a number that is limited to ±80: a
    /// power of two, and a Taylor series for what is left of the exponent.
    #[inline(always)]
    fn exp(value: f32) -> f32 {
        /// ln 2 as a number with few digits and the rest.
        const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
        let value = if value < 80.0 { value } else { 80.0 };
        let value = if value > -80.0 { value } else { -80.0 };
        let shifted = value * std::f32::consts::LOG2_E + ROUNDING;
        let power = shifted - ROUNDING;
        let rest = value - power * LN_2[0] - power * LN_2[1];
        let series = [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
        let series = series.iter().fold(0.0, |sum, factor| sum * rest + factor);
        let exponent = shifted.to_bits().wrapping_sub(ROUNDING.to_bits()).wrapping_add(127);
        series * f32::from_bits(exponent << 23)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers between -1 and 1.
    fn numbers(count: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    fn check_forms(expected: &[f32], found: &[f32], backend: Backend) {
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(expected), bits(found), "{backend:?}");
    }

    #[test]
    fn every_form_gives_the_products_of_the_scalar_one() {
        for (rows, taken, columns, count) in [(7, 0..7, 64, 13), (195, 65..195, 128, 8), (3, 1..2, 32, 1)] {
            let layer = Layer { panels: numbers(rows * columns, 1), bias: numbers(columns, 2), rows };
            // As behind a rectifier, many numbers are zero.
            let input: Vec<f32> = numbers(rows * count, 3).iter().map(|value| value.max(0.0)).collect();
            let starts: Vec<usize> = (0..count).map(|row| row * rows).collect();
            let product = |backend| {
                let mut result = vec![9.0; count * columns];
                multiply(backend, &layer, taken.clone(), &input, &starts, &mut result);
                result
            };
            let expected = product(Backend::SCALAR);
            let (row, column) = (count - 1, columns - 1);
            let panel = &layer.panels[column / PANEL * rows * PANEL..];
            let sum = taken.clone().fold(layer.bias[column], |sum, index| {
                sum + input[row * rows + index - taken.start] * panel[index * PANEL + column % PANEL]
            });
            assert_eq!(expected[row * columns + column].to_bits(), sum.to_bits());
            for backend in Backend::available() {
                check_forms(&expected, &product(backend), backend);
            }
        }
    }

    #[test]
    fn every_form_remembers_the_same() {
        let panels = numbers(STATE * 4 * STATE, 4);
        let step = |backend| {
            let mut state = [0.1; STATE];
            let mut cell = [-0.2; STATE];
            let mut gates = numbers(4 * STATE, 5);
            add_product(backend, &panels, &state, &mut gates);
            remember(backend, &gates, &mut cell, &mut state);
            [gates, cell.to_vec(), state.to_vec()].concat()
        };
        let expected = step(Backend::SCALAR);
        for backend in Backend::available() {
            check_forms(&expected, &step(backend), backend);
        }
    }

    #[test]
    fn the_sigmoid_is_the_sigmoid() {
        for value in [-90.0, -20.0, -3.3, -0.5, -1e-4, 0.0, 0.7, 2.0, 11.0, 100.0_f32] {
            let expected = 1.0 / (1.0 + (-f64::from(value)).exp());
            assert!((f64::from(sigmoid(value)) - expected).abs() < 3e-7, "{value}");
        }
        assert!(sigmoid(f32::NAN).is_finite());
    }
}
