//! Noise that a gateway makes where nobody speaks.
//!
//! Discontinuous transmission sends nothing in the pauses, and the other end fills them with noise
//! of its own (ITU-T G.711 appendix II, RFC 3389). It comes and goes as no noise of a room does: at
//! once, and at one level. So it stands out of the quietest sound of the line and is none of its
//! floor. What it is like is learnt where it sounds alone. Then it is found between words too.

use crate::evidence::Collected;
use crate::frames::FRAMES_PER_SECOND;
use crate::noise::{BINS, percentile};
use crate::spectrum::{BANDS, BandLevels};
use crate::stretches::{hysteresis, smoothed};
use std::ops::Range;

/// Frames that comfort noise keeps its level for, where it is learnt from.
const LEARNT_FROM: usize = 15;
/// To within so much, of the mean of its bands, dB.
const LEARNT_RANGE_DB: f32 = 4.0;
/// It stands out of the floor by so much, dB: what stands out less is found by its level alone.
const LEAST_HEIGHT_DB: f32 = 4.0;
/// Fewer frames of it do not tell what it is like.
const LEAST_LEARNT: usize = FRAMES_PER_SECOND;
/// It goes on for so many frames on average: other noise keeps its level by chance only.
const LEAST_MEAN_LENGTH: usize = 25;
/// And it is this share of what stands out of the floor without a voice.
const LEAST_SHARE: f64 = 0.4;
/// While it is off the line is so much quieter, dB: noise that never stops is that of a room.
const LEAST_ABOVE_QUIET_DB: f32 = 6.0;
/// A frame is no more than this above the mean of its bands, dB …
const MOST_ABOVE_DB: f32 = 2.0;
/// … and its bands are on average no further than this from those that were learnt, dB. A band of
/// noise varies by some 2 dB over five frames; a fricative differs by more than 6 dB.
const MOST_DIFFERENT_DB: f32 = 3.5;
/// A shorter stretch is none.
const SHORTEST: usize = 4;

/// The comfort noise of a channel.
#[derive(Debug, Default)]
pub(crate) struct ComfortNoise {
    /// Where it is heard, voices and rests between them included.
    pub(crate) stretches: Vec<Range<usize>>,
}

impl ComfortNoise {
    /// Learnt from frames that `may_be_noise` and stand out of the floor; a frame that
    /// `is_voiced` is none.
    pub(crate) fn of(
        collected: &Collected<'_>,
        above_noise_db: &[f32],
        may_be_noise: impl Fn(usize) -> bool,
        is_voiced: impl Fn(usize) -> bool,
    ) -> Self {
        let mean_db =
            smoothed(&(0..collected.frames()).map(|frame| collected.mean_band(frame)).collect::<Vec<_>>());
        let stands_out = |frame: usize| above_noise_db[frame] >= LEAST_HEIGHT_DB;
        let learnt_from =
            steady(&mean_db, |frame| may_be_noise(frame) && stands_out(frame) && !is_voiced(frame));
        let count: usize = learnt_from.iter().map(Range::len).sum();
        let heard = (0..mean_db.len()).filter(|&frame| may_be_noise(frame) && stands_out(frame)).count();
        if count < LEAST_LEARNT
            || count < LEAST_MEAN_LENGTH * learnt_from.len()
            || (count as f64) < LEAST_SHARE * heard as f64
        {
            return Self::default();
        }
        let profile = median_bands(collected, &learnt_from, count);
        let level_db = profile.iter().sum::<f32>() / BANDS as f32;
        if level_db - quiet_level(&mean_db) < LEAST_ABOVE_QUIET_DB {
            return Self::default();
        }
        let differences: Vec<f32> =
            (0..collected.frames()).map(|frame| collected.difference(frame, &profile)).collect();
        let differences = smoothed(&differences);
        let is_noise = |frame: usize| {
            stands_out(frame)
                && (mean_db[frame] - level_db) <= MOST_ABOVE_DB
                && differences[frame] <= MOST_DIFFERENT_DB
        };
        let mut stretches = hysteresis(mean_db.len(), is_noise, is_noise);
        stretches.retain(|stretch| stretch.len() >= SHORTEST);
        Self { stretches }
    }
}

/// The level that a tenth of the frames lie below, dB relative to full scale.
fn quiet_level(level_db: &[f32]) -> f32 {
    let mut levels = level_db.to_vec();
    let tenth = levels.len() / 10;
    if tenth >= levels.len() {
        return crate::SILENT_DBFS;
    }
    *levels.select_nth_unstable_by(tenth, f32::total_cmp).1
}

/// The stretches of frames that `counts` in which a level keeps within [`LEARNT_RANGE_DB`].
fn steady(level_db: &[f32], counts: impl Fn(usize) -> bool) -> Vec<Range<usize>> {
    let mut is_steady = vec![false; level_db.len()];
    let mut counted = 0;
    for end in 0..level_db.len() {
        counted = if counts(end) { counted + 1 } else { 0 };
        if counted < LEARNT_FROM {
            continue;
        }
        let around = &level_db[end + 1 - LEARNT_FROM..=end];
        let low = around.iter().copied().fold(f32::INFINITY, f32::min);
        let high = around.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        if high - low <= LEARNT_RANGE_DB {
            is_steady[end + 1 - LEARNT_FROM..=end].fill(true);
        }
    }
    hysteresis(is_steady.len(), |frame| is_steady[frame], |frame| is_steady[frame])
}

/// The median level of each band in some stretches of `count` frames, dB relative to full scale.
fn median_bands(collected: &Collected<'_>, stretches: &[Range<usize>], count: usize) -> BandLevels {
    let mut levels = vec![[0_u32; BINS]; BANDS];
    for frame in stretches.iter().cloned().flatten() {
        for (counts, &step) in levels.iter_mut().zip(collected.bands(frame)) {
            counts[usize::from(step)] += 1;
        }
    }
    let half = u32::try_from(count / 2).unwrap_or(u32::MAX);
    std::array::from_fn(|band| percentile(&levels[band], half))
}
