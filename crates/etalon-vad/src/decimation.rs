use crate::held::HeldSamples;

/// Brings a channel to the rate at which speech is looked at: its own, divided by a whole number so
/// that between 8 and 16 kHz are left. Telephone speech at 8 kHz passes unchanged.
#[derive(Debug, Clone)]
pub(crate) struct Decimator {
    factor: usize,
    taps: Vec<f32>,
    scratch: Vec<f32>,
}

/// Taps of the low-pass on each side of its centre, per step of the factor.
const TAPS_PER_STEP: usize = 8;

impl Decimator {
    pub(crate) fn new(rate_hz: u32) -> Self {
        let factor = (rate_hz as usize / 8_000).max(1);
        Self { factor, taps: low_pass(factor), scratch: Vec::new() }
    }

    /// The rate after decimation, Hz.
    pub(crate) fn output_rate_hz(&self, rate_hz: u32) -> f64 {
        f64::from(rate_hz) / self.factor as f64
    }

    /// The samples before decimation that the decimated ones of a range are made of.
    pub(crate) fn needed(&self, decimated: std::ops::Range<isize>) -> std::ops::Range<isize> {
        let (factor, half) = (self.factor as isize, (self.taps.len() / 2) as isize);
        if factor == 1 {
            decimated
        } else {
            decimated.start * factor - half..decimated.end * factor + half + 1
        }
    }

    /// Writes the decimated samples from `first` on; outside the channel there is silence.
    pub(crate) fn fill(&mut self, channel: &HeldSamples, first: isize, target: &mut [f32]) {
        if self.factor == 1 {
            channel.copy_to(first, target);
            return;
        }
        let half = self.taps.len() / 2;
        self.scratch.resize(target.len() * self.factor + self.taps.len(), 0.0);
        channel.copy_to(first * self.factor as isize - half as isize, &mut self.scratch);
        for (index, value) in target.iter_mut().enumerate() {
            let window = &self.scratch[index * self.factor..][..self.taps.len()];
            *value = window.iter().zip(&self.taps).map(|(sample, tap)| sample * tap).sum();
        }
    }
}

/// A low-pass at 0.45 of the output rate: a sinc under a Hann window, with a gain of 1 at 0 Hz.
fn low_pass(factor: usize) -> Vec<f32> {
    let half = (TAPS_PER_STEP * factor) as f64;
    let cutoff = 0.45 / factor as f64;
    let taps: Vec<f64> = (0..=2 * TAPS_PER_STEP * factor)
        .map(|index| {
            let distance = index as f64 - half;
            let sinc = if distance == 0.0 {
                2.0 * cutoff
            } else {
                (std::f64::consts::TAU * cutoff * distance).sin() / (std::f64::consts::PI * distance)
            };
            sinc * (0.5 + 0.5 * (std::f64::consts::PI * distance / (half + 1.0)).cos())
        })
        .collect();
    let gain: f64 = taps.iter().sum();
    taps.iter().map(|tap| (tap / gain) as f32).collect()
}
