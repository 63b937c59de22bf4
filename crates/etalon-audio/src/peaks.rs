use crate::Samples;
use etalon_call::{Peak, Waveform};
use etalon_simd::reductions::{lanes, larger, tree};

/// A pixel is 50 ms: a syllable is several pixels wide, and an hour of a channel has 144 kB.
const PIXELS_PER_SECOND: u32 = 20;

/// Measures the waveform of a recording block by block.
///
/// The result is the same however the samples are divided into blocks.
#[derive(Debug, Clone)]
pub struct PeakMeter {
    rate_hz: u32,
    samples_per_pixel: u32,
    channels: Vec<ChannelPeaks>,
}

/// What is collected of one channel.
#[derive(Debug, Clone, Default)]
struct ChannelPeaks {
    peaks: Vec<Peak>,
    /// The pixel that is not complete yet, and its samples so far.
    open: Option<Peak>,
    held: usize,
}

impl PeakMeter {
    /// A meter of so many channels at a sampling rate in hertz.
    pub fn new(channels: usize, rate_hz: u32) -> Self {
        let samples_per_pixel = (rate_hz / PIXELS_PER_SECOND).max(1);
        Self { rate_hz, samples_per_pixel, channels: vec![ChannelPeaks::default(); channels] }
    }

    /// Takes the samples of every channel that follow the ones before, equally many of each. What
    /// is given beyond the number of channels is left out.
    pub fn push(&mut self, block: &[Samples]) {
        let pixel = self.samples_per_pixel as usize;
        for (channel, samples) in self.channels.iter_mut().zip(block) {
            match samples {
                Samples::I16(samples) => channel.push(samples, pixel, peak_of_i16),
                Samples::F32(samples) => channel.push(samples, pixel, peak_of_f32),
            }
        }
    }

    /// The waveform of what was taken.
    pub fn finish(self) -> Waveform {
        let complete = |channel: ChannelPeaks| channel.peaks.into_iter().chain(channel.open).collect();
        let channels: Vec<Vec<Peak>> = self.channels.into_iter().map(complete).collect();
        Waveform::new(self.rate_hz, self.samples_per_pixel, &channels)
    }
}

impl ChannelPeaks {
    fn push<S>(&mut self, mut samples: &[S], pixel: usize, peak_of: impl Fn(&[S]) -> Peak) {
        while !samples.is_empty() {
            let (stretch, rest) = samples.split_at(samples.len().min(pixel - self.held));
            let peak = peak_of(stretch);
            self.open = Some(self.open.map_or(peak, |open| open.join(peak)));
            self.held += stretch.len();
            if self.held == pixel {
                self.peaks.extend(self.open.take());
                self.held = 0;
            }
            samples = rest;
        }
    }
}

/// 16 bits become 8 as audiowaveform does it: a 256th, cut off towards 0.
fn peak_of_i16(samples: &[i16]) -> Peak {
    let (min, max) =
        samples.iter().fold((i16::MAX, i16::MIN), |(min, max), &sample| (min.min(sample), max.max(sample)));
    Peak { min: (min / 256) as i8, max: (max / 256) as i8 }
}

/// Numbers from −1 to 1; `as` cuts off towards 0, and what lies outside becomes full scale.
fn peak_of_f32(samples: &[f32]) -> Peak {
    let smaller = |left: f32, right: f32| if left < right { left } else { right };
    let min = tree(lanes(samples, f32::INFINITY, |min, sample| smaller(sample, min)), smaller);
    let max = tree(lanes(samples, f32::NEG_INFINITY, |max, sample| larger(sample, max)), larger);
    Peak { min: (min * 128.0) as i8, max: (max * 128.0) as i8 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pixel_is_the_lowest_and_the_highest_sample_of_50_ms() {
        let mut left = vec![0_i16; 1_000];
        (left[3], left[399], left[400], left[999]) = (-32_768, 511, -255, 32_767);
        let right: Vec<f32> = left.iter().map(|&sample| f32::from(sample) / 32_768.0).collect();
        let mut meter = PeakMeter::new(2, 8_000);
        meter.push(&[Samples::I16(left), Samples::F32(right)]);
        let bytes = meter.finish().to_bytes();
        let header = [2, 1, 8_000, 400, 3, 2].map(u32::to_le_bytes).concat();
        assert_eq!(bytes[..24], header);
        assert_eq!(bytes[24..], [0x80, 1, 0x80, 1, 0, 0, 0, 0, 0, 127, 0, 127]);
    }

    #[test]
    fn every_rate_has_pixels() {
        for (rate_hz, pixels, pixel_s) in [(11_025, 21, 0.049_977), (48_000, 20, 0.05), (7, 7, 1.0 / 7.0)] {
            let mut meter = PeakMeter::new(1, rate_hz);
            meter.push(&[Samples::F32(vec![2.0; rate_hz as usize])]);
            let waveform = meter.finish();
            assert_eq!(waveform.pixels(), pixels, "{rate_hz} Hz");
            assert!((waveform.pixel_s() - pixel_s).abs() < 1e-6, "{rate_hz} Hz");
            assert_eq!(waveform.columns(0, 1.0, 1), [Peak { min: 127, max: 127 }]);
        }
        assert_eq!(PeakMeter::new(2, 0).finish().pixels(), 0);
    }

    proptest! {
        #[test]
        fn blocks_change_nothing(
            samples in prop::collection::vec(any::<i16>(), 0..3_000),
            block in 1_usize..700,
        ) {
            let (mut whole, mut in_blocks) = (PeakMeter::new(1, 8_000), PeakMeter::new(1, 8_000));
            whole.push(&[Samples::I16(samples.clone())]);
            for block in samples.chunks(block) {
                in_blocks.push(&[Samples::I16(block.to_vec())]);
            }
            prop_assert_eq!(whole.finish(), in_blocks.finish());
        }
    }
}
