//! The trunk: one-dimensional convolutions over time; each sees the output of all before it.

use crate::VoiceError;
use crate::head::{BANDS_LEFT, Image};
use crate::layers::{Affine, Bytes, Signal, Strips, write_rectified};
use crate::loops::{activate, maximum, sum};
use crate::matrix::{Convolver, Matrix};
use crate::weights::Weights;
use etalon_simd::Backend;
use etalon_simd::convolution::{LANES, Offsets, WORD_CHANNELS};

/// Channels that a layer adds.
const GROWTH: usize = 32;

/// Channels inside a layer.
const INNER: usize = 128;

/// Channels inside the context's gate.
const CONTEXT: usize = 64;

/// A frame's context is the mean of the whole signal plus that of its segment of this many frames.
const SEGMENT: usize = 100;

/// Taps of the convolution inside a layer.
const TAPS: usize = 3;

/// A layer: a projection of all channels, convolved over time, times a gate computed from the
/// context.
#[derive(Debug)]
struct Layer {
    before: Affine,
    narrow: Convolver,
    narrow_shift: Vec<f32>,
    local: Convolver,
    gate: [(Matrix, Vec<f32>); 2],
    dilation: usize,
}

impl Layer {
    fn read(weights: &mut Weights<'_>, channels: usize, dilation: usize) -> Result<Self, VoiceError> {
        let before = weights.affine(channels)?;
        let narrow = weights.convolver(INNER, channels, 1)?;
        let narrow_shift = weights.vector(INNER)?;
        let local = weights.convolver(GROWTH, INNER, TAPS)?;
        let first = (weights.matrix(CONTEXT, INNER)?, weights.vector(CONTEXT)?);
        let second = (weights.matrix(GROWTH, CONTEXT)?, weights.vector(GROWTH)?);
        Ok(Self { before, narrow, narrow_shift, local, gate: [first, second], dilation })
    }

    /// Adds channels after the first `channels` of the signal.
    fn apply(&self, signal: &mut Strips, channels: usize, inner: &mut Signal, room: &mut ByteRoom) {
        let length = signal.length();
        inner.reset(INNER, length);
        for first in (0..length).step_by(LANES) {
            room.gather_activated(signal, &self.before, first);
            self.narrow.multiply(&room.bytes, 0, &room.offsets, length - first, |row, values| {
                write_rectified(inner.lanes_mut(row, first), values, self.narrow_shift[row]);
            });
        }
        let gates = self.gates(inner);
        room.gather_inner(inner, self.dilation);
        for first in (0..length).step_by(LANES) {
            self.local.multiply(&room.bytes, first, &room.offsets, length - first, |row, values| {
                let target = signal.lanes_mut(channels + row, first);
                for (place, (target, value)) in target.iter_mut().zip(values).enumerate() {
                    let segment = ((first + place) / SEGMENT).min(gates.len() - 1);
                    *target = value * gates[segment][row];
                }
            });
        }
    }

    /// For each segment the gate of each new channel, 0 to 1.
    fn gates(&self, inner: &Signal) -> Vec<Vec<f32>> {
        let length = inner.length();
        let segments = length.div_ceil(SEGMENT);
        let channels: Vec<&[f32]> = (0..INNER).map(|channel| inner.channel(channel)).collect();
        let mean = |values: &[f32]| sum(Backend::in_use(), values) / values.len().max(1) as f32;
        let whole: Vec<f32> = channels.iter().map(|values| mean(values)).collect();
        let means = (0..segments).map(|segment| {
            let range = segment * SEGMENT..((segment + 1) * SEGMENT).min(length);
            let local = channels.iter().map(|values| mean(&values[range.clone()]));
            whole.iter().zip(local).map(|(whole, local)| whole + local).collect::<Vec<f32>>()
        });
        let [(first, first_bias), (second, second_bias)] = &self.gate;
        means
            .map(|mean| {
                let mut hidden = first.times(&mean);
                for (value, bias) in hidden.iter_mut().zip(first_bias) {
                    *value = (*value + bias).max(0.0);
                }
                let mut gates = second.times(&hidden);
                for (value, bias) in gates.iter_mut().zip(second_bias) {
                    *value = 1.0 / (1.0 + (-(*value + bias)).exp());
                }
                gates
            })
            .collect()
    }
}

