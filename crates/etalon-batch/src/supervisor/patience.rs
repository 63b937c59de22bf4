//! How long somebody is waited for.

use std::time::{Duration, Instant};

/// The longest wait in one go: so soon a stop is noticed.
const TICK: Duration = Duration::from_millis(50);

/// What one wait counts at most: a parent that was itself halted meanwhile (^Z) has lost no patience.
const COUNTED_MAX: Duration = Duration::from_millis(500);

/// Patience that runs out while one waits.
pub(crate) struct Patience {
    left: Duration,
    counted_until: Instant,
}

impl Patience {
    pub(crate) fn of(limit: Duration) -> Self {
        Self { left: limit, counted_until: Instant::now() }
    }

    /// How long to wait before asking again.
    pub(crate) fn tick(&self) -> Duration {
        TICK.min(self.left)
    }

    /// Counts what went by; whether any patience is left.
    pub(crate) fn lasts(&mut self) -> bool {
        let now = Instant::now();
        self.left = self.left.saturating_sub(now.duration_since(self.counted_until).min(COUNTED_MAX));
        self.counted_until = now;
        !self.left.is_zero()
    }
}
