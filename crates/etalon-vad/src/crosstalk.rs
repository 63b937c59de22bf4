//! Which frames of a channel hold nothing but the echo of another channel's speech.
//!
//! A line gives back what is said on the other one, weaker and later: a hybrid at once and 20 dB
//! lower, a telephone that lies on the table up to a second and a half later and hardly weaker.
//! Such an echo rises and falls as its source did. How much later is the delay at which the levels
//! of both channels correlate most; how much weaker is the median of what then lies between them.

use crate::disturbances::EchoPath;
use crate::frame_evidence::Evidence;
use crate::frames::FRAMES_PER_SECOND;
use crate::settings::ActivitySettings;
use crate::stretches::smoothed;
use std::ops::RangeInclusive;

/// Levels are compared over this many frames on each side: reflections spread an echo.
const SPREAD: usize = 4;
/// The longest delay of most lines, the longest of all, and how finely it is looked for, frames.
const USUAL_DELAY: usize = 8 * FRAMES_PER_SECOND / 10;
const LONGEST_DELAY: usize = 3 * FRAMES_PER_SECOND / 2;
const DELAY_STEP: usize = 2;
/// Sound of the source that is no further than this below its loud speech shows the echo, dB.
const BELOW_LOUD_DB: f32 = 25.0;
/// An echo is at least this much weaker than its source, dB.
const LEAST_LOSS_DB: f32 = 3.0;
/// Fewer frames with the source's speech show no echo.
const LEAST_FRAMES: usize = 3 * FRAMES_PER_SECOND;

/// The way of an echo from one channel to another.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Echo {
    delay: usize,
    loss_db: f32,
}

/// The echoes of other channels on one.
pub(crate) struct Echoes {
    /// For every frame whether it is no louder than an echo.
    pub(crate) frames: Vec<bool>,
    /// The way of the strongest of them.
    pub(crate) path: EchoPath,
}

/// For every frame of channel `own` whether it is no louder than the echo of one of the other
/// channels; none when no channel has an echo there.
pub(crate) fn echoes(own: usize, channels: &[Evidence<'_>], settings: &ActivitySettings) -> Option<Echoes> {
    let evidence = &channels[own];
    let mut echoes: Option<Echoes> = None;
    for (index, other) in channels.iter().enumerate() {
        if index == own {
            continue;
        }
        let found = distant_echo(evidence, other, settings)
            .or_else(|| instant_echo(evidence, &spread_maximum(other.level_dbfs), other, settings));
        let Some(Echo { delay, loss_db }) = found else { continue };
        let spread = spread_maximum(other.level_dbfs);
        let path = EchoPath { delay_s: delay as f64 / FRAMES_PER_SECOND as f64, loss_db };
        let echoes =
            echoes.get_or_insert_with(|| Echoes { frames: vec![false; evidence.level_dbfs.len()], path });
        if path.loss_db < echoes.path.loss_db {
            echoes.path = path;
        }
        let frames = echoes.frames.iter_mut().zip(evidence.level_dbfs).skip(delay).zip(&spread);
        for ((echo, level), source) in frames {
            *echo |= *level < source - loss_db + settings.crosstalk_margin_db;
        }
    }
    echoes
}

/// An echo that comes at once. Frames in which only `other` is loud show it.
fn instant_echo(
    own: &Evidence<'_>,
    other_level: &[f32],
    other: &Evidence<'_>,
    settings: &ActivitySettings,
) -> Option<Echo> {
    let differences = (0..own.level_dbfs.len().min(other_level.len()))
        .filter(|&frame| other.level_dbfs[frame] > other.speech_dbfs - 12.0)
        .filter(|&frame| own.above_noise_db[frame] > own.threshold_db)
        .map(|frame| other_level[frame] - own.level_dbfs[frame])
        .filter(|&difference| difference > settings.crosstalk_below_db)
        .collect();
    Some(Echo { delay: 0, loss_db: median(differences, FRAMES_PER_SECOND)? })
}

/// An echo that comes later, told by its rising and falling as its source did. A delay that few
/// lines have is looked for only where none of the others fits.
fn distant_echo(own: &Evidence<'_>, other: &Evidence<'_>, settings: &ActivitySettings) -> Option<Echo> {
    let (own_dbfs, other_dbfs) = (smoothed(own.level_dbfs), smoothed(other.level_dbfs));
    let loud_dbfs = other.speech_dbfs - BELOW_LOUD_DB;
    let shows = |&(own, source): &(f32, f32)| source > loud_dbfs && source - own > LEAST_LOSS_DB;
    let pairs = |delay: usize| {
        let sources = other_dbfs.iter().copied();
        own_dbfs.iter().copied().skip(delay).zip(sources).filter(shows)
    };
    let best = |delays: RangeInclusive<usize>| {
        delays
            .step_by(DELAY_STEP)
            .map(|delay| (delay, correlation(pairs(delay).step_by(DELAY_STEP))))
            .max_by(|(_, one), (_, other)| one.total_cmp(other))
            .filter(|(_, correlation)| *correlation >= settings.echo_correlation)
    };
    let (delay, _) = best(0..=USUAL_DELAY).or_else(|| best(USUAL_DELAY..=LONGEST_DELAY))?;
    let differences = pairs(delay).map(|(own, source)| source - own).collect();
    Some(Echo { delay, loss_db: median(differences, LEAST_FRAMES)? })
}

/// Pearson's correlation of some pairs; 0 where there are too few.
fn correlation(pairs: impl Iterator<Item = (f32, f32)>) -> f64 {
    let (mut count, mut sums, mut products) = (0.0, [0.0; 2], [0.0; 3]);
    for (one, other) in pairs {
        let (one, other) = (f64::from(one), f64::from(other));
        count += 1.0;
        sums = [sums[0] + one, sums[1] + other];
        products = [products[0] + one * one, products[1] + other * other, products[2] + one * other];
    }
    if count < (LEAST_FRAMES / DELAY_STEP) as f64 {
        return 0.0;
    }
    let variance = |which: usize| products[which] / count - (sums[which] / count).powi(2);
    let covariance = products[2] / count - sums[0] * sums[1] / (count * count);
    covariance / (variance(0) * variance(1)).max(f64::MIN_POSITIVE).sqrt()
}

/// The median of at least so many values.
fn median(mut values: Vec<f32>, least: usize) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    (values.len() >= least.max(1)).then(|| values[values.len() / 2])
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