/// The input of a convolution in bytes, and its offsets.
#[derive(Debug, Default)]
struct ByteRoom {
    activated: Vec<f32>,
    bytes: Bytes,
    offsets: Offsets,
}

impl ByteRoom {
    /// Normalised and rectified channels of a signal, 32 columns of each from `first` on.
    fn gather_activated(&mut self, signal: &Strips, affine: &Affine, first: usize) {
        let channels = affine.scale.len();
        self.activated.resize(channels * LANES, 0.0);
        let mut highest = activate(
            Backend::in_use(),
            signal.strip(first),
            &affine.scale,
            &affine.shift,
            &mut self.activated,
        );
        if signal.length() - first < LANES {
            for activated in self.activated.chunks_exact_mut(LANES) {
                activated[signal.length() - first..].fill(0.0);
            }
            highest = maximum(Backend::in_use(), &self.activated);
        }
        let groups = channels / WORD_CHANNELS;
        self.bytes.reset(groups * LANES, highest);
        for (group, activated) in self.activated.chunks_exact(WORD_CHANNELS * LANES).enumerate() {
            let row = |channel: usize| &activated[channel * LANES..(channel + 1) * LANES];
            self.bytes.write(group * LANES, std::array::from_fn(row));
        }
        self.offsets.set((0..groups).map(|group| group * LANES));
    }

    /// All columns of the channels inside a layer, with zeros before and behind for its taps.
    fn gather_inner(&mut self, inner: &Signal, dilation: usize) {
        let stride = inner.length().next_multiple_of(LANES) + (TAPS - 1) * dilation;
        let groups = INNER / WORD_CHANNELS;
        self.bytes.reset_to_zeros(groups * stride, inner.maximum(INNER));
        for group in 0..groups {
            let row = |channel: usize| inner.channel(group * WORD_CHANNELS + channel);
            self.bytes.write(group * stride + (TAPS / 2) * dilation, std::array::from_fn(row));
        }
        let taps = |group: usize| (0..TAPS).map(move |tap| group * stride + tap * dilation);
        self.offsets.set((0..groups).flat_map(taps));
    }

    /// The rows of an image. The first convolution has a stride of two, so even and odd columns are
    /// stored apart: the input of one tap is then contiguous.
    fn gather_image(&mut self, image: &Image, channels: usize, length: usize) {
        let stride = length.div_ceil(FIRST_STRIDE).next_multiple_of(LANES) + FIRST_TAPS / FIRST_STRIDE;
        let groups = channels / WORD_CHANNELS;
        self.bytes.reset_to_zeros(groups * FIRST_STRIDE * stride, image.maximum());
        let begin = |group: usize, phase: usize| (group * FIRST_STRIDE + phase) * stride;
        let zeros = FIRST_TAPS / 2 / FIRST_STRIDE;
        for (group, phase) in (0..groups).flat_map(|group| (0..FIRST_STRIDE).map(move |phase| (group, phase)))
        {
            let columns: [Vec<f32>; WORD_CHANNELS] = std::array::from_fn(|channel| {
                let channel = group * WORD_CHANNELS + channel;
                let row = image.row(channel / BANDS_LEFT, channel % BANDS_LEFT);
                row.iter().skip(phase).step_by(FIRST_STRIDE).copied().collect()
            });
            self.bytes.write(begin(group, phase) + zeros, columns.each_ref().map(Vec::as_slice));
        }
        let taps = |group: usize| {
            (0..FIRST_TAPS).map(move |tap| begin(group, tap % FIRST_STRIDE) + tap / FIRST_STRIDE)
        };
        self.offsets.set((0..groups).flat_map(taps));
    }
}

