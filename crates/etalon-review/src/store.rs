//! `reviews.sqlite`: a file that only ever grows.
//!
//! - The file has a rollback journal and not a write-ahead log. Result folders lie on network
//!   drives, where the shared memory of a log does not work, and they are copied while somebody
//!   reviews: without a log one file holds everything. People write a few events a minute, so that
//!   readers never wait for long.
//! - `synchronous = EXTRA`: what `FULL` promises, and the removal of the journal is on the disk too
//!   before an event counts as saved. Without that, a power cut could undo the last event.
//! - Triggers forbid changing and deleting events, and gaps in their sequence. Only forgetting a
//!   call and taking personal data out of it ([`ReviewStore::forget`], [`ReviewStore::blank`],
//!   [`ReviewStore::redact`]) go around them.
//! - Two programs that write at once wait for each other, up to [`BUSY_TIMEOUT`].

mod blanking;
mod redaction;
mod schema;
mod take_over;

pub use blanking::BlankedEvent;
pub use take_over::Lacking;

use crate::correction::Correction;
use crate::error::{ReviewError, StoreError};
use crate::event::{Change, Event, Subject};
use crate::people::{Person, is_name};
use crate::permission::{Action, may};
use crate::redacted_correction::redacted_correction;
use crate::reviews::Reviews;
use crate::sheet::{Sheet, transition};
use chrono::{DateTime, FixedOffset};
use etalon_call::{Call, CallFacts, Redaction};
use rusqlite::{Connection, OpenFlags, Row, Transaction, TransactionBehavior, params};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file's name in a result folder.
pub const REVIEWS_FILE: &str = "reviews.sqlite";

/// How long a writer waits for another one.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The longest id of a call, bytes.
const CALL_ID_MAX_BYTES: usize = 128;

/// The reviews of a result folder.
///
/// A connection belongs to one thread at a time: a server keeps one behind a mutex, or opens one a
/// request.
#[derive(Debug)]
pub struct ReviewStore {
    connection: Connection,
    path: PathBuf,
}

/// Changes that somebody makes to a sheet, all or none of them.
#[derive(Debug, Clone)]
pub struct SheetSubmission<'a> {
    /// The call.
    pub call: &'a CallFacts,
    /// What the call says of its redaction ([`Call::redaction`]). If personal data was taken out of
    /// it, comments are stored without, too ([`Comment::redacted`](crate::Comment::redacted)).
    pub redaction: Option<&'a Redaction>,
    /// Whose sheet it is.
    pub reviewer: &'a str,
    /// Who makes the changes.
    pub author: &'a Person,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The sheet's sequence as the author has seen it; 0 for a new sheet.
    pub expected_sequence: u32,
    /// The changes, in order.
    pub changes: Vec<Change>,
}

/// Corrections that somebody makes to a call, all or none of them.
#[derive(Debug, Clone)]
pub struct CorrectionSubmission<'a> {
    /// The call as it is stored. If personal data was taken out of it, corrections don't bring it
    /// back: a mark is stored in its place.
    pub call: &'a Call,
    /// Who makes them.
    pub author: &'a Person,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// How many corrections of the call the author has seen.
    pub expected_sequence: u32,
    /// The corrections, in order.
    pub corrections: Vec<Correction>,
}

impl ReviewStore {
    /// The file at `path`, made if it is not there and brought to this version if it is of an
    /// earlier one. Only its owner can read it.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; [`StoreError::Newer`] where a later etalon wrote the file.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        create_file(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut connection = Connection::open_with_flags(path, flags).map_err(StoreError::of(path))?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(StoreError::of(path))?;
        // A file of something else, or of a later etalon, stays as it is in every respect.
        schema::check(&connection, path)?;
        prepare(&connection).map_err(StoreError::of(path))?;
        schema::migrate(&mut connection, path)?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// The file at `path` for reading alone; none where it is not there. A file of an earlier
    /// version is read as it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub fn open_read_only(path: &Path) -> Result<Option<Self>, StoreError> {
        let is_there =
            path.try_exists().map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
        if !is_there {
            return Ok(None);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(StoreError::of(path))?;
        connection.busy_timeout(BUSY_TIMEOUT).map_err(StoreError::of(path))?;
        Ok(schema::check(&connection, path)?.then(|| Self { connection, path: path.to_owned() }))
    }

