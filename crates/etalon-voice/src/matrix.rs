//! Matrices of weights, and their product with signals.

use crate::layers::Bytes;
use crate::loops::add_product;
use etalon_simd::Backend;
use etalon_simd::convolution::{LANES, Offsets, Product, ROWS, WORD_CHANNELS, multiply};

/// A stored matrix: signed bytes and the scale of each row.
#[derive(Debug)]
pub(crate) struct Stored<'a> {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) scales: Vec<f32>,
    pub(crate) numbers: &'a [u8],
}

impl Stored<'_> {
    fn number(&self, row: usize, column: usize) -> u8 {
        self.numbers[row * self.columns + column]
    }
}

/// The weights of a convolution in the order of the inner loop: eight rows interleaved, four
/// channels in a word.
#[derive(Debug)]
pub(crate) struct Convolver {
    rows: usize,
    /// For all rows of all panels; 0 for padding.
    scales: Vec<f32>,
    panels: Vec<[i32; ROWS]>,
}

impl Convolver {
    /// Columns are channels, each with its taps. The words of a row are ordered by channels, four
    /// at a time, and in these by taps.
    pub(crate) fn new(stored: &Stored<'_>, taps: usize) -> Self {
        let groups = stored.columns / taps / WORD_CHANNELS;
        let places = groups * taps;
        let word = |row: usize, place: usize| {
            let (group, tap) = (place / taps, place % taps);
            let byte = |channel: usize| {
                if row < stored.rows {
                    stored.number(row, (group * WORD_CHANNELS + channel) * taps + tap)
                } else {
                    0
                }
            };
            i32::from_le_bytes(std::array::from_fn(byte))
        };
        let panels = (0..stored.rows.div_ceil(ROWS))
            .flat_map(|panel| (0..places).map(move |place| (panel, place)))
            .map(|(panel, place)| std::array::from_fn(|row| word(panel * ROWS + row, place)))
            .collect();
        let mut scales = stored.scales.clone();
        scales.resize(stored.rows.next_multiple_of(ROWS), 0.0);
        Self { rows: stored.rows, scales, panels }
    }

    /// Up to 32 columns of the product from `first` on. The factors of a row's words begin at
    /// `offsets` in the signal. `emit(row, values)` gets the result row by row; values past the
    /// columns are unspecified.
    #[inline]
    pub(crate) fn multiply(
        &self,
        signal: &Bytes,
        first: usize,
        offsets: &Offsets,
        columns: usize,
        mut emit: impl FnMut(usize, &[f32; LANES]),
    ) {
        let product = Product {
            panels: &self.panels,
            scales: &self.scales,
            scale: signal.scale(),
            values: &signal.words()[first..],
            offsets,
            columns: columns.min(LANES),
        };
        multiply(Backend::in_use(), &product, |panel, tile| {
            let first = panel * ROWS;
            for (row, values) in tile.iter().enumerate().take(self.rows - first) {
                emit(first + row, values);
            }
        });
    }
}

/// Weights for products with single columns that are not quantised.
#[derive(Debug)]
pub(crate) struct Matrix {
    rows: usize,
    /// Column by column.
    weights: Vec<f32>,
}

impl Matrix {
    pub(crate) fn new(stored: &Stored<'_>) -> Self {
        let weight = |row: usize, column: usize| {
            stored.scales[row] * f32::from(i8::from_le_bytes([stored.number(row, column)]))
        };
        let columns = 0..stored.columns;
        let weights =
            columns.flat_map(|column| (0..stored.rows).map(move |row| weight(row, column))).collect();
        Self { rows: stored.rows, weights }
    }

    /// One weight.
    pub(crate) fn weight(&self, row: usize, column: usize) -> f32 {
        self.weights[column * self.rows + row]
    }

    /// The product with one column.
    pub(crate) fn times(&self, column: &[f32]) -> Vec<f32> {
        let mut product = vec![0.0; self.rows];
        add_product(Backend::in_use(), &self.weights, column, &mut product);
        product
    }
}
