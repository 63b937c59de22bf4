//! The speaker on a line and the people who talk behind: who is told by how loud they are.
//!
//! Whoever holds the receiver is the loudest on it. The level of his speech is found as that of active speech is after
//! ITU-T P.56: the level whose sounds are on average a margin above it. The margin here is so narrow that the people
//! behind, though they may talk all the time, hardly take part.

use crate::settings::ActivitySettings;
use crate::threshold::Threshold;

/// Levels are counted in bins from here up, dB relative to full scale.
const LOWEST_DBFS: f32 = -90.0;
const BIN_DB: f32 = 0.25;
const BINS: usize = 360;
/// The speaker's loud sounds are on average so much louder than the quietest of them, dB.
const MARGIN_DB: f32 = 5.0;
/// The heights that a [`Threshold`] is learnt from begin at -10 dB, and levels at -90 dB relative to full scale.
const LEVEL_OF_HEIGHT_0_DBFS: f32 = -80.0;

/// The level from which sound is the speaker's, if other people talk behind him, dB relative to full scale.
///
/// It is so far below his loud sounds as `settings` say; but where some of them are shouted, no higher than
/// what is heard behind reaches.
pub(crate) fn lowest_level(
    level_dbfs: &[f32],
    counts: impl Fn(usize) -> bool,
    settings: &ActivitySettings,
) -> f32 {
    let levels: Vec<f32> =
        (0..level_dbfs.len()).filter(|&frame| counts(frame)).map(|frame| level_dbfs[frame]).collect();
    let heights: Vec<f32> = levels.iter().map(|level| level - LEVEL_OF_HEIGHT_0_DBFS).collect();
    let behind_dbfs =
        Threshold::of(&heights).above_median(settings.restless_level_deviations) + LEVEL_OF_HEIGHT_0_DBFS;
    behind_dbfs.min(loud_level(&levels) - settings.restless_speech_range_db)
}

/// The mean level of the loudest sounds, those that reach up from [`MARGIN_DB`] below it, dB relative to full scale.
fn loud_level(levels_dbfs: &[f32]) -> f32 {
    let mut counts = [0_u32; BINS];
    for level_dbfs in levels_dbfs {
        counts[(((level_dbfs - LOWEST_DBFS) / BIN_DB).max(0.0) as usize).min(BINS - 1)] += 1;
    }
    let (mut count, mut power) = (0.0, 0.0);
    for bin in (0..BINS).rev().filter(|&bin| counts[bin] > 0) {
        let level_dbfs = LOWEST_DBFS + BIN_DB * bin as f32;
        count += counts[bin] as f32;
        power += counts[bin] as f32 * 10_f32.powf(level_dbfs / 10.0);
        let mean_dbfs = 10.0 * (power / count).log10();
        if mean_dbfs - level_dbfs >= MARGIN_DB {
            return mean_dbfs;
        }
    }
    LOWEST_DBFS
}
