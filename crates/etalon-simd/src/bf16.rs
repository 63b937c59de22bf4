//! bf16: the upper half of an `f32`.

#![expect(
    clippy::inline_always,
    reason = "a conversion has the registers of its caller only when it is compiled into it"
)]

/// The value of a bf16.
#[inline(always)]
pub fn widened(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// The nearest bf16, ties to even; the input must not be NaN.
#[inline(always)]
pub fn nearest(value: f32) -> u16 {
    let bits = value.to_bits();
    (bits.wrapping_add(0x7FFF + ((bits >> 16) & 1)) >> 16) as u16
}
