//! What the decision about the speech of a channel rests on, frame by frame.

use crate::clicks::clicks;
use crate::comfort_noise::ComfortNoise;
use crate::data::data;
use crate::foreground::Foreground;
use crate::frames::LEAST_TO_LEARN_FROM;
use crate::keys::keys;
use crate::measure::KnownFrames;
use crate::music;
use crate::noise::{NOISE_STEP, total};
use crate::settings::ActivitySettings;
use crate::stretches::{marked, smoothed};
use crate::threshold::Threshold;
use crate::voice::Voice;
use std::ops::Range;

/// What the decision about a stretch of one channel rests on, frame by frame.
pub(crate) struct Evidence<'a> {
    /// Level of the telephone band, dB relative to full scale.
    pub(crate) level_dbfs: &'a [f32],
    /// Height above the noise floor, dB.
    pub(crate) above_noise_db: Vec<f32>,
    /// Level of the channel's own loud speech, dB relative to full scale.
    pub(crate) speech_dbfs: f32,
    /// Level of the noise floor in the telephone band, one value for [`NOISE_STEP`] frames, dB
    /// relative to full scale.
    noise_dbfs: &'a [f32],
    /// Periodicity, 0 to 1.
    periodicity: &'a [f32],
    /// Frequency of the voice, Hz; 0 where there is none.
    pub(crate) pitch_hz: &'a [f32],
    /// Height above the noise floor from which sound can be speech on this channel, dB.
    pub(crate) threshold_db: f32,
    /// Who is the speaker, and who talks behind.
    pub(crate) foreground: Foreground,
    /// What the network hears.
    pub(crate) voice: Voice,
    /// When music plays.
    pub(crate) music: Vec<Range<usize>>,
    /// Whether the frame is part of a signalling tone.
    pub(crate) tone: Vec<bool>,
    /// What else is heard that is no voice.
    pub(crate) disturbances: DisturbedFrames,
}

/// What is heard on a stretch of a channel that is no voice.
#[derive(Debug, Default)]
pub(crate) struct DisturbedFrames {
    /// Where a key of a telephone is pressed.
    pub(crate) keys: Vec<Range<usize>>,
    /// Where a fax or a modem is heard.
    pub(crate) data: Vec<Range<usize>>,
    /// Where something clicks.
    pub(crate) clicks: Vec<Range<usize>>,
    /// Where a gateway makes noise.
    pub(crate) comfort_noise: Vec<Range<usize>>,
}

/// A click is at least as loud as this, dB relative to full scale.
const QUIETEST_CLICK_DBFS: f32 = -55.0;
/// Comfort noise is at least so much quieter than loud speech, dB.
const COMFORT_NOISE_BELOW_DB: f32 = 10.0;
/// Frames after a voice that may still be its own.
const AFTER_VOICE: usize = 5;
/// Share of the frames with a voice that the level of loud speech lies above.
const LOUD_SHARE: f64 = 0.9;
/// A passage in which a voice is heard for this share of the time is no music.
const MOST_VOICE: f64 = 0.5;

