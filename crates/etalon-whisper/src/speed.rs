//! Measures this machine: the speed of the two matrix products, and a thread's processor time.

use etalon_simd::Backend;
use etalon_simd::matrix::{self, ByteMatrix, PANEL_COLUMNS, QuantizedRows, WideMatrix, WideRows};
use std::time::Instant;

/// Speeds of the two products, 10⁹ operations per second; a multiply-add counts as two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProductSpeeds {
    /// Eight bits.
    pub bytes: f64,
    /// bf16.
    pub wide: f64,
}

/// Measures the products of `rows` rows with a matrix of 512 × 512; the best of several runs.
pub fn products(backend: Backend, rows: usize) -> ProductSpeeds {
    const DEPTH: usize = 512;
    const COLUMNS: usize = 8 * PANEL_COLUMNS;
    const TURNS: usize = 5;
    let mut out = vec![0.0; rows * COLUMNS];
    let (matrix, wide) = (ByteMatrix::new(DEPTH, COLUMNS), WideMatrix::new(DEPTH, COLUMNS));
    let (values, scales, sums) = (vec![1_i8; rows * DEPTH], vec![1.0; rows], vec![DEPTH as i32; rows]);
    let bytes_rows = QuantizedRows { depth: DEPTH, values: &values, scales: &scales, sums: &sums };
    let wide_values = vec![0x3F80_u16; rows * DEPTH];
    let wide_rows = WideRows { values: &wide_values, stride: DEPTH, count: rows };
    let operations = 2.0 * (rows * DEPTH * COLUMNS) as f64 / 1e9;
    let best = |mut product: Box<dyn FnMut() + '_>| {
        (0..TURNS)
            .map(|_| {
                let since = Instant::now();
                product();
                operations / since.elapsed().as_secs_f64().max(1e-9)
            })
            .fold(0.0, f64::max)
    };
    let bytes = best(Box::new(|| {
        matrix::multiply_quantized(backend, &bytes_rows, &matrix.view(), &mut out);
    }));
    let wide = best(Box::new(|| matrix::multiply_wide(backend, &wide_rows, &wide.view(), &mut out)));
    ProductSpeeds { bytes, wide }
}

/// Processor time of this thread, seconds, which hardly depends on load; none where the system does
/// not give it (Linux does).
pub fn processor_s() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
}
