//! What layers have in common.

use crate::tile::{LANES, WORD_CHANNELS};

/// A scale and a shift for each channel: a batch normalisation whose statistics are known.
#[derive(Debug)]
pub(crate) struct Affine {
    pub(crate) scale: Vec<f32>,
    pub(crate) shift: Vec<f32>,
}

/// Channels of equally many numbers, one channel after the other.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    values: Vec<f32>,
    length: usize,
    stride: usize,
}

impl Signal {
    /// Makes room for channels of `length` numbers, of any content. Behind each channel lies room for a whole tile, so that
    /// a loop may work past the end.
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

    /// 32 numbers of a channel from a multiple of 32 on; what lies behind the end has any content.
    pub(crate) fn lanes(&self, channel: usize, first: usize) -> &[f32] {
        &self.values[channel * self.stride + first..][..LANES]
    }

    pub(crate) fn lanes_mut(&mut self, channel: usize, first: usize) -> &mut [f32] {
        &mut self.values[channel * self.stride + first..][..LANES]
    }

    /// The highest number; 0 where all are negative.
    pub(crate) fn maximum(&self, channels: usize) -> f32 {
        (0..channels).map(|channel| maximum(self.channel(channel))).fold(0.0, f32::max)
    }
}

/// The highest of some numbers; 0 where all are negative.
pub(crate) fn maximum(values: &[f32]) -> f32 {
    let mut highest = [0.0_f32; 8];
    let whole = values.chunks_exact(8);
    let rest = whole.remainder().iter().copied().fold(0.0, f32::max);
    for values in whole {
        for (highest, value) in highest.iter_mut().zip(values) {
            *highest = if *value > *highest { *value } else { *highest };
        }
    }
    highest.into_iter().fold(rest, f32::max)
}

/// The sum of some numbers, added in eight rows.
pub(crate) fn sum(values: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let whole = values.chunks_exact(8);
    let rest: f32 = whole.remainder().iter().sum();
    for values in whole {
        for (sum, value) in sums.iter_mut().zip(values) {
            *sum += value;
        }
    }
    rest + sums.iter().sum::<f32>()
}

/// Numbers that are not negative as bytes with one scale, four channels in a word.
#[derive(Debug, Default)]
pub(crate) struct Bytes {
    words: Vec<u32>,
    scale: f32,
}

/// The highest byte.
const HIGHEST: f32 = 255.0;

/// 2^23: a number below 256 that is added to it is rounded to its lowest byte.
const ROUNDING: f32 = 8_388_608.0;

impl Bytes {
    /// Makes room for so many words, all 0; numbers up to `highest` can be written.
    pub(crate) fn reset(&mut self, words: usize, highest: f32) {
        self.words.clear();
        self.words.resize(words, 0);
        self.scale = highest / HIGHEST;
    }

    /// What a byte stands for.
    pub(crate) fn scale(&self) -> f32 {
        self.scale
    }

    pub(crate) fn words(&self) -> &[u32] {
        &self.words
    }

    /// Writes numbers of four channels beside each other from a word on.
    pub(crate) fn write(&mut self, first: usize, channels: [&[f32]; WORD_CHANNELS]) {
        let inverse = if self.scale > 0.0 { 1.0 / self.scale } else { 0.0 };
        let byte = |value: f32| (value * inverse + ROUNDING).to_bits() & 0xff;
        let [one, two, three, four] = channels;
        let words = self.words[first..].iter_mut();
        for ((((word, one), two), three), four) in words.zip(one).zip(two).zip(three).zip(four) {
            *word = byte(*one) | byte(*two) << 8 | byte(*three) << 16 | byte(*four) << 24;
        }
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
        bytes.reset(3, 51.0);
        bytes.write(1, [&[51.0, 0.0], &[0.1, 0.09], &[0.11, 25.5], &[10.0, 20.0]]);
        assert_eq!(bytes.words()[0], 0);
        assert_eq!(bytes.words()[1].to_le_bytes(), [255, 0, 1, 50]);
        assert_eq!(bytes.words()[2].to_le_bytes(), [0, 0, 128, 100]);
    }

    #[test]
    fn sums_and_maxima_are_of_all_numbers() {
        let check = |values: &[f32], expected: [f32; 2]| {
            let found = [sum(values), maximum(values)];
            assert_eq!(found.map(f32::to_bits), expected.map(f32::to_bits), "{values:?}");
        };
        check(&[], [0.0, 0.0]);
        check(&[-3.0, -1.0], [-4.0, 0.0]);
        check(&[1.0; 9], [9.0, 1.0]);
        check(&[&[2.0; 16][..], &[-1.0, 5.0, 0.0]].concat(), [36.0, 5.0]);
        check(&[&[0.5; 3][..], &[7.0], &[0.5; 20]].concat(), [18.5, 7.0]);
    }
}
