//! What the stored calls are known by.

use crate::error::ForgetError;
use etalon_call::CallFacts;
use etalon_store::{ErrorKind, Store};

/// The facts of all stored calls.
#[derive(Default)]
pub(crate) struct StoredCalls {
    pub(crate) facts: Vec<CallFacts>,
    /// The ids of calls that can't be read, so that nobody knows whose they are.
    pub(crate) unreadable: Vec<String>,
}

impl StoredCalls {
    pub(crate) fn read(store: &Store) -> Result<Self, ForgetError> {
        let mut stored = Self::default();
        for id in store.call_ids()? {
            match store.read_facts(&id) {
                Ok(facts) => stored.facts.extend(facts),
                Err(error) if error.kind() == ErrorKind::Corrupt => stored.unreadable.push(id),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(stored)
    }
}

/// A recording of which there is no result: a failed one, one in quarantine, or a file that was passed
/// over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WithoutResult {
    /// Its path as it was given.
    pub(crate) source: String,
    /// The id of its bytes, where they were read.
    pub(crate) id: Option<String>,
    /// Whether it was taken for a recording.
    pub(crate) has_failed: bool,
}

impl WithoutResult {
    pub(crate) fn read_all(store: &Store) -> Result<Vec<Self>, ForgetError> {
        let failed = |source, id| Self { source, id, has_failed: true };
        let failures = store.read_failures()?.into_iter().map(|failure| failed(failure.source, failure.id));
        let quarantined = store.all_quarantined()?.into_iter();
        let quarantined = quarantined.map(|quarantined| failed(quarantined.source, Some(quarantined.id)));
        let passed_over = store.read_passed_over()?.into_iter();
        let passed_over =
            passed_over.map(|passed_over| Self { source: passed_over.source, id: None, has_failed: false });
        Ok(failures.chain(quarantined).chain(passed_over).collect())
    }
}
