//! The model file.
//!
//! All numbers are little-endian, `f32` unless said otherwise.
//!
//! ```text
//! "ETMEAN01"
//! u32 pieces, u32 replacements, u32 width (512), score of an unknown character
//! per piece: u8 length and UTF-8, score, u8 chunk       the first three: unknown, beginning, end
//! per replacement: u8 length and UTF-8 of what is written, u8 length and UTF-8 of what it is read as
//! per chunk (17): step and lowest value of its embeddings
//! per piece: 512 levels of six bits, four in three bytes, the first in the lowest bits
//! per matrix (16): u32 rows, u32 columns, step, lowest value, levels of u8 row by row
//! per vector (18): u32 length, values
//! ```
//!
//! A value is `lowest + step · level`. The published weights have no more levels, so nothing is
//! rounded.

use crate::SentenceError;
use crate::matrix::LevelMatrix;
use crate::network::{Branch, CHANNELS, HIDDEN, Network, ORDERS, WIDTH};
use crate::tokenizer::Tokenizer;
use etalon_text::Piece;
use ndarray::Array1;

const MAGIC: &[u8] = b"ETMEAN01";

/// Groups of embeddings with a scale of their own.
const CHUNKS: usize = 17;

/// Bytes of a packed embedding.
const ROW_BYTES: usize = WIDTH * 6 / 8;

/// Most pieces or replacements; a larger number means damage.
const ENTRIES_AT_MOST: usize = 1 << 20;

/// The vectors of all pieces, packed.
#[derive(Debug)]
pub(crate) struct Embeddings {
    rows: Vec<u8>,
    chunks: Vec<u8>,
    /// Per chunk the step and the lowest value.
    scales: Vec<(f32, f32)>,
}

impl Embeddings {
    /// Writes a piece's vector.
    pub(crate) fn read_into(&self, piece: usize, vector: &mut [f32]) {
        let (step, low) = self.scales[usize::from(self.chunks[piece])];
        let packed = &self.rows[piece * ROW_BYTES..(piece + 1) * ROW_BYTES];
        for (values, bytes) in vector.chunks_exact_mut(4).zip(packed.chunks_exact(3)) {
            let bits = u32::from(bytes[0]) | u32::from(bytes[1]) << 8 | u32::from(bytes[2]) << 16;
            for (place, value) in values.iter_mut().enumerate() {
                let level = bits >> (6 * place) & 63;
                *value = low + step * level as f32;
            }
        }
    }
}

/// Parses a model file.
pub(crate) fn read(bytes: &[u8]) -> Result<(Tokenizer, Embeddings, Network), SentenceError> {
    let mut reader = Reader { bytes, position: 0 };
    if bytes.get(..MAGIC.len()) != Some(MAGIC) {
        return Err(SentenceError::NoModel);
    }
    reader.position = MAGIC.len();
    let (pieces, replacements) = (reader.count()?, reader.count()?);
    if reader.count()? != WIDTH || pieces.max(replacements) > ENTRIES_AT_MOST || pieces <= 3 {
        return Err(SentenceError::Damaged("its sizes are impossible"));
    }
    let unknown_score = reader.float()?;
    let mut vocabulary = Vec::new();
    let mut chunks = Vec::new();
    for _ in 0..pieces {
        vocabulary.push(Piece { text: reader.text()?.to_owned(), score: f64::from(reader.float()?) });
        chunks.push(reader.chunk()?);
    }
    let mut replaced = Vec::new();
    for _ in 0..replacements {
        replaced.push((reader.text()?.to_owned(), reader.text()?.to_owned()));
    }
    let tokenizer = Tokenizer::new(vocabulary, replaced, f64::from(unknown_score));
    let scales = (0..CHUNKS).map(|_| Ok((reader.float()?, reader.float()?))).collect::<Result<_, _>>()?;
    let rows = reader.take(pieces * ROW_BYTES)?.to_vec();
    let network = read_network(&mut reader)?;
    if reader.position != bytes.len() {
        return Err(SentenceError::Damaged("something follows its end"));
    }
    Ok((tokenizer, Embeddings { rows, chunks, scales }, network))
}

