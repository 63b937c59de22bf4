//! Samples that are read by ranges, wherever they lie.

use crate::Samples;
use std::fmt::Debug;
use std::io;
use std::ops::Range;

/// The samples of one channel, read by ranges: from memory, or from wherever those of a long
/// recording lie.
pub trait SampleReader: Debug {
    /// Number of samples.
    fn sample_count(&self) -> usize;

    /// Replaces `into` by the samples of a range as numbers from -1 to 1, as
    /// [`Samples::copy_to_f32`] gives them. What of the range lies outside the recording is left
    /// out.
    ///
    /// # Errors
    ///
    /// When they can't be read; never for [`Samples`].
    fn read_f32(&self, range: Range<usize>, into: &mut Vec<f32>) -> io::Result<()>;
}

impl SampleReader for Samples {
    fn sample_count(&self) -> usize {
        self.len()
    }

    fn read_f32(&self, range: Range<usize>, into: &mut Vec<f32>) -> io::Result<()> {
        self.copy_to_f32(range, into);
        Ok(())
    }
}
