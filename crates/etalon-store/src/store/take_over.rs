//! The files of another result folder, taken over as they are.

use super::atomic_file::is_temporary;
use super::call_page::SOUNDS;
use super::folder::{create_folder_below, exists_as_folder};
use super::kept_packs::PACKS;
use super::quarantine::QUARANTINE;
use super::waveform::WAVEFORMS;
use super::{CALLS, Store};
use crate::error::Error;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The folders that hold a file or more for each call. Everything else is made of these.
const FOLDERS: [&str; 5] = [CALLS, WAVEFORMS, QUARANTINE, PACKS, SOUNDS];

/// Files that are copied and waited for together, where they can't be linked.
const COPIED_AT_ONCE: usize = 256;

impl Store {
    /// Takes over the calls of another result folder with all that belongs to each of them:
    /// waveforms, quarantine, packs, and sounds beside pages. A file of the same name is replaced.
    ///
    /// On one file system the folders share the files (hard links), which is safe because a result
    /// file is never written to but replaced by another one. Elsewhere they are copied. In a folder
    /// that is shared with a group they are readable for it, and so is the file in the other folder
    /// where it is the same one. What belongs to the calls of `left_out` stays where it is. Returns
    /// the number of files.
    ///
    /// # Errors
    /// [`Error::Io`]; some of the files may be in their places then.
    pub fn take_over(&self, from: &Self, left_out: &BTreeSet<String>) -> Result<usize, Error> {
        let mut names = Vec::new();
        for folder in FOLDERS {
            if exists_as_folder(&from.directory.join(folder))? {
                names.extend(from.files_below(folder)?);
            }
        }
        names.retain(|name| !id_of(name).is_some_and(|id| left_out.contains(id)));
        let folders = names.iter().filter_map(|name| Some(self.directory.join(name).parent()?.to_owned()));
        let folders: BTreeSet<PathBuf> = folders.collect();
        folders.iter().try_for_each(|folder| create_folder_below(folder))?;
        let is_to_be_copied =
            |name: &&String| link(&from.directory.join(name), &self.directory.join(name)).is_err();
        let to_copy: Vec<&String> = names.par_iter().filter(is_to_be_copied).collect();
        for names in to_copy.chunks(COPIED_AT_ONCE) {
            let read = |name: &&String| {
                let path = from.directory.join(name);
                let content = fs::read(&path).map_err(Error::io("read", &path))?;
                Ok(((*name).clone(), content))
            };
            self.write_files(&names.par_iter().map(read).collect::<Result<Vec<_>, Error>>()?)?;
        }
        self.sync_folders(&folders)?;
        Ok(names.len())
    }

    /// The files below a folder that are whole, by their path below the result folder with `/`.
    /// Links are left out.
    fn files_below(&self, folder: &str) -> Result<Vec<String>, Error> {
        let mut files = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let path = self.directory.join(&folder);
            for entry in fs::read_dir(&path).map_err(Error::io("list", &path))? {
                let entry = entry.map_err(Error::io("list", &path))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let kind = entry.file_type().map_err(Error::io("inspect", &entry.path()))?;
                if kind.is_dir() {
                    folders.push(format!("{folder}/{name}"));
                } else if kind.is_file() && !is_temporary(&name) {
                    files.push(format!("{folder}/{name}"));
                }
            }
        }
        Ok(files)
    }
}

/// Gives a file another name, where it gets the rights that the folder around it gives.
fn link(file: &Path, name: &Path) -> io::Result<()> {
    fs::hard_link(file, name)?;
    // Where they can't be changed, such as in another user's file, a copy takes the place of the
    // link.
    #[cfg(unix)]
    super::sharing::follow_folder_as_link(name)?;
    Ok(())
}

/// The id of the call to which a file belongs, by its name.
fn id_of(name: &str) -> Option<&str> {
    name.rsplit('/').next()?.split('.').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(store: &Store, name: &str, content: &str) {
        store.write_file(name, content.as_bytes()).unwrap();
    }

    fn read(store: &Store, name: &str) -> String {
        fs::read_to_string(store.directory().join(name)).unwrap()
    }

    fn taken_over(from: &Path, to: &Path) -> (Store, Store) {
        let (from, to) = (Store::create(from).unwrap(), Store::create(to).unwrap());
        write(&from, "calls/ab/abcdef0123456789.json", "a call");
        write(&from, "report/audio/ab/abcdef0123456789.opus", "a sound");
        write(&from, "report/index.html", "a page");
        fs::write(from.directory().join("calls/ab/.etalon-x.tmp"), "half a call").unwrap();
        write(&to, "calls/ab/abcdef0123456789.json", "of a merge that was killed");
        write(&to, "calls/cd/cdef0123456789ab.json", "another call");
        assert_eq!(to.take_over(&from, &BTreeSet::new()).unwrap(), 2);
        (from, to)
    }

    #[test]
    fn calls_are_taken_over_whole_and_the_rest_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = taken_over(&folder.path().join("from"), &folder.path().join("to"));
        assert_eq!(read(&to, "calls/ab/abcdef0123456789.json"), "a call");
        assert_eq!(read(&to, "calls/cd/cdef0123456789ab.json"), "another call");
        assert_eq!(read(&to, "report/audio/ab/abcdef0123456789.opus"), "a sound");
        assert!(!to.directory().join("report/index.html").exists());
        assert!(!to.directory().join("calls/ab/.etalon-x.tmp").exists());
        // Once more, as after a kill.
        assert_eq!(to.take_over(&from, &BTreeSet::new()).unwrap(), 2);
        // What is rewritten in one folder stays in the other.
        write(&to, "report/audio/ab/abcdef0123456789.opus", "another sound");
        assert_eq!(read(&from, "report/audio/ab/abcdef0123456789.opus"), "a sound");
    }

    #[test]
    fn what_is_left_out_stays_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let from = Store::create(folder.path().join("from")).unwrap();
        let to = Store::create(folder.path().join("to")).unwrap();
        for id in ["abcdef0123456789", "abcdef0123456780"] {
            write(&from, &format!("calls/ab/{id}.json"), "a call");
            write(&from, &format!("report/audio/ab/{id}.muted-0f3a.opus"), "a sound");
        }
        let left_out = BTreeSet::from(["abcdef0123456789".to_owned()]);
        assert_eq!(to.take_over(&from, &left_out).unwrap(), 2);
        assert_eq!(to.call_ids().unwrap(), ["abcdef0123456780"]);
        assert_eq!(to.names_in("report/audio/ab").unwrap(), ["abcdef0123456780.muted-0f3a.opus"]);
    }
}
