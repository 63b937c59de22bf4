//! Brings the index up to date with the stored calls.

use super::{
    APPLICATION, BUSY_TIMEOUT, Changes, Corrections, KnownCall, StoredCall, TABLES, TURN_BITS, TURNS_AT_MOST,
    TurnRow, VERSION, database_error, forget_folders, index_path, is_of_this_version, know_folders,
    remove_files,
};
use crate::error::SearchError;
use crate::words::SpokenWords;
use etalon_store::{CallFile, ErrorKind, Store};
use rayon::prelude::*;
use rusqlite::{Connection, Transaction, params};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Calls that are read at once and written in one transaction.
const CALLS_AT_ONCE: usize = 512;

/// Taken by whoever writes the index; runs and readers do not know it.
const LOCK_FILE: &str = ".search.lock";

/// Why an index was made anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rebuilt {
    /// There was none.
    Missing,
    /// It was of another version.
    OtherVersion,
    /// It was damaged.
    Damaged,
}

/// What an update did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Updated {
    /// Calls that were new or changed.
    pub indexed: usize,
    /// Calls that are no longer stored, or can't be read any more.
    pub removed: usize,
    /// Stored calls that can't be read wholly, and so can't be found.
    pub unreadable: usize,
    /// Why the index was made anew, where it was.
    pub rebuilt: Option<Rebuilt>,
    /// Whether another process is writing the index just now, so that nothing was done here.
    pub is_busy: bool,
    /// Whether it was asked to stop before the end. What was done is kept.
    pub is_interrupted: bool,
}

/// Brings the index of a result folder up to date: new calls come in, changed ones are read again,
/// those that are gone go out. What people put right is indexed as they say it was said. An index of
/// another version or a damaged one is made anew.
///
/// Only the store is read, so a run that is going on is not disturbed. `stop` is looked at between
/// transactions of some hundred calls.
///
/// # Errors
/// [`SearchError::Store`], [`SearchError::Database`] and [`SearchError::Io`] where the folder can't be
/// read or written.
pub fn update(store: &Store, stop: &AtomicBool) -> Result<Updated, SearchError> {
    let Some(_lock) = lock(&store.directory().join(LOCK_FILE))? else {
        return Ok(Updated { is_busy: true, ..Updated::default() });
    };
    let path = index_path(store);
    let (connection, rebuilt) = match open_for_writing(&path)? {
        Ok(connection) => (connection, None),
        Err(reason) => (create(&path)?, Some(reason)),
    };
    match bring_up_to_date(store, connection, &path, stop) {
        Err(SearchError::Damaged { .. }) if rebuilt.is_none() => {
            let updated = bring_up_to_date(store, create(&path)?, &path, stop)?;
            Ok(Updated { rebuilt: Some(Rebuilt::Damaged), ..updated })
        }
        outcome => Ok(Updated { rebuilt, ..outcome? }),
    }
}

/// Takes the right to write the index; nothing where another process has it.
fn lock(path: &Path) -> Result<Option<File>, SearchError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let failed = |action| move |source| SearchError::Io { action, path: path.to_owned(), source };
    let file = options.open(path).map_err(failed("open"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(failed("lock")(source)),
    }
}

/// The index as it is, or why it has to be made anew.
fn open_for_writing(path: &Path) -> Result<Result<Connection, Rebuilt>, SearchError> {
    if !path.is_file() {
        return Ok(Err(Rebuilt::Missing));
    }
    let open = || {
        let connection = Connection::open(path)?;
        let is_current = is_of_this_version(&connection)?;
        prepare(&connection)?;
        Ok((connection, is_current))
    };
    match open().map_err(database_error(path)) {
        Ok((connection, true)) => Ok(Ok(connection)),
        Ok((_, false)) => Ok(Err(Rebuilt::OtherVersion)),
        Err(SearchError::Damaged { .. }) => Ok(Err(Rebuilt::Damaged)),
        Err(error) => Err(error),
    }
}

/// A new, empty index for its owner alone; `SQLite` gives the files beside it the same rights.
fn create(path: &Path) -> Result<Connection, SearchError> {
    remove_files(path)?;
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|source| SearchError::Io {
        action: "create",
        path: path.to_owned(),
        source,
    })?;
    let connection = Connection::open(path).map_err(database_error(path))?;
    let fill = || {
        prepare(&connection)?;
        connection.execute_batch(TABLES)?;
        // The marks come last: an index that was not finished is made anew.
        connection.pragma_update(None, "user_version", VERSION)?;
        connection.pragma_update(None, "application_id", APPLICATION)
    };
    fill().map_err(database_error(path))?;
    Ok(connection)
}

/// Readers go on while the index is written. Where the file system can't do that, they wait.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // What is lost in a power cut is read again from the calls.
    connection.pragma_update(None, "synchronous", "NORMAL")
}

