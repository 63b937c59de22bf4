//! The files of stored calls from the outside.

use crate::error::Error;
use std::fs::{self, DirEntry, Metadata};
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The steps in which file systems count the dates of files, at most, nanoseconds.
const DATE_STEP_NS: u64 = 2_000_000_000;

/// A folder of stored calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFolder {
    /// The digits that the ids of its calls begin with.
    pub name: String,
    /// The files of its calls, sorted by id.
    pub files: Vec<CallFile>,
}

/// The file of a stored call: equal values mean that it holds what it held, unless it was
/// [just written](Self::is_just_written) then.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CallFile {
    /// The call's id.
    pub id: String,
    /// Its size, bytes.
    pub bytes: u64,
    /// When it was written, nanoseconds since 1970; 0 where the system does not say.
    pub written_ns: u64,
}

impl CallFolder {
    /// Looks at the files that are those of calls, by the name of their folder and their own: `id`
    /// says whose. Each is looked at from its folder, without its whole path.
    pub(super) fn read(
        name: String,
        path: &Path,
        id: impl Fn(&str, &str) -> Option<String>,
    ) -> Result<Self, Error> {
        let mut files = Vec::new();
        for entry in fs::read_dir(path).map_err(Error::io("list", path))? {
            let entry = entry.map_err(Error::io("list", path))?;
            if let Some(id) = entry.file_name().to_str().and_then(|file| id(&name, file)) {
                files.extend(metadata(&entry)?.map(|metadata| CallFile::of(id, &metadata)));
            }
        }
        files.sort_unstable_by(|left, right| left.id.cmp(&right.id));
        Ok(Self { name, files })
    }
}

impl CallFile {
    fn of(id: String, metadata: &Metadata) -> Self {
        let written_ns = metadata.modified().map_or(0, since_1970_ns);
        Self { id, bytes: metadata.len(), written_ns }
    }

    /// Whether it was written so shortly before or after `now` that it can be written again without
    /// another date.
    pub fn is_just_written(&self, now: SystemTime) -> bool {
        self.written_ns.abs_diff(since_1970_ns(now)) < DATE_STEP_NS
    }
}

fn since_1970_ns(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(0)
}

/// What the system knows of a file, or of the file that a link leads to; nothing where it is not there.
fn metadata(entry: &DirEntry) -> Result<Option<Metadata>, Error> {
    let found = match entry.metadata() {
        Ok(metadata) if metadata.is_symlink() => fs::metadata(entry.path()),
        found => found,
    };
    match found {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("inspect", &entry.path())(error)),
    }
}
