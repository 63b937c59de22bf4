//! The one pass over a channel's samples.

use crate::decimation::Decimator;
use crate::evidence::{Collected, Collector};
use crate::frames::{FRAMES_PER_SECOND, FrameFeatures, first_sample, frame_count};
use crate::held::HeldSamples;
use crate::input::ChannelSamples;
use crate::kernels::{Backend, IntegerStatistics, Statistics, frames_i16, statistics_f32, statistics_i16};
use crate::loudness::{LoudnessBlock, LoudnessMeter};
use crate::network_input::NetworkInput;
use crate::periodicity::{Periodicity, PeriodicityMeter};
use crate::settings::ActivitySettings;
use crate::spectrum::{Spectrum, decibels};
use std::ops::Range;

/// Frames that are worked on together, so that their samples stay in the cache.
pub(crate) const FRAMES_PER_CHUNK: usize = 100;
/// Periodicity is measured once in so many frames: its window is longer than that, and voices do
/// not change faster.
const PERIODICITY_HOP: usize = 2;

/// What is known of a stretch of a channel.
pub(crate) struct KnownFrames<'a> {
    /// The number of the first frame.
    pub(crate) first: usize,
    /// The features; there may be more frames than in `collected`.
    pub(crate) features: &'a FrameFeatures,
    pub(crate) collected: Collected<'a>,
    /// How likely somebody speaks in each frame, as the network hears it, in steps of 1/255.
    pub(crate) voice: &'a [u8],
}

/// Measures one channel while its samples come. Frames are always worked on in the same chunks, and
/// only when all the samples around them are there, so that the division into blocks does not show.
pub(crate) struct ChannelMeter {
    rate_hz: u32,
    held: HeldSamples,
    /// Frames that were measured so far.
    measured: usize,
    /// The first of them that was not forgotten.
    first: usize,
    features: FrameFeatures,
    /// The sums over the frames of a chunk.
    integers: Vec<IntegerStatistics>,
    loudness: LoudnessMeter,
    collector: Collector,
    network_input: NetworkInput,
    pass: Pass,
}

impl ChannelMeter {
    pub(crate) fn new(rate_hz: u32, settings: &ActivitySettings) -> Self {
        let pass = Pass::new(rate_hz);
        Self {
            rate_hz,
            held: HeldSamples::default(),
            measured: 0,
            first: 0,
            features: FrameFeatures::default(),
            integers: Vec::new(),
            loudness: LoudnessMeter::new(rate_hz),
            collector: Collector::new(settings, pass.spectrum.band_lines(), pass.spectrum.bins()),
            network_input: NetworkInput::new(rate_hz, settings),
            pass,
        }
    }

    /// Takes the samples that follow the ones before.
    pub(crate) fn push(&mut self, samples: ChannelSamples<'_>) {
        let mut start = 0;
        while start < samples.len() {
            let chunk = self.next_chunk();
            let needed = self.pass.samples_around(&chunk, self.rate_hz).end;
            let end = samples.len().min(start + needed.saturating_sub(self.held.end()));
            self.held.append(samples.slice(start..end));
            start = end;
            if self.held.end() >= needed {
                self.measure(chunk);
            }
        }
    }

    /// Measures the frames at the end, as if silence followed.
    pub(crate) fn finish(&mut self) {
        let frames = frame_count(self.held.end(), self.rate_hz);
        while self.measured < frames {
            let chunk = self.next_chunk();
            self.measure(chunk.start..chunk.end.min(frames));
        }
        self.collector.finish();
        let (heights_db, level_dbfs) = self.collector.heights_and_levels();
        self.network_input.finish(&self.held, heights_db, level_dbfs);
    }

    /// Frames about which all is known that decisions rest on.
    pub(crate) fn known(&self) -> usize {
        self.first + self.network_input.voice().len()
    }

