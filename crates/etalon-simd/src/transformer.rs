//! The inner loops of transformers besides the matrix products, compiled for each kind of register.
//! Loops with a fixed order of additions (sixteen lanes, then a tree) give the same bits in every
//! form.

#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "features are known only when the program runs")
)]

use crate::reductions::{self, LANES, ROUNDING, lanes, lanes_of_pairs, larger, tree};
use crate::{bf16, kernels};

kernels! {
    /// Layer normalisation with gain and bias (Ba et al. 2016, arXiv:1607.06450); `epsilon` is added
    /// to the variance.
    pub fn layer_norm(input: &[f32], gain: &[f32], bias: &[f32], epsilon: f32, out: &mut [f32]) {
        let count = input.len() as f32;
        let mean = tree(lanes(input, 0.0, |sum, value| sum + value), |left, right| left + right) / count;
        let squares = lanes(input, 0.0, |sum, value| sum + (value - mean) * (value - mean));
        let deviation = (tree(squares, |left, right| left + right) / count + epsilon).sqrt();
        let factor = 1.0 / deviation;
        for (((out, value), gain), bias) in out.iter_mut().zip(input).zip(gain).zip(bias) {
            *out = (value - mean) * factor * gain + bias;
        }
    }

    /// Rounds to eight-bit values; returns their scale and their sum.
    pub fn quantize(input: &[f32], out: &mut [i8]) -> (f32, i32) {
        let largest = tree(lanes(input, 0.0, |most, value| larger(most, value.abs())), larger);
        if largest < 1e-30 {
            out.fill(0);
            return (0.0, 0);
        }
        let factor = 127.0 / largest;
        let mut sum = 0_i32;
        for (out, value) in out.iter_mut().zip(input) {
            let nearest = (value * factor + ROUNDING).to_bits() as i32 - ROUNDING.to_bits() as i32;
            sum += nearest;
            *out = nearest as i8;
        }
        (largest / 127.0, sum)
    }

    /// Gaussian error linear unit in its tanh form, in place.
    pub fn gelu(values: &mut [f32]) {
        for value in values {
            // x · (1 + tanh(√(2/π)(x + 0.044715x³))) / 2 = x / (1 + exp(−2√(2/π)(x + 0.044715x³)))
            let inner = 1.595_769_2 * (*value + 0.044_715 * *value * *value * *value);
            let small = exponential(-inner.abs());
            let numerator = if inner > 0.0 { 1.0 } else { small };
            *value *= numerator / (1.0 + small);
        }
    }

    /// Adds `bias` to `values`.
    pub fn add(values: &mut [f32], bias: &[f32]) {
        for (value, bias) in values.iter_mut().zip(bias) {
            *value += bias;
        }
    }

    /// `input · factor` as bf16.
    pub fn to_bf16(input: &[f32], factor: f32, out: &mut [u16]) {
        for (out, value) in out.iter_mut().zip(input) {
            *out = bf16::nearest(value * factor);
        }
    }

    /// `exp(scores − maximum)` as bf16; returns the sum of the written values.
    pub fn exponentials_bf16(scores: &[f32], out: &mut [u16]) -> f32 {
        let largest = tree(lanes(scores, f32::MIN, larger), larger);
        let mut sums = [0.0_f32; LANES];
        let (chunks, rest) = scores.as_chunks::<LANES>();
        let (out_chunks, out_rest) = out.as_chunks_mut::<LANES>();
        for (chunk, out) in chunks.iter().zip(out_chunks.iter_mut()) {
            for lane in 0..LANES {
                let nearest = bf16::nearest(exponential(chunk[lane] - largest));
                sums[lane] += bf16::widened(nearest);
                out[lane] = nearest;
            }
        }
        let out_rest = out_chunks.get_mut(chunks.len()).map_or(out_rest, |chunk| chunk.as_mut_slice());
        for (lane, value) in rest.iter().enumerate() {
            let nearest = bf16::nearest(exponential(value - largest));
            sums[lane] += bf16::widened(nearest);
            out_rest[lane] = nearest;
        }
        tree(sums, |left, right| left + right)
    }

    /// `exp(scores − maximum)` in place; returns the sum.
    pub fn exponentials(scores: &mut [f32]) -> f32 {
        let largest = tree(lanes(scores, f32::MIN, larger), larger);
        for score in scores.iter_mut() {
            *score = exponential(*score - largest);
        }
        tree(lanes(scores, 0.0, |sum, value| sum + value), |left, right| left + right)
    }

    /// The dot product.
    pub fn dot(left: &[f32], right: &[f32]) -> f32 {
        reductions::dot_by_halves(left, right)
    }

    /// Adds `weight · input` to `out`.
    pub fn add_scaled(out: &mut [f32], weight: f32, input: &[f32]) {
        reductions::add_scaled(out, weight, input);
    }

    /// Multiplies in place.
    pub fn scale(values: &mut [f32], factor: f32) {
        for value in values {
            *value *= factor;
        }
    }

    /// The largest sum of a logit and its mask.
    pub fn masked_maximum(logits: &[f32], mask: &[f32]) -> f32 {
        let step = |most, logit, mask| larger(most, logit + mask);
        let (mut partial, rest) = lanes_of_pairs(logits, mask, f32::MIN, step);
        for (partial, (logit, mask)) in partial.iter_mut().zip(rest) {
            *partial = step(*partial, *logit, *mask);
        }
        tree(partial, larger)
    }

    /// `Σ exp(logit + mask − maximum)`.
    pub fn masked_exponential_sum(logits: &[f32], mask: &[f32], maximum: f32) -> f32 {
        let step = |sum, logit, mask| sum + exponential(logit + mask - maximum);
        let (mut partial, rest) = lanes_of_pairs(logits, mask, 0.0, step);
        for (partial, (logit, mask)) in partial.iter_mut().zip(rest) {
            *partial = step(*partial, *logit, *mask);
        }
        tree(partial, |left, right| left + right)
    }
}

