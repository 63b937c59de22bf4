//! How long a worker is waited for.

use std::time::{Duration, Instant};

/// The longest wait in one go: so soon a stop is noticed.
const TICK: Duration = Duration::from_millis(50);

/// What one wait counts at most: a parent that was itself halted meanwhile (^Z) has used up none of
/// it.
const COUNTED_MAX: Duration = Duration::from_millis(500);

/// A deadline that moves on while the parent itself is halted.
pub(crate) struct Deadline {
    left: Duration,
    counted_until: Instant,
}

impl Deadline {
    pub(crate) fn of(limit: Duration) -> Self {
        Self { left: limit, counted_until: Instant::now() }
    }

    /// How long to wait before asking again.
    pub(crate) fn tick(&self) -> Duration {
        TICK.min(self.left)
    }

    /// Counts what went by; whether any time is left.
    pub(crate) fn is_left(&mut self) -> bool {
        let now = Instant::now();
        self.left = self.left.saturating_sub(now.duration_since(self.counted_until).min(COUNTED_MAX));
        self.counted_until = now;
        !self.left.is_zero()
    }
}
