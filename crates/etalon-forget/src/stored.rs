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
