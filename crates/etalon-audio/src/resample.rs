use crate::AudioError;
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

/// The rate that speech models are trained on, hertz.
pub const SPEECH_RATE_HZ: u32 = 16_000;

/// Length of the filter at the lower of the two rates, samples. The longer, the closer the filter's
/// edge is to the Nyquist frequency; the tests name the ripple and the rejection that this length
/// gives.
const FILTER_SAMPLES: usize = 1024;

/// Brings one channel to 16 kHz for speech models.
///
/// From 8 kHz the pass band is flat to 0.001 dB up to 3,900 Hz and images lie below -120 dB; from
/// higher rates the pass band is flat up to 7,800 Hz and aliases lie below -120 dB. The tests
/// measure these figures.
///
/// Planning the Fourier transforms takes longer than a short region of speech, so a resampler is
/// made once and used for all regions of the same rate.
#[derive(Debug)]
pub struct SpeechResampler(RateConverter);

impl SpeechResampler {
    /// A resampler for recordings of this rate.
    ///
    /// # Errors
    ///
    /// [`AudioError::Limit`] for a rate that no recording has.
    pub fn new(rate_hz: u32) -> Result<Self, AudioError> {
        RateConverter::new(rate_hz, SPEECH_RATE_HZ).map(Self)
    }

    /// The rate that this resampler reads, hertz.
    pub fn rate_hz(&self) -> u32 {
        self.0.from_hz
    }

    /// How many samples at 16 kHz so many samples make: the exact ratio, rounded up.
    pub fn output_samples(&self, samples: usize) -> usize {
        self.0.output_samples(samples)
    }

    /// The same sound at 16 kHz, without delay; every call begins afresh.
    pub fn resample(&mut self, samples: &[f32]) -> Vec<f32> {
        self.0.convert(samples)
    }
}

/// Brings one channel from one rate to another.
#[derive(Debug)]
pub(crate) struct RateConverter {
    from_hz: u32,
    to_hz: u32,
    /// None when the rates are the same.
    fourier: Option<Fft<f32>>,
}

impl RateConverter {
    pub(crate) fn new(from_hz: u32, to_hz: u32) -> Result<Self, AudioError> {
        for rate_hz in [from_hz, to_hz] {
            if !(1_000..=768_000).contains(&rate_hz) {
                return Err(AudioError::Limit(format!(
                    "{rate_hz} Hz is no rate of a recording; check its header"
                )));
            }
        }
        let fourier = (from_hz != to_hz).then(|| plan(from_hz, to_hz)).transpose()?;
        Ok(Self { from_hz, to_hz, fourier })
    }

    /// How many samples so many make: the exact ratio, rounded up.
    fn output_samples(&self, samples: usize) -> usize {
        (samples as u64 * u64::from(self.to_hz)).div_ceil(u64::from(self.from_hz)) as usize
    }

    /// The same sound at the other rate, without delay; every call begins afresh.
    pub(crate) fn convert(&mut self, samples: &[f32]) -> Vec<f32> {
        let wanted = self.output_samples(samples.len());
        let Some(fourier) = &mut self.fourier else { return samples.to_vec() };
        fourier.reset();
        let room = fourier.process_all_needed_output_len(samples.len());
        let mut converted = vec![0.0; room];
        // The buffers have exactly the sizes that rubato asks for, so neither construction nor
        // processing can fail.
        if let Ok(input) = SequentialSlice::new(samples, 1, samples.len())
            && let Ok(mut output) = SequentialSlice::new_mut(&mut converted, 1, room)
        {
            let outcome = fourier.process_all_into_buffer(&input, &mut output, samples.len(), None);
            debug_assert!(outcome.is_ok(), "{outcome:?}");
        }
        converted.resize(wanted, 0.0);
        converted
    }
}