    /// Where the file lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Changes a sheet, and returns it as it is then.
    ///
    /// The changes are checked one after the other against the table of permissions and the states
    /// of a sheet, inside the transaction that stores them. A submission that was stored already,
    /// as after an answer that got lost on its way, is not stored again.
    ///
    /// # Errors
    ///
    /// [`ReviewError::Conflict`] where the sheet is not as the author has seen it, the reason why a
    /// change is refused, or [`StoreError`]. Nothing is stored then.
    pub fn submit(&mut self, submission: &SheetSubmission<'_>) -> Result<Sheet, ReviewError> {
        let SheetSubmission { call, reviewer, author, .. } = submission;
        let check = |sheet: &Sheet, change: &Change| -> Result<(), ReviewError> {
            let transition = transition(change).ok_or(ReviewError::NoPartOfASheet)?;
            may(author, transition.action, call, Some(reviewer))?;
            sheet.check(change)
        };
        self.change_sheet(submission, check)
    }

    /// Adds what reviewers found elsewhere: answers and the sharing of sheets of others, as a table
    /// of reviews has them.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit); refused to everybody who may not exchange tables.
    pub fn import(&mut self, submission: &SheetSubmission<'_>) -> Result<Sheet, ReviewError> {
        let SheetSubmission { call, reviewer, author, .. } = submission;
        let check = |sheet: &Sheet, change: &Change| -> Result<(), ReviewError> {
            may(author, Action::Exchange, call, Some(reviewer))?;
            match change {
                Change::Answered(answer) => {
                    answer.check_rule()?;
                    sheet.check_state(change).map(drop)
                }
                Change::Shared { .. } => sheet.check(change),
                _ => Err(ReviewError::NoPartOfASheet),
            }
        };
        self.change_sheet(submission, check)
    }

    fn change_sheet(
        &mut self,
        submission: &SheetSubmission<'_>,
        check: impl Fn(&Sheet, &Change) -> Result<(), ReviewError>,
    ) -> Result<Sheet, ReviewError> {
        let SheetSubmission { call, redaction, reviewer, author, at, expected_sequence, changes } =
            submission;
        // One person has one sheet, however the name is typed.
        let reviewer = if author.is_named(reviewer) { &author.name } else { *reviewer };
        if !is_name(reviewer) {
            return Err(ReviewError::NoName);
        }
        let subject = Subject::Sheet { reviewer: reviewer.to_owned() };
        let mut sheet = Sheet::empty(&call.id, reviewer);
        let changes: Vec<Change> = if redaction.is_some() {
            changes.iter().map(Change::redacted).collect()
        } else {
            changes.clone()
        };
        self.append(call, &subject, (author, *at), *expected_sequence, &changes, |event, is_new| {
            if is_new {
                check(&sheet, &event.change)?;
            }
            sheet.apply(event);
            Ok(())
        })?;
        Ok(sheet)
    }

    /// Adds corrections to a call, and returns how many the call has then.
    ///
    /// # Errors
    ///
    /// As [`submit`](Self::submit).
    pub fn correct(&mut self, submission: &CorrectionSubmission<'_>) -> Result<u32, ReviewError> {
        let CorrectionSubmission { call: stored, author, at, expected_sequence, corrections } = submission;
        let call = &stored.call;
        may(author, Action::Correct, call, None)?;
        let corrections = if stored.redaction.is_some() {
            self.without_personal_data(stored, corrections)?
        } else {
            corrections.clone()
        };
        if !corrections.iter().all(Correction::is_valid) {
            return Err(ReviewError::NoCorrection);
        }
        let changes: Vec<Change> = corrections.into_iter().map(Change::Corrected).collect();
        let mut sequence = 0;
        self.append(call, &Subject::Corrections, (author, *at), *expected_sequence, &changes, |event, _| {
            sequence = event.sequence;
            Ok(())
        })?;
        Ok(sequence)
    }

