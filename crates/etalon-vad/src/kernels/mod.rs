//! The inner loops over samples.

mod scalar;

pub(crate) use scalar::{statistics_f32, statistics_i16};

/// A sample of this size or more counts as clipped (0.999 of full scale).
pub(crate) const CLIPPED_I16: i16 = 32_735;

/// Sums over the samples of a frame as integers, exact for frames of up to 2³³ samples.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct IntegerStatistics {
    /// Sum of the squared samples.
    pub(crate) square_sum: u64,
    /// Highest absolute sample, 0 to 32 768.
    pub(crate) peak: u16,
    /// Samples of at least [`CLIPPED_I16`].
    pub(crate) clipped: u32,
    /// Pairs of neighbours of which one is negative and the other is not.
    pub(crate) zero_crossings: u32,
}

/// The same in units of full scale.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Statistics {
    pub(crate) square_sum: f64,
    pub(crate) peak: f32,
    pub(crate) clipped: u32,
}

impl IntegerStatistics {
    pub(crate) fn as_fractions(self) -> Statistics {
        Statistics {
            square_sum: self.square_sum as f64 / (32_768.0 * 32_768.0),
            peak: f32::from(self.peak) / 32_768.0,
            clipped: self.clipped,
        }
    }
}
