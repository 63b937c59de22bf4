//! Whether anything has changed in folders, told by the states of their files alone.

use crate::intake::is_gone_into;
use etalon_pipeline::FileState;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// The paths and states of all files of some folders, as one number: another number means that a
/// file has come, gone or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Glance(u64);

impl Glance {
    /// Looks at files and folders, without opening any file. What lies in `results`, a path without
    /// links, is left out, since a round writes there.
    pub(super) fn at<'a>(places: impl IntoIterator<Item = &'a PathBuf>, results: &Path) -> Self {
        let files = places.into_iter().flat_map(move |place| {
            let walk = WalkDir::new(place).follow_links(true).into_iter();
            walk.filter_entry(move |entry| is_looked_at(entry, results)).filter_map(Result::ok)
        });
        // Folders tell their files in any order, so the sum must not depend on it.
        Self(files.filter_map(|file| number_of(&file)).fold(0, u64::wrapping_add))
    }
}

fn is_looked_at(entry: &DirEntry, results: &Path) -> bool {
    if entry.depth() == 0 || !entry.file_type().is_dir() {
        return true;
    }
    let is_results = entry.file_name() == results.file_name().unwrap_or_default()
        && entry.path().canonicalize().is_ok_and(|folder| folder == results);
    is_gone_into(entry.path()) && !is_results
}

fn number_of(entry: &DirEntry) -> Option<u64> {
    let metadata = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let mut hasher = DefaultHasher::new();
    (entry.path(), FileState::from(&metadata)).hash(&mut hasher);
    Some(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn whatever_happens_to_a_file_is_seen_and_results_are_not_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in");
        fs::create_dir_all(input.join("day")).unwrap();
        fs::create_dir(input.join("out")).unwrap();
        let results = input.join("out").canonicalize().unwrap();
        let mut before = None;
        let mut check = |is_change: bool, what: &str| {
            let now = Glance::at([&input], &results);
            assert_eq!(before.is_some_and(|before| before != now), is_change, "{what}");
            before = Some(now);
        };
        check(false, "nothing");
        fs::write(input.join("day/a.wav"), "one").unwrap();
        check(true, "a file that comes");
        check(false, "nothing");
        fs::write(input.join("day/a.wav"), "other").unwrap();
        check(true, "a file that is written");
        fs::rename(input.join("day/a.wav"), input.join("day/b.wav")).unwrap();
        check(true, "a file that is renamed");
        fs::write(results.join("run.json"), "{}").unwrap();
        check(false, "results");
        fs::create_dir(input.join(".hidden")).unwrap();
        fs::write(input.join(".hidden/a.wav"), "one").unwrap();
        check(false, "a hidden folder");
        fs::remove_file(input.join("day/b.wav")).unwrap();
        check(true, "a file that goes");
    }
}
