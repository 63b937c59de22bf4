//! The products with intrinsics of x86-64.

#![expect(clippy::cast_ptr_alignment, reason = "loads that need no alignment take pointers to aligned types")]

use super::{
    BYTE_DEPTH, LINE_COLUMNS, PANEL_COLUMNS, PANEL_LINES, QuantizedColumns, QuantizedRows, WIDE_DEPTH,
    WideColumns, WideRows, ZERO_POINT,
};
use std::arch::x86_64::{
    __m128i, __m256i, __m512bh, __m512i, _mm_cvtepi8_epi16, _mm_cvtsi32_si128, _mm_loadu_si128,
    _mm256_add_epi32, _mm256_and_si256, _mm256_broadcastq_epi64, _mm256_castsi256_ps, _mm256_cvtepu8_epi16,
    _mm256_fmadd_ps, _mm256_hadd_epi32, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_permute4x64_epi64,
    _mm256_set1_epi32, _mm256_setzero_ps, _mm256_setzero_si256, _mm256_slli_epi32, _mm256_storeu_ps,
    _mm256_storeu_si256, _mm512_add_ps, _mm512_cvtepi32_ps, _mm512_dpbf16_ps, _mm512_dpbusd_epi32,
    _mm512_load_si512, _mm512_loadu_ps, _mm512_mul_ps, _mm512_set1_epi32, _mm512_set1_ps, _mm512_setzero_ps,
    _mm512_setzero_si512, _mm512_storeu_ps, _mm512_sub_epi32,
};

/// Rows that the AVX-512 forms compute at once: 6 rows of 4 registers leave room for weights and
/// values.
const ROWS_AVX512: usize = 6;
/// Rows that the AVX2 forms compute at once.
const ROWS_AVX2: usize = 2;
/// Rows that go through all panels before the next ones: their values stay in the second-level
/// cache.
const ROW_BLOCK: usize = 96;

/// Visits tiles: blocks of rows, the panels of each block, and the rows of each panel `at_once` at
/// a time.
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

/// # Safety
///
/// The lengths agree, as [`super::multiply_quantized`] has seen.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
pub(super) unsafe fn multiply_quantized_avx512(
    rows: &QuantizedRows<'_>,
    columns: &QuantizedColumns<'_>,
    out: &mut [f32],
) {
    let panels = columns.scales.len() / PANEL_COLUMNS;
    tiles(rows.scales.len(), panels, ROWS_AVX512, |row, count, panel| {
        // SAFETY: the rows and the panel lie inside the slices, whose lengths the caller has
        // compared.
        unsafe {
            match count {
                6 => quantized_tile_avx512_6(rows, columns, out, row, panel),
                5 => quantized_tile_avx512_5(rows, columns, out, row, panel),
                4 => quantized_tile_avx512_4(rows, columns, out, row, panel),
                3 => quantized_tile_avx512_3(rows, columns, out, row, panel),
                2 => quantized_tile_avx512_2(rows, columns, out, row, panel),
                _ => quantized_tile_avx512_1(rows, columns, out, row, panel),
            }
        }
    });
}

