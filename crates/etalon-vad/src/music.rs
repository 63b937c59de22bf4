//! Which frames hold music or signalling tones instead of a voice.
//!
//! A voice glides: its harmonics hardly ever keep their frequency for a third of a second. Notes
//! do, even those that are played with vibrato. This is the observation behind the continuous
//! frequency activation of Seyerlehner et al. (2007), "Automatic music detection in television
//! productions", DAFx-07: lines of the spectrum that stand still are counted. And a voice pauses:
//! sound that keeps its level for seconds needs fewer such lines to be music. Signalling tones
//! (ringing, busy, keys) are told by nearly all of their power lying in two tones of constant
//! level.

use crate::frames::FRAMES_PER_SECOND;
use crate::noise::{self, BINS as LEVEL_BINS};
use crate::settings::ActivitySettings;
use std::ops::Range;

/// Frames on each side over which a line must stand still if it may waver by one bin.
const WAVERING_HALF: usize = 15;
/// Frames on each side over which it must stand still if it may not: short notes are played without
/// vibrato.
const STEADY_HALF: usize = 10;
/// Share of those frames in which it must be seen.
const STEADY_SHARE: f64 = 0.85;
/// More steady lines than this do not make it more of a music.
const MOST_LINES: u8 = 3;
/// Frames on each side over which steady lines are averaged.
const AVERAGE_HALF: usize = 3 * FRAMES_PER_SECOND / 4;
/// Frames on each side in which a voice would pause.
const UNBROKEN_HALF: usize = 3 * FRAMES_PER_SECOND / 2;
/// Whether sound is unbroken is looked at once in so many frames.
const UNBROKEN_STEP: usize = FRAMES_PER_SECOND / 4;

/// In how many of some frames each line was seen.
struct LineCounts([u8; 128]);

impl LineCounts {
    fn enter(&mut self, lines: u128) {
        bits(lines).for_each(|bin| self.0[bin] += 1);
    }

    fn leave(&mut self, lines: u128) {
        bits(lines).for_each(|bin| self.0[bin] -= 1);
    }

    fn steady(&self, lines: u128, half: usize) -> u8 {
        let needed = ((2 * half + 1) as f64 * STEADY_SHARE).ceil() as u8;
        bits(lines).map(|bin| u8::from(self.0[bin] >= needed)).sum()
    }
}

/// The places of the bits that are set.
fn bits(mut lines: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bin = (lines != 0).then(|| lines.trailing_zeros() as usize);
        lines &= lines.wrapping_sub(1);
        bin
    })
}

/// For each frame how many lines of the spectrum stand still around it, at most [`MOST_LINES`].
fn steady_lines(lines: &[u128]) -> Vec<u8> {
    let still = standing_lines(lines, STEADY_HALF, |lines| lines);
    let wavering = standing_lines(lines, WAVERING_HALF, |lines| lines | lines << 1 | lines >> 1);
    still.into_iter().zip(wavering).map(|(still, wavering)| still.max(wavering)).collect()
}

/// For each frame how many of its lines are seen in most of the frames up to `half` away, as `seen`
/// sees their lines.
fn standing_lines(lines: &[u128], half: usize, seen: impl Fn(u128) -> u128) -> Vec<u8> {
    let mut counts = LineCounts([0; 128]);
    let mut counted = 0..0;
    (0..lines.len())
        .map(|frame| {
            let wanted = frame.saturating_sub(half)..(frame + half + 1).min(lines.len());
            lines[counted.end..wanted.end].iter().for_each(|&lines| counts.enter(seen(lines)));
            lines[counted.start..wanted.start].iter().for_each(|&lines| counts.leave(seen(lines)));
            counted = wanted;
            counts.steady(lines[frame], half).min(MOST_LINES)
        })
        .collect()
}

/// For each [`UNBROKEN_STEP`] frames whether the sound around them keeps its level, far above the
/// quietest of all.
fn unbroken(level_dbfs: &[f32], settings: &ActivitySettings) -> Vec<bool> {
    let quiet_dbfs = percentiles(level_dbfs, [0.05])[0];
    (0..level_dbfs.len())
        .step_by(UNBROKEN_STEP)
        .map(|frame| {
            let around = frame.saturating_sub(UNBROKEN_HALF)..(frame + UNBROKEN_HALF).min(level_dbfs.len());
            let [low_dbfs, high_dbfs] = percentiles(&level_dbfs[around], [0.1, 0.9]);
            high_dbfs - low_dbfs <= settings.music_range_db
                && low_dbfs - quiet_dbfs >= settings.music_above_noise_db
        })
        .collect()
}

