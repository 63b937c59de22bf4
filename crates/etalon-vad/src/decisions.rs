//! What was decided about a channel, part by part of the recording.

use crate::evidence::Collected;
use crate::frames::{FRAMES_PER_SECOND, FrameFeatures};
use crate::settings::ActivitySettings;
use crate::spectrum::{TILT_BORDER_BAND, decibels};
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

/// What was measured of one syllable nucleus: its vowel, where vocal effort is heard.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SyllableNucleus {
    /// When it is, seconds.
    pub time_s: f64,
    /// Level in the telephone band, dB relative to full scale.
    pub level_dbfs: f32,
    /// Spectral tilt: level above 1 kHz less that below, dB; it rises with vocal effort (Liénard
    /// and Di Benedetto 1999).
    pub tilt_db: f32,
    /// Fundamental frequency, Hz; 0 where none was found.
    pub pitch_hz: f32,
}

impl SyllableNucleus {
    /// Frames on each side that are measured with the nucleus itself.
    const AROUND: usize = 2;

    fn of(frame: usize, first: usize, features: &FrameFeatures, collected: &Collected<'_>) -> Self {
        let around = frame.saturating_sub(Self::AROUND)..(frame + Self::AROUND + 1).min(collected.frames());
        let (below, above) = collected.power_below_and_above(around, TILT_BORDER_BAND);
        Self {
            time_s: etalon_call::round3(((first + frame) as f64 + 0.5) / FRAMES_PER_SECOND as f64),
            level_dbfs: decibels(below + above),
            tilt_db: decibels(above) - decibels(below),
            pitch_hz: features.pitch_hz[frame],
        }
    }
}

/// Speech on one channel.
#[derive(Debug, Clone, Default)]
pub(crate) struct Speech {
    regions: Vec<(Range<usize>, RegionFeatures)>,
    nuclei: Vec<SyllableNucleus>,
}

impl Speech {
    /// Adds what was decided about the frames that follow: `stretches` of speech and syllable
    /// nuclei among all frames whose features are given, of which only those of `part` count.
    /// `first` is the number that the first frame has in the channel.
    pub(crate) fn add(
        &mut self,
        stretches: &[Range<usize>],
        nuclei: &[usize],
        (features, collected): (&FrameFeatures, &Collected<'_>),
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
        let nuclei = nuclei.iter().filter(|&frame| part.contains(frame));
        self.nuclei.extend(nuclei.map(|&frame| SyllableNucleus::of(frame, first, features, collected)));
    }

    /// The regions, what was measured of them, and the syllable nuclei. What a border between two
    /// parts left of a region that only one of them found is dropped, if it is too short for one.
    pub(crate) fn finish(
        mut self,
        duration_s: f64,
        settings: &ActivitySettings,
    ) -> (Vec<Span>, Vec<RegionFeatures>, Vec<SyllableNucleus>) {
        self.regions.retain(|(region, _)| is_as_long_as(region, settings.region_min_s));
        let (regions, features): (Vec<_>, Vec<_>) = self.regions.into_iter().unzip();
        (spans(&regions, duration_s), features, self.nuclei)
    }
}

/// Adds passages of music, or tones, in a part of the frames, the first of which has the number
/// `first` in the channel.
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

/// Passages as times; those that are too short, as what a border between two parts leaves of one,
/// are dropped.
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