fn read_network(reader: &mut Reader<'_>) -> Result<Network, SentenceError> {
    let mut projections = Vec::new();
    let mut branches = Vec::new();
    for (order, left) in ORDERS {
        projections.push(reader.matrix(WIDTH, CHANNELS)?);
        let first = reader.matrix(order * CHANNELS, CHANNELS)?;
        let second = reader.matrix(order * CHANNELS, CHANNELS)?;
        branches.push(Branch {
            order,
            left,
            first,
            second,
            first_bias: Array1::default(0),
            second_bias: Array1::default(0),
        });
    }
    let features = WIDTH + ORDERS.len() * CHANNELS;
    let mut network = Network {
        projections,
        projection_bias: vec![],
        projection_gain: vec![],
        projection_offset: vec![],
        branches,
        sentence: reader.matrix(features, WIDTH)?,
        dense: [
            reader.matrix(WIDTH, HIDDEN)?,
            reader.matrix(HIDDEN, HIDDEN)?,
            reader.matrix(WIDTH, HIDDEN)?,
            reader.matrix(HIDDEN, WIDTH)?,
            reader.matrix(HIDDEN, WIDTH)?,
            reader.matrix(WIDTH, WIDTH)?,
        ],
        feature_gain: vec![],
        feature_offset: vec![],
        sentence_bias: Array1::default(0),
    };
    for branch in 0..ORDERS.len() {
        network.projection_bias.extend(reader.vector(CHANNELS)?);
        network.projection_gain.extend(reader.vector(CHANNELS)?);
        network.projection_offset.extend(reader.vector(CHANNELS)?);
        network.branches[branch].first_bias = Array1::from_vec(reader.vector(CHANNELS)?);
        network.branches[branch].second_bias = Array1::from_vec(reader.vector(CHANNELS)?);
    }
    network.feature_gain = reader.vector(features)?;
    network.feature_offset = reader.vector(features)?;
    network.sentence_bias = Array1::from_vec(reader.vector(WIDTH)?);
    Ok(network)
}

struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], SentenceError> {
        let end = self.position.checked_add(length);
        let taken = end.and_then(|end| self.bytes.get(self.position..end));
        let taken = taken.ok_or(SentenceError::CutOff(self.bytes.len()))?;
        self.position += length;
        Ok(taken)
    }

    fn array<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], SentenceError> {
        let cut_off = SentenceError::CutOff(self.bytes.len());
        self.take(LENGTH)?.try_into().map_err(|_| cut_off)
    }

    fn count(&mut self) -> Result<usize, SentenceError> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    fn float(&mut self) -> Result<f32, SentenceError> {
        let value = f32::from_le_bytes(self.array()?);
        if value.is_finite() { Ok(value) } else { Err(SentenceError::Damaged("a number is infinite")) }
    }

    fn byte(&mut self) -> Result<u8, SentenceError> {
        self.array().map(|[byte]| byte)
    }

    fn chunk(&mut self) -> Result<u8, SentenceError> {
        let chunk = self.byte()?;
        if usize::from(chunk) < CHUNKS {
            Ok(chunk)
        } else {
            Err(SentenceError::Damaged("a piece has no scale"))
        }
    }

    fn text(&mut self) -> Result<&'a str, SentenceError> {
        let length = usize::from(self.byte()?);
        std::str::from_utf8(self.take(length)?).map_err(|_| SentenceError::Damaged("a piece is no text"))
    }

    fn matrix(&mut self, rows: usize, columns: usize) -> Result<LevelMatrix, SentenceError> {
        if (self.count()?, self.count()?) != (rows, columns) {
            return Err(SentenceError::Damaged("a matrix has another shape"));
        }
        let scale = (self.float()?, self.float()?);
        Ok(LevelMatrix::new(rows, columns, scale, self.take(rows * columns)?))
    }

    fn vector(&mut self, length: usize) -> Result<Vec<f32>, SentenceError> {
        if self.count()? != length {
            return Err(SentenceError::Damaged("a vector has another length"));
        }
        (0..length).map(|_| self.float()).collect()
    }
}
