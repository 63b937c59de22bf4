//! What many calls come to, kept in memory until the folder or its reviews change.

use axum::body::Bytes;
use etalon_pages::{Accuracies, ListedCall, Statistics};
use etalon_report::Listening;
use etalon_review::{Person, PersonRole, Queue};
use etalon_store::{Failure, PassedOver};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// After a snapshot that took long to make, so many times as long nobody makes another one.
const PAUSE_FACTOR: u32 = 4;

/// From here on a snapshot took long to make.
const LONG: Duration = Duration::from_secs(1);

/// What many calls come to, at one moment.
pub(crate) struct Snapshot {
    pub(crate) stamp: Stamp,
    pub(crate) made: Instant,
    pub(crate) took: Duration,
    pub(crate) listening: Listening,
    pub(crate) failures: Vec<Failure>,
    pub(crate) passed_over: Vec<PassedOver>,
    pub(crate) accuracies: Accuracies,
    /// What waits for reviewers.
    pub(crate) queue: Queue,
    pub(crate) everything: View,
    /// What each agent may see, by name.
    pub(crate) of_agents: HashMap<String, View>,
    /// The recordings' paths as they were given, by the ids of the calls.
    pub(crate) sources: HashMap<String, String>,
}

/// What some calls come to.
pub(crate) struct View {
    pub(crate) statistics: Statistics,
    pub(crate) worst: Vec<ListedCall>,
    /// The data of the list.
    pub(crate) columns: Bytes,
    /// Changes with the data.
    pub(crate) columns_tag: String,
    /// The ids of the calls.
    pub(crate) ids: BTreeSet<String>,
}

/// Equal stamps mean that the files and the reviews are what they were.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) files: Vec<Option<(u64, SystemTime)>>,
    pub(crate) reviews: u64,
}

/// The latest snapshot of the folder.
#[derive(Default)]
pub(crate) struct Folder {
    latest: Mutex<Option<Arc<Snapshot>>>,
    /// Held by whoever makes the next one.
    pub(crate) making: tokio::sync::Mutex<()>,
    /// How far that is.
    pub(crate) reading: Reading,
}

/// How many of the folder's calls have been read for the next snapshot.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    done: AtomicUsize,
    all: AtomicUsize,
}

impl Reading {
    /// Begins to read so many calls.
    pub(crate) fn begin(&self, all: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.all.store(all, Ordering::Relaxed);
    }

    /// More calls have been read.
    pub(crate) fn add(&self, calls: usize) {
        self.done.fetch_add(calls, Ordering::Relaxed);
    }

    /// Calls that have been read, and all of them.
    pub(crate) fn progress(&self) -> [usize; 2] {
        [self.done.load(Ordering::Relaxed), self.all.load(Ordering::Relaxed)]
    }
}

impl Folder {
    pub(crate) fn latest(&self) -> Option<Arc<Snapshot>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, snapshot: Arc<Snapshot>) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(snapshot);
    }
}

impl Snapshot {
    /// What a person may see: agents see their own calls.
    pub(crate) fn view(&self, person: &Person) -> Option<&View> {
        match person.role {
            PersonRole::Agent => self.of_agents.get(&person.name),
            _ => Some(&self.everything),
        }
    }

    /// Whether it is too early to make another one, because that takes long.
    pub(crate) fn is_resting(&self) -> bool {
        self.took > LONG && self.made.elapsed() < PAUSE_FACTOR * self.took
    }

    /// The path of a call's recording as it was given.
    pub(crate) fn source_of(&self, id: &str) -> Option<&str> {
        self.sources.get(id).map(String::as_str)
    }
}
