//! The pause between two looks.

use etalon_batch::watch::Notices;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often news and a stop are looked for.
const TICK: Duration = Duration::from_millis(50);

/// A pause is at least so long, and so many times as long as the look before, so that a slow file
/// server is left alone for most of the time.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const PAUSE_PER_LOOK: u32 = 9;

/// The pause after a look.
pub(super) struct Pause {
    shortest: Duration,
    pub(super) longest: Duration,
}

impl Pause {
    /// The pause after a look that took so long, where the next one is due after an interval.
    pub(super) fn after(look: Duration, interval: Duration) -> Self {
        let shortest = SHORTEST_PAUSE.max(look * PAUSE_PER_LOOK);
        Self { shortest, longest: interval.max(shortest) }
    }

    /// The same without waiting for the interval.
    pub(super) fn shortened(self) -> Self {
        Self { longest: self.shortest, ..self }
    }

    /// Ends when the system tells of a change, or when something may be due.
    pub(super) fn until_news(&self, due: Option<Instant>, notices: Option<&Notices>, stop: &AtomicBool) {
        let since = Instant::now();
        let is_news = || due.is_some_and(|due| due <= Instant::now()) || notices.is_some_and(Notices::take);
        let is_over = || since.elapsed() >= self.longest || (since.elapsed() >= self.shortest && is_news());
        while !is_over() && !stop.load(Ordering::Relaxed) {
            std::thread::sleep(TICK);
        }
    }

    /// Waits for the interval, whatever happens.
    pub(super) fn whole(&self, stop: &AtomicBool) {
        self.until_news(None, None, stop);
    }
}
