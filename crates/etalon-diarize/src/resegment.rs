//! The most likely course of speakers over the steps (Viterbi 1967).

use crate::cluster::highest_likeness;
use crate::settings::VoiceSettings;
use crate::windows::Step;
use etalon_voice::Embedding;

/// The speaker of each step. A step's evidence is how much its voice is like each speaker's, over the time that it
/// stands for; changing the speaker costs something, less where a pause lies between. Voices that are alike give little
/// evidence in the same time, so a change between them costs as much less.
pub(crate) fn speakers(steps: &[Step], means: &[Embedding], settings: &VoiceSettings) -> Vec<usize> {
    let count = means.len();
    let difference = 1.0 - highest_likeness(means).unwrap_or_default();
    let mut best = vec![0.0_f64; count];
    let mut ways: Vec<Vec<usize>> = Vec::with_capacity(steps.len());
    for step in steps {
        let cost_s =
            if step.follows_pause { settings.change_across_pause_cost_s } else { settings.change_cost_s };
        let cost = cost_s * difference;
        let leader = highest(&best);
        let (mut next, mut way) = (vec![0.0; count], vec![0; count]);
        for speaker in 0..count {
            let changed = best.get(leader).copied().unwrap_or_default() - cost;
            let stays = best[speaker] >= changed;
            way[speaker] = if stays { speaker } else { leader };
            let evidence = step.voice.as_ref().map_or(0.0, |voice| f64::from(means[speaker].likeness(voice)));
            next[speaker] = best[speaker].max(changed) + evidence * step.span.duration_s();
        }
        best = next;
        ways.push(way);
    }
    let mut speaker = highest(&best);
    let mut speakers = vec![0; steps.len()];
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
    use crate::synthetic::{axes, steps};

    /// A voice, for so many steps another one, and the first again. A pause lies before each of the steps `pauses`.
    fn check(likeness: f32, between: usize, pauses: &[usize], is_heard: bool) {
        let axes = axes(2);
        let rest = (1.0 - likeness.powi(2)).sqrt();
        let other = Embedding::between([(&axes[0], likeness), (&axes[1], rest)]).unwrap();
        let means = [axes[0].clone(), other];
        let course = [(0, 20), (1, between), (0, 20)];
        let expected: Vec<usize> = course.iter().flat_map(|&(voice, count)| vec![voice; count]).collect();
        let steps = steps(expected.iter().map(|&voice| means[voice].clone()), pauses);
        let found = speakers(&steps, &means, &VoiceSettings::default());
        assert_eq!(found == expected, is_heard, "{likeness}, {between}: {found:?}");
    }

    #[test]
    fn a_short_turn_counts_however_alike_the_voices_are() {
        for likeness in [0.0, 0.5, 0.9] {
            check(likeness, 2, &[20, 22], true);
            check(likeness, 10, &[], true);
            check(likeness, 4, &[], false);
        }
    }
}
