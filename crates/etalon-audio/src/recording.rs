use crate::Codec;
use std::ops::Range;

/// The samples of one channel.
#[derive(Debug, Clone, PartialEq)]
pub enum Samples {
    /// Samples of a codec of at most 16 bits, bit for bit as the codec defines them.
    I16(Vec<i16>),
    /// Samples of any other codec, -1 to 1, always finite.
    F32(Vec<f32>),
}

impl Samples {
    /// Number of samples.
    pub fn len(&self) -> usize {
        match self {
            Self::I16(samples) => samples.len(),
            Self::F32(samples) => samples.len(),
        }
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Replaces `into` by the samples of a range as numbers from -1 to 1 (16-bit samples divided by
    /// 32,768). What of the range lies outside the recording is left out.
    pub fn copy_to_f32(&self, range: Range<usize>, into: &mut Vec<f32>) {
        let end = range.end.min(self.len());
        let range = range.start.min(end)..end;
        into.clear();
        match self {
            Self::I16(samples) => {
                into.extend(samples[range].iter().map(|&sample| f32::from(sample) / 32_768.0));
            }
            Self::F32(samples) => into.extend_from_slice(&samples[range]),
        }
    }

    /// All samples as numbers from -1 to 1.
    pub fn to_f32(&self) -> Vec<f32> {
        let mut samples = Vec::new();
        self.copy_to_f32(0..self.len(), &mut samples);
        samples
    }

    /// The samples as 16-bit numbers, if that is how they are stored.
    pub fn as_i16(&self) -> Option<&[i16]> {
        match self {
            Self::I16(samples) => Some(samples),
            Self::F32(_) => None,
        }
    }

    /// Memory of the samples, bytes.
    pub fn bytes(&self) -> u64 {
        match self {
            Self::I16(samples) => 2 * samples.len() as u64,
            Self::F32(samples) => 4 * samples.len() as u64,
        }
    }

    /// No samples, of the kind in which a codec is decoded.
    pub fn empty_like(codec: Codec) -> Self {
        if codec.is_at_most_16_bits() { Self::I16(Vec::new()) } else { Self::F32(Vec::new()) }
    }

    pub(crate) fn clear(&mut self) {
        match self {
            Self::I16(samples) => samples.clear(),
            Self::F32(samples) => samples.clear(),
        }
    }

    /// Appends samples of the same kind; those of the other kind are left out, which no decoder
    /// gives.
    pub fn append(&mut self, other: &Self) {
        match (self, other) {
            (Self::I16(samples), Self::I16(more)) => samples.extend_from_slice(more),
            (Self::F32(samples), Self::F32(more)) => samples.extend_from_slice(more),
            _ => debug_assert!(false, "samples of two kinds in one channel"),
        }
    }

    pub(crate) fn append_silence(&mut self, count: usize) {
        match self {
            Self::I16(samples) => samples.resize(samples.len() + count, 0),
            Self::F32(samples) => samples.resize(samples.len() + count, 0.0),
        }
    }

    /// Appends numbers from -1 to 1.
    pub(crate) fn append_f32(&mut self, more: &[f32]) {
        match self {
            Self::I16(samples) => {
                let rounded = |sample: &f32| (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
                samples.extend(more.iter().map(rounded));
            }
            Self::F32(samples) => samples.extend_from_slice(more),
        }
    }

    /// Keeps the samples of a range, and gives those behind it.
    pub(crate) fn keep(&mut self, range: Range<usize>) -> Self {
        match self {
            Self::I16(samples) => {
                let behind = samples.split_off(range.end.min(samples.len()));
                samples.drain(..range.start.min(samples.len()));
                Self::I16(behind)
            }
            Self::F32(samples) => {
                let behind = samples.split_off(range.end.min(samples.len()));
                samples.drain(..range.start.min(samples.len()));
                Self::F32(behind)
            }
        }
    }

    pub(crate) fn reserve(&mut self, additional: usize) {
        match self {
            Self::I16(samples) => samples.reserve(additional),
            Self::F32(samples) => samples.reserve(additional),
        }
    }
}

/// A decoded recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// Samples per second and channel, as recorded.
    pub rate_hz: u32,
    /// How the samples were stored.
    pub codec: Codec,
    /// The channels in the order of the file; all of the same length.
    pub channels: Vec<Samples>,
}

impl Recording {
    /// Number of samples in each channel.
    pub fn frames(&self) -> usize {
        self.channels.first().map_or(0, Samples::len)
    }

    /// Length, seconds.
    pub fn duration_s(&self) -> f64 {
        self.frames() as f64 / f64::from(self.rate_hz.max(1))
    }
}
