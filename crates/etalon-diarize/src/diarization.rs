//! Which stretches of a channel belong to one voice.

use crate::frames::{Frame, FrameEmbedder};
use crate::number::{self, Difference, Voices};
use crate::settings::VoiceSettings;
use crate::{frames, resegment};
use etalon_call::Span;
use etalon_voice::{Embedding, VoiceNetwork};

/// Speech of one voice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeakerSegment {
    /// When.
    pub span: Span,
    /// Whose, by number from 0 in order of first appearance.
    pub speaker: usize,
}

/// Who speaks when on a channel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diarization {
    /// How many voices there are.
    pub speakers: usize,
    /// Their speech in order of time; together it is the speech regions.
    pub segments: Vec<SpeakerSegment>,
    /// How those two voices differ that are least surely two people; none with fewer than two, and
    /// where their number was told.
    pub difference: Option<Difference>,
}

impl Diarization {
    /// Whose voice is heard at a time, or is the nearest to it; none where there is no speech at
    /// all.
    pub fn speaker_at(&self, time_s: f64) -> Option<usize> {
        let after = self.segments.partition_point(|segment| segment.span.start_s <= time_s);
        let distance_s = |segment: &&SpeakerSegment| {
            (segment.span.start_s - time_s).max(time_s - segment.span.end_s).max(0.0)
        };
        let near = self.segments[after.saturating_sub(1)..].iter().take(2);
        near.min_by(|left, right| distance_s(left).total_cmp(&distance_s(right)))
            .map(|segment| segment.speaker)
    }

    /// When a voice is heard, and when all others are, in order of time.
    pub fn speech_of(&self, voice: usize) -> (Vec<Span>, Vec<Span>) {
        let (own, others): (Vec<&SpeakerSegment>, Vec<&SpeakerSegment>) =
            self.segments.iter().partition(|segment| segment.speaker == voice);
        let spans = |segments: Vec<&SpeakerSegment>| segments.iter().map(|segment| segment.span).collect();
        (spans(own), spans(others))
    }

    /// The same speech as that of one voice.
    pub(crate) fn into_one_voice(self) -> Self {
        let mut segments: Vec<SpeakerSegment> = Vec::new();
        for segment in self.segments {
            match segments.last_mut() {
                Some(last) if last.span.end_s >= segment.span.start_s => last.span.end_s = segment.span.end_s,
                _ => segments.push(SpeakerSegment { speaker: 0, ..segment }),
            }
        }
        Self { speakers: self.speakers.min(1), segments, difference: None }
    }
}

/// Tells the voices in the speech regions of one channel apart.
///
/// `regions` are sorted and disjoint; `sound` gives the sound of a span at 16 kHz, between -1 and 1. Speech without any
/// voice that can be compared belongs to one speaker.
///
/// Memory does not grow with the recording but for the result: what the voices of a long one sound
/// like is learnt from an even share of its speech, and the timeline of the speakers is found part
/// by part. Spans are asked for in order of time, those of the share first, none twice.
pub fn diarize(
    regions: &[Span],
    sound: &mut dyn FnMut(Span) -> Vec<f32>,
    network: &VoiceNetwork,
    settings: &VoiceSettings,
) -> Diarization {
    let stretches = frames::stretches(regions);
    let mut embedder = FrameEmbedder::new(sound, network, settings);
    let speech_s: f64 = stretches.iter().map(|stretch| stretch.span.duration_s()).sum();
    let is_sampled = frames::sampled(stretches.len(), settings.held_speech_s / speech_s);
    let sample: Vec<Option<Vec<Frame>>> = stretches
        .iter()
        .zip(is_sampled)
        .map(|(stretch, is_sampled)| is_sampled.then(|| embedder.frames(stretch)))
        .collect();
    let clustered: Vec<&Frame> = sample.iter().flatten().flatten().collect();
    let Voices { means, difference } = number::voices(&clustered, speech_s, settings);
    let mut timeline = Timeline::default();
    let (mut held, mut held_s) = (Vec::new(), 0.0);
    for (stretch, frames) in stretches.iter().zip(sample) {
        held.extend(frames.unwrap_or_else(|| embedder.frames(stretch)));
        held_s += stretch.span.duration_s();
        if held_s > settings.held_speech_s {
            timeline.extend(&held, &means, settings);
            (held, held_s) = (Vec::new(), 0.0);
        }
    }
    timeline.extend(&held, &means, settings);
    Diarization { speakers: timeline.numbers.len(), segments: timeline.into_segments(), difference }
}

/// Who has spoken when so far.
#[derive(Default)]
struct Timeline {
    segments: Vec<SpeakerSegment>,
    /// The voices that were heard, in order of first appearance.
    numbers: Vec<usize>,
}

impl Timeline {
    /// Adds the most likely timeline of the voices over the frames that follow.
    fn extend(&mut self, frames: &[Frame], means: &[Embedding], settings: &VoiceSettings) {
        for (frame, voice) in frames.iter().zip(resegment::speakers(frames, means, settings)) {
            let speaker = self.number(voice);
            match self.segments.last_mut() {
                Some(last) if last.speaker == speaker && !frame.follows_pause => {
                    last.span.end_s = frame.span.end_s;
                }
                _ => self.segments.push(SpeakerSegment { span: frame.span, speaker }),
            }
        }
    }

    fn number(&mut self, voice: usize) -> usize {
        self.numbers.iter().position(|&heard| heard == voice).unwrap_or_else(|| {
            self.numbers.push(voice);
            self.numbers.len() - 1
        })
    }

    /// The segments with rounded times.
    fn into_segments(self) -> Vec<SpeakerSegment> {
        let rounded = |segment: SpeakerSegment| SpeakerSegment {
            span: Span::new(segment.span.start_s, segment.span.end_s),
            ..segment
        };
        self.segments.into_iter().map(rounded).collect()
    }
}