/// A tile of some rows and one panel. The macro writes the rows out, so that their sums stay in
/// registers however the optimiser treats loops.
macro_rules! quantized_tile_avx512 {
    ($name:ident, $count:literal, $($row:literal)+) => {
        #[inline]
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
        unsafe fn $name(
            rows: &QuantizedRows<'_>,
            columns: &QuantizedColumns<'_>,
            out: &mut [f32],
            first_row: usize,
            panel: usize,
        ) {
            let (depth, width) = (rows.depth, columns.scales.len());
            let steps = depth / BYTE_DEPTH;
            let values = &rows.values[first_row * depth..(first_row + $count) * depth];
            let lines = &columns.lines[panel * steps * PANEL_LINES..(panel + 1) * steps * PANEL_LINES];
            let mut sums = [[_mm512_setzero_si512(); PANEL_LINES]; $count];
            // SAFETY: $count · depth values and steps · PANEL_LINES lines lie in the slices above;
            // each step goes on by four values and PANEL_LINES lines. Lines are aligned to 64
            // bytes; four values are read without regard to alignment.
            unsafe {
                let values = [$(values.as_ptr().add($row * depth)),+];
                let mut line = lines.as_ptr().cast::<__m512i>();
                for step in 0..steps {
                    let weights = [
                        _mm512_load_si512(line),
                        _mm512_load_si512(line.add(1)),
                        _mm512_load_si512(line.add(2)),
                        _mm512_load_si512(line.add(3)),
                    ];
                    line = line.add(PANEL_LINES);
                    $(
                        let four = values[$row].cast::<i32>().add(step).read_unaligned();
                        let four = _mm512_set1_epi32(four);
                        sums[$row][0] = _mm512_dpbusd_epi32(sums[$row][0], weights[0], four);
                        sums[$row][1] = _mm512_dpbusd_epi32(sums[$row][1], weights[1], four);
                        sums[$row][2] = _mm512_dpbusd_epi32(sums[$row][2], weights[2], four);
                        sums[$row][3] = _mm512_dpbusd_epi32(sums[$row][3], weights[3], four);
                    )+
                }
            }
            $({
                let row = first_row + $row;
                let out = &mut out[row * width + panel * PANEL_COLUMNS..][..PANEL_COLUMNS];
                scaled_avx512(rows, columns, row, panel, sums[$row], out);
            })+
        }
    };
}

/// Writes a row of scaled sums. The sums are passed by value: a loop over an array would keep it in
/// memory, and every step of the product would write to it.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512vnni")]
fn scaled_avx512(
    rows: &QuantizedRows<'_>,
    columns: &QuantizedColumns<'_>,
    row: usize,
    panel: usize,
    sums: [__m512i; PANEL_LINES],
    out: &mut [f32],
) {
    let first = panel * PANEL_COLUMNS;
    let scale = _mm512_set1_ps(rows.scales[row]);
    let correction = _mm512_set1_epi32(i32::from(ZERO_POINT) * rows.sums[row]);
    for (line, sum) in sums.into_iter().enumerate() {
        let at = line * LINE_COLUMNS;
        let scales = &columns.scales[first + at..][..LINE_COLUMNS];
        let bias = columns.bias.get(first + at..first + at + LINE_COLUMNS);
        // SAFETY: each of the three slices holds sixteen values.
        unsafe {
            let scale = _mm512_mul_ps(scale, _mm512_loadu_ps(scales.as_ptr()));
            let bias = bias.map_or(_mm512_setzero_ps(), |bias| _mm512_loadu_ps(bias.as_ptr()));
            let sum = _mm512_cvtepi32_ps(_mm512_sub_epi32(sum, correction));
            let result = _mm512_add_ps(_mm512_mul_ps(sum, scale), bias);
            _mm512_storeu_ps(out[at..at + LINE_COLUMNS].as_mut_ptr(), result);
        }
    }
}

quantized_tile_avx512!(quantized_tile_avx512_1, 1, 0);
quantized_tile_avx512!(quantized_tile_avx512_2, 2, 0 1);
quantized_tile_avx512!(quantized_tile_avx512_3, 3, 0 1 2);
quantized_tile_avx512!(quantized_tile_avx512_4, 4, 0 1 2 3);
quantized_tile_avx512!(quantized_tile_avx512_5, 5, 0 1 2 3 4);
quantized_tile_avx512!(quantized_tile_avx512_6, 6, 0 1 2 3 4 5);

/// # Safety
///
/// The lengths agree, as [`super::multiply_wide`] has seen.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
pub(super) unsafe fn multiply_wide_avx512(rows: &WideRows<'_>, columns: &WideColumns<'_>, out: &mut [f32]) {
    let panels = columns.columns() / PANEL_COLUMNS;
    tiles(rows.count, panels, ROWS_AVX512, |row, count, panel| {
        // SAFETY: the rows and the panel lie inside the slices, whose lengths the caller has
        // compared.
        unsafe {
            match count {
                6 => wide_tile_avx512_6(rows, columns, out, row, panel),
                5 => wide_tile_avx512_5(rows, columns, out, row, panel),
                4 => wide_tile_avx512_4(rows, columns, out, row, panel),
                3 => wide_tile_avx512_3(rows, columns, out, row, panel),
                2 => wide_tile_avx512_2(rows, columns, out, row, panel),
                _ => wide_tile_avx512_1(rows, columns, out, row, panel),
            }
        }
    });
}

