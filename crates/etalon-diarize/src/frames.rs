//! Overlapping windows over the speech of a channel, each with its voice.

use crate::settings::VoiceSettings;
use etalon_call::Span;
use etalon_voice::{Embedding, FRAMES_PER_SECOND, FeatureExtractor, VoiceFrames, VoiceNetwork};

/// Speech is given to the network in stretches of at most this length, seconds.
const STRETCH_MAX_S: f64 = 8.0;

const GOLDEN_RATIO: f64 = 1.618_033_988_749_895;

/// A frame of the grid inside a region of speech.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// The time that the frame stands for.
    pub(crate) span: Span,
    /// The voice in the window around it; none where there is too little signal.
    pub(crate) voice: Option<Embedding>,
    /// Length of that window, seconds: it ends where the region does.
    pub(crate) window_s: f64,
    /// Mean square of the sound in the frame itself.
    pub(crate) power: f64,
    /// Whether a pause lies before it.
    pub(crate) follows_pause: bool,
}

/// Speech that the network listens to at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) span: Span,
    follows_pause: bool,
}

/// The speech of all regions, in order of time.
pub(crate) fn stretches(regions: &[Span]) -> Vec<Stretch> {
    regions.iter().flat_map(of_region).collect()
}

/// A region in equal parts that are short enough.
fn of_region(region: &Span) -> impl Iterator<Item = Stretch> + use<> {
    let (start_s, duration_s) = (region.start_s, region.duration_s());
    let count = (duration_s / STRETCH_MAX_S).ceil().max(1.0) as usize;
    let part_s = duration_s / count as f64;
    (0..count).map(move |part| Stretch {
        span: Span { start_s: start_s + part as f64 * part_s, end_s: start_s + (part + 1) as f64 * part_s },
        follows_pause: part == 0,
    })
}

/// Which of so many stretches make up a share of a recording, taken from everywhere in it. Speakers
/// often take turns evenly, so every second stretch may be one speaker's: multiples of the golden
/// ratio fill the interval from 0 to 1 evenly whichever of them are left out (Weyl 1916).
pub(crate) fn sampled(count: usize, share: f64) -> impl Iterator<Item = bool> {
    (0..count).map(move |place| (place as f64 * GOLDEN_RATIO).fract() < share)
}

/// Listens to speech stretch by stretch.
pub(crate) struct FrameEmbedder<'a> {
    sound: &'a mut dyn FnMut(Span) -> Vec<f32>,
    network: &'a VoiceNetwork,
    settings: &'a VoiceSettings,
    extractor: FeatureExtractor,
}

impl<'a> FrameEmbedder<'a> {
    pub(crate) fn new(
        sound: &'a mut dyn FnMut(Span) -> Vec<f32>,
        network: &'a VoiceNetwork,
        settings: &'a VoiceSettings,
    ) -> Self {
        Self { sound, network, settings, extractor: FeatureExtractor::default() }
    }

    /// The frames of a stretch.
    pub(crate) fn frames(&mut self, stretch: &Stretch) -> Vec<Frame> {
        let sound = (self.sound)(stretch.span);
        let mut features = self.extractor.features(&sound);
        features.subtract_mean();
        let mut frames =
            frames_of(stretch.span, &self.network.listen(&features), self.network, self.settings);
        let samples = sound.len().div_ceil(frames.len().max(1)).max(1);
        for (frame, sound) in frames.iter_mut().zip(sound.chunks(samples)) {
            frame.power = mean_square(sound);
        }
        if let Some(first) = frames.first_mut() {
            first.follows_pause = stretch.follows_pause;
        }
        frames
    }
}

fn mean_square(sound: &[f32]) -> f64 {
    sound.iter().map(|&sample| f64::from(sample).powi(2)).sum::<f64>() / sound.len().max(1) as f64
}

fn frames_of(
    stretch: Span,
    voices: &VoiceFrames,
    network: &VoiceNetwork,
    settings: &VoiceSettings,
) -> Vec<Frame> {
    let count = (stretch.duration_s() / settings.step_s).round().max(1.0) as usize;
    let step_s = stretch.duration_s() / count as f64;
    let ranges: Vec<std::ops::Range<usize>> = (0..count)
        .map(|frame| {
            let middle_s = (frame as f64 + 0.5) * step_s;
            let place = |time_s: f64| (time_s.max(0.0) * FRAMES_PER_SECOND as f64).round() as usize;
            let start = place(middle_s - settings.window_s / 2.0).min(voices.len());
            start..place(middle_s + settings.window_s / 2.0).min(voices.len())
        })
        .collect();
    network
        .embeddings(voices, &ranges)
        .into_iter()
        .zip(&ranges)
        .enumerate()
        .map(|(frame, (voice, range))| Frame {
            span: Span {
                start_s: stretch.start_s + frame as f64 * step_s,
                end_s: stretch.start_s + (frame + 1) as f64 * step_s,
            },
            voice,
            window_s: range.len() as f64 / FRAMES_PER_SECOND as f64,
            power: 0.0,
            follows_pause: false,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(count: usize, share: f64) {
        let is_sampled: Vec<bool> = sampled(count, share).collect();
        assert_eq!(is_sampled.len(), count);
        // Of each of two speakers who take turns, in each half of the recording.
        for first in [0, 1, count / 2, count / 2 + 1] {
            let own = is_sampled[first..].iter().take(count / 2).step_by(2);
            let (all, chosen) = (own.len() as f64, own.filter(|is_sampled| **is_sampled).count() as f64);
            assert!((chosen / all - share).abs() <= 0.03, "{count}, {share}: {chosen} of {all}");
        }
    }

    #[test]
    fn a_share_of_a_recording_holds_as_much_of_each_speaker_and_of_each_half() {
        for share in [0.05, 1.0 / 3.0, 0.5, 0.7, 1.0] {
            check(500, share);
            check(3_000, share);
        }
    }
}
