//! Forms for x86-64: the two products with intrinsics, the rest compiled again with wider registers.

#![allow(
    unsafe_code,
    clippy::cast_ptr_alignment,
    reason = "intrinsics load from raw pointers, loads that need no alignment take pointers to aligned types, and features are known only when the program runs"
)]

use super::{
    BYTE_DEPTH, Backend, LINE_COLUMNS, PANEL_COLUMNS, PANEL_LINES, QuantizedColumns, QuantizedRows,
    WIDE_DEPTH, WideColumns, WideRows, ZERO_POINT,
};
use std::arch::x86_64::{
    __m128i, __m256i, __m512bh, __m512i, _mm_loadu_si128, _mm256_add_epi32, _mm256_and_si256,
    _mm256_castsi256_ps, _mm256_cvtepu8_epi16, _mm256_fmadd_ps, _mm256_hadd_epi32, _mm256_loadu_si256,
    _mm256_madd_epi16, _mm256_permute4x64_epi64, _mm256_set1_epi32, _mm256_set1_epi64x, _mm256_set1_ps,
    _mm256_setzero_ps, _mm256_setzero_si256, _mm256_slli_epi32, _mm256_storeu_ps, _mm256_storeu_si256,
    _mm512_add_ps, _mm512_cvtepi32_ps, _mm512_dpbf16_ps, _mm512_dpbusd_epi32, _mm512_load_si512,
    _mm512_loadu_ps, _mm512_mul_ps, _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_ps,
    _mm512_setzero_si512, _mm512_storeu_ps, _mm512_sub_epi32,
};

/// Rows that the AVX-512 forms compute at once: 6 rows of 4 registers leave room for weights and values.
const ROWS_AVX512: usize = 6;
/// Rows that the AVX2 forms compute at once.
const ROWS_AVX2: usize = 2;
/// Rows that go through all panels before the next ones: their values stay in the second-level cache.
const ROW_BLOCK: usize = 96;

pub(super) fn multiply_quantized(
    backend: Backend,
    rows: &QuantizedRows<'_>,
    columns: &QuantizedColumns<'_>,
    out: &mut [f32],
) {
    match backend {
        // SAFETY: the caller has seen that the processor has the features and that the lengths agree.
        Backend::Avx512 => unsafe { multiply_quantized_avx512(rows, columns, out) },
        // SAFETY: the caller has seen that the processor has AVX2 and FMA and that the lengths agree.
        _ => unsafe { multiply_quantized_avx2(rows, columns, out) },
    }
}

pub(super) fn multiply_wide(
    backend: Backend,
    rows: &WideRows<'_>,
    columns: &WideColumns<'_>,
    out: &mut [f32],
) {
    match backend {
        // SAFETY: the caller has seen that the processor has the features and that the lengths agree.
        Backend::Avx512 => unsafe { multiply_wide_avx512(rows, columns, out) },
        // SAFETY: the caller has seen that the processor has AVX2 and FMA and that the lengths agree.
        _ => unsafe { multiply_wide_avx2(rows, columns, out) },
    }
}

