//! What layers have in common.

/// A scale and a shift for each channel: a batch normalisation whose statistics are known.
#[derive(Debug)]
pub(crate) struct Affine {
    pub(crate) scale: Vec<f32>,
    pub(crate) shift: Vec<f32>,
}

/// Channels of equally many numbers, one channel after the other, each with the same silence before and behind it.
#[derive(Debug, Default)]
pub(crate) struct Signal {
    values: Vec<f32>,
    channels: usize,
    length: usize,
    padding: usize,
    stride: usize,
}

impl Signal {
    /// Makes room for channels of `length` numbers, all 0, between `padding` numbers that stay 0. Behind each channel
    /// lies room for a whole tile, so that a loop may read past the end.
    pub(crate) fn reset(&mut self, channels: usize, length: usize, padding: usize) {
        (self.channels, self.length, self.padding) = (channels, length, padding);
        self.stride = length + 2 * padding + crate::tile::LANES;
        self.values.clear();
        self.values.resize(channels * self.stride, 0.0);
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    /// One channel without its padding.
    pub(crate) fn channel(&self, channel: usize) -> &[f32] {
        let start = channel * self.stride + self.padding;
        &self.values[start..start + self.length]
    }

    pub(crate) fn channel_mut(&mut self, channel: usize) -> &mut [f32] {
        let start = channel * self.stride + self.padding;
        &mut self.values[start..start + self.length]
    }

    /// So many numbers of a channel from a place on, counted with the padding.
    pub(crate) fn padded(&self, channel: usize, first: usize, count: usize) -> &[f32] {
        let start = channel * self.stride + first;
        &self.values[start..start + count]
    }
}

/// `max(value + shift, 0)` for a row of numbers.
pub(crate) fn write_rectified(target: &mut [f32], values: &[f32], shift: f32) {
    for (target, value) in target.iter_mut().zip(values) {
        *target = (value + shift).max(0.0);
    }
}