/// The same for bf16.
macro_rules! wide_tile_avx512 {
    ($name:ident, $count:literal, $($row:literal)+) => {
        #[inline]
        #[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
        unsafe fn $name(
            rows: &WideRows<'_>,
            columns: &WideColumns<'_>,
            out: &mut [f32],
            first_row: usize,
            panel: usize,
        ) {
            let (depth, width) = (columns.depth, columns.columns());
            let steps = depth / WIDE_DEPTH;
            let last = (first_row + $count - 1) * rows.stride + depth;
            let values = &rows.values[first_row * rows.stride..last];
            let lines = &columns.lines[panel * steps * PANEL_LINES..(panel + 1) * steps * PANEL_LINES];
            let mut sums = [[_mm512_setzero_ps(); PANEL_LINES]; $count];
            // SAFETY: the last row ends with the slice of values, and steps · PANEL_LINES lines lie
            // in theirs; each step goes on by two values and PANEL_LINES lines. Lines are aligned
            // to 64 bytes; two values are read without regard to alignment. Both register types
            // hold 512 bits of any content.
            unsafe {
                let values = [$(values.as_ptr().add($row * rows.stride)),+];
                let mut line = lines.as_ptr().cast::<__m512bh>();
                for step in 0..steps {
                    let weights = [line.read(), line.add(1).read(), line.add(2).read(), line.add(3).read()];
                    line = line.add(PANEL_LINES);
                    $(
                        let pair = values[$row].cast::<i32>().add(step).read_unaligned();
                        let pair = std::mem::transmute::<__m512i, __m512bh>(_mm512_set1_epi32(pair));
                        sums[$row][0] = _mm512_dpbf16_ps(sums[$row][0], pair, weights[0]);
                        sums[$row][1] = _mm512_dpbf16_ps(sums[$row][1], pair, weights[1]);
                        sums[$row][2] = _mm512_dpbf16_ps(sums[$row][2], pair, weights[2]);
                        sums[$row][3] = _mm512_dpbf16_ps(sums[$row][3], pair, weights[3]);
                    )+
                }
            }
            $({
                let out = &mut out[(first_row + $row) * width + panel * PANEL_COLUMNS..][..PANEL_COLUMNS];
                // SAFETY: the slice holds four times sixteen values.
                unsafe {
                    _mm512_storeu_ps(out.as_mut_ptr(), sums[$row][0]);
                    _mm512_storeu_ps(out.as_mut_ptr().add(LINE_COLUMNS), sums[$row][1]);
                    _mm512_storeu_ps(out.as_mut_ptr().add(2 * LINE_COLUMNS), sums[$row][2]);
                    _mm512_storeu_ps(out.as_mut_ptr().add(3 * LINE_COLUMNS), sums[$row][3]);
                }
            })+
        }
    };
}

wide_tile_avx512!(wide_tile_avx512_1, 1, 0);
wide_tile_avx512!(wide_tile_avx512_2, 2, 0 1);
wide_tile_avx512!(wide_tile_avx512_3, 3, 0 1 2);
wide_tile_avx512!(wide_tile_avx512_4, 4, 0 1 2 3);
wide_tile_avx512!(wide_tile_avx512_5, 5, 0 1 2 3 4);
wide_tile_avx512!(wide_tile_avx512_6, 6, 0 1 2 3 4 5);

/// # Safety
///
/// The lengths agree, as [`super::multiply_quantized`] has seen.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn multiply_quantized_avx2(
    rows: &QuantizedRows<'_>,
    columns: &QuantizedColumns<'_>,
    out: &mut [f32],
) {
    let panels = columns.scales.len() / PANEL_COLUMNS;
    tiles(rows.scales.len(), panels, ROWS_AVX2, |row, count, panel| {
        for line in 0..PANEL_LINES {
            // SAFETY: the rows, the panel and the line lie inside the slices, whose lengths the
            // caller has compared.
            unsafe {
                match count {
                    2 => quantized_tile_avx2_2(rows, columns, out, row, panel, line),
                    _ => quantized_tile_avx2_1(rows, columns, out, row, panel, line),
                }
            }
        }
    });
}

