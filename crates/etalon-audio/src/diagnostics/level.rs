use super::spectrum::Hum;
use super::sums::{SILENCE_DBFS, level_dbfs, power, sum};
use crate::Codec;

/// Measures of one channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelFacts {
    /// Mean of all samples, share of full scale.
    pub dc_offset: f64,
    /// Share of samples at the codec's full scale, 0 to 1.
    pub clipping_ratio: f64,
    /// Level of the loudest 0.2 s (the tenth loudest frame of 20 ms, each around its own mean),
    /// dBFS; -120 for digital silence.
    pub loudest_dbfs: f64,
    /// Mean level of the frames that are within 25 dB of the loudest (to 0.1 dB), dBFS; none for
    /// digital silence.
    pub active_dbfs: Option<f64>,
    /// Hum of the mains; none when the channel has no whole second that is not digital silence.
    pub hum: Option<Hum>,
    /// Median pitch of the loud frames, hertz; none where too few of them are voiced.
    pub median_pitch_hz: Option<f64>,
}

const FRAME_S: f64 = 0.02;
/// Frames of a second.
pub(super) const FRAMES_PER_SECOND: usize = 50;
/// A click is shorter than this many frames, a word is longer.
const LOUD_FRAMES: usize = 10;
const ACTIVE_RANGE_DB: f64 = 25.0;

/// Samples of a frame of 20 ms.
pub(super) fn frame_samples(rate_hz: u32) -> usize {
    (f64::from(rate_hz) * FRAME_S).round().max(1.0) as usize
}

/// Collects the levels of one channel.
#[derive(Debug, Clone)]
pub(super) struct LevelMeter {
    frame: usize,
    full_scale: f32,
    samples: usize,
    clipped: usize,
    total: f64,
    /// The highest powers of frames, the highest first.
    loudest: Vec<f64>,
    powers: Powers,
}

/// The powers of frames, added up in bins, so that memory does not grow with the recording. A frame
/// counts with its whole power; only on which side of a limit it lies is known to a bin's width.
#[derive(Debug, Clone)]
struct Powers {
    bins: Vec<Bin>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Bin {
    frames: u64,
    power: f64,
}

const BINS_PER_DB: f64 = 10.0;
/// From digital silence to a little above full scale.
const BINS: usize = 1_240;

impl Powers {
    fn new() -> Self {
        Self { bins: vec![Bin::default(); BINS] }
    }

    /// Adds a frame; one of digital silence does not count.
    fn add(&mut self, power: f64) {
        if power > 0.0 {
            let bin = &mut self.bins[bin(power)];
            bin.frames += 1;
            bin.power += power;
        }
    }

    /// The mean of the powers that lie in the bin of `least` or above it; none where there are
    /// none.
    fn mean_above(&self, least: f64) -> Option<f64> {
        let above = &self.bins[bin(least)..];
        let frames: u64 = above.iter().map(|bin| bin.frames).sum();
        let power: f64 = above.iter().map(|bin| bin.power).sum();
        (frames > 0).then(|| power / frames as f64)
    }
}

fn bin(power: f64) -> usize {
    (((level_dbfs(power) - SILENCE_DBFS) * BINS_PER_DB) as usize).min(BINS - 1)
}

/// The levels of one channel; see [`ChannelFacts`].
pub(super) struct Levels {
    pub(super) dc_offset: f64,
    pub(super) clipping_ratio: f64,
    pub(super) loudest_dbfs: f64,
    pub(super) active_dbfs: Option<f64>,
}

impl LevelMeter {
    pub(super) fn new(frame: usize, codec: Codec) -> Self {
        let full_scale = full_scale(codec);
        let loudest = Vec::with_capacity(LOUD_FRAMES + 1);
        Self { frame, full_scale, samples: 0, clipped: 0, total: 0.0, loudest, powers: Powers::new() }
    }

    /// Takes whole frames; only at the end of the channel the last one may be shorter.
    pub(super) fn push(&mut self, samples: &[f32]) {
        self.samples += samples.len();
        self.clipped += samples.iter().filter(|sample| sample.abs() >= self.full_scale).count();
        for frame in samples.chunks(self.frame) {
            let total = sum(frame);
            self.total += total;
            let power = power(frame, total / frame.len() as f64);
            self.powers.add(power);
            if self.loudest.len() < LOUD_FRAMES || self.loudest.last().is_some_and(|last| *last < power) {
                self.loudest.insert(self.loudest.partition_point(|louder| *louder >= power), power);
                self.loudest.truncate(LOUD_FRAMES);
            }
        }
    }

    pub(super) fn levels(&self) -> Levels {
        let loudest = self.loudest.last().copied().unwrap_or(0.0);
        let least = loudest * 10_f64.powf(-ACTIVE_RANGE_DB / 10.0);
        Levels {
            dc_offset: self.total / self.samples.max(1) as f64,
            clipping_ratio: self.clipped as f64 / self.samples.max(1) as f64,
            loudest_dbfs: level_dbfs(loudest),
            active_dbfs: self.powers.mean_above(least).map(level_dbfs),
        }
    }
}

/// The largest value that a codec can carry, a little below so that rounding does not hide it.
fn full_scale(codec: Codec) -> f32 {
    match codec {
        Codec::Mulaw => 32_124.0 / 32_768.0,
        Codec::Alaw => 32_256.0 / 32_768.0,
        Codec::Pcm8 => 127.0 / 128.0,
        _ => 32_700.0 / 32_768.0,
    }
}
