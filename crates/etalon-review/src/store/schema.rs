//! The tables of the file, and how a file of an earlier version becomes one of this version.

use crate::error::StoreError;
use crate::event::Change;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::path::Path;

/// `etlr` in ASCII, as `PRAGMA application_id`.
const APPLICATION: i64 = 0x6574_6c72;

/// How a file of each version becomes one of the next; the first makes the tables. A step that was
/// released is never changed: files of that version exist.
///
/// Times are RFC 3339 texts. `reviewer` is null for corrections of the call itself. `change` is a
/// [`Change`](crate::Change) as JSON.
const STEPS: [&str; 2] = [
    "
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    call_id TEXT NOT NULL CHECK (call_id <> ''),
    reviewer TEXT CHECK (reviewer <> ''),
    sequence INTEGER NOT NULL CHECK (sequence > 0),
    author TEXT NOT NULL CHECK (author <> ''),
    role TEXT NOT NULL,
    at TEXT NOT NULL,
    change TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_of_subject ON events (call_id, coalesce(reviewer, ''), sequence);
",
    // An insertion can replace a row, and no trigger takes that for a deletion: the third one sees
    // to it. Every insertion names its id, because a trigger before it does not know another one.
    "
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER events_follow_each_other BEFORE INSERT ON events
    WHEN NEW.sequence <> 1 + (
            SELECT coalesce(max(sequence), 0) FROM events
            WHERE call_id = NEW.call_id AND coalesce(reviewer, '') = coalesce(NEW.reviewer, '')
        )
        OR NEW.id IS NOT 1 + (SELECT coalesce(max(id), 0) FROM events)
    BEGIN SELECT RAISE(ABORT, 'events follow each other'); END;
",
];

/// The version that this program writes.
pub(super) const VERSION: i64 = STEPS.len() as i64;

/// Deletes the events of calls. The trigger that forbids it is taken away and comes back in the
/// same transaction.
pub(super) fn delete_events(transaction: &Transaction<'_>, call_ids: &[String]) -> rusqlite::Result<usize> {
    transaction.execute_batch("DROP TRIGGER events_are_not_deleted")?;
    let mut deleted = 0;
    for id in call_ids {
        deleted += transaction.execute("DELETE FROM events WHERE call_id = ?1", [id])?;
    }
    transaction.execute_batch(EVENTS_ARE_NOT_DELETED)?;
    Ok(deleted)
}

/// Puts other changes in the place of those of some events, by their ids. The trigger that forbids
/// it is taken away and comes back in the same transaction.
pub(super) fn rewrite_events(
    transaction: &Transaction<'_>,
    changed: &[(i64, Change)],
) -> rusqlite::Result<()> {
    transaction.execute_batch("DROP TRIGGER events_are_not_changed")?;
    for (id, change) in changed {
        let change = json(change)?;
        transaction.execute("UPDATE events SET change = ?2 WHERE id = ?1", params![id, change])?;
    }
    transaction.execute_batch(EVENTS_ARE_NOT_CHANGED)
}

/// A change as the column `change` has it.
pub(super) fn json(change: &Change) -> rusqlite::Result<String> {
    serde_json::to_string(change).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// The trigger of the second step by which nothing is changed.
const EVENTS_ARE_NOT_CHANGED: &str = "
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
";

/// The trigger of the second step by which nothing is deleted.
const EVENTS_ARE_NOT_DELETED: &str = "
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
";

/// Brings a file to this version.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    if version(connection, path)? == VERSION {
        return Ok(());
    }
    let begun = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let transaction = begun.map_err(StoreError::of(path))?;
    // Another program may have been faster.
    let version = version(&transaction, path)?;
    for step in STEPS.iter().skip(version as usize) {
        transaction.execute_batch(step).map_err(StoreError::of(path))?;
    }
    let marked = transaction
        .pragma_update(None, "application_id", APPLICATION)
        .and_then(|()| transaction.pragma_update(None, "user_version", VERSION));
    marked.and_then(|()| transaction.commit()).map_err(StoreError::of(path))
}

/// Whether a file can be read: an empty one holds no reviews yet.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<bool, StoreError> {
    Ok(version(connection, path)? > 0)
}

/// The version of a file; 0 for an empty one.
fn version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    match mark(connection).map_err(StoreError::of(path))? {
        Mark { application: APPLICATION, version, .. } if version > VERSION => {
            Err(StoreError::Newer { path: path.to_owned(), found: version, known: VERSION })
        }
        Mark { application: APPLICATION, version, .. } if version > 0 => Ok(version),
        Mark { application: 0, version: 0, has_tables: false } => Ok(0),
        _ => Err(StoreError::NoReviews { path: path.to_owned() }),
    }
}

/// What a file says of itself.
struct Mark {
    application: i64,
    version: i64,
    has_tables: bool,
}

/// How a file is marked, read by one statement: another program may be making the tables, and reads
/// one by one could see a file without a mark, and then its tables.
fn mark(connection: &Connection) -> rusqlite::Result<Mark> {
    let statement = "SELECT application_id, user_version, EXISTS (SELECT 1 FROM sqlite_schema)
        FROM pragma_application_id, pragma_user_version";
    connection.query_row(statement, [], |row| {
        Ok(Mark { application: row.get(0)?, version: row.get(1)?, has_tables: row.get(2)? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_triggers_that_come_back_are_those_that_were_there() {
        for trigger in [EVENTS_ARE_NOT_CHANGED, EVENTS_ARE_NOT_DELETED] {
            assert!(STEPS[1].contains(trigger.trim()), "{trigger}");
        }
    }
}
