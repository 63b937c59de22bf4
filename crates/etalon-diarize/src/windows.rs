//! Overlapping windows over the speech of a channel, each with its voice.

use crate::settings::VoiceSettings;
use etalon_call::Span;
use etalon_voice::{Embedding, FRAMES_PER_SECOND, FeatureExtractor, VoiceFrames, VoiceNetwork};

/// Speech is given to the network in stretches of at most this length, seconds.
const STRETCH_MAX_S: f64 = 8.0;

/// A step of the grid inside a region of speech.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The time that the step stands for.
    pub(crate) span: Span,
    /// The voice in the window around it; none where there is too little signal.
    pub(crate) voice: Option<Embedding>,
    /// Length of that window, seconds: it ends where the region does.
    pub(crate) window_s: f64,
    /// Whether a pause lies before it.
    pub(crate) follows_pause: bool,
}

/// The steps of all regions, in order of time.
pub(crate) fn steps(
    regions: &[Span],
    sound: &mut dyn FnMut(Span) -> Vec<f32>,
    network: &VoiceNetwork,
    settings: &VoiceSettings,
) -> Vec<Step> {
    let mut extractor = FeatureExtractor::default();
    let mut steps = Vec::new();
    for region in regions {
        let first = steps.len();
        for stretch in stretches(region) {
            let mut features = extractor.features(&sound(stretch));
            features.subtract_mean();
            steps.extend(steps_of(stretch, &network.listen(&features), network, settings));
        }
        if let Some(step) = steps.get_mut(first) {
            step.follows_pause = true;
        }
    }
    steps
}

/// A region in equal parts that are short enough.
fn stretches(region: &Span) -> impl Iterator<Item = Span> + use<> {
    let (start_s, duration_s) = (region.start_s, region.duration_s());
    let count = (duration_s / STRETCH_MAX_S).ceil().max(1.0) as usize;
    let part_s = duration_s / count as f64;
    (0..count).map(move |part| Span {
        start_s: start_s + part as f64 * part_s,
        end_s: start_s + (part + 1) as f64 * part_s,
    })
}

fn steps_of(
    stretch: Span,
    frames: &VoiceFrames,
    network: &VoiceNetwork,
    settings: &VoiceSettings,
) -> Vec<Step> {
    let count = (stretch.duration_s() / settings.step_s).round().max(1.0) as usize;
    let step_s = stretch.duration_s() / count as f64;
    let ranges: Vec<std::ops::Range<usize>> = (0..count)
        .map(|step| {
            let middle_s = (step as f64 + 0.5) * step_s;
            let frame = |time_s: f64| (time_s.max(0.0) * FRAMES_PER_SECOND as f64).round() as usize;
            let start = frame(middle_s - settings.window_s / 2.0).min(frames.len());
            start..frame(middle_s + settings.window_s / 2.0).min(frames.len())
        })
        .collect();
    network
        .embeddings(frames, &ranges)
        .into_iter()
        .zip(&ranges)
        .enumerate()
        .map(|(step, (voice, range))| Step {
            span: Span {
                start_s: stretch.start_s + step as f64 * step_s,
                end_s: stretch.start_s + (step + 1) as f64 * step_s,
            },
            voice,
            window_s: range.len() as f64 / FRAMES_PER_SECOND as f64,
            follows_pause: false,
        })
        .collect()
}
