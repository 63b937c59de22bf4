//! Loops that are compiled for each kind of register. No form changes the order of additions or
//! fuses a product with a sum, so all agree to the last bit.

use etalon_simd::convolution::{LANES, WORD_CHANNELS};
use etalon_simd::kernels;
use etalon_simd::reductions::{self, ROUNDING, add_scaled};

/// Width and height of the first convolution.
pub(crate) const FIRST_SIZE: usize = 3;

/// Partial sums of a mean.
const ROWS: usize = 8;

kernels! {
/// A convolution of three rows followed by `max(sum + shift, 0)`. The rows extend two numbers past
/// the last whole 32 of the result.
pub(crate) fn convolve(
    rows: [&[f32]; FIRST_SIZE],
    weights: &[f32; FIRST_SIZE * FIRST_SIZE],
    shift: f32,
    result: &mut [f32],
) {
    for (tile, result) in result.chunks_mut(LANES).enumerate() {
        let first = tile * LANES;
        let mut sums = [0.0_f32; LANES];
        for (row, weights) in rows.iter().zip(weights.chunks_exact(FIRST_SIZE)) {
            for (tap, weight) in weights.iter().enumerate() {
                for (sum, value) in sums.iter_mut().zip(&row[first + tap..][..LANES]) {
                    *sum += weight * value;
                }
            }
        }
        for (result, sum) in result.iter_mut().zip(&sums) {
            *result = (sum + shift).max(0.0);
        }
    }
}
/// `max(value · scale + shift, 0)` of 32 numbers of each channel, one channel after the other;
/// returns the highest.
pub(crate) fn activate(values: &[f32], scale: &[f32], shift: &[f32], activated: &mut [f32]) -> f32 {
    let mut highest = [0.0_f32; LANES];
    let channels = activated.chunks_exact_mut(LANES).zip(values.chunks_exact(LANES));
    for ((activated, values), (scale, shift)) in channels.zip(scale.iter().zip(shift)) {
        for ((activated, value), highest) in activated.iter_mut().zip(values).zip(&mut highest) {
            *activated = (value * scale + shift).max(0.0);
            *highest = if *activated > *highest { *activated } else { *highest };
        }
    }
    highest.into_iter().fold(0.0, f32::max)
}
/// Writes numbers of four channels interleaved, in bytes with a step of `1 / inverse`.
pub(crate) fn write_bytes(channels: [&[f32]; WORD_CHANNELS], inverse: f32, words: &mut [u32]) {
    let byte = |value: f32| (value * inverse + ROUNDING).to_bits() & 0xff;
    let [one, two, three, four] = channels;
    for ((((word, one), two), three), four) in words.iter_mut().zip(one).zip(two).zip(three).zip(four) {
        *word = byte(*one) | byte(*two) << 8 | byte(*three) << 16 | byte(*four) << 24;
    }
}
/// The highest of some numbers; 0 if all are negative.
pub(crate) fn maximum(values: &[f32]) -> f32 {
    reductions::highest(values)
}

/// The sum of some numbers in eight partial sums.
pub(crate) fn sum(values: &[f32]) -> f32 {
    let mut sums = [0.0_f32; ROWS];
    let whole = values.chunks_exact(ROWS);
    let rest: f32 = whole.remainder().iter().sum();
    for values in whole {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
    rest + sums.iter().sum::<f32>()
}
/// The dot product of two vectors in sixteen partial sums.
pub(crate) fn dot(one: &[f32], other: &[f32]) -> f32 {
    reductions::dot(one, other)
}

/// Adds the product of a column-major matrix and a column to `sums`.
pub(crate) fn add_product(matrix: &[f32], column: &[f32], sums: &mut [f32]) {
    for (weights, value) in matrix.chunks_exact(sums.len().max(1)).zip(column) {
        add_scaled(sums, *value, weights);
    }
}}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_simd::Backend;

    #[test]
    fn sums_and_maxima_are_of_all_numbers() {
        let check = |values: &[f32], expected: [f32; 2]| {
            for backend in Backend::available() {
                let found = [sum(backend, values), maximum(backend, values)];
                assert_eq!(found.map(f32::to_bits), expected.map(f32::to_bits), "{backend:?}: {values:?}");
            }
        };
        check(&[], [0.0, 0.0]);
        check(&[-3.0, -1.0], [-4.0, 0.0]);
        check(&[1.0; 9], [9.0, 1.0]);
        check(&[&[2.0; 16][..], &[-1.0, 5.0, 0.0]].concat(), [36.0, 5.0]);
        check(&[&[0.5; 3][..], &[7.0], &[0.5; 20]].concat(), [18.5, 7.0]);
    }
}
