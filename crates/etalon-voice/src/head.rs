//! The front of the network: two-dimensional convolutions over bands and time, which halve the bands three times.

use crate::VoiceError;
use crate::features::{BANDS, Features};
use crate::layers::{Signal, write_rectified};
use crate::matrix::Matrix;
use crate::tile::LANES;
use crate::weights::Weights;

/// Channels of every convolution of the front.
pub(crate) const CHANNELS: usize = 32;

/// Bands that the front leaves.
pub(crate) const BANDS_LEFT: usize = BANDS / 8;

/// Zeros before and behind each row, for a kernel of three.
const PADDING: usize = 1;

/// A convolution over bands and time with the normalisation after it.
#[derive(Debug)]
struct Convolution {
    weights: Matrix,
    shift: Vec<f32>,
    channels: usize,
    /// Kernel's width and height.
    size: usize,
    /// Bands from one result to the next.
    stride: usize,
}

impl Convolution {
    fn read(
        weights: &mut Weights<'_>,
        channels: usize,
        size: usize,
        stride: usize,
    ) -> Result<Self, VoiceError> {
        let matrix = weights.matrix(CHANNELS, channels * size * size)?;
        Ok(Self { weights: matrix, shift: weights.vector(CHANNELS)?, channels, size, stride })
    }

    /// Applies the convolution; `emit(channel, band, first, values)` gets the results with their shift still to be added.
    fn apply(&self, image: &Image, panel: &mut Vec<f32>, mut emit: impl FnMut(usize, usize, usize, &[f32])) {
        let reach = self.size / 2;
        for band in 0..image.bands.div_ceil(self.stride) {
            let gather = |first: usize, panel: &mut [f32]| {
                let mut rows = panel.chunks_exact_mut(LANES);
                for channel in 0..self.channels {
                    for height in 0..self.size {
                        let from = (band * self.stride + height).checked_sub(reach);
                        for width in 0..self.size {
                            let Some(row) = rows.next() else { return };
                            match from.filter(|&from| from < image.bands) {
                                Some(from) => row.copy_from_slice(image.rows.padded(
                                    channel * image.bands + from,
                                    first + width + PADDING - reach,
                                    LANES,
                                )),
                                None => row.fill(0.0),
                            }
                        }
                    }
                }
            };
            self.weights.multiply(image.rows.length(), panel, gather, |row, first, values| {
                emit(row, band, first, values);
            });
        }
    }
}

/// Channels of bands of numbers over time.
#[derive(Debug, Default)]
pub(crate) struct Image {
    rows: Signal,
    bands: usize,
}

impl Image {
    fn reset(&mut self, channels: usize, bands: usize, length: usize) {
        self.bands = bands;
        self.rows.reset(channels * bands, length, PADDING);
    }

    /// The row of a channel's band.
    pub(crate) fn row(&self, channel: usize, band: usize) -> &[f32] {
        self.rows.channel(channel * self.bands + band)
    }

    fn row_mut(&mut self, channel: usize, band: usize) -> &mut [f32] {
        self.rows.channel_mut(channel * self.bands + band)
    }
}

/// Two convolutions and a way around them.
#[derive(Debug)]
struct Residual {
    first: Convolution,
    second: Convolution,
    /// None where the way around changes nothing.
    around: Option<Convolution>,
}

impl Residual {
    fn read(weights: &mut Weights<'_>, stride: usize) -> Result<Self, VoiceError> {
        Ok(Self {
            first: Convolution::read(weights, CHANNELS, 3, stride)?,
            second: Convolution::read(weights, CHANNELS, 3, 1)?,
            around: (stride > 1).then(|| Convolution::read(weights, CHANNELS, 1, stride)).transpose()?,
        })
    }

    /// From `image` by way of `inner` to `result`.
    fn apply(&self, image: &Image, inner: &mut Image, result: &mut Image, panel: &mut Vec<f32>) {
        rectified(&self.first, image, inner, panel);
        result.reset(CHANNELS, inner.bands, image.rows.length());
        if let Some(around) = &self.around {
            around.apply(image, panel, |channel, band, first, values| {
                let target = &mut result.row_mut(channel, band)[first..];
                for (target, value) in target.iter_mut().zip(values) {
                    *target = value + around.shift[channel];
                }
            });
        } else {
            for row in 0..CHANNELS * image.bands {
                result.rows.channel_mut(row).copy_from_slice(image.rows.channel(row));
            }
        }
        self.second.apply(inner, panel, |channel, band, first, values| {
            let target = &mut result.row_mut(channel, band)[first..];
            for (target, value) in target.iter_mut().zip(values) {
                *target = (*target + value + self.second.shift[channel]).max(0.0);
            }
        });
    }
}

fn rectified(convolution: &Convolution, image: &Image, result: &mut Image, panel: &mut Vec<f32>) {
    result.reset(CHANNELS, image.bands.div_ceil(convolution.stride), image.rows.length());
    convolution.apply(image, panel, |channel, band, first, values| {
        let target = &mut result.row_mut(channel, band)[first..];
        write_rectified(target, values, convolution.shift[channel]);
    });
}

/// The front of the network.
#[derive(Debug)]
pub(crate) struct Head {
    first: Convolution,
    residuals: [Residual; 4],
    last: Convolution,
}

/// Images that are used again and again.
#[derive(Debug, Default)]
pub(crate) struct HeadRoom {
    images: [Image; 3],
}

impl Head {
    pub(crate) fn read(weights: &mut Weights<'_>) -> Result<Self, VoiceError> {
        Ok(Self {
            first: Convolution::read(weights, 1, 3, 1)?,
            residuals: [
                Residual::read(weights, 2)?,
                Residual::read(weights, 1)?,
                Residual::read(weights, 2)?,
                Residual::read(weights, 1)?,
            ],
            last: Convolution::read(weights, CHANNELS, 3, 2)?,
        })
    }

    /// An image of 32 channels and 10 bands.
    pub(crate) fn apply<'a>(
        &self,
        features: &Features,
        room: &'a mut HeadRoom,
        panel: &mut Vec<f32>,
    ) -> &'a Image {
        let [image, inner, result] = &mut room.images;
        image.reset(1, BANDS, features.len());
        for band in 0..BANDS {
            let row = image.row_mut(0, band);
            for (target, frame) in row.iter_mut().zip(features.frames()) {
                *target = frame[band];
            }
        }
        rectified(&self.first, image, result, panel);
        for residual in &self.residuals {
            std::mem::swap(image, result);
            residual.apply(image, inner, result, panel);
        }
        rectified(&self.last, result, image, panel);
        image
    }
}
