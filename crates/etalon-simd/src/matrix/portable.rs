//! The products in plain Rust.

use super::{
    BYTE_DEPTH, LINE_COLUMNS, PANEL_COLUMNS, PANEL_LINES, QuantizedColumns, QuantizedRows, WIDE_DEPTH,
    WideColumns, WideRows, ZERO_POINT,
};
use crate::bf16::widened;

#[expect(clippy::needless_range_loop, reason = "the indices are what the compiler vectorises")]
pub(super) fn multiply_quantized(rows: &QuantizedRows<'_>, columns: &QuantizedColumns<'_>, out: &mut [f32]) {
    let (depth, width) = (rows.depth, columns.scales.len());
    let panel_lines = depth / BYTE_DEPTH * PANEL_LINES;
    for (row, out) in out.chunks_exact_mut(width).enumerate() {
        let values = &rows.values[row * depth..(row + 1) * depth];
        let correction = i32::from(ZERO_POINT) * rows.sums[row];
        for (panel, out) in out.chunks_exact_mut(PANEL_COLUMNS).enumerate() {
            let lines = &columns.lines[panel * panel_lines..(panel + 1) * panel_lines];
            let mut sums = [0_i32; PANEL_COLUMNS];
            for (four, lines) in values.chunks_exact(BYTE_DEPTH).zip(lines.chunks_exact(PANEL_LINES)) {
                for (sums, line) in sums.chunks_exact_mut(LINE_COLUMNS).zip(lines) {
                    for column in 0..LINE_COLUMNS {
                        for step in 0..BYTE_DEPTH {
                            sums[column] +=
                                i32::from(four[step]) * i32::from(line.0[column * BYTE_DEPTH + step]);
                        }
                    }
                }
            }
            let first = panel * PANEL_COLUMNS;
            for column in 0..PANEL_COLUMNS {
                let scale = rows.scales[row] * columns.scales[first + column];
                let bias = columns.bias.get(first + column).copied().unwrap_or(0.0);
                out[column] = (sums[column] - correction) as f32 * scale + bias;
            }
        }
    }
}

#[expect(clippy::needless_range_loop, reason = "the indices are what the compiler vectorises")]
pub(super) fn multiply_wide(rows: &WideRows<'_>, columns: &WideColumns<'_>, out: &mut [f32]) {
    let width = columns.columns();
    let panel_lines = columns.depth / WIDE_DEPTH * PANEL_LINES;
    for (row, out) in out.chunks_exact_mut(width).enumerate() {
        let values = &rows.values[row * rows.stride..row * rows.stride + columns.depth];
        for (panel, out) in out.chunks_exact_mut(PANEL_COLUMNS).enumerate() {
            let lines = &columns.lines[panel * panel_lines..(panel + 1) * panel_lines];
            let mut sums = [0.0_f32; PANEL_COLUMNS];
            for (pair, lines) in values.chunks_exact(WIDE_DEPTH).zip(lines.chunks_exact(PANEL_LINES)) {
                let (even, odd) = (widened(pair[0]), widened(pair[1]));
                for (sums, line) in sums.chunks_exact_mut(LINE_COLUMNS).zip(lines) {
                    for column in 0..LINE_COLUMNS {
                        sums[column] += even * widened(line.0[column * WIDE_DEPTH])
                            + odd * widened(line.0[column * WIDE_DEPTH + 1]);
                    }
                }
            }
            out.copy_from_slice(&sums);
        }
    }
}
