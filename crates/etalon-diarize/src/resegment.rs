//! The most likely course of speakers over the steps (Viterbi 1967).

use crate::settings::VoiceSettings;
use crate::windows::Step;
use etalon_voice::Embedding;

/// The speaker of each step. A step's evidence is how much its voice is like each speaker's, over the time that it
/// stands for; changing the speaker costs something, less where a pause lies between.
pub(crate) fn speakers(steps: &[Step], means: &[Embedding], settings: &VoiceSettings) -> Vec<usize> {
    let count = means.len();
    let mut best = vec![0.0_f64; count];
    let mut ways: Vec<Vec<usize>> = Vec::with_capacity(steps.len());
    for step in steps {
        let cost =
            if step.follows_pause { settings.change_across_pause_cost_s } else { settings.change_cost_s };
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
