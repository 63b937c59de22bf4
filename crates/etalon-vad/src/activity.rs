//! Which frames of a channel are speech.

use crate::foreground::Foreground;
use crate::frames::FRAMES_PER_SECOND;
use crate::measure::KnownFrames;
use crate::music;
use crate::noise::{NOISE_STEP, total};
use crate::settings::ActivitySettings;
use crate::threshold::Threshold;
use std::ops::Range;

/// What the decision about a stretch of one channel rests on, frame by frame.
pub(crate) struct Evidence<'a> {
    /// Level of the telephone band, dB relative to full scale.
    pub(crate) level_dbfs: &'a [f32],
    /// Height above the noise floor, dB.
    pub(crate) above_noise_db: Vec<f32>,
    /// Level of the channel's own loud speech, dB relative to full scale.
    pub(crate) speech_dbfs: f32,
    /// Level of the noise floor in the telephone band, one value for [`NOISE_STEP`] frames, dB relative to full scale.
    noise_dbfs: &'a [f32],
    /// Periodicity, 0 to 1.
    periodicity: &'a [f32],
    /// Height above the noise floor from which sound can be speech on this channel, dB.
    pub(crate) threshold_db: f32,
    /// Who is the speaker, and who talks behind.
    foreground: Foreground,
    /// When music plays.
    pub(crate) music: Vec<Range<usize>>,
    /// Whether the frame is part of a signalling tone.
    pub(crate) tone: Vec<bool>,
}

/// Share of the frames that stand out of the noise which the level of loud speech lies above.
const LOUD_SHARE: f64 = 0.9;
/// A frame that is this far above the noise floor takes part in the level of loud speech, dB.
const STANDS_OUT_DB: f32 = 12.0;

impl<'a> Evidence<'a> {
    pub(crate) fn of(frames: &KnownFrames<'a>, settings: &ActivitySettings) -> Self {
        let collected = &frames.collected;
        let (level_dbfs, noise_dbfs) = (collected.level_dbfs, collected.noise_dbfs);
        let periodicity = &frames.features.periodicity[..level_dbfs.len()];
        let above_noise_db = smoothed(collected.heights_db);
        let always = collected.always();
        let always_dbfs = total(&always);
        let lines = collected.lines_above(&always, settings.music_line_above_noise_db);
        let music =
            music::passages(&lines, level_dbfs, always_dbfs + settings.music_above_noise_db, settings);
        drop(lines);
        let tone = music::tones(|frame| collected.tone(frame), level_dbfs, settings);
        let is_music = marked(&music, level_dbfs.len());
        let speech_dbfs = loud_level(level_dbfs, |frame| {
            above_noise_db[frame] > STANDS_OUT_DB
                && periodicity[frame] >= settings.voiced_periodicity
                && !tone[frame]
                && !is_music[frame]
        });
        let most_db = most_above_noise_db(speech_dbfs, noise_dbfs, level_dbfs.len(), settings);
        let threshold = Threshold::of(&above_noise_db);
        let foreground =
            Foreground::of(level_dbfs, &threshold, |frame| !tone[frame] && !is_music[frame], settings);
        let threshold_db = foreground.eased(threshold.limited(settings, most_db), settings);
        Self {
            level_dbfs,
            above_noise_db,
            speech_dbfs,
            noise_dbfs,
            periodicity,
            threshold_db,
            foreground,
            music,
            tone,
        }
    }

    /// Whether the frame is voiced.
    pub(crate) fn is_voiced(&self, frame: usize, settings: &ActivitySettings) -> bool {
        self.periodicity[frame] >= settings.voiced_periodicity
    }

    /// How much of the faint edges of speech the noise hides around a frame: 0 none, 1 all.
    fn hidden(&self, frame: usize, settings: &ActivitySettings) -> f32 {
        let signal_to_noise_db = self.speech_dbfs - self.noise_dbfs[frame / NOISE_STEP];
        ((settings.hidden_below_db - signal_to_noise_db) / HIDDEN_RANGE_DB).clamp(0.0, 1.0)
    }
}

/// Sound of which this share of the voiced frames are tones is none of a voice.
const TONAL_SHARE: f64 = 0.8;
/// From none to all of the faint edges are hidden while the noise rises by so much, dB.
const HIDDEN_RANGE_DB: f32 = 15.0;

/// Fewer frames do not show whether noise is restless: they may hold nothing but speech.
pub(crate) const LEAST_TO_LEARN_FROM: usize = 20 * FRAMES_PER_SECOND;

