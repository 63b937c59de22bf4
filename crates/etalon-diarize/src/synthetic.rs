//! Voices made up for tests.

use crate::frames::Frame;
use etalon_call::Span;
use etalon_voice::{BANDS, Embedding, Features, VoiceNetwork};

/// So many directions at right angles to each other, made of what the network hears in different
/// noises.
pub(crate) fn axes(count: usize) -> Vec<Embedding> {
    let network = VoiceNetwork::embedded().unwrap();
    let mut axes: Vec<Embedding> = Vec::new();
    for seed in 0..count {
        let value = |frame: usize, band: usize| {
            ((frame * 31 + band * 7) as f64 * (1.0 + seed as f64 * 0.37)).sin() as f32
                * (1.0 + (band * seed % 11) as f32)
        };
        let rows = (0..100).map(|frame| std::array::from_fn::<f32, BANDS, _>(|band| value(frame, band)));
        let frames = network.listen(&Features::from_frames(rows.collect()));
        let mut direction =
            network.embeddings(&frames, std::slice::from_ref(&(0..frames.len())))[0].clone().unwrap();
        // Twice, because what rounding leaves of the others weighs more in what is left of this one
        // (Gram and Schmidt).
        for other in axes.iter().chain(&axes) {
            direction =
                Embedding::between([(&direction, 1.0), (other, -direction.similarity(other))]).unwrap();
        }
        axes.push(direction);
    }
    axes
}

/// Steps of a tenth of a second with these voices; a pause lies before those at the places given.
pub(crate) fn frames(voices: impl IntoIterator<Item = Embedding>, pauses: &[usize]) -> Vec<Frame> {
    let frame = |(place, voice): (usize, Embedding)| Frame {
        power: 1.0,
        span: Span { start_s: 0.1 * place as f64, end_s: 0.1 * (place + 1) as f64 },
        voice: Some(voice),
        window_s: 1.5,
        follows_pause: pauses.contains(&place),
    };
    voices.into_iter().enumerate().map(frame).collect()
}