fn plan(from_hz: u32, to_hz: u32) -> Result<Fft<f32>, AudioError> {
    let (input, output) = (from_hz as usize, to_hz as usize);
    let chunk = FILTER_SAMPLES * input.div_ceil(output);
    Fft::new_custom(input, output, chunk, 1, 1, WindowFunction::BlackmanHarris2, FixedSync::Input)
        .map_err(|error| AudioError::Limit(format!("{from_hz} Hz cannot be resampled: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::TAU;

    #[test]
    fn length_is_the_exact_ratio() {
        for (rate_hz, samples, expected) in [
            (8_000, 0, 0),
            (8_000, 1, 2),
            (8_000, 12_345, 24_690),
            (44_100, 441, 160),
            (16_000, 77, 77),
            (48_000, 4, 2),
            (11_025, 11_025, 16_000),
            (4_000, 3, 12),
            (192_000, 13, 2),
        ] {
            let mut resampler = SpeechResampler::new(rate_hz).unwrap();
            assert_eq!(
                resampler.resample(&vec![0.1; samples]).len(),
                expected,
                "{rate_hz} Hz, {samples} samples"
            );
        }
        assert!(SpeechResampler::new(0).is_err());
    }

    fn tone(frequency_hz: f64, rate_hz: u32, samples: usize) -> Vec<f32> {
        let step = TAU * frequency_hz / f64::from(rate_hz);
        (0..samples).map(|index| (0.5 * (step * index as f64).sin()) as f32).collect()
    }

    /// Level of one frequency against the tone above, dB, away from the ends of the signal; and the
    /// phase, radians.
    fn level_and_phase(samples: &[f32], frequency_hz: f64) -> (f64, f64) {
        let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
        let (mut sine, mut cosine, mut weights) = (0.0, 0.0, 0.0);
        for (index, sample) in middle.iter().enumerate() {
            let place = (index + samples.len() / 4) as f64;
            let angle = TAU * frequency_hz / f64::from(SPEECH_RATE_HZ) * place;
            // A window keeps other frequencies out down to -92 dB and better.
            let window = 0.5 - 0.5 * (TAU * (index as f64 + 0.5) / middle.len() as f64).cos();
            let window = window.powi(3);
            sine += window * f64::from(*sample) * angle.sin();
            cosine += window * f64::from(*sample) * angle.cos();
            weights += window;
        }
        let amplitude = 2.0 * sine.hypot(cosine) / weights;
        (20.0 * (amplitude / 0.5).log10(), cosine.atan2(sine))
    }

    fn loudest_db(samples: &[f32]) -> f64 {
        let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
        let loudest = middle.iter().fold(0.0_f32, |loudest, sample| loudest.max(sample.abs()));
        20.0 * (f64::from(loudest) / 0.5).log10()
    }

    /// Pass-band ripple, delay and suppression of images for 8 kHz to 16 kHz, and of aliases from
    /// higher rates.
    #[test]
    fn the_pass_band_is_flat_and_what_lies_outside_is_gone() {
        const RIPPLE_DB: f64 = 0.001;
        const REJECTION_DB: f64 = 120.0;
        let mut ripple = 0.0_f64;
        let mut delay = 0.0_f64;
        let mut image = f64::MIN;
        let mut resampler = SpeechResampler::new(8_000).unwrap();
        for frequency_hz in (50..=3_900).step_by(50).map(f64::from) {
            let twice = resampler.resample(&tone(frequency_hz, 8_000, 16_000));
            let (level, phase) = level_and_phase(&twice, frequency_hz);
            ripple = ripple.max(level.abs());
            delay = delay.max((phase / (TAU * frequency_hz) * f64::from(SPEECH_RATE_HZ)).abs());
            image = image.max(level_and_phase(&twice, 8_000.0 - frequency_hz).0);
        }
        println!("8 kHz: ripple {ripple:.6} dB to 3900 Hz, images {image:.1} dB, delay {delay:.6} samples");
        assert!(ripple < RIPPLE_DB, "ripple {ripple} dB");
        assert!(image < -REJECTION_DB, "images {image} dB");
        assert!(delay < 0.001, "delay {delay} samples");
        for rate_hz in [22_050, 32_000, 44_100, 48_000, 96_000, 192_000] {
            let mut resampler = SpeechResampler::new(rate_hz).unwrap();
            let highest_hz = (f64::from(rate_hz) / 2.0 - 50.0).min(30_000.0);
            let mut alias = f64::MIN;
            let mut frequency_hz = 8_050.0;
            while frequency_hz < highest_hz {
                alias = alias.max(loudest_db(&resampler.resample(&tone(
                    frequency_hz,
                    rate_hz,
                    rate_hz as usize / 2,
                ))));
                frequency_hz += 333.0;
            }
            let (level, _) =
                level_and_phase(&resampler.resample(&tone(7_800.0, rate_hz, rate_hz as usize)), 7_800.0);
            println!("{rate_hz} Hz: aliases {alias:.1} dB, at 7800 Hz {level:.6} dB");
            assert!(alias < -REJECTION_DB, "{rate_hz} Hz: aliases {alias} dB");
            assert!(level.abs() < RIPPLE_DB, "{rate_hz} Hz: {level} dB at 7800 Hz");
        }
    }

    #[test]
    fn a_resampler_forgets_what_it_resampled_before() {
        let mut resampler = SpeechResampler::new(8_000).unwrap();
        let samples = tone(440.0, 8_000, 3_000);
        let first = resampler.resample(&samples);
        resampler.resample(&tone(1_000.0, 8_000, 777));
        assert_eq!(resampler.resample(&samples), first);
    }
}
