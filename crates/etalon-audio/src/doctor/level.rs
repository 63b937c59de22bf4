use super::spectrum::Hum;
use super::sums::{power, sum};
use crate::Codec;

/// Measures of one channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelFacts {
    /// Mean of all samples, share of full scale.
    pub dc_offset: f64,
    /// Share of samples at the codec's full scale, 0 to 1.
    pub clipping_ratio: f64,
    /// Level of the loudest 0.2 s (the tenth loudest frame of 20 ms), dBFS; -120 for digital silence.
    pub loudest_dbfs: f64,
    /// Mean level of the frames that are within 25 dB of the loudest, dBFS; none for digital silence.
    pub active_dbfs: Option<f64>,
    /// Hum of the mains; none when the channel has no whole second that is not digital silence.
    pub hum: Option<Hum>,
    /// Median pitch of the loud frames, hertz; none where too few of them are voiced.
    pub median_pitch_hz: Option<f64>,
}

/// The level that stands for digital silence, dBFS: below the smallest step of 16 bits.
const SILENCE_DBFS: f64 = -120.0;
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
    frames: Vec<Frame>,
}

/// The mean of a frame and the mean square around it: the offset from which power is measured is known only at the end.
#[derive(Debug, Clone, Copy)]
struct Frame {
    mean: f32,
    power: f32,
}

impl Frame {
    fn power_around(self, centre: f64) -> f64 {
        let distance = f64::from(self.mean) - centre;
        f64::from(self.power) + distance * distance
    }
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
        Self { frame, full_scale, samples: 0, clipped: 0, total: 0.0, frames: Vec::new() }
    }

    /// Takes whole frames; only at the end of the channel the last one may be shorter.
    pub(super) fn push(&mut self, samples: &[f32]) {
        self.samples += samples.len();
        self.clipped += samples.iter().filter(|sample| sample.abs() >= self.full_scale).count();
        for frame in samples.chunks(self.frame) {
            let total = sum(frame);
            let mean = (total / frame.len() as f64) as f32;
            self.total += total;
            self.frames.push(Frame { mean, power: power(frame, f64::from(mean)) as f32 });
        }
    }

    pub(super) fn levels(&self) -> Levels {
        let dc_offset = self.total / self.samples.max(1) as f64;
        let mut powers: Vec<f64> = self.frames.iter().map(|frame| frame.power_around(dc_offset)).collect();
        powers.sort_unstable_by(|left, right| right.total_cmp(left));
        let loudest = powers.get(LOUD_FRAMES - 1).or(powers.last()).copied().unwrap_or(0.0);
        Levels {
            dc_offset,
            clipping_ratio: self.clipped as f64 / self.samples.max(1) as f64,
            loudest_dbfs: level_dbfs(loudest),
            active_dbfs: active_level(&powers, loudest),
        }
    }
}

fn active_level(powers: &[f64], loudest: f64) -> Option<f64> {
    let least = loudest * 10_f64.powf(-ACTIVE_RANGE_DB / 10.0);
    let active: Vec<f64> = powers.iter().copied().filter(|power| *power > 0.0 && *power >= least).collect();
    let mean = active.iter().sum::<f64>() / active.len() as f64;
    (!active.is_empty()).then(|| level_dbfs(mean))
}

pub(super) fn level_dbfs(power: f64) -> f64 {
    if power > 0.0 { (10.0 * power.log10()).max(SILENCE_DBFS) } else { SILENCE_DBFS }
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
