//! One sample after the other: the reference for every other form.

use super::{CLIPPED_I16, IntegerStatistics};

pub(super) fn statistics_i16(samples: &[i16]) -> IntegerStatistics {
    let mut sums = IntegerStatistics::default();
    let mut before = samples.first().copied().unwrap_or(0);
    for &sample in samples {
        let magnitude = sample.unsigned_abs();
        sums.square_sum += u64::from(magnitude) * u64::from(magnitude);
        sums.peak = sums.peak.max(magnitude);
        sums.clipped += u32::from(magnitude >= CLIPPED_I16);
        sums.zero_crossings += u32::from((sample < 0) != (before < 0));
        before = sample;
    }
    sums
}

pub(super) fn correlate(window: &[f32], samples: &[f32], correlation: &mut [f32]) {
    for (lag, value) in correlation.iter_mut().enumerate() {
        *value = window.iter().zip(&samples[lag..]).fold(0.0, |sum, (left, right)| sum + left * right);
    }
}
