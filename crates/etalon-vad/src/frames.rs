/// Frames per second of every feature.
pub const FRAMES_PER_SECOND: usize = 100;

/// Fewer frames do not show whether noise is non-stationary: they may hold nothing but speech.
pub(crate) const LEAST_TO_LEARN_FROM: usize = 20 * FRAMES_PER_SECOND;

/// What was measured of the frames of one channel, 100 a second.
///
/// Frame `i` covers the samples from `i / 100` s to `(i + 1) / 100` s; the last frame may be
/// shorter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FrameFeatures {
    /// Root mean square of the frame's samples, dB relative to full scale (a full-scale square wave
    /// has 0); [`SILENT_DBFS`] for a frame without signal.
    pub level_dbfs: Vec<f32>,
    /// Highest absolute sample of the frame, 0 to 1.
    pub peak: Vec<f32>,
    /// Samples of the frame at full scale (0.999 and above).
    pub clipped: Vec<u16>,
    /// Height of the highest peak of the normalised autocorrelation between 60 and 400 Hz, 0 to 1:
    /// 1 is perfectly periodic. Measured every 20 ms, so two frames share a value.
    pub periodicity: Vec<f32>,
    /// Frequency of that peak, Hz; 0 where there is none.
    pub pitch_hz: Vec<f32>,
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

    /// Forgets the first frames.
    pub(crate) fn forget(&mut self, frames: usize) {
        for feature in [&mut self.level_dbfs, &mut self.peak, &mut self.periodicity, &mut self.pitch_hz] {
            feature.drain(..frames);
        }
        self.clipped.drain(..frames);
    }
}

/// The frames whose centre lies between two times in seconds.
pub fn frames_between(start_s: f64, end_s: f64) -> std::ops::Range<usize> {
    let frame = |time_s: f64| (time_s * FRAMES_PER_SECOND as f64).round().max(0.0) as usize;
    let start = frame(start_s);
    start..frame(end_s).max(start)
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
