//! Which frames hold music or signalling tones instead of a voice.
//!
//! A voice glides: its harmonics hardly ever keep their frequency for a quarter of a second. Notes do. This is the
//! observation behind the continuous frequency activation of Seyerlehner et al. (2007), "Automatic music detection in
//! television productions", DAFx-07: lines of the spectrum that stand still are counted. Signalling tones (ringing,
//! busy, keys) are told by nearly all of their power lying in two tones of constant level.

use crate::frames::FRAMES_PER_SECOND;
use crate::settings::ActivitySettings;
use std::ops::Range;

/// Frames on each side over which a line must stand still.
const STEADY_HALF: usize = 10;
/// Share of those frames in which it must be seen.
const STEADY_SHARE: f64 = 0.85;
/// More steady lines than this do not make it more of a music.
const MOST_LINES: u8 = 3;
/// Frames on each side over which steady lines are averaged.
const AVERAGE_HALF: usize = 3 * FRAMES_PER_SECOND / 4;

/// In how many of some frames each line was seen.
struct LineCounts([u8; 128]);

impl LineCounts {
    fn enter(&mut self, lines: u128) {
        bits(lines).for_each(|bin| self.0[bin] += 1);
    }

    fn leave(&mut self, lines: u128) {
        bits(lines).for_each(|bin| self.0[bin] -= 1);
    }

    fn steady(&self, lines: u128) -> u8 {
        let needed = ((2 * STEADY_HALF + 1) as f64 * STEADY_SHARE).ceil() as u8;
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
    let mut counts = LineCounts([0; 128]);
    let mut counted = 0..0;
    (0..lines.len())
        .map(|frame| {
            let wanted = frame.saturating_sub(STEADY_HALF)..(frame + STEADY_HALF + 1).min(lines.len());
            lines[counted.end..wanted.end].iter().for_each(|&lines| counts.enter(lines));
            lines[counted.start..wanted.start].iter().for_each(|&lines| counts.leave(lines));
            counted = wanted;
            counts.steady(lines[frame]).min(MOST_LINES)
        })
        .collect()
}

/// The passages of music: stretches in which the audible frames have on average many steady lines.
///
/// `lines` are the bits of each frame's lines, `audible(i)` says whether frame `i` stands out of the noise.
pub(crate) fn passages(
    lines: &[u128],
    audible: impl Fn(usize) -> bool,
    settings: &ActivitySettings,
) -> Vec<Range<usize>> {
    let steady = steady_lines(lines);
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
            (line_sums[end] - line_sums[start]) as f32 / heard as f32
        }
    };
    let mut found = crate::activity::hysteresis(
        steady.len(),
        |frame| mean(frame) >= settings.music_onset_lines,
        |frame| mean(frame) >= settings.music_offset_lines,
    );
    crate::activity::close_gaps(&mut found, FRAMES_PER_SECOND);
    found.retain(|passage| passage.len() as f64 >= settings.music_min_s * FRAMES_PER_SECOND as f64);
    found
}

/// For each frame whether it is part of a steady signalling tone. `tone` gives the bin of a frame that is nearly pure.
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
    (0..level_dbfs.len())
        .map(|frame| {
            let before = frame.saturating_sub(2);
            let after = (frame + 2).min(level_dbfs.len() - 1);
            is_same(frame, before) || is_same(frame, after)
        })
        .collect()
}
