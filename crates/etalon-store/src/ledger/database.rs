//! The ledger as an `SQLite` file.

use super::LedgerError;
use super::entry::{AgreedCallback, Entry, Promise};
use chrono::{DateTime, FixedOffset};
use data_encoding::HEXLOWER;
use etalon_call::Direction;
use etalon_rules::{CallbackOutcome, History};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, MAIN_DB, OpenFlags, Row, params};
use sha2::{Digest, Sha256};
use std::path::Path;

/// Marks the file as a ledger of this version. It is made anew and never migrated, but earlier ones
/// can be read.
const VERSION: i64 = 3;

/// The second version, which has no checksum.
const WITHOUT_CHECKSUM: i64 = 2;

/// The first version, which does not say whether anybody answered, either.
const WITHOUT_ANSWERED: i64 = 1;

/// `etln` in ASCII, as `PRAGMA application_id`.
const APPLICATION: i64 = 0x6574_6c6e;

/// Times are RFC 3339 texts with the offset of the clock they were read from; `started_s` orders
/// them.
const TABLES: &str = "
CREATE TABLE calls (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    client_ref TEXT,
    agent_id TEXT,
    direction TEXT,
    started_at TEXT,
    started_s INTEGER,
    client_time TEXT,
    answered INTEGER CHECK (answered IN (0, 1))
) WITHOUT ROWID;
CREATE TABLE callbacks (
    call_id TEXT PRIMARY KEY REFERENCES calls (id),
    agreed_at TEXT,
    outcome TEXT CHECK (outcome IN ('kept', 'late', 'forgotten', 'open')),
    called_at TEXT
) WITHOUT ROWID;
CREATE TABLE promises (
    call_id TEXT PRIMARY KEY REFERENCES calls (id),
    amount REAL,
    currency TEXT,
    date TEXT
) WITHOUT ROWID;
CREATE TABLE checksum (
    sha256 TEXT NOT NULL
);
CREATE INDEX calls_by_client ON calls (client_ref, started_s);
CREATE VIEW contacts_by_day AS
    SELECT client_ref, substr(coalesce(client_time, started_at), 1, 10) AS day, count(*) AS contacts
    FROM calls
    WHERE client_ref IS NOT NULL AND started_at IS NOT NULL AND coalesce(direction, 'outbound') = 'outbound'
        AND coalesce(answered, 1)
    GROUP BY client_ref, day;
";

pub(super) fn write(entries: &[Entry], history: &History) -> rusqlite::Result<Vec<u8>> {
    let mut connection = Connection::open_in_memory()?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    connection.execute_batch(TABLES)?;
    let transaction = connection.transaction()?;
    for entry in entries {
        write_entry(&transaction, entry, history)?;
    }
    transaction.execute("INSERT INTO checksum VALUES (?)", [checksum(&transaction)?])?;
    transaction.commit()?;
    Ok(connection.serialize(MAIN_DB)?.to_vec())
}

fn write_entry(connection: &Connection, entry: &Entry, history: &History) -> rusqlite::Result<()> {
    let text = |time: Option<DateTime<FixedOffset>>| time.map(|time| time.to_rfc3339());
    connection.prepare_cached("INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")?.execute(params![
        entry.id,
        entry.source,
        entry.client_ref,
        entry.agent_id,
        entry.direction.map(Direction::name),
        text(entry.started_at),
        entry.started_at.map(|time| time.timestamp()),
        text(entry.client_time),
        entry.answered,
    ])?;
    if let Some(callback) = &entry.callback {
        let outcome = outcome(entry, callback, history);
        let (name, called_at) = outcome.map(outcome_name).unwrap_or_default();
        connection.prepare_cached("INSERT INTO callbacks VALUES (?, ?, ?, ?)")?.execute(params![
            entry.id,
            text(callback.at),
            name,
            text(called_at)
        ])?;
    }
    if let Some(promise) = &entry.promise {
        connection.prepare_cached("INSERT INTO promises VALUES (?, ?, ?, ?)")?.execute(params![
            entry.id,
            promise.amount,
            promise.currency,
            promise.date
        ])?;
    }
    Ok(())
}

