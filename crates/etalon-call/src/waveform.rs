//! The waveform of a recording as it is drawn: a lowest and a highest value for each pixel.
//!
//! As a file it is version 2 of the binary format of the BBC's `audiowaveform`, with 8 bits, so
//! that existing players read it
//! (<https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md>):
//!
//! ```text
//! version i32 = 2 | flags u32, bit 0: 8 bits | rate_hz i32 | samples per pixel i32 |
//! pixels u32 | channels i32 | pixels × channels × (min i8, max i8)     numbers are little-endian
//! ```

use crate::{Layout, Role};

const VERSION: u32 = 2;
const FLAG_8_BITS: u32 = 1;
const HEADER_BYTES: usize = 24;
const MOST: u32 = i32::MAX as u32;

/// The lowest and the highest value of a stretch of samples; full scale is −128 to 127.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Peak {
    /// The lowest value.
    pub min: i8,
    /// The highest value.
    pub max: i8,
}

/// The waveform of every channel of a recording, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waveform {
    rate_hz: u32,
    samples_per_pixel: u32,
    channels: usize,
    /// Pixel after pixel, in each the channels in their order.
    peaks: Vec<Peak>,
}

/// Bytes that are no waveform; holds the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaveformError(&'static str);

impl std::fmt::Display for WaveformError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for WaveformError {}

impl Peak {
    /// The peak of two stretches together.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }
}

impl Waveform {
    /// A waveform of channels, each with its pixels in order. A channel with fewer pixels than
    /// another ends in silence. A rate and a width of a pixel below 1 are taken for 1.
    pub fn new(rate_hz: u32, samples_per_pixel: u32, channels: &[Vec<Peak>]) -> Self {
        let pixels = channels.iter().map(Vec::len).max().unwrap_or(0);
        let of_pixel =
            |pixel: usize| channels.iter().map(move |peaks| peaks.get(pixel).copied().unwrap_or_default());
        Self {
            rate_hz: rate_hz.clamp(1, MOST),
            samples_per_pixel: samples_per_pixel.clamp(1, MOST),
            channels: channels.len(),
            peaks: (0..pixels).flat_map(of_pixel).collect(),
        }
    }

