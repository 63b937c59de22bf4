//! Which frames of a channel are speech.

use crate::foreground::Foreground;
use crate::frames::FRAMES_PER_SECOND;
use crate::measure::KnownFrames;
use crate::murmurs::murmurs;
use crate::music;
use crate::noise::{NOISE_STEP, steady, total};
use crate::settings::ActivitySettings;
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
    /// Level of the noise floor in the telephone band, one value for [`NOISE_STEP`] frames, dB relative to full scale.
    noise_dbfs: &'a [f32],
    /// Periodicity, 0 to 1.
    periodicity: &'a [f32],
    /// Frequency of the voice, Hz; 0 where there is none.
    pub(crate) pitch_hz: &'a [f32],
    /// Height above the noise floor from which sound can be speech on this channel, dB.
    pub(crate) threshold_db: f32,
    /// Who is the speaker, and who talks behind.
    foreground: Foreground,
    /// What the network hears.
    voice: Voice,
    /// When music plays.
    pub(crate) music: Vec<Range<usize>>,
    /// Whether the frame is part of a signalling tone.
    pub(crate) tone: Vec<bool>,
}

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
        }
    }

    /// Whether the frame is voiced.
    pub(crate) fn is_voiced(&self, frame: usize, settings: &ActivitySettings) -> bool {
        self.periodicity[frame] >= settings.voiced_periodicity
    }

    /// Whether what is voiced in a stretch are tones of the line, such as a row of keys.
    fn is_tonal(&self, stretch: &Range<usize>, settings: &ActivitySettings) -> bool {
        let voiced = || stretch.clone().filter(|&frame| self.is_voiced(frame, settings));
        let tones = voiced().filter(|&frame| self.tone[frame]).count();
        tones > 0 && tones as f64 >= TONAL_SHARE * voiced().count() as f64
    }

    /// How much of the faint edges of speech the noise hides around a frame: 0 none, 1 all.
    fn hidden(&self, frame: usize, settings: &ActivitySettings) -> f32 {
        let signal_to_noise_db = self.speech_dbfs - self.noise_dbfs[frame / NOISE_STEP];
        ((settings.hidden_below_db - signal_to_noise_db) / HIDDEN_RANGE_DB).clamp(0.0, 1.0)
    }
}

/// Steady sound that is so much quieter than loud speech is no speech, dB: louder noise would hide what is said in it.
const STEADY_BELOW_DB: f32 = 16.0;
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

/// The stretches of frames that are speech: those in which the network hears a voice, from its first sound to its last.
///
/// `echoes(frame)` says that the frame holds nothing but the other side's echo.
pub(crate) fn speech_frames(
    evidence: &Evidence<'_>,
    settings: &ActivitySettings,
    echoes: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let count = evidence.level_dbfs.len();
    let Evidence { foreground, voice, .. } = evidence;
    let quietest = (evidence.speech_dbfs - settings.speech_range_db).max(settings.quietest_speech_dbfs);
    let audible =
        |frame: usize| evidence.level_dbfs[frame] >= quietest && foreground.goes_on(frame) && !echoes(frame);
    let stands_out = marked(&stretches_that_stand_out(evidence, settings, audible), count);
    let lead = frames(settings.voice_lead_s);
    let reach = frames(settings.voice_reach_s);
    let is_voice = marked(&voice.widened(lead, 0), count);
    let is_near_voice = marked(&voice.widened(reach, reach), count);
    let steady_below_dbfs = evidence.speech_dbfs - STEADY_BELOW_DB;
    let is_steady =
        steady(evidence.level_dbfs, settings.steady_range_db, |frame| evidence.is_voiced(frame, settings));
    let is_speech = |frame: usize| {
        let heard = is_voice[frame]
            && !(is_steady[frame] && evidence.level_dbfs[frame] < steady_below_dbfs)
            && audible(frame)
            && evidence.above_noise_db[frame] >= settings.above_noise_min_db;
        heard || (is_near_voice[frame] && stands_out[frame] && voice.stands_out(frame))
    };
    let is_murmur = marked(&murmurs(&stands_out, &is_near_voice, evidence, settings), count);
    let is_speech = |frame: usize| is_murmur[frame] || is_speech(frame);
    let mut stretches = hysteresis(count, is_speech, is_speech);
    close_gaps(&mut stretches, frames(settings.gap_min_s));
    close_gaps_where(&mut stretches, frames(settings.voice_gap_min_s), |gap| {
        voice.goes_on[gap].iter().all(|&goes_on| goes_on)
    });
    stretches.retain(|stretch| {
        stretch.len() >= frames(foreground.region_min_s) && !evidence.is_tonal(stretch, settings)
    });
    stretches
}

/// The stretches in which sound stands out of the noise, with those edges of it that the noise hides.
fn stretches_that_stand_out(
    evidence: &Evidence<'_>,
    settings: &ActivitySettings,
    audible: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let count = evidence.level_dbfs.len();
    let foreground = &evidence.foreground;
    let is_music = marked(&evidence.music, count);
    let goes_on = |frame: usize| {
        audible(frame) && !is_music[frame] && evidence.above_noise_db[frame] >= evidence.threshold_db
    };
    let onset_db = evidence.threshold_db + settings.onset_above_offset_db;
    let begins = |frame: usize| foreground.begins(frame) && evidence.above_noise_db[frame] >= onset_db;
    let mut stretches = hysteresis(count, begins, goes_on);
    for stretch in &mut stretches {
        let hidden = |frame: usize| {
            let by_noise_s = settings.hidden_edge_s * f64::from(evidence.hidden(frame, settings));
            frames(by_noise_s.max(foreground.hidden_edge_s))
        };
        let (before, after) = (hidden(stretch.start), hidden(stretch.end - 1));
        *stretch = stretch.start.saturating_sub(before)..(stretch.end + after).min(count);
    }
    close_gaps(&mut stretches, frames(settings.gap_min_s));
    stretches
}

fn frames(seconds: f64) -> usize {
    (seconds * FRAMES_PER_SECOND as f64).round() as usize
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
    close_gaps_where(stretches, shortest, |_| true);
}

/// Joins neighbours that are less than `shortest` frames apart if the gap between them is to be closed.
fn close_gaps_where(
    stretches: &mut Vec<Range<usize>>,
    shortest: usize,
    is_closed: impl Fn(Range<usize>) -> bool,
) {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(stretches.len());
    for stretch in stretches.drain(..) {
        match joined.last_mut() {
            Some(last)
                if stretch.start.saturating_sub(last.end) < shortest
                    && is_closed(last.end.min(stretch.start)..stretch.start) =>
            {
                last.end = last.end.max(stretch.end);
            }
            _ => joined.push(stretch),
        }
    }
    *stretches = joined;
}
