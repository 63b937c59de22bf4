use super::sums::dot;

/// Measures between two channels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PairFacts {
    /// Correlation of the samples, -1 to 1.
    pub correlation: f64,
    /// Power of what remains of the second channel when the first one, scaled to fit best, is taken out of it, against
    /// the second channel's power, dB; -120 for copies.
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
