//! Recordings that gave no result, and the stage at which that happened.

use etalon_call::Stage;
use etalon_store::{Failure, Quarantined};

/// A failure that would happen again with the same recording.
pub(crate) fn permanent(source: &str, stage: Stage, reason: &str) -> Failure {
    Failure { source: source.to_owned(), id: None, stage, reason: reason.to_owned(), permanent: true }
}

/// The failure of a recording that ended its worker twice, whose quarantine is written down.
pub(crate) fn quarantined(source: &str, quarantined: &Quarantined) -> Failure {
    Failure { id: Some(quarantined.id.clone()), ..permanent(source, quarantined.stage, &quarantined.reason) }
}

/// A failure that may be gone when the same command is run again.
pub(crate) fn temporary(source: &str, stage: Stage, reason: &str) -> Failure {
    Failure { permanent: false, ..permanent(source, stage, reason) }
}
