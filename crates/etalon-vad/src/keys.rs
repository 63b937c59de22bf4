//! Keys of a telephone that are pressed (DTMF, ITU-T Q.23 and Q.24).
//!
//! Which key it was is not kept: people press the numbers of their cards.

use crate::evidence::Collected;
use crate::stretches::hysteresis;
use crate::voice::Voice;
use std::ops::Range;

/// The tones of the rows and of the columns, Hz.
const ROWS_HZ: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS_HZ: [f64; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];
/// How far a line of the spectrum may lie from a tone, bins: half a bin, and what noise adds.
const MOST_BINS_OFF: f64 = 0.9;
/// The bands from 630 to 1,083 Hz and from there to 1,692 Hz, in which the tones of rows and columns
/// lie. Together they hold this share of the power …
const ROW_BANDS: Range<usize> = 4..7;
const COLUMN_BANDS: Range<usize> = 7..10;
const SHARE_OF_BOTH: f32 = 0.9;
/// … and each of them this: one tone may be 8 dB weaker than the other, and a line adds to it.
const SHARE_OF_EACH: f32 = 0.08;
/// In a key a voice is heard for less than this share of the time.
const MOST_VOICE: f64 = 0.9;
/// Pure frames of a key. The shortest key that must be understood lasts 40 ms, longer than a
/// window.
const LEAST_FRAMES: usize = 3;
/// A key keeps its level to within this, dB.
const LEVEL_RANGE_DB: f32 = 3.0;
/// So many frames before and after the pure ones hear its beginning and its end.
const EDGE: usize = 3;

/// The stretches in which a key is pressed.
pub(crate) fn keys(collected: &Collected<'_>, voice: &Voice) -> Vec<Range<usize>> {
    let pairs: Vec<Option<(usize, usize)>> =
        (0..collected.frames()).map(|frame| pair(collected, frame)).collect();
    let is_key = |frame: usize| pairs[frame].is_some();
    let mut found: Vec<Range<usize>> = Vec::new();
    for stretch in hysteresis(pairs.len(), is_key, is_key) {
        let mut start = stretch.start;
        for end in stretch.clone() {
            if end + 1 == stretch.end || pairs[end + 1] != pairs[start] {
                found.push(start..end + 1);
                start = end + 1;
            }
        }
    }
    found.retain(|key| {
        key.len() >= LEAST_FRAMES
            && voice.share(key) < MOST_VOICE
            && keeps_level(&collected.level_dbfs[key.clone()])
    });
    let last = collected.frames();
    found.into_iter().map(|key| key.start.saturating_sub(EDGE)..(key.end + EDGE).min(last)).collect()
}

/// The row and the column whose tones a frame is made of.
fn pair(collected: &Collected<'_>, frame: usize) -> Option<(usize, usize)> {
    collected.tone(frame)?;
    let [row, column] = [ROW_BANDS, COLUMN_BANDS].map(|bands| collected.share_of_bands(frame, bands));
    if row + column < SHARE_OF_BOTH || row.min(column) < SHARE_OF_EACH {
        return None;
    }
    let sounding = |tones_hz: &[f64; 4]| {
        let mut found = tones_hz
            .iter()
            .enumerate()
            .filter(|(_, tone_hz)| collected.has_line(frame, **tone_hz, MOST_BINS_OFF));
        let (place, _) = found.next()?;
        found.next().is_none().then_some(place)
    };
    Some((sounding(&ROWS_HZ)?, sounding(&COLUMNS_HZ)?))
}

fn keeps_level(level_dbfs: &[f32]) -> bool {
    let low = level_dbfs.iter().copied().fold(f32::INFINITY, f32::min);
    let high = level_dbfs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    high - low <= LEVEL_RANGE_DB
}
