//! Where a model's weights come from, and how those of a model file are packed.

use crate::WhisperError;
use crate::file::ModelFile;
use etalon_simd::Numbers;
use etalon_simd::matrix::{ByteMatrix, WideMatrix};

/// Input frames of a convolution.
pub(crate) const TAPS: usize = 3;

/// Gives the packed weights of a model. A model asks for all of them, always in the same order.
pub(crate) trait WeightSource {
    /// The numbers of a tensor.
    fn numbers(&mut self, tensor: &str, count: usize) -> Result<Numbers<f32>, WhisperError>;

    /// Several matrices of `columns` columns, side by side; `biases` names those with a bias.
    fn matrix(
        &mut self,
        names: &[&str],
        biases: &[&str],
        depth: usize,
        columns: usize,
    ) -> Result<ByteMatrix, WhisperError>;

    /// A convolution over [`TAPS`] frames; the multiplied rows have them one after the other.
    fn convolution(&mut self, name: &str, inputs: usize, outputs: usize) -> Result<WideMatrix, WhisperError>;
}

/// Packs what is asked for: matrices quantised to eight bits, convolutions as bf16.
impl WeightSource for &ModelFile<'_> {
    fn numbers(&mut self, tensor: &str, count: usize) -> Result<Numbers<f32>, WhisperError> {
        self.weights(tensor, count).map(Numbers::from)
    }

    fn matrix(
        &mut self,
        names: &[&str],
        biases: &[&str],
        depth: usize,
        columns: usize,
    ) -> Result<ByteMatrix, WhisperError> {
        let mut packed = ByteMatrix::new(depth, columns * names.len());
        let mut bias = vec![0.0; columns * names.len()];
        for (index, name) in names.iter().enumerate() {
            let weights = self.weights(&format!("{name}.weight"), depth * columns)?;
            for (column, weights) in weights.chunks_exact(depth).enumerate() {
                packed.set_column(index * columns + column, weights);
            }
            if biases.contains(name) {
                let values = self.weights(&format!("{name}.bias"), columns)?;
                bias[index * columns..(index + 1) * columns].copy_from_slice(&values);
            }
        }
        if !biases.is_empty() {
            packed.set_bias(&bias);
        }
        Ok(packed)
    }

    /// The file has a weight's frames side by side.
    fn convolution(&mut self, name: &str, inputs: usize, outputs: usize) -> Result<WideMatrix, WhisperError> {
        let stored = self.weights(&format!("{name}.weight"), TAPS * inputs * outputs)?;
        let mut weights = WideMatrix::new(TAPS * inputs, outputs);
        let mut column = vec![0.0; TAPS * inputs];
        for (output, stored) in stored.chunks_exact(TAPS * inputs).enumerate() {
            for (input, taps) in stored.chunks_exact(TAPS).enumerate() {
                for (tap, weight) in taps.iter().enumerate() {
                    column[tap * inputs + input] = *weight;
                }
            }
            weights.set_column(output, &column);
        }
        Ok(weights)
    }
}
