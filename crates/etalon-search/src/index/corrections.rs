//! What people put right in the transcripts: corrected words are found, and misheard ones are not.

use super::StoredCall;
use etalon_review::{REVIEWS_FILE, ReviewStore, Reviews, StoreError, corrected};
use etalon_store::{Error, Store};

/// The corrections beside the calls.
pub(crate) struct Corrections(Reviews);

impl Corrections {
    /// The corrections of a result folder. Where they can't be read, what was heard is found: a search
    /// without them is better than none, and the pages say what is wrong with the file.
    pub(crate) fn of(store: &Store) -> Self {
        let read = || -> Result<Option<Reviews>, StoreError> {
            let file = ReviewStore::open_read_only(&store.directory().join(REVIEWS_FILE))?;
            file.map(|file| file.reviews()).transpose()
        };
        Self(read().ok().flatten().unwrap_or_default())
    }

    /// No corrections.
    pub(crate) fn none() -> Self {
        Self(Reviews::default())
    }

    /// How many corrections a call has. They only ever grow.
    pub(crate) fn count(&self, id: &str) -> i64 {
        self.0.corrections_of(id).len() as i64
    }

    /// A stored call with its corrections.
    pub(crate) fn read(&self, store: &Store, id: &str) -> Result<Option<StoredCall>, Error> {
        let corrections = self.0.corrections_of(id);
        if corrections.is_empty() {
            return store.read_call_part(id);
        }
        let call = store.read_call(id)?;
        Ok(call.map(|call| StoredCall::from(corrected(&call, corrections).call)))
    }
}
