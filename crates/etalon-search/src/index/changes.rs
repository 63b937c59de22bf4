//! Which stored calls are others than those that the index holds.

use super::{Corrections, database_error};
use crate::error::SearchError;
use etalon_store::{CallFile, CallFolder, Store};
use rayon::prelude::*;
use rusqlite::{Connection, Transaction, params};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;
use std::time::SystemTime;

/// What has to be done so that the index holds what is stored.
#[derive(Default)]
pub(super) struct Changes {
    /// Calls that are new or may say something else, with what the index knows of them.
    pub(super) changed: Vec<(CallFile, Option<KnownCall>)>,
    /// The numbers of calls that are no longer stored.
    pub(super) gone: Vec<i64>,
    /// The folders in which these calls are or were.
    pub(super) folders: Vec<ChangedFolder>,
}

/// What the index knows of a call's file.
pub(super) struct KnownCall {
    pub(super) number: i64,
    pub(super) digest: i64,
    bytes: u64,
    written_ns: u64,
    corrections: i64,
}

/// A folder of calls that is not as the index knows it.
pub(super) struct ChangedFolder {
    name: String,
    found: Found,
}

/// How a folder was found.
#[derive(Clone, Copy)]
enum Found {
    /// Another digest means that something in it has changed.
    Settled {
        digest: i64,
    },
    /// The next update has to look at its calls one by one.
    Unsettled,
    Gone,
}

impl ChangedFolder {
    /// Whether the call with this id lies in it.
    pub(super) fn holds(&self, id: &str) -> bool {
        id.starts_with(&self.name)
    }

    /// Has its calls looked at one by one again by the next update.
    pub(super) fn unsettle(&mut self) {
        self.found = Found::Unsettled;
    }
}

impl Changes {
    /// Compares the stored calls with the index. Of a folder that is as it was, no call is looked up.
    pub(super) fn of(
        store: &Store,
        connection: &Connection,
        path: &Path,
        corrections: &Corrections,
    ) -> Result<Self, SearchError> {
        let now = SystemTime::now();
        let folders = store.call_folders()?;
        let digests: Vec<i64> = folders.par_iter().map(|folder| digest(folder, corrections)).collect();
        let compare = || {
            let mut changes = Self::default();
            let mut known = known_folders(connection)?;
            for (folder, digest) in folders.into_iter().zip(digests) {
                if known.remove(&folder.name).flatten() != Some(digest) {
                    let known_calls = known_calls(connection, &folder.name)?;
                    changes.add_folder(folder, digest, known_calls, corrections, now);
                }
            }
            for name in known.into_keys() {
                changes.gone.extend(known_calls(connection, &name)?.into_values().map(|call| call.number));
                changes.folders.push(ChangedFolder { name, found: Found::Gone });
            }
            Ok(changes)
        };
        compare().map_err(database_error(path))
    }

    /// Compares the calls of a folder, one by one.
    fn add_folder(
        &mut self,
        folder: CallFolder,
        digest: i64,
        mut known: HashMap<String, KnownCall>,
        corrections: &Corrections,
        now: SystemTime,
    ) {
        let mut found = Found::Settled { digest };
        for mut file in folder.files {
            let call = known.remove(&file.id);
            let is_current = call.as_ref().is_some_and(|call| {
                (call.bytes, call.written_ns, call.corrections)
                    == (file.bytes, file.written_ns, corrections.count(&file.id))
            });
            if is_current {
                continue;
            }
            if file.is_just_written(now) {
                // It can change once more without another date, so it is read again next time.
                file.written_ns = 0;
                found = Found::Unsettled;
            }
            self.changed.push((file, call));
        }
        self.gone.extend(known.into_values().map(|call| call.number));
        self.folders.push(ChangedFolder { name: folder.name, found });
    }
}

/// A number that is another one when a call of the folder came, went, was written or was corrected.
fn digest(folder: &CallFolder, corrections: &Corrections) -> i64 {
    let mut hasher = DefaultHasher::new();
    for file in &folder.files {
        (file, corrections.count(&file.id)).hash(&mut hasher);
    }
    // The bits alone count.
    hasher.finish().cast_signed()
}

/// Takes what is known of folders back, before their calls change in the index.
pub(super) fn forget_folders(
    transaction: &Transaction<'_>,
    folders: &[ChangedFolder],
) -> rusqlite::Result<()> {
    let mut forget = transaction.prepare(
        "INSERT INTO folders VALUES (?, NULL)
         ON CONFLICT DO UPDATE SET digest = NULL WHERE digest IS NOT NULL",
    )?;
    folders.iter().try_for_each(|folder| forget.execute([&folder.name]).map(|_| ()))
}

/// Keeps what was found, after all calls of the folders are in the index.
pub(super) fn know_folders(transaction: &Transaction<'_>, folders: &[ChangedFolder]) -> rusqlite::Result<()> {
    let mut know = transaction.prepare("UPDATE folders SET digest = ? WHERE name = ?")?;
    let mut remove = transaction.prepare("DELETE FROM folders WHERE name = ?")?;
    for folder in folders {
        match folder.found {
            Found::Settled { digest } => know.execute(params![digest, folder.name])?,
            Found::Gone => remove.execute([&folder.name])?,
            Found::Unsettled => 0,
        };
    }
    Ok(())
}

/// The folders that the index knows, with their digests where they were settled.
fn known_folders(connection: &Connection) -> rusqlite::Result<HashMap<String, Option<i64>>> {
    let mut statement = connection.prepare("SELECT name, digest FROM folders")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The calls of a folder that are in the index, by id.
fn known_calls(connection: &Connection, folder: &str) -> rusqlite::Result<HashMap<String, KnownCall>> {
    // The digits of ids end with f.
    let mut statement = connection.prepare_cached(
        "SELECT id, number, bytes, written_ns, digest, corrections FROM calls
         WHERE id >= ?1 AND id < ?1 || 'g'",
    )?;
    let call = |row: &rusqlite::Row<'_>| {
        let [bytes, written_ns] = [row.get::<_, i64>(2)?, row.get(3)?].map(i64::cast_unsigned);
        let (number, digest, corrections) = (row.get(1)?, row.get(4)?, row.get(5)?);
        Ok((row.get(0)?, KnownCall { number, digest, bytes, written_ns, corrections }))
    };
    statement.query_map([folder], call)?.collect()
}