/// The levels below which such shares of all levels lie, dB relative to full scale.
fn percentiles<const COUNT: usize>(level_dbfs: &[f32], shares: [f64; COUNT]) -> [f32; COUNT] {
    let mut counts = [0_u32; LEVEL_BINS];
    for &level_dbfs in level_dbfs {
        counts[noise::bin(level_dbfs)] += 1;
    }
    shares.map(|share| noise::percentile(&counts, (level_dbfs.len() as f64 * share) as u32))
}

/// The passages of music: stretches in which the audible frames have on average many steady lines.
///
/// `lines` are the bits of each frame's lines; a frame stands out of the noise if its level is at
/// least `audible_dbfs`.
pub(crate) fn passages(
    lines: &[u128],
    level_dbfs: &[f32],
    audible_dbfs: f32,
    settings: &ActivitySettings,
) -> Vec<Range<usize>> {
    let steady = steady_lines(lines);
    let unbroken = unbroken(level_dbfs, settings);
    let audible = |frame: usize| level_dbfs[frame] >= audible_dbfs;
    let counted = |frame: usize| if audible(frame) { u32::from(steady[frame]) } else { 0 };
    let sums = |value: &dyn Fn(usize) -> u32| -> Vec<u32> {
        std::iter::once(0)
            .chain((0..steady.len()).scan(0, |sum, frame| {
                *sum += value(frame);
                Some(*sum)
            }))
            .collect()
    };
    let line_sums = sums(&counted);
    let audible_sums = sums(&|frame| u32::from(audible(frame)));
    let mean = |frame: usize| {
        let (start, end) = (frame.saturating_sub(AVERAGE_HALF), (frame + AVERAGE_HALF).min(steady.len()));
        let heard = audible_sums[end] - audible_sums[start];
        if heard < AVERAGE_HALF as u32 / 3 {
            0.0
        } else {
            let lines = (line_sums[end] - line_sums[start]) as f32 / heard as f32;
            if unbroken[frame / UNBROKEN_STEP] { lines + settings.music_unbroken_lines } else { lines }
        }
    };
    let mut found = crate::stretches::hysteresis(
        steady.len(),
        |frame| mean(frame) >= settings.music_onset_lines,
        |frame| mean(frame) >= settings.music_offset_lines,
    );
    crate::stretches::close_gaps(&mut found, FRAMES_PER_SECOND);
    found.retain(|passage| passage.len() as f64 >= settings.music_min_s * FRAMES_PER_SECOND as f64);
    found
}

/// Fewer frames in a row are no signalling tone: in a voice, too, two lines can be all for a
/// moment.
const SHORTEST_TONE: usize = 3;
/// A frame is like one at one of these distances, if it is a tone: the two of a pair beat, and
/// either can be the stronger.
const TONE_DISTANCES: [usize; 3] = [2, 3, 5];
/// So many frames before and after a tone hear its beginning and its end.
const TONE_EDGE: usize = 3;

/// For each frame whether it hears a steady signalling tone. `tone` gives the bin of a frame that
/// is nearly pure.
pub(crate) fn tones(
    tone: impl Fn(usize) -> Option<u16>,
    level_dbfs: &[f32],
    settings: &ActivitySettings,
) -> Vec<bool> {
    let is_same = |frame: usize, other: usize| {
        let bins = tone(frame).zip(tone(other));
        bins.is_some_and(|(here, there)| here.abs_diff(there) <= 1)
            && (level_dbfs[frame] - level_dbfs[other]).abs() <= settings.tone_level_change_db
    };
    let last = level_dbfs.len().saturating_sub(1);
    let is_steady = |frame: usize| {
        TONE_DISTANCES.iter().any(|&distance| {
            is_same(frame, frame.saturating_sub(distance)) || is_same(frame, (frame + distance).min(last))
        })
    };
    let mut steady = crate::stretches::hysteresis(level_dbfs.len(), is_steady, is_steady);
    steady.retain(|stretch| stretch.len() >= SHORTEST_TONE);
    let mut heard = vec![false; level_dbfs.len()];
    for stretch in steady {
        let end = (stretch.end + TONE_EDGE).min(heard.len());
        heard[stretch.start.saturating_sub(TONE_EDGE)..end].fill(true);
    }
    heard
}
