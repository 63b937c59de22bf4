//! The inner loops over samples, in a form for every kind of processor, chosen when the program
//! runs.
//!
//! | kernel | forms | agreement with the scalar form |
//! |---|---|---|
//! | [`statistics_i16`], [`frames_i16`] | scalar, AVX2, AVX-512 (F, BW), NEON | equal |
//! | [`statistics_f32`] | scalar, AVX2, AVX-512 (F, BW) | equal: all add in the same 16 lanes |
//! | [`correlate`] | scalar, AVX2, AVX-512 (F, BW), NEON | equal: every lag is summed in the order of the samples |
//!
//! Because all forms give the same numbers, the choice (see [`Backend`]) never shows in a result.
//! The tests compare the forms of the machine that they run on; `scripts/dev checks neon` runs them
//! for ARM64 under qemu.

#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "features are known only when the program runs")
)]

mod lanes;
mod scalar;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use etalon_simd::Backend;

use etalon_simd::Registers;

/// A sample of this size or more counts as clipped (0.999 of full scale).
pub(crate) const CLIPPED_I16: u16 = 32_735;

/// Sums over the samples of a frame, as integers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IntegerStatistics {
    /// Sum of the squared samples.
    pub square_sum: u64,
    /// Highest absolute sample, 0 to 32 768.
    pub peak: u16,
    /// Samples of at least 0.999 of full scale.
    pub clipped: u32,
    /// Pairs of neighbours of which one is negative and the other is not.
    pub zero_crossings: u32,
}

/// The same in units of full scale.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Statistics {
    /// Sum of the squared samples.
    pub square_sum: f64,
    /// Highest absolute sample, 0 to 1.
    pub peak: f32,
    /// Samples of at least 0.999 of full scale.
    pub clipped: u32,
    /// Pairs of neighbours of which one is negative and the other is not.
    pub zero_crossings: u32,
}

impl IntegerStatistics {
    pub(crate) fn as_fractions(self) -> Statistics {
        Statistics {
            square_sum: self.square_sum as f64 / (32_768.0 * 32_768.0),
            peak: f32::from(self.peak) / 32_768.0,
            clipped: self.clipped,
            zero_crossings: self.zero_crossings,
        }
    }
}

/// Sums over integer samples.
pub fn statistics_i16(backend: Backend, samples: &[i16]) -> IntegerStatistics {
    match backend.registers() {
        // SAFETY: a backend with these registers comes from a processor that has them.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx2 => unsafe { x86::statistics_i16_avx2(samples) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx512 => unsafe { x86::statistics_i16_avx512(samples) },
        #[cfg(target_arch = "aarch64")]
        Registers::Neon => lanes::statistics_i16(samples),
        _ => scalar::statistics_i16(samples),
    }
}

/// Sums over each of the frames of so many integer samples, which are added to `frames`; the last
/// one may be shorter.
///
/// Nothing is added for frames of no length.
pub fn frames_i16(
    backend: Backend,
    samples: &[i16],
    frame_length: usize,
    frames: &mut Vec<IntegerStatistics>,
) {
    if frame_length == 0 {
        return;
    }
    frames.reserve(samples.len().div_ceil(frame_length));
    match backend.registers() {
        // SAFETY: a backend with these registers comes from a processor that has them.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx2 => unsafe { x86::frames_i16_avx2(samples, frame_length, frames) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx512 => unsafe { x86::frames_i16_avx512(samples, frame_length, frames) },
        _ => frames.extend(samples.chunks(frame_length).map(|frame| statistics_i16(backend, frame))),
    }
}

etalon_simd::kernels! {
    /// Sums over floating-point samples; what is not a number counts as 0, what is beyond full
    /// scale as full scale.
    pub fn statistics_f32(samples: &[f32]) -> Statistics {
        lanes::statistics_f32(samples)
    }
}

/// Correlates `window` with `samples` at every lag from 0 on: `correlation[lag] = Σ window[n] ·
/// samples[n + lag]`.
///
/// As many lags are written as `correlation` holds and `samples` allows; the rest become 0.
pub fn correlate(backend: Backend, window: &[f32], samples: &[f32], correlation: &mut [f32]) {
    let lags = correlation.len().min((samples.len() + 1).saturating_sub(window.len()));
    let (correlation, rest) = correlation.split_at_mut(lags);
    rest.fill(0.0);
    match backend.registers() {
        // SAFETY: a backend with these registers comes from a processor that has them.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx2 => unsafe { x86::correlate_avx2(window, samples, correlation) },
        // SAFETY: likewise.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx512 => unsafe { x86::correlate_avx512(window, samples, correlation) },
        #[cfg(target_arch = "aarch64")]
        Registers::Neon => lanes::correlate::<32>(window, samples, correlation),
        _ => scalar::correlate(window, samples, correlation),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check_i16(samples: &[i16]) {
        let expected = scalar::statistics_i16(samples);
        for backend in Backend::available() {
            assert_eq!(statistics_i16(backend, samples), expected, "{backend:?}");
        }
    }

    fn check_frames_i16(samples: &[i16], frame_length: usize) {
        let expected: Vec<_> = samples.chunks(frame_length).map(scalar::statistics_i16).collect();
        for backend in Backend::available() {
            let mut frames = Vec::new();
            frames_i16(backend, samples, frame_length, &mut frames);
            assert_eq!(frames, expected, "{backend:?}");
            frames_i16(backend, samples, 0, &mut frames);
            assert_eq!(frames.len(), expected.len());
        }
    }

    fn check_f32(samples: &[f32]) {
        let expected = lanes::statistics_f32(samples);
        for backend in Backend::available() {
            assert_eq!(statistics_f32(backend, samples), expected, "{backend:?}");
        }
    }

    fn check_correlation(window: &[f32], samples: &[f32], lags: usize) {
        let mut expected = vec![9.0; lags];
        correlate(Backend::SCALAR, window, samples, &mut expected);
        for backend in Backend::available() {
            let mut correlation = vec![9.0; lags];
            correlate(backend, window, samples, &mut correlation);
            let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&correlation), bits(&expected), "{backend:?}");
        }
    }

    proptest! {
        #[test]
        fn every_backend_gives_the_integers_of_the_scalar_form(samples in prop::collection::vec(any::<i16>(), 0..2_500)) {
            check_i16(&samples);
        }

        #[test]
        fn every_backend_gives_the_integers_of_each_frame(
            samples in prop::collection::vec(any::<i16>(), 0..1_500),
            frame_length in prop_oneof![Just(80_usize), Just(160), 1..200_usize],
        ) {
            check_frames_i16(&samples, frame_length);
        }

        #[test]
        fn every_backend_gives_the_sums_of_the_scalar_form(samples in prop::collection::vec(any::<f32>(), 0..300)) {
            check_f32(&samples);
        }

        #[test]
        fn every_backend_gives_the_correlation_of_the_scalar_form(
            samples in prop::collection::vec(-1.0_f32..1.0, 0..500),
            window in 0_usize..300,
            lags in 0_usize..200,
        ) {
            check_correlation(&samples[..window.min(samples.len())], &samples, lags);
        }
    }

    #[test]
    fn extremes_do_not_overflow() {
        check_i16(&vec![i16::MIN; 1_100_000]);
        check_i16(&vec![i16::MAX; 70_000]);
        let alternating: Vec<i16> =
            (0..150_000).map(|index| if index % 2 == 0 { i16::MIN } else { i16::MAX }).collect();
        check_i16(&alternating);
        check_frames_i16(&alternating, 480);
        check_frames_i16(&vec![i16::MIN; 70_000], 1_000);
        check_f32(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0]);
    }
}
