//! Recordings that differ from each other, made of a few.

use etalon_audio::{Recording, Samples};
use std::f32::consts::LN_10;

/// Steps of gain: a hundredth of a decibel each, downwards.
const GAIN_STEPS: usize = 601;

/// Steps by which the start moves: up to half a second.
const START_STEPS: usize = 997;

/// How much the lengths of calls differ: from so much less than asked for to so much more.
const LENGTH_SPREAD: f64 = 0.3;

/// Steps of the length.
const LENGTH_STEPS: usize = 61;

/// The part of a recording that is taken for one call, and how loud. Numbers of steps share no
/// divisor, so that it takes many millions of calls until one comes again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Variation {
    /// How many calls there are before.
    number: usize,
    /// How often the same recording was taken before.
    round: usize,
    /// How long the call is to be, seconds; none for as long as the recording.
    length_s: Option<f64>,
}

impl Variation {
    /// Of the call with this number, counted from 0, where calls are made of so many recordings in
    /// turn.
    pub(crate) fn new(number: usize, recordings: usize, length_s: Option<f64>) -> Self {
        Self { number, round: number / recordings.max(1), length_s }
    }

    /// What all samples are multiplied with, at most 1, so that nothing is clipped.
    fn gain(self) -> f32 {
        let decibels = 0.01 * (self.round % GAIN_STEPS) as f32;
        (-decibels / 20.0 * LN_10).exp()
    }

    /// Where the recording is begun, frames.
    fn start(self, rate_hz: u32) -> usize {
        (self.round % START_STEPS) * rate_hz as usize / 2 / START_STEPS
    }

    /// How long the call is, frames. A recording that is shorter is repeated.
    pub(crate) fn frames(self, recording: &Recording) -> usize {
        let whole = recording.frames();
        let share = ((self.number * 37 + LENGTH_STEPS / 2) % LENGTH_STEPS) as f64 / (LENGTH_STEPS - 1) as f64;
        let frames = match self.length_s {
            Some(length_s) => {
                let length_s = length_s * (1.0 - LENGTH_SPREAD + 2.0 * LENGTH_SPREAD * share);
                (length_s * f64::from(recording.rate_hz)) as usize
            }
            // Up to a twentieth is left out at the end.
            None => whole - self.start(recording.rate_hz) - (whole as f64 * 0.05 * share) as usize,
        };
        frames.max(1)
    }

    /// The samples of the call, channels side by side.
    pub(crate) fn interleaved(self, recording: &Recording) -> impl Iterator<Item = i16> {
        let (gain, start, whole) = (self.gain(), self.start(recording.rate_hz), recording.frames().max(1));
        let frames = (0..self.frames(recording)).map(move |frame| (start + frame) % whole);
        frames
            .flat_map(move |frame| recording.channels.iter().map(move |channel| louder(channel, frame, gain)))
    }
}

fn louder(channel: &Samples, frame: usize, gain: f32) -> i16 {
    let sample = match channel {
        Samples::I16(samples) => samples.get(frame).map_or(0.0, |sample| f32::from(*sample)),
        Samples::F32(samples) => samples.get(frame).map_or(0.0, |sample| sample * 32_768.0),
    };
    (sample * gain).round().clamp(-32_768.0, 32_767.0) as i16
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_audio::Codec;
    use std::collections::HashSet;

    fn recording(seconds: usize) -> Recording {
        let tone = |index: usize| (8000.0 * (index as f64 * 0.37).sin()) as i16;
        let samples: Vec<i16> = (0..8000 * seconds).map(tone).collect();
        let other = samples.iter().map(|sample| sample / 2).collect();
        let channels = vec![Samples::I16(samples), Samples::I16(other)];
        Recording { rate_hz: 8000, codec: Codec::Pcm16, channels }
    }

    #[test]
    fn no_two_calls_of_a_recording_are_the_same() {
        let recording = recording(3);
        let calls: HashSet<Vec<i16>> =
            (0..1500).map(|round| Variation::new(round, 1, None).interleaved(&recording).collect()).collect();
        assert_eq!(calls.len(), 1500);
    }

    #[test]
    fn calls_are_as_long_as_asked_for_on_the_average() {
        let recording = recording(3);
        for length_s in [0.5, 2.0, 60.0] {
            let frames = |round| Variation::new(round, 1, Some(length_s)).frames(&recording);
            let all: Vec<f64> = (0..LENGTH_STEPS).map(|round| frames(round) as f64 / 8000.0).collect();
            let mean_s = all.iter().sum::<f64>() / all.len() as f64;
            assert!((mean_s / length_s - 1.0).abs() < 0.01, "{mean_s} for {length_s}");
            assert!(all.iter().all(|call_s| (0.69..1.31).contains(&(call_s / length_s))), "{all:?}");
        }
        let first = Variation::new(0, 6, Some(4.0));
        let samples: Vec<i16> = first.interleaved(&recording).collect();
        assert_eq!((first.frames(&recording), samples.len()), (4 * 8000, 2 * 4 * 8000));
        assert_eq!(samples[..4], [0, 0, 2892, 1446]);
    }

    #[test]
    fn every_channel_stays_where_it_is_and_none_is_clipped() {
        let recording = recording(1);
        for round in [0, 1, 600, 12_345] {
            let samples: Vec<i16> = Variation::new(round, 1, None).interleaved(&recording).collect();
            assert!(samples.iter().all(|sample| sample.abs() <= 8000));
            assert!(samples.chunks(2).all(|pair| (pair[0] / 2).abs_diff(pair[1]) <= 1), "{round}");
        }
    }
}
