//! Samples of one shape into those of another: a file may go on with another rate, other channels
//! or another codec than it began with.

use crate::resample::RateConverter;
use crate::{AudioError, Samples};

/// So much is converted at once, seconds: the same number of whole samples at every rate.
const CHUNK_S: usize = 10;

/// Brings samples to another rate and number of channels.
#[derive(Debug)]
pub struct Fit {
    converter: RateConverter,
    chunk: usize,
    /// Samples that are still to be converted, in the channels that are wanted.
    held: Vec<Vec<f32>>,
}

impl Fit {
    /// From one rate to another, hertz, and to so many channels.
    ///
    /// # Errors
    ///
    /// [`AudioError::Limit`] for a rate that no recording has.
    pub fn new(from_hz: u32, to_hz: u32, channels: usize) -> Result<Self, AudioError> {
        Ok(Self {
            converter: RateConverter::new(from_hz, to_hz)?,
            chunk: CHUNK_S * from_hz as usize,
            held: vec![Vec::new(); channels],
        })
    }

    /// Takes samples and gives those that are ready.
    pub fn push(&mut self, planes: &[Samples], into: &mut [Samples]) {
        for (held, plane) in self.held.iter_mut().zip(in_channels(planes, into.len())) {
            held.extend(plane);
        }
        while self.held.first().is_some_and(|held| held.len() >= self.chunk) {
            self.convert(self.chunk, into);
        }
    }

    /// Gives the last samples.
    pub fn finish(&mut self, into: &mut [Samples]) {
        let rest = self.held.first().map_or(0, Vec::len);
        if rest > 0 {
            self.convert(rest, into);
        }
    }

    fn convert(&mut self, count: usize, into: &mut [Samples]) {
        for (held, channel) in self.held.iter_mut().zip(into) {
            channel.append_f32(&self.converter.convert(&held[..count]));
            held.drain(..count);
        }
    }
}

/// The planes in so many channels: one goes onto all, several become one by their mean, and of more
/// than are wanted the first ones stay.
fn in_channels(planes: &[Samples], channels: usize) -> Vec<Vec<f32>> {
    let planes: Vec<Vec<f32>> = planes.iter().map(Samples::to_f32).collect();
    match (planes.as_slice(), channels) {
        ([only], _) => vec![only.clone(); channels],
        ([first, ..], 1) => {
            let mean =
                |place: usize| planes.iter().map(|plane| plane[place]).sum::<f32>() / planes.len() as f32;
            vec![(0..first.len()).map(mean).collect()]
        }
        ([first, ..], _) => {
            let silence = vec![0.0; first.len()];
            (0..channels).map(|channel| planes.get(channel).unwrap_or(&silence).clone()).collect()
        }
        ([], _) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Codec;

    fn check(planes: &[Samples], (from_hz, to_hz): (u32, u32), channels: usize, expected: &[f32]) {
        let mut fitted = vec![Samples::empty_like(Codec::Pcm16); channels];
        let mut fit = Fit::new(from_hz, to_hz, channels).unwrap();
        fit.push(planes, &mut fitted);
        fit.finish(&mut fitted);
        let length = planes[0].len() * to_hz as usize / from_hz as usize;
        for (channel, expected) in fitted.iter().zip(expected) {
            assert_eq!(channel.len(), length);
            let middle = channel.to_f32()[length / 2];
            assert!((middle - expected).abs() < 0.001, "{middle} for {expected}");
        }
    }

    #[test]
    fn samples_get_the_shape_that_is_wanted() {
        let level = |level: f32| Samples::F32(vec![level; 200_000]);
        check(&[level(0.5)], (8_000, 8_000), 2, &[0.5, 0.5]);
        check(&[level(0.5), level(0.25)], (8_000, 8_000), 1, &[0.375]);
        check(&[level(0.5), level(0.25)], (16_000, 8_000), 2, &[0.5, 0.25]);
        check(&[level(0.5)], (11_025, 44_100), 1, &[0.5]);
        check(&[level(0.5), level(0.25)], (8_000, 8_000), 3, &[0.5, 0.25, 0.0]);
    }
}
