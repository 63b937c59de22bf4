use super::level::frame_samples;
use super::sums::level_dbfs;
use super::sums::{dot, power};

/// How much of one channel is heard on the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crosstalk {
    /// The channel on which the other one is heard.
    pub onto: usize,
    /// Level of the leak against the original, dB.
    pub level_db: f64,
    /// Delay of the leak, seconds; a handset's echo has some, a cable has none.
    pub delay_s: f64,
    /// Share of the power on the quiet channel that the leak explains while only the other side
    /// speaks, 0 to 1.
    pub explained: f64,
}

/// Leaks are searched for from this long before to this long after the original, seconds.
const EARLIEST_S: f64 = -0.005;
const LATEST_S: f64 = 0.06;
/// Frames are compared in which the source is this close to its loudest, and the other channel this
/// far below it, dB.
const SOURCE_RANGE_DB: f64 = 20.0;
const BELOW_SOURCE_DB: f64 = 12.0;
/// With fewer frames a chance likeness of two voices is taken for a leak; more of them only cost
/// time.
const LEAST_FRAMES: usize = 50;
const MOST_FRAMES: usize = 120;

/// Two channels in frames, with the power of each frame.
struct Side<'a> {
    samples: &'a [f32],
    powers: Vec<f64>,
}

/// Looks for each channel on the other: while one side speaks and the other channel is far quieter,
/// the quiet channel is explained by the loud one, delayed and scaled to fit best. A side that
/// hardly speaks alone gives none.
pub(super) fn measure(first: &[f32], second: &[f32], rate_hz: u32) -> Vec<Crosstalk> {
    let frame = frame_samples(rate_hz);
    let sides = [first, second].map(|channel| side(channel, frame));
    let leak = |onto: usize| leak(&sides[1 - onto], &sides[onto], onto, frame, rate_hz);
    [leak(0), leak(1)].into_iter().flatten().collect()
}

fn side(samples: &[f32], frame: usize) -> Side<'_> {
    let powers = samples.chunks_exact(frame).map(|frame| power(frame, 0.0)).collect();
    Side { samples, powers }
}

fn leak(source: &Side<'_>, quiet: &Side<'_>, onto: usize, frame: usize, rate_hz: u32) -> Option<Crosstalk> {
    let earliest = (EARLIEST_S * f64::from(rate_hz)).round() as isize;
    let latest = (LATEST_S * f64::from(rate_hz)).round() as isize;
    let frames = frames_of_one_side(source, quiet);
    let starts: Vec<usize> = frames
        .into_iter()
        .map(|index| index * frame)
        .filter(|start| {
            let begin = start.checked_add_signed(earliest);
            let end = (start + frame).checked_add_signed(latest);
            begin.is_some() && end.is_some_and(|end| end <= quiet.samples.len())
        })
        .collect();
    if starts.len() < LEAST_FRAMES {
        return None;
    }
    let original: f64 = starts.iter().map(|start| power_at(source, *start, frame)).sum();
    let (delay, product, heard) = (earliest..=latest)
        .map(|delay| {
            let (product, heard) = compare(source, quiet, &starts, frame, delay);
            (delay, product, heard)
        })
        .max_by(|left, right| (left.1 * left.1 * right.2).total_cmp(&(right.1 * right.1 * left.2)))?;
    if original <= 0.0 || heard <= 0.0 || product == 0.0 {
        return None;
    }
    Some(Crosstalk {
        onto,
        level_db: 20.0 * (product.abs() / original).log10(),
        // A rate of 0 reaches this only past the limits; the delay is then 0 samples, and 0 s.
        delay_s: delay as f64 / f64::from(rate_hz.max(1)),
        explained: (product * product / (original * heard)).min(1.0),
    })
}

/// Frames, evenly over the call, in which the source is loud and the other channel is far quieter.
fn frames_of_one_side(source: &Side<'_>, quiet: &Side<'_>) -> Vec<usize> {
    let loudest = source.powers.iter().copied().fold(0.0, f64::max);
    let least = level_dbfs(loudest) - SOURCE_RANGE_DB;
    let fitting: Vec<usize> = source
        .powers
        .iter()
        .zip(&quiet.powers)
        .enumerate()
        .filter(|(_, (loud, quiet))| {
            let level = level_dbfs(**loud);
            level > least && level_dbfs(**quiet) < level - BELOW_SOURCE_DB
        })
        .map(|(index, _)| index)
        .collect();
    let step = fitting.len().div_ceil(MOST_FRAMES).max(1);
    fitting.into_iter().step_by(step).collect()
}

fn power_at(side: &Side<'_>, start: usize, frame: usize) -> f64 {
    let samples = &side.samples[start..start + frame];
    dot(samples, samples)
}

/// Product of the source with the quiet channel at a delay, and the quiet channel's own power
/// there.
fn compare(source: &Side<'_>, quiet: &Side<'_>, starts: &[usize], frame: usize, delay: isize) -> (f64, f64) {
    let mut sums = (0.0, 0.0);
    for &start in starts {
        let original = &source.samples[start..start + frame];
        let begin = start.saturating_add_signed(delay);
        let Some(heard) = quiet.samples.get(begin..begin + frame) else { continue };
        sums.0 += dot(original, heard);
        sums.1 += dot(heard, heard);
    }
    sums
}
