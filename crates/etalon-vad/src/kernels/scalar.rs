use super::{CLIPPED_I16, IntegerStatistics, Statistics};
use crate::input::finite;

/// Sums over integer samples, one after the other: the reference for every other form.
pub(crate) fn statistics_i16(samples: &[i16]) -> IntegerStatistics {
    let mut sums = IntegerStatistics::default();
    let mut before = samples.first().copied().unwrap_or(0);
    for &sample in samples {
        let magnitude = sample.unsigned_abs();
        sums.square_sum += u64::from(magnitude) * u64::from(magnitude);
        sums.peak = sums.peak.max(magnitude);
        sums.clipped += u32::from(magnitude >= CLIPPED_I16 as u16);
        sums.zero_crossings += u32::from((sample < 0) != (before < 0));
        before = sample;
    }
    sums
}

/// Sums over floating-point samples.
pub(crate) fn statistics_f32(samples: &[f32]) -> Statistics {
    let mut sums = Statistics::default();
    for &sample in samples {
        let magnitude = finite(sample).abs();
        sums.square_sum += f64::from(magnitude) * f64::from(magnitude);
        sums.peak = sums.peak.max(magnitude);
        sums.clipped += u32::from(magnitude >= f32::from(CLIPPED_I16) / 32_768.0);
    }
    sums
}
