//! The index: `search.sqlite` beside the calls.
//!
//! It is derived from the stored calls and can be deleted at any time. One row stands for one turn;
//! its number tells the call, the turn and the role ([`TurnRow`]), so that most of a query is
//! answered from the full-text index alone.

mod changes;
mod corrections;
mod stored_call;
mod update;

use changes::{Changes, KnownCall, forget_folders, know_folders};
pub(crate) use corrections::Corrections;
pub(crate) use stored_call::StoredCall;
pub use update::{Rebuilt, Updated, update};

use crate::error::SearchError;
use etalon_call::Role;
use etalon_store::Store;
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The index's name in a result folder.
pub const INDEX_FILE: &str = "search.sqlite";

/// The version of the index: raised when its tables, or the words and stems in it, become others.
pub const VERSION: i64 = 3;

/// `etls` in ASCII, as `PRAGMA application_id`.
const APPLICATION: i64 = 0x6574_6c73;

/// How long a reader waits for a writer that is just about to finish.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Calls, their folders, turns and the words of turns. A folder's digest tells that all calls in it
/// are in the index as they are stored. The full-text index keeps no text of its own; its tokenizer
/// cuts at spaces only, because no term holds another ASCII sign.
const TABLES: &str = "
CREATE TABLE calls (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    started_at TEXT,
    started_s INTEGER,
    agent_id TEXT,
    agent_name TEXT,
    team TEXT,
    manager TEXT,
    client_ref TEXT,
    bytes INTEGER NOT NULL,
    written_ns INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    corrections INTEGER NOT NULL
);
CREATE INDEX calls_by_start ON calls (started_s);
CREATE TABLE folders (
    name TEXT PRIMARY KEY,
    digest INTEGER
) WITHOUT ROWID;
CREATE TABLE turns (
    row INTEGER PRIMARY KEY,
    start_s REAL NOT NULL,
    end_s REAL NOT NULL,
    text TEXT NOT NULL
);
CREATE VIRTUAL TABLE spoken USING fts5 (
    words, stems, numbers,
    content = '', contentless_delete = 1, tokenize = 'ascii'
);
INSERT INTO spoken (spoken, rank) VALUES ('hashsize', 33554432);
";

/// The index of a result folder, opened for reading.
#[derive(Debug)]
pub struct SearchIndex {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    pub(crate) store: Store,
}

impl SearchIndex {
    /// Opens the index of a result folder as it is; [`update()`] brings it up to date first.
    ///
    /// # Errors
    /// [`SearchError::NoIndex`] where there is none of this version, [`SearchError::Damaged`],
    /// [`SearchError::Database`].
    pub fn open(store: &Store) -> Result<Self, SearchError> {
        let path = index_path(store);
        if !path.is_file() {
            return Err(SearchError::NoIndex { path });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(database_error(&path))?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(database_error(&path))?;
        if !is_of_this_version(&connection).map_err(database_error(&path))? {
            return Err(SearchError::NoIndex { path });
        }
        Ok(Self { connection, path, store: store.clone() })
    }

    /// How many calls the index holds.
    ///
    /// # Errors
    /// [`SearchError::Damaged`], [`SearchError::Database`].
    pub fn calls(&self) -> Result<usize, SearchError> {
        let count: i64 = self
            .connection
            .query_row("SELECT count(*) FROM calls", [], |row| row.get(0))
            .map_err(database_error(&self.path))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }
}

/// Deletes the index with all that was said in it, for instance when calls are to be forgotten.
///
/// # Errors
/// [`SearchError::Io`].
pub fn remove(store: &Store) -> Result<(), SearchError> {
    remove_files(&index_path(store))
}

fn index_path(store: &Store) -> PathBuf {
    store.directory().join(INDEX_FILE)
}

/// Deletes the database with the files that `SQLite` keeps beside it.
fn remove_files(path: &Path) -> Result<(), SearchError> {
    for ending in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        match std::fs::remove_file(&name) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(SearchError::Io { action: "delete", path: name.into(), source });
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_of_this_version(connection: &Connection) -> rusqlite::Result<bool> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    Ok(pragma("application_id")? == APPLICATION && pragma("user_version")? == VERSION)
}

/// Tells a damaged file from one that can't be used for another reason.
pub(crate) fn database_error(path: &Path) -> impl Fn(rusqlite::Error) -> SearchError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    let path = path.to_owned();
    move |source| {
        let path = path.clone();
        match source.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => SearchError::Damaged { path },
            // A table that is not there, or a value of another type.
            _ if is_of_another_shape(&source) => SearchError::Damaged { path },
            _ => SearchError::Database { path, source },
        }
    }
}

fn is_of_another_shape(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{FromSqlConversionFailure, IntegralValueOutOfRange, InvalidColumnType};
    let is_unknown_table =
        error.sqlite_error().is_some_and(|code| code.extended_code == rusqlite::ffi::SQLITE_ERROR);
    is_unknown_table
        || matches!(error, FromSqlConversionFailure(..) | IntegralValueOutOfRange(..) | InvalidColumnType(..))
}

/// Where a turn stands, as the number of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TurnRow(pub(crate) i64);

/// Bits of a row's number for the role, and for the turn with the role.
const ROLE_BITS: u32 = 2;
const TURN_BITS: u32 = 20;

/// Turns of a call that can be searched; nobody takes turns a quarter of a million times.
const TURNS_AT_MOST: usize = 1 << (TURN_BITS - ROLE_BITS);

impl TurnRow {
    fn new(call: i64, turn: usize, role: Role) -> Self {
        Self(call << TURN_BITS | (turn as i64) << ROLE_BITS | role_number(role))
    }

    /// The number of the call.
    pub(crate) fn call(self) -> i64 {
        self.0 >> TURN_BITS
    }

    /// The place of the turn in its call, from 0.
    pub(crate) fn turn(self) -> usize {
        (self.0 >> ROLE_BITS) as usize % TURNS_AT_MOST
    }

    pub(crate) fn role(self) -> Role {
        match self.0 % (1 << ROLE_BITS) {
            0 => Role::Agent,
            1 => Role::Client,
            _ => Role::Unknown,
        }
    }
}

fn role_number(role: Role) -> i64 {
    match role {
        Role::Agent => 0,
        Role::Client => 1,
        Role::Unknown => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_tells_call_turn_and_role() {
        for (call, turn, role) in
            [(1, 0, Role::Agent), (7, TURNS_AT_MOST - 1, Role::Unknown), (1 << 40, 3, Role::Client)]
        {
            let row = TurnRow::new(call, turn, role);
            assert_eq!((row.call(), row.turn(), row.role()), (call, turn, role));
        }
    }
}
