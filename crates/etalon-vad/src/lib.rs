//! Speech activity and acoustic features from the signal.
//!
//! [`analyse`] passes once over the samples of a recording's channels and gives for each channel when somebody
//! speaks on it, when music plays, and what else the signal shows 100 times a second: level, clipping,
//! periodicity and pitch, syllable nuclei, loudness. It knows nothing of files, words or roles and cannot fail:
//! every input, an empty one too, has a defined result without a single NaN.

#![deny(unsafe_code)]

mod activity;
mod crosstalk;
mod decimation;
mod frames;
mod input;
pub mod kernels;
pub mod loudness;
mod measure;
mod music;
mod noise;
mod periodicity;
mod settings;
mod spectrum;
mod syllables;
mod threshold;

pub use frames::{FRAMES_PER_SECOND, FrameFeatures, SILENT_DBFS};
pub use input::ChannelSamples;
pub use settings::ActivitySettings;

use activity::Evidence;
use etalon_call::Span;
use std::ops::Range;

/// What the signal of one channel shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChannelAnalysis {
    /// When somebody speaks, in order; regions never touch.
    pub regions: Vec<Span>,
    /// When music plays, in order.
    pub music: Vec<Span>,
    /// What was measured, 100 frames a second.
    pub frames: FrameFeatures,
}

/// Sampling rates that can be analysed, Hz.
pub const RATES_HZ: std::ops::RangeInclusive<u32> = 4_000..=192_000;

/// Analyses the channels of one recording, in their order.
///
/// All channels are given together because the echo of one side on the other's channel is not speech of that side.
/// A channel without samples, or a rate outside of [`RATES_HZ`], gives an empty analysis.
pub fn analyse(
    channels: &[ChannelSamples<'_>],
    rate_hz: u32,
    settings: &ActivitySettings,
) -> Vec<ChannelAnalysis> {
    if !RATES_HZ.contains(&rate_hz) {
        return channels.iter().map(|_| ChannelAnalysis::default()).collect();
    }
    let measured: Vec<_> = channels.iter().map(|&channel| measure::measure(channel, rate_hz)).collect();
    let evidence: Vec<_> = measured.iter().map(|measured| Evidence::of(measured, settings)).collect();
    measured
        .into_iter()
        .enumerate()
        .map(|(index, measured)| {
            let echoes = crosstalk::echoes(index, &evidence, settings);
            let mut frames = measured.features;
            let music = spans(&evidence[index].music, frames.duration_s());
            let speech = activity::speech_frames(&evidence[index], &frames, settings, |frame| echoes[frame]);
            frames.syllable_nuclei_s = syllable_times(&speech, &frames, settings);
            ChannelAnalysis { regions: spans(&speech, frames.duration_s()), music, frames }
        })
        .collect()
}

fn spans(stretches: &[Range<usize>], duration_s: f64) -> Vec<Span> {
    let time_s = |frame: usize| (frame as f64 / FRAMES_PER_SECOND as f64).min(duration_s);
    stretches.iter().map(|stretch| Span::new(time_s(stretch.start), time_s(stretch.end))).collect()
}

fn syllable_times(speech: &[Range<usize>], frames: &FrameFeatures, settings: &ActivitySettings) -> Vec<f64> {
    let is_speech = activity::marked(speech, frames.len());
    let voiced = |frame: usize| is_speech[frame] && frames.periodicity[frame] >= settings.voiced_periodicity;
    syllables::nuclei(&frames.level_dbfs, voiced)
        .into_iter()
        .map(|frame| etalon_call::round3((frame as f64 + 0.5) / FRAMES_PER_SECOND as f64))
        .collect()
}
