//! The front of the network: two-dimensional convolutions over bands and time, which halve the
//! bands three times.

use crate::VoiceError;
use crate::features::{BANDS, Features};
use crate::layers::{Bytes, Signal, write_rectified};
use crate::loops::{FIRST_SIZE, convolve};
use crate::matrix::{Convolver, Matrix};
use crate::weights::Weights;
use etalon_simd::Backend;
use etalon_simd::convolution::{LANES, Offsets, WORD_CHANNELS};

/// Channels of every convolution of the front.
pub(crate) const CHANNELS: usize = 32;

/// Bands of the front's output.
pub(crate) const BANDS_LEFT: usize = BANDS / 8;

/// Zeros around an image, for a kernel of three.
const PADDING: usize = 1;

/// A convolution of 32 channels over bands and time with the normalisation after it.
#[derive(Debug)]
struct Convolution {
    weights: Convolver,
    shift: Vec<f32>,
    /// Kernel's width and height.
    size: usize,
    /// Stride over the bands.
    stride: usize,
}

impl Convolution {
    fn read(weights: &mut Weights<'_>, size: usize, stride: usize) -> Result<Self, VoiceError> {
        let convolver = weights.convolver(CHANNELS, CHANNELS, size * size)?;
        Ok(Self { weights: convolver, shift: weights.vector(CHANNELS)?, size, stride })
    }

    /// Applies the convolution; `emit(channel, band, first, values)` gets the results before their
    /// shift is added.
    fn apply(&self, image: &ByteImage, mut emit: impl FnMut(usize, usize, usize, &[f32; LANES])) {
        let mut offsets = Offsets::default();
        let edge = PADDING - self.size / 2;
        for band in 0..image.bands.div_ceil(self.stride) {
            let (from, size) = (band * self.stride + edge, 0..self.size);
            let groups = 0..CHANNELS / WORD_CHANNELS;
            let rows =
                groups.flat_map(|group| size.clone().map(move |height| image.row(group, from + height)));
            offsets.set(rows.flat_map(|row| size.clone().map(move |width| row + edge + width)));
            for first in (0..image.length).step_by(LANES) {
                self.weights.multiply(&image.bytes, first, &offsets, image.length - first, |row, values| {
                    emit(row, band, first, values);
                });
            }
        }
    }
}

/// Channels of bands over time.
#[derive(Debug, Default)]
pub(crate) struct Image {
    rows: Signal,
    bands: usize,
}

impl Image {
    fn reset(&mut self, bands: usize, length: usize) {
        self.bands = bands;
        self.rows.reset(CHANNELS * bands, length);
    }

    /// The highest number; 0 if all are negative.
    pub(crate) fn maximum(&self) -> f32 {
        self.rows.maximum(CHANNELS * self.bands)
    }

    /// The row of a channel's band.
    pub(crate) fn row(&self, channel: usize, band: usize) -> &[f32] {
        self.rows.channel(channel * self.bands + band)
    }

    fn row_mut(&mut self, channel: usize, band: usize) -> &mut [f32] {
        self.rows.channel_mut(channel * self.bands + band)
    }

    fn lanes_mut(&mut self, channel: usize, band: usize, first: usize) -> &mut [f32] {
        self.rows.lanes_mut(channel * self.bands + band, first)
    }
}

/// An image in bytes, with zeros around it.
#[derive(Debug, Default)]
struct ByteImage {
    bytes: Bytes,
    bands: usize,
    length: usize,
    stride: usize,
}

impl ByteImage {
    fn set(&mut self, image: &Image) {
        (self.bands, self.length) = (image.bands, image.rows.length());
        self.stride = self.length.next_multiple_of(LANES) + 2 * PADDING;
        let rows = CHANNELS / WORD_CHANNELS * (self.bands + 2 * PADDING);
        self.bytes.reset_to_zeros(rows * self.stride, image.maximum());
        for group in 0..CHANNELS / WORD_CHANNELS {
            for band in 0..self.bands {
                let first = self.row(group, band + PADDING) + PADDING;
                let row = |channel: usize| image.row(group * WORD_CHANNELS + channel, band);
                self.bytes.write(first, std::array::from_fn(row));
            }
        }
    }

    /// The start of the row of four channels' band; the band and the row include the padding.
    fn row(&self, group: usize, band: usize) -> usize {
        (group * (self.bands + 2 * PADDING) + band) * self.stride
    }
}

