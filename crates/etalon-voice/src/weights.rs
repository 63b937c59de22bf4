//! The weights of a network, read in the order in which it applies them.

use crate::VoiceError;
use crate::layers::Affine;
use crate::matrix::{Convolver, Matrix, Stored};

/// The first bytes of the file.
const MAGIC: &[u8] = b"ETALSPK1";

/// Reads matrices and vectors in sequence; `scripts/models/speaker.py` describes the format.
pub(crate) struct Weights<'a> {
    rest: &'a [u8],
}

impl<'a> Weights<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, VoiceError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(VoiceError::Damaged("it does not begin as one"))?;
        Ok(Self { rest })
    }

    /// The next matrix, which must have this shape.
    pub(crate) fn matrix(&mut self, rows: usize, columns: usize) -> Result<Matrix, VoiceError> {
        Ok(Matrix::new(&self.stored(rows, columns)?))
    }

    /// The next convolution of `channels` channels, a multiple of four, with `taps` taps each.
    pub(crate) fn convolver(
        &mut self,
        rows: usize,
        channels: usize,
        taps: usize,
    ) -> Result<Convolver, VoiceError> {
        Ok(Convolver::new(&self.stored(rows, channels * taps)?, taps))
    }

    fn stored(&mut self, rows: usize, columns: usize) -> Result<Stored<'a>, VoiceError> {
        if (self.count()?, self.count()?) != (rows, columns) {
            return Err(VoiceError::Damaged("a layer has another shape"));
        }
        let scales = self.numbers(rows)?;
        Ok(Stored { rows, columns, scales, numbers: self.take(rows * columns)? })
    }

    /// The next vector, which must have this length.
    pub(crate) fn vector(&mut self, length: usize) -> Result<Vec<f32>, VoiceError> {
        if self.count()? != length {
            return Err(VoiceError::Damaged("a layer has another length"));
        }
        self.numbers(length)
    }

    /// The next two vectors: a scale and a shift for each channel.
    pub(crate) fn affine(&mut self, channels: usize) -> Result<Affine, VoiceError> {
        Ok(Affine { scale: self.vector(channels)?, shift: self.vector(channels)? })
    }

    /// Checks that nothing is left.
    pub(crate) fn finish(&self) -> Result<(), VoiceError> {
        if self.rest.is_empty() { Ok(()) } else { Err(VoiceError::Damaged("there is more than its layers")) }
    }

    fn count(&mut self) -> Result<usize, VoiceError> {
        let bytes = self.take(4)?;
        Ok(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
    }

    fn numbers(&mut self, count: usize) -> Result<Vec<f32>, VoiceError> {
        let numbers: Vec<f32> = self
            .take(4 * count)?
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect();
        if numbers.iter().all(|number| number.is_finite()) {
            Ok(numbers)
        } else {
            Err(VoiceError::Damaged("a weight is no number"))
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], VoiceError> {
        let (taken, rest) =
            self.rest.split_at_checked(count).ok_or(VoiceError::Damaged("it ends too early"))?;
        self.rest = rest;
        Ok(taken)
    }
}