    /// New corrections of a redacted call, [redacted](redacted_correction) like the call.
    fn without_personal_data(
        &self,
        call: &Call,
        corrections: &[Correction],
    ) -> Result<Vec<Correction>, ReviewError> {
        let id = &call.call.id;
        let recorded = Reviews::of(&self.events_of(id)?);
        let mut all: Vec<Correction> =
            recorded.corrections_of(id).iter().map(|recorded| recorded.correction.clone()).collect();
        let earlier = all.len();
        for correction in corrections {
            let redacted = redacted_correction(call, &all, correction).ok_or(ReviewError::NoCorrection)?;
            all.push(redacted);
        }
        Ok(all.split_off(earlier))
    }

    /// Appends changes to a subject in one transaction. `step` meets all its events in order, those
    /// that are stored and then the new ones, and can refuse the new ones.
    fn append(
        &mut self,
        call: &CallFacts,
        subject: &Subject,
        (author, at): (&Person, DateTime<FixedOffset>),
        expected: u32,
        changes: &[Change],
        mut step: impl FnMut(&Event, bool) -> Result<(), ReviewError>,
    ) -> Result<(), ReviewError> {
        if call.id.is_empty() || call.id.len() > CALL_ID_MAX_BYTES {
            return Err(ReviewError::NoCall);
        }
        let path = self.path.clone();
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.map_err(StoreError::of(&path))?;
        let stored = events_of_subject(&transaction, &path, &call.id, subject)?;
        stored.iter().try_for_each(|event| step(event, false))?;
        let found = stored.len() as u32;
        if is_repeated(&stored, expected, author, changes) {
            return Ok(());
        }
        if expected != found {
            return Err(ReviewError::Conflict { expected, found });
        }
        for (change, sequence) in changes.iter().zip(found + 1..) {
            let event = Event {
                id: 0,
                call_id: call.id.clone(),
                subject: subject.clone(),
                sequence,
                author: author.name.clone(),
                role: author.role,
                at,
                change: change.clone(),
            };
            step(&event, true)?;
            insert(&transaction, &path, &event)?;
        }
        Ok(transaction.commit().map_err(StoreError::of(&path))?)
    }

    /// Forgets everything that people said of calls, and says how many events that were. What they
    /// said is not in the file any more, free pages included.
    ///
    /// A program that has read the events before keeps them until it is started again.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; nothing is forgotten then.
    pub fn forget(&mut self, call_ids: &[String]) -> Result<usize, StoreError> {
        let forgotten = self.erase(|transaction| schema::delete_events(transaction, call_ids));
        forgotten.map_err(StoreError::of(&self.path))
    }

    /// Deletes or overwrites events in one transaction. What they held is not in the file any more.
    fn erase<T>(
        &mut self,
        change: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.connection.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let changed = change(&transaction)?;
        transaction.commit()?;
        // What was erased by an earlier etalon, or before `secure_delete`, lies in free pages.
        self.connection.execute_batch("VACUUM")?;
        Ok(changed)
    }

    /// The events after the one with this id, in order; all of them after 0.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; [`StoreError::Damaged`] names the event that can't be read.
    pub fn events_after(&self, id: i64) -> Result<Vec<Event>, StoreError> {
        let mut events = Vec::new();
        self.each_event_after(id, |event| events.push(event))?;
        Ok(events)
    }

    /// The events of a call, in order.
    ///
    /// # Errors
    ///
    /// As [`events_after`](Self::events_after).
    pub fn events_of(&self, call_id: &str) -> Result<Vec<Event>, StoreError> {
        let mut events = Vec::new();
        read(&self.connection, &self.path, "call_id = ?1", params![call_id], |event| events.push(event))?;
        Ok(events)
    }

    /// What all events come to.
    ///
    /// # Errors
    ///
    /// As [`events_after`](Self::events_after).
    pub fn reviews(&self) -> Result<Reviews, StoreError> {
        let mut reviews = Reviews::default();
        self.update(&mut reviews)?;
        Ok(reviews)
    }

    /// Adds the events that came since `reviews` was read, also from other programs, and says
    /// whether there were any.
    ///
    /// # Errors
    ///
    /// As [`events_after`](Self::events_after); what was read before the damaged event is added.
    pub fn update(&self, reviews: &mut Reviews) -> Result<bool, StoreError> {
        let before = reviews.last_id;
        self.each_event_after(before, |event| reviews.apply(&event))?;
        Ok(reviews.last_id != before)
    }

    fn each_event_after(&self, id: i64, each: impl FnMut(Event)) -> Result<(), StoreError> {
        read(&self.connection, &self.path, "id > ?1", params![id], each)
    }
}

