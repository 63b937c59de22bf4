//! The most likely timeline of speakers over the frames (Viterbi 1967).

use crate::cluster::highest_similarity;
use crate::frames::Frame;
use crate::settings::VoiceSettings;
use etalon_voice::Embedding;

/// The speaker of each frame. A frame's evidence is how much its voice is like each speaker's, over
/// the time that it stands for; changing the speaker costs something, less where a pause lies
/// between. Voices that are alike give little evidence in the same time, so a change between them
/// costs as much less.
pub(crate) fn speakers(frames: &[Frame], means: &[Embedding], settings: &VoiceSettings) -> Vec<usize> {
    let count = means.len();
    let difference = 1.0 - highest_similarity(means).unwrap_or_default();
    let mut best = vec![0.0_f64; count];
    let mut ways: Vec<Vec<usize>> = Vec::with_capacity(frames.len());
    for frame in frames {
        let cost_s =
            if frame.follows_pause { settings.change_across_pause_cost_s } else { settings.change_cost_s };
        let cost = cost_s * difference;
        let leader = highest(&best);
        let (mut next, mut way) = (vec![0.0; count], vec![0; count]);
        for speaker in 0..count {
            let changed = best.get(leader).copied().unwrap_or_default() - cost;
            let stays = best[speaker] >= changed;
            way[speaker] = if stays { speaker } else { leader };
            let evidence =
                frame.voice.as_ref().map_or(0.0, |voice| f64::from(means[speaker].similarity(voice)));
            next[speaker] = best[speaker].max(changed) + evidence * frame.span.duration_s();
        }
        best = next;
        ways.push(way);
    }
    let mut speaker = highest(&best);
    let mut speakers = vec![0; frames.len()];
    for (place, way) in ways.iter().enumerate().rev() {
        speakers[place] = speaker;
        speaker = way.get(speaker).copied().unwrap_or_default();
    }
    speakers
}

fn highest(values: &[f64]) -> usize {
    (0..values.len())
        .max_by(|&left, &right| values[left].total_cmp(&values[right]).then(right.cmp(&left)))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::{axes, frames};

    /// A voice, for so many frames another one, and the first again. A pause lies before each of
    /// the frames `pauses`.
    fn check(similarity: f32, between: usize, pauses: &[usize], is_heard: bool) {
        let axes = axes(2);
        let rest = (1.0 - similarity.powi(2)).sqrt();
        let other = Embedding::between([(&axes[0], similarity), (&axes[1], rest)]).unwrap();
        let means = [axes[0].clone(), other];
        let timeline = [(0, 20), (1, between), (0, 20)];
        let expected: Vec<usize> = timeline.iter().flat_map(|&(voice, count)| vec![voice; count]).collect();
        let frames = frames(expected.iter().map(|&voice| means[voice].clone()), pauses);
        let found = speakers(&frames, &means, &VoiceSettings::default());
        assert_eq!(found == expected, is_heard, "{similarity}, {between}: {found:?}");
    }

    #[test]
    fn a_short_turn_counts_however_alike_the_voices_are() {
        for similarity in [0.0, 0.5, 0.9] {
            check(similarity, 2, &[20, 22], true);
            check(similarity, 10, &[], true);
            check(similarity, 4, &[], false);
        }
    }
}
