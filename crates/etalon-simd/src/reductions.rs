//! Sums, products and maxima in lanes, and the order in which lanes are joined.
//!
//! A single running sum would wait for every addition. Sixteen sums run in parallel here, each in
//! the order of the values, for every register width, so the result is the same everywhere.

#![expect(
    clippy::inline_always,
    reason = "a loop has the registers of its caller only when it is compiled into it"
)]

/// Parallel partial results.
pub const LANES: usize = 16;

/// Adding this rounds a number between −2²² and 2²²: the nearest integer is then in the lowest bits
/// of the sum.
pub const ROUNDING: f32 = 12_582_912.0;

/// Sixteen partial results of `values`, each of every sixteenth value; the remainder after whole
/// sixteens goes to the first lanes.
#[inline(always)]
pub fn lanes(values: &[f32], start: f32, step: impl Fn(f32, f32) -> f32) -> [f32; LANES] {
    let mut partial = [start; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for lane in 0..LANES {
            partial[lane] = step(partial[lane], chunk[lane]);
        }
    }
    for (partial, value) in partial.iter_mut().zip(rest) {
        *partial = step(*partial, *value);
    }
    partial
}

/// Sixteen partial results of pairs of values, and the remaining pairs after whole sixteens.
#[inline(always)]
pub fn lanes_of_pairs<'a>(
    left: &'a [f32],
    right: &'a [f32],
    start: f32,
    step: impl Fn(f32, f32, f32) -> f32,
) -> ([f32; LANES], impl Iterator<Item = (&'a f32, &'a f32)>) {
    let mut partial = [start; LANES];
    let (left, left_rest) = left.as_chunks::<LANES>();
    let (right, right_rest) = right.as_chunks::<LANES>();
    for (left, right) in left.iter().zip(right) {
        for lane in 0..LANES {
            partial[lane] = step(partial[lane], left[lane], right[lane]);
        }
    }
    (partial, left_rest.iter().zip(right_rest))
}

/// Joins sixteen partial results by halves, which is the fastest order in registers.
#[inline(always)]
pub fn tree(mut partial: [f32; LANES], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            partial[lane] = join(partial[lane], partial[lane + width]);
        }
        width /= 2;
    }
    partial[0]
}

/// The larger number; the second if either is NaN.
#[inline(always)]
pub fn larger(left: f32, right: f32) -> f32 {
    if left > right { left } else { right }
}

/// The highest number; 0 if none is positive.
#[inline(always)]
pub fn highest(values: &[f32]) -> f32 {
    tree(lanes(values, 0.0, |highest, value| larger(value, highest)), larger)
}

/// The dot product: sixteen sums and the remainder, added one after the other.
#[inline(always)]
pub fn dot(left: &[f32], right: &[f32]) -> f32 {
    let (sums, rest) = lanes_of_pairs(left, right, 0.0, |sum, left, right| sum + left * right);
    sums.iter().sum::<f32>() + rest.map(|(left, right)| left * right).sum::<f32>()
}

/// The dot product with all values in sixteen sums, joined by halves.
#[inline(always)]
pub fn dot_by_halves(left: &[f32], right: &[f32]) -> f32 {
    let (mut sums, rest) = lanes_of_pairs(left, right, 0.0, |sum, left, right| sum + left * right);
    for (sum, (left, right)) in sums.iter_mut().zip(rest) {
        *sum += left * right;
    }
    tree(sums, |left, right| left + right)
}

/// Adds `weight · input` to `out`.
#[inline(always)]
pub fn add_scaled(out: &mut [f32], weight: f32, input: &[f32]) {
    for (out, value) in out.iter_mut().zip(input) {
        *out += weight * value;
    }
}

#[cfg(test)]
#[expect(unsafe_code, reason = "a function for newer processors is called after detection")]
mod tests {
    use super::*;
    use crate::Backend;

    crate::kernels! {
        fn reduce(left: &[f32], right: &[f32], out: &mut [f32]) -> [f32; 5] {
            add_scaled(out, 0.3, left);
            let sum = tree(lanes(left, 0.0, |sum, value| sum + value), |left, right| left + right);
            [dot(left, right), dot_by_halves(left, right), sum, highest(right), larger(f32::NAN, 1.0)]
        }
    }

    /// Compares all forms of each reduction with each other and with sums in double precision.
    fn check(length: usize) {
        let numbers = |seed: usize| -> Vec<f32> {
            (0..length).map(|index| ((index * 7_919 + seed) % 2_003) as f32 / 1_001.5 - 1.0).collect()
        };
        let (left, right) = (numbers(3), numbers(1_201));
        let run = |backend: Backend| {
            let mut out = right.clone();
            let found = reduce(backend, &left, &right, &mut out);
            (found, out)
        };
        let (found, out) = run(Backend::SCALAR);
        let wide = |values: &[f32]| values.iter().copied().map(f64::from).collect::<Vec<_>>();
        let (left_wide, right_wide) = (wide(&left), wide(&right));
        let product: f64 = left_wide.iter().zip(&right_wide).map(|(left, right)| left * right).sum();
        let expected =
            [product, product, left_wide.iter().sum(), right_wide.iter().copied().fold(0.0, f64::max), 1.0];
        for (found, expected) in found.iter().zip(expected) {
            assert!((f64::from(*found) - expected).abs() < 1e-3, "{length}: {found} for {expected}");
        }
        for ((out, left), right) in out.iter().zip(&left).zip(&right) {
            assert_eq!(out.to_bits(), (right + 0.3 * left).to_bits(), "{length}");
        }
        for backend in Backend::available() {
            let bits = |(found, out): ([f32; 5], Vec<f32>)| {
                found.iter().chain(&out).map(|value| value.to_bits()).collect::<Vec<_>>()
            };
            assert_eq!(bits(run(backend)), bits((found, out.clone())), "{backend:?}, {length}");
        }
    }

    #[test]
    fn every_backend_gives_the_same_sums() {
        for length in [0, 1, 15, 16, 17, 64, 513, 2_000] {
            check(length);
        }
    }
}
