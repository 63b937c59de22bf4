//! Matrices packed in the order in which the products read them.

use super::{
    BYTE_DEPTH, ByteLine, LINE_COLUMNS, PANEL_COLUMNS, PANEL_LINES, QuantizedColumns, WIDE_DEPTH,
    WideColumns, WideLine, ZERO_POINT,
};
use crate::Numbers;
use crate::bf16::nearest;

/// A matrix of eight-bit weights with a scale for each column.
#[derive(Debug, Clone)]
pub struct ByteMatrix {
    depth: usize,
    columns: usize,
    lines: Numbers<ByteLine>,
    scales: Numbers<f32>,
    bias: Numbers<f32>,
}

/// The numbers of a [`ByteMatrix`].
#[derive(Debug, Clone, Default)]
pub struct ByteMatrixParts {
    /// [`ByteMatrix::line_count`] lines, as [`byte_place`] has them.
    pub lines: Numbers<ByteLine>,
    /// One a column, those of the padding included.
    pub scales: Numbers<f32>,
    /// As many, or none.
    pub bias: Numbers<f32>,
}

impl ByteMatrix {
    /// A matrix of zeros; `depth` is a multiple of 4.
    pub fn new(depth: usize, columns: usize) -> Self {
        let padded = columns.next_multiple_of(PANEL_COLUMNS);
        let lines = vec![ByteLine([ZERO_POINT; 64]); Self::line_count(depth, columns)];
        let scales = vec![0.0; padded].into();
        Self { depth, columns, lines: lines.into(), scales, bias: Numbers::default() }
    }

    /// A matrix of numbers that are packed already; none where there are more or fewer than it has.
    pub fn from_parts(depth: usize, columns: usize, parts: ByteMatrixParts) -> Option<Self> {
        let ByteMatrixParts { lines, scales, bias } = parts;
        let padded = columns.next_multiple_of(PANEL_COLUMNS);
        let is_whole = lines.len() == Self::line_count(depth, columns)
            && scales.len() == padded
            && (bias.is_empty() || bias.len() == padded);
        is_whole.then_some(Self { depth, columns, lines, scales, bias })
    }

    /// Lines of a matrix of this size.
    pub fn line_count(depth: usize, columns: usize) -> usize {
        columns.next_multiple_of(PANEL_COLUMNS) / LINE_COLUMNS * (depth / BYTE_DEPTH)
    }

    /// What [`ByteMatrix::from_parts`] takes.
    pub fn into_parts(self) -> ByteMatrixParts {
        ByteMatrixParts { lines: self.lines, scales: self.scales, bias: self.bias }
    }

    /// Columns without the padding of the last panel.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Columns including the padding of the last panel: the length of a row of results.
    pub fn padded_columns(&self) -> usize {
        self.scales.len()
    }

    /// Quantises a column: the largest weight becomes ±127.
    pub fn set_column(&mut self, column: usize, weights: &[f32]) {
        let largest = weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
        let factor = if largest > 1e-30 { 127.0 / largest } else { 0.0 };
        self.scales.to_mut()[column] = largest / 127.0;
        let depth = self.depth;
        let lines = self.lines.to_mut();
        for (index, weight) in weights.iter().enumerate() {
            let byte = (weight * factor).round_ties_even() as i16 + i16::from(ZERO_POINT);
            let (line, at) = byte_place(depth, column, index);
            lines[line].0[at] = byte as u8;
        }
    }

    /// Sets the bias that is added to each column's results.
    pub fn set_bias(&mut self, bias: &[f32]) {
        let mut bias = bias.to_vec();
        bias.resize(self.scales.len(), 0.0);
        self.bias = bias.into();
    }

    /// A column's weights before quantisation, except for the rounding.
    pub fn column(&self, column: usize, out: &mut [f32]) {
        let (lines, scale) = (&*self.lines, self.scales[column]);
        for (index, out) in out.iter_mut().enumerate() {
            let (line, at) = byte_place(self.depth, column, index);
            *out = f32::from(i16::from(lines[line].0[at]) - i16::from(ZERO_POINT)) * scale;
        }
    }

    /// The matrix as the product reads it.
    pub fn view(&self) -> QuantizedColumns<'_> {
        QuantizedColumns { depth: self.depth, lines: &self.lines, scales: &self.scales, bias: &self.bias }
    }
}

/// The position of a weight: its line and its index in the line.
pub fn byte_place(depth: usize, column: usize, index: usize) -> (usize, usize) {
    let step = column / PANEL_COLUMNS * (depth / BYTE_DEPTH) + index / BYTE_DEPTH;
    let line = step * PANEL_LINES + column % PANEL_COLUMNS / LINE_COLUMNS;
    (line, column % LINE_COLUMNS * BYTE_DEPTH + index % BYTE_DEPTH)
}

/// A matrix of bf16.
#[derive(Debug, Clone)]
pub struct WideMatrix {
    depth: usize,
    lines: Numbers<WideLine>,
}

impl WideMatrix {
    /// A matrix of zeros; `depth` is even.
    pub fn new(depth: usize, columns: usize) -> Self {
        Self { depth, lines: vec![WideLine([0; 32]); Self::line_count(depth, columns)].into() }
    }

    /// A matrix of lines that are packed already; none where there are more or fewer than it has.
    pub fn from_lines(depth: usize, columns: usize, lines: Numbers<WideLine>) -> Option<Self> {
        (lines.len() == Self::line_count(depth, columns)).then_some(Self { depth, lines })
    }

    /// Lines of a matrix of this size.
    pub fn line_count(depth: usize, columns: usize) -> usize {
        columns.next_multiple_of(PANEL_COLUMNS) / LINE_COLUMNS * (depth / WIDE_DEPTH)
    }

    /// What [`WideMatrix::from_lines`] takes.
    pub fn into_lines(self) -> Numbers<WideLine> {
        self.lines
    }

    /// Rounds a column to bf16.
    pub fn set_column(&mut self, column: usize, weights: &[f32]) {
        let depth = self.depth;
        let lines = self.lines.to_mut();
        for (index, weight) in weights.iter().enumerate() {
            let (line, at) = wide_place(depth, column, index);
            lines[line].0[at] = nearest(*weight);
        }
    }

    /// The matrix as the product reads it.
    pub fn view(&self) -> WideColumns<'_> {
        WideColumns { depth: self.depth, lines: &self.lines }
    }
}

/// The position of a bf16: its line and its index in the line.
pub fn wide_place(depth: usize, column: usize, index: usize) -> (usize, usize) {
    let step = column / PANEL_COLUMNS * (depth / WIDE_DEPTH) + index / WIDE_DEPTH;
    let line = step * PANEL_LINES + column % PANEL_COLUMNS / LINE_COLUMNS;
    (line, column % LINE_COLUMNS * WIDE_DEPTH + index % WIDE_DEPTH)
}
