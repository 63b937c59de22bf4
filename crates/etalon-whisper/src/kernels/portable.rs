//! The kernels in plain Rust. What has a fixed order of additions (sixteen lanes, then a tree) gives the same bits
//! whatever it is compiled for: Rust never fuses a multiplication with an addition by itself.

#![expect(
    clippy::inline_always,
    reason = "a kernel has the instruction set of its caller only when it is compiled into it"
)]

use super::{
    BYTE_DEPTH, LINE_COLUMNS, PANEL_COLUMNS, PANEL_LINES, QuantizedColumns, QuantizedRows, WIDE_DEPTH,
    WideColumns, WideRows, ZERO_POINT,
};

const LANES: usize = 16;
/// Adding this to a small number leaves the nearest integer in the low bits of the sum.
const ROUNDING: f32 = 12_582_912.0;
/// Epsilon of Whisper's layer normalisation.
const EPSILON: f32 = 1e-5;

#[expect(clippy::needless_range_loop, reason = "the indices are what the compiler vectorises")]
pub(super) fn multiply_quantized(rows: &QuantizedRows<'_>, columns: &QuantizedColumns<'_>, out: &mut [f32]) {
    let (depth, width) = (rows.depth, columns.scales.len());
    let panel_lines = depth / BYTE_DEPTH * PANEL_LINES;
    for (row, out) in out.chunks_exact_mut(width).enumerate() {
        let values = &rows.values[row * depth..(row + 1) * depth];
        let correction = i32::from(ZERO_POINT) * rows.sums[row];
        for (panel, out) in out.chunks_exact_mut(PANEL_COLUMNS).enumerate() {
            let lines = &columns.lines[panel * panel_lines..(panel + 1) * panel_lines];
            let mut sums = [0_i32; PANEL_COLUMNS];
            for (four, lines) in values.chunks_exact(BYTE_DEPTH).zip(lines.chunks_exact(PANEL_LINES)) {
                for (sums, line) in sums.chunks_exact_mut(LINE_COLUMNS).zip(lines) {
                    for column in 0..LINE_COLUMNS {
                        for step in 0..BYTE_DEPTH {
                            sums[column] +=
                                i32::from(four[step]) * i32::from(line.0[column * BYTE_DEPTH + step]);
                        }
                    }
                }
            }
            let first = panel * PANEL_COLUMNS;
            for column in 0..PANEL_COLUMNS {
                let scale = rows.scales[row] * columns.scales[first + column];
                let bias = columns.bias.get(first + column).copied().unwrap_or(0.0);
                out[column] = (sums[column] - correction) as f32 * scale + bias;
            }
        }
    }
}

#[expect(clippy::needless_range_loop, reason = "the indices are what the compiler vectorises")]
pub(super) fn multiply_wide(rows: &WideRows<'_>, columns: &WideColumns<'_>, out: &mut [f32]) {
    let width = columns.columns();
    let panel_lines = columns.depth / WIDE_DEPTH * PANEL_LINES;
    for (row, out) in out.chunks_exact_mut(width).enumerate() {
        let values = &rows.values[row * rows.stride..row * rows.stride + columns.depth];
        for (panel, out) in out.chunks_exact_mut(PANEL_COLUMNS).enumerate() {
            let lines = &columns.lines[panel * panel_lines..(panel + 1) * panel_lines];
            let mut sums = [0.0_f32; PANEL_COLUMNS];
            for (pair, lines) in values.chunks_exact(WIDE_DEPTH).zip(lines.chunks_exact(PANEL_LINES)) {
                let (even, odd) = (from_bf16(pair[0]), from_bf16(pair[1]));
                for (sums, line) in sums.chunks_exact_mut(LINE_COLUMNS).zip(lines) {
                    for column in 0..LINE_COLUMNS {
                        sums[column] += even * from_bf16(line.0[column * WIDE_DEPTH])
                            + odd * from_bf16(line.0[column * WIDE_DEPTH + 1]);
                    }
                }
            }
            out.copy_from_slice(&sums);
        }
    }
}

#[inline(always)]
fn from_bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// The nearest bf16, ties to even; the input is a number.
#[inline(always)]
fn nearest_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    (bits.wrapping_add(0x7FFF + ((bits >> 16) & 1)) >> 16) as u16
}

/// Sixteen partial results of `values`, elements that are left over included.
#[inline(always)]
fn lanes(values: &[f32], start: f32, step: impl Fn(f32, f32) -> f32) -> [f32; LANES] {
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

#[inline(always)]
fn tree(mut partial: [f32; LANES], join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            partial[lane] = join(partial[lane], partial[lane + width]);
        }
        width /= 2;
    }
    partial[0]
}

#[inline(always)]
fn larger(left: f32, right: f32) -> f32 {
    if left > right { left } else { right }
}

/// `eˣ` for x ≤ 0, relative error below 3e-7; what would be smaller than e⁻⁸⁷ is e⁻⁸⁷.
///
/// Range reduction after Cody and Waite, then a polynomial of degree 6 (Cephes `expf`).
#[inline(always)]
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

