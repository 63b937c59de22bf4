//! Building blocks that layers share.

use crate::loops::{maximum, write_bytes};
use etalon_simd::Backend;
use etalon_simd::convolution::{LANES, WORD_CHANNELS};

/// A scale and a shift for each channel: batch normalisation with fixed statistics.
#[derive(Debug)]
pub(crate) struct Affine {
    pub(crate) scale: Vec<f32>,
    pub(crate) shift: Vec<f32>,
}

/// Channels of equal length, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    values: Vec<f32>,
    length: usize,
    stride: usize,
}

impl Signal {
    /// Resizes to channels of `length` numbers with unspecified content. Each channel has room for
    /// a whole tile, so that a loop may run past the end.
    pub(crate) fn reset(&mut self, channels: usize, length: usize) {
        self.length = length;
        self.stride = length.next_multiple_of(LANES);
        self.values.resize(channels * self.stride, 0.0);
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// One channel.
    pub(crate) fn channel(&self, channel: usize) -> &[f32] {
        &self.values[channel * self.stride..][..self.length]
    }

    pub(crate) fn channel_mut(&mut self, channel: usize) -> &mut [f32] {
        &mut self.values[channel * self.stride..][..self.length]
    }

    /// 32 numbers of a channel from a multiple of 32 on; unspecified past the end.
    pub(crate) fn lanes_mut(&mut self, channel: usize, first: usize) -> &mut [f32] {
        &mut self.values[channel * self.stride + first..][..LANES]
    }

    /// The highest number; 0 if all are negative.
    pub(crate) fn maximum(&self, channels: usize) -> f32 {
        (0..channels).map(|channel| maximum(Backend::in_use(), self.channel(channel))).fold(0.0, f32::max)
    }
}

/// Channels of equal length in strips of 32 columns: all channels of a strip, then the next strip.
/// What a layer reads repeatedly is thus contiguous.
#[derive(Debug, Default)]
pub(crate) struct Strips {
    values: Vec<f32>,
    channels: usize,
    length: usize,
}

impl Strips {
    /// Resizes to channels of `length` numbers with unspecified content.
    pub(crate) fn reset(&mut self, channels: usize, length: usize) {
        (self.channels, self.length) = (channels, length);
        self.values.resize(channels * length.next_multiple_of(LANES), 0.0);
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// The strip from a column on, channel by channel; unspecified past the end.
    pub(crate) fn strip(&self, first: usize) -> &[f32] {
        &self.values[first * self.channels..][..self.channels * LANES]
    }

    /// 32 numbers of a channel from the first column of a strip on.
    pub(crate) fn lanes_mut(&mut self, channel: usize, first: usize) -> &mut [f32] {
        &mut self.values[first * self.channels + channel * LANES..][..LANES]
    }
}

/// Non-negative numbers as bytes with one scale, four channels in a word.
#[derive(Debug, Default)]
pub(crate) struct Bytes {
    words: Vec<u32>,
    scale: f32,
}

/// The highest byte.
const HIGHEST: f32 = 255.0;

impl Bytes {
    /// Resizes to `words` words with unspecified content; numbers up to `highest` can be written.
    pub(crate) fn reset(&mut self, words: usize, highest: f32) {
        self.words.resize(words, 0);
        self.scale = highest / HIGHEST;
    }

    /// The same with all words 0.
    pub(crate) fn reset_to_zeros(&mut self, words: usize, highest: f32) {
        self.words.clear();
        self.reset(words, highest);
    }

    /// The value of one step of a byte.
    pub(crate) fn scale(&self) -> f32 {
        self.scale
    }

    pub(crate) fn words(&self) -> &[u32] {
        &self.words
    }

    /// Writes numbers of four channels interleaved from a word on.
    pub(crate) fn write(&mut self, first: usize, channels: [&[f32]; WORD_CHANNELS]) {
        let inverse = if self.scale > 0.0 { 1.0 / self.scale } else { 0.0 };
        write_bytes(Backend::in_use(), channels, inverse, &mut self.words[first..]);
    }
}

/// `max(value + shift, 0)` for a row of numbers.
pub(crate) fn write_rectified(target: &mut [f32], values: &[f32], shift: f32) {
    for (target, value) in target.iter_mut().zip(values) {
        *target = (value + shift).max(0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_the_nearest_bytes() {
        let mut bytes = Bytes::default();
        bytes.reset_to_zeros(3, 51.0);
        bytes.write(1, [&[51.0, 0.0], &[0.1, 0.09], &[0.11, 25.5], &[10.0, 20.0]]);
        assert_eq!(bytes.words()[0], 0);
        assert_eq!(bytes.words()[1].to_le_bytes(), [255, 0, 1, 50]);
        assert_eq!(bytes.words()[2].to_le_bytes(), [0, 0, 128, 100]);
    }
}
