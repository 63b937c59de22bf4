//! Fax machines and modems.
//!
//! A machine that calls says so by 1,100 Hz for half a second, again and again, one that answers by
//! 2,100 Hz for seconds (ITU-T T.30, V.25). Then both talk by frequency shift keying around 1,750 Hz
//! (V.21) and send a page as noise of one level (V.29, V.32). The noise alone might be that of a
//! line, so it counts only on a channel where one of the tones was heard.

use crate::evidence::Collected;
use crate::frames::FRAMES_PER_SECOND;
use crate::stretches::{close_gaps, hysteresis, smoothed};
use std::ops::Range;

const CALLING_HZ: f64 = 1_100.0;
const ANSWERING_HZ: f64 = 2_100.0;
/// How far a line of the spectrum may lie from a tone, bins.
const MOST_BINS_OFF: f64 = 1.3;
/// A calling tone lasts 0.5 s, give or take 15 %; frames.
const CALLING: Range<usize> = 38..65;
/// So many calling tones are those of a fax; one may be a beep.
const LEAST_CALLING: usize = 2;
/// An answering tone turns its phase every 0.45 s, and lasts at least 1 s; frames.
const PHASE_TURN: usize = 8;
const LEAST_ANSWERING: usize = 90;
/// The bands from 1,470 to 1,940 Hz, which hold the keying …
const KEYING_BANDS: Range<usize> = 9..11;
/// … with this share of the power …
const KEYING_SHARE: f32 = 0.85;
/// … for so many frames.
const LEAST_KEYING: usize = 50;
/// Data keeps its level to within this for a second, dB.
const DATA_RANGE_DB: f32 = 4.0;
/// Data is this far above the floor, dB.
const DATA_ABOVE_FLOOR_DB: f32 = 10.0;
const LEAST_DATA: usize = FRAMES_PER_SECOND;

/// The stretches in which a fax or a modem is heard. `is_voice` says where a voice is heard, and
/// `floor_dbfs` the level that the channel hardly falls below.
pub(crate) fn data(collected: &Collected<'_>, is_voice: &[bool], floor_dbfs: f32) -> Vec<Range<usize>> {
    let frames = collected.frames();
    let tone_at = |tone_hz: f64| {
        let is_tone = move |frame: usize| collected.is_tone_at(frame, tone_hz, MOST_BINS_OFF);
        hysteresis(frames, is_tone, is_tone)
    };
    let mut calling = tone_at(CALLING_HZ);
    calling.retain(|tone| CALLING.contains(&tone.len()));
    if calling.len() < LEAST_CALLING {
        calling.clear();
    }
    let mut answering = tone_at(ANSWERING_HZ);
    close_gaps(&mut answering, PHASE_TURN);
    answering.retain(|tone| tone.len() >= LEAST_ANSWERING);
    let is_keying = |frame: usize| {
        !is_voice[frame]
            && collected.level_dbfs[frame] >= floor_dbfs + DATA_ABOVE_FLOOR_DB
            && collected.share_of_bands(frame, KEYING_BANDS) >= KEYING_SHARE
    };
    let mut keying = hysteresis(frames, is_keying, is_keying);
    keying.retain(|stretch| stretch.len() >= LEAST_KEYING);
    keying.retain(|stretch| !stretch.clone().all(|frame| collected.tone(frame).is_some()));
    let mut found: Vec<Range<usize>> = [calling, answering, keying].concat();
    if found.is_empty() {
        return found;
    }
    found.extend(data_noise(collected, is_voice, floor_dbfs));
    found.sort_by_key(|stretch| stretch.start);
    close_gaps(&mut found, PHASE_TURN);
    found
}

/// The stretches in which sound far above the floor keeps its level.
fn data_noise(collected: &Collected<'_>, is_voice: &[bool], floor_dbfs: f32) -> Vec<Range<usize>> {
    let levels = smoothed(collected.level_dbfs);
    let mut is_data = vec![false; levels.len()];
    let least_dbfs = floor_dbfs + DATA_ABOVE_FLOOR_DB;
    for start in (0..levels.len().saturating_sub(LEAST_DATA)).step_by(LEAST_DATA / 10) {
        let second = start..start + LEAST_DATA;
        let (low, high) =
            levels[second.clone()].iter().fold((f32::INFINITY, f32::NEG_INFINITY), |range, &level| {
                (range.0.min(level), range.1.max(level))
            });
        if low >= least_dbfs && high - low <= DATA_RANGE_DB && !is_voice[second.clone()].contains(&true) {
            is_data[second].fill(true);
        }
    }
    hysteresis(is_data.len(), |frame| is_data[frame], |frame| is_data[frame])
}