    /// What is known of the frames from the first one on that was not forgotten up to some frame.
    pub(crate) fn known_before(&self, end: usize) -> KnownFrames<'_> {
        let count = end.min(self.known()).saturating_sub(self.first);
        KnownFrames {
            first: self.first,
            features: &self.features,
            collected: self.collector.collected(count),
            voice: &self.network_input.voice()[..count],
        }
    }

    /// Forgets the frames before some frame, whose number is a multiple of that of the frames in a
    /// chunk.
    pub(crate) fn forget_before(&mut self, frame: usize) {
        let count = frame.saturating_sub(self.first);
        self.features.forget(count);
        self.collector.forget(count);
        self.network_input.forget(count);
        self.first += count;
    }

    /// Samples per second.
    pub(crate) fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Length of the channel so far, seconds.
    pub(crate) fn duration_s(&self) -> f64 {
        self.held.end() as f64 / f64::from(self.rate_hz.max(1))
    }

    /// Energy after K-weighting in blocks of 100 ms.
    pub(crate) fn into_loudness_blocks(self) -> Vec<LoudnessBlock> {
        self.loudness.finish()
    }

    /// What was measured of the frames that were not forgotten.
    pub(crate) fn into_features(self) -> FrameFeatures {
        self.features
    }

    fn next_chunk(&self) -> Range<usize> {
        self.measured..self.measured + FRAMES_PER_CHUNK
    }

    fn measure(&mut self, chunk: Range<usize>) {
        self.levels(chunk.clone());
        let samples = first_sample(chunk.start, self.rate_hz)
            ..first_sample(chunk.end, self.rate_hz).min(self.held.end());
        self.pass.loudness(&self.held, samples, &mut self.loudness);
        self.pass.spectrum_and_pitch(&self.held, chunk.clone(), &mut self.features, &mut self.collector);
        self.measured = chunk.end;
        let (heights_db, level_dbfs) = self.collector.heights_and_levels();
        self.network_input.listen(&self.held, heights_db, level_dbfs);
        let needed = self.pass.samples_around(&self.next_chunk(), self.rate_hz).start;
        self.held.forget_before(needed.min(self.network_input.next_sample()));
    }

    /// Level, peak and clipping of the frames of one chunk, from the samples as they are.
    fn levels(&mut self, chunk: Range<usize>) {
        let backend = Backend::in_use();
        let frames_per_second = FRAMES_PER_SECOND as u32;
        let first = first_sample(chunk.start, self.rate_hz);
        let all = self.held.between(first, first_sample(chunk.end, self.rate_hz));
        if let ChannelSamples::I16(samples) = all
            && self.rate_hz.is_multiple_of(frames_per_second)
        {
            let frame_length = (self.rate_hz / frames_per_second) as usize;
            self.integers.clear();
            frames_i16(backend, samples, frame_length, &mut self.integers);
            for (statistics, frame) in self.integers.iter().zip(samples.chunks(frame_length)) {
                add_statistics(&mut self.features, statistics.as_fractions(), frame.len());
            }
            return;
        }
        for frame in chunk {
            let [start, end] = [frame, frame + 1].map(|frame| first_sample(frame, self.rate_hz) - first);
            let samples = all.slice(start..end);
            let statistics = match samples {
                ChannelSamples::I16(samples) => statistics_i16(backend, samples).as_fractions(),
                ChannelSamples::F32(samples) => statistics_f32(backend, samples),
            };
            add_statistics(&mut self.features, statistics, samples.len());
        }
    }
}

/// Adds a frame of so many samples.
fn add_statistics(features: &mut FrameFeatures, statistics: Statistics, samples: usize) {
    features.level_dbfs.push(decibels((statistics.square_sum / samples.max(1) as f64) as f32));
    features.peak.push(statistics.peak);
    features.clipped.push(statistics.clipped.min(u32::from(u16::MAX)) as u16);
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

    /// All samples that the frames of a chunk are measured on.
    fn samples_around(&self, chunk: &Range<usize>, rate_hz: u32) -> Range<usize> {
        let needed = self.decimator.needed(self.decimated_around(chunk));
        let start = first_sample(chunk.start, rate_hz).min(needed.start.max(0) as usize);
        start..first_sample(chunk.end, rate_hz).max(needed.end.max(0) as usize)
    }

    fn decimated_around(&self, chunk: &Range<usize>) -> Range<isize> {
        let margin = self.spectrum.length().max(self.periodicity.length()) as isize;
        self.centre(chunk.start) - margin..self.centre(chunk.end) + margin
    }

    /// The decimated sample in the middle of a frame.
    fn centre(&self, frame: usize) -> isize {
        ((frame as f64 + 0.5) * self.analysis_rate_hz / FRAMES_PER_SECOND as f64) as isize
    }

    fn loudness(&mut self, held: &HeldSamples, samples: Range<usize>, meter: &mut LoudnessMeter) {
        self.window.resize(samples.len(), 0.0);
        held.copy_to(samples.start as isize, &mut self.window);
        meter.push(&self.window);
    }

    fn spectrum_and_pitch(
        &mut self,
        held: &HeldSamples,
        chunk: Range<usize>,
        features: &mut FrameFeatures,
        collector: &mut Collector,
    ) {
        let decimated = self.decimated_around(&chunk);
        self.window.resize((decimated.end - decimated.start) as usize, 0.0);
        self.decimator.fill(held, decimated.start, &mut self.window);
        let mut periodicity = Periodicity::default();
        for frame in chunk {
            let middle = (self.centre(frame) - decimated.start) as usize;
            let around = |length: usize| middle - length / 2..middle - length / 2 + length;
            collector.push(&self.spectrum.measure(&self.window[around(self.spectrum.length())]));
            if frame % PERIODICITY_HOP == 0 {
                periodicity = self.periodicity.measure(&self.window[around(self.periodicity.length())]);
            }
            features.periodicity.push(periodicity.strength);
            features.pitch_hz.push(periodicity.pitch_hz);
        }
    }
}