/// Whether these very changes of this author are stored already where they should have come.
fn is_repeated(stored: &[Event], expected: u32, author: &Person, changes: &[Change]) -> bool {
    let Some(later) = stored.get(expected as usize..) else { return false };
    let is_same = |(event, change): (&Event, &Change)| event.author == author.name && event.change == *change;
    changes.len() <= later.len() && later.iter().zip(changes).all(is_same)
}

/// Makes an empty file for its owner alone, which `SQLite` then takes.
fn create_file(path: &Path) -> Result<(), StoreError> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::StorageFull => {
            Err(StoreError::Full { path: path.to_owned() })
        }
        Err(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            Err(StoreError::ReadOnly { path: path.to_owned() })
        }
        Err(source) => Err(StoreError::Io { path: path.to_owned(), source }),
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "extra")
}

fn reviewer_of(subject: &Subject) -> Option<&str> {
    match subject {
        Subject::Sheet { reviewer } => Some(reviewer),
        Subject::Corrections => None,
    }
}

fn insert(transaction: &Transaction<'_>, path: &Path, event: &Event) -> Result<(), StoreError> {
    let insert = || {
        let columns = "id, call_id, reviewer, sequence, author, role, at, change";
        let id = "(SELECT 1 + coalesce(max(id), 0) FROM events)";
        let statement = format!("INSERT INTO events ({columns}) VALUES ({id}, ?, ?, ?, ?, ?, ?, ?)");
        transaction.prepare_cached(&statement)?.execute(params![
            event.call_id,
            reviewer_of(&event.subject),
            event.sequence,
            event.author,
            event.role.name(),
            event.at.to_rfc3339(),
            schema::json(&event.change)?,
        ])
    };
    insert().map(drop).map_err(StoreError::of(path))
}

fn events_of_subject(
    connection: &Connection,
    path: &Path,
    call_id: &str,
    subject: &Subject,
) -> Result<Vec<Event>, StoreError> {
    let mut events = Vec::new();
    let condition = "call_id = ?1 AND coalesce(reviewer, '') = ?2";
    let reviewer = reviewer_of(subject).unwrap_or_default();
    read(connection, path, condition, params![call_id, reviewer], |event| events.push(event))?;
    Ok(events)
}

/// Reads events that meet a condition, in order of id.
fn read(
    connection: &Connection,
    path: &Path,
    condition: &str,
    parameters: &[&dyn rusqlite::ToSql],
    mut each: impl FnMut(Event),
) -> Result<(), StoreError> {
    let columns = "id, call_id, reviewer, sequence, author, role, at, change";
    let query = format!("SELECT {columns} FROM events WHERE {condition} ORDER BY id");
    let mut statement = connection.prepare_cached(&query).map_err(StoreError::of(path))?;
    let mut rows = statement.query(parameters).map_err(StoreError::of(path))?;
    while let Some(row) = rows.next().map_err(StoreError::of(path))? {
        let stored = StoredEvent::read(row).map_err(StoreError::of(path))?;
        let id = stored.id;
        let event = stored.parse().ok_or_else(|| StoreError::Damaged {
            path: path.to_owned(),
            detail: format!("event {id} can't be understood"),
        })?;
        each(event);
    }
    Ok(())
}

/// A row of the table of events.
struct StoredEvent {
    id: i64,
    call_id: String,
    reviewer: Option<String>,
    sequence: u32,
    author: String,
    role: String,
    at: String,
    change: String,
}

impl StoredEvent {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            call_id: row.get(1)?,
            reviewer: row.get(2)?,
            sequence: row.get(3)?,
            author: row.get(4)?,
            role: row.get(5)?,
            at: row.get(6)?,
            change: row.get(7)?,
        })
    }

    fn parse(self) -> Option<Event> {
        Some(Event {
            id: self.id,
            call_id: self.call_id,
            subject: self.reviewer.map_or(Subject::Corrections, |reviewer| Subject::Sheet { reviewer }),
            sequence: self.sequence,
            author: self.author,
            role: self.role.parse().ok()?,
            at: DateTime::parse_from_rfc3339(&self.at).ok()?,
            change: serde_json::from_str(&self.change).ok()?,
        })
    }
}

#[cfg(test)]
mod tests;
