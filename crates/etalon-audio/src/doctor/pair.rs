use super::sums::dot;
use crate::Samples;

/// Measures between two channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairFacts {
    /// Correlation of the samples, -1 to 1.
    pub correlation: f64,
    /// Power of what remains of the second channel when the first one, scaled to fit best, is taken out of it, against
    /// the second channel's power, dB; -120 for copies.
    pub difference_db: f64,
}

/// Compares two channels; none when one of them is digital silence.
pub(super) fn measure(first: &Samples, second: &Samples) -> Option<PairFacts> {
    const BLOCK: usize = 1 << 13;
    let frames = first.len().min(second.len());
    let (mut left, mut right) = (Vec::new(), Vec::new());
    let (mut left_power, mut right_power, mut product) = (0.0, 0.0, 0.0);
    for start in (0..frames).step_by(BLOCK) {
        first.copy_to_f32(start..(start + BLOCK).min(frames), &mut left);
        second.copy_to_f32(start..(start + BLOCK).min(frames), &mut right);
        left_power += dot(&left, &left);
        right_power += dot(&right, &right);
        product += dot(&left, &right);
    }
    if left_power <= 0.0 || right_power <= 0.0 {
        return None;
    }
    let correlation = (product / (left_power * right_power).sqrt()).clamp(-1.0, 1.0);
    let difference = 1.0 - correlation * correlation;
    let difference_db = if difference > 1e-12 { 10.0 * difference.log10() } else { -120.0 };
    Some(PairFacts { correlation, difference_db })
}
