//! The model file, read in the order in which the network applies it.
//!
//! All numbers are little-endian.
//!
//! ```text
//! "ETALACT1"
//! u32 pieces, width, layers, heads, inner width, positions, acts, neighbours before, after, hidden
//! per piece: u8 length and UTF-8, f32 score                the first four: begin, pad, end, unknown
//! embeddings of the pieces: matrix of pieces × width
//! vector of positions · width, norm                        the kind of token is added to the positions
//! per layer: linear width → 3 · width (queries, keys, values), linear width → width, norm,
//!            linear width → inner, linear inner → width, norm
//! vectors: (before + 1 + after) · width by place, 2 · width by side, 2 · width by turn
//! norm, linear width → 3 · width, linear width → width, norm,
//! linear 2 · width → hidden, linear hidden → width, norm, linear width → acts
//! per act: u8 length and its name, f32 slope and f32 offset of its calibration
//! matrix: u32 rows, u32 columns, f32 scale of each row, i8 of each weight; the largest is ±127
//! linear: matrix and vector of its bias; vector: u32 length, f32 of each; norm: two vectors
//! ```

use crate::ActsError;
use etalon_call::Act;
use etalon_simd::matrix::ByteMatrix;
use etalon_simd::rows::Norm;
use etalon_text::Piece;

const MAGIC: &[u8] = b"ETALACT1";

/// Most of anything; a larger number means damage.
const COUNT_AT_MOST: usize = 1 << 20;

/// The shape of the network.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) pieces: usize,
    pub(crate) width: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) inner: usize,
    pub(crate) positions: usize,
    pub(crate) acts: usize,
    /// Sentences before and after a sentence that its acts depend on.
    pub(crate) before: usize,
    pub(crate) after: usize,
    pub(crate) hidden: usize,
}

/// Vectors of word pieces in bytes.
#[derive(Debug)]
pub(crate) struct Embeddings {
    width: usize,
    scales: Vec<f32>,
    bytes: Vec<i8>,
}

impl Embeddings {
    /// Adds a piece's vector.
    pub(crate) fn add_to(&self, piece: usize, vector: &mut [f32]) {
        let bytes = &self.bytes[piece * self.width..(piece + 1) * self.width];
        for (value, byte) in vector.iter_mut().zip(bytes) {
            *value += f32::from(*byte) * self.scales[piece];
        }
    }
}

/// The scale of a probability: σ(slope · logit + offset) (Platt 1999).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calibration {
    pub(crate) act: Act,
    pub(crate) slope: f32,
    pub(crate) offset: f32,
}

/// Reads the parts of a model file in sequence.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, ActsError> {
        Ok(Self { rest: bytes.strip_prefix(MAGIC).ok_or(ActsError::NoModel)? })
    }

    pub(crate) fn shape(&mut self) -> Result<Shape, ActsError> {
        let shape = Shape {
            pieces: self.count()?,
            width: self.count()?,
            layers: self.count()?,
            heads: self.count()?,
            inner: self.count()?,
            positions: self.count()?,
            acts: self.count()?,
            before: self.count()?,
            after: self.count()?,
            hidden: self.count()?,
        };
        let of_bytes = [shape.width, shape.inner, shape.hidden];
        let fits = of_bytes.iter().all(|width| width.is_multiple_of(64) && *width > 0)
            && shape.heads > 0
            && shape.width.is_multiple_of(shape.heads)
            && shape.positions > 2
            && shape.before.max(shape.after) < 64;
        if fits { Ok(shape) } else { Err(ActsError::Damaged("its shape is impossible")) }
    }

    pub(crate) fn vocabulary(&mut self, pieces: usize) -> Result<Vec<Piece>, ActsError> {
        (0..pieces)
            .map(|_| Ok(Piece { text: self.text()?.to_owned(), score: f64::from(self.number()?) }))
            .collect()
    }

    pub(crate) fn embeddings(&mut self, shape: &Shape) -> Result<Embeddings, ActsError> {
        let (scales, bytes) = self.stored(shape.pieces, shape.width)?;
        let bytes = bytes.iter().map(|byte| byte.cast_signed()).collect();
        Ok(Embeddings { width: shape.width, scales, bytes })
    }

    /// A linear layer from `depth` numbers to `columns`, with its bias.
    pub(crate) fn linear(&mut self, depth: usize, columns: usize) -> Result<ByteMatrix, ActsError> {
        let (scales, bytes) = self.stored(columns, depth)?;
        let mut matrix = ByteMatrix::new(depth, columns);
        for (column, (bytes, scale)) in bytes.chunks_exact(depth).zip(&scales).enumerate() {
            let weights: Vec<f32> = bytes.iter().map(|byte| f32::from(byte.cast_signed()) * scale).collect();
            matrix.set_column(column, &weights);
        }
        matrix.set_bias(&self.vector(columns)?);
        Ok(matrix)
    }

    pub(crate) fn norm(&mut self, width: usize) -> Result<Norm, ActsError> {
        Ok(Norm { gain: self.vector(width)?, bias: self.vector(width)? })
    }

    pub(crate) fn vector(&mut self, length: usize) -> Result<Vec<f32>, ActsError> {
        if self.count()? != length {
            return Err(ActsError::Damaged("a vector has another length"));
        }
        (0..length).map(|_| self.number()).collect()
    }

    /// The acts in the order of the outputs.
    pub(crate) fn calibrations(&mut self, acts: usize) -> Result<Vec<Calibration>, ActsError> {
        let calibration = |reader: &mut Self| {
            let act = reader.text()?.parse().map_err(|_| ActsError::Damaged("it names an unknown act"))?;
            Ok(Calibration { act, slope: reader.number()?, offset: reader.number()? })
        };
        (0..acts).map(|_| calibration(self)).collect()
    }

    /// Checks that nothing is left.
    pub(crate) fn finish(&self) -> Result<(), ActsError> {
        if self.rest.is_empty() { Ok(()) } else { Err(ActsError::Damaged("something follows its end")) }
    }

    fn stored(&mut self, rows: usize, columns: usize) -> Result<(Vec<f32>, &'a [u8]), ActsError> {
        if (self.count()?, self.count()?) != (rows, columns) {
            return Err(ActsError::Damaged("a matrix has another shape"));
        }
        let scales = (0..rows).map(|_| self.number()).collect::<Result<_, _>>()?;
        Ok((scales, self.take(rows * columns)?))
    }

    fn count(&mut self) -> Result<usize, ActsError> {
        let count = u32::from_le_bytes(self.array()?) as usize;
        if count <= COUNT_AT_MOST { Ok(count) } else { Err(ActsError::Damaged("a number is too large")) }
    }

    fn number(&mut self) -> Result<f32, ActsError> {
        let number = f32::from_le_bytes(self.array()?);
        if number.is_finite() { Ok(number) } else { Err(ActsError::Damaged("a number is infinite")) }
    }

    fn text(&mut self) -> Result<&'a str, ActsError> {
        let [length] = self.array()?;
        let bytes = self.take(usize::from(length))?;
        std::str::from_utf8(bytes).map_err(|_| ActsError::Damaged("a name is no text"))
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], ActsError> {
        let cut_off = ActsError::Damaged("it ends too early");
        let (array, rest) = self.rest.split_first_chunk().ok_or(cut_off)?;
        self.rest = rest;
        Ok(*array)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], ActsError> {
        let cut_off = ActsError::Damaged("it ends too early");
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(cut_off)?;
        self.rest = rest;
        Ok(taken)
    }
}
