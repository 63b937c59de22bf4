use crate::loudness::LoudnessBlock;

/// Frames per second of every feature.
pub const FRAMES_PER_SECOND: usize = 100;

/// What was measured of one channel, 100 frames a second.
///
/// Frame `i` covers the samples from `i / 100` s to `(i + 1) / 100` s; the last frame may be shorter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrameFeatures {
    /// Root mean square of the frame's samples, dB relative to full scale (a full-scale square wave has 0);
    /// [`SILENT_DBFS`] for a frame without signal.
    pub level_dbfs: Vec<f32>,
    /// Highest absolute sample of the frame, 0 to 1.
    pub peak: Vec<f32>,
    /// Samples of the frame at full scale (0.999 and above).
    pub clipped: Vec<u16>,
    /// Height of the highest peak of the normalised autocorrelation between 60 and 400 Hz, 0 to 1: 1 is perfectly periodic. Measured every 20 ms, so two frames share a value.
    pub periodicity: Vec<f32>,
    /// Frequency of that peak, Hz; 0 where there is none.
    pub pitch_hz: Vec<f32>,
    /// Times of the syllable nuclei, seconds, in order (de Jong and Wempe 2009; see the `syllables` module).
    pub syllable_nuclei_s: Vec<f64>,
    /// Energy after K-weighting in blocks of 100 ms (ITU-R BS.1770), from which loudness is gated and summed.
    pub loudness_blocks: Vec<LoudnessBlock>,
    /// Samples per second of the channel.
    pub rate_hz: u32,
    /// Samples of the channel.
    pub samples: usize,
}

/// The level given to a frame without any signal, dB relative to full scale.
pub const SILENT_DBFS: f32 = -120.0;

impl FrameFeatures {
    /// Number of frames.
    pub fn len(&self) -> usize {
        self.level_dbfs.len()
    }

    /// Whether there is no frame.
    pub fn is_empty(&self) -> bool {
        self.level_dbfs.is_empty()
    }

    /// Length of the channel, seconds.
    pub fn duration_s(&self) -> f64 {
        if self.rate_hz == 0 { 0.0 } else { self.samples as f64 / f64::from(self.rate_hz) }
    }

    /// The frames whose centre lies between two times in seconds.
    pub fn range(&self, start_s: f64, end_s: f64) -> std::ops::Range<usize> {
        let frame =
            |time_s: f64| ((time_s * FRAMES_PER_SECOND as f64).round().max(0.0) as usize).min(self.len());
        let start = frame(start_s);
        start..frame(end_s).max(start)
    }
}

/// The first sample of frame `index` at `rate_hz`.
pub(crate) fn first_sample(index: usize, rate_hz: u32) -> usize {
    (index as u64 * u64::from(rate_hz) / FRAMES_PER_SECOND as u64) as usize
}

/// How many frames `samples` samples make.
pub(crate) fn frame_count(samples: usize, rate_hz: u32) -> usize {
    if rate_hz == 0 {
        0
    } else {
        (samples as u64 * FRAMES_PER_SECOND as u64).div_ceil(u64::from(rate_hz)) as usize
    }
}
