//! The speaker on a line and the babble him.
//!
//! Whoever holds the receiver is the loudest on it: the others are told by their level. That there
//! is babble at all is told by the sound between the speaker's words, which rises and falls like
//! speech and never ends.

use crate::frames::LEAST_TO_LEARN_FROM;
use crate::settings::ActivitySettings;
use crate::stretches::smoothed;
use crate::threshold::Threshold;

/// Levels are counted in bins from here up, dB relative to full scale.
const LOWEST_DBFS: f32 = -90.0;
const BIN_DB: f32 = 0.25;
const BINS: usize = 360;
/// The speaker's loud sounds are on average this much louder than the quietest of them, dB.
const LOUD_MARGIN_DB: f32 = 5.0;
/// Share of the frames that are the quietest.
const QUIET_SHARE: f64 = 0.05;
/// From surely nobody to surely somebody behind the noise rises by so much above its floor, dB …
const ABOVE_NOISE_RANGE_DB: f32 = 3.0;
/// … and the quietest sounds come so much closer to the loud ones, dB.
const QUIET_RANGE_DB: f32 = 4.0;
/// A [`Threshold`] counts heights from -10 dB up, which stands for [`LOWEST_DBFS`] here.
const HEIGHT_0_DBFS: f32 = LOWEST_DBFS + 10.0;

/// What is asked of the speaker because of the people behind.
pub(crate) struct Foreground {
    /// How surely there is babble, 0 to 1.
    certainty: f32,
    /// The level of the sound around each frame, dB relative to full scale; empty if nobody talks
    /// behind.
    level_dbfs: Vec<f32>,
    /// What is quieter around a frame is not the speaker's, dB relative to full scale.
    quietest_dbfs: f32,
    /// The speaker begins with this level, dB relative to full scale.
    onset_dbfs: f32,
    /// How much of both ends of a region is hidden, seconds.
    pub(crate) hidden_edge_s: f64,
    /// A shorter region is dropped, seconds.
    pub(crate) region_min_s: f64,
}

impl Foreground {
    /// Learnt from all frames that `counts`; `threshold` says how non-stationary the noise is.
    pub(crate) fn of(
        level_dbfs: &[f32],
        threshold: &Threshold,
        counts: impl Fn(usize) -> bool,
        settings: &ActivitySettings,
    ) -> Self {
        let alone = Self {
            certainty: 0.0,
            level_dbfs: Vec::new(),
            quietest_dbfs: f32::NEG_INFINITY,
            onset_dbfs: f32::NEG_INFINITY,
            hidden_edge_s: 0.0,
            region_min_s: settings.region_min_s,
        };
        let non_stationary_db =
            threshold.above_median(settings.above_noise_deviations) - settings.babble_above_noise_db;
        if non_stationary_db <= 0.0 || level_dbfs.len() < LEAST_TO_LEARN_FROM {
            return alone;
        }
        let level_dbfs = smoothed(level_dbfs);
        let levels =
            Levels::of((0..level_dbfs.len()).filter(|&frame| counts(frame)).map(|frame| level_dbfs[frame]));
        let loud_dbfs = levels.loud();
        let without_pauses_db = settings.babble_range_db - (loud_dbfs - levels.quiet());
        let certainty = (non_stationary_db / ABOVE_NOISE_RANGE_DB).min(1.0)
            * (without_pauses_db / QUIET_RANGE_DB).clamp(0.0, 1.0);
        if certainty <= 0.0 {
            return alone;
        }
        // Where the speaker shouts, his own calm words are far below his loud ones, and yet above
        // the others.
        let others_dbfs = others(&level_dbfs, settings.foreground_deviations);
        let surely_dbfs = others_dbfs.min(loud_dbfs - settings.foreground_range_db);
        // The less certain it is, the more is taken for the speaker's.
        let quietest_dbfs = levels.quiet() + certainty * (surely_dbfs - levels.quiet());
        let share = f64::from(certainty);
        Self {
            certainty,
            level_dbfs,
            quietest_dbfs,
            onset_dbfs: quietest_dbfs + certainty * settings.foreground_onset_db,
            hidden_edge_s: share * settings.foreground_edge_s,
            region_min_s: settings.region_min_s
                + share * (settings.foreground_region_min_s - settings.region_min_s),
        }
    }

    /// Whether the sound around a frame is loud enough for the speaker.
    pub(crate) fn goes_on(&self, frame: usize) -> bool {
        self.level_dbfs.get(frame).is_none_or(|&level| level >= self.quietest_dbfs)
    }

    /// Whether the speaker may begin at a frame.
    pub(crate) fn begins(&self, frame: usize) -> bool {
        self.level_dbfs.get(frame).is_none_or(|&level| level >= self.onset_dbfs)
    }

    /// The height above the noise floor from which sound is speech, given that which the noise
    /// alone asks for: the people behind are told by their level, so there is no need to ask for
    /// more because the noise is not stationary.
    pub(crate) fn eased(&self, threshold_db: f32, settings: &ActivitySettings) -> f32 {
        threshold_db + self.certainty * (settings.babble_threshold_db - threshold_db)
    }
}

/// The level that the people behind hardly reach above, dB relative to full scale.
fn others(level_dbfs: &[f32], deviations: f32) -> f32 {
    let heights: Vec<f32> = level_dbfs.iter().map(|level| level - HEIGHT_0_DBFS).collect();
    Threshold::of(&heights).above_median(deviations) + HEIGHT_0_DBFS
}

/// How often each level occurs.
struct Levels([u32; BINS]);

impl Levels {
    fn of(levels_dbfs: impl Iterator<Item = f32>) -> Self {
        let mut counts = [0; BINS];
        for level_dbfs in levels_dbfs {
            counts[(((level_dbfs - LOWEST_DBFS) / BIN_DB).max(0.0) as usize).min(BINS - 1)] += 1;
        }
        Self(counts)
    }

    /// The level below which the quietest lie, dB relative to full scale.
    fn quiet(&self) -> f32 {
        let below = (f64::from(self.0.iter().sum::<u32>()) * QUIET_SHARE) as u32;
        let mut sum = 0;
        let bin = self.0.iter().position(|&count| {
            sum += count;
            sum > below
        });
        level(bin.unwrap_or(0))
    }

    /// The mean level of the loudest sounds, those that reach up from [`LOUD_MARGIN_DB`] below it,
    /// dB relative to full scale.
    ///
    /// This is the active speech level of ITU-T P.56 with a margin so narrow that the people behind
    /// hardly take part.
    fn loud(&self) -> f32 {
        let (mut count, mut power) = (0.0, 0.0);
        for bin in (0..BINS).rev().filter(|&bin| self.0[bin] > 0) {
            count += self.0[bin] as f32;
            power += self.0[bin] as f32 * 10_f32.powf(level(bin) / 10.0);
            let mean_dbfs = 10.0 * (power / count).log10();
            if mean_dbfs - level(bin) >= LOUD_MARGIN_DB {
                return mean_dbfs;
            }
        }
        LOWEST_DBFS
    }
}

/// The lowest level of a bin, dB relative to full scale.
fn level(bin: usize) -> f32 {
    LOWEST_DBFS + BIN_DB * bin as f32
}
