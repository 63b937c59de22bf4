//! What a run that keeps no personal data does with stored calls whose recordings failed: nobody
//! hears them again, and they hold what an earlier run stored.

use crate::error::BatchError;
use crate::lookup::{NamedCall, named_calls};
use crate::rescore::score_settings_of;
use etalon_pipeline::redact_stored;
use etalon_store::{ErrorKind, Failure, Store};
use std::collections::BTreeSet;

/// What became of the stored calls of recordings that failed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RedactedUnheard {
    /// The ids of those that were redacted as they were stored.
    pub redacted: Vec<String>,
    /// The ids of those that can't be read, and so may hold personal data.
    pub unreadable: Vec<String>,
}

/// Takes personal data out of the stored calls of recordings that failed. The calls of `heard` have a
/// result of this run, or one that it would make again, and hold none.
///
/// # Errors
///
/// When a call can't be read or written; a damaged one is named instead.
pub(crate) fn redact_unheard(
    store: &Store,
    failures: &[Failure],
    heard: &BTreeSet<String>,
) -> Result<RedactedUnheard, BatchError> {
    let mut outcome = RedactedUnheard::default();
    for id in stored_ids(store, failures, heard)? {
        match store.read_call(&id) {
            Ok(Some(mut call)) if call.redaction.is_none() => {
                let settings = score_settings_of(&call);
                redact_stored(&mut call, settings);
                store.write_call(&call)?;
                outcome.redacted.push(id);
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Corrupt => outcome.unreadable.push(id),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(outcome)
}

/// The ids of the stored calls of recordings that failed: by the id, or by the name where the bytes
/// of the recording are unknown or others than those of its call.
fn stored_ids(
    store: &Store,
    failures: &[Failure],
    heard: &BTreeSet<String>,
) -> Result<BTreeSet<String>, BatchError> {
    let mut ids = BTreeSet::new();
    let mut names = BTreeSet::new();
    for Failure { source, id, .. } in failures {
        match id {
            Some(id) if etalon_store::is_call_id(id) && store.has_call(id)? => {
                ids.insert(id.clone());
            }
            _ => {
                names.insert(source.as_str());
            }
        }
    }
    if names.is_empty() {
        return Ok(ids);
    }
    let mut unheard = store.call_ids()?;
    unheard.retain(|id| !heard.contains(id));
    let is_of_failed = |call: &NamedCall| call.names().any(|source| names.contains(source));
    ids.extend(named_calls(store, unheard)?.into_iter().filter(is_of_failed).map(|call| call.id));
    Ok(ids)
}
