//! Computes the next token's logits for many windows at once.
//!
//! All rows of a step, of whichever window, go through each matrix together, so that the weights
//! are read from memory once a step. A row's result depends on its own window only: linear layers
//! are exact in integers, and attention is computed row by row.

use crate::WhisperError;
use crate::cross_attention::{AttentionScratch, CrossAttentionCache};
use crate::encoder::check_stop;
use crate::weights::{DecoderLayer, EPSILON, HEAD, Weights};
use etalon_simd::Backend;
use etalon_simd::rows::ByteRows;
use etalon_simd::transformer as kernels;
use std::rc::Rc;
use std::sync::atomic::AtomicBool;

/// A text of a window while it is decoded. Clones share their common part.
#[derive(Clone)]
pub(crate) struct Sequence {
    memory: Rc<CrossAttentionCache>,
    /// The cache of the tokens so far.
    past: Vec<Rc<PastToken>>,
    /// The cache of the tokens that are being fed.
    present: Vec<PastToken>,
    /// Positions that hold signal; the alignment uses only these.
    heard: usize,
    /// The first token whose alignment attention is kept.
    kept_from: usize,
}

/// The cache of a token.
#[derive(Clone, Default)]
struct PastToken {
    /// Its key and its value, layer after layer.
    keys_values: Vec<f32>,
    /// For each alignment head, the attention weight of each position with signal.
    alignment: Vec<f32>,
}

impl PastToken {
    fn key(&self, layer: usize, width: usize) -> &[f32] {
        &self.keys_values[2 * layer * width..][..width]
    }

    fn value(&self, layer: usize, width: usize) -> &[f32] {
        &self.keys_values[(2 * layer + 1) * width..][..width]
    }
}

impl Sequence {
    /// A sequence without tokens over a window with `heard` positions of signal.
    pub(crate) fn new(memory: CrossAttentionCache, heard: usize) -> Self {
        Self {
            heard: heard.clamp(1, memory.positions().max(1)),
            memory: Rc::new(memory),
            past: Vec::new(),
            present: Vec::new(),
            kept_from: 0,
        }
    }

    /// Removes all tokens; alignment attention is kept from token `kept_from` on.
    pub(crate) fn restart(&mut self, kept_from: usize) {
        self.past.clear();
        self.kept_from = kept_from;
    }

    pub(crate) fn heard(&self) -> usize {
        self.heard
    }

    /// For each kept token and alignment head, the attention weight of each position with signal.
    pub(crate) fn alignment(&self) -> Vec<f32> {
        self.past.iter().flat_map(|token| token.alignment.iter().copied()).collect()
    }

    /// Keeps one alignment head's attention weights of the tokens that are being fed.
    fn keep<'a>(&mut self, shares: &mut impl Iterator<Item = &'a [f32]>, tokens: usize) {
        let fed = self.past.len()..;
        for ((place, token), shares) in fed.zip(&mut self.present).zip(shares.take(tokens)) {
            if place >= self.kept_from {
                token.alignment.extend_from_slice(&shares[..self.heard]);
            }
        }
    }

    /// The tokens that the one at `index` of those being fed attends to, itself included.
    fn seen_by(&self, index: usize) -> impl Iterator<Item = &PastToken> {
        self.past.iter().map(Rc::as_ref).chain(&self.present[..=index])
    }
}

/// Buffers reused from step to step.
#[derive(Default)]
pub(crate) struct DecoderScratch {
    bytes: ByteRows,
    hidden: Vec<f32>,
    block: Vec<f32>,
    mixed: Vec<f32>,
    scores: Vec<f32>,
    queries: Vec<f32>,
    answers: Vec<f32>,
    attention: AttentionScratch,
    /// Logits of the last token of each input, row after row.
    pub(crate) logits: Vec<f32>,
}

/// Feeds each sequence its tokens and writes a row of `scratch.logits` for each sequence.
pub(crate) fn forward(
    weights: &Weights,
    backend: Backend,
    inputs: &mut [(&mut Sequence, &[u32])],
    scratch: &mut DecoderScratch,
    stop: &AtomicBool,
) -> Result<(), WhisperError> {
    embed(weights, inputs, scratch);
    for (sequence, tokens) in inputs.iter_mut() {
        sequence.present = vec![PastToken::default(); tokens.len()];
    }
    for (index, layer) in weights.decoder.iter().enumerate() {
        check_stop(stop)?;
        attend_to_past(layer, index, backend, inputs, scratch);
        attend_to_audio(weights, layer, index, backend, inputs, scratch);
        scratch.bytes.fill_normed(backend, &scratch.hidden, &layer.perceptron.norm, EPSILON);
        scratch.bytes.multiply(backend, &layer.perceptron.inner, &mut scratch.block);
        kernels::gelu(backend, &mut scratch.block);
        scratch.bytes.fill(backend, &scratch.block, 4 * weights.header.text_width);
        scratch.bytes.multiply(backend, &layer.perceptron.outer, &mut scratch.block);
        kernels::add(backend, &mut scratch.hidden, &scratch.block);
    }
    let width = weights.header.text_width;
    let mut row = 0;
    scratch.mixed.clear();
    for (sequence, tokens) in inputs {
        row += tokens.len();
        sequence.past.extend(sequence.present.drain(..).map(Rc::new));
        scratch.mixed.extend_from_slice(&scratch.hidden[(row - 1) * width..row * width]);
    }
    scratch.bytes.fill_normed(backend, &scratch.mixed, &weights.decoder_norm, EPSILON);
    scratch.bytes.multiply(backend, &weights.embedding, &mut scratch.logits);
    Ok(())
}

