//! Where the network hears a voice, and how loud it is where it hears none.
//!
//! The network hears in windows of 32 ms and remembers, so it knows that somebody speaks and hardly
//! when he begins: that is told by the level. And what is heard where nobody speaks is noise,
//! however it rises and falls: what it is like close by tells faint speech from it.

use crate::frames::FRAMES_PER_SECOND;
use crate::noise::{BINS, NOISE_STEP, bin, percentile};
use crate::settings::ActivitySettings;
use crate::stretches::{hysteresis, smoothed};
use std::ops::Range;

/// Share of the frames without a voice that lie below the level of the noise.
const NOISE_SHARE: f64 = 0.75;
/// Frames on each side of which the noise is taken.
const NOISE_HALF: usize = 3 * FRAMES_PER_SECOND / 2;
/// Fewer frames without a voice do not tell what the noise is like.
const LEAST_NOISE: usize = FRAMES_PER_SECOND / 5;

/// What the network hears on a stretch of a channel.
pub(crate) struct Voice {
    /// The stretches in which somebody speaks, give or take a window.
    pub(crate) passages: Vec<Range<usize>>,
    /// Whether the network goes on hearing a voice in a frame.
    pub(crate) goes_on: Vec<bool>,
    /// Whether the frame stands out of what is heard without a voice around it.
    stands_out: Vec<bool>,
}

impl Voice {
    /// `likelihoods` are those of each frame in steps of 1/255; `is_music` says where music plays.
    pub(crate) fn of(
        likelihoods: &[u8],
        level_dbfs: &[f32],
        is_music: &[bool],
        settings: &ActivitySettings,
    ) -> Self {
        let at_least = |likelihood: f32| {
            let least = (255.0 * likelihood).ceil() as u8;
            move |frame: usize| likelihoods[frame] >= least
        };
        let goes_on = at_least(settings.voice_offset);
        let mut passages = hysteresis(likelihoods.len(), at_least(settings.voice_onset), goes_on);
        passages.retain(|passage| {
            let musical = is_music[passage.clone()].iter().filter(|&&is_music| is_music).count();
            let least_s = if 2 * musical > passage.len() {
                settings.voice_in_music_min_s
            } else {
                settings.voice_min_s
            };
            passage.len() as f64 >= least_s * FRAMES_PER_SECOND as f64
        });
        let is_none = at_least(settings.no_voice);
        let noise_dbfs = noise(level_dbfs, |frame| !is_none(frame) && !is_music[frame]);
        let stands_out = smoothed(level_dbfs)
            .iter()
            .enumerate()
            .map(|(frame, &level)| level >= noise_dbfs[frame / NOISE_STEP] + settings.above_other_db)
            .collect();
        Self { passages, goes_on: (0..likelihoods.len()).map(goes_on).collect(), stands_out }
    }

    /// Whether the frame stands out of what is heard without a voice around it.
    pub(crate) fn stands_out(&self, frame: usize) -> bool {
        self.stands_out[frame]
    }

    /// The passages, each so many frames longer at its start and at its end.
    pub(crate) fn widened(&self, before: usize, after: usize) -> Vec<Range<usize>> {
        let frames = self.stands_out.len();
        let widened =
            |passage: &Range<usize>| passage.start.saturating_sub(before)..(passage.end + after).min(frames);
        self.passages.iter().map(widened).collect()
    }

    /// Share of the frames of a stretch in which a voice is heard.
    pub(crate) fn share(&self, stretch: &Range<usize>) -> f64 {
        let heard = self.goes_on[stretch.clone()].iter().filter(|&&heard| heard).count();
        heard as f64 / stretch.len().max(1) as f64
    }
}

/// The level of what is heard where `counts` says that neither voice nor music is, one value for
/// [`NOISE_STEP`] frames, dB relative to full scale. Where somebody speaks for seconds without a
/// rest it goes in a straight line from what was before to what comes after.
fn noise(level_dbfs: &[f32], counts: impl Fn(usize) -> bool) -> Vec<f32> {
    let mut known: Vec<Option<f32>> = Vec::with_capacity(level_dbfs.len().div_ceil(NOISE_STEP));
    for start in (0..level_dbfs.len()).step_by(NOISE_STEP) {
        let middle = start + NOISE_STEP / 2;
        let around = middle.saturating_sub(NOISE_HALF)..(middle + NOISE_HALF).min(level_dbfs.len());
        let mut levels = [0_u32; BINS];
        let mut count = 0;
        for frame in around.filter(|&frame| counts(frame)) {
            levels[bin(level_dbfs[frame])] += 1;
            count += 1;
        }
        let level = || percentile(&levels, (f64::from(count) * NOISE_SHARE) as u32);
        known.push((count as usize >= LEAST_NOISE).then(level));
    }
    between(&known)
}

/// The values, those that are missing on the straight line between their neighbours; silence if
/// none is known.
fn between(known: &[Option<f32>]) -> Vec<f32> {
    let mut values = Vec::with_capacity(known.len());
    let mut last: Option<f32> = None;
    for (place, value) in known.iter().enumerate() {
        if value.is_none() {
            continue;
        }
        let next = value.unwrap_or(crate::SILENT_DBFS);
        let steps = (place - values.len() + 1) as f32;
        let from = last.unwrap_or(next);
        let first = values.len();
        values.extend((first..=place).map(|at| from + (next - from) * (at - first + 1) as f32 / steps));
        last = Some(next);
    }
    values.resize(known.len(), last.unwrap_or(crate::SILENT_DBFS));
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_lies_between_its_neighbours() {
        let check = |known: &[Option<f32>], expected: &[f32]| assert_eq!(between(known), expected);
        check(&[], &[]);
        check(&[None, None], &[crate::SILENT_DBFS; 2]);
        check(
            &[None, Some(-40.0), None, None, Some(-70.0), None],
            &[-40.0, -40.0, -50.0, -60.0, -70.0, -70.0],
        );
    }

    /// Frames of one loudness, with a voice heard in some of them.
    fn voice(likelihoods: &[(usize, u8)], level: impl Fn(usize) -> f32) -> Voice {
        let likelihoods: Vec<u8> =
            likelihoods.iter().flat_map(|&(count, value)| std::iter::repeat_n(value, count)).collect();
        let levels: Vec<f32> = (0..likelihoods.len()).map(level).collect();
        Voice::of(&likelihoods, &levels, &vec![false; levels.len()], &ActivitySettings::default())
    }

    #[test]
    fn a_passage_begins_surely_and_lasts_while_a_voice_goes_on() {
        let found = voice(
            &[(50, 0), (20, 100), (40, 250), (30, 100), (60, 20), (5, 250), (50, 0), (40, 100)],
            |_| -50.0,
        );
        assert_eq!(found.passages.as_slice(), std::slice::from_ref(&(50..140)));
        assert!((found.share(&(100..180)) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn faint_speech_stands_out_of_the_noise_around_it() {
        let found = voice(&[(200, 0), (100, 255), (200, 0)], |frame| match frame {
            180..300 => -40.0,
            _ => -50.0,
        });
        assert!(found.stands_out(190) && found.stands_out(250) && !found.stands_out(100));
    }
}
