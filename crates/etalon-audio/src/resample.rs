use crate::AudioError;
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

/// The rate that speech models are trained on, hertz.
pub const SPEECH_RATE_HZ: u32 = 16_000;

/// Length of the filter at the lower of the two rates, samples. The longer, the closer the filter's edge is to the
/// Nyquist frequency; the tests name the ripple and the rejection that this length gives.
const FILTER_SAMPLES: usize = 1024;

/// Brings one channel to 16 kHz for speech models.
///
/// Planning the Fourier transforms takes longer than a short region of speech, so a resampler is made once and used
/// for all regions of the same rate.
#[derive(Debug)]
pub struct SpeechResampler {
    rate_hz: u32,
    /// None when the recording already has the rate of speech models.
    fourier: Option<Fft<f32>>,
}

impl SpeechResampler {
    /// A resampler for recordings of this rate.
    ///
    /// # Errors
    ///
    /// [`AudioError::Limit`] for a rate that no recording has.
    pub fn new(rate_hz: u32) -> Result<Self, AudioError> {
        if !(1_000..=768_000).contains(&rate_hz) {
            return Err(AudioError::Limit(format!(
                "{rate_hz} Hz is no rate of a recording; check its header"
            )));
        }
        let fourier = (rate_hz != SPEECH_RATE_HZ).then(|| plan(rate_hz)).transpose()?;
        Ok(Self { rate_hz, fourier })
    }

    /// The rate that this resampler reads, hertz.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// How many samples at 16 kHz so many samples make: the exact ratio, rounded up.
    pub fn output_samples(&self, samples: usize) -> usize {
        let exact = (samples as u64 * u64::from(SPEECH_RATE_HZ)).div_ceil(u64::from(self.rate_hz));
        exact as usize
    }

    /// The same sound at 16 kHz, without delay; every call begins afresh.
    pub fn resample(&mut self, samples: &[f32]) -> Vec<f32> {
        let Some(fourier) = &mut self.fourier else { return samples.to_vec() };
        fourier.reset();
        let room = fourier.process_all_needed_output_len(samples.len());
        let mut resampled = vec![0.0; room];
        // The buffers have exactly the sizes that rubato asks for, so neither construction nor processing can fail.
        if let Ok(input) = SequentialSlice::new(samples, 1, samples.len())
            && let Ok(mut output) = SequentialSlice::new_mut(&mut resampled, 1, room)
        {
            let outcome = fourier.process_all_into_buffer(&input, &mut output, samples.len(), None);
            debug_assert!(outcome.is_ok(), "{outcome:?}");
        }
        resampled.resize(self.output_samples(samples.len()), 0.0);
        resampled
    }
}

fn plan(rate_hz: u32) -> Result<Fft<f32>, AudioError> {
    let (input, output) = (rate_hz as usize, SPEECH_RATE_HZ as usize);
    let chunk = FILTER_SAMPLES * input.div_ceil(output);
    Fft::new_custom(input, output, chunk, 1, 1, WindowFunction::BlackmanHarris2, FixedSync::Input)
        .map_err(|error| AudioError::Limit(format!("{rate_hz} Hz cannot be resampled: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_the_exact_ratio() {
        for (rate_hz, samples, expected) in [
            (8_000, 0, 0),
            (8_000, 1, 2),
            (8_000, 12_345, 24_690),
            (44_100, 441, 160),
            (16_000, 77, 77),
            (48_000, 4, 2),
        ] {
            let mut resampler = SpeechResampler::new(rate_hz).unwrap();
            assert_eq!(
                resampler.resample(&vec![0.1; samples]).len(),
                expected,
                "{rate_hz} Hz, {samples} samples"
            );
        }
    }
}
