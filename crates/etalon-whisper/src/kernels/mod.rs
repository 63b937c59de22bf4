//! The inner loops, in a form for every kind of processor, chosen when the program runs.
//!
//! Two matrix products carry the work. [`multiply_quantized`] is exact: eight-bit integers are summed in 32 bits, so
//! that every form gives the same numbers and a row never depends on the rows beside it. [`multiply_wide`] multiplies
//! bf16 and sums in f32; its forms differ by the rounding of those sums. All other kernels are written once, in fixed
//! lanes, and compiled for each instruction set: their forms are equal bit for bit.
//!
//! | form | instructions | eight-bit product | bf16 product |
//! |---|---|---|---|
//! | `scalar` | those of the build | loops that the compiler vectorises | the same |
//! | `avx2` | AVX2, FMA | `vpmaddwd` on widened bytes | widened to f32, FMA |
//! | `avx512` | AVX-512 F, BW, VL, VNNI, BF16 | `vpdpbusd` | `vdpbf16ps` |
//!
//! The environment variable `ETALON_SIMD` forces a form; one that the processor lacks is not taken.

/// Hands the list of kernels that are written once, and compiled for each instruction set, to another macro.
macro_rules! written_once {
    ($macro:ident $(, $argument:literal)?) => {
        $macro! {
            $($argument;)?
            /// Layer normalisation with gain and bias (epsilon 1e-5).
            fn layer_norm(input: &[f32], gain: &[f32], bias: &[f32], out: &mut [f32]);
            /// The nearest eight-bit values; gives their scale and their sum.
            fn quantize(input: &[f32], out: &mut [i8]) -> (f32, i32);
            /// Gaussian error linear unit in its tanh form, in place.
            fn gelu(values: &mut [f32]);
            /// Adds `bias` to `values`.
            fn add(values: &mut [f32], bias: &[f32]);
            /// `input · factor` as bf16.
            fn to_bf16(input: &[f32], factor: f32, out: &mut [u16]);
            /// `exp(scores − maximum)` as bf16; gives the sum of what is written.
            fn exponentials_bf16(scores: &[f32], out: &mut [u16]) -> f32;
            /// `exp(scores − maximum)` in place; gives their sum.
            fn exponentials(scores: &mut [f32]) -> f32;
            /// The dot product.
            fn dot(left: &[f32], right: &[f32]) -> f32;
            /// Adds `weight · input` to `out`.
            fn add_scaled(out: &mut [f32], weight: f32, input: &[f32]);
            /// Multiplies in place.
            fn scale(values: &mut [f32], factor: f32);
            /// The largest sum of a logit and its mask.
            fn masked_maximum(logits: &[f32], mask: &[f32]) -> f32;
            /// `Σ exp(logit + mask − maximum)`.
            fn masked_exponential_sum(logits: &[f32], mask: &[f32], maximum: f32) -> f32;
        }
    };
}

mod portable;
#[cfg(target_arch = "x86_64")]
mod x86;

use etalon_simd::Form;

/// Columns that a product computes at once; packed matrices are filled up to a multiple of it.
pub(crate) const PANEL_COLUMNS: usize = 64;
/// Columns in a line of a packed matrix.
pub(crate) const LINE_COLUMNS: usize = 16;
/// Lines side by side in a panel.
pub(crate) const PANEL_LINES: usize = PANEL_COLUMNS / LINE_COLUMNS;
/// Consecutive weights of a column in a line of bytes.
pub(crate) const BYTE_DEPTH: usize = 4;
/// Consecutive weights of a column in a line of bf16.
pub(crate) const WIDE_DEPTH: usize = 2;
/// What is added to a signed eight-bit weight to store it without a sign.
pub(crate) const ZERO_POINT: u8 = 128;

/// A cache line of eight-bit weights: 16 columns, 4 consecutive weights each, stored plus [`ZERO_POINT`].
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct ByteLine(pub(crate) [u8; 64]);

/// A cache line of bf16 weights: 16 columns, 2 consecutive weights each.
#[derive(Debug, Clone, Copy)]
#[repr(C, align(64))]
pub(crate) struct WideLine(pub(crate) [u16; 32]);

/// Rows of eight-bit values: `value · scale` stands for the number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QuantizedRows<'a> {
    /// Values in a row; a multiple of 4.
    pub(crate) depth: usize,
    /// Row after row.
    pub(crate) values: &'a [i8],
    /// One a row.
    pub(crate) scales: &'a [f32],
    /// The sum of each row's values.
    pub(crate) sums: &'a [i32],
}

/// A packed matrix of eight-bit weights, column after column in panels of 64.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QuantizedColumns<'a> {
    /// Weights in a column; a multiple of 4.
    pub(crate) depth: usize,
    /// `columns / 64 · depth / 4 · 4` lines: panel, step of depth, sixteen columns.
    pub(crate) lines: &'a [ByteLine],
    /// One a column; their number is a multiple of 64.
    pub(crate) scales: &'a [f32],
    /// What is added to each column's results; empty for nothing.
    pub(crate) bias: &'a [f32],
}