/// Visits tiles: blocks of rows, in each block all panels, in each panel its rows `at_once` at a time.
#[inline]
fn tiles(rows: usize, panels: usize, at_once: usize, mut visit: impl FnMut(usize, usize, usize)) {
    for block in (0..rows).step_by(ROW_BLOCK) {
        let end = (block + ROW_BLOCK).min(rows);
        for panel in 0..panels {
            for row in (block..end).step_by(at_once) {
                visit(row, (end - row).min(at_once), panel);
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx512bf16")]
unsafe fn multiply_quantized_avx512(
    rows: &QuantizedRows<'_>,
    columns: &QuantizedColumns<'_>,
    out: &mut [f32],
) {
    let panels = columns.scales.len() / PANEL_COLUMNS;
    tiles(rows.scales.len(), panels, ROWS_AVX512, |row, count, panel| {
        // SAFETY: the rows and the panel lie inside the slices, whose lengths the caller has compared.
        unsafe {
            match count {
                6 => quantized_tile_avx512::<6>(rows, columns, out, row, panel),
                5 => quantized_tile_avx512::<5>(rows, columns, out, row, panel),
                4 => quantized_tile_avx512::<4>(rows, columns, out, row, panel),
                3 => quantized_tile_avx512::<3>(rows, columns, out, row, panel),
                2 => quantized_tile_avx512::<2>(rows, columns, out, row, panel),
                _ => quantized_tile_avx512::<1>(rows, columns, out, row, panel),
            }
        }
    });
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx512bf16")]
#[expect(clippy::needless_range_loop, reason = "accumulators are indexed so that they stay in registers")]
unsafe fn quantized_tile_avx512<const ROWS: usize>(
    rows: &QuantizedRows<'_>,
    columns: &QuantizedColumns<'_>,
    out: &mut [f32],
    row: usize,
    panel: usize,
) {
    let (depth, width) = (rows.depth, columns.scales.len());
    let steps = depth / BYTE_DEPTH;
    let values = &rows.values[row * depth..(row + ROWS) * depth];
    let lines = &columns.lines[panel * steps * PANEL_LINES..(panel + 1) * steps * PANEL_LINES];
    let mut sums = [[_mm512_setzero_si512(); PANEL_LINES]; ROWS];
    // SAFETY: step < steps and ROWS · depth values and steps · PANEL_LINES lines lie in the slices above; lines are
    // aligned to 64 bytes; a value of four bytes is read without regard to alignment.
    unsafe {
        let (values, lines) = (values.as_ptr(), lines.as_ptr());
        for step in 0..steps {
            let mut weights = [_mm512_setzero_si512(); PANEL_LINES];
            for line in 0..PANEL_LINES {
                weights[line] = _mm512_load_si512(lines.add(step * PANEL_LINES + line).cast::<__m512i>());
            }
            for row in 0..ROWS {
                let four = values.add(row * depth + step * BYTE_DEPTH).cast::<i32>().read_unaligned();
                let four = _mm512_set1_epi32(four);
                for line in 0..PANEL_LINES {
                    sums[row][line] = _mm512_dpbusd_epi32(sums[row][line], weights[line], four);
                }
            }
        }
    }
    let first = panel * PANEL_COLUMNS;
    for tile_row in 0..ROWS {
        let scale = _mm512_set1_ps(rows.scales[row + tile_row]);
        let correction = _mm512_set1_epi32(i32::from(ZERO_POINT) * rows.sums[row + tile_row]);
        let out = &mut out[(row + tile_row) * width + first..][..PANEL_COLUMNS];
        for line in 0..PANEL_LINES {
            let at = line * LINE_COLUMNS;
            let scales = &columns.scales[first + at..][..LINE_COLUMNS];
            let bias = columns.bias.get(first + at..first + at + LINE_COLUMNS);
            // SAFETY: each of the three slices holds sixteen values.
            unsafe {
                let scale = _mm512_mul_ps(scale, _mm512_loadu_ps(scales.as_ptr()));
                let bias = bias.map_or(_mm512_setzero_ps(), |bias| _mm512_loadu_ps(bias.as_ptr()));
                let sum = _mm512_cvtepi32_ps(_mm512_sub_epi32(sums[tile_row][line], correction));
                let result = _mm512_add_ps(_mm512_mul_ps(sum, scale), bias);
                _mm512_storeu_ps(out[at..at + LINE_COLUMNS].as_mut_ptr(), result);
            }
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx512bf16")]
unsafe fn multiply_wide_avx512(rows: &WideRows<'_>, columns: &WideColumns<'_>, out: &mut [f32]) {
    let panels = columns.columns() / PANEL_COLUMNS;
    tiles(rows.count, panels, ROWS_AVX512, |row, count, panel| {
        // SAFETY: the rows and the panel lie inside the slices, whose lengths the caller has compared.
        unsafe {
            match count {
                6 => wide_tile_avx512::<6>(rows, columns, out, row, panel),
                5 => wide_tile_avx512::<5>(rows, columns, out, row, panel),
                4 => wide_tile_avx512::<4>(rows, columns, out, row, panel),
                3 => wide_tile_avx512::<3>(rows, columns, out, row, panel),
                2 => wide_tile_avx512::<2>(rows, columns, out, row, panel),
                _ => wide_tile_avx512::<1>(rows, columns, out, row, panel),
            }
        }
    });
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni,avx512bf16")]
#[expect(clippy::needless_range_loop, reason = "accumulators are indexed so that they stay in registers")]
unsafe fn wide_tile_avx512<const ROWS: usize>(
    rows: &WideRows<'_>,
    columns: &WideColumns<'_>,
    out: &mut [f32],
    row: usize,
    panel: usize,
) {
    let (depth, width) = (columns.depth, columns.columns());
    let steps = depth / WIDE_DEPTH;
    let values = &rows.values[row * rows.stride..(row + ROWS - 1) * rows.stride + depth];
    let lines = &columns.lines[panel * steps * PANEL_LINES..(panel + 1) * steps * PANEL_LINES];
    let mut sums = [[_mm512_setzero_ps(); PANEL_LINES]; ROWS];
    // SAFETY: step < steps, the last row ends with the slice of values, and steps · PANEL_LINES lines lie in theirs;
    // lines are aligned to 64 bytes; a pair of values is read without regard to alignment.
    unsafe {
        let (values, lines) = (values.as_ptr(), lines.as_ptr());
        for step in 0..steps {
            let mut weights = [_mm512_setzero_si512(); PANEL_LINES];
            for line in 0..PANEL_LINES {
                weights[line] = _mm512_load_si512(lines.add(step * PANEL_LINES + line).cast::<__m512i>());
            }
            for row in 0..ROWS {
                let pair = values.add(row * rows.stride + step * WIDE_DEPTH).cast::<i32>().read_unaligned();
                let pair = _mm512_set1_epi32(pair);
                for line in 0..PANEL_LINES {
                    sums[row][line] = _mm512_dpbf16_ps(
                        sums[row][line],
                        std::mem::transmute::<__m512i, __m512bh>(pair),
                        std::mem::transmute::<__m512i, __m512bh>(weights[line]),
                    );
                }
            }
        }
    }
    for tile_row in 0..ROWS {
        let out = &mut out[(row + tile_row) * width + panel * PANEL_COLUMNS..][..PANEL_COLUMNS];
        for line in 0..PANEL_LINES {
            let out = &mut out[line * LINE_COLUMNS..(line + 1) * LINE_COLUMNS];
            // SAFETY: the slice holds sixteen values.
            unsafe { _mm512_storeu_ps(out.as_mut_ptr(), sums[tile_row][line]) };
        }
    }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn multiply_quantized_avx2(rows: &QuantizedRows<'_>, columns: &QuantizedColumns<'_>, out: &mut [f32]) {
    let panels = columns.scales.len() / PANEL_COLUMNS;
    tiles(rows.scales.len(), panels, ROWS_AVX2, |row, count, panel| {
        for line in 0..PANEL_LINES {
            // SAFETY: the rows, the panel and the line lie inside the slices, whose lengths the caller has compared.
            unsafe {
                match count {
                    2 => quantized_tile_avx2::<2>(rows, columns, out, row, panel, line),
                    _ => quantized_tile_avx2::<1>(rows, columns, out, row, panel, line),
                }
            }
        }
    });
}

/// Sixteen columns. Bytes are widened to sixteen bits, so that no product saturates; a register then holds four
/// columns with two partial sums each.
#[inline]
#[target_feature(enable = "avx2,fma")]
#[expect(clippy::needless_range_loop, reason = "accumulators are indexed so that they stay in registers")]
unsafe fn quantized_tile_avx2<const ROWS: usize>(
    rows: &QuantizedRows<'_>,
    columns: &QuantizedColumns<'_>,
    out: &mut [f32],
    row: usize,
    panel: usize,
    line: usize,
) {
    let (depth, width) = (rows.depth, columns.scales.len());
    let steps = depth / BYTE_DEPTH;
    let values = &rows.values[row * depth..(row + ROWS) * depth];
    let lines = &columns.lines[panel * steps * PANEL_LINES..(panel + 1) * steps * PANEL_LINES];
    let mut sums = [[_mm256_setzero_si256(); 4]; ROWS];
    for step in 0..steps {
        let weights = &lines[step * PANEL_LINES + line].0;
        let mut fours = [_mm256_setzero_si256(); ROWS];
        for row in 0..ROWS {
            let four = &values[row * depth + step * BYTE_DEPTH..][..BYTE_DEPTH];
            let wide =
                four.iter().rev().fold(0_u64, |wide, value| wide << 16 | u64::from(i16::from(*value) as u16));
            fours[row] = _mm256_set1_epi64x(wide as i64);
        }
        for quarter in 0..4 {
            // SAFETY: a line holds 64 bytes, and 16 are read from each quarter.
            let bytes = unsafe { _mm_loadu_si128(weights.as_ptr().add(quarter * 16).cast::<__m128i>()) };
            let wide = _mm256_cvtepu8_epi16(bytes);
            for row in 0..ROWS {
                let products = _mm256_madd_epi16(wide, fours[row]);
                sums[row][quarter] = _mm256_add_epi32(sums[row][quarter], products);
            }
        }
    }
    let first = panel * PANEL_COLUMNS + line * LINE_COLUMNS;
    for tile_row in 0..ROWS {
        let mut totals = [0_i32; LINE_COLUMNS];
        for half in 0..2 {
            // Adding neighbours leaves columns 0 1 4 5 2 3 6 7.
            let pairs = _mm256_hadd_epi32(sums[tile_row][half * 2], sums[tile_row][half * 2 + 1]);
            let ordered = _mm256_permute4x64_epi64::<0b11_01_10_00>(pairs);
            // SAFETY: eight values are written into each half of sixteen.
            unsafe {
                _mm256_storeu_si256(totals[half * 8..half * 8 + 8].as_mut_ptr().cast::<__m256i>(), ordered);
            }
        }
        let correction = i32::from(ZERO_POINT) * rows.sums[row + tile_row];
        let out = &mut out[(row + tile_row) * width + first..][..LINE_COLUMNS];
        for column in 0..LINE_COLUMNS {
            let scale = rows.scales[row + tile_row] * columns.scales[first + column];
            let bias = columns.bias.get(first + column).copied().unwrap_or(0.0);
            out[column] = (totals[column] - correction) as f32 * scale + bias;
        }
    }
}

#[target_feature(enable = "avx2,fma")]
unsafe fn multiply_wide_avx2(rows: &WideRows<'_>, columns: &WideColumns<'_>, out: &mut [f32]) {
    let panels = columns.columns() / PANEL_COLUMNS;
    tiles(rows.count, panels, 4, |row, count, panel| {
        for line in 0..PANEL_LINES {
            // SAFETY: the rows, the panel and the line lie inside the slices, whose lengths the caller has compared.
            unsafe {
                match count {
                    4 => wide_tile_avx2::<4>(rows, columns, out, row, panel, line),
                    3 => wide_tile_avx2::<3>(rows, columns, out, row, panel, line),
                    2 => wide_tile_avx2::<2>(rows, columns, out, row, panel, line),
                    _ => wide_tile_avx2::<1>(rows, columns, out, row, panel, line),
                }
            }
        }
    });
}

/// Sixteen columns in two registers a row; a bf16 becomes an f32 by moving it into the upper half.
#[inline]
#[target_feature(enable = "avx2,fma")]
#[expect(clippy::needless_range_loop, reason = "accumulators are indexed so that they stay in registers")]
unsafe fn wide_tile_avx2<const ROWS: usize>(
    rows: &WideRows<'_>,
    columns: &WideColumns<'_>,
    out: &mut [f32],
    row: usize,
    panel: usize,
    line: usize,
) {
    let (depth, width) = (columns.depth, columns.columns());
    let steps = depth / WIDE_DEPTH;
    let values = &rows.values[row * rows.stride..(row + ROWS - 1) * rows.stride + depth];
    let lines = &columns.lines[panel * steps * PANEL_LINES..(panel + 1) * steps * PANEL_LINES];
    let upper = _mm256_set1_epi32(0xFFFF_0000_u32 as i32);
    let mut sums = [[_mm256_setzero_ps(); 2]; ROWS];
    for step in 0..steps {
        let weights = &lines[step * PANEL_LINES + line].0;
        for half in 0..2 {
            // SAFETY: a line holds 64 bytes, and 32 are read from each half.
            let pairs = unsafe { _mm256_loadu_si256(weights.as_ptr().add(half * 16).cast::<__m256i>()) };
            let even = _mm256_castsi256_ps(_mm256_slli_epi32::<16>(pairs));
            let odd = _mm256_castsi256_ps(_mm256_and_si256(pairs, upper));
            for row in 0..ROWS {
                let pair = &values[row * rows.stride + step * WIDE_DEPTH..][..WIDE_DEPTH];
                let first = _mm256_set1_ps(f32::from_bits(u32::from(pair[0]) << 16));
                let second = _mm256_set1_ps(f32::from_bits(u32::from(pair[1]) << 16));
                sums[row][half] = _mm256_fmadd_ps(first, even, sums[row][half]);
                sums[row][half] = _mm256_fmadd_ps(second, odd, sums[row][half]);
            }
        }
    }
    let first = panel * PANEL_COLUMNS + line * LINE_COLUMNS;
    for tile_row in 0..ROWS {
        let out = &mut out[(row + tile_row) * width + first..][..LINE_COLUMNS];
        for half in 0..2 {
            // SAFETY: eight values are written into each half of sixteen.
            unsafe {
                _mm256_storeu_ps(out[half * 8..half * 8 + 8].as_mut_ptr(), sums[tile_row][half]);
            }
        }
    }
}

macro_rules! compile_again {
    ($features:literal; $(fn $name:ident($($argument:ident: $kind:ty),*) $(-> $result:ty)?;)*) => {
        $(
            pub(in crate::kernels) fn $name($($argument: $kind),*) $(-> $result)? {
                #[target_feature(enable = $features)]
                fn compiled($($argument: $kind),*) $(-> $result)? {
                    crate::kernels::portable::$name($($argument),*)
                }
                // SAFETY: the caller has seen that the processor has the features.
                unsafe { compiled($($argument),*) }
            }
        )*
    };
}

macro_rules! compile_all {
    ($features:literal) => {
        compile_again! {
            $features;
            fn layer_norm(input: &[f32], gain: &[f32], bias: &[f32], out: &mut [f32]);
            fn quantize(input: &[f32], out: &mut [i8]) -> (f32, i32);
            fn gelu(values: &mut [f32]);
            fn add(values: &mut [f32], bias: &[f32]);
            fn to_bf16(input: &[f32], factor: f32, out: &mut [u16]);
            fn exponentials_bf16(scores: &[f32], out: &mut [u16]) -> f32;
            fn exponentials(scores: &mut [f32]) -> f32;
            fn dot(left: &[f32], right: &[f32]) -> f32;
            fn add_scaled(out: &mut [f32], weight: f32, input: &[f32]);
            fn scale(values: &mut [f32], factor: f32);
            fn masked_maximum(logits: &[f32], mask: &[f32]) -> f32;
            fn masked_exponential_sum(logits: &[f32], mask: &[f32], maximum: f32) -> f32;
        }
    };
}

pub(super) mod avx2 {
    compile_all!("avx2");
}

pub(super) mod avx512 {
    compile_all!("avx512f,avx512bw,avx512vl");
}
