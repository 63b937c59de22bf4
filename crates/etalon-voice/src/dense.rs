//! The trunk: one-dimensional convolutions over time, each of which sees what all before it have found.

use crate::VoiceError;
use crate::layers::{Affine, Signal, write_rectified};
use crate::matrix::Matrix;
use crate::tile::LANES;
use crate::weights::Weights;

/// Channels that a layer adds.
const GROWTH: usize = 32;

/// Channels inside a layer.
const INNER: usize = 128;

/// Channels inside the context's gate.
const CONTEXT: usize = 64;

/// The context of a frame is the mean over the whole and over its segment of this many frames.
const SEGMENT: usize = 100;

/// Taps of the convolution inside a layer.
const TAPS: usize = 3;

/// A layer: a narrow view of all channels, convolved over time, and a gate that the context opens.
#[derive(Debug)]
struct Layer {
    before: Affine,
    narrow: Matrix,
    narrow_shift: Vec<f32>,
    local: Matrix,
    gate: [(Matrix, Vec<f32>); 2],
    dilation: usize,
}

impl Layer {
    fn read(weights: &mut Weights<'_>, channels: usize, dilation: usize) -> Result<Self, VoiceError> {
        let before = weights.affine(channels)?;
        let narrow = weights.matrix(INNER, channels)?;
        let narrow_shift = weights.vector(INNER)?;
        let local = weights.matrix(GROWTH, INNER * TAPS)?;
        let first = (weights.matrix(CONTEXT, INNER)?, weights.vector(CONTEXT)?);
        let second = (weights.matrix(GROWTH, CONTEXT)?, weights.vector(GROWTH)?);
        Ok(Self { before, narrow, narrow_shift, local, gate: [first, second], dilation })
    }

    /// Adds channels behind the first `channels` of the signal.
    fn apply(&self, signal: &mut Signal, channels: usize, inner: &mut Signal, panel: &mut Vec<f32>) {
        let length = signal.length();
        inner.reset(INNER, length, self.dilation);
        self.narrow.multiply(
            length,
            panel,
            |first, panel| gather_activated(signal, &self.before, first, panel),
            |row, first, values| {
                write_rectified(&mut inner.channel_mut(row)[first..], values, self.narrow_shift[row]);
            },
        );
        let gates = self.gates(inner);
        self.local.multiply(
            length,
            panel,
            |first, panel| {
                for (row, target) in panel.chunks_exact_mut(LANES).enumerate() {
                    let place = first + row % TAPS * self.dilation;
                    target.copy_from_slice(inner.padded(row / TAPS, place, LANES));
                }
            },
            |row, first, values| {
                let target = &mut signal.channel_mut(channels + row)[first..];
                for (place, (target, value)) in target.iter_mut().zip(values).enumerate() {
                    *target = value * gates[(first + place) / SEGMENT][row];
                }
            },
        );
    }

    /// For each segment how far the gate of each new channel is open, 0 to 1.
    fn gates(&self, inner: &Signal) -> Vec<Vec<f32>> {
        let length = inner.length();
        let segments = length.div_ceil(SEGMENT);
        let channels: Vec<&[f32]> = (0..INNER).map(|channel| inner.channel(channel)).collect();
        let mean = |values: &[f32]| values.iter().sum::<f32>() / values.len().max(1) as f32;
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

/// Normalised and rectified channels of a signal, 32 columns of each from `first` on.
fn gather_activated(signal: &Signal, affine: &Affine, first: usize, panel: &mut [f32]) {
    let channels = affine.scale.iter().zip(&affine.shift).enumerate();
    for (target, (channel, (scale, shift))) in panel.chunks_exact_mut(LANES).zip(channels) {
        for (target, value) in target.iter_mut().zip(signal.padded(channel, first, LANES)) {
            *target = (value * scale + shift).max(0.0);
        }
    }
}

/// A row of layers, and one that halves what they found.
#[derive(Debug)]
struct Block {
    layers: Vec<Layer>,
    before_halving: Affine,
    halving: Matrix,
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
        Ok(Self { layers, before_halving, halving: weights.matrix(all / 2, all)?, channels })
    }

    /// From `signal`, which has room for all channels, to `halved`, which gets room for those of the next block.
    fn apply(&self, signal: &mut Signal, halved: &mut Signal, inner: &mut Signal, panel: &mut Vec<f32>) {
        for (number, layer) in self.layers.iter().enumerate() {
            layer.apply(signal, self.channels + number * GROWTH, inner, panel);
        }
        halved.reset(MOST_CHANNELS, signal.length(), 0);
        self.halving.multiply(
            signal.length(),
            panel,
            |first, panel| gather_activated(signal, &self.before_halving, first, panel),
            |row, first, values| {
                halved.channel_mut(row)[first..first + values.len()].copy_from_slice(values);
            },
        );
    }
}

/// Channels that the trunk gives.
pub(crate) const OUTPUT: usize = 512;

/// Channels of the widest block.
const MOST_CHANNELS: usize = 1024;

/// Taps of the first convolution, and frames from one of its results to the next.
const FIRST_TAPS: usize = 5;
const FIRST_STRIDE: usize = 2;

/// The trunk.
#[derive(Debug)]
pub(crate) struct Trunk {
    first: Matrix,
    first_shift: Vec<f32>,
    blocks: [Block; 3],
    last: Affine,
    inputs: usize,
}

/// Signals that are used again and again.
#[derive(Debug, Default)]
pub(crate) struct TrunkRoom {
    input: Signal,
    signal: Signal,
    halved: Signal,
    inner: Signal,
}

impl Trunk {
    pub(crate) fn read(weights: &mut Weights<'_>, inputs: usize) -> Result<Self, VoiceError> {
        Ok(Self {
            first: weights.matrix(INNER, inputs * FIRST_TAPS)?,
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

    /// From `length` columns of `inputs` rows to half as many columns of 512 rows, one row after the other.
    pub(crate) fn apply<'a>(
        &self,
        length: usize,
        input_row: impl Fn(usize) -> &'a [f32],
        room: &mut TrunkRoom,
        panel: &mut Vec<f32>,
    ) -> Vec<f32> {
        let TrunkRoom { input, signal, halved, inner } = room;
        input.reset(self.inputs, length, FIRST_TAPS / 2);
        for channel in 0..self.inputs {
            input.channel_mut(channel).copy_from_slice(input_row(channel));
        }
        let columns = length.div_ceil(FIRST_STRIDE);
        signal.reset(MOST_CHANNELS, columns, 0);
        self.first.multiply(
            columns,
            panel,
            |first, panel| {
                let count = LANES.min(columns - first);
                for (row, target) in panel.chunks_exact_mut(LANES).enumerate() {
                    let place = first * FIRST_STRIDE + row % FIRST_TAPS;
                    let taps = input.padded(row / FIRST_TAPS, place, FIRST_STRIDE * (count - 1) + 1);
                    for (target, value) in target.iter_mut().zip(taps.iter().step_by(FIRST_STRIDE)) {
                        *target = *value;
                    }
                }
            },
            |row, first, values| {
                write_rectified(&mut signal.channel_mut(row)[first..], values, self.first_shift[row]);
            },
        );
        for block in &self.blocks {
            block.apply(signal, halved, inner, panel);
            std::mem::swap(signal, halved);
        }
        let mut output = Vec::with_capacity(OUTPUT * columns);
        for (channel, (scale, shift)) in self.last.scale.iter().zip(&self.last.shift).enumerate() {
            output.extend(signal.channel(channel).iter().map(|value| (value * scale + shift).max(0.0)));
        }
        output
    }
}