/// A tile of some rows and sixteen columns. Bytes are widened to sixteen bits, so that no product
/// saturates; a register then holds four columns with two partial sums each.
macro_rules! quantized_tile_avx2 {
    ($name:ident, $count:literal, $($row:literal)+) => {
        #[inline]
        #[target_feature(enable = "avx2,fma")]
        unsafe fn $name(
            rows: &QuantizedRows<'_>,
            columns: &QuantizedColumns<'_>,
            out: &mut [f32],
            first_row: usize,
            panel: usize,
            line: usize,
        ) {
            let (depth, width) = (rows.depth, columns.scales.len());
            let steps = depth / BYTE_DEPTH;
            let values = &rows.values[first_row * depth..(first_row + $count) * depth];
            let lines = &columns.lines[panel * steps * PANEL_LINES..(panel + 1) * steps * PANEL_LINES];
            let mut sums = [[_mm256_setzero_si256(); 4]; $count];
            // SAFETY: $count · depth values and steps · PANEL_LINES lines lie in the slices above;
            // each step goes on by four values and PANEL_LINES lines, and reads the 64 bytes of one
            // of these. No load needs alignment.
            unsafe {
                let values = [$(values.as_ptr().add($row * depth)),+];
                let lines = lines.as_ptr().add(line).cast::<__m128i>();
                for step in 0..steps {
                    let bytes = lines.add(step * PANEL_LINES * 4);
                    let fours = [$({
                        let four = values[$row].cast::<i32>().add(step).read_unaligned();
                        _mm256_broadcastq_epi64(_mm_cvtepi8_epi16(_mm_cvtsi32_si128(four)))
                    }),+];
                    let wide = _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes));
                    $(sums[$row][0] = _mm256_add_epi32(sums[$row][0], _mm256_madd_epi16(wide, fours[$row]));)+
                    let wide = _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes.add(1)));
                    $(sums[$row][1] = _mm256_add_epi32(sums[$row][1], _mm256_madd_epi16(wide, fours[$row]));)+
                    let wide = _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes.add(2)));
                    $(sums[$row][2] = _mm256_add_epi32(sums[$row][2], _mm256_madd_epi16(wide, fours[$row]));)+
                    let wide = _mm256_cvtepu8_epi16(_mm_loadu_si128(bytes.add(3)));
                    $(sums[$row][3] = _mm256_add_epi32(sums[$row][3], _mm256_madd_epi16(wide, fours[$row]));)+
                }
            }
            let first = panel * PANEL_COLUMNS + line * LINE_COLUMNS;
            for (row, sums) in sums.iter().enumerate() {
                let row = first_row + row;
                let mut totals = [0_i32; LINE_COLUMNS];
                for (totals, sums) in totals.chunks_exact_mut(8).zip(sums.chunks_exact(2)) {
                    // Adding neighbours leaves columns 0 1 4 5 2 3 6 7.
                    let pairs = _mm256_hadd_epi32(sums[0], sums[1]);
                    let ordered = _mm256_permute4x64_epi64::<0b11_01_10_00>(pairs);
                    // SAFETY: the slice holds eight values.
                    unsafe { _mm256_storeu_si256(totals.as_mut_ptr().cast::<__m256i>(), ordered) };
                }
                let correction = i32::from(ZERO_POINT) * rows.sums[row];
                let out = &mut out[row * width + first..][..LINE_COLUMNS];
                for (column, (out, total)) in out.iter_mut().zip(totals).enumerate() {
                    let scale = rows.scales[row] * columns.scales[first + column];
                    let bias = columns.bias.get(first + column).copied().unwrap_or(0.0);
                    *out = (total - correction) as f32 * scale + bias;
                }
            }
        }
    };
}

quantized_tile_avx2!(quantized_tile_avx2_1, 1, 0);
quantized_tile_avx2!(quantized_tile_avx2_2, 2, 0 1);

