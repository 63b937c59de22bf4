//! Loops written in lanes, which the compiler turns into the widest registers that the caller's
//! features allow.

use super::{CLIPPED_I16, IntegerStatistics, Statistics};
use crate::input::finite;

/// Lanes of the floating-point sums, and lags that are summed at once.
const LANES: usize = 16;

#[inline]
#[cfg_attr(not(target_arch = "aarch64"), expect(dead_code, reason = "x86-64 has intrinsics for it"))]
pub(super) fn statistics_i16(samples: &[i16]) -> IntegerStatistics {
    let mut sums = super::scalar::statistics_i16(&[]);
    for block in samples.chunks(LANES) {
        let mut squares = [0_u32; LANES];
        for (square, sample) in squares.iter_mut().zip(block) {
            *square = u32::from(sample.unsigned_abs()) * u32::from(sample.unsigned_abs());
        }
        sums.square_sum += squares.iter().map(|&square| u64::from(square)).sum::<u64>();
        sums.peak = block.iter().map(|sample| sample.unsigned_abs()).fold(sums.peak, u16::max);
        sums.clipped +=
            block.iter().map(|sample| u32::from(sample.unsigned_abs() >= CLIPPED_I16)).sum::<u32>();
    }
    sums.zero_crossings = samples.windows(2).map(|pair| u32::from((pair[0] ^ pair[1]) < 0)).sum();
    sums
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the loops must be compiled with the features of their caller")]
pub(super) fn statistics_f32(samples: &[f32]) -> Statistics {
    let mut squares = [0.0_f64; LANES];
    let mut peaks = [0.0_f32; LANES];
    let mut clipped = [0_u32; LANES];
    for block in samples.chunks(LANES) {
        for (lane, &sample) in block.iter().enumerate() {
            let magnitude = finite(sample).abs();
            squares[lane] += f64::from(magnitude) * f64::from(magnitude);
            peaks[lane] = peaks[lane].max(magnitude);
            clipped[lane] += u32::from(magnitude >= f32::from(CLIPPED_I16) / 32_768.0);
        }
    }
    Statistics {
        square_sum: squares.iter().sum(),
        peak: peaks.iter().copied().fold(0.0, f32::max),
        clipped: clipped.iter().sum(),
        zero_crossings: samples.windows(2).map(|pair| u32::from((pair[0] < 0.0) != (pair[1] < 0.0))).sum(),
    }
}

/// As many lags at once as `WIDE` says, then sixteen; each lag is summed in the order of the
/// samples, so the result is that of the scalar form. More lags at once hide the time that an
/// addition takes, as far as the registers go.
#[inline]
pub(super) fn correlate<const WIDE: usize>(window: &[f32], samples: &[f32], correlation: &mut [f32]) {
    let (wide, rest) = correlation.split_at_mut(correlation.len() / WIDE * WIDE);
    correlate_blocks::<WIDE>(window, samples, wide);
    let samples = &samples[wide.len().min(samples.len())..];
    let (narrow, rest) = rest.split_at_mut(rest.len() / LANES * LANES);
    correlate_blocks::<LANES>(window, samples, narrow);
    super::scalar::correlate(window, &samples[narrow.len().min(samples.len())..], rest);
}

#[inline]
fn correlate_blocks<const LAGS: usize>(window: &[f32], samples: &[f32], correlation: &mut [f32]) {
    for (block, lags) in correlation.chunks_exact_mut(LAGS).enumerate() {
        let mut sums = [0.0_f32; LAGS];
        for (left, right) in window.iter().zip(samples[block * LAGS..].array_windows::<LAGS>()) {
            for (sum, right) in sums.iter_mut().zip(right) {
                *sum += left * right;
            }
        }
        lags.copy_from_slice(&sums);
    }
}
