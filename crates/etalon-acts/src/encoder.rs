//! The encoder: word pieces of a sentence into one vector, the mean of the last layer.
//!
//! Six layers of multilingual E5 small (Wang et al. 2024,
//! [arXiv:2402.05672](https://arxiv.org/abs/2402.05672)), a BERT with its norms after each part
//! (Devlin et al. 2019, [arXiv:1810.04805](https://arxiv.org/abs/1810.04805)), trained further on
//! dialogue acts. Linear layers are computed in bytes, all else in f32: equal to the bit on every
//! processor.

use crate::ActsError;
use crate::weights::{Embeddings, Reader, Shape};
use etalon_simd::matrix::ByteMatrix;
use etalon_simd::rows::{ByteRows, Norm};
use etalon_simd::{Backend, transformer};
use std::ops::Range;

/// Epsilon of the layer normalisations.
pub(crate) const EPSILON: f32 = 1e-12;

/// Pieces that go through a layer together: enough to reuse each weight while it is in the cache.
const PIECES_TOGETHER: usize = 256;

#[derive(Debug)]
struct Layer {
    query_key_value: ByteMatrix,
    out: ByteMatrix,
    attention_norm: Norm,
    inner: ByteMatrix,
    outer: ByteMatrix,
    norm: Norm,
}

/// Turns sentences into vectors.
#[derive(Debug)]
pub(crate) struct Encoder {
    width: usize,
    heads: usize,
    embeddings: Embeddings,
    positions: Vec<f32>,
    norm: Norm,
    layers: Vec<Layer>,
}

/// Buffers of a pass.
#[derive(Debug, Default)]
struct Scratch {
    bytes: ByteRows,
    attended: Vec<f32>,
    mixed: Vec<f32>,
    block: Vec<f32>,
    shares: Vec<f32>,
}

impl Encoder {
    pub(crate) fn read(reader: &mut Reader<'_>, shape: &Shape) -> Result<Self, ActsError> {
        let width = shape.width;
        let embeddings = reader.embeddings(shape)?;
        let positions = reader.vector(shape.positions * width)?;
        let norm = reader.norm(width)?;
        let layer = |reader: &mut Reader<'_>| {
            Ok(Layer {
                query_key_value: reader.linear(width, 3 * width)?,
                out: reader.linear(width, width)?,
                attention_norm: reader.norm(width)?,
                inner: reader.linear(width, shape.inner)?,
                outer: reader.linear(shape.inner, width)?,
                norm: reader.norm(width)?,
            })
        };
        let layers = (0..shape.layers).map(|_| layer(reader)).collect::<Result<_, _>>()?;
        Ok(Self { width, heads: shape.heads, embeddings, positions, norm, layers })
    }

    /// The vectors of sentences of pieces, row after row. A sentence's vector does not depend on the
    /// others.
    pub(crate) fn encode(&self, sentences: &[Vec<usize>]) -> Vec<f32> {
        let mut vectors = Vec::with_capacity(sentences.len() * self.width);
        let mut first = 0;
        while first < sentences.len() {
            let mut end = first + 1;
            let mut pieces = sentences[first].len();
            while end < sentences.len() && pieces + sentences[end].len() <= PIECES_TOGETHER {
                pieces += sentences[end].len();
                end += 1;
            }
            self.encode_together(&sentences[first..end], &mut vectors);
            first = end;
        }
        vectors
    }

    /// Appends the vectors of sentences.
    fn encode_together(&self, sentences: &[Vec<usize>], vectors: &mut Vec<f32>) {
        let backend = Backend::in_use();
        let mut scratch = Scratch::default();
        let mut rows = self.embedded(backend, sentences);
        for layer in &self.layers {
            self.apply(backend, layer, sentences, &mut rows, &mut scratch);
        }
        let mut first = 0;
        for sentence in sentences {
            let of_sentence = &rows[first * self.width..(first + sentence.len()) * self.width];
            let mut mean = vec![0.0; self.width];
            for row in of_sentence.chunks_exact(self.width) {
                transformer::add(backend, &mut mean, row);
            }
            transformer::scale(backend, &mut mean, 1.0 / sentence.len() as f32);
            vectors.append(&mut mean);
            first += sentence.len();
        }
    }

    /// The input of the first layer.
    fn embedded(&self, backend: Backend, sentences: &[Vec<usize>]) -> Vec<f32> {
        let mut rows = Vec::new();
        for sentence in sentences {
            let positions = self.positions.chunks_exact(self.width);
            for (piece, position) in sentence.iter().zip(positions) {
                let mut row = position.to_vec();
                self.embeddings.add_to(*piece, &mut row);
                rows.append(&mut row);
            }
        }
        normalise(backend, &mut rows, &self.norm);
        rows
    }

    fn apply(
        &self,
        backend: Backend,
        layer: &Layer,
        sentences: &[Vec<usize>],
        rows: &mut [f32],
        scratch: &mut Scratch,
    ) {
        scratch.bytes.fill(backend, rows, self.width);
        scratch.bytes.multiply(backend, &layer.query_key_value, &mut scratch.attended);
        scratch.mixed.clear();
        scratch.mixed.resize(rows.len(), 0.0);
        let mut first = 0;
        for sentence in sentences {
            self.attend(backend, first..first + sentence.len(), scratch);
            first += sentence.len();
        }
        scratch.bytes.fill(backend, &scratch.mixed, self.width);
        scratch.bytes.multiply(backend, &layer.out, &mut scratch.block);
        transformer::add(backend, rows, &scratch.block);
        normalise(backend, rows, &layer.attention_norm);
        scratch.bytes.fill(backend, rows, self.width);
        scratch.bytes.multiply(backend, &layer.inner, &mut scratch.block);
        transformer::gelu(backend, &mut scratch.block);
        scratch.bytes.fill(backend, &scratch.block, layer.inner.columns());
        scratch.bytes.multiply(backend, &layer.outer, &mut scratch.block);
        transformer::add(backend, rows, &scratch.block);
        normalise(backend, rows, &layer.norm);
    }

    /// Attention inside one sentence, whose pieces are `rows`.
    fn attend(&self, backend: Backend, rows: Range<usize>, scratch: &mut Scratch) {
        let (width, head_width) = (self.width, self.width / self.heads);
        let factor = 1.0 / (head_width as f32).sqrt();
        let part = |row: usize, kind: usize, head: usize| {
            let start = row * 3 * width + kind * width + head * head_width;
            start..start + head_width
        };
        for head in 0..self.heads {
            for row in rows.clone() {
                let query = &scratch.attended[part(row, 0, head)];
                let scores = rows.clone().map(|other| {
                    transformer::dot(backend, query, &scratch.attended[part(other, 1, head)]) * factor
                });
                scratch.shares.clear();
                scratch.shares.extend(scores);
                let total = transformer::exponentials(backend, &mut scratch.shares);
                let start = row * width + head * head_width;
                let mixed = &mut scratch.mixed[start..start + head_width];
                for (other, share) in rows.clone().zip(&scratch.shares) {
                    let values = &scratch.attended[part(other, 2, head)];
                    transformer::add_scaled(backend, mixed, share / total, values);
                }
            }
        }
    }
}

/// Normalises rows in place.
pub(crate) fn normalise(backend: Backend, rows: &mut [f32], norm: &Norm) {
    let mut normed = vec![0.0; norm.gain.len()];
    for row in rows.chunks_exact_mut(norm.gain.len()) {
        transformer::layer_norm(backend, row, &norm.gain, &norm.bias, EPSILON, &mut normed);
        row.copy_from_slice(&normed);
    }
}
