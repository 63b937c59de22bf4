//! The analysis of a recording while its samples come.

use crate::activity::{self, Evidence};
use crate::frames::{FRAMES_PER_SECOND, FrameFeatures};
use crate::measure::{ChannelMeter, Measured};
use crate::{ActivitySettings, ChannelAnalysis, ChannelSamples, RATES_HZ, crosstalk, syllables};
use etalon_call::Span;
use std::ops::Range;

/// Analyses the channels of one recording block by block, so that its samples need not lie in memory.
///
/// The result is the same to the last bit however the samples are divided into blocks. What grows with the recording is
/// what is measured of each frame: about 60 bytes, 100 times a second and channel, whatever the sampling rate.
///
/// All channels are given together because the echo of one side on the other's channel is not speech of that side.
/// A channel without samples, or a rate outside of [`RATES_HZ`], gives an empty analysis.
pub struct Analyser {
    settings: ActivitySettings,
    /// One per channel; none for a rate that can't be analysed.
    meters: Vec<Option<ChannelMeter>>,
}

impl Analyser {
    /// An analyser of so many channels at a sampling rate in hertz.
    pub fn new(channels: usize, rate_hz: u32, settings: &ActivitySettings) -> Self {
        let can_be_analysed = RATES_HZ.contains(&rate_hz);
        Self {
            settings: settings.clone(),
            meters: (0..channels)
                .map(|_| can_be_analysed.then(|| ChannelMeter::new(rate_hz, settings)))
                .collect(),
        }
    }

    /// Takes the samples of every channel that follow the ones before, any number of them. What is given beyond the
    /// number of channels is left out.
    pub fn push(&mut self, block: &[ChannelSamples<'_>]) {
        for (meter, samples) in self.meters.iter_mut().zip(block) {
            if let Some(meter) = meter {
                meter.push(*samples);
            }
        }
    }

    /// What the signal of each channel shows.
    pub fn finish(self) -> Vec<ChannelAnalysis> {
        let all: Vec<usize> = (0..self.meters.len()).collect();
        self.finish_channels(&all)
    }

    /// What the signal of some channels shows, in the order in which they are named, as if only these had been given:
    /// for who learns only at the end which channels carry a side. A channel that there is not, or that is named twice,
    /// gives an empty analysis.
    pub fn finish_channels(mut self, channels: &[usize]) -> Vec<ChannelAnalysis> {
        let meters: Vec<_> =
            channels.iter().map(|&channel| self.meters.get_mut(channel).and_then(Option::take)).collect();
        let settings = self.settings;
        drop(self.meters);
        let (features, evidence): (Vec<_>, Vec<_>) =
            meters.into_iter().map(|meter| measured(meter, &settings)).unzip();
        features
            .into_iter()
            .enumerate()
            .map(|(index, mut frames)| {
                let echoes = crosstalk::echoes(index, &evidence, &settings);
                let music = spans(&evidence[index].music, frames.duration_s());
                let speech =
                    activity::speech_frames(&evidence[index], &frames, &settings, |frame| echoes[frame]);
                frames.syllable_nuclei_s = syllable_times(&speech, &frames, &settings);
                ChannelAnalysis { regions: spans(&speech, frames.duration_s()), music, frames }
            })
            .collect()
    }
}

/// What was measured of a channel, and what speaks for speech on it.
fn measured(meter: Option<ChannelMeter>, settings: &ActivitySettings) -> (FrameFeatures, Evidence) {
    let Measured { features, collected } = meter.map(ChannelMeter::finish).unwrap_or_default();
    let evidence = Evidence::of(collected, &features, settings);
    (features, evidence)
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
