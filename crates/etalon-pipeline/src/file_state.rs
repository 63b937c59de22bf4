//! Whether a file is still the one that was looked at.

use serde::{Deserialize, Serialize};
use std::fs::Metadata;
use std::io;
use std::path::Path;

/// What changes when a file is written or replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileState {
    /// The device and the number of the file on it, where the system has such.
    device: u64,
    inode: u64,
    bytes: u64,
    /// When its content was changed, seconds and nanoseconds since 1970.
    modified: (i64, i64),
    /// When anything about it was changed, seconds and nanoseconds since 1970.
    changed: (i64, i64),
}

impl FileState {
    /// What a file is like now.
    ///
    /// # Errors
    ///
    /// When the system does not say.
    pub fn of(path: &Path) -> io::Result<Self> {
        Ok(Self::from(&std::fs::metadata(path)?))
    }
}

#[cfg(unix)]
impl From<&Metadata> for FileState {
    fn from(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

#[cfg(not(unix))]
impl From<&Metadata> for FileState {
    fn from(metadata: &Metadata) -> Self {
        let since_1970 =
            metadata.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let modified =
            since_1970.map_or((0, 0), |since| (since.as_secs() as i64, i64::from(since.subsec_nanos())));
        Self { bytes: metadata.len(), modified, ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_written_or_replaced_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        std::fs::write(&path, "один").unwrap();
        let before = FileState::of(&path).unwrap();
        assert_eq!(FileState::of(&path).unwrap(), before);
        std::fs::write(&path, "один и ещё").unwrap();
        let grown = FileState::of(&path).unwrap();
        assert_ne!(grown, before);
        // The same length, and the same time of its content.
        let other = folder.path().join("b.wav");
        std::fs::write(&other, "два и ещё!").unwrap();
        std::fs::rename(&other, &path).unwrap();
        assert_ne!(FileState::of(&path).unwrap(), grown);
    }
}
