//! The reviews of the folder, read once and then only as far as they grew.

use etalon_review::{REVIEWS_FILE, ReviewStore, Reviews, StoreError};
use etalon_store::Store;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The reviews of the folder. Other programs may write them, too.
#[derive(Debug)]
pub(crate) struct ReviewBook {
    path: PathBuf,
    read: Mutex<ReadReviews>,
}

#[derive(Debug, Default)]
struct ReadReviews {
    /// The file, once it is there.
    store: Option<ReviewStore>,
    reviews: Arc<Reviews>,
    /// The id of the last event that was read.
    last_id: i64,
    /// Counts the changes.
    edition: u64,
}

/// The reviews as they are, and a number that changes with them.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownReviews {
    pub(crate) reviews: Arc<Reviews>,
    pub(crate) edition: u64,
}

impl ReviewBook {
    /// The reviews of a result folder.
    pub(crate) fn of(store: &Store) -> Self {
        Self { path: store.directory().join(REVIEWS_FILE), read: Mutex::default() }
    }

    /// The reviews as they are now; none where nobody has reviewed yet.
    pub(crate) fn current(&self) -> Result<KnownReviews, StoreError> {
        let mut read = self.lock();
        if read.store.is_none() {
            read.store = ReviewStore::open_read_only(&self.path)?;
        }
        read.update()
    }

    /// Writes reviews. The file is made if it is not there.
    ///
    /// A connection of its own writes, so that a failure leaves nothing open behind it.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        write: impl FnOnce(&mut ReviewStore) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut store = ReviewStore::open(&self.path)?;
        write(&mut store)
    }

    fn lock(&self) -> MutexGuard<'_, ReadReviews> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReadReviews {
    fn update(&mut self) -> Result<KnownReviews, StoreError> {
        let Some(store) = &self.store else { return Ok(KnownReviews::default()) };
        let events = store.events_after(self.last_id)?;
        if let Some(last) = events.last() {
            self.last_id = last.id;
            self.edition += 1;
            // Whoever reads the former ones keeps them.
            let reviews = Arc::make_mut(&mut self.reviews);
            for event in &events {
                reviews.apply(event);
            }
        }
        Ok(KnownReviews { reviews: Arc::clone(&self.reviews), edition: self.edition })
    }
}
