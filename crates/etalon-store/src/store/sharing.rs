//! Who may read a result folder: its owner alone, or one group as well.
//!
//! A folder that is shared has the mode 2750: the system gives what is made in it the folder's
//! group. Files in it are made readable for the group. Everybody else stays out, whatever the umask
//! is.

use super::{Lock, Store};
use crate::error::Error;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

/// The mode of a folder that is shared with its group.
const SHARED_FOLDER: u32 = 0o2750;

/// The mode of a file in it.
const SHARED_FILE: u32 = 0o640;

impl Store {
    /// Lets a group read the folder: what is there, and what is written from now on. Databases,
    /// which their programs write in place, and the lock stay with the owner.
    ///
    /// # Errors
    /// [`Error::Io`], for instance where this user is not in the group.
    pub fn share_with_group(&self, _lock: &Lock, group: u32) -> Result<(), Error> {
        let mut folders = vec![self.directory().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(Error::io("list", &folder))? {
                let entry = entry.map_err(Error::io("list", &folder))?;
                let path = entry.path();
                // The kind of the entry itself: a link is never followed out of the folder.
                let kind = entry.file_type().map_err(Error::io("inspect", &path))?;
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() && is_result(&path) {
                    give(&path, group, SHARED_FILE).map_err(Error::io("share", &path))?;
                }
            }
            give(&folder, group, SHARED_FOLDER).map_err(Error::io("share", &folder))?;
        }
        Ok(())
    }
}

/// Whether a file is written as a whole.
fn is_result(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    ![".", "search.sqlite", "reviews.sqlite"].iter().any(|start| name.starts_with(start))
}

/// The group first: a change of the group takes away bits of the mode.
fn give(path: &Path, group: u32, mode: u32) -> io::Result<()> {
    chown(path, None, Some(group))?;
    fs::set_permissions(path, Permissions::from_mode(mode))
}

/// Whether a folder is shared with its group.
fn is_shared(folder: &Path) -> io::Result<bool> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    Ok(fs::metadata(folder)?.permissions().mode() & 0o7777 == SHARED_FOLDER)
}

/// Gives a new file the rights that its folder has.
pub(super) fn follow_folder(file: &File, folder: &Path) -> io::Result<()> {
    if is_shared(folder)? { file.set_permissions(Permissions::from_mode(SHARED_FILE)) } else { Ok(()) }
}

/// Gives a file that has got a new name the rights that its folder there gives. Unlike a new file
/// it does not have the folder's group.
pub(super) fn follow_folder_as_link(name: &Path) -> io::Result<()> {
    let folder = name.parent().unwrap_or(Path::new("."));
    if !is_shared(folder)? {
        return Ok(());
    }
    let (group, of_file) = (fs::metadata(folder)?.gid(), fs::metadata(name)?);
    let has_them = of_file.gid() == group && of_file.mode() & 0o7777 == SHARED_FILE;
    if has_them { Ok(()) } else { give(name, group, SHARED_FILE) }
}

/// Gives a new folder the rights that the one around it has.
pub(super) fn follow_parent(folder: &Path) -> io::Result<()> {
    let parent = folder.parent().unwrap_or(Path::new("."));
    if is_shared(parent)? {
        fs::set_permissions(folder, Permissions::from_mode(SHARED_FOLDER))
    } else {
        Ok(())
    }
}