impl<'a> Evidence<'a> {
    pub(crate) fn of(frames: &KnownFrames<'a>, settings: &ActivitySettings) -> Self {
        let collected = &frames.collected;
        let (level_dbfs, noise_dbfs) = (collected.level_dbfs, collected.noise_dbfs);
        let periodicity = &frames.features.periodicity[..level_dbfs.len()];
        let pitch_hz = &frames.features.pitch_hz[..level_dbfs.len()];
        let above_noise_db = smoothed(collected.heights_db);
        let always = collected.always();
        let always_dbfs = total(&always);
        let lines = collected.lines_above(&always, settings.music_line_above_noise_db);
        let mut music =
            music::passages(&lines, level_dbfs, always_dbfs + settings.music_above_noise_db, settings);
        drop(lines);
        let voice = Voice::of(frames.voice, level_dbfs, &marked(&music, level_dbfs.len()), settings);
        music.retain(|passage| voice.share(passage) < MOST_VOICE);
        let tone = music::tones(|frame| collected.tone(frame), level_dbfs, settings);
        let is_music = marked(&music, level_dbfs.len());
        let is_voice = marked(&voice.passages, level_dbfs.len());
        let speech_dbfs = loud_level(level_dbfs, |frame| is_voice[frame] && !tone[frame]);
        let most_db = most_above_noise_db(speech_dbfs, noise_dbfs, level_dbfs.len(), settings);
        let threshold = Threshold::of(&above_noise_db);
        let foreground =
            Foreground::of(level_dbfs, &threshold, |frame| !tone[frame] && !is_music[frame], settings);
        let threshold_db = foreground.eased(threshold.limited(settings, most_db), settings);
        let is_voiced = |frame: usize| periodicity[frame] >= settings.voiced_periodicity;
        let is_near_voice = marked(&voice.widened(0, AFTER_VOICE), level_dbfs.len());
        let data = data(collected, &is_voice, always_dbfs);
        let is_data = marked(&data, level_dbfs.len());
        let mut keys = keys(collected, &voice);
        keys.retain(|key| !is_data[key.clone()].contains(&true));
        let may_be_noise = |frame: usize| {
            !is_near_voice[frame]
                && !is_music[frame]
                && !is_data[frame]
                && level_dbfs[frame] < speech_dbfs - COMFORT_NOISE_BELOW_DB
        };
        let comfort_noise = ComfortNoise::of(collected, &above_noise_db, may_be_noise, is_voiced);
        let disturbances = DisturbedFrames {
            keys,
            data,
            clicks: clicks(
                (&frames.features.level_dbfs, &frames.features.peak),
                (speech_dbfs - settings.speech_range_db).max(QUIETEST_CLICK_DBFS),
                &is_voice,
                is_voiced,
            ),
            comfort_noise: comfort_noise.stretches,
        };
        Self {
            level_dbfs,
            above_noise_db,
            speech_dbfs,
            noise_dbfs,
            periodicity,
            pitch_hz,
            threshold_db,
            foreground,
            voice,
            music,
            tone,
            disturbances,
        }
    }

    /// Whether the frame is voiced.
    pub(crate) fn is_voiced(&self, frame: usize, settings: &ActivitySettings) -> bool {
        self.periodicity[frame] >= settings.voiced_periodicity
    }

    /// Whether what is voiced in a stretch are tones of the line, such as a row of keys.
    pub(crate) fn is_tonal(&self, stretch: &Range<usize>, settings: &ActivitySettings) -> bool {
        let voiced = || stretch.clone().filter(|&frame| self.is_voiced(frame, settings));
        let tones = voiced().filter(|&frame| self.tone[frame]).count();
        tones > 0 && tones as f64 >= TONAL_SHARE * voiced().count() as f64
    }

    /// How much of the faint edges of speech the noise hides around a frame: 0 none, 1 all.
    pub(crate) fn hidden(&self, frame: usize, settings: &ActivitySettings) -> f32 {
        let signal_to_noise_db = self.speech_dbfs - self.noise_dbfs[frame / NOISE_STEP];
        ((settings.hidden_below_db - signal_to_noise_db) / HIDDEN_RANGE_DB).clamp(0.0, 1.0)
    }
}

/// Sound of which this share of the voiced frames are tones is none of a voice.
const TONAL_SHARE: f64 = 0.8;
/// From none to all of the faint edges are hidden while the noise rises by so much, dB.
const HIDDEN_RANGE_DB: f32 = 15.0;

/// How high the noise of a channel can be at most. Where speech stands far out of the noise, what
/// rises and falls below it is faint speech; only where it does not can it be babble.
fn most_above_noise_db(
    speech_dbfs: f32,
    noise_dbfs: &[f32],
    frames: usize,
    settings: &ActivitySettings,
) -> f32 {
    if frames < LEAST_TO_LEARN_FROM {
        return settings.non_stationary_above_noise_db;
    }
    let noise_dbfs = noise_dbfs.iter().sum::<f32>() / noise_dbfs.len() as f32;
    let share = ((settings.hidden_below_db - (speech_dbfs - noise_dbfs)) / HIDDEN_RANGE_DB).clamp(0.0, 1.0);
    let range_db = settings.above_noise_max_db - settings.non_stationary_above_noise_db;
    settings.non_stationary_above_noise_db + (2.0 * share).min(1.0) * range_db
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
