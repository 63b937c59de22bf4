//! Interleaved samples of fixed width into planar channels.

use crate::g711::{expand_alaw, expand_mulaw};
use crate::source::Data;
use crate::{AudioError, Codec, Samples};
use etalon_call::Defect;
use etalon_simd::Backend;

/// Bytes that are read at once.
const READ_BYTES: usize = 1 << 16;

/// How the bytes of one sample become a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Unsigned, one byte.
    Unsigned8,
    /// Two's complement, left-justified in this many bytes (1 to 8).
    Signed {
        bytes: usize,
    },
    /// IEEE 754, four bytes.
    Float32,
    /// IEEE 754, eight bytes.
    Float64,
    Alaw,
    Mulaw,
}

impl Encoding {
    /// Bytes of one sample of one channel.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::Unsigned8 | Self::Alaw | Self::Mulaw => 1,
            Self::Signed { bytes } => bytes,
            Self::Float32 => 4,
            Self::Float64 => 8,
        }
    }

    pub(crate) fn codec(self) -> Codec {
        match self {
            Self::Unsigned8 | Self::Signed { bytes: 1 } => Codec::Pcm8,
            Self::Signed { bytes: 2 } => Codec::Pcm16,
            Self::Signed { bytes: 3 } => Codec::Pcm24,
            Self::Signed { bytes: 4 } => Codec::Pcm32,
            Self::Signed { .. } => Codec::Pcm64,
            Self::Float32 => Codec::Float32,
            Self::Float64 => Codec::Float64,
            Self::Alaw => Codec::Alaw,
            Self::Mulaw => Codec::Mulaw,
        }
    }
}

/// The interleaved samples of a recording.
#[derive(Debug)]
pub(crate) struct Interleaved<'s> {
    data: Data<'s>,
    encoding: Encoding,
    big_endian: bool,
    frame_bytes: usize,
    bytes: Vec<u8>,
    left_out: usize,
}

impl<'s> Interleaved<'s> {
    pub(crate) fn new(data: Data<'s>, encoding: Encoding, big_endian: bool, channels: usize) -> Self {
        let frame_bytes = encoding.bytes() * channels.max(1);
        let bytes = vec![0; (READ_BYTES / frame_bytes).max(1) * frame_bytes];
        Self { data, encoding, big_endian, frame_bytes, bytes, left_out: 0 }
    }

    pub(crate) fn codec(&self) -> Codec {
        self.encoding.codec()
    }

    pub(crate) fn frames_promised(&self) -> u64 {
        self.data.remaining() / self.frame_bytes as u64
    }

    /// Appends the next frames; false at the end.
    pub(crate) fn append(&mut self, channels: &mut [Samples]) -> Result<bool, AudioError> {
        let count = self.data.read(&mut self.bytes)?;
        let whole = count / self.frame_bytes * self.frame_bytes;
        append(self.encoding, self.big_endian, &self.bytes[..whole], channels);
        self.left_out = count - whole;
        Ok(count == self.bytes.len())
    }

    pub(crate) fn report(&self, defects: &mut Vec<Defect>) {
        if self.left_out > 0 {
            defects.push(Defect::new(
                "frame_incomplete",
                format!("the last frame has {} of {} bytes; left out", self.left_out, self.frame_bytes),
            ));
        }
    }
}

/// Appends whole frames to the channels. `bytes` holds a whole number of frames.
fn append(encoding: Encoding, big_endian: bool, bytes: &[u8], channels: &mut [Samples]) {
    match (encoding, big_endian) {
        (Encoding::Unsigned8, _) => append_i16(bytes, channels, |[byte]| (i16::from(byte) - 128) << 8),
        (Encoding::Signed { bytes: 1 }, _) => {
            append_i16(bytes, channels, |[byte]| i16::from(byte.cast_signed()) << 8);
        }
        (Encoding::Alaw, _) => append_companded(bytes, channels, expand_alaw),
        (Encoding::Mulaw, _) => append_companded(bytes, channels, expand_mulaw),
        (Encoding::Signed { bytes: 2 }, false) => append_i16(bytes, channels, i16::from_le_bytes),
        (Encoding::Signed { bytes: 2 }, true) => append_i16(bytes, channels, i16::from_be_bytes),
        (Encoding::Float32, false) => append_f32(bytes, channels, f32::from_le_bytes),
        (Encoding::Float32, true) => append_f32(bytes, channels, f32::from_be_bytes),
        (Encoding::Float64, false) => append_f32(bytes, channels, |sample| f64::from_le_bytes(sample) as f32),
        (Encoding::Float64, true) => append_f32(bytes, channels, |sample| f64::from_be_bytes(sample) as f32),
        (Encoding::Signed { bytes: width }, _) => match width {
            3 => append_f32::<3>(bytes, channels, |sample| wide(sample, big_endian)),
            4 => append_f32::<4>(bytes, channels, |sample| wide(sample, big_endian)),
            5 => append_f32::<5>(bytes, channels, |sample| wide(sample, big_endian)),
            6 => append_f32::<6>(bytes, channels, |sample| wide(sample, big_endian)),
            7 => append_f32::<7>(bytes, channels, |sample| wide(sample, big_endian)),
            _ => append_f32::<8>(bytes, channels, |sample| wide(sample, big_endian)),
        },
    }
}

