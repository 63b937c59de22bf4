//! The network from features to embeddings.

use crate::dense::{FIRST_STRIDE, OUTPUT, Trunk, TrunkRoom};
use crate::head::{BANDS_LEFT, CHANNELS, Head, HeadRoom};
use crate::matrix::Matrix;
use crate::weights::Weights;
use crate::{EMBEDDING_SIZE, Embedding, FEATURES_PER_SECOND, Features, VoiceError};
use etalon_simd::convolution::LANES;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::OnceLock;

/// Frames of the network's output per second.
pub const FRAMES_PER_SECOND: usize = FEATURES_PER_SECOND / FIRST_STRIDE;

pub(crate) static BYTES: &[u8] = include_bytes!("../../../models/campplus-int8.bin");

/// A speaker network.
#[derive(Debug)]
pub struct VoiceNetwork {
    head: Head,
    trunk: Trunk,
    last: Matrix,
    last_shift: Vec<f32>,
}

/// Buffers of the forward pass, one set for each thread.
#[derive(Default)]
struct Room {
    head: HeadRoom,
    trunk: TrunkRoom,
}

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
}

impl VoiceNetwork {
    /// The embedded network; it is unpacked once.
    ///
    /// # Errors
    ///
    /// [`VoiceError::Damaged`], which a test excludes for the embedded network.
    pub fn embedded() -> Result<&'static Self, VoiceError> {
        static NETWORK: OnceLock<Result<VoiceNetwork, VoiceError>> = OnceLock::new();
        NETWORK.get_or_init(|| Self::parse(BYTES)).as_ref().map_err(|&error| error)
    }

    /// Parses a network file.
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

    /// Runs the network over a stretch of speech, given its features without their mean.
    pub fn listen(&self, features: &Features) -> VoiceFrames {
        if features.is_empty() {
            return VoiceFrames::default();
        }
        ROOM.with_borrow_mut(|room| {
            let image = self.head.apply(features, &mut room.head);
            let strips = self.trunk.apply(image, features.len(), &mut room.trunk);
            VoiceFrames::new(&strips, features.len().div_ceil(FIRST_STRIDE))
        })
    }

    /// The embedding of each range of frames; none for fewer than two frames or without signal.
    pub fn embeddings(&self, frames: &VoiceFrames, ranges: &[Range<usize>]) -> Vec<Option<Embedding>> {
        ranges.iter().map(|range| self.embedding(frames, range)).collect()
    }

    fn embedding(&self, frames: &VoiceFrames, range: &Range<usize>) -> Option<Embedding> {
        let mut vector = self.last.times(&frames.pooled(range)?);
        for (value, shift) in vector.iter_mut().zip(&self.last_shift) {
            *value += shift;
        }
        Embedding::of(vector)
    }
}

/// The network's output for a stretch of speech, 50 frames a second.
#[derive(Default)]
pub struct VoiceFrames {
    length: usize,
    /// For each frame, and for the end, the sums of each channel and of its squares over all
    /// previous frames.
    sums: Vec<[f64; 2]>,
}

impl VoiceFrames {
    /// `strips` hold 32 frames each, one channel after the other.
    fn new(strips: &[f32], length: usize) -> Self {
        let mut sums = vec![[0.0; 2]; OUTPUT * (length + 1)];
        for frame in 0..length {
            let values = strips[frame / LANES * LANES * OUTPUT + frame % LANES..].iter().step_by(LANES);
            let (before, after) = sums.split_at_mut((frame + 1) * OUTPUT);
            let before = &before[frame * OUTPUT..];
            for ((after, before), value) in after.iter_mut().zip(before).zip(values) {
                let value = f64::from(*value);
                *after = [before[0] + value, before[1] + value * value];
            }
        }
        Self { length, sums }
    }

    /// Number of frames.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there is no frame.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The mean and standard deviation of each channel in a range; none for fewer than two frames.
    fn pooled(&self, range: &Range<usize>) -> Option<Vec<f32>> {
        let end = range.end.min(self.length);
        let count = end.checked_sub(range.start).filter(|&count| count >= 2)? as f64;
        let before = |frame: usize| &self.sums[frame * OUTPUT..(frame + 1) * OUTPUT];
        let mut pooled = vec![0.0; 2 * OUTPUT];
        let (means, spreads) = pooled.split_at_mut(OUTPUT);
        let sums = before(range.start).iter().zip(before(end));
        for ((start, end), (mean, spread)) in sums.zip(means.iter_mut().zip(spreads)) {
            let (sum, squares) = (end[0] - start[0], end[1] - start[1]);
            *mean = (sum / count) as f32;
            *spread = ((squares - sum * sum / count).max(0.0) / (count - 1.0)).sqrt() as f32;
        }
        Some(pooled)
    }
}
