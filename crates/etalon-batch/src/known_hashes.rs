//! Hashes of recordings that were read before.
//!
//! A watch is one run after another over the same folder. What has not changed since the run before
//! is not read again.

use etalon_pipeline::{FileState, HashedFiles, hash_files_until};
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Hashes of recordings with the state that each of their files had; copies share them.
#[derive(Debug, Clone, Default)]
pub struct KnownHashes(Arc<Mutex<HashMap<Vec<PathBuf>, HashedFiles>>>);

impl KnownHashes {
    /// The hash of a recording's files, which are read only where one of them has changed.
    ///
    /// # Errors
    ///
    /// Those of [`hash_files_until`].
    pub(crate) fn hash_until(&self, paths: &[&Path], is_over: &dyn Fn() -> bool) -> io::Result<HashedFiles> {
        let files: Vec<PathBuf> = paths.iter().map(|path| path.to_path_buf()).collect();
        let known = self.known().get(&files).cloned();
        if let Some(known) = known
            && known.states == states_of(paths)?
        {
            return Ok(known);
        }
        let hashed = hash_files_until(paths, is_over)?;
        self.known().insert(files, hashed.clone());
        Ok(hashed)
    }

    /// Forgets all recordings but those that have one of these files.
    pub(crate) fn keep(&self, files: &BTreeSet<&Path>) {
        self.known().retain(|known, _| known.iter().any(|file| files.contains(&**file)));
    }

    fn known(&self) -> MutexGuard<'_, HashMap<Vec<PathBuf>, HashedFiles>> {
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
        let first = hashes.hash_until(&[&path], &reading).unwrap();
        // Reading ends at once where it is told to, so this hash is none that was read.
        assert_eq!(hashes.hash_until(&[&path], &nothing_may_be_read).unwrap(), first);
        std::fs::write(&path, "other").unwrap();
        let error = hashes.hash_until(&[&path], &nothing_may_be_read).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Interrupted);
        assert_ne!(hashes.hash_until(&[&path], &reading).unwrap().sha256, first.sha256);
        hashes.keep(&BTreeSet::new());
        assert!(hashes.hash_until(&[&path], &nothing_may_be_read).is_err());
    }
}
