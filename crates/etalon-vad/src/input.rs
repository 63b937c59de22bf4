/// One channel of a recording, as it was decoded.
#[derive(Debug, Clone, Copy)]
pub enum ChannelSamples<'a> {
    /// Integer samples; full scale is 32 768.
    I16(&'a [i16]),
    /// Floating-point samples; full scale is 1. What is not a finite number counts as silence.
    F32(&'a [f32]),
}

impl<'a> ChannelSamples<'a> {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Self::I16(samples) => samples.len(),
            Self::F32(samples) => samples.len(),
        }
    }

    /// Whether the channel holds no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The samples of a range; what of it lies outside the channel is left out.
    pub(crate) fn slice(self, range: std::ops::Range<usize>) -> ChannelSamples<'a> {
        let end = range.end.min(self.len());
        let range = range.start.min(end)..end;
        match self {
            Self::I16(samples) => Self::I16(&samples[range]),
            Self::F32(samples) => Self::F32(&samples[range]),
        }
    }

    /// Writes the samples from `first` on into `target` as numbers in [-1, 1]; outside the channel
    /// there is silence.
    pub(crate) fn copy_to(&self, first: isize, target: &mut [f32]) {
        let length = self.len() as isize;
        let lead = (-first).clamp(0, target.len() as isize) as usize;
        let end = (length - first).clamp(lead as isize, target.len() as isize) as usize;
        target[..lead].fill(0.0);
        target[end..].fill(0.0);
        if lead == end {
            return;
        }
        let source = (first + lead as isize) as usize..(first + end as isize) as usize;
        match self {
            Self::I16(samples) => {
                for (value, sample) in target[lead..end].iter_mut().zip(&samples[source]) {
                    *value = f32::from(*sample) * (1.0 / 32_768.0);
                }
            }
            Self::F32(samples) => {
                for (value, sample) in target[lead..end].iter_mut().zip(&samples[source]) {
                    *value = finite(*sample);
                }
            }
        }
    }
}

/// The sample limited to [-1, 1]; 0 for what is not a number.
pub(crate) fn finite(sample: f32) -> f32 {
    if sample.is_nan() { 0.0 } else { sample.clamp(-1.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: &[f32], expected: &[f32]) {
        let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(found), bits(expected), "{found:?} {expected:?}");
    }

    #[test]
    fn outside_of_the_channel_there_is_silence() {
        let samples = [16_384, -32_768];
        let mut target = [9.0; 5];
        ChannelSamples::I16(&samples).copy_to(-2, &mut target);
        check(&target, &[0.0, 0.0, 0.5, -1.0, 0.0]);
        ChannelSamples::I16(&samples).copy_to(7, &mut target);
        check(&target, &[0.0; 5]);
        ChannelSamples::I16(&samples).copy_to(-9, &mut target);
        check(&target, &[0.0; 5]);
    }

    #[test]
    fn what_is_not_a_number_is_silence() {
        let mut target = [9.0; 3];
        ChannelSamples::F32(&[f32::NAN, f32::INFINITY, -2.0]).copy_to(0, &mut target);
        check(&target, &[0.0, 1.0, -1.0]);
    }
}
