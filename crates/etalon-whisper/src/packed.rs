//! Packed weights as bytes that several processes map.
//!
//! ```text
//! preamble | head of the model file | numbers of each weight in the order of their use
//! ```
//!
//! Each part begins at a multiple of 64 bytes, so that lines lie as in memory of one's own. Numbers
//! are as this processor has them, and lengths follow from the header: the bytes are for other
//! processes of the same program on the same machine and for nobody else.

use crate::WhisperError;
use crate::file::ModelFile;
use crate::source::{TAPS, WeightSource};
use bytes::Bytes;
use etalon_simd::Numbers;
use etalon_simd::matrix::{ByteLine, ByteMatrix, ByteMatrixParts, PANEL_COLUMNS, WideLine, WideMatrix};
use std::io;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// What every part begins at a multiple of, bytes.
const ALIGNMENT: usize = align_of::<ByteLine>();
/// What the bytes begin with. Another packing has another number.
const MAGIC: &[u8; 24] = b"etalon packed weights 1\n";
/// The magic and the length of the head.
const PREAMBLE_BYTES: usize = MAGIC.len() + size_of::<u64>();

/// Writes each weight when it is packed, and keeps none.
pub(crate) struct PackedWriter<'f> {
    file: &'f ModelFile<'f>,
    output: &'f mut dyn io::Write,
}

impl<'f> PackedWriter<'f> {
    /// Writes what precedes the weights.
    pub(crate) fn begin(
        file: &'f ModelFile<'f>,
        output: &'f mut dyn io::Write,
    ) -> Result<Self, WhisperError> {
        let mut writer = Self { file, output };
        let preamble = [&MAGIC[..], &(file.head.len() as u64).to_le_bytes()].concat();
        writer.part(&preamble)?;
        writer.part(file.head)?;
        Ok(writer)
    }

    fn part(&mut self, bytes: &[u8]) -> Result<(), WhisperError> {
        let padding = bytes.len().next_multiple_of(ALIGNMENT) - bytes.len();
        self.output.write_all(bytes)?;
        self.output.write_all(&[0; ALIGNMENT][..padding])?;
        Ok(())
    }
}

impl WeightSource for PackedWriter<'_> {
    fn numbers(&mut self, tensor: &str, count: usize) -> Result<Numbers<f32>, WhisperError> {
        let numbers = self.file.numbers(tensor, count)?;
        self.part(numbers.as_bytes())?;
        Ok(numbers)
    }

    /// Returns a matrix of no columns: only what is read later needs the weights.
    fn matrix(
        &mut self,
        names: &[&str],
        biases: &[&str],
        depth: usize,
        columns: usize,
    ) -> Result<ByteMatrix, WhisperError> {
        let parts = self.file.matrix(names, biases, depth, columns)?.into_parts();
        self.part(parts.lines.as_bytes())?;
        self.part(parts.scales.as_bytes())?;
        self.part(parts.bias.as_bytes())?;
        Ok(ByteMatrix::new(depth, 0))
    }

    /// Returns a matrix of no columns.
    fn convolution(&mut self, name: &str, inputs: usize, outputs: usize) -> Result<WideMatrix, WhisperError> {
        let lines = self.file.convolution(name, inputs, outputs)?.into_lines();
        self.part(lines.as_bytes())?;
        Ok(WideMatrix::new(TAPS * inputs, 0))
    }
}

/// Gives the weights that [`PackedWriter`] has written, where they lie.
pub(crate) struct PackedWeights<'a> {
    name: &'a str,
    packed: &'a Bytes,
    position: usize,
}

impl<'a> PackedWeights<'a> {
    /// The weights, and the head of the model file.
    pub(crate) fn begin(name: &'a str, packed: &'a Bytes) -> Result<(Self, &'a [u8]), WhisperError> {
        let mut weights = Self { name, packed, position: 0 };
        let preamble = weights.place(PREAMBLE_BYTES)?;
        let (magic, head_length) = packed[preamble].split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(weights.damaged());
        }
        let head_length = head_length.try_into().map_or(u64::MAX, u64::from_le_bytes);
        let head = weights.place(usize::try_from(head_length).unwrap_or(usize::MAX))?;
        Ok((weights, &packed[head]))
    }

    /// Checks that nothing follows.
    pub(crate) fn check_end(&self) -> Result<(), WhisperError> {
        if self.position == self.packed.len() { Ok(()) } else { Err(self.damaged()) }
    }

    /// Where the next part of this length lies.
    fn place(&mut self, length: usize) -> Result<std::ops::Range<usize>, WhisperError> {
        let start = self.position;
        let padded = length.checked_next_multiple_of(ALIGNMENT);
        let next = padded.and_then(|padded| start.checked_add(padded));
        self.position = next.filter(|next| *next <= self.packed.len()).ok_or_else(|| self.damaged())?;
        Ok(start..start + length)
    }

    fn next<T>(&mut self, count: usize) -> Result<Numbers<T>, WhisperError>
    where
        T: FromBytes + IntoBytes + Immutable + KnownLayout + Clone,
    {
        let length = count.checked_mul(size_of::<T>()).ok_or_else(|| self.damaged())?;
        let place = self.place(length)?;
        Numbers::shared(self.packed.slice(place)).ok_or_else(|| self.damaged())
    }

    fn damaged(&self) -> WhisperError {
        WhisperError::Damaged {
            name: self.name.to_owned(),
            detail: "its packed weights are not those of this program".to_owned(),
        }
    }
}

impl WeightSource for PackedWeights<'_> {
    fn numbers(&mut self, _tensor: &str, count: usize) -> Result<Numbers<f32>, WhisperError> {
        self.next(count)
    }

    fn matrix(
        &mut self,
        names: &[&str],
        biases: &[&str],
        depth: usize,
        columns: usize,
    ) -> Result<ByteMatrix, WhisperError> {
        let columns = columns * names.len();
        let padded = columns.next_multiple_of(PANEL_COLUMNS);
        let parts = ByteMatrixParts {
            lines: self.next(ByteMatrix::line_count(depth, columns))?,
            scales: self.next(padded)?,
            bias: self.next(if biases.is_empty() { 0 } else { padded })?,
        };
        ByteMatrix::from_parts(depth, columns, parts).ok_or_else(|| self.damaged())
    }

    fn convolution(
        &mut self,
        _name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<WideMatrix, WhisperError> {
        let depth = TAPS * inputs;
        let lines: Numbers<WideLine> = self.next(WideMatrix::line_count(depth, outputs))?;
        WideMatrix::from_lines(depth, outputs, lines).ok_or_else(|| self.damaged())
    }
}
