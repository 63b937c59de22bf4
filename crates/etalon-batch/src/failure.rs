//! Recordings that gave no result, and the stage at which that happened.

use etalon_call::{FailureKind, Stage};
use etalon_store::{Failure, Quarantined};

/// A failure that would happen again with the same recording.
pub(crate) fn permanent(source: &str, stage: Stage, kind: FailureKind, reason: &str) -> Failure {
    let (source, reason) = (source.to_owned(), reason.to_owned());
    Failure { source, id: None, stage, kind, reason, permanent: true }
}

/// The failure of a recording that ended its worker twice, whose quarantine is written down.
pub(crate) fn quarantined(source: &str, quarantined: &Quarantined) -> Failure {
    let Quarantined { id, stage, reason, .. } = quarantined;
    Failure { id: Some(id.clone()), ..permanent(source, *stage, FailureKind::WorkerDied, reason) }
}

/// A failure that may be gone when the same command is run again.
pub(crate) fn temporary(source: &str, stage: Stage, kind: FailureKind, reason: &str) -> Failure {
    Failure { permanent: false, ..permanent(source, stage, kind, reason) }
}
