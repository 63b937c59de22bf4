//! The network from features to embeddings.

use crate::dense::{OUTPUT, Trunk, TrunkRoom};
use crate::head::{BANDS_LEFT, CHANNELS, Head, HeadRoom};
use crate::matrix::Matrix;
use crate::tile::LANES;
use crate::weights::Weights;
use crate::{EMBEDDING_SIZE, Embedding, Features, VoiceError};
use std::cell::RefCell;
use std::ops::Range;
use std::sync::OnceLock;

/// Frames of the network's output per second.
pub const FRAMES_PER_SECOND: usize = 50;

static BYTES: &[u8] = include_bytes!("../../../models/campplus-int8.bin");

/// A speaker network.
#[derive(Debug)]
pub struct VoiceNetwork {
    head: Head,
    trunk: Trunk,
    last: Matrix,
    last_shift: Vec<f32>,
}

/// Memory of the forward pass, kept by each thread.
#[derive(Default)]
struct Room {
    head: HeadRoom,
    trunk: TrunkRoom,
    panel: Vec<f32>,
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

impl VoiceNetwork {
    /// The network that travels inside the program; it is unpacked once.
    ///
    /// # Errors
    ///
    /// [`VoiceError::Damaged`], which a test rules out for the network that comes with the source.
    pub fn embedded() -> Result<&'static Self, VoiceError> {
        static NETWORK: OnceLock<Result<VoiceNetwork, VoiceError>> = OnceLock::new();
        NETWORK.get_or_init(|| Self::parse(BYTES)).as_ref().map_err(|&error| error)
    }

    /// A network from the bytes of its file.
    ///
    /// # Errors
    ///
    /// [`VoiceError::Damaged`] when the bytes are not exactly such a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, VoiceError> {
        let mut weights = Weights::new(bytes)?;
        let network = Self {
            head: Head::read(&mut weights)?,
            trunk: Trunk::read(&mut weights, CHANNELS * BANDS_LEFT)?,
            last: weights.matrix(EMBEDDING_SIZE, 2 * OUTPUT)?,
            last_shift: weights.vector(EMBEDDING_SIZE)?,
        };
        weights.finish()?;
        Ok(network)
    }

    /// Listens to a stretch of speech: its features, of which the mean has been taken off.
    pub fn listen(&self, features: &Features) -> VoiceFrames {
        if features.is_empty() {
            return VoiceFrames::default();
        }
        ROOM.with_borrow_mut(|room| {
            let image = self.head.apply(features, &mut room.head, &mut room.panel);
            let row = |input: usize| image.row(input / BANDS_LEFT, input % BANDS_LEFT);
            let values = self.trunk.apply(features.len(), row, &mut room.trunk, &mut room.panel);
            VoiceFrames { length: values.len() / OUTPUT, values }
        })
    }

    /// The voice in each of several ranges of frames; none of a range with fewer than two frames or without any signal.
    pub fn embeddings(&self, frames: &VoiceFrames, ranges: &[Range<usize>]) -> Vec<Option<Embedding>> {
        let pooled: Vec<Vec<f32>> = ranges.iter().map(|range| frames.pooled(range)).collect();
        let mut vectors = vec![vec![0.0; EMBEDDING_SIZE]; ranges.len()];
        let gather = |first: usize, panel: &mut [f32]| {
            for (row, target) in panel.chunks_exact_mut(LANES).enumerate() {
                for (target, pooled) in target.iter_mut().zip(&pooled[first..]) {
                    *target = pooled[row];
                }
            }
        };
        ROOM.with_borrow_mut(|room| {
            self.last.multiply(ranges.len(), &mut room.panel, gather, |row, first, values| {
                for (vector, value) in vectors[first..].iter_mut().zip(values) {
                    vector[row] = value + self.last_shift[row];
                }
            });
        });
        vectors
            .into_iter()
            .zip(ranges)
            .map(|(vector, range)| frames.has_two(range).then(|| Embedding::of(vector)).flatten())
            .collect()
    }
}

/// What the network heard in a stretch of speech, 50 times a second.
#[derive(Default)]
pub struct VoiceFrames {
    length: usize,
    values: Vec<f32>,
}

impl VoiceFrames {
    /// Number of frames.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no frame.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether a range holds the two frames that a spread needs.
    fn has_two(&self, range: &Range<usize>) -> bool {
        range.end.min(self.length).saturating_sub(range.start) >= 2
    }

    /// The mean and the spread of each channel in a range; zeros where there is no spread.
    fn pooled(&self, range: &Range<usize>) -> Vec<f32> {
        let mut pooled = vec![0.0; 2 * OUTPUT];
        if !self.has_two(range) {
            return pooled;
        }
        let range = range.start..range.end.min(self.length);
        let count = range.len() as f32;
        for channel in 0..OUTPUT {
            let values = &self.values[channel * self.length..][range.clone()];
            let mean = values.iter().sum::<f32>() / count;
            let square_sum = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f32>();
            pooled[channel] = mean;
            pooled[OUTPUT + channel] = (square_sum / (count - 1.0)).sqrt();
        }
        pooled
    }
}
