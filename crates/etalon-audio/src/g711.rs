//! ITU-T G.711 without a look-up per sample.
//!
//! A companded byte is a small floating-point number: a sign, three bits of exponent and four of
//! mantissa. Expanding it is a shift by the exponent. AVX-512 shifts 16-bit lanes by variable
//! amounts; everything else puts the exponent into the bits of an `f32` and lets the conversion
//! shift. Both are plain loops that the compiler turns into vector code; `benches/audio` has what
//! that gains.

use etalon_simd::reductions::ROUNDING;
use etalon_simd::{Backend, Registers, kernels};

/// Expands A-law bytes (G.711, table 1a, scaled to 16 bits as every common decoder does).
pub(crate) fn expand_alaw(backend: Backend, bytes: &[u8], into: &mut [i16]) {
    match backend.registers() {
        Registers::Avx512 => expand_alaw_by_shift(backend, bytes, into),
        _ => expand_alaw_by_float(backend, bytes, into),
    }
}

/// Expands µ-law bytes (G.711, table 2a, scaled to 16 bits as every common decoder does).
pub(crate) fn expand_mulaw(backend: Backend, bytes: &[u8], into: &mut [i16]) {
    match backend.registers() {
        Registers::Avx512 => expand_mulaw_by_shift(backend, bytes, into),
        _ => expand_mulaw_by_float(backend, bytes, into),
    }
}

kernels! {
    fn expand_alaw_by_shift(bytes: &[u8], into: &mut [i16]) {
        expand(bytes, into, alaw_by_shift);
    }

    fn expand_alaw_by_float(bytes: &[u8], into: &mut [i16]) {
        expand(bytes, into, alaw_by_float);
    }

    fn expand_mulaw_by_shift(bytes: &[u8], into: &mut [i16]) {
        expand(bytes, into, mulaw_by_shift);
    }

    fn expand_mulaw_by_float(bytes: &[u8], into: &mut [i16]) {
        expand(bytes, into, mulaw_by_float);
    }
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "the loop must be compiled with the features of its caller")]
fn expand(bytes: &[u8], into: &mut [i16], sample: impl Fn(u8) -> i16) {
    for (byte, expanded) in bytes.iter().zip(into) {
        *expanded = sample(*byte);
    }
}

/// Even bits are inverted on the line. Segments 0 and 1 have the same step; the second begins where
/// the first ends.
#[inline]
fn alaw_by_shift(byte: u8) -> i16 {
    let bits = i16::from(byte ^ 0x55);
    let segment = (bits >> 4) & 7;
    let begin = if segment == 0 { 0x08 } else { 0x108 };
    let magnitude = (((bits & 0x0f) << 4) + begin) << (segment - 1).max(0);
    if bits & 0x80 != 0 { magnitude } else { -magnitude }
}

/// All bits are inverted on the line, and all values are moved by 33 steps of the smallest segment.
#[inline]
fn mulaw_by_shift(byte: u8) -> i16 {
    let bits = i16::from(!byte);
    let magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
    if bits & 0x80 != 0 { -magnitude } else { magnitude }
}

#[inline]
fn alaw_by_float(byte: u8) -> i16 {
    let bits = u32::from(byte ^ 0x55);
    let segment = bits & 0x70;
    let is_lowest = segment == 0;
    let exponent = if is_lowest { 0x10 } else { segment } << 19;
    let offset = if is_lowest { 256.0 } else { 0.0 };
    signed(number(exponent, bits) - offset, bits & 0x80 == 0)
}

#[inline]
fn mulaw_by_float(byte: u8) -> i16 {
    let bits = u32::from(!byte);
    signed(number((bits & 0x70) << 19, bits) - 132.0, bits & 0x80 != 0)
}

/// The middle of a quantisation step: one, four bits of mantissa and a half, times the segment's
/// power of two.
#[inline]
fn number(exponent: u32, bits: u32) -> f32 {
    /// The exponent of 2 to the seventh: 32 steps of the smallest segment.
    const SEGMENT_ZERO: u32 = (127 + 7) << 23;
    f32::from_bits(SEGMENT_ZERO + exponent + ((bits & 0x0f) << 19) + (1 << 18))
}

#[inline]
fn signed(magnitude: f32, is_negative: bool) -> i16 {
    let value = if is_negative { -magnitude } else { magnitude };
    (value + ROUNDING).to_bits() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_expanding_gives_the_same_for_every_byte() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        for backend in Backend::available() {
            let (mut by_alaw, mut by_mulaw) = ([0; 256], [0; 256]);
            expand_alaw(backend, &bytes, &mut by_alaw);
            expand_mulaw(backend, &bytes, &mut by_mulaw);
            for &byte in &bytes {
                let index = usize::from(byte);
                let [alaw, mulaw] = [by_alaw[index], by_mulaw[index]];
                let expected = [alaw_by_shift(byte), alaw_by_float(byte)];
                assert_eq!([alaw; 2], expected, "{backend:?}: A-law {byte:#04x}");
                let expected = [mulaw_by_shift(byte), mulaw_by_float(byte)];
                assert_eq!([mulaw; 2], expected, "{backend:?}: µ-law {byte:#04x}");
            }
        }
    }

    #[test]
    fn values_are_those_of_the_recommendation() {
        // Both ends of the scale, the smallest steps, and values in the middle.
        for (byte, alaw, mulaw) in [
            (0x00, -5504, -32124),
            (0x80, 5504, 32124),
            (0x7f, -848, 0),
            (0xff, 848, 0),
            (0x55, -8, -716),
            (0xd5, 8, 716),
            (0x2a, -32256, -5372),
            (0xaa, 32256, 5372),
        ] {
            assert_eq!((alaw_by_shift(byte), mulaw_by_shift(byte)), (alaw, mulaw), "byte {byte:#04x}");
        }
    }
}
