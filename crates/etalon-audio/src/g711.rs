//! ITU-T G.711 without a look-up per sample.
//!
//! A companded byte is a small floating-point number: a sign, three bits of exponent and four of mantissa. Expanding it
//! is a shift by the exponent. AVX-512 shifts 16-bit lanes by variable amounts; everything else puts the exponent into
//! the bits of an `f32` and lets the conversion shift. Both are plain loops that the compiler turns into vector code;
//! `benches/audio` has what that gains.

#![expect(unsafe_code, reason = "a function for newer processors may only be called after asking for them")]

/// Expands A-law bytes (G.711, table 1a, scaled to 16 bits as every common decoder does).
pub(crate) fn expand_alaw(bytes: &[u8], into: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    {
        if x86::has_avx512() {
            // SAFETY: the processor was just asked for the features of this function.
            return unsafe { x86::expand_alaw_avx512(bytes, into) };
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor was just asked for the features of this function.
            return unsafe { x86::expand_alaw_avx2(bytes, into) };
        }
    }
    expand(bytes, into, alaw_by_float);
}

/// Expands µ-law bytes (G.711, table 2a, scaled to 16 bits as every common decoder does).
pub(crate) fn expand_mulaw(bytes: &[u8], into: &mut [i16]) {
    #[cfg(target_arch = "x86_64")]
    {
        if x86::has_avx512() {
            // SAFETY: the processor was just asked for the features of this function.
            return unsafe { x86::expand_mulaw_avx512(bytes, into) };
        }
        if std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor was just asked for the features of this function.
            return unsafe { x86::expand_mulaw_avx2(bytes, into) };
        }
    }
    expand(bytes, into, mulaw_by_float);
}

/// The same loops, compiled for newer processors.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{alaw_by_float, alaw_by_shift, expand, mulaw_by_float, mulaw_by_shift};

    pub(super) fn has_avx512() -> bool {
        std::arch::is_x86_feature_detected!("avx512bw") && std::arch::is_x86_feature_detected!("avx512vl")
    }

    #[target_feature(enable = "avx512bw,avx512vl")]
    pub(super) fn expand_alaw_avx512(bytes: &[u8], into: &mut [i16]) {
        expand(bytes, into, alaw_by_shift);
    }

    #[target_feature(enable = "avx512bw,avx512vl")]
    pub(super) fn expand_mulaw_avx512(bytes: &[u8], into: &mut [i16]) {
        expand(bytes, into, mulaw_by_shift);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn expand_alaw_avx2(bytes: &[u8], into: &mut [i16]) {
        expand(bytes, into, alaw_by_float);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn expand_mulaw_avx2(bytes: &[u8], into: &mut [i16]) {
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

/// Even bits are inverted on the line. Segments 0 and 1 have the same step; the second begins where the first ends.
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

/// The middle of a quantisation step: one, four bits of mantissa and a half, times the segment's power of two.
#[inline]
fn number(exponent: u32, bits: u32) -> f32 {
    /// The exponent of 2 to the seventh: 32 steps of the smallest segment.
    const SEGMENT_ZERO: u32 = (127 + 7) << 23;
    f32::from_bits(SEGMENT_ZERO + exponent + ((bits & 0x0f) << 19) + (1 << 18))
}

#[inline]
fn signed(magnitude: f32, is_negative: bool) -> i16 {
    /// Added to an integer below 2 to the 22nd, this leaves the integer in the low bits of the sum.
    const INTEGER_IN_LOW_BITS: f32 = 12_582_912.0;
    let value = if is_negative { -magnitude } else { magnitude };
    (value + INTEGER_IN_LOW_BITS).to_bits() as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_expanding_gives_the_same_for_every_byte() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        let (mut by_alaw, mut by_mulaw) = ([0; 256], [0; 256]);
        expand_alaw(&bytes, &mut by_alaw);
        expand_mulaw(&bytes, &mut by_mulaw);
        for byte in bytes {
            let index = usize::from(byte);
            assert_eq!([by_alaw[index]; 2], [alaw_by_shift(byte), alaw_by_float(byte)], "A-law {byte:#04x}");
            assert_eq!(
                [by_mulaw[index]; 2],
                [mulaw_by_shift(byte), mulaw_by_float(byte)],
                "µ-law {byte:#04x}"
            );
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