fn embed(weights: &Weights, inputs: &[(&mut Sequence, &[u32])], scratch: &mut DecoderScratch) {
    let width = weights.header.text_width;
    let rows: usize = inputs.iter().map(|(_, tokens)| tokens.len()).sum();
    scratch.hidden.resize(rows * width, 0.0);
    let mut out = scratch.hidden.chunks_exact_mut(width);
    for (sequence, tokens) in inputs {
        for (index, (token, out)) in tokens.iter().zip(&mut out).enumerate() {
            let token = (*token as usize).min(weights.embedding.columns() - 1);
            weights.embedding.column(token, out);
            let position = (sequence.past.len() + index).min(weights.header.text_positions - 1);
            for (out, value) in out.iter_mut().zip(&weights.text_positions[position * width..]) {
                *out += value;
            }
        }
    }
}

/// Self-attention: each token attends to itself and the tokens before it.
fn attend_to_past(
    layer: &DecoderLayer,
    index: usize,
    backend: Backend,
    inputs: &mut [(&mut Sequence, &[u32])],
    scratch: &mut DecoderScratch,
) {
    let width = layer.attention.norm.gain.len();
    scratch.bytes.fill_normed(backend, &scratch.hidden, &layer.attention.norm, EPSILON);
    scratch.bytes.multiply(backend, &layer.attention.query_key_value, &mut scratch.block);
    scratch.mixed.resize(scratch.hidden.len(), 0.0);
    let mut rows = scratch.block.chunks_exact(3 * width).zip(scratch.mixed.chunks_exact_mut(width));
    for (sequence, tokens) in inputs {
        for (token, (row, mixed)) in (&mut rows).take(tokens.len()).enumerate() {
            let (query, key_value) = row.split_at(width);
            sequence.present[token].keys_values.extend_from_slice(key_value);
            for head in (0..width).step_by(HEAD) {
                let place = head..head + HEAD;
                scratch.scores.clear();
                scratch.scores.extend(sequence.seen_by(token).map(|seen| {
                    let key = &seen.key(index, width)[place.clone()];
                    kernels::dot(backend, &query[place.clone()], key) / (HEAD as f32).sqrt()
                }));
                let total = kernels::exponentials(backend, &mut scratch.scores);
                let mixed = &mut mixed[place.clone()];
                mixed.fill(0.0);
                for (share, seen) in scratch.scores.iter().zip(sequence.seen_by(token)) {
                    let value = &seen.value(index, width)[place.clone()];
                    kernels::add_scaled(backend, mixed, share / total, value);
                }
            }
        }
    }
    scratch.bytes.fill(backend, &scratch.mixed, width);
    scratch.bytes.multiply(backend, &layer.attention.out, &mut scratch.block);
    kernels::add(backend, &mut scratch.hidden, &scratch.block);
}

/// Cross-attention; keeps that of the alignment heads.
fn attend_to_audio(
    weights: &Weights,
    layer: &DecoderLayer,
    index: usize,
    backend: Backend,
    inputs: &mut [(&mut Sequence, &[u32])],
    scratch: &mut DecoderScratch,
) {
    let width = layer.cross.norm.gain.len();
    scratch.bytes.fill_normed(backend, &scratch.hidden, &layer.cross.norm, EPSILON);
    scratch.bytes.multiply(backend, &layer.cross.query, &mut scratch.block);
    scratch.mixed.resize(scratch.hidden.len(), 0.0);
    let mut first = 0;
    // Texts of one window are adjacent and share one pass over its cache.
    for texts in inputs.chunk_by_mut(|(one, _), (next, _)| Rc::ptr_eq(&one.memory, &next.memory)) {
        let Some((sequence, _)) = texts.first() else { continue };
        let memory = Rc::clone(&sequence.memory);
        let rows: usize = texts.iter().map(|(_, tokens)| tokens.len()).sum();
        let place = first * width..(first + rows) * width;
        for head in 0..width / HEAD {
            let of_head = head * HEAD..(head + 1) * HEAD;
            scratch.queries.clear();
            for query in scratch.block[place.clone()].chunks_exact(width) {
                scratch.queries.extend_from_slice(&query[of_head.clone()]);
            }
            scratch.answers.resize(scratch.queries.len(), 0.0);
            let (queries, answers) = (&scratch.queries, &mut scratch.answers);
            let mut shares = memory.attend(backend, index, head, queries, &mut scratch.attention, answers);
            let mixed = scratch.mixed[place.clone()].chunks_exact_mut(width);
            for (mixed, answer) in mixed.zip(scratch.answers.chunks_exact(HEAD)) {
                mixed[of_head.clone()].copy_from_slice(answer);
            }
            if weights.alignment_heads.contains(&(index, head)) {
                for (sequence, tokens) in texts.iter_mut() {
                    sequence.keep(&mut shares, tokens.len());
                }
            }
        }
        first += rows;
    }
    scratch.bytes.fill(backend, &scratch.mixed, width);
    scratch.bytes.multiply(backend, &layer.cross.out, &mut scratch.block);
    kernels::add(backend, &mut scratch.hidden, &scratch.block);
}
