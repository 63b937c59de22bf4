//! Folders, and what is read from the files in them.

use crate::error::Error;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Makes a folder for its owner alone, with the folders that it lies in, where they are not there.
pub(super) fn create_folder(folder: &Path) -> Result<(), Error> {
    let grown = folders_that_get_new_ones(folder);
    if grown.is_empty() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(Error::io("create", folder))?;
    grown.into_iter().try_for_each(sync_folder)
}

/// The folder itself, or the nearest one above it that is there. What is no folder, such as a file
/// or a link that leads nowhere, is there too: nothing can be made below it.
pub fn nearest_existing(folder: &Path) -> &Path {
    let is_there = |path: &&Path| path.as_os_str().is_empty() || path.symlink_metadata().is_ok();
    match folder.ancestors().find(is_there) {
        Some(path) if !path.as_os_str().is_empty() => path,
        // The parent of a relative path of one part is the empty path.
        _ => Path::new("."),
    }
}

/// Makes a folder of a result folder: a group that may read the folder around it may read it too.
///
/// One folder after another: whoever found a folder that is made and not shared yet would not share
/// what it puts there.
pub(super) fn create_folder_below(folder: &Path) -> Result<(), Error> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _making = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let is_new = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.is_dir();
    let made: Vec<&Path> = folder.ancestors().take_while(is_new).collect();
    create_folder(folder)?;
    #[cfg(unix)]
    for folder in made.into_iter().rev() {
        super::sharing::follow_parent(folder).map_err(Error::io("share", folder))?;
    }
    Ok(())
}

/// The folders that hold a new one when this one is made: all of them have to be on the disk, or a
/// power cut takes the new folders with all that lies in them.
fn folders_that_get_new_ones(folder: &Path) -> Vec<&Path> {
    let is_new = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.is_dir();
    folder.ancestors().take_while(is_new).filter_map(Path::parent).collect()
}

/// Whether a folder is there; false where nothing is there, or something else.
pub(super) fn exists_as_folder(path: &Path) -> Result<bool, Error> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.is_dir()),
        // Below a file nothing is there either.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(false)
        }
        Err(error) => Err(Error::io("inspect", path)(error)),
    }
}

/// A rename is safe from a power cut only when the folder is on the disk too.
#[cfg(unix)]
pub(super) fn sync_folder(folder: &Path) -> Result<(), Error> {
    // The parent of a relative path of one part is the empty path.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(Error::io("write", folder))
}

/// Elsewhere a folder cannot be opened as a file; the system orders its own writes.
#[cfg(not(unix))]
pub(super) fn sync_folder(_folder: &Path) -> Result<(), Error> {
    Ok(())
}

/// The names in a folder.
pub(super) fn list(folder: &Path) -> Result<Vec<String>, Error> {
    fs::read_dir(folder)
        .map_err(Error::io("list", folder))?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()
        .map_err(Error::io("list", folder))
}

/// The names in a folder, sorted; none where it is not there.
pub(super) fn names_in(folder: &Path) -> Result<Vec<String>, Error> {
    let mut names = if exists_as_folder(folder)? { list(folder)? } else { Vec::new() };
    names.sort_unstable();
    Ok(names)
}

/// Whether a file is named as a JSON document is.
pub(super) fn is_json(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "json")
}

/// The value of a JSON file; none where the file is not there.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Error> {
    let content = read(path)?;
    content.map(|content| serde_json::from_slice(&content).map_err(Error::json(path))).transpose()
}

/// The content of a file; none where it is not there. What is no file, such as a pipe, would keep the
/// reader waiting.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let is_file = |metadata: fs::Metadata| metadata.is_file();
    match fs::metadata(path).map(is_file).and_then(|is_file| is_file.then(|| fs::read(path)).transpose()) {
        Ok(Some(content)) => Ok(Some(content)),
        Ok(None) => Err(Error::Corrupt { path: path.to_owned(), detail: "it is no file".to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

/// The values of a JSON lines file, one at a time; none where the file is not there.
pub(super) fn json_lines<T: DeserializeOwned>(
    path: PathBuf,
) -> Result<impl Iterator<Item = Result<T, Error>>, Error> {
    let file = match fs::metadata(&path) {
        // What is no file, such as a pipe, would keep the reader waiting.
        Ok(metadata) if !metadata.is_file() => {
            return Err(Error::Corrupt { path, detail: "it is no file".to_owned() });
        }
        Ok(_) => Some(File::open(&path).map_err(Error::io("read", &path))?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(Error::io("read", &path)(error)),
    };
    // Bytes, because a damaged file need not be text.
    let lines = file.map(BufReader::new).into_iter().flat_map(|file| file.split(b'\n'));
    Ok(lines.zip(1..).map(move |(line, number)| {
        let line = line.map_err(Error::io("read", &path))?;
        serde_json::from_slice(&line).map_err(|_| Error::Corrupt {
            path: path.clone(),
            detail: format!("line {number} is not of this version's schema"),
        })
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_folder_is_the_one_below_which_something_would_be_made() {
        let top = tempfile::tempdir().unwrap();
        let top = top.path();
        std::fs::write(top.join("file"), "").unwrap();
        for (folder, expected) in [
            (top.to_owned(), top.to_owned()),
            (top.join("a/b"), top.to_owned()),
            (top.join("file/a"), top.join("file")),
            (PathBuf::from("no such folder/a"), PathBuf::from(".")),
        ] {
            assert_eq!(nearest_existing(&folder), expected, "{}", folder.display());
        }
    }

    #[cfg(unix)]
    #[test]
    fn folders_that_threads_make_at_once_are_all_shared() {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |folder: &Path| fs::metadata(folder).unwrap().permissions().mode() & 0o7777;
        let top = tempfile::tempdir().unwrap();
        fs::set_permissions(top.path(), fs::Permissions::from_mode(0o2750)).unwrap();
        for round in 0..100 {
            let around = top.path().join(round.to_string());
            let below: Vec<PathBuf> = (0..4).map(|number| around.join(number.to_string())).collect();
            std::thread::scope(|scope| {
                for folder in &below {
                    scope.spawn(|| create_folder_below(folder).unwrap());
                }
            });
            for folder in below.iter().chain([&around]) {
                assert_eq!(mode(folder), 0o2750, "{}", folder.display());
            }
        }
    }

    #[test]
    fn every_folder_that_grows_is_synchronised() {
        let top = tempfile::tempdir().unwrap();
        std::fs::create_dir(top.path().join("old")).unwrap();
        let check = |folder: &str, expected: &[&str]| {
            let folder = top.path().join(folder);
            let expected: Vec<_> = expected.iter().map(|name| top.path().join(name)).collect();
            assert_eq!(folders_that_get_new_ones(&folder), expected);
        };
        check("old", &[]);
        check("old/a", &["old"]);
        check("old/a/b/calls", &["old/a/b", "old/a", "old"]);
        check("a/b", &["a", ""]);
        let made = top.path().join("a/b/c");
        create_folder(&made).unwrap();
        assert!(made.is_dir() && folders_that_get_new_ones(&made).is_empty());
    }
}
