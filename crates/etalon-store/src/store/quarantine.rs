//! The quarantine of a result folder.

use super::folder::{is_json, read_json};
use super::{Lock, Store, check_id};
use crate::error::Error;
use crate::quarantine::Quarantined;

/// The folder's name below the result folder.
pub(super) const QUARANTINE: &str = "quarantine";

impl Store {
    /// Remembers a recording that is not to be taken up again.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn write_quarantined(&self, quarantined: &Quarantined) -> Result<(), Error> {
        let mut file = self.create_file(&quarantine_file(&quarantined.id)?)?;
        file.write_json_line(quarantined)?;
        file.commit()
    }

    /// What is remembered of a recording under this fingerprint; nothing where the record is
    /// unreadable, so that the recording is tried.
    pub fn quarantined(&self, id: &str, fingerprint: &str) -> Option<Quarantined> {
        let path = self.directory().join(quarantine_file(id).ok()?);
        let quarantined: Quarantined = read_json(&path).ok()??;
        (quarantined.id == id && quarantined.fingerprint == fingerprint).then_some(quarantined)
    }

    /// How many recordings are remembered, whatever their fingerprints are.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn count_quarantined(&self) -> Result<usize, Error> {
        let names = self.names_in(QUARANTINE)?;
        Ok(names.iter().filter(|name| is_json(name)).count())
    }

    /// The ids of all quarantined recordings, sorted.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn quarantined_ids(&self) -> Result<Vec<String>, Error> {
        let names = self.names_in(QUARANTINE)?;
        let ids = names.iter().filter_map(|name| name.strip_suffix(".json"));
        Ok(ids.filter(|id| check_id(id).is_ok()).map(str::to_owned).collect())
    }

    /// All quarantined recordings whose records can be read, in order of id.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn all_quarantined(&self) -> Result<Vec<Quarantined>, Error> {
        let read = |name: &String| read_json(&self.directory().join(QUARANTINE).join(name)).ok().flatten();
        Ok(self.names_in(QUARANTINE)?.iter().filter_map(read).collect())
    }

    /// Forgets a recording's quarantine and says whether there was one.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn release(&self, id: &str) -> Result<bool, Error> {
        self.remove_file(&quarantine_file(id)?)
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

/// Where the quarantine of the call with this id is written down.
fn quarantine_file(id: &str) -> Result<String, Error> {
    check_id(id)?;
    Ok(format!("{QUARANTINE}/{id}.json"))
}
