//! The file of a stored call from the outside.

use crate::error::Error;
use std::fs;
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// The file of a stored call: equal values mean that it holds what it held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFile {
    /// The call's id.
    pub id: String,
    /// Its size, bytes.
    pub bytes: u64,
    /// When it was written, nanoseconds since 1970; 0 where the system does not say.
    pub written_ns: u64,
}

impl CallFile {
    /// Looks at the file; nothing where it is not there.
    pub(super) fn of(id: String, path: &Path) -> Result<Option<Self>, Error> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::io("inspect", path)(error)),
        };
        let written = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        let written_ns = written.and_then(|time| u64::try_from(time.as_nanos()).ok()).unwrap_or(0);
        Ok(Some(Self { id, bytes: metadata.len(), written_ns }))
    }
}
