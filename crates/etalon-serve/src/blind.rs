//! Who reviews a call without seeing what the machine says of it.
//!
//! The server keeps this, not the page: while somebody reviews a call blind, no answer to them holds the
//! machine's verdicts on it, whatever they ask for. An answer counts as blind only if the server never
//! sent them.

use etalon_review::{ReviewMode, Sheet, SheetState};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What people saw of the calls that they review, by name and call.
#[derive(Debug, Default)]
pub(crate) struct BlindReviews(Mutex<HashMap<(String, String), Sight>>);

/// Whether somebody was sent the machine's verdicts on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    Blind,
    Seen,
}

impl BlindReviews {
    /// How the author of a sheet fills it now. A sheet of blind answers stays blind when the server is
    /// started again.
    pub(crate) fn mode_of(&self, sheet: &Sheet) -> ReviewMode {
        if sheet.state != SheetState::Draft {
            return ReviewMode::Open;
        }
        match self.lock().get(&key(sheet)) {
            Some(Sight::Blind) => ReviewMode::Blind,
            None if !sheet.answers.is_empty() && is_blind_so_far(sheet) => ReviewMode::Blind,
            Some(Sight::Seen) | None => ReviewMode::Open,
        }
    }

    /// Hides the machine's verdicts from the author of a sheet from now on, unless they were seen.
    pub(crate) fn begin(&self, sheet: &Sheet) -> ReviewMode {
        if sheet.state == SheetState::Draft && is_blind_so_far(sheet) {
            self.lock().entry(key(sheet)).or_insert(Sight::Blind);
        }
        self.mode_of(sheet)
    }

    /// Notes that the machine's verdicts are sent to the author of a sheet.
    pub(crate) fn reveal(&self, sheet: &Sheet) {
        self.lock().insert(key(sheet), Sight::Seen);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(String, String), Sight>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(sheet: &Sheet) -> (String, String) {
    (sheet.reviewer.clone(), sheet.call_id.clone())
}

fn is_blind_so_far(sheet: &Sheet) -> bool {
    sheet.answers.values().all(|recorded| recorded.answer.mode == ReviewMode::Blind)
}