fn bring_up_to_date(
    store: &Store,
    mut connection: Connection,
    path: &Path,
    stop: &AtomicBool,
) -> Result<Updated, SearchError> {
    let failed = database_error(path);
    let corrections = Corrections::of(store);
    let Changes { changed, gone, mut folders } = Changes::of(store, &connection, path, &corrections)?;
    let mut updated = Updated::default();
    if folders.is_empty() {
        return Ok(updated);
    }
    in_transaction(&mut connection, |transaction| forget_folders(transaction, &folders)).map_err(&failed)?;
    for numbers in gone.chunks(CALLS_AT_ONCE) {
        let remove = |transaction: &Transaction<'_>| {
            numbers.iter().try_for_each(|number| remove_call(transaction, *number))
        };
        in_transaction(&mut connection, remove).map_err(&failed)?;
        updated.removed += numbers.len();
    }
    let mut next_number = last_number(&connection).map_err(&failed)? + 1;
    for files in changed.chunks(CALLS_AT_ONCE) {
        if stop.load(Ordering::Relaxed) {
            return Ok(Updated { is_interrupted: true, ..updated });
        }
        let read: Vec<ReadCall> = files
            .par_iter()
            .map(|(file, _)| ReadCall::of(store, file, &corrections))
            .collect::<Result<_, _>>()?;
        for ((file, _), read) in files.iter().zip(&read) {
            let folder = folders.iter_mut().find(|folder| folder.holds(&file.id));
            if let (ReadCall::Unreadable, Some(folder)) = (read, folder) {
                // The call is counted again next time.
                folder.unsettle();
            }
        }
        let write = |transaction: &Transaction<'_>| {
            for ((file, known), read) in files.iter().zip(read) {
                write_call(transaction, (file, known.as_ref(), read), &mut next_number, &mut updated)?;
            }
            Ok(())
        };
        in_transaction(&mut connection, write).map_err(&failed)?;
    }
    in_transaction(&mut connection, |transaction| know_folders(transaction, &folders)).map_err(&failed)?;
    Ok(updated)
}

fn in_transaction(
    connection: &mut Connection,
    write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    write(&transaction)?;
    transaction.commit()
}

fn last_number(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT coalesce(max(number), 0) FROM calls", [], |row| row.get(0))
}

/// A stored call with the words of its turns.
enum ReadCall {
    Whole { call: Box<StoredCall>, digest: i64, corrections: i64, turns: Vec<(TurnText, SpokenWords)> },
    Unreadable,
    Gone,
}

/// A turn as the index keeps it.
struct TurnText {
    /// The turn's place in its call.
    turn: usize,
    text: String,
}

impl ReadCall {
    fn of(store: &Store, file: &CallFile, corrections: &Corrections) -> Result<Self, SearchError> {
        let call = match corrections.read(store, &file.id) {
            Ok(Some(call)) if call.call.id == file.id => Box::new(call),
            Ok(None) => return Ok(Self::Gone),
            Ok(Some(_)) => return Ok(Self::Unreadable),
            Err(error) if matches!(error.kind(), ErrorKind::Corrupt | ErrorKind::Newer) => {
                return Ok(Self::Unreadable);
            }
            Err(error) => return Err(error.into()),
        };
        let turns = call.turns.iter().enumerate().take(TURNS_AT_MOST);
        let turns = turns.filter_map(|(turn, stored)| {
            let text = stored.searched_text();
            let spoken = SpokenWords::of(&text);
            (!spoken.words.is_empty()).then_some((TurnText { turn, text }, spoken))
        });
        let corrections = corrections.count(&file.id);
        Ok(Self::Whole { digest: call.digest(), corrections, turns: turns.collect(), call })
    }
}

fn write_call(
    transaction: &Transaction<'_>,
    (file, known, read): (&CallFile, Option<&KnownCall>, ReadCall),
    next_number: &mut i64,
    updated: &mut Updated,
) -> rusqlite::Result<()> {
    let ReadCall::Whole { call, digest, corrections, turns } = read else {
        updated.unreadable += usize::from(matches!(read, ReadCall::Unreadable));
        if let Some(known) = known {
            remove_call(transaction, known.number)?;
            updated.removed += 1;
        }
        return Ok(());
    };
    let (bytes, written_ns) = (file.bytes.cast_signed(), file.written_ns.cast_signed());
    if let Some(known) = known {
        // Calls that were only judged again have nothing new to find.
        if known.digest == digest {
            let seen = "UPDATE calls SET bytes = ?, written_ns = ?, corrections = ? WHERE number = ?";
            let values = params![bytes, written_ns, corrections, known.number];
            transaction.prepare_cached(seen)?.execute(values)?;
            return Ok(());
        }
        remove_call(transaction, known.number)?;
    }
    let number = *next_number;
    *next_number += 1;
    let facts = &call.call;
    transaction
        .prepare_cached("INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?
        .execute(params![
            number,
            facts.id,
            facts.source,
            facts.started_at.map(|time| time.to_rfc3339()),
            facts.started_at.map(|time| time.timestamp()),
            facts.agent_id,
            facts.agent_name,
            facts.team,
            facts.manager,
            facts.client_ref,
            bytes,
            written_ns,
            digest,
            corrections,
        ])?;
    let mut insert_turn = transaction.prepare_cached("INSERT INTO turns VALUES (?, ?, ?, ?)")?;
    let mut insert_words = transaction
        .prepare_cached("INSERT INTO spoken (rowid, words, stems, numbers) VALUES (?, ?, ?, ?)")?;
    for (TurnText { turn, text }, spoken) in turns {
        let Some(stored) = call.turns.get(turn) else { continue };
        let row = TurnRow::new(number, turn, stored.speaker).0;
        insert_turn.execute(params![row, stored.start_s, stored.end_s, text])?;
        let words = spoken.column(|word| &word.term);
        let stems = spoken.column(|word| &word.stem);
        insert_words.execute(params![row, words, stems, spoken.number_column()])?;
    }
    updated.indexed += 1;
    Ok(())
}

fn remove_call(transaction: &Transaction<'_>, number: i64) -> rusqlite::Result<()> {
    let (first, end) = (number << TURN_BITS, (number + 1) << TURN_BITS);
    let of_call = "FROM turns WHERE row >= ? AND row < ?";
    transaction
        .prepare_cached(&format!("DELETE FROM spoken WHERE rowid IN (SELECT row {of_call})"))?
        .execute([first, end])?;
    transaction.prepare_cached(&format!("DELETE {of_call}"))?.execute([first, end])?;
    transaction.prepare_cached("DELETE FROM calls WHERE number = ?")?.execute([number])?;
    Ok(())
}