/// A left-justified integer of any width as a number from -1 to 1; 24 bits are exact, more are
/// rounded.
fn wide<const WIDTH: usize>(mut sample: [u8; WIDTH], big_endian: bool) -> f32 {
    const SCALE: f32 = 1.0 / 2_147_483_648.0;
    if big_endian {
        sample.reverse();
    }
    if WIDTH <= 4 {
        let mut word = [0; 4];
        word[4 - WIDTH..].copy_from_slice(&sample);
        return i32::from_le_bytes(word) as f32 * SCALE;
    }
    let mut word = [0; 8];
    word[8 - WIDTH..].copy_from_slice(&sample);
    (i64::from_le_bytes(word) as f64 / 9_223_372_036_854_775_808.0) as f32
}

/// Takes the channels apart while there is one byte to a sample, and expands each into its place.
fn append_companded(bytes: &[u8], channels: &mut [Samples], expand: fn(Backend, &[u8], &mut [i16])) {
    let count = channels.len();
    let mut plane = Vec::with_capacity(bytes.len() / count.max(1));
    for (index, channel) in channels.iter_mut().enumerate() {
        let Samples::I16(samples) = channel else { continue };
        let companded = if count == 1 {
            bytes
        } else {
            plane.clear();
            take_plane(bytes, count, index, &mut plane);
            &plane
        };
        let start = samples.len();
        samples.resize(start + companded.len(), 0);
        expand(Backend::in_use(), companded, &mut samples[start..]);
    }
}

/// The bytes of one channel. Stereo has a loop of its own, which the compiler turns into vector
/// code.
fn take_plane(bytes: &[u8], channels: usize, channel: usize, into: &mut Vec<u8>) {
    if channels == 2 {
        let shift = 8 * channel;
        into.extend(bytes.as_chunks().0.iter().map(|pair| (u16::from_le_bytes(*pair) >> shift) as u8));
    } else {
        into.extend(bytes.iter().skip(channel).step_by(channels));
    }
}

fn append_i16<const WIDTH: usize>(
    bytes: &[u8],
    channels: &mut [Samples],
    decode: impl Fn([u8; WIDTH]) -> i16,
) {
    let count = channels.len();
    for (index, channel) in channels.iter_mut().enumerate() {
        if let Samples::I16(samples) = channel {
            append_strided(bytes, count, index, samples, &decode);
        }
    }
}

fn append_f32<const WIDTH: usize>(
    bytes: &[u8],
    channels: &mut [Samples],
    decode: impl Fn([u8; WIDTH]) -> f32,
) {
    let count = channels.len();
    for (index, channel) in channels.iter_mut().enumerate() {
        if let Samples::F32(samples) = channel {
            append_strided(bytes, count, index, samples, &decode);
        }
    }
}

/// One channel out of interleaved frames. Mono and stereo have loops of their own, whose stride the
/// compiler knows.
fn append_strided<const WIDTH: usize, T>(
    bytes: &[u8],
    channels: usize,
    channel: usize,
    into: &mut Vec<T>,
    decode: impl Fn([u8; WIDTH]) -> T,
) {
    let sample = |at: &[u8]| {
        let mut word = [0; WIDTH];
        word.copy_from_slice(at);
        decode(word)
    };
    let offset = channel * WIDTH;
    match channels {
        1 => into.extend(bytes.as_chunks::<WIDTH>().0.iter().map(|word| decode(*word))),
        2 => into.extend(bytes.chunks_exact(2 * WIDTH).map(|frame| sample(&frame[offset..offset + WIDTH]))),
        _ => into
            .extend(bytes.chunks_exact(channels * WIDTH).map(|frame| sample(&frame[offset..offset + WIDTH]))),
    }
}