/// Rows of bf16 in a larger slice.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WideRows<'a> {
    /// The values; row `r` begins at `r · stride`.
    pub(crate) values: &'a [u16],
    /// Values from the start of one row to that of the next.
    pub(crate) stride: usize,
    /// Number of rows.
    pub(crate) count: usize,
}

/// A packed matrix of bf16, column after column in panels of 64.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WideColumns<'a> {
    /// Weights in a column; even.
    pub(crate) depth: usize,
    /// `columns / 64 · depth / 2 · 4` lines: panel, step of depth, sixteen columns.
    pub(crate) lines: &'a [WideLine],
}

impl WideColumns<'_> {
    pub(crate) fn columns(&self) -> usize {
        self.lines.len() * WIDE_DEPTH * LINE_COLUMNS / self.depth.max(1)
    }
}

/// A form of the kernels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// What the compiler makes of plain loops: the reference, and the form for ARM64.
    Scalar,
    /// 256-bit registers of x86-64 with FMA.
    Avx2,
    /// 512-bit registers of x86-64 with VNNI and BF16.
    Avx512,
}

impl Form for Backend {
    const ALL: &'static [Self] = &[Self::Scalar, Self::Avx2, Self::Avx512];

    fn name(self) -> &'static str {
        match self {
            Self::Scalar => "scalar",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    fn is_available(self) -> bool {
        match self {
            Self::Scalar => true,
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vnni")
                    && is_x86_feature_detected!("avx512bf16")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Avx2 | Self::Avx512 => false,
        }
    }
}

/// Multiplies rows by a packed matrix: `out[r][c] = Σ_k row[r][k] · column[c][k] + bias[c]`, `out` row after row
/// without gaps.
///
/// The weights are stored plus 128, which the sum of the row's values corrects for.
pub(crate) fn multiply_quantized(
    backend: Backend,
    rows: &QuantizedRows<'_>,
    columns: &QuantizedColumns<'_>,
    out: &mut [f32],
) {
    let (count, width) = (rows.scales.len(), columns.scales.len());
    assert!(rows.depth == columns.depth && rows.depth.is_multiple_of(BYTE_DEPTH));
    assert!(rows.values.len() == count * rows.depth && rows.sums.len() == count);
    assert!(width.is_multiple_of(PANEL_COLUMNS) && out.len() == count * width);
    assert!(columns.lines.len() * BYTE_DEPTH * LINE_COLUMNS == width * columns.depth);
    assert!(columns.bias.is_empty() || columns.bias.len() == width);
    match backend {
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 | Backend::Avx512 if backend.is_available() => {
            x86::multiply_quantized(backend, rows, columns, out);
        }
        _ => portable::multiply_quantized(rows, columns, out),
    }
}

/// Multiplies rows of bf16 by a packed matrix of bf16: `out[r][c] = Σ_k row[r][k] · column[c][k]`, `out` row after
/// row without gaps.
pub(crate) fn multiply_wide(
    backend: Backend,
    rows: &WideRows<'_>,
    columns: &WideColumns<'_>,
    out: &mut [f32],
) {
    let width = columns.columns();
    assert!(width.is_multiple_of(PANEL_COLUMNS) && columns.depth.is_multiple_of(WIDE_DEPTH));
    assert!(columns.lines.len() * WIDE_DEPTH * LINE_COLUMNS == width * columns.depth);
    assert!(out.len() == rows.count * width);
    assert!(rows.count == 0 || rows.values.len() >= (rows.count - 1) * rows.stride + columns.depth);
    match backend {
        #[cfg(target_arch = "x86_64")]
        Backend::Avx2 | Backend::Avx512 if backend.is_available() => {
            x86::multiply_wide(backend, rows, columns, out);
        }
        _ => portable::multiply_wide(rows, columns, out),
    }
}

/// The kernels of [`written_once`] by the form that is to compute them.
macro_rules! compiled_for_each_form {
    ($($(#[$documentation:meta])* fn $name:ident($($argument:ident: $kind:ty),*) $(-> $result:ty)?;)*) => {
        $(
            $(#[$documentation])*
            pub(crate) fn $name(backend: Backend, $($argument: $kind),*) $(-> $result)? {
                match backend {
                    #[cfg(target_arch = "x86_64")]
                    Backend::Avx2 if backend.is_available() => x86::avx2::$name($($argument),*),
                    #[cfg(target_arch = "x86_64")]
                    Backend::Avx512 if backend.is_available() => x86::avx512::$name($($argument),*),
                    _ => portable::$name($($argument),*),
                }
            }
        )*
    };
}

written_once!(compiled_for_each_form);

#[cfg(test)]
mod tests;