/// How high the noise of a channel can be at most. Where speech stands far out of the noise, what rises and falls below it
/// is faint speech; only where it does not can it be people who talk behind.
fn most_above_noise_db(
    speech_dbfs: f32,
    noise_dbfs: &[f32],
    frames: usize,
    settings: &ActivitySettings,
) -> f32 {
    if frames < LEAST_TO_LEARN_FROM {
        return settings.restless_above_noise_db;
    }
    let noise_dbfs = noise_dbfs.iter().sum::<f32>() / noise_dbfs.len() as f32;
    let share = ((settings.hidden_below_db - (speech_dbfs - noise_dbfs)) / HIDDEN_RANGE_DB).clamp(0.0, 1.0);
    let range_db = settings.above_noise_max_db - settings.restless_above_noise_db;
    settings.restless_above_noise_db + (2.0 * share).min(1.0) * range_db
}

/// Frames on each side over which heights above the noise and levels are averaged.
const SMOOTHING: usize = 2;

/// The values, each averaged with its neighbours.
pub(crate) fn smoothed(heights: &[f32]) -> Vec<f32> {
    (0..heights.len())
        .map(|frame| {
            let around =
                &heights[frame.saturating_sub(SMOOTHING)..(frame + SMOOTHING + 1).min(heights.len())];
            around.iter().sum::<f32>() / around.len() as f32
        })
        .collect()
}

fn loud_level(level_dbfs: &[f32], is_voice: impl Fn(usize) -> bool) -> f32 {
    let mut levels: Vec<f32> =
        (0..level_dbfs.len()).filter(|&frame| is_voice(frame)).map(|frame| level_dbfs[frame]).collect();
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
    evidence: &Evidence<'_>,
    settings: &ActivitySettings,
    echoes: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let foreground = &evidence.foreground;
    let quietest = (evidence.speech_dbfs - settings.speech_range_db).max(settings.quietest_speech_dbfs);
    let is_music = marked(&evidence.music, evidence.level_dbfs.len());
    let audible = |frame: usize| {
        evidence.level_dbfs[frame] >= quietest
            && foreground.goes_on(frame)
            && !echoes(frame)
            && !is_music[frame]
    };
    let frames = |seconds: f64| (seconds * FRAMES_PER_SECOND as f64).round() as usize;
    let mut stretches = hysteresis(
        evidence.level_dbfs.len(),
        |frame| {
            audible(frame)
                && foreground.begins(frame)
                && evidence.above_noise_db[frame] >= evidence.threshold_db + settings.onset_above_offset_db
        },
        |frame| audible(frame) && evidence.above_noise_db[frame] >= evidence.threshold_db,
    );
    for stretch in &mut stretches {
        let hidden = |frame: usize| {
            let by_noise_s = settings.hidden_edge_s * f64::from(evidence.hidden(frame, settings));
            frames(by_noise_s.max(foreground.hidden_edge_s))
        };
        let (before, after) = (hidden(stretch.start), hidden(stretch.end - 1));
        *stretch = stretch.start.saturating_sub(before)..(stretch.end + after).min(evidence.level_dbfs.len());
    }
    close_gaps(&mut stretches, frames(settings.gap_min_s));
    stretches.retain(|stretch| {
        // Only what is voiced counts, so that a row of key tones is seen as the tones that it is made of.
        let voiced = || stretch.clone().filter(|&frame| evidence.is_voiced(frame, settings));
        let tonal = voiced().filter(|&frame| evidence.tone[frame]).count();
        let voiced = voiced().count();
        stretch.len() >= frames(foreground.region_min_s)
            && voiced >= frames(settings.voiced_min_s)
            && (tonal as f64) < TONAL_SHARE * voiced as f64
    });
    stretches
}

/// For each of `frames` frames whether it lies in one of the stretches.
pub(crate) fn marked(stretches: &[Range<usize>], frames: usize) -> Vec<bool> {
    let mut marked = vec![false; frames];
    for stretch in stretches {
        marked[stretch.clone()].fill(true);
    }
    marked
}

/// Stretches in which every frame `goes_on` and at least one `begins`.
pub(crate) fn hysteresis(
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
pub(crate) fn close_gaps(stretches: &mut Vec<Range<usize>>, shortest: usize) {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(stretches.len());
    for stretch in stretches.drain(..) {
        match joined.last_mut() {
            Some(last) if stretch.start.saturating_sub(last.end) < shortest => {
                last.end = last.end.max(stretch.end);
            }
            _ => joined.push(stretch),
        }
    }
    *stretches = joined;
}
