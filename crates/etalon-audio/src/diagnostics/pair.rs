use super::sums::dot;

/// Measures between two channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairFacts {
    /// Correlation of the samples, -1 to 1.
    pub correlation: f64,
    /// Power of what remains of the second channel when the first one, scaled to fit best, is taken
    /// out of it, against the second channel's power, dB; -120 for copies.
    pub difference_db: f64,
}

/// Compares two channels.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PairMeter {
    left_power: f64,
    right_power: f64,
    product: f64,
}

impl PairMeter {
    /// Takes what comes at the same time on both channels.
    pub(super) fn push(&mut self, left: &[f32], right: &[f32]) {
        // Sums are rounded to single precision only within a block.
        const BLOCK: usize = 1 << 13;
        let both = left.len().min(right.len());
        for (left, right) in left[..both].chunks(BLOCK).zip(right[..both].chunks(BLOCK)) {
            self.left_power += dot(left, left);
            self.right_power += dot(right, right);
            self.product += dot(left, right);
        }
    }

    /// What the channels have in common; none when one of them is digital silence.
    pub(super) fn facts(&self) -> Option<PairFacts> {
        if self.left_power <= 0.0 || self.right_power <= 0.0 {
            return None;
        }
        let correlation = (self.product / (self.left_power * self.right_power).sqrt()).clamp(-1.0, 1.0);
        let difference = 1.0 - correlation * correlation;
        let difference_db = if difference > 1e-12 { 10.0 * difference.log10() } else { -120.0 };
        Some(PairFacts { correlation, difference_db })
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
    let mut meter = PairMeter::default();
    meter.push(left, right);
    meter.facts()
}

/// Where the loudest stretches of a channel begin.
fn loudest(samples: &[f32], stretch: usize, count: usize) -> Vec<usize> {
    let powers = samples.chunks_exact(stretch).enumerate();
    let mut powers: Vec<(f64, usize)> =
        powers.map(|(number, samples)| (dot(samples, samples), number * stretch)).collect();
    powers.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    powers.into_iter().take(count).filter(|(power, _)| *power > 0.0).map(|(_, start)| start).collect()
}
