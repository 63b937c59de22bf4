//! The one pass over a channel's samples.

use crate::decimation::Decimator;
use crate::frames::{FRAMES_PER_SECOND, FrameFeatures, first_sample, frame_count};
use crate::input::ChannelSamples;
use crate::kernels::{Backend, statistics_f32, statistics_i16};
use crate::loudness::LoudnessMeter;
use crate::periodicity::{Periodicity, PeriodicityMeter};
use crate::spectrum::{BANDS, Spectrum, SpectrumFrame, decibels};

/// Frames that are worked on together, so that their samples stay in the cache.
const FRAMES_PER_CHUNK: usize = 100;
/// Periodicity is measured once in so many frames: its window is longer than that, and voices do not change faster.
const PERIODICITY_HOP: usize = 2;

/// What the pass over one channel gives: the features that are kept, and those that only the detector needs.
pub(crate) struct Measured {
    pub(crate) features: FrameFeatures,
    pub(crate) spectra: Vec<SpectrumFrame>,
    /// For each band the bits that its bins have among the lines of a frame.
    pub(crate) band_lines: [u128; BANDS],
}

/// Measures one channel.
pub(crate) fn measure(channel: ChannelSamples<'_>, rate_hz: u32) -> Measured {
    let frames = frame_count(channel.len(), rate_hz);
    let mut features = FrameFeatures { rate_hz, samples: channel.len(), ..FrameFeatures::default() };
    let mut spectra = Vec::with_capacity(frames);
    let mut loudness = LoudnessMeter::new(rate_hz);
    let mut pass = Pass::new(rate_hz);
    for start in (0..frames).step_by(FRAMES_PER_CHUNK) {
        let chunk = start..(start + FRAMES_PER_CHUNK).min(frames);
        levels(channel, rate_hz, chunk.clone(), &mut features);
        pass.loudness(channel, rate_hz, chunk.clone(), &mut loudness);
        pass.spectrum_and_pitch(channel, chunk, &mut features, &mut spectra);
    }
    features.loudness_blocks = loudness.finish();
    Measured { features, spectra, band_lines: pass.spectrum.band_lines() }
}

/// Level, peak and clipping of the frames of one chunk, from the samples as they are.
fn levels(
    channel: ChannelSamples<'_>,
    rate_hz: u32,
    chunk: std::ops::Range<usize>,
    features: &mut FrameFeatures,
) {
    let backend = Backend::in_use();
    for frame in chunk {
        let samples = first_sample(frame, rate_hz)..first_sample(frame + 1, rate_hz).min(channel.len());
        let count = samples.len().max(1);
        let statistics = match channel {
            ChannelSamples::I16(all) => statistics_i16(backend, &all[samples]).as_fractions(),
            ChannelSamples::F32(all) => statistics_f32(backend, &all[samples]),
        };
        features.level_dbfs.push(decibels((statistics.square_sum / count as f64) as f32));
        features.peak.push(statistics.peak);
        features.clipped.push(statistics.clipped.min(u32::from(u16::MAX)) as u16);
    }
}

/// The state that goes from chunk to chunk.
struct Pass {
    decimator: Decimator,
    analysis_rate_hz: f64,
    spectrum: Spectrum,
    periodicity: PeriodicityMeter,
    window: Vec<f32>,
}

impl Pass {
    fn new(rate_hz: u32) -> Self {
        let decimator = Decimator::new(rate_hz);
        let analysis_rate_hz = decimator.output_rate_hz(rate_hz);
        Self {
            decimator,
            analysis_rate_hz,
            spectrum: Spectrum::new(analysis_rate_hz),
            periodicity: PeriodicityMeter::new(analysis_rate_hz),
            window: Vec::new(),
        }
    }

    fn loudness(
        &mut self,
        channel: ChannelSamples<'_>,
        rate_hz: u32,
        chunk: std::ops::Range<usize>,
        meter: &mut LoudnessMeter,
    ) {
        let first = first_sample(chunk.start, rate_hz);
        let end = first_sample(chunk.end, rate_hz).min(channel.len());
        self.window.resize(end - first, 0.0);
        channel.copy_to(first as isize, &mut self.window);
        meter.push(&self.window);
    }

    fn spectrum_and_pitch(
        &mut self,
        channel: ChannelSamples<'_>,
        chunk: std::ops::Range<usize>,
        features: &mut FrameFeatures,
        spectra: &mut Vec<SpectrumFrame>,
    ) {
        let margin = self.spectrum.length().max(self.periodicity.length());
        let centre =
            |frame: usize| ((frame as f64 + 0.5) * self.analysis_rate_hz / FRAMES_PER_SECOND as f64) as usize;
        let first = centre(chunk.start) as isize - margin as isize;
        let end = centre(chunk.end) + margin;
        self.window.resize((end as isize - first) as usize, 0.0);
        self.decimator.fill(channel, first, &mut self.window);
        let mut periodicity = Periodicity::default();
        for frame in chunk {
            let middle = (centre(frame) as isize - first) as usize;
            let around = |length: usize| middle - length / 2..middle - length / 2 + length;
            spectra.push(self.spectrum.measure(&self.window[around(self.spectrum.length())]));
            if frame % PERIODICITY_HOP == 0 {
                periodicity = self.periodicity.measure(&self.window[around(self.periodicity.length())]);
            }
            features.periodicity.push(periodicity.strength);
            features.pitch_hz.push(periodicity.pitch_hz);
        }
    }
}
