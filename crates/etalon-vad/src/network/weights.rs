//! The weights of the network, in the order in which it applies them; `scripts/models/activity.py`
//! describes the file.

use half::f16;

/// Columns of a [`Layer`](super::weights::Layer) that lie beside each other.
pub(crate) const PANEL: usize = 32;

/// The same for the matrix that the state is multiplied by, of which there is only one row at a
/// time.
pub(crate) const STATE_PANEL: usize = 128;

/// Numbers in the state of the recurrent layer.
pub(crate) const STATE: usize = 128;

/// Silero's speech detector, version 6.2, the weights for 16 kHz (MIT licence; `models/README.md`).
static BYTES: &[u8] = include_bytes!("../../../../models/silero-f16.bin");
/// The first bytes of the file.
const MAGIC: usize = 8;
/// Bins of the spectrum that the network was made for: 0 to 8 kHz in steps of 62.5 Hz.
pub(crate) const BINS: usize = 129;
/// Frames that a convolution looks at.
const TAPS: usize = 3;

/// A matrix whose products are sums over its rows, in panels of so many columns that lie beside
/// each other.
pub(crate) struct Layer {
    /// Panel by panel, in each row by row.
    pub(crate) panels: Vec<f32>,
    /// What the sums begin with, one number a column.
    pub(crate) bias: Vec<f32>,
    /// Numbers that go into a sum.
    pub(crate) rows: usize,
}

impl Layer {
    fn new(rows: &[&[f32]], bias: Vec<f32>, panel: usize) -> Self {
        let panels = (0..bias.len()).step_by(panel);
        let panels = panels.flat_map(|start| rows.iter().flat_map(move |row| &row[start..start + panel]));
        Self { panels: panels.copied().collect(), rows: rows.len(), bias }
    }

    /// Columns.
    pub(crate) fn columns(&self) -> usize {
        self.bias.len()
    }
}

/// All weights of the network for a spectrum of so many bins.
pub(crate) struct Weights {
    /// The convolutions over frames of spectrum and of what came out of the one before. Of the last
    /// two only those taps are there that never meet anything but the zeros around a window.
    pub(crate) convolutions: [Layer; 4],
    /// What the recurrent layer makes of its input, its biases included.
    pub(crate) input: Layer,
    /// What it makes of its state.
    pub(crate) state: Layer,
    pub(crate) last: [f32; STATE],
    pub(crate) last_bias: f32,
}

impl Weights {
    /// The weights that travel with the program, for the lowest `bins` of [`BINS`].
    pub(crate) fn embedded(bins: usize) -> Self {
        let mut file = File(&BYTES[MAGIC..]);
        let convolutions = [
            file.convolution(BINS, bins, 128, 0..3),
            file.convolution(128, 128, 64, 0..3),
            file.convolution(64, 64, 64, 1..3),
            file.convolution(64, 64, 128, 1..2),
        ];
        let input = file.halves(STATE * 4 * STATE);
        let state = file.halves(STATE * 4 * STATE);
        let gates = file.singles(4 * STATE);
        let recurrent = |weights: &[f32], bias, panel| {
            Layer::new(&weights.chunks_exact(4 * STATE).collect::<Vec<_>>(), bias, panel)
        };
        let last = file.singles(STATE);
        Self {
            convolutions,
            input: recurrent(&input, gates, PANEL),
            state: recurrent(&state, vec![0.0; 4 * STATE], STATE_PANEL),
            last: std::array::from_fn(|index| last[index]),
            last_bias: file.singles(1)[0],
        }
    }
}

/// What is left of the file. It is part of the program and as long as it must be, which a test
/// proves.
struct File<'a>(&'a [u8]);

impl File<'_> {
    /// A convolution: of its inputs the first `kept` are, and of its taps those in a range.
    fn convolution(
        &mut self,
        inputs: usize,
        kept: usize,
        outputs: usize,
        taps: std::ops::Range<usize>,
    ) -> Layer {
        let weights = self.halves(TAPS * inputs * outputs);
        let bias = self.singles(outputs);
        let by_tap = weights.chunks_exact(inputs * outputs);
        let taps = by_tap.skip(taps.start).take(taps.len());
        let rows: Vec<&[f32]> = taps.flat_map(|tap| tap.chunks_exact(outputs).take(kept)).collect();
        Layer::new(&rows, bias, PANEL)
    }

    fn halves(&mut self, count: usize) -> Vec<f32> {
        let (taken, rest) = self.0.split_at(2 * count);
        self.0 = rest;
        taken.chunks_exact(2).map(|bytes| f16::from_le_bytes([bytes[0], bytes[1]]).to_f32()).collect()
    }

    fn singles(&mut self, count: usize) -> Vec<f32> {
        let (taken, rest) = self.0.split_at(4 * count);
        self.0 = rest;
        taken
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect()
    }
}

/// The weights inside the program.
pub(crate) fn embedded() -> &'static [u8] {
    BYTES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_as_long_as_its_layers() {
        let convolutions = [(BINS, 128), (128, 64), (64, 64), (64, 128)];
        let convolutions: usize =
            convolutions.iter().map(|(inputs, outputs)| 2 * TAPS * inputs * outputs + 4 * outputs).sum();
        let recurrent = 2 * 2 * STATE * 4 * STATE + 4 * 4 * STATE;
        assert_eq!(BYTES.len(), MAGIC + convolutions + recurrent + 4 * (STATE + 1));
        assert!(BYTES.starts_with(b"ETALACT1"));
    }
}
