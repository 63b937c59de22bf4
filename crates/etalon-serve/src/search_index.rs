//! The index of what was said, brought up to date beside the requests.

use etalon_search::update;
use etalon_store::Store;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Keeps one update of the index at a time.
#[derive(Debug, Default)]
pub(crate) struct IndexKeeper {
    is_busy: AtomicBool,
    /// Whether something changed after the update that is under way began.
    is_outdated: AtomicBool,
    stop: AtomicBool,
}

impl IndexKeeper {
    /// Stops an update between two of its transactions.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Whether an update is under way.
    pub(crate) fn is_busy(&self) -> bool {
        self.is_busy.load(Ordering::Acquire)
    }

    /// Updates until nothing changed meanwhile.
    fn follow(&self, store: &Store) {
        loop {
            while self.is_outdated.swap(false, Ordering::AcqRel) {
                let _ = update(store, &self.stop);
            }
            self.is_busy.store(false, Ordering::Release);
            // Whoever came between the last look and the release found this one busy.
            let is_missed = self.is_outdated.load(Ordering::Acquire);
            if !is_missed || self.is_busy.swap(true, Ordering::AcqRel) {
                return;
            }
        }
    }

    /// Brings the index up to date, beside the requests. Without an index nothing is found; a search
    /// says so.
    pub(crate) fn update(self: &Arc<Self>, store: &Store) {
        self.is_outdated.store(true, Ordering::Release);
        if self.is_busy.swap(true, Ordering::AcqRel) {
            return;
        }
        let (keeper, store) = (Arc::clone(self), store.clone());
        tokio::task::spawn_blocking(move || keeper.follow(&store));
    }
}