    /// Reads a waveform of version 2 with 8 bits.
    ///
    /// # Errors
    ///
    /// When the bytes are something else, cut short, or followed by others.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WaveformError> {
        let (header, data) =
            bytes.split_first_chunk::<HEADER_BYTES>().ok_or(WaveformError("the header is cut short"))?;
        let (numbers, _) = header.as_chunks::<4>();
        let [version, flags, rate_hz, samples_per_pixel, pixels, channels] = numbers else {
            return Err(WaveformError("the header is cut short"));
        };
        let number = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes);
        let positive = |bytes| Some(number(bytes)).filter(|number| (1..=MOST).contains(number));
        if number(version) != VERSION {
            return Err(WaveformError("it is not of version 2"));
        }
        if number(flags) & FLAG_8_BITS == 0 {
            return Err(WaveformError("its values have not 8 bits"));
        }
        let (Some(rate_hz), Some(samples_per_pixel), Some(channels)) =
            (positive(rate_hz), positive(samples_per_pixel), positive(channels))
        else {
            return Err(WaveformError("its rate, its pixels or its channels are impossible"));
        };
        let (peaks, rest) = data.as_chunks::<2>();
        if u64::from(number(pixels)) * u64::from(channels) != peaks.len() as u64 || !rest.is_empty() {
            return Err(WaveformError("its length is not the one that it says"));
        }
        let peaks = peaks.iter().map(|&[min, max]| Peak { min: min.cast_signed(), max: max.cast_signed() });
        Ok(Self { rate_hz, samples_per_pixel, channels: channels as usize, peaks: peaks.collect() })
    }

    /// The waveform as a file holds it.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + 2 * self.peaks.len());
        let (pixels, channels) = (self.pixels() as u32, self.channels as u32);
        for number in [VERSION, FLAG_8_BITS, self.rate_hz, self.samples_per_pixel, pixels, channels] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.peaks.iter().flat_map(|peak| [peak.min, peak.max]).map(i8::cast_unsigned));
        bytes
    }

    /// Samples per second and channel of the recording.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Number of channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Number of pixels of each channel. The last one may hold fewer samples than the others.
    pub fn pixels(&self) -> usize {
        self.peaks.len() / self.channels.max(1)
    }

    /// The width of a pixel, seconds.
    pub fn pixel_s(&self) -> f64 {
        f64::from(self.samples_per_pixel) / f64::from(self.rate_hz)
    }

    /// The channels that are drawn, with whom each one shows; `layout` is that of the call.
    ///
    /// The agent comes first. One row shows both sides where they share a channel. Of more than two
    /// channels it is not told which are whose: all of them are given.
    pub fn sides(&self, layout: Layout) -> Vec<(Role, usize)> {
        let unknown = |channels: usize| (0..channels).map(|channel| (Role::Unknown, channel)).collect();
        match (layout, self.channels) {
            (Layout::AgentLeft, 2) => vec![(Role::Agent, 0), (Role::Client, 1)],
            (Layout::AgentRight, 2) => vec![(Role::Agent, 1), (Role::Client, 0)],
            (Layout::DualMono, 2) => unknown(1),
            (_, channels) => unknown(channels),
        }
    }

    /// One channel in `count` columns of equal width that span `duration_s` seconds, so that a
    /// column and a mark at the same share of the width are at the same time. A column without
    /// samples is silent.
    pub fn columns(&self, channel: usize, duration_s: f64, count: usize) -> Vec<Peak> {
        let pixels_per_column = duration_s / self.pixel_s() / count.max(1) as f64;
        let column = |column: usize| {
            // Rounding must not let a column touch the pixel beside it.
            let first = (column as f64 * pixels_per_column + 1e-6) as usize;
            let end = ((column + 1) as f64 * pixels_per_column - 1e-6).ceil() as usize;
            let end = end.max(first.saturating_add(1)).min(self.pixels());
            (first..end).filter_map(|pixel| self.peak(channel, pixel)).reduce(Peak::join).unwrap_or_default()
        };
        (0..count).map(column).collect()
    }

    fn peak(&self, channel: usize, pixel: usize) -> Option<Peak> {
        if channel < self.channels { self.peaks.get(pixel * self.channels + channel).copied() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn peak(min: i8, max: i8) -> Peak {
        Peak { min, max }
    }

    /// Byte for byte as the format's description orders them: two channels, two pixels.
    #[test]
    fn the_bytes_are_those_of_the_format() {
        let waveform = Waveform::new(
            44_100,
            512,
            &[vec![peak(-65, 63), peak(-66, 64)], vec![peak(-40, 41), peak(0, 1)]],
        );
        let mut expected = vec![2, 0, 0, 0, 1, 0, 0, 0, 0x44, 0xac, 0, 0, 0, 2, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0];
        expected.extend([0xbf, 0x3f, 0xd8, 0x29, 0xbe, 0x40, 0, 1]);
        assert_eq!(waveform.to_bytes(), expected);
        assert_eq!(Waveform::from_bytes(&expected), Ok(waveform));
    }

    #[test]
    fn damaged_bytes_are_an_error() {
        let whole = Waveform::new(8_000, 400, &[vec![peak(-1, 1); 3]]).to_bytes();
        let changed = |place: usize, byte: u8| {
            let mut bytes = whole.clone();
            bytes[place] = byte;
            bytes
        };
        for (bytes, reason) in [
            (vec![], "cut short"),
            (whole[..23].to_vec(), "cut short"),
            (whole[..whole.len() - 1].to_vec(), "length"),
            ([whole.as_slice(), &[0, 0]].concat(), "length"),
            (changed(0, 1), "version"),
            (changed(4, 0), "8 bits"),
            (changed(11, 0xff), "impossible"),
            (changed(20, 0), "impossible"),
            (changed(20, 2), "length"),
            (changed(16, 4), "length"),
        ] {
            let error = Waveform::from_bytes(&bytes).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}: {bytes:?}");
        }
    }

    #[test]
    fn columns_are_at_their_time() {
        let peaks: Vec<Peak> = (0..20).map(|pixel| peak(-pixel, pixel)).collect();
        let waveform = Waveform::new(8_000, 400, &[vec![Peak::default(); 20], peaks]);
        for (duration_s, count, expected) in [
            (1.0, 4, vec![4, 9, 14, 19]),
            (1.0, 20, (0..20).collect()),
            (0.1, 4, vec![0, 0, 1, 1]),
            (2.0, 4, vec![9, 19, 0, 0]),
            (0.0, 2, vec![0, 0]),
            (f64::NAN, 1, vec![0]),
            (1.0, 0, vec![]),
        ] {
            let highest: Vec<i8> =
                waveform.columns(1, duration_s, count).into_iter().map(|peak| peak.max).collect();
            assert_eq!(highest, expected, "{duration_s} s in {count} columns");
        }
        assert_eq!(waveform.columns(2, 1.0, 2), [Peak::default(); 2]);
    }

    #[test]
    fn rows_are_the_sides_of_the_layout() {
        let waveform = |channels: usize| Waveform::new(8_000, 400, &vec![vec![Peak::default()]; channels]);
        let (agent, client, unknown) = (Role::Agent, Role::Client, Role::Unknown);
        for (layout, channels, expected) in [
            (Layout::AgentLeft, 2, vec![(agent, 0), (client, 1)]),
            (Layout::AgentRight, 2, vec![(agent, 1), (client, 0)]),
            (Layout::Mono, 1, vec![(unknown, 0)]),
            (Layout::DualMono, 2, vec![(unknown, 0)]),
            (Layout::Unknown, 2, vec![(unknown, 0), (unknown, 1)]),
            (Layout::AgentLeft, 3, vec![(unknown, 0), (unknown, 1), (unknown, 2)]),
        ] {
            assert_eq!(waveform(channels).sides(layout), expected, "{layout:?} {channels}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            rate_hz in 1_u32..200_000,
            samples_per_pixel in 1_u32..10_000,
            channels in prop::collection::vec(prop::collection::vec(any::<(i8, i8)>(), 3), 1..4),
        ) {
            let peaks = |peaks: Vec<(i8, i8)>| peaks.into_iter().map(|(min, max)| peak(min, max)).collect();
            let channels: Vec<Vec<Peak>> = channels.into_iter().map(peaks).collect();
            let waveform = Waveform::new(rate_hz, samples_per_pixel, &channels);
            prop_assert_eq!(Waveform::from_bytes(&waveform.to_bytes()), Ok(waveform));
        }

        #[test]
        fn no_bytes_make_it_panic(
            mut bytes in prop::collection::vec(any::<u8>(), 0..64),
            is_headed in any::<bool>(),
            duration_s in any::<f64>(),
            channel in 0_usize..4,
        ) {
            if is_headed && bytes.len() > 24 {
                bytes[..8].copy_from_slice(&[2, 0, 0, 0, 1, 0, 0, 0]);
                bytes[20..24].copy_from_slice(&[1, 0, 0, 0]);
                let pixels = (bytes.len() - 24) / 2;
                bytes[16..20].copy_from_slice(&u32::try_from(pixels).unwrap().to_le_bytes());
            }
            if let Ok(waveform) = Waveform::from_bytes(&bytes) {
                prop_assert_eq!(waveform.columns(channel, duration_s, 5).len(), 5);
                prop_assert_eq!(waveform.to_bytes().len(), bytes.len());
            }
        }
    }
}
