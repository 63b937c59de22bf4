//! Which frames of a channel are speech.

use crate::frames::{FRAMES_PER_SECOND, FrameFeatures};
use crate::measure::Measured;
use crate::noise::NoiseFloor;
use crate::settings::ActivitySettings;
use crate::spectrum::{BANDS, BandLevels};
use std::ops::Range;

/// What the decision about one channel rests on, frame by frame.
pub(crate) struct Evidence {
    /// Level of the telephone band, dB relative to full scale.
    pub(crate) level_dbfs: Vec<f32>,
    /// Height above the noise floor, dB.
    pub(crate) above_noise_db: Vec<f32>,
    /// Level of the channel's own loud speech, dB relative to full scale.
    pub(crate) speech_dbfs: f32,
}

/// Share of the frames that stand out of the noise which the level of loud speech lies above.
const LOUD_SHARE: f64 = 0.9;
/// A frame that is this far above the noise floor takes part in the level of loud speech, dB.
const STANDS_OUT_DB: f32 = 12.0;

impl Evidence {
    pub(crate) fn of(measured: &Measured, settings: &ActivitySettings) -> Self {
        let floor = NoiseFloor::of(&measured.bands, settings.noise_half_window_s);
        let level_dbfs: Vec<f32> = measured.bands.iter().map(total).collect();
        let above_noise_db: Vec<f32> = measured
            .bands
            .iter()
            .enumerate()
            .map(|(frame, levels)| height(levels, floor.at(frame)))
            .collect();
        let speech_dbfs = loud_level(&level_dbfs, &above_noise_db, &measured.features, settings);
        Self { level_dbfs, above_noise_db, speech_dbfs }
    }
}

fn total(levels: &BandLevels) -> f32 {
    crate::spectrum::decibels(levels.iter().map(|level| 10_f32.powf(level / 10.0)).sum())
}

/// How far a frame stands out of the noise: the mean over the third of the bands that stand out most, dB.
fn height(levels: &BandLevels, floor: &BandLevels) -> f32 {
    let mut above: [f32; BANDS] = std::array::from_fn(|band| levels[band] - floor[band].max(-90.0));
    above.sort_by(|left, right| right.total_cmp(left));
    above[..BANDS / 3].iter().sum::<f32>() / (BANDS / 3) as f32
}

fn loud_level(
    level_dbfs: &[f32],
    above_noise_db: &[f32],
    features: &FrameFeatures,
    settings: &ActivitySettings,
) -> f32 {
    let mut levels: Vec<f32> = (0..level_dbfs.len())
        .filter(|&frame| {
            above_noise_db[frame] > STANDS_OUT_DB
                && features.periodicity[frame] >= settings.voiced_periodicity
        })
        .map(|frame| level_dbfs[frame])
        .collect();
    levels.sort_by(f32::total_cmp);
    match levels.len() {
        0 => crate::SILENT_DBFS,
        count => levels[((count - 1) as f64 * LOUD_SHARE) as usize],
    }
}

/// The stretches of frames that are speech.
///
/// `echoes(frame)` says that the frame holds nothing but the other side's echo.
pub(crate) fn speech_frames(
    evidence: &Evidence,
    features: &FrameFeatures,
    settings: &ActivitySettings,
    echoes: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let quietest = (evidence.speech_dbfs - settings.speech_range_db).max(settings.quietest_speech_dbfs);
    let audible = |frame: usize| evidence.level_dbfs[frame] >= quietest && !echoes(frame);
    let voiced = |frame: usize| features.periodicity[frame] >= settings.voiced_periodicity;
    let frames = |seconds: f64| (seconds * FRAMES_PER_SECOND as f64).round() as usize;
    let mut stretches = hysteresis(
        evidence.level_dbfs.len(),
        |frame| audible(frame) && evidence.above_noise_db[frame] >= settings.onset_above_noise_db,
        |frame| audible(frame) && evidence.above_noise_db[frame] >= settings.offset_above_noise_db,
    );
    close_gaps(&mut stretches, frames(settings.gap_min_s));
    stretches.retain(|stretch| {
        stretch.len() >= frames(settings.region_min_s)
            && stretch.clone().filter(|&frame| voiced(frame)).count() >= frames(settings.voiced_min_s)
    });
    stretches
}

/// Stretches in which every frame `goes_on` and at least one `begins`.
fn hysteresis(
    frames: usize,
    begins: impl Fn(usize) -> bool,
    goes_on: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let mut stretches = Vec::new();
    let mut start = None;
    let mut begun = false;
    for frame in 0..=frames {
        if frame < frames && goes_on(frame) {
            start.get_or_insert(frame);
            begun |= begins(frame);
        } else if let Some(first) = start.take() {
            if begun {
                stretches.push(first..frame);
            }
            begun = false;
        }
    }
    stretches
}

/// Joins neighbours that are less than `shortest` frames apart.
fn close_gaps(stretches: &mut Vec<Range<usize>>, shortest: usize) {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(stretches.len());
    for stretch in stretches.drain(..) {
        match joined.last_mut() {
            Some(last) if stretch.start - last.end < shortest => last.end = stretch.end,
            _ => joined.push(stretch),
        }
    }
    *stretches = joined;
}
