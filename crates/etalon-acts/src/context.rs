//! From the vectors of a conversation's sentences to the acts of each.
//!
//! One layer of attention looks from a sentence at its neighbours, of both sides (hierarchical
//! recognition of dialogue acts: Raheja and Tetreault 2019,
//! [arXiv:1904.02594](https://arxiv.org/abs/1904.02594), with a window in place of the recurrence).

use crate::ActsError;
use crate::encoder::normalise;
use crate::weights::{Calibration, Reader, Shape};
use etalon_call::{Act, Role};
use etalon_simd::matrix::ByteMatrix;
use etalon_simd::rows::{ByteRows, Norm};
use etalon_simd::{Backend, transformer};

/// Heads of the attention over sentences.
const HEADS: usize = 6;

/// Who says a sentence, and in which turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) speaker: Role,
    pub(crate) turn: usize,
}

/// Turns vectors of sentences into probabilities of acts.
#[derive(Debug)]
pub(crate) struct Context {
    width: usize,
    before: usize,
    after: usize,
    /// Added by the place of a neighbour, by its side, and by whether it is in the same turn.
    places: Vec<f32>,
    sides: Vec<f32>,
    turns: Vec<f32>,
    input_norm: Norm,
    query: ByteMatrix,
    key_value: ByteMatrix,
    out: ByteMatrix,
    attention_norm: Norm,
    inner: ByteMatrix,
    outer: ByteMatrix,
    norm: Norm,
    acts: ByteMatrix,
    calibrations: Vec<Calibration>,
}

impl Context {
    pub(crate) fn read(reader: &mut Reader<'_>, shape: &Shape) -> Result<Self, ActsError> {
        let width = shape.width;
        if !width.is_multiple_of(HEADS) {
            return Err(ActsError::Damaged("its shape is impossible"));
        }
        Ok(Self {
            width,
            before: shape.before,
            after: shape.after,
            places: reader.vector((shape.before + 1 + shape.after) * width)?,
            sides: reader.vector(2 * width)?,
            turns: reader.vector(2 * width)?,
            input_norm: reader.norm(width)?,
            query: reader.linear(width, width)?,
            key_value: reader.linear(width, 2 * width)?,
            out: reader.linear(width, width)?,
            attention_norm: reader.norm(width)?,
            inner: reader.linear(2 * width, shape.hidden)?,
            outer: reader.linear(shape.hidden, width)?,
            norm: reader.norm(width)?,
            acts: reader.linear(width, shape.acts)?,
            calibrations: reader.calibrations(shape.acts)?,
        })
    }

    /// The acts of each sentence with their probabilities, those of the other side left out.
    /// `vectors` are the sentences' vectors, row after row.
    pub(crate) fn acts(&self, mut vectors: Vec<f32>, places: &[Place]) -> Vec<Vec<(Act, f64)>> {
        let backend = Backend::in_use();
        normalise(backend, &mut vectors, &self.input_norm);
        let logits = (0..places.len()).map(|sentence| self.logits(backend, &vectors, places, sentence));
        let probabilities = logits.zip(places).map(|(logits, place)| {
            let possible =
                |calibration: &Calibration| calibration.act.side().is_none_or(|side| side == place.speaker);
            let acts = self.calibrations.iter().zip(logits).filter(|(calibration, _)| possible(calibration));
            acts.map(|(calibration, logit)| (calibration.act, calibration.probability(logit))).collect()
        });
        probabilities.collect()
    }

    /// The logit of each act for one sentence.
    fn logits(&self, backend: Backend, normed: &[f32], places: &[Place], sentence: usize) -> Vec<f32> {
        let seen = sentence.saturating_sub(self.before)..(sentence + self.after + 1).min(places.len());
        let own = sentence - seen.start;
        let mut neighbours = Vec::with_capacity(seen.len() * self.width);
        for other in seen {
            let row = &normed[other * self.width..(other + 1) * self.width];
            let mut neighbour = row.to_vec();
            let is_same_turn = usize::from(places[other].turn == places[sentence].turn);
            let side = usize::from(places[other].speaker == Role::Client);
            for (table, row) in [
                (&self.places, other + self.before - sentence),
                (&self.sides, side),
                (&self.turns, is_same_turn),
            ] {
                transformer::add(backend, &mut neighbour, &table[row * self.width..(row + 1) * self.width]);
            }
            neighbours.append(&mut neighbour);
        }
        let own = neighbours[own * self.width..(own + 1) * self.width].to_vec();
        let mixed = self.attend(backend, &own, &neighbours);
        let mut seen = linear(backend, &self.out, &mixed);
        transformer::add(backend, &mut seen, &own);
        normalise(backend, &mut seen, &self.attention_norm);
        let mut hidden = linear(backend, &self.inner, &[seen.as_slice(), &own].concat());
        transformer::gelu(backend, &mut hidden);
        let mut result = linear(backend, &self.outer, &hidden);
        transformer::add(backend, &mut result, &seen);
        normalise(backend, &mut result, &self.norm);
        linear(backend, &self.acts, &result)
    }

    /// Attention from one sentence to its neighbours, itself among them.
    fn attend(&self, backend: Backend, own: &[f32], neighbours: &[f32]) -> Vec<f32> {
        let (width, head_width) = (self.width, self.width / HEADS);
        let query = linear(backend, &self.query, own);
        let mut rows = ByteRows::default();
        rows.fill(backend, neighbours, width);
        let mut attended = Vec::new();
        rows.multiply(backend, &self.key_value, &mut attended);
        let mut mixed = vec![0.0; width];
        for head in 0..HEADS {
            let part = head * head_width..(head + 1) * head_width;
            let factor = 1.0 / (head_width as f32).sqrt();
            let keys = attended.chunks_exact(2 * width).map(|row| &row[part.clone()]);
            let mut shares: Vec<f32> =
                keys.map(|key| transformer::dot(backend, &query[part.clone()], key) * factor).collect();
            let total = transformer::exponentials(backend, &mut shares);
            for (row, share) in attended.chunks_exact(2 * width).zip(&shares) {
                let values = &row[width..][part.clone()];
                transformer::add_scaled(backend, &mut mixed[part.clone()], share / total, values);
            }
        }
        mixed
    }
}

/// One row times a matrix, without the padding of its columns.
fn linear(backend: Backend, matrix: &ByteMatrix, input: &[f32]) -> Vec<f32> {
    let mut rows = ByteRows::default();
    rows.fill(backend, input, input.len());
    let mut out = Vec::new();
    rows.multiply(backend, matrix, &mut out);
    out.truncate(matrix.columns());
    out
}

impl Calibration {
    fn probability(&self, logit: f32) -> f64 {
        let scaled = f64::from(self.slope * logit + self.offset);
        1.0 / (1.0 + (-scaled).exp())
    }
}
