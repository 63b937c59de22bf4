//! Recordings that are not taken up again: each of them ended the program that worked on it, twice.

use crate::{Error, Lock, Store};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The folder's name below the result folder.
pub(crate) const QUARANTINE: &str = "quarantine";

/// `quarantine/<id>.json`: a recording that ended its worker twice.
///
/// It holds for one fingerprint: another version, model, pack or configuration may get through, so it tries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quarantined {
    /// The call's id.
    pub id: String,
    /// The recording's path as it was given.
    pub source: String,
    /// The stage that it had reached.
    pub stage: String,
    /// How the worker ended, with the remedy; holds nothing that was said in the call.
    pub reason: String,
    /// The fingerprint that its result would have carried.
    pub fingerprint: String,
}

impl Store {
    /// Remembers a recording that is not to be taken up again.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn write_quarantined(&self, quarantined: &Quarantined) -> Result<(), Error> {
        let mut file = self.create_file(&Self::quarantine_file(&quarantined.id)?)?;
        file.write_json_line(quarantined)?;
        file.commit()
    }

    /// What is remembered of a recording under this fingerprint; nothing where the record is unreadable, so that the
    /// recording is tried.
    pub fn quarantined(&self, id: &str, fingerprint: &str) -> Option<Quarantined> {
        let path = self.directory().join(Self::quarantine_file(id).ok()?);
        let quarantined: Quarantined = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        (quarantined.id == id && quarantined.fingerprint == fingerprint).then_some(quarantined)
    }

    /// Forgets a recording's quarantine; nothing happens where there is none.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn release(&self, id: &str) -> Result<(), Error> {
        self.remove_file_if_there(&Self::quarantine_file(id)?)
    }

    /// Forgets every quarantine, so that all recordings are tried again.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn release_all(&self, _lock: &Lock) -> Result<(), Error> {
        let folder = self.directory().join(QUARANTINE);
        match std::fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(Error::io("delete", &folder)(error))
            }
            _ => Ok(()),
        }
    }
}
