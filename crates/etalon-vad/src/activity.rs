//! Which frames of a channel are speech.

use crate::frame_evidence::Evidence;
use crate::frames::FRAMES_PER_SECOND;
use crate::murmurs::murmurs;
use crate::noise::steady;
use crate::settings::ActivitySettings;
use crate::stretches::{close_gaps, close_gaps_where, hysteresis, marked};
use std::ops::Range;

/// Steady sound that is so much quieter than loud speech is no speech, dB: louder noise would hide
/// what is said in it.
const STEADY_BELOW_DB: f32 = 16.0;

/// Frames of a gap that the window of the spectrum takes from comfort noise to the words around it.
const HIDDEN_BY_NOISE: usize = 6;

/// The stretches of frames that are speech: those in which the network hears a voice, from its
/// first sound to its last.
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
    let disturbances = &evidence.disturbances;
    let is_no_voice =
        marked(&[&*disturbances.keys, &disturbances.data, &disturbances.comfort_noise].concat(), count);
    let is_comfort_noise = marked(&disturbances.comfort_noise, count);
    let is_click = marked(&disturbances.clicks, count);
    let audible = |frame: usize| audible(frame) && !is_no_voice[frame];
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
        heard
            || (is_near_voice[frame] && stands_out[frame] && voice.stands_out(frame) && !is_click[frame])
                && !is_no_voice[frame]
    };
    let is_murmur = marked(&murmurs(&stands_out, &is_near_voice, evidence, settings), count);
    let is_speech = |frame: usize| is_murmur[frame] || is_speech(frame);
    let mut stretches = hysteresis(count, is_speech, is_speech);
    let gap_min = frames(settings.gap_min_s);
    close_gaps(&mut stretches, gap_min.saturating_sub(HIDDEN_BY_NOISE));
    // Noise hides the edges of a gap, which is then longer than it seems.
    close_gaps_where(&mut stretches, gap_min, |gap| !is_comfort_noise[gap].contains(&true));
    close_gaps_where(&mut stretches, frames(settings.voice_gap_min_s), |gap| {
        voice.goes_on[gap].iter().all(|&goes_on| goes_on)
    });
    stretches.retain(|stretch| {
        stretch.len() >= frames(foreground.region_min_s) && !evidence.is_tonal(stretch, settings)
    });
    stretches
}

/// The stretches in which sound stands out of the noise, with those edges of it that the noise
/// hides.
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
