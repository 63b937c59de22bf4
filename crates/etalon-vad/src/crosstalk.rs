//! Which frames of a channel hold nothing but the echo of another channel's speech.

use crate::activity::Evidence;
use crate::settings::ActivitySettings;

/// Levels are compared over this many frames on each side: an echo comes a little later than its source.
const SPREAD: usize = 4;

/// How much quieter the echo of `other` is on `own`, dB; `None` when nothing of it is heard.
///
/// Frames in which only `other` is loud show the echo: the median of the difference over them is the path's loss.
fn echo_loss_db(
    own: &Evidence<'_>,
    other_level: &[f32],
    other: &Evidence<'_>,
    settings: &ActivitySettings,
) -> Option<f32> {
    let mut differences: Vec<f32> = (0..own.level_dbfs.len().min(other_level.len()))
        .filter(|&frame| other.level_dbfs[frame] > other.speech_dbfs - 12.0)
        .filter(|&frame| own.above_noise_db[frame] > own.threshold_db)
        .map(|frame| other_level[frame] - own.level_dbfs[frame])
        .filter(|&difference| difference > settings.crosstalk_below_db)
        .collect();
    if differences.len() < crate::frames::FRAMES_PER_SECOND {
        return None;
    }
    differences.sort_by(f32::total_cmp);
    Some(differences[differences.len() / 2])
}

/// For every frame of channel `own` whether it is no louder than the echo of one of the other channels; none when no
/// channel has an echo there.
pub(crate) fn echoes(
    own: usize,
    channels: &[Evidence<'_>],
    settings: &ActivitySettings,
) -> Option<Vec<bool>> {
    let evidence = &channels[own];
    let mut echoes: Option<Vec<bool>> = None;
    for (index, other) in channels.iter().enumerate() {
        if index == own {
            continue;
        }
        let spread = spread_maximum(other.level_dbfs);
        let Some(loss_db) = echo_loss_db(evidence, &spread, other, settings) else { continue };
        let echoes = echoes.get_or_insert_with(|| vec![false; evidence.level_dbfs.len()]);
        for (echo, (level, source)) in echoes.iter_mut().zip(evidence.level_dbfs.iter().zip(&spread)) {
            *echo |= *level < source - loss_db + settings.crosstalk_margin_db;
        }
    }
    echoes
}

/// The highest level within [`SPREAD`] frames.
fn spread_maximum(level_dbfs: &[f32]) -> Vec<f32> {
    (0..level_dbfs.len())
        .map(|frame| {
            let around =
                &level_dbfs[frame.saturating_sub(SPREAD)..(frame + SPREAD + 1).min(level_dbfs.len())];
            around.iter().copied().fold(f32::NEG_INFINITY, f32::max)
        })
        .collect()
}