/// Two convolutions with a shortcut around them.
#[derive(Debug)]
struct Residual {
    first: Convolution,
    second: Convolution,
    /// None if the shortcut is the identity.
    around: Option<Convolution>,
}

impl Residual {
    fn read(weights: &mut Weights<'_>, stride: usize) -> Result<Self, VoiceError> {
        Ok(Self {
            first: Convolution::read(weights, 3, stride)?,
            second: Convolution::read(weights, 3, 1)?,
            around: (stride > 1).then(|| Convolution::read(weights, 1, stride)).transpose()?,
        })
    }

    /// From `image` through `inner` to `result`.
    fn apply(&self, image: &Image, inner: &mut Image, result: &mut Image, bytes: &mut ByteImage) {
        bytes.set(image);
        rectified(&self.first, bytes, inner);
        result.reset(inner.bands, bytes.length);
        if let Some(around) = &self.around {
            around.apply(bytes, |channel, band, first, values| {
                for (target, value) in result.lanes_mut(channel, band, first).iter_mut().zip(values) {
                    *target = value + around.shift[channel];
                }
            });
        } else {
            for row in 0..CHANNELS * image.bands {
                result.rows.channel_mut(row).copy_from_slice(image.rows.channel(row));
            }
        }
        bytes.set(inner);
        self.second.apply(bytes, |channel, band, first, values| {
            for (target, value) in result.lanes_mut(channel, band, first).iter_mut().zip(values) {
                *target = (*target + value + self.second.shift[channel]).max(0.0);
            }
        });
    }
}

fn rectified(convolution: &Convolution, image: &ByteImage, result: &mut Image) {
    result.reset(image.bands.div_ceil(convolution.stride), image.length);
    convolution.apply(image, |channel, band, first, values| {
        write_rectified(result.lanes_mut(channel, band, first), values, convolution.shift[channel]);
    });
}

/// The first convolution: its single channel has numbers of either sign and is not quantised.
#[derive(Debug)]
struct First {
    weights: Matrix,
    shift: Vec<f32>,
}

impl First {
    fn read(weights: &mut Weights<'_>) -> Result<Self, VoiceError> {
        Ok(Self {
            weights: weights.matrix(CHANNELS, FIRST_SIZE * FIRST_SIZE)?,
            shift: weights.vector(CHANNELS)?,
        })
    }

    fn apply(&self, features: &Features, padded: &mut Signal, result: &mut Image) {
        let length = features.len();
        padded.reset(BANDS + 2 * PADDING, length.next_multiple_of(LANES) + 2 * PADDING);
        for row in 0..BANDS + 2 * PADDING {
            padded.channel_mut(row).fill(0.0);
        }
        for band in 0..BANDS {
            let row = &mut padded.channel_mut(band + PADDING)[PADDING..];
            for (target, frame) in row.iter_mut().zip(features.frames()) {
                *target = frame[band];
            }
        }
        result.reset(BANDS, length);
        for channel in 0..CHANNELS {
            let weights = std::array::from_fn(|tap| self.weights.weight(channel, tap));
            for band in 0..BANDS {
                let rows = std::array::from_fn(|row| padded.channel(band + row));
                convolve(
                    Backend::in_use(),
                    rows,
                    &weights,
                    self.shift[channel],
                    result.row_mut(channel, band),
                );
            }
        }
    }
}

/// The front of the network.
#[derive(Debug)]
pub(crate) struct Head {
    first: First,
    residuals: [Residual; 4],
    last: Convolution,
}

/// Reusable buffers.
#[derive(Debug, Default)]
pub(crate) struct HeadRoom {
    features: Signal,
    images: [Image; 3],
    bytes: ByteImage,
}

impl Head {
    pub(crate) fn read(weights: &mut Weights<'_>) -> Result<Self, VoiceError> {
        Ok(Self {
            first: First::read(weights)?,
            residuals: [
                Residual::read(weights, 2)?,
                Residual::read(weights, 1)?,
                Residual::read(weights, 2)?,
                Residual::read(weights, 1)?,
            ],
            last: Convolution::read(weights, 3, 2)?,
        })
    }

    /// An image of 32 channels and 10 bands.
    pub(crate) fn apply<'a>(&self, features: &Features, room: &'a mut HeadRoom) -> &'a Image {
        let HeadRoom { features: padded, images: [image, inner, result], bytes } = room;
        self.first.apply(features, padded, result);
        for residual in &self.residuals {
            std::mem::swap(image, result);
            residual.apply(image, inner, result, bytes);
        }
        bytes.set(result);
        rectified(&self.last, bytes, image);
        image
    }
}