#[inline(always)]
pub(super) fn layer_norm(input: &[f32], gain: &[f32], bias: &[f32], out: &mut [f32]) {
    let count = input.len() as f32;
    let mean = tree(lanes(input, 0.0, |sum, value| sum + value), |left, right| left + right) / count;
    let squares = lanes(input, 0.0, |sum, value| sum + (value - mean) * (value - mean));
    let deviation = (tree(squares, |left, right| left + right) / count + EPSILON).sqrt();
    let factor = 1.0 / deviation;
    for (((out, value), gain), bias) in out.iter_mut().zip(input).zip(gain).zip(bias) {
        *out = (value - mean) * factor * gain + bias;
    }
}

#[inline(always)]
pub(super) fn quantize(input: &[f32], out: &mut [i8]) -> (f32, i32) {
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

#[inline(always)]
pub(super) fn gelu(values: &mut [f32]) {
    for value in values {
        // x · (1 + tanh(√(2/π)(x + 0.044715x³))) / 2 = x / (1 + exp(−2√(2/π)(x + 0.044715x³)))
        let inner = 1.595_769_2 * (*value + 0.044_715 * *value * *value * *value);
        let small = exponential(-inner.abs());
        let numerator = if inner > 0.0 { 1.0 } else { small };
        *value *= numerator / (1.0 + small);
    }
}

#[inline(always)]
pub(super) fn add(values: &mut [f32], bias: &[f32]) {
    for (value, bias) in values.iter_mut().zip(bias) {
        *value += bias;
    }
}

#[inline(always)]
pub(super) fn to_bf16(input: &[f32], factor: f32, out: &mut [u16]) {
    for (out, value) in out.iter_mut().zip(input) {
        *out = nearest_bf16(value * factor);
    }
}

#[inline(always)]
pub(super) fn exponentials_bf16(scores: &[f32], out: &mut [u16]) -> f32 {
    let largest = tree(lanes(scores, f32::MIN, larger), larger);
    let mut sums = [0.0_f32; LANES];
    let (chunks, rest) = scores.as_chunks::<LANES>();
    let (out_chunks, out_rest) = out.as_chunks_mut::<LANES>();
    for (chunk, out) in chunks.iter().zip(out_chunks.iter_mut()) {
        for lane in 0..LANES {
            let nearest = nearest_bf16(exponential(chunk[lane] - largest));
            sums[lane] += from_bf16(nearest);
            out[lane] = nearest;
        }
    }
    let out_rest = out_chunks.get_mut(chunks.len()).map_or(out_rest, |chunk| chunk.as_mut_slice());
    for (lane, value) in rest.iter().enumerate() {
        let nearest = nearest_bf16(exponential(value - largest));
        sums[lane] += from_bf16(nearest);
        out_rest[lane] = nearest;
    }
    tree(sums, |left, right| left + right)
}

#[inline(always)]
pub(super) fn exponentials(scores: &mut [f32]) -> f32 {
    let largest = tree(lanes(scores, f32::MIN, larger), larger);
    for score in scores.iter_mut() {
        *score = exponential(*score - largest);
    }
    tree(lanes(scores, 0.0, |sum, value| sum + value), |left, right| left + right)
}

#[inline(always)]
pub(super) fn dot(left: &[f32], right: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let (left_chunks, left_rest) = left.as_chunks::<LANES>();
    let (right_chunks, right_rest) = right.as_chunks::<LANES>();
    for (left, right) in left_chunks.iter().zip(right_chunks) {
        for lane in 0..LANES {
            sums[lane] += left[lane] * right[lane];
        }
    }
    for (sum, (left, right)) in sums.iter_mut().zip(left_rest.iter().zip(right_rest)) {
        *sum += left * right;
    }
    tree(sums, |left, right| left + right)
}

#[inline(always)]
pub(super) fn add_scaled(out: &mut [f32], weight: f32, input: &[f32]) {
    for (out, value) in out.iter_mut().zip(input) {
        *out += weight * value;
    }
}

#[inline(always)]
pub(super) fn scale(values: &mut [f32], factor: f32) {
    for value in values {
        *value *= factor;
    }
}

#[inline(always)]
pub(super) fn masked_maximum(logits: &[f32], mask: &[f32]) -> f32 {
    let mut most = [f32::MIN; LANES];
    let (logit_chunks, logit_rest) = logits.as_chunks::<LANES>();
    let (mask_chunks, mask_rest) = mask.as_chunks::<LANES>();
    for (logits, mask) in logit_chunks.iter().zip(mask_chunks) {
        for lane in 0..LANES {
            most[lane] = larger(most[lane], logits[lane] + mask[lane]);
        }
    }
    for (most, (logit, mask)) in most.iter_mut().zip(logit_rest.iter().zip(mask_rest)) {
        *most = larger(*most, logit + mask);
    }
    tree(most, larger)
}

#[inline(always)]
pub(super) fn masked_exponential_sum(logits: &[f32], mask: &[f32], maximum: f32) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let (logit_chunks, logit_rest) = logits.as_chunks::<LANES>();
    let (mask_chunks, mask_rest) = mask.as_chunks::<LANES>();
    for (logits, mask) in logit_chunks.iter().zip(mask_chunks) {
        for lane in 0..LANES {
            sums[lane] += exponential(logits[lane] + mask[lane] - maximum);
        }
    }
    for (sum, (logit, mask)) in sums.iter_mut().zip(logit_rest.iter().zip(mask_rest)) {
        *sum += exponential(logit + mask - maximum);
    }
    tree(sums, |left, right| left + right)
}
