//! What was decided about a channel, part by part of the recording.

use crate::frames::{FRAMES_PER_SECOND, FrameFeatures};
use crate::settings::ActivitySettings;
use etalon_call::Span;
use std::ops::Range;

/// What was measured of one region of speech.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RegionFeatures {
    /// Frames of 10 ms in the region.
    pub frames: usize,
    /// Mean power of these frames, as a share of that of a full-scale square wave.
    pub power: f64,
    /// Highest absolute sample, 0 to 1.
    pub peak: f32,
    /// Samples at full scale (0.999 and above).
    pub clipped: u64,
}

impl RegionFeatures {
    fn of(stretch: Range<usize>, features: &FrameFeatures) -> Self {
        let frames = stretch.len();
        let powers =
            features.level_dbfs[stretch.clone()].iter().map(|&level| 10_f64.powf(f64::from(level) / 10.0));
        Self {
            frames,
            power: powers.sum::<f64>() / frames.max(1) as f64,
            peak: features.peak[stretch.clone()].iter().copied().fold(0.0, f32::max),
            clipped: features.clipped[stretch].iter().map(|&clipped| u64::from(clipped)).sum(),
        }
    }

    fn joined(&self, next: &Self) -> Self {
        let frames = self.frames + next.frames;
        let power = self.power * self.frames as f64 + next.power * next.frames as f64;
        Self {
            frames,
            power: power / frames.max(1) as f64,
            peak: self.peak.max(next.peak),
            clipped: self.clipped + next.clipped,
        }
    }
}

/// Speech on one channel.
#[derive(Debug, Clone, Default)]
pub(crate) struct Speech {
    regions: Vec<(Range<usize>, RegionFeatures)>,
    nuclei: Vec<usize>,
}

impl Speech {
    /// Adds what was decided about the frames that follow: `stretches` of speech and syllable nuclei among all frames whose
    /// features are given, of which only those of `part` count. `first` is the number that the first frame has in
    /// the channel.
    pub(crate) fn add(
        &mut self,
        stretches: &[Range<usize>],
        nuclei: &[usize],
        features: &FrameFeatures,
        part: &Range<usize>,
        first: usize,
    ) {
        for stretch in inside(stretches, part) {
            let measured = RegionFeatures::of(stretch.clone(), features);
            let region = first + stretch.start..first + stretch.end;
            match self.regions.last_mut() {
                Some((last, before)) if last.end == region.start => {
                    last.end = region.end;
                    *before = before.joined(&measured);
                }
                _ => self.regions.push((region, measured)),
            }
        }
        self.nuclei.extend(nuclei.iter().filter(|&frame| part.contains(frame)).map(|frame| first + frame));
    }

    /// The regions, what was measured of them, and the times of the syllable nuclei in seconds. What a border between two
    /// parts left of a region that only one of them found is dropped, if it is too short for one.
    pub(crate) fn finish(
        mut self,
        duration_s: f64,
        settings: &ActivitySettings,
    ) -> (Vec<Span>, Vec<RegionFeatures>, Vec<f64>) {
        self.regions.retain(|(region, _)| is_as_long_as(region, settings.region_min_s));
        let (regions, features): (Vec<_>, Vec<_>) = self.regions.into_iter().unzip();
        let time_s = |frame: usize| etalon_call::round3((frame as f64 + 0.5) / FRAMES_PER_SECOND as f64);
        (spans(&regions, duration_s), features, self.nuclei.into_iter().map(time_s).collect())
    }
}

/// Adds passages of music, or tones, in a part of the frames, the first of which has the number `first` in the channel.
pub(crate) fn add_passages(
    known: &mut Vec<Range<usize>>,
    passages: &[Range<usize>],
    part: &Range<usize>,
    first: usize,
) {
    for passage in inside(passages, part) {
        let passage = first + passage.start..first + passage.end;
        match known.last_mut() {
            Some(last) if last.end == passage.start => last.end = passage.end,
            _ => known.push(passage),
        }
    }
}

/// Passages as times; those that are too short, as what a border between two parts leaves of one, are dropped.
pub(crate) fn passage_spans(mut passages: Vec<Range<usize>>, duration_s: f64, shortest_s: f64) -> Vec<Span> {
    passages.retain(|passage| is_as_long_as(passage, shortest_s));
    spans(&passages, duration_s)
}

fn inside<'a>(
    stretches: &'a [Range<usize>],
    part: &'a Range<usize>,
) -> impl Iterator<Item = Range<usize>> + 'a {
    stretches
        .iter()
        .map(|stretch| stretch.start.max(part.start)..stretch.end.min(part.end))
        .filter(|stretch| !stretch.is_empty())
}

fn is_as_long_as(stretch: &Range<usize>, shortest_s: f64) -> bool {
    stretch.len() as f64 >= (shortest_s * FRAMES_PER_SECOND as f64).round()
}

fn spans(stretches: &[Range<usize>], duration_s: f64) -> Vec<Span> {
    let time_s = |frame: usize| (frame as f64 / FRAMES_PER_SECOND as f64).min(duration_s);
    stretches.iter().map(|stretch| Span::new(time_s(stretch.start), time_s(stretch.end))).collect()
}
