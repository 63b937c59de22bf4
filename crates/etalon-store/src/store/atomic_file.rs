//! Files that appear only whole.

use super::folder::{create_folder_below, sync_folder};
use crate::error::Error;
use serde::Serialize;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

const TEMPORARY_PREFIX: &str = ".etalon-";
const TEMPORARY_SUFFIX: &str = ".tmp";

/// A file that exists under its name only when it is complete; dropped without a commit, it leaves
/// no trace.
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    folder: PathBuf,
    writer: BufWriter<NamedTempFile>,
}

impl AtomicFile {
    /// A file to be at `path` in `folder`, which is made if it is not there.
    pub(super) fn create(path: PathBuf, folder: PathBuf) -> Result<Self, Error> {
        create_folder_below(&folder)?;
        let temporary = tempfile::Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .suffix(TEMPORARY_SUFFIX)
            .tempfile_in(&folder)
            .map_err(Error::io("write in", &folder))?;
        #[cfg(unix)]
        super::sharing::follow_folder(temporary.as_file(), &folder).map_err(Error::io("share", &path))?;
        Ok(Self { path, folder, writer: BufWriter::new(temporary) })
    }

    /// Where the file will be.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the file in its place, replacing an older one, once the disk has it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn commit(self) -> Result<(), Error> {
        let written = self.flushed()?;
        written.sync()?;
        sync_folder(&written.rename()?)
    }

    /// The file with everything handed to the system, and not yet in its place.
    pub(super) fn flushed(self) -> Result<WrittenFile, Error> {
        let Self { path, folder, writer } = self;
        let temporary = writer.into_inner().map_err(|error| Error::io("write", &path)(error.into_error()))?;
        Ok(WrittenFile { path, folder, temporary })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_bytes(&mut self, content: &[u8]) -> Result<(), Error> {
        self.writer.write_all(content).map_err(|error| self.failed(error))
    }

    /// Appends a value as one line of JSON.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_json_line(&mut self, value: &impl Serialize) -> Result<(), Error> {
        serde_json::to_writer(&mut self.writer, value).map_err(|error| self.failed(error.into()))?;
        self.write_bytes(b"\n")
    }

    pub(super) fn failed(&self, error: io::Error) -> Error {
        Error::io("write", &self.path)(error)
    }
}

impl Write for AtomicFile {
    fn write(&mut self, content: &[u8]) -> io::Result<usize> {
        self.writer.write(content)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// A file that is written and waits beside its place.
#[derive(Debug)]
pub(super) struct WrittenFile {
    path: PathBuf,
    folder: PathBuf,
    temporary: NamedTempFile,
}

impl WrittenFile {
    /// Waits until the disk has the file.
    pub(super) fn sync(&self) -> Result<(), Error> {
        self.temporary.as_file().sync_all().map_err(Error::io("write", &self.path))
    }

    /// Puts the file in its place and gives back the folder, which has to be synchronised.
    pub(super) fn rename(self) -> Result<PathBuf, Error> {
        let Self { path, folder, temporary } = self;
        temporary.persist(&path).map_err(|error| Error::io("write", &path)(error.error))?;
        Ok(folder)
    }
}

/// Whether a file of this name waits beside its place.
pub(super) fn is_temporary(name: &str) -> bool {
    name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX)
}
