use super::spectrum::{self, Hum};
use super::sums::{power, sum};
use crate::{Codec, Recording, Samples};

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
pub(super) const FRAME_S: f64 = 0.02;
/// A click is shorter than this many frames, a word is longer.
const LOUD_FRAMES: usize = 10;
const ACTIVE_RANGE_DB: f64 = 25.0;
/// Samples that are converted at once.
const BLOCK_FRAMES: usize = 256;

pub(super) fn measure(channel: &Samples, recording: &Recording) -> ChannelFacts {
    let frame = (f64::from(recording.rate_hz) * FRAME_S).round().max(1.0) as usize;
    let dc_offset = mean(channel);
    let full_scale = full_scale(recording.codec);
    let mut powers = Vec::with_capacity(channel.len() / frame + 1);
    let mut clipped = 0;
    each_block(channel, frame * BLOCK_FRAMES, |block| {
        clipped += block.iter().filter(|sample| sample.abs() >= full_scale).count();
        powers.extend(block.chunks(frame).map(|frame| power(frame, dc_offset)));
    });
    powers.sort_by(|left, right| right.total_cmp(left));
    let loudest = powers.get(LOUD_FRAMES - 1).or(powers.last()).copied().unwrap_or(0.0);
    ChannelFacts {
        dc_offset,
        clipping_ratio: clipped as f64 / channel.len().max(1) as f64,
        loudest_dbfs: level_dbfs(loudest),
        active_dbfs: active_level(&powers, loudest),
        hum: spectrum::hum(channel, recording.rate_hz),
        median_pitch_hz: spectrum::median_pitch_hz(channel, recording.rate_hz),
    }
}

fn mean(channel: &Samples) -> f64 {
    let mut total = 0.0;
    each_block(channel, 1 << 13, |block| total += sum(block));
    total / channel.len().max(1) as f64
}

/// Hands the samples over block by block, so that a long recording is never copied as a whole.
fn each_block(channel: &Samples, block_samples: usize, mut visit: impl FnMut(&[f32])) {
    let mut block = Vec::with_capacity(block_samples);
    for start in (0..channel.len()).step_by(block_samples) {
        channel.copy_to_f32(start..start + block_samples, &mut block);
        visit(&block);
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
