//! Products of rows with packed matrices, in eight bits and in bf16.
//!
//! [`multiply_quantized`] is exact: eight-bit integers are summed in 32 bits, so every form gives
//! the same numbers, and a row never depends on other rows. [`multiply_wide`] multiplies bf16 and
//! sums in f32; its forms differ in the rounding of the sums.
//!
//! | registers | eight-bit product | bf16 product |
//! |---|---|---|
//! | portable, NEON | loops that the compiler vectorises | the same |
//! | AVX2 | `vpmaddwd` on widened bytes | widened to f32, FMA |
//! | AVX-512 | `vpdpbusd` where there is VNNI | `vdpbf16ps` where there is BF16 |

#![cfg_attr(
    target_arch = "x86_64",
    expect(unsafe_code, reason = "features are known only when the program runs")
)]

mod packed;
mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

pub use packed::{ByteMatrix, ByteMatrixParts, WideMatrix, byte_place, wide_place};

use crate::Backend;
#[cfg(target_arch = "x86_64")]
use crate::Registers;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Columns that a product computes at once; packed matrices are padded to a multiple of it.
pub const PANEL_COLUMNS: usize = 64;
/// Columns in a line of a packed matrix.
pub const LINE_COLUMNS: usize = 16;
/// Lines side by side in a panel.
pub const PANEL_LINES: usize = PANEL_COLUMNS / LINE_COLUMNS;
/// Consecutive weights of a column in a line of bytes.
pub const BYTE_DEPTH: usize = 4;
/// Consecutive weights of a column in a line of bf16.
pub const WIDE_DEPTH: usize = 2;
/// Added to a signed eight-bit weight to store it as unsigned.
pub const ZERO_POINT: u8 = 128;

/// A cache line of eight-bit weights: 16 columns, 4 consecutive weights each, stored plus
/// [`ZERO_POINT`].
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C, align(64))]
pub struct ByteLine(pub [u8; 64]);

/// A cache line of bf16 weights: 16 columns, 2 consecutive weights each.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C, align(64))]
pub struct WideLine(pub [u16; 32]);

/// Rows of eight-bit values; a number is `value · scale`.
#[derive(Debug, Clone, Copy)]
pub struct QuantizedRows<'a> {
    /// Values in a row; a multiple of 4.
    pub depth: usize,
    /// Row after row.
    pub values: &'a [i8],
    /// One a row.
    pub scales: &'a [f32],
    /// The sum of each row's values.
    pub sums: &'a [i32],
}

/// A packed matrix of eight-bit weights, column after column in panels of 64.
#[derive(Debug, Clone, Copy)]
pub struct QuantizedColumns<'a> {
    /// Weights in a column; a multiple of 4.
    pub depth: usize,
    /// `columns / 64 · depth / 4 · 4` lines: panel, step of depth, sixteen columns.
    pub lines: &'a [ByteLine],
    /// One a column; their number is a multiple of 64.
    pub scales: &'a [f32],
    /// Added to each column's results; empty for none.
    pub bias: &'a [f32],
}

/// Rows of bf16 in a larger slice.
#[derive(Debug, Clone, Copy)]
pub struct WideRows<'a> {
    /// The values; row `r` begins at `r · stride`.
    pub values: &'a [u16],
    /// Values from the start of one row to that of the next.
    pub stride: usize,
    /// Number of rows.
    pub count: usize,
}

/// A packed matrix of bf16, column after column in panels of 64.
#[derive(Debug, Clone, Copy)]
pub struct WideColumns<'a> {
    /// Weights in a column; even.
    pub depth: usize,
    /// `columns / 64 · depth / 2 · 4` lines: panel, step of depth, sixteen columns.
    pub lines: &'a [WideLine],
}

impl WideColumns<'_> {
    /// Columns including the padding of the last panel.
    pub fn columns(&self) -> usize {
        self.lines.len() * WIDE_DEPTH * LINE_COLUMNS / self.depth.max(1)
    }
}

/// Multiplies rows by a packed matrix: `out[r][c] = Σ_k row[r][k] · column[c][k] + bias[c]`; `out`
/// is row-major without gaps.
///
/// The weights are stored plus 128, which the sum of the row's values corrects for.
///
/// # Panics
///
/// When the lengths do not match.
pub fn multiply_quantized(
    backend: Backend,
    rows: &QuantizedRows<'_>,
    columns: &QuantizedColumns<'_>,
    out: &mut [f32],
) {
    let (count, width) = (rows.scales.len(), columns.scales.len());
    assert!(rows.depth == columns.depth && rows.depth.is_multiple_of(BYTE_DEPTH));
    assert!(count.checked_mul(rows.depth) == Some(rows.values.len()) && rows.sums.len() == count);
    assert!(width.is_multiple_of(PANEL_COLUMNS) && count.checked_mul(width) == Some(out.len()));
    assert!(width.checked_mul(columns.depth) == Some(columns.lines.len() * BYTE_DEPTH * LINE_COLUMNS));
    assert!(columns.bias.is_empty() || columns.bias.len() == width);
    match backend.registers() {
        // SAFETY: such a backend comes from a processor that has these registers and AVX-512 VNNI;
        // the lengths agree.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx512 if backend.has_vnni() => unsafe {
            x86::multiply_quantized_avx512(rows, columns, out);
        },
        // SAFETY: such a backend comes from a processor that has AVX2 and FMA; the lengths agree.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx2 | Registers::Avx512 => unsafe { x86::multiply_quantized_avx2(rows, columns, out) },
        _ => portable::multiply_quantized(rows, columns, out),
    }
}

/// Multiplies rows of bf16 by a packed matrix of bf16: `out[r][c] = Σ_k row[r][k] · column[c][k]`;
/// `out` is row-major without gaps.
///
/// # Panics
///
/// When the lengths do not match.
pub fn multiply_wide(backend: Backend, rows: &WideRows<'_>, columns: &WideColumns<'_>, out: &mut [f32]) {
    let width = columns.columns();
    assert!(width.is_multiple_of(PANEL_COLUMNS) && columns.depth.is_multiple_of(WIDE_DEPTH));
    assert!(width.checked_mul(columns.depth) == Some(columns.lines.len() * WIDE_DEPTH * LINE_COLUMNS));
    assert!(rows.count.checked_mul(width) == Some(out.len()));
    let needed = rows.count.saturating_sub(1).saturating_mul(rows.stride).saturating_add(columns.depth);
    assert!(rows.count == 0 || needed <= rows.values.len());
    match backend.registers() {
        // SAFETY: such a backend comes from a processor that has these registers and AVX-512 BF16;
        // the lengths agree.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx512 if backend.has_bf16() => unsafe { x86::multiply_wide_avx512(rows, columns, out) },
        // SAFETY: such a backend comes from a processor that has AVX2 and FMA; the lengths agree.
        #[cfg(target_arch = "x86_64")]
        Registers::Avx2 | Registers::Avx512 => unsafe { x86::multiply_wide_avx2(rows, columns, out) },
        _ => portable::multiply_wide(rows, columns, out),
    }
}

#[cfg(test)]
mod tests;
