//! Hashes and lengths of recordings that were read before.
//!
//! A watch is one run after another over the same folder. What has not changed since the run before
//! is not opened again.

use etalon_pipeline::{FileState, HashedFiles, hash_files_until};
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What was read of recordings, with the state that each of their files had; copies share it.
#[derive(Debug, Clone, Default)]
pub struct KnownHashes(Arc<Mutex<HashMap<Vec<PathBuf>, ReadFiles>>>);

/// What was read of the files of a recording.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReadFiles {
    /// The hash of their bytes.
    pub(crate) hashed: HashedFiles,
    /// The seconds of audio that their headers promise; 0 where they promise nothing.
    pub(crate) promised_s: f64,
}

impl ReadFiles {
    /// Reads the files, and then their headers by `promised_s`.
    ///
    /// # Errors
    ///
    /// Those of [`hash_files_until`].
    pub(crate) fn read(
        paths: &[&Path],
        promised_s: impl FnOnce() -> f64,
        is_over: &dyn Fn() -> bool,
    ) -> io::Result<Self> {
        let hashed = hash_files_until(paths, is_over)?;
        Ok(Self { hashed, promised_s: promised_s() })
    }
}

impl KnownHashes {
    /// What is read of a recording's files, which are opened only where one of them has changed.
    ///
    /// # Errors
    ///
    /// Those of [`hash_files_until`].
    pub(crate) fn read(
        &self,
        paths: &[&Path],
        promised_s: impl FnOnce() -> f64,
        is_over: &dyn Fn() -> bool,
    ) -> io::Result<ReadFiles> {
        let files: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
        let known = self.known().get(&files).cloned();
        if let Some(known) = known
            && known.hashed.states == states_of(paths)?
        {
            return Ok(known);
        }
        let read = ReadFiles::read(paths, promised_s, is_over)?;
        self.known().insert(files, read.clone());
        Ok(read)
    }

    /// Forgets all recordings but those that have one of these files.
    pub(crate) fn keep(&self, files: &BTreeSet<&Path>) {
        self.known().retain(|known, _| known.iter().any(|file| files.contains(&**file)));
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Vec<PathBuf>, ReadFiles>> {
        // Every entry is whole: nothing is changed in place.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn states_of(paths: &[&Path]) -> io::Result<Vec<FileState>> {
    paths.iter().map(|path| FileState::of(path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_changed_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        std::fs::write(&path, "one").unwrap();
        let hashes = KnownHashes::default();
        let (reading, nothing_may_be_read) = (|| false, || true);
        let no_header_may_be_read = || -> f64 { unreachable!("a header was read") };
        let first = hashes.read(&[&path], || 12.5, &reading).unwrap();
        assert_eq!(first.promised_s.to_bits(), 12.5_f64.to_bits());
        // Reading ends at once where it is told to, so this hash is none that was read.
        assert_eq!(hashes.read(&[&path], no_header_may_be_read, &nothing_may_be_read).unwrap(), first);
        std::fs::write(&path, "other").unwrap();
        let error = hashes.read(&[&path], no_header_may_be_read, &nothing_may_be_read).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted);
        let second = hashes.read(&[&path], || 3.0, &reading).unwrap();
        assert_ne!(second.hashed.sha256, first.hashed.sha256);
        assert_eq!(second.promised_s.to_bits(), 3.0_f64.to_bits());
        hashes.keep(&BTreeSet::new());
        assert!(hashes.read(&[&path], || 3.0, &nothing_may_be_read).is_err());
    }
}
