use super::sums::{dot, level_dbfs, power, sum};
use etalon_simd::{Backend, kernels};
use std::f64::consts::TAU;

/// Hum of the mains on a channel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hum {
    /// The mains frequency, 50 or 60 Hz.
    pub mains_hz: f64,
    /// Level of the mains frequency and its multiples in the quietest seconds, dBFS.
    pub level_dbfs: f64,
    /// How far these stand out of what lies beside them, dB.
    pub prominence_db: f64,
}

/// Multiples of the mains frequency that are looked at: a telephone line lets those above 300 Hz
/// through.
const MULTIPLES: usize = 20;
/// Where the level beside a multiple is taken, hertz.
const BESIDE_HZ: f64 = 12.0;
/// Each multiple, and a place on either side of it.
const TONES: usize = 3 * MULTIPLES;
/// The quietest seconds that are looked at, at most.
const QUIET_SECONDS: usize = 4;

/// The stronger of the two kinds of hum; none when the channel has no whole second of sound.
pub(super) fn hum(quiet: &QuietSeconds, rate_hz: u32) -> Option<Hum> {
    let quiet = quiet.windowed();
    let (low, high) = (hum_of(50.0, &quiet, rate_hz)?, hum_of(60.0, &quiet, rate_hz)?);
    Some(if high.prominence_db > low.prominence_db { high } else { low })
}

fn hum_of(mains_hz: f64, quiet: &[Vec<f32>], rate_hz: u32) -> Option<Hum> {
    let tones: [f64; TONES] = std::array::from_fn(|index| {
        (index / 3 + 1) as f64 * mains_hz + [0.0, -BESIDE_HZ, BESIDE_HZ][index % 3]
    });
    let (mut levels, mut beside) = (Vec::new(), Vec::new());
    for second in quiet {
        let powers = tone_powers(Backend::in_use(), second, &tones, rate_hz);
        levels.push(powers.as_chunks::<3>().0.iter().map(|[tone, _, _]| tone).sum());
        beside.push(
            powers.as_chunks::<3>().0.iter().map(|[_, lower, upper]| f64::midpoint(*lower, *upper)).sum(),
        );
    }
    let level = level_dbfs(median(&mut levels)?);
    Some(Hum { mains_hz, level_dbfs: level, prominence_db: level - level_dbfs(median(&mut beside)?) })
}

/// The quietest seconds of a channel, without those of digital silence. Of equally quiet ones the
/// first are kept.
#[derive(Debug, Clone)]
pub(super) struct QuietSeconds {
    /// Power and samples, from the quietest on.
    seconds: Vec<(f64, Vec<f32>)>,
}

impl QuietSeconds {
    pub(super) fn new() -> Self {
        Self { seconds: Vec::with_capacity(QUIET_SECONDS + 1) }
    }

    /// Takes the next whole second.
    pub(super) fn push(&mut self, second: &[f32]) {
        let mean = sum(second) / second.len() as f64;
        let power = power(second, mean);
        let place = self.seconds.partition_point(|(kept, _)| *kept <= power);
        if power > 0.0 && place < QUIET_SECONDS {
            self.seconds.insert(place, (power, second.to_vec()));
            self.seconds.truncate(QUIET_SECONDS);
        }
    }

    /// The seconds under a Hann window.
    fn windowed(&self) -> Vec<Vec<f32>> {
        let window = |(index, sample): (usize, &f32), length: usize| {
            sample * (0.5 - 0.5 * (TAU * index as f64 / length as f64).cos()) as f32
        };
        self.seconds
            .iter()
            .map(|(_, second)| second.iter().enumerate().map(|place| window(place, second.len())).collect())
            .collect()
    }
}

kernels! {
    /// Power of some frequencies in one second of sound under a Hann window (Goertzel's recursion,
    /// all in step).
    fn tone_powers(second: &[f32], tones: &[f64; TONES], rate_hz: u32) -> [f64; TONES] {
        let factors = tones.map(|hertz| 2.0 * (TAU * hertz / f64::from(rate_hz)).cos());
        let (mut last, mut before) = ([0.0; TONES], [0.0; TONES]);
        for sample in second {
            for tone in 0..TONES {
                let next = f64::from(*sample) + factors[tone] * last[tone] - before[tone];
                (before[tone], last[tone]) = (last[tone], next);
            }
        }
        // The window halves the amplitude, and a sine's power is half its amplitude's square.
        let scale = 8.0 / (second.len() as f64 * second.len() as f64);
        std::array::from_fn(|tone| {
            let (last, before) = (last[tone], before[tone]);
            scale * (last * last + before * before - factors[tone] * last * before).max(0.0)
        })
    }
}

/// Voiced frames that are needed before a pitch is believed.
const LEAST_VOICED: usize = 25;
const MOST_FRAMES: usize = 80;
const VOICED_CORRELATION: f64 = 0.6;
/// A formant makes a frame like itself after less than a period too, but never as much.
const NEARLY: f64 = 0.95;

/// Median pitch of the loud frames, hertz, from 30 to 600; none where too few of them are voiced.
pub(super) fn median_pitch_hz(samples: &[f32], rate_hz: u32) -> Option<f64> {
    let window = (rate_hz as usize / 15).max(1);
    let mut windows: Vec<(f64, &[f32])> =
        samples.chunks_exact(window).map(|window| (power(window, 0.0), window)).collect();
    // The sort keeps the order of windows of the same power.
    windows.sort_by(|left, right| right.0.total_cmp(&left.0));
    let loud = windows.len() / 4;
    let step = (loud / MOST_FRAMES).max(1);
    let mut pitches: Vec<f64> = windows
        .into_iter()
        .take(loud)
        .step_by(step)
        .filter_map(|(_, window)| pitch_hz(window, rate_hz))
        .collect();
    if pitches.len() < LEAST_VOICED { None } else { median(&mut pitches) }
}

/// The first lag at which the frame is nearly as like itself as at the best lag.
fn pitch_hz(frame: &[f32], rate_hz: u32) -> Option<f64> {
    let rate = f64::from(rate_hz);
    let (shortest, longest) = ((rate / 600.0) as usize, (rate / 30.0) as usize);
    // Lags are tried in steps of about a 16,000th of a second, so that high rates cost no more than
    // low ones.
    let step = (rate_hz as usize / 16_000).max(1);
    let half = frame.len().checked_sub(longest)?;
    let early = &frame[..half];
    let early_power = dot(early, early);
    let correlation = |lag: usize| {
        let late = &frame[lag..lag + half];
        dot(early, late) / (early_power * dot(late, late)).sqrt().max(1e-12)
    };
    let correlations: Vec<f64> = (shortest..=longest).step_by(step).map(correlation).collect();
    let best = correlations.iter().copied().fold(0.0, f64::max);
    if best < VOICED_CORRELATION {
        return None;
    }
    // The correlation falls from lag zero on; only after it has fallen does a peak mean a period.
    let fallen = correlations.iter().position(|value| *value < 0.5 * best)?;
    let first = correlations[fallen..]
        .windows(3)
        .position(|three| three[1] >= NEARLY * best && three[1] >= three[0] && three[1] >= three[2])?;
    Some(rate / (shortest + (fallen + first + 1) * step) as f64)
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