/// `eˣ` for x ≤ 0, relative error below 3e-7; at least e⁻⁸⁷.
///
/// Range reduction after Cody and Waite, then a polynomial of degree 6 (Cephes `expf`).
#[inline(always)]
#[expect(clippy::inline_always, reason = "the formula must be compiled with the registers of its caller")]
fn exponential(value: f32) -> f32 {
    let value = larger(value, -87.0);
    let shifted = value * std::f32::consts::LOG2_E + ROUNDING;
    let whole = shifted - ROUNDING;
    let rest = value - whole * 0.693_359_4 - whole * -2.121_944_4e-4;
    let mut sum = 1.987_569_1e-4;
    sum = sum * rest + 1.398_2e-3;
    sum = sum * rest + 8.333_452e-3;
    sum = sum * rest + 4.166_579_6e-2;
    sum = sum * rest + 1.666_666_5e-1;
    sum = sum * rest + 5e-1;
    let result = sum * rest * rest + rest + 1.0;
    let power = f32::from_bits(shifted.to_bits().wrapping_add(127) << 23);
    result * power
}

#[cfg(test)]
mod tests {
    //! Compares every form with the scalar one, and the scalar one with the formula.

    use super::*;
    use crate::Backend;
    use crate::pseudorandom::numbers;

    #[test]
    fn the_kernels_written_once_are_equal_in_every_form() {
        let check = |length: usize| {
            let (values, gain) = (numbers(length, 7), numbers(length, 8));
            let run = |backend: Backend| {
                let mut norm = vec![0.0; length];
                layer_norm(backend, &values, &gain, &gain, 1e-5, &mut norm);
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
            let expected = run(Backend::SCALAR);
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
        let backend = Backend::SCALAR;
        let values = numbers(200, 9);
        let mut norm = vec![0.0; 200];
        layer_norm(backend, &values, &[1.0; 200], &[0.0; 200], 1e-5, &mut norm);
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
}
