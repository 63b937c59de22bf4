//! Interleaved samples of fixed width into planar channels.

use crate::Samples;
use crate::g711::{ALAW, MULAW};
use crate::riff::Encoding;

/// Appends whole frames to the channels. `bytes` holds a whole number of frames.
pub(crate) fn append(encoding: Encoding, big_endian: bool, bytes: &[u8], channels: &mut [Samples]) {
    match (encoding, big_endian) {
        (Encoding::Unsigned8, _) => append_i16(bytes, channels, |[byte]| (i16::from(byte) - 128) << 8),
        (Encoding::Signed { bytes: 1 }, _) => {
            append_i16(bytes, channels, |[byte]| i16::from(byte.cast_signed()) << 8);
        }
        (Encoding::Alaw, _) => append_i16(bytes, channels, |[byte]| ALAW[usize::from(byte)]),
        (Encoding::Mulaw, _) => append_i16(bytes, channels, |[byte]| MULAW[usize::from(byte)]),
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

/// A left-justified integer of any width as a number from -1 to 1; 24 bits are exact, more are rounded.
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

/// One channel out of interleaved frames. Mono and stereo have loops of their own, whose stride the compiler knows.
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