/// # Safety
///
/// The lengths agree, as [`super::multiply_wide`] has seen.
#[target_feature(enable = "avx2,fma")]
pub(super) unsafe fn multiply_wide_avx2(rows: &WideRows<'_>, columns: &WideColumns<'_>, out: &mut [f32]) {
    let panels = columns.columns() / PANEL_COLUMNS;
    tiles(rows.count, panels, 4, |row, count, panel| {
        for line in 0..PANEL_LINES {
            // SAFETY: the rows, the panel and the line lie inside the slices, whose lengths the
            // caller has compared.
            unsafe {
                match count {
                    4 => wide_tile_avx2_4(rows, columns, out, row, panel, line),
                    3 => wide_tile_avx2_3(rows, columns, out, row, panel, line),
                    2 => wide_tile_avx2_2(rows, columns, out, row, panel, line),
                    _ => wide_tile_avx2_1(rows, columns, out, row, panel, line),
                }
            }
        }
    });
}

/// A tile of some rows and sixteen columns, two registers a row; a bf16 becomes an f32 by moving it
/// into the upper half.
macro_rules! wide_tile_avx2 {
    ($name:ident, $count:literal, $($row:literal)+) => {
        #[inline]
        #[target_feature(enable = "avx2,fma")]
        unsafe fn $name(
            rows: &WideRows<'_>,
            columns: &WideColumns<'_>,
            out: &mut [f32],
            first_row: usize,
            panel: usize,
            line: usize,
        ) {
            let (depth, width) = (columns.depth, columns.columns());
            let steps = depth / WIDE_DEPTH;
            let last = (first_row + $count - 1) * rows.stride + depth;
            let values = &rows.values[first_row * rows.stride..last];
            let lines = &columns.lines[panel * steps * PANEL_LINES..(panel + 1) * steps * PANEL_LINES];
            let upper = _mm256_set1_epi32(0xFFFF_0000_u32 as i32);
            let mut sums = [[_mm256_setzero_ps(); 2]; $count];
            // SAFETY: the last row ends with the slice of values, and steps · PANEL_LINES lines lie
            // in theirs; each step goes on by two values and PANEL_LINES lines, and reads the 64
            // bytes of one of these. No load needs alignment.
            unsafe {
                let values = [$(values.as_ptr().add($row * rows.stride)),+];
                let lines = lines.as_ptr().add(line).cast::<__m256i>();
                for step in 0..steps {
                    let left = _mm256_loadu_si256(lines.add(step * PANEL_LINES * 2));
                    let right = _mm256_loadu_si256(lines.add(step * PANEL_LINES * 2 + 1));
                    let even = _mm256_castsi256_ps(_mm256_slli_epi32::<16>(left));
                    let odd = _mm256_castsi256_ps(_mm256_and_si256(left, upper));
                    let even_right = _mm256_castsi256_ps(_mm256_slli_epi32::<16>(right));
                    let odd_right = _mm256_castsi256_ps(_mm256_and_si256(right, upper));
                    $(
                        let pair = _mm256_set1_epi32(values[$row].cast::<i32>().add(step).read_unaligned());
                        let first = _mm256_castsi256_ps(_mm256_slli_epi32::<16>(pair));
                        let second = _mm256_castsi256_ps(_mm256_and_si256(pair, upper));
                        sums[$row][0] = _mm256_fmadd_ps(first, even, sums[$row][0]);
                        sums[$row][1] = _mm256_fmadd_ps(first, even_right, sums[$row][1]);
                        sums[$row][0] = _mm256_fmadd_ps(second, odd, sums[$row][0]);
                        sums[$row][1] = _mm256_fmadd_ps(second, odd_right, sums[$row][1]);
                    )+
                }
            }
            let first = panel * PANEL_COLUMNS + line * LINE_COLUMNS;
            for (row, sums) in sums.iter().enumerate() {
                let out = &mut out[(first_row + row) * width + first..][..LINE_COLUMNS];
                for (out, sum) in out.chunks_exact_mut(8).zip(sums) {
                    // SAFETY: the slice holds eight values.
                    unsafe { _mm256_storeu_ps(out.as_mut_ptr(), *sum) };
                }
            }
        }
    };
}

wide_tile_avx2!(wide_tile_avx2_1, 1, 0);
wide_tile_avx2!(wide_tile_avx2_2, 2, 0 1);
wide_tile_avx2!(wide_tile_avx2_3, 3, 0 1 2);
wide_tile_avx2!(wide_tile_avx2_4, 4, 0 1 2 3);
