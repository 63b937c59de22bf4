//! Tokens into the next token's logits, for many windows at once.
//!
//! All rows of a step, whichever window they belong to, go through each matrix together, so that the weights are read
//! from memory once a step. A row's result depends on its own window only: linear layers are exact in integers, and
//! attention is computed row by row.

use crate::WhisperError;
use crate::encoder::go_on;
use crate::kernels::{self, Backend};
use crate::memory::{AttentionScratch, AudioMemory};
use crate::rows::ByteRows;
use crate::weights::{DecoderLayer, HEAD, Weights};
use std::sync::atomic::AtomicBool;

/// A window while it is decoded.
pub(crate) struct Sequence {
    memory: AudioMemory,
    /// Keys and values of the tokens so far, for each layer.
    past: Vec<Past>,
    length: usize,
    /// Positions that hold signal; the alignment looks at these only.
    heard: usize,
    /// From this row on the attention of the alignment heads is kept.
    kept_from: usize,
    /// For each kept row and alignment head, the share of each heard position.
    pub(crate) alignment: Vec<f32>,
}

#[derive(Default)]
struct Past {
    keys: Vec<f32>,
    values: Vec<f32>,
}

impl Sequence {
    /// A sequence without tokens over a window of which `heard` positions hold signal.
    pub(crate) fn new(weights: &Weights, memory: AudioMemory, heard: usize) -> Self {
        Self {
            heard: heard.clamp(1, memory.positions().max(1)),
            memory,
            past: weights.decoder.iter().map(|_| Past::default()).collect(),
            length: 0,
            kept_from: 0,
            alignment: Vec::new(),
        }
    }

    /// Forgets all tokens; attention will be kept from row `kept_from` on.
    pub(crate) fn restart(&mut self, kept_from: usize) {
        for past in &mut self.past {
            past.keys.clear();
            past.values.clear();
        }
        self.alignment.clear();
        (self.length, self.kept_from) = (0, kept_from);
    }

    pub(crate) fn heard(&self) -> usize {
        self.heard
    }
}

/// Memory that is used again from step to step.
#[derive(Default)]
pub(crate) struct DecoderScratch {
    bytes: ByteRows,
    hidden: Vec<f32>,
    block: Vec<f32>,
    mixed: Vec<f32>,
    scores: Vec<f32>,
    attention: AttentionScratch,
    /// Logits of the last token of each input, row after row.
    pub(crate) logits: Vec<f32>,
}

/// Feeds each sequence its tokens; afterwards `scratch.logits` has a row for each sequence.
pub(crate) fn forward(
    weights: &Weights,
    backend: Backend,
    inputs: &mut [(&mut Sequence, &[u32])],
    scratch: &mut DecoderScratch,
    stop: &AtomicBool,
) -> Result<(), WhisperError> {
    embed(weights, inputs, scratch);
    for (index, layer) in weights.decoder.iter().enumerate() {
        go_on(stop)?;
        attend_to_past(layer, index, backend, inputs, scratch);
        attend_to_audio(weights, layer, index, backend, inputs, scratch);
        scratch.bytes.fill_normed(backend, &scratch.hidden, &layer.perceptron.norm);
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
        sequence.length += tokens.len();
        scratch.mixed.extend_from_slice(&scratch.hidden[(row - 1) * width..row * width]);
    }
    scratch.bytes.fill_normed(backend, &scratch.mixed, &weights.decoder_norm);
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
            let position = (sequence.length + index).min(weights.header.text_positions - 1);
            for (out, value) in out.iter_mut().zip(&weights.text_positions[position * width..]) {
                *out += value;
            }
        }
    }
}

/// Self-attention: each token sees the tokens before it and itself.
fn attend_to_past(
    layer: &DecoderLayer,
    index: usize,
    backend: Backend,
    inputs: &mut [(&mut Sequence, &[u32])],
    scratch: &mut DecoderScratch,
) {
    let width = layer.attention.norm.gain.len();
    scratch.bytes.fill_normed(backend, &scratch.hidden, &layer.attention.norm);
    scratch.bytes.multiply(backend, &layer.attention.query_key_value, &mut scratch.block);
    scratch.mixed.resize(scratch.hidden.len(), 0.0);
    let mut rows = scratch.block.chunks_exact(3 * width).zip(scratch.mixed.chunks_exact_mut(width));
    for (sequence, tokens) in inputs {
        let past = &mut sequence.past[index];
        for (row, mixed) in (&mut rows).take(tokens.len()) {
            let (query, key_value) = row.split_at(width);
            let (key, value) = key_value.split_at(width);
            past.keys.extend_from_slice(key);
            past.values.extend_from_slice(value);
            for head in (0..width).step_by(HEAD) {
                let place = head..head + HEAD;
                scratch.scores.clear();
                scratch.scores.extend(past.keys.chunks_exact(width).map(|key| {
                    kernels::dot(backend, &query[place.clone()], &key[place.clone()]) / (HEAD as f32).sqrt()
                }));
                let total = kernels::exponentials(backend, &mut scratch.scores);
                let mixed = &mut mixed[place.clone()];
                mixed.fill(0.0);
                for (share, value) in scratch.scores.iter().zip(past.values.chunks_exact(width)) {
                    kernels::add_scaled(backend, mixed, share / total, &value[place.clone()]);
                }
            }
        }
    }
    scratch.bytes.fill(backend, &scratch.mixed, width);
    scratch.bytes.multiply(backend, &layer.attention.out, &mut scratch.block);
    kernels::add(backend, &mut scratch.hidden, &scratch.block);
}

/// Cross-attention; that of the alignment heads is kept.
fn attend_to_audio(
    weights: &Weights,
    layer: &DecoderLayer,
    index: usize,
    backend: Backend,
    inputs: &mut [(&mut Sequence, &[u32])],
    scratch: &mut DecoderScratch,
) {
    let width = layer.cross.norm.gain.len();
    scratch.bytes.fill_normed(backend, &scratch.hidden, &layer.cross.norm);
    scratch.bytes.multiply(backend, &layer.cross.query, &mut scratch.block);
    scratch.mixed.resize(scratch.hidden.len(), 0.0);
    let mut rows = scratch.block.chunks_exact(width).zip(scratch.mixed.chunks_exact_mut(width));
    for (sequence, tokens) in inputs {
        for (position, (query, mixed)) in (sequence.length..).zip((&mut rows).take(tokens.len())) {
            for head in 0..width / HEAD {
                let place = head * HEAD..(head + 1) * HEAD;
                let out = &mut mixed[place.clone()];
                let shares =
                    sequence.memory.attend(backend, index, head, &query[place], &mut scratch.attention, out);
                let aligned = weights.alignment_heads.iter().position(|known| *known == (index, head));
                if let (Some(aligned), true) = (aligned, position >= sequence.kept_from) {
                    let row = (position - sequence.kept_from) * weights.alignment_heads.len() + aligned;
                    let end = (row + 1) * sequence.heard;
                    if sequence.alignment.len() < end {
                        let last = (position + 1 - sequence.kept_from) * weights.alignment_heads.len();
                        sequence.alignment.resize(last * sequence.heard, 0.0);
                    }
                    sequence.alignment[end - sequence.heard..end].copy_from_slice(&shares[..sequence.heard]);
                }
            }
        }
    }
    scratch.bytes.fill(backend, &scratch.mixed, width);
    scratch.bytes.multiply(backend, &layer.cross.out, &mut scratch.block);
    kernels::add(backend, &mut scratch.hidden, &scratch.block);
}
