use super::sums::{dot, sum};
use super::unsteady::unsteady;
use super::{copies, threshold};
use std::borrow::Cow;

/// Measures between two channels, each around its own mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairFacts {
    /// Correlation of the samples, -1 to 1.
    pub correlation: f64,
    /// Power of what remains of the second channel when the first one, scaled to fit best, is taken
    /// out of it, against the second channel's power, dB; -120 for copies.
    pub difference_db: f64,
    /// Seconds in which something can be heard.
    pub heard_s: usize,
    /// Seconds of these in which the channels have so little in common that somebody may speak on
    /// one of them alone.
    pub apart_s: usize,
}

/// Fewer seconds apart than this, or than this share of what is heard, are packets that one of two
/// copies lost.
const LEAST_APART_S: usize = 2;
const LEAST_APART_SHARE: f64 = 0.03;

impl PairFacts {
    /// Whether the channels, however much they have in common, can hold two sides: an announcement
    /// or the ringing that both legs of a call record is louder than either side.
    pub(super) fn holds_second_side(&self) -> bool {
        self.apart_s >= LEAST_APART_S && self.apart_s as f64 >= LEAST_APART_SHARE * self.heard_s as f64
    }
}

/// Sums over what comes at the same time on two channels.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    samples: f64,
    left: f64,
    right: f64,
    left_power: f64,
    right_power: f64,
    product: f64,
}

impl Sums {
    fn of(left: &[f32], right: &[f32]) -> Self {
        Self {
            samples: left.len() as f64,
            left: sum(left),
            right: sum(right),
            left_power: dot(left, left),
            right_power: dot(right, right),
            product: dot(left, right),
        }
    }

    /// The powers and the product around the means: an offset that both channels have is nothing
    /// that they hear in common.
    fn centred(&self) -> Centred {
        let count = self.samples.max(1.0);
        let power = |power: f64, sum: f64| {
            let centred = power - sum * sum / count;
            // What is left of an offset by rounding is no sound.
            if centred > 1e-6 * power { centred } else { 0.0 }
        };
        Centred {
            samples: self.samples,
            left_power: power(self.left_power, self.left),
            right_power: power(self.right_power, self.right),
            product: self.product - self.left * self.right / count,
        }
    }
}

/// Powers and product of two channels around their means.
#[derive(Debug, Clone, Copy, Default)]
struct Centred {
    samples: f64,
    left_power: f64,
    right_power: f64,
    product: f64,
}

impl Centred {
    fn add(&mut self, other: &Self) {
        self.samples += other.samples;
        self.left_power += other.left_power;
        self.right_power += other.right_power;
        self.product += other.product;
    }

    /// Mean power of the louder channel.
    fn louder(&self) -> f64 {
        self.left_power.max(self.right_power) / self.samples.max(1.0)
    }

    /// Share of either channel that the other one does not explain.
    fn difference(&self) -> f64 {
        let powers = self.left_power * self.right_power;
        if powers > 0.0 { (1.0 - self.product * self.product / powers).max(0.0) } else { 1.0 }
    }
}

/// Below the idle noise of any line, as a mean square.
const HEARD_POWER: f64 = 1e-6;
/// A side is no further than this below the loudest second, as a power ratio (30 dB).
const QUIETEST_SIDE: f64 = 1e-3;
/// Copies have at least this in common in every second; two people have next to nothing (-8 dB).
const APART: f64 = 0.158;

/// The same without what is steady on the channels, where coding leaves more of a difference
/// between copies.
const CHANGES_APART: f64 = 0.5;
/// Hum that stands for a whole call leaves fewer pauses than this share of it.
const LEAST_PAUSES: f64 = 0.25;

/// Compares two channels second by second.
#[derive(Debug, Clone, Default)]
pub(super) struct PairMeter {
    seconds: Vec<Centred>,
}

impl PairMeter {
    /// Takes a second of what comes at the same time on both channels, or less at the end.
    pub(super) fn push(&mut self, left: &[f32], right: &[f32]) {
        // Sums are rounded to single precision only within a block.
        const BLOCK: usize = 1 << 13;
        let both = left.len().min(right.len());
        let mut sums = Sums::default();
        for (left, right) in left[..both].chunks(BLOCK).zip(right[..both].chunks(BLOCK)) {
            let block = Sums::of(left, right);
            sums.samples += block.samples;
            sums.left += block.left;
            sums.right += block.right;
            sums.left_power += block.left_power;
            sums.right_power += block.right_power;
            sums.product += block.product;
        }
        self.seconds.push(sums.centred());
    }

    /// What the channels have in common; none when one of them is digital silence.
    pub(super) fn facts(&self) -> Option<PairFacts> {
        self.facts_apart_from(APART)
    }