/// Layers, and a projection that halves their channels.
#[derive(Debug)]
struct Block {
    layers: Vec<Layer>,
    before_halving: Affine,
    halving: Convolver,
    channels: usize,
}

impl Block {
    fn read(
        weights: &mut Weights<'_>,
        channels: usize,
        layers: usize,
        dilation: usize,
    ) -> Result<Self, VoiceError> {
        let layers = (0..layers)
            .map(|layer| Layer::read(weights, channels + layer * GROWTH, dilation))
            .collect::<Result<Vec<_>, _>>()?;
        let all = channels + layers.len() * GROWTH;
        let before_halving = weights.affine(all)?;
        Ok(Self { layers, before_halving, halving: weights.convolver(all / 2, all, 1)?, channels })
    }

    /// From `signal`, which has room for all channels, to `halved`, which is resized for the next
    /// block.
    fn apply(&self, signal: &mut Strips, halved: &mut Strips, inner: &mut Signal, room: &mut ByteRoom) {
        for (number, layer) in self.layers.iter().enumerate() {
            layer.apply(signal, self.channels + number * GROWTH, inner, room);
        }
        halved.reset(MOST_CHANNELS, signal.length());
        for first in (0..signal.length()).step_by(LANES) {
            room.gather_activated(signal, &self.before_halving, first);
            self.halving.multiply(&room.bytes, 0, &room.offsets, signal.length() - first, |row, values| {
                halved.lanes_mut(row, first).copy_from_slice(values);
            });
        }
    }
}

/// Output channels of the trunk.
pub(crate) const OUTPUT: usize = 512;

/// Channels of the widest block.
const MOST_CHANNELS: usize = 1024;

/// Taps and stride of the first convolution.
const FIRST_TAPS: usize = 5;
pub(crate) const FIRST_STRIDE: usize = 2;

/// The trunk.
#[derive(Debug)]
pub(crate) struct Trunk {
    first: Convolver,
    first_shift: Vec<f32>,
    blocks: [Block; 3],
    last: Affine,
    inputs: usize,
}

/// Reusable buffers.
#[derive(Debug, Default)]
pub(crate) struct TrunkRoom {
    signal: Strips,
    halved: Strips,
    inner: Signal,
    bytes: ByteRoom,
}

impl Trunk {
    pub(crate) fn read(weights: &mut Weights<'_>, inputs: usize) -> Result<Self, VoiceError> {
        Ok(Self {
            first: weights.convolver(INNER, inputs, FIRST_TAPS)?,
            first_shift: weights.vector(INNER)?,
            blocks: [
                Block::read(weights, INNER, 12, 1)?,
                Block::read(weights, 256, 24, 2)?,
                Block::read(weights, 512, 16, 2)?,
            ],
            last: weights.affine(OUTPUT)?,
            inputs,
        })
    }

    /// From an image of `length` columns to half as many columns of 512 rows, in strips of 32
    /// columns.
    pub(crate) fn apply(&self, image: &Image, length: usize, room: &mut TrunkRoom) -> Vec<f32> {
        let TrunkRoom { signal, halved, inner, bytes } = room;
        bytes.gather_image(image, self.inputs, length);
        let columns = length.div_ceil(FIRST_STRIDE);
        signal.reset(MOST_CHANNELS, columns);
        for first in (0..columns).step_by(LANES) {
            self.first.multiply(&bytes.bytes, first, &bytes.offsets, columns - first, |row, values| {
                write_rectified(signal.lanes_mut(row, first), values, self.first_shift[row]);
            });
        }
        for block in &self.blocks {
            block.apply(signal, halved, inner, bytes);
            std::mem::swap(signal, halved);
        }
        let mut output = vec![0.0; OUTPUT * LANES * columns.div_ceil(LANES)];
        for first in (0..columns).step_by(LANES) {
            let activated = &mut output[first * OUTPUT..][..OUTPUT * LANES];
            activate(Backend::in_use(), signal.strip(first), &self.last.scale, &self.last.shift, activated);
        }
        output
    }
}
