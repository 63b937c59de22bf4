//! Which stretches of a channel belong to one voice.

use crate::settings::VoiceSettings;
use crate::{cluster, resegment, windows};
use etalon_call::{Span, round3};
use etalon_voice::VoiceNetwork;

/// Speech of one voice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoiceSegment {
    /// When.
    pub span: Span,
    /// Whose, by number from 0 in order of first appearance.
    pub speaker: usize,
}

/// Who speaks when on a channel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Voices {
    /// How many voices there are.
    pub speakers: usize,
    /// Their speech in order of time; together it is the speech regions.
    pub segments: Vec<VoiceSegment>,
    /// The highest likeness of two of the voices, -1 to 1; none with fewer than two.
    pub likeness: Option<f64>,
}

impl Voices {
    /// Whose voice is heard at a time, or is the nearest to it; none where there is no speech at all.
    pub fn speaker_at(&self, time_s: f64) -> Option<usize> {
        let after = self.segments.partition_point(|segment| segment.span.start_s <= time_s);
        let distance_s = |segment: &&VoiceSegment| {
            (segment.span.start_s - time_s).max(time_s - segment.span.end_s).max(0.0)
        };
        let near = self.segments[after.saturating_sub(1)..].iter().take(2);
        near.min_by(|left, right| distance_s(left).total_cmp(&distance_s(right)))
            .map(|segment| segment.speaker)
    }
}

/// Tells the voices in the speech regions of one channel apart.
///
/// `regions` are sorted and disjoint; `sound` gives the sound of a span at 16 kHz, between -1 and 1. Speech without any
/// voice that can be compared belongs to one speaker.
pub fn tell_apart(
    regions: &[Span],
    sound: &mut dyn FnMut(Span) -> Vec<f32>,
    network: &VoiceNetwork,
    settings: &VoiceSettings,
) -> Voices {
    let steps = windows::steps(regions, sound, network, settings);
    let means = cluster::voices(&steps, settings);
    let speakers = resegment::speakers(&steps, &means, settings);
    let mut segments: Vec<VoiceSegment> = Vec::new();
    let mut names: Vec<usize> = Vec::new();
    for (step, speaker) in steps.iter().zip(speakers) {
        let number = names.iter().position(|&name| name == speaker).unwrap_or_else(|| {
            names.push(speaker);
            names.len() - 1
        });
        match segments.last_mut() {
            Some(last) if last.speaker == number && !step.follows_pause => last.span.end_s = step.span.end_s,
            _ => segments.push(VoiceSegment { span: step.span, speaker: number }),
        }
    }
    for segment in &mut segments {
        segment.span = Span::new(segment.span.start_s, segment.span.end_s);
    }
    Voices { speakers: names.len(), segments, likeness: cluster::highest_likeness(&means).map(round3) }
}
