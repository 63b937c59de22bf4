//! Computes log-mel frames like whisper.cpp's `log_mel_spectrogram` and `OpenAI`'s
//! `whisper/audio.py`.

use realfft::{RealFftPlanner, RealToComplex};
use std::sync::Arc;

/// The model's sample rate, samples per second.
pub(crate) const RATE_HZ: usize = 16_000;
/// Samples in a frame.
const FRAME: usize = 400;
/// Samples from one frame to the next: 10 ms.
pub(crate) const HOP: usize = 160;
/// Frequencies of a frame's spectrum.
const BINS: usize = FRAME / 2 + 1;
/// Least power, so that its logarithm exists.
const POWER_MIN: f64 = 1e-10;
/// Dynamic range below the loudest value, powers of ten; lower values are raised to it.
const RANGE: f32 = 8.0;

/// Computes log-mel frames.
#[derive(Clone)]
pub(crate) struct MelSpectrum {
    bands: usize,
    /// For each band the first bin and the weights from there on.
    filters: Vec<(usize, Vec<f32>)>,
    window: Vec<f32>,
    transform: Arc<dyn RealToComplex<f32>>,
}

impl std::fmt::Debug for MelSpectrum {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("MelSpectrum").field("bands", &self.bands).finish_non_exhaustive()
    }
}

impl MelSpectrum {
    /// Uses the model's own filters, `bands` rows of 201 weights; none if they have another shape.
    pub(crate) fn new(bands: usize, filters: &[f32], bins: usize) -> Option<Self> {
        if bins != BINS || filters.len() != bands * BINS || bands == 0 {
            return None;
        }
        let filters = filters
            .chunks_exact(BINS)
            .map(|weights| {
                let first = weights.iter().position(|weight| *weight != 0.0).unwrap_or(0);
                let end = weights.iter().rposition(|weight| *weight != 0.0).map_or(first, |last| last + 1);
                (first, weights[first..end].to_vec())
            })
            .collect();
        let window = (0..FRAME)
            .map(|index| {
                let angle = 2.0 * std::f64::consts::PI * index as f64 / FRAME as f64;
                (0.5 * (1.0 - angle.cos())) as f32
            })
            .collect();
        Some(Self { bands, filters, window, transform: RealFftPlanner::new().plan_fft_forward(FRAME) })
    }

    /// Computes `frames` frames of `bands` values; silence follows the signal.
    ///
    /// The signal is mirrored before its start. The scale is that of the training: (log₁₀ power, at
    /// most 8 below the loudest, + 4) / 4.
    pub(crate) fn frames(&self, signal: &[f32], frames: usize) -> Vec<f32> {
        let mut mel = vec![POWER_MIN.log10() as f32; frames * self.bands];
        let heard = (signal.len() + FRAME / 2).div_ceil(HOP).min(frames);
        let mut frame = vec![0.0_f32; FRAME];
        let mut spectrum = self.transform.make_output_vec();
        let mut scratch = self.transform.make_scratch_vec();
        let mut power = vec![0.0_f32; BINS];
        for (index, out) in mel.chunks_exact_mut(self.bands).take(heard).enumerate() {
            for (at, (value, weight)) in frame.iter_mut().zip(&self.window).enumerate() {
                let from_start = (index * HOP + at) as isize - (FRAME / 2) as isize;
                *value =
                    signal.get(from_start.unsigned_abs()).map_or(0.0, |sample| full_scale(*sample)) * weight;
            }
            // The transform can't fail with the lengths of its plan; otherwise the frame stays
            // silent.
            if self.transform.process_with_scratch(&mut frame, &mut spectrum, &mut scratch).is_err() {
                continue;
            }
            for (power, value) in power.iter_mut().zip(&spectrum) {
                *power = value.norm_sqr();
            }
            for (out, (first, weights)) in out.iter_mut().zip(&self.filters) {
                let sum: f64 = power[*first..]
                    .iter()
                    .zip(weights)
                    .map(|(power, weight)| f64::from(power * weight))
                    .sum();
                *out = sum.max(POWER_MIN).log10() as f32;
            }
        }
        let loudest = mel.iter().copied().fold(POWER_MIN.log10() as f32, f32::max);
        for value in &mut mel {
            *value = (value.max(loudest - RANGE) + 4.0) / 4.0;
        }
        mel
    }
}

/// NaN becomes silence; values beyond full scale are clamped.
fn full_scale(sample: f32) -> f32 {
    if sample.is_nan() { 0.0 } else { sample.clamp(-1.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Filters of one bin each.
    fn spectrum(bins: &[usize]) -> MelSpectrum {
        let mut filters = vec![0.0; bins.len() * BINS];
        for (band, bin) in bins.iter().enumerate() {
            filters[band * BINS + bin] = 1.0;
        }
        MelSpectrum::new(bins.len(), &filters, BINS).unwrap()
    }

    #[test]
    fn a_tone_is_loud_in_its_band_and_silence_follows() {
        let tone: Vec<f32> = (0..RATE_HZ)
            .map(|index| (2.0 * std::f32::consts::PI * 1000.0 * index as f32 / RATE_HZ as f32).sin())
            .collect();
        // 1000 Hz is bin 25 of 40 Hz each.
        let mel = spectrum(&[25, 100]).frames(&tone, 200);
        assert_eq!(mel.len(), 400);
        // A full-scale tone under a Hann window: power (400/4)² = 10⁴, so (4 + 4) / 4.
        assert!((mel[50 * 2] - 2.0).abs() < 1e-3, "{}", mel[100]);
        assert!((mel[50 * 2 + 1] - 0.0).abs() < 1e-3 && (mel[150 * 2] - 0.0).abs() < 1e-6);
    }

    #[test]
    fn silence_and_nothing_are_flat() {
        for signal in [vec![], vec![0.0; 100], vec![0.0; 16_000]] {
            let mel = spectrum(&[3]).frames(&signal, 10);
            assert!(mel.iter().all(|value| (*value + 1.5).abs() < 1e-6), "{mel:?}");
        }
    }

    #[test]
    fn filters_of_another_shape_are_refused() {
        assert!(MelSpectrum::new(2, &[0.0; BINS], BINS).is_none());
        assert!(MelSpectrum::new(1, &[0.0; 200], 200).is_none());
    }
}