    /// The same, where a second is apart in which more than this share is a channel's own.
    fn facts_apart_from(&self, apart: f64) -> Option<PairFacts> {
        let mut all = Centred::default();
        self.seconds.iter().for_each(|second| all.add(second));
        if all.left_power <= 0.0 || all.right_power <= 0.0 {
            return None;
        }
        let correlation = (all.product / (all.left_power * all.right_power).sqrt()).clamp(-1.0, 1.0);
        let difference = 1.0 - correlation * correlation;
        let difference_db = if difference > 1e-12 { 10.0 * difference.log10() } else { -120.0 };
        let loudest = self.seconds.iter().map(Centred::louder).fold(0.0, f64::max);
        let least = HEARD_POWER.max(QUIETEST_SIDE * loudest);
        let heard = || self.seconds.iter().filter(|second| second.louder() > least);
        let apart_s = heard().filter(|second| second.difference() > apart).count();
        Some(PairFacts { correlation, difference_db, heard_s: heard().count(), apart_s })
    }
}

/// Copies are searched for up to this far apart, seconds: what the two ways through an exchange
/// differ by.
const FARTHEST_S: f64 = 0.02;

/// The delay is searched for in the loudest stretches of this length, seconds, so many of them.
const STRETCH_S: f64 = 0.25;
const STRETCHES: usize = 4;

/// Compares two channels at the delay at which they are most alike; none when one of them is silent
/// or shorter than a stretch.
pub(super) fn delayed(left: &[f32], right: &[f32], rate_hz: u32) -> Option<PairFacts> {
    let (left, right) = aligned(left, right, rate_hz)?;
    compared(left, right, rate_hz)
}

/// Two channels from where they are most alike.
fn aligned<'a>(left: &'a [f32], right: &'a [f32], rate_hz: u32) -> Option<(&'a [f32], &'a [f32])> {
    let stretch = (STRETCH_S * f64::from(rate_hz)).round().max(1.0) as usize;
    let starts = loudest(left, stretch, STRETCHES);
    if starts.is_empty() {
        return None;
    }
    let product = |delay: isize| -> f64 {
        let of_stretch = |start: &usize| -> f64 {
            let begin = start.checked_add_signed(delay);
            let heard = begin.and_then(|begin| right.get(begin..begin + stretch));
            heard.map_or(0.0, |heard| dot(&left[*start..start + stretch], heard))
        };
        starts.iter().map(of_stretch).sum::<f64>().abs()
    };
    let farthest = (FARTHEST_S * f64::from(rate_hz)).round() as isize;
    let (_, delay) = (-farthest..=farthest)
        .map(|delay| (product(delay), delay))
        .max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.abs().cmp(&one.1.abs())))?;
    let behind = delay.unsigned_abs();
    let (left, right) = if delay < 0 { (left.get(behind..)?, right) } else { (left, right.get(behind..)?) };
    Some((left, right))
}

/// What two channels that lie in memory have in common.
pub(super) fn compared(left: &[f32], right: &[f32], rate_hz: u32) -> Option<PairFacts> {
    seconds(left, right, rate_hz).facts()
}

fn seconds(left: &[f32], right: &[f32], rate_hz: u32) -> PairMeter {
    let second = (rate_hz as usize).max(1);
    let mut meter = PairMeter::default();
    left.chunks(second).zip(right.chunks(second)).for_each(|(left, right)| meter.push(left, right));
    meter
}

/// Whether two channels that have nearly everything in common have what changes on them in common
/// too: hum or a tone on both may be far louder than the people who speak on one alone.
/// Where nothing changes on either, nobody speaks. A recording with pauses has nothing that hides
/// anybody: a side that speaks alone was found as it is.
pub(super) fn is_one_voice(left: &[f32], right: &[f32], rate_hz: u32) -> bool {
    let raw = seconds(left, right, rate_hz);
    let heard_s = raw.facts().map_or(0, |facts| facts.heard_s);
    if heard_s as f64 <= (1.0 - LEAST_PAUSES) * raw.seconds.len() as f64 {
        return true;
    }
    let Some(changing) = unsteady(&[left, right], rate_hz) else { return true };
    let [left, right] = changing.as_slice() else { return true };
    let is_still = |samples: &[f32]| dot(samples, samples) <= 0.0;
    let is_copy = |(left, right): (&[f32], &[f32])| {
        let facts = seconds(left, right, rate_hz).facts_apart_from(CHANGES_APART);
        copies(facts.as_ref(), threshold::CHANGES_COPY_DB).is_some()
    };
    (is_still(left) && is_still(right))
        || is_copy((left, right))
        || aligned(left, right, rate_hz).is_some_and(is_copy)
}

/// A channel around its mean, where that is off centre.
pub(super) fn centred(samples: &[f32]) -> Cow<'_, [f32]> {
    let mean = sum(samples) / samples.len().max(1) as f64;
    if mean.abs() < threshold::DC_OFFSET {
        return Cow::Borrowed(samples);
    }
    samples.iter().map(|sample| sample - mean as f32).collect()
}

/// Where the loudest stretches of a channel begin.
fn loudest(samples: &[f32], stretch: usize, count: usize) -> Vec<usize> {
    let powers = samples.chunks_exact(stretch).enumerate();
    let mut powers: Vec<(f64, usize)> =
        powers.map(|(number, samples)| (dot(samples, samples), number * stretch)).collect();
    powers.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    powers.into_iter().take(count).filter(|(power, _)| *power > 0.0).map(|(_, start)| start).collect()
}
