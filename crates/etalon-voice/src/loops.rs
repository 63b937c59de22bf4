//! Loops over numbers that are written once and compiled for each form of [`Backend`]. No form adds in another order or joins
//! a product with a sum, so all agree to the last bit.

use crate::tile::{Backend, LANES, WORD_CHANNELS};

/// Width and height of the first convolution.
pub(crate) const FIRST_SIZE: usize = 3;

/// Makes a function of each of the loops in [`written_once`] that takes the form for this processor.
macro_rules! compiled_for_each_form {
    ($($(#[$documentation:meta])* fn $name:ident($($argument:ident: $kind:ty),*) $(-> $result:ty)?;)*) => {
        $(
            $(#[$documentation])*
            pub(crate) fn $name($($argument: $kind),*) $(-> $result)? {
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx2")]
                fn avx2($($argument: $kind),*) $(-> $result)? {
                    written_once::$name($($argument),*)
                }
                #[cfg(target_arch = "x86_64")]
                #[target_feature(enable = "avx512f")]
                fn avx512($($argument: $kind),*) $(-> $result)? {
                    written_once::$name($($argument),*)
                }
                #[cfg_attr(target_arch = "x86_64", expect(unsafe_code, reason = "loops for what the processor has"))]
                match Backend::chosen() {
                    // SAFETY: AVX2 was found on this processor.
                    #[cfg(target_arch = "x86_64")]
                    Backend::Avx2 => unsafe { avx2($($argument),*) },
                    // SAFETY: AVX-512 was found on this processor.
                    #[cfg(target_arch = "x86_64")]
                    Backend::Avx512 => unsafe { avx512($($argument),*) },
                    _ => written_once::$name($($argument),*),
                }
            }
        )*
    };
}

compiled_for_each_form! {
    /// A convolution of three rows with `max(sum + shift, 0)` after it. The rows reach two numbers past the last whole 32 of
    /// the result.
    fn convolve(rows: [&[f32]; FIRST_SIZE], weights: &[f32; FIRST_SIZE * FIRST_SIZE], shift: f32, result: &mut [f32]);
    /// `max(value · scale + shift, 0)` of 32 numbers of each channel, one channel after the other; gives the highest.
    fn activate(values: &[f32], scale: &[f32], shift: &[f32], activated: &mut [f32]) -> f32;
    /// Writes numbers of four channels beside each other, in bytes that stand for `1 / inverse` each.
    fn write_bytes(channels: [&[f32]; WORD_CHANNELS], inverse: f32, words: &mut [u32]);
    /// The highest of some numbers; 0 where all are negative.
    fn maximum(values: &[f32]) -> f32;
    /// The sum of some numbers, added in eight rows.
    fn sum(values: &[f32]) -> f32;
    /// The sum of the products of two vectors, added in sixteen rows.
    fn dot(one: &[f32], other: &[f32]) -> f32;
    /// Adds to each sum its row's product of a matrix, which lies column by column, with a column.
    fn add_product(matrix: &[f32], column: &[f32], sums: &mut [f32]);
}

#[expect(clippy::inline_always, reason = "the loops must be compiled with the features of their caller")]
mod written_once {
    use super::{FIRST_SIZE, LANES, WORD_CHANNELS};

    /// Rows in which sums and maxima are computed.
    const ROWS: usize = 8;

    /// Rows in which products are added.
    const DOT_ROWS: usize = 16;

    /// 2^23: a number below 256 that is added to it is rounded to its lowest byte.
    const ROUNDING: f32 = 8_388_608.0;

    #[inline(always)]
    pub(super) fn convolve(
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

    #[inline(always)]
    pub(super) fn activate(values: &[f32], scale: &[f32], shift: &[f32], activated: &mut [f32]) -> f32 {
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

    #[inline(always)]
    pub(super) fn write_bytes(channels: [&[f32]; WORD_CHANNELS], inverse: f32, words: &mut [u32]) {
        let byte = |value: f32| (value * inverse + ROUNDING).to_bits() & 0xff;
        let [one, two, three, four] = channels;
        for ((((word, one), two), three), four) in words.iter_mut().zip(one).zip(two).zip(three).zip(four) {
            *word = byte(*one) | byte(*two) << 8 | byte(*three) << 16 | byte(*four) << 24;
        }
    }

    #[inline(always)]
    pub(super) fn maximum(values: &[f32]) -> f32 {
        let mut highest = [0.0_f32; ROWS];
        let whole = values.chunks_exact(ROWS);
        let rest = whole.remainder().iter().copied().fold(0.0, f32::max);
        for values in whole {
            for (highest, value) in highest.iter_mut().zip(values) {
                *highest = if *value > *highest { *value } else { *highest };
            }
        }
        highest.into_iter().fold(rest, f32::max)
    }

    #[inline(always)]
    pub(super) fn sum(values: &[f32]) -> f32 {
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

    #[inline(always)]
    pub(super) fn dot(one: &[f32], other: &[f32]) -> f32 {
        let mut sums = [0.0_f32; DOT_ROWS];
        let (one, other) = (one.chunks_exact(DOT_ROWS), other.chunks_exact(DOT_ROWS));
        let rest = one.remainder().iter().zip(other.remainder()).map(|(one, two)| one * two).sum::<f32>();
        for (one, other) in one.zip(other) {
            for ((sum, one), two) in sums.iter_mut().zip(one).zip(other) {
                *sum += one * two;
            }
        }
        rest + sums.iter().sum::<f32>()
    }

    #[inline(always)]
    pub(super) fn add_product(matrix: &[f32], column: &[f32], sums: &mut [f32]) {
        for (weights, value) in matrix.chunks_exact(sums.len().max(1)).zip(column) {
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += weight * value;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_maxima_are_of_all_numbers() {
        let check = |values: &[f32], expected: [f32; 2]| {
            let found = [sum(values), maximum(values)];
            assert_eq!(found.map(f32::to_bits), expected.map(f32::to_bits), "{values:?}");
        };
        check(&[], [0.0, 0.0]);
        check(&[-3.0, -1.0], [-4.0, 0.0]);
        check(&[1.0; 9], [9.0, 1.0]);
        check(&[&[2.0; 16][..], &[-1.0, 5.0, 0.0]].concat(), [36.0, 5.0]);
        check(&[&[0.5; 3][..], &[7.0], &[0.5; 20]].concat(), [18.5, 7.0]);
    }
}
