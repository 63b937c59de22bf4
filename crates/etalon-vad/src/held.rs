//! The samples of one channel that are still needed, as they came.

use crate::input::ChannelSamples;

/// A stretch of a channel: what lies before it is no longer needed, what comes after it is not
/// there yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct HeldSamples {
    samples: Stored,
    /// Place of the first held sample in the channel.
    first: usize,
}

#[derive(Debug, Clone)]
enum Stored {
    I16(Vec<i16>),
    F32(Vec<f32>),
}

impl Default for Stored {
    fn default() -> Self {
        Self::I16(Vec::new())
    }
}

impl HeldSamples {
    /// Place of the first sample that has not come yet, which is how many have come.
    pub(crate) fn end(&self) -> usize {
        self.first + self.all().len()
    }

    /// Takes the samples that follow. A channel whose samples change their kind goes on in floating
    /// point.
    pub(crate) fn append(&mut self, more: ChannelSamples<'_>) {
        match (&mut self.samples, more) {
            (_, ChannelSamples::I16([]) | ChannelSamples::F32([])) => {}
            (Stored::I16(samples), ChannelSamples::I16(more)) => samples.extend_from_slice(more),
            (Stored::F32(samples), ChannelSamples::F32(more)) => samples.extend_from_slice(more),
            (stored, more) => {
                let mut samples = Vec::new();
                append_as_f32(stored.borrowed(), &mut samples);
                append_as_f32(more, &mut samples);
                *stored = Stored::F32(samples);
            }
        }
    }

    /// Forgets what lies before a place in the channel.
    pub(crate) fn forget_before(&mut self, place: usize) {
        let count = place.saturating_sub(self.first).min(self.all().len());
        match &mut self.samples {
            Stored::I16(samples) => drop(samples.drain(..count)),
            Stored::F32(samples) => drop(samples.drain(..count)),
        }
        self.first += count;
    }

    /// The held samples from one place in the channel to another.
    pub(crate) fn between(&self, start: usize, end: usize) -> ChannelSamples<'_> {
        self.all().slice(start.saturating_sub(self.first)..end.saturating_sub(self.first))
    }

    /// Writes the samples from a place in the channel on into `target` as numbers in [-1, 1]; what
    /// is not held is silence.
    pub(crate) fn copy_to(&self, first: isize, target: &mut [f32]) {
        self.all().copy_to(first - self.first as isize, target);
    }

    fn all(&self) -> ChannelSamples<'_> {
        self.samples.borrowed()
    }
}

impl Stored {
    fn borrowed(&self) -> ChannelSamples<'_> {
        match self {
            Self::I16(samples) => ChannelSamples::I16(samples),
            Self::F32(samples) => ChannelSamples::F32(samples),
        }
    }
}

fn append_as_f32(source: ChannelSamples<'_>, target: &mut Vec<f32>) {
    let start = target.len();
    target.resize(start + source.len(), 0.0);
    source.copy_to(0, &mut target[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(held: &HeldSamples, first: isize, expected: &[f32]) {
        let mut target = vec![9.0; expected.len()];
        held.copy_to(first, &mut target);
        assert!(
            target.iter().zip(expected).all(|(found, expected)| found.to_bits() == expected.to_bits()),
            "{target:?}"
        );
    }

    #[test]
    fn what_is_forgotten_keeps_the_places_of_the_rest() {
        let mut held = HeldSamples::default();
        held.append(ChannelSamples::I16(&[8_192, 16_384]));
        held.append(ChannelSamples::I16(&[-16_384]));
        held.forget_before(1);
        assert_eq!(held.end(), 3);
        check(&held, 0, &[0.0, 0.5, -0.5, 0.0]);
        held.forget_before(7);
        assert_eq!(held.end(), 3);
    }

    #[test]
    fn a_channel_may_change_its_kind() {
        let mut held = HeldSamples::default();
        held.append(ChannelSamples::I16(&[16_384]));
        held.append(ChannelSamples::F32(&[0.25]));
        held.append(ChannelSamples::I16(&[-16_384]));
        check(&held, 0, &[0.5, 0.25, -0.5]);
    }
}