/// SHA-256 of all rows, in hexadecimal: pages that are damaged may still read as other calls.
fn checksum(connection: &Connection) -> rusqlite::Result<String> {
    let mut hash = Sha256::new();
    for table in ["calls ORDER BY id", "callbacks ORDER BY call_id", "promises ORDER BY call_id"] {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for column in 0..columns {
                // The kind and the length keep neighbours apart.
                match row.get_ref(column)? {
                    ValueRef::Null => hash.update(b"n"),
                    ValueRef::Integer(number) => hash.update([&b"i"[..], &number.to_le_bytes()].concat()),
                    ValueRef::Real(number) => hash.update([&b"r"[..], &number.to_le_bytes()].concat()),
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                        hash.update([&b"t"[..], &(bytes.len() as u64).to_le_bytes(), bytes].concat());
                    }
                }
            }
        }
        hash.update(b"\n");
    }
    Ok(HEXLOWER.encode(&hash.finalize()))
}

/// What became of a call back; nothing where client, start or agreed time are not known.
fn outcome(entry: &Entry, callback: &AgreedCallback, history: &History) -> Option<CallbackOutcome> {
    Some(history.callback(entry.client_ref.as_ref()?, entry.started_at?, callback.at?))
}

fn outcome_name(outcome: CallbackOutcome) -> (Option<&'static str>, Option<DateTime<FixedOffset>>) {
    match outcome {
        CallbackOutcome::Kept { called_at } => (Some("kept"), Some(called_at)),
        CallbackOutcome::Late { called_at } => (Some("late"), Some(called_at)),
        CallbackOutcome::Forgotten { .. } => (Some("forgotten"), None),
        CallbackOutcome::Open => (Some("open"), None),
    }
}

/// The entries of a file, or what is wrong with it.
pub(super) fn read(path: &Path) -> Result<Vec<Entry>, LedgerError> {
    let no_ledger = |detail: String| LedgerError::NoLedger { path: path.to_owned(), detail };
    if std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(no_ledger("it is no file".to_owned()));
    }
    let unreadable = |error: rusqlite::Error| no_ledger(error.to_string());
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, read_only).map_err(unreadable)?;
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let mark = (pragma("application_id"), pragma("user_version"));
    let answered = match mark {
        (Ok(APPLICATION), Ok(VERSION | WITHOUT_CHECKSUM)) => "answered",
        (Ok(APPLICATION), Ok(WITHOUT_ANSWERED)) => "NULL",
        (Ok(APPLICATION), Ok(found)) if found > VERSION => {
            return Err(LedgerError::Newer { path: path.to_owned(), found, known: VERSION });
        }
        _ => return Err(no_ledger("not a ledger".to_owned())),
    };
    let is_whole = is_whole(&connection, mark.1 == Ok(VERSION)).map_err(unreadable)?;
    if !is_whole {
        return Err(no_ledger("it is damaged".to_owned()));
    }
    read_entries(&connection, answered).map_err(unreadable)
}

/// Whether the file holds the rows that were written, as far as that can be told.
fn is_whole(connection: &Connection, has_checksum: bool) -> rusqlite::Result<bool> {
    let found: String = connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
    let written = || connection.query_row("SELECT sha256 FROM checksum", [], |row| row.get::<_, String>(0));
    Ok(found == "ok" && (!has_checksum || written()? == checksum(connection)?))
}

/// `answered` is the expression by which the file says whether anybody answered.
fn read_entries(connection: &Connection, answered: &str) -> rusqlite::Result<Vec<Entry>> {
    let mut statement = connection.prepare(&format!(
        "SELECT calls.id, source, client_ref, agent_id, direction, started_at, client_time,
                callbacks.call_id, agreed_at, promises.call_id, amount, currency, date,
                {answered}
         FROM calls
         LEFT JOIN callbacks ON callbacks.call_id = calls.id
         LEFT JOIN promises ON promises.call_id = calls.id
         ORDER BY calls.id"
    ))?;
    statement.query_map([], entry)?.collect()
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let has = |column: usize| row.get::<_, Option<String>>(column).map(|id| id.is_some());
    Ok(Entry {
        id: row.get(0)?,
        source: row.get(1)?,
        client_ref: row.get(2)?,
        agent_id: row.get(3)?,
        direction: row.get::<_, Option<String>>(4)?.as_deref().and_then(|name| name.parse().ok()),
        started_at: time(row, 5)?,
        client_time: time(row, 6)?,
        answered: row.get(13)?,
        callback: if has(7)? { Some(AgreedCallback { at: time(row, 8)? }) } else { None },
        promise: if has(9)? {
            Some(Promise { amount: row.get(10)?, currency: row.get(11)?, date: row.get(12)? })
        } else {
            None
        },
    })
}

fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<DateTime<FixedOffset>>> {
    let text: Option<String> = row.get(column)?;
    text.map(|text| DateTime::parse_from_rfc3339(&text)).transpose().map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
    })
}
