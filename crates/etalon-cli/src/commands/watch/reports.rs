//! When a watch makes what depends on all calls: verdicts across calls, tables and pages.

use std::time::{Duration, Instant};

/// The next report is due so many times as long after the last as that took, so that most of the
/// time is left for recordings.
const PAUSE_PER_REPORT: u32 = 9;

/// But it is never due later than this.
const LONGEST_PAUSE: Duration = Duration::from_mins(30);

/// What is known of the reports of a watch.
#[derive(Debug, Default)]
pub(super) struct Reports {
    /// Before this time no report is made; none before the first one.
    not_before: Option<Instant>,
    /// Whether rounds have ended whose calls are in no report.
    is_pending: bool,
}

impl Reports {
    /// Before this time a round leaves the report as it was.
    pub(super) fn not_before(&self) -> Option<Instant> {
        self.not_before
    }

    /// When the report is to be made of what rounds have left.
    pub(super) fn due(&self) -> Option<Instant> {
        self.not_before.filter(|_| self.is_pending)
    }

    /// Whether rounds have ended whose calls are in no report.
    pub(super) fn is_pending(&self) -> bool {
        self.is_pending
    }

    /// A round has begun, or has ended without a report.
    pub(super) fn left(&mut self) {
        self.is_pending = true;
    }

    /// A report has been made, which took so long.
    pub(super) fn made(&mut self, took: Duration, now: Instant) {
        self.is_pending = false;
        self.not_before = now.checked_add(took.saturating_mul(PAUSE_PER_REPORT).min(LONGEST_PAUSE));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_takes_long_is_made_seldom() {
        let now = Instant::now();
        let mut reports = Reports::default();
        assert_eq!((reports.not_before(), reports.due()), (None, None), "the first round makes one");
        for (took_s, pause_s) in [(0, 0), (1, 9), (60, 540), (400, 1800)] {
            reports.made(Duration::from_secs(took_s), now);
            let from = Some(now + Duration::from_secs(pause_s));
            assert_eq!((reports.not_before(), reports.due()), (from, None), "nothing is left");
            reports.left();
            assert_eq!((reports.due(), reports.is_pending()), (from, true));
        }
    }
}
