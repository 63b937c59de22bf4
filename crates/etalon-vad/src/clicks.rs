//! Sounds that are over as soon as they begin: clicks of a line, keys of a keyboard, a pen that
//! falls.
//!
//! A plosive is as short, but it belongs to a voice. So clicks are counted where no voice is near,
//! and only a channel that has many of them loses those that lie next to a voice.

use crate::frames::FRAMES_PER_SECOND;
use std::ops::Range;

/// A click rises by this much from one frame to the next but one, dB …
const RISE_DB: f32 = 10.0;
/// … and has fallen by as much …
const FALL_DB: f32 = 8.0;
/// … within so many frames.
const LONGEST: usize = 7;
/// The peak of its loudest frame lies this far above the frame's level, dB: it is over within it.
const LEAST_CREST_DB: f32 = 9.0;
/// Frames before and after a click in which the window of the spectrum hears it.
const EDGE: usize = 2;
/// Frames around a click in which no voice is heard, if it counts.
const AWAY_FROM_VOICE: usize = FRAMES_PER_SECOND / 5;
/// A channel has clicks if so many count, and so many in a minute without a voice.
const LEAST_CLICKS: usize = 8;
const LEAST_PER_MINUTE: usize = 6;

/// The stretches that hold a click, on a channel that has clicks: given the level and the peak of
/// each frame. What is below `quietest_dbfs` would not be taken for speech. `is_voice` says where a voice is
/// heard, `is_voiced` which frames are periodic.
pub(crate) fn clicks(
    (level_dbfs, peak): (&[f32], &[f32]),
    quietest_dbfs: f32,
    is_voice: &[bool],
    is_voiced: impl Fn(usize) -> bool,
) -> Vec<Range<usize>> {
    let frames = level_dbfs.len().min(is_voice.len());
    let mut found = impulses(&level_dbfs[..frames], quietest_dbfs);
    found.retain(|click| {
        !click.clone().all(&is_voiced)
            && !is_voice[click.clone()].contains(&true)
            && crest_db(&level_dbfs[click.clone()], &peak[click.clone()]) >= LEAST_CREST_DB
    });
    let is_away = |click: &Range<usize>| {
        let around = click.start.saturating_sub(AWAY_FROM_VOICE)..(click.end + AWAY_FROM_VOICE).min(frames);
        !is_voice[around].contains(&true)
    };
    let counted = found.iter().filter(|click| is_away(click)).count();
    let without_voice = is_voice[..frames].iter().filter(|&&is_voice| !is_voice).count();
    let least = LEAST_CLICKS.max(LEAST_PER_MINUTE * without_voice / (60 * FRAMES_PER_SECOND));
    if counted < least { Vec::new() } else { found }
}

/// How far the peak of the loudest frame lies above its level, dB.
fn crest_db(level_dbfs: &[f32], peak: &[f32]) -> f32 {
    let loudest = level_dbfs.iter().zip(peak).max_by(|one, other| one.0.total_cmp(other.0));
    loudest.map_or(0.0, |(level_dbfs, peak)| 20.0 * peak.max(f32::MIN_POSITIVE).log10() - level_dbfs)
}

fn impulses(level_dbfs: &[f32], quietest_dbfs: f32) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut frame = 2;
    while frame < level_dbfs.len() {
        let before = level_dbfs[frame - 2].max(quietest_dbfs);
        let end = (frame + LONGEST).min(level_dbfs.len());
        let is_onset = level_dbfs[frame] >= quietest_dbfs && level_dbfs[frame] - before >= RISE_DB;
        let peak = level_dbfs[frame..(frame + 2).min(end)].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let fallen = level_dbfs[frame..end].iter().position(|&level| level <= peak - FALL_DB);
        let after = fallen.map(|after| frame + after).filter(|&after| {
            // What rises again at once goes on.
            is_onset && level_dbfs[after..end].iter().all(|&level| level < peak)
        });
        match after {
            Some(after) => {
                found.push(frame.saturating_sub(EDGE)..(after + EDGE).min(level_dbfs.len()));
                frame = after + 1;
            }
            None => frame += 1,
        }
    }
    found
}
