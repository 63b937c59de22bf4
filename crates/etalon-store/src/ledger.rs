//! What must be asked across calls: who was called when, what was promised, and whether it was
//! kept.
//!
//! A [`Ledger`] is gathered from stored calls, one [`Entry`] a call, and gives the
//! [`History`](etalon_rules::History) that rules ask for. It can be kept as an `SQLite` file for
//! analysts and for later nights. The call files stay the truth: the file is made anew from them at
//! any time, and equal calls give equal bytes.

mod database;
mod entry;

pub use entry::{Entry, StoredCall};

use etalon_rules::History;
use std::path::{Path, PathBuf};

/// Why a ledger can't be read or made.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file is no ledger.
    #[error("{path}: {detail}; name a ledger.sqlite that etalon wrote", path = path.display())]
    NoLedger {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A later etalon wrote the file.
    #[error(
        "{path} is a ledger of version {found}, and this etalon knows versions up to {known}; update etalon",
        path = path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's version.
        found: i64,
        /// The latest version that this program knows.
        known: i64,
    },
    /// The database could not be made in memory. Trying again may help.
    #[error("the ledger can't be made: {0}")]
    Database(#[from] rusqlite::Error),
}

/// The calls of a result folder, in order of id, each once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    entries: Vec<Entry>,
}

impl Ledger {
    /// Puts entries in order; of two of one call the first one stays.
    ///
    /// Entries of one id are of one call unless client or start differ: the same bytes may be heard by
    /// two clients.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        let call = |entry: &Entry| (entry.id.clone(), entry.client_ref.clone(), entry.started_at);
        entries.sort_by_cached_key(call);
        entries.dedup_by(|later, earlier| call(later) == call(earlier));
        Self { entries }
    }

    /// The calls in order of id.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// This ledger with the calls of another one that it does not know.
    #[must_use]
    pub fn with_earlier(mut self, earlier: Self) -> Self {
        self.entries.extend(earlier.entries);
        Self::new(self.entries)
    }

    /// When each client was called.
    pub fn history(&self) -> History {
        let mut history = History::default();
        for entry in &self.entries {
            if let (true, Some(client_ref), Some(started_at)) =
                (entry.is_contact(), &entry.client_ref, entry.started_at)
            {
                history.record(client_ref, started_at);
            }
        }
        history
    }

    /// The bytes of an `SQLite` file with these calls; `history` says what became of call backs.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Database`] where memory runs out.
    pub fn to_bytes(&self, history: &History) -> Result<Vec<u8>, LedgerError> {
        Ok(database::write(&self.entries, history)?)
    }

    /// Reads the file that [`to_bytes`](Self::to_bytes) made.
    ///
    /// # Errors
    ///
    /// [`LedgerError::NoLedger`], [`LedgerError::Newer`].
    pub fn open(path: &Path) -> Result<Self, LedgerError> {
        Ok(Self::new(database::read(path)?))
    }
}
