//! Matrices packed in the order in which the products read them.

use super::{
    BYTE_DEPTH, ByteLine, LINE_COLUMNS, PANEL_COLUMNS, PANEL_LINES, QuantizedColumns, WIDE_DEPTH,
    WideColumns, WideLine, ZERO_POINT,
};
use crate::bf16::nearest;

/// A matrix of eight-bit weights with a scale for each column.
#[derive(Debug, Clone)]
pub struct ByteMatrix {
    depth: usize,
    columns: usize,
    lines: Vec<ByteLine>,
    scales: Vec<f32>,
    bias: Vec<f32>,
}

impl ByteMatrix {
    /// A matrix of zeros; `depth` is a multiple of 4.
    pub fn new(depth: usize, columns: usize) -> Self {
        let padded = columns.next_multiple_of(PANEL_COLUMNS);
        let lines = vec![ByteLine([ZERO_POINT; 64]); padded / LINE_COLUMNS * (depth / BYTE_DEPTH)];
        Self { depth, columns, lines, scales: vec![0.0; padded], bias: Vec::new() }
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
        self.scales[column] = largest / 127.0;
        for (index, weight) in weights.iter().enumerate() {
            let byte = (weight * factor).round_ties_even() as i16 + i16::from(ZERO_POINT);
            let (line, at) = self.place(column, index);
            self.lines[line].0[at] = byte as u8;
        }
    }

    /// Sets the bias that is added to each column's results.
    pub fn set_bias(&mut self, bias: &[f32]) {
        self.bias = bias.to_vec();
        self.bias.resize(self.scales.len(), 0.0);
    }

    /// A column's weights before quantisation, except for the rounding.
    pub fn column(&self, column: usize, out: &mut [f32]) {
        for (index, out) in out.iter_mut().enumerate() {
            let (line, at) = self.place(column, index);
            *out = f32::from(i16::from(self.lines[line].0[at]) - i16::from(ZERO_POINT)) * self.scales[column];
        }
    }

    /// The matrix as the product reads it.
    pub fn view(&self) -> QuantizedColumns<'_> {
        QuantizedColumns { depth: self.depth, lines: &self.lines, scales: &self.scales, bias: &self.bias }
    }

    fn place(&self, column: usize, index: usize) -> (usize, usize) {
        byte_place(self.depth, column, index)
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
    lines: Vec<WideLine>,
}

impl WideMatrix {
    /// A matrix of zeros; `depth` is even.
    pub fn new(depth: usize, columns: usize) -> Self {
        let padded = columns.next_multiple_of(PANEL_COLUMNS);
        Self { depth, lines: vec![WideLine([0; 32]); padded / LINE_COLUMNS * (depth / WIDE_DEPTH)] }
    }

    /// Rounds a column to bf16.
    pub fn set_column(&mut self, column: usize, weights: &[f32]) {
        for (index, weight) in weights.iter().enumerate() {
            let (line, at) = wide_place(self.depth, column, index);
            self.lines[line].0[at] = nearest(*weight);
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
