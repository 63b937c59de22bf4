//! The result folder. This module alone touches the file system.

mod atomic_file;
mod call_file;
mod call_page;
mod checksum;
mod folder;
mod kept_packs;
mod kept_runs;
mod quarantine;
#[cfg(unix)]
mod sharing;
mod take_over;
mod waveform;

pub use atomic_file::AtomicFile;
pub use call_file::{CallFile, CallFolder};
pub use folder::nearest_existing;
pub use kept_packs::KeptPack;
pub use kept_runs::kept_runs;

use crate::error::Error;
use crate::forgotten::Tombstones;
use crate::journal::{CallLine, Failure};
use crate::passed_over::PassedOver;
use crate::recordings::{RecordingLine, RecordingPlaces};
use crate::run::{RUN_SCHEMA, RunSummary};
use crate::schema::{refuse_newer, refuse_newer_schema};
use atomic_file::{WrittenFile, is_temporary};
use etalon_call::{CALL_SCHEMA, Call, CallFacts, Fingerprints, Pipeline};
use folder::{create_folder, exists_as_folder, json_lines, list, names_in, read_json, sync_folder};
use kept_packs::PACKS;
use kept_runs::RUNS;
use quarantine::QUARANTINE;
use rayon::prelude::*;
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use waveform::WAVEFORMS;

const CALLS: &str = "calls";
const LOCK: &str = ".lock";
/// The folders of a result folder in which files are written.
const FOLDERS: [&str; 7] = [CALLS, PACKS, QUARANTINE, "report", RUNS, "tables", WAVEFORMS];
const RUN: &str = "run.json";
const RECORDINGS: &str = "recordings.jsonl";
const FORGOTTEN: &str = "forgotten.jsonl";

/// The file of a result folder that holds how its pages were asked for.
pub const PAGES_FILE: &str = "report.json";

/// What [`Store::probe`] writes, bytes: more than file systems keep beside the name of a file.
const PROBE_BYTES: usize = 1 << 20;

/// A result folder.
///
/// Files are for their owner alone (0600, folders 0700) where the system knows such rights, unless
/// the folder is shared with a group (`Store::share_with_group`). They appear only whole: a file is
/// written beside its place, flushed to the disk, and then renamed.
#[derive(Debug, Clone)]
pub struct Store {
    directory: PathBuf,
}

/// The right to write into a [`Store`], given back on drop.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Store {
    /// The result folder at `directory`, made if it is not there.
    ///
    /// # Errors
    /// [`Error::Newer`] where the last run was one of a later version, [`Error::Io`] where the folder
    /// cannot be made.
    pub fn create(directory: impl Into<PathBuf>) -> Result<Self, Error> {
        let store = Self { directory: directory.into() };
        store.refuse_newer_run()?;
        create_folder(&store.directory.join(CALLS))?;
        Ok(store)
    }

    /// The result folder at `directory`, which must hold results.
    ///
    /// # Errors
    /// [`Error::Missing`] where there are none, [`Error::Newer`] where the last run was one of a later
    /// version, [`Error::Io`].
    pub fn open(directory: impl Into<PathBuf>) -> Result<Self, Error> {
        let store = Self { directory: directory.into() };
        store.refuse_newer_run()?;
        if exists_as_folder(&store.directory.join(CALLS))? {
            Ok(store)
        } else {
            Err(Error::Missing { path: store.directory })
        }
    }

    /// An earlier etalon would take what a later one wrote for damaged, and make it anew.
    fn refuse_newer_run(&self) -> Result<(), Error> {
        let path = self.directory.join(RUN);
        // A summary that can't be read keeps nobody from the calls.
        let content = folder::read(&path).ok().flatten();
        content.map_or(Ok(()), |content| refuse_newer(&path, &content, RUN_SCHEMA))
    }

    /// The folder's path.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Tries whether results could be written into a folder: a mebibyte is written and synchronised
    /// there, or in the [nearest folder above it](nearest_existing) that exists. The file has no
    /// name where the system knows such files, and is gone with this process: nothing stays behind.
    ///
    /// # Errors
    /// [`Error::Io`] where it can't be written.
    pub fn probe(directory: &Path) -> Result<(), Error> {
        let folder = nearest_existing(directory);
        let mut file = tempfile::tempfile_in(folder).map_err(Error::io("write in", folder))?;
        file.write_all(&vec![b' '; PROBE_BYTES])
            .and_then(|()| file.sync_all())
            .map_err(Error::io("write in", folder))
    }

    /// Takes the folder for this run; the system gives it back when the process ends in whatever
    /// way.
    ///
    /// # Errors
    /// [`Error::Locked`] where another run holds it.
    pub fn lock(&self) -> Result<Lock, Error> {
        let path = self.directory.join(LOCK);
        // A link would have another file made, and a pipe would keep the opener waiting.
        if fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::Corrupt { path, detail: "it is no file".to_owned() });
        }
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Locked { path: self.directory.clone() }),
            Err(TryLockError::Error(source)) => Err(Error::Io { action: "lock", path, source }),
        }
    }

    /// Deletes what interrupted writers left behind and says how many files that were.
    ///
    /// The lock is asked for because the temporary files of a run that is going on look the same. Only
    /// the folders that a run writes in are looked at: others below may be result folders of other
    /// runs. One with a lock of its own is such a folder, whatever it is called.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove_stale_temporary_files(&self, _lock: &Lock) -> Result<usize, Error> {
        let mut folders = vec![self.directory.clone()];
        let mut removed = 0;
        while let Some(folder) = folders.pop() {
            let is_top = folder == self.directory;
            for entry in fs::read_dir(&folder).map_err(Error::io("list", &folder))? {
                let entry = entry.map_err(Error::io("list", &folder))?;
                let (path, name) = (entry.path(), entry.file_name());
                // The kind of the entry itself: a link is never followed out of the folder.
                let kind = entry.file_type().map_err(Error::io("inspect", &path))?;
                let is_own = !is_top || FOLDERS.iter().any(|own| name == *own);
                if kind.is_dir() && is_own && !path.join(LOCK).exists() {
                    folders.push(path);
                } else if kind.is_file() && is_temporary(&name.to_string_lossy()) {
                    fs::remove_file(&path).map_err(Error::io("delete", &path))?;
                    removed += 1;
                }
            }
        }
        Ok(removed)
    }

    /// Stores a call under its id.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn write_call(&self, call: &Call) -> Result<(), Error> {
        let name = path_of_call(&call.call.id)?;
        self.write_file(&name, &self.document_of(call, &name)?)
    }

    /// A call's JSON in one line with its checksum.
    fn document_of(&self, call: &Call, name: &str) -> Result<Vec<u8>, Error> {
        let document = serde_json::to_vec(call);
        let document =
            document.map_err(|error| Error::io("write", &self.directory.join(name))(error.into()))?;
        Ok(checksum::with_checksum(&document))
    }

    /// Stores a call that is written as a document already: its JSON in one line, with the line's
    /// end.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn write_call_document(&self, id: &str, document: &[u8]) -> Result<(), Error> {
        self.write_file(&path_of_call(id)?, &checksum::with_checksum(document))
    }

    /// Stores calls together: each appears whole or not at all, as with
    /// [`write_call`](Self::write_call), and the disk is waited for once for all files instead of
    /// once for each.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`]; some of the calls may be stored then.
    pub fn write_calls(&self, calls: &[Call]) -> Result<(), Error> {
        let document = |call: &Call| {
            let name = path_of_call(&call.call.id)?;
            let document = self.document_of(call, &name)?;
            Ok((name, document))
        };
        self.write_files(&calls.par_iter().map(document).collect::<Result<Vec<_>, Error>>()?)
    }

    /// Writes files of the folder together, each as a whole; names are relative, with `/`. The disk
    /// is waited for once for all files instead of once for each.
    ///
    /// # Errors
    /// [`Error::Io`]; some of the files may be in their places then.
    pub fn write_files(&self, files: &[(String, Vec<u8>)]) -> Result<(), Error> {
        let write = |(name, content): &(String, Vec<u8>)| {
            let mut file = self.create_file(name)?;
            file.write_bytes(content)?;
            file.flushed()
        };
        let written: Vec<WrittenFile> = files.par_iter().map(write).collect::<Result<_, _>>()?;
        if written.is_empty() {
            return Ok(());
        }
        self.sync(&written)?;
        let folders: BTreeSet<PathBuf> =
            written.into_par_iter().map(WrittenFile::rename).collect::<Result<_, _>>()?;
        self.sync_folders(&folders)
    }

    /// Writes files as [`write_files`](Self::write_files) does, but for those that hold these bytes
    /// already: to read a file takes much less than to write it and to wait for the disk.
    ///
    /// # Errors
    /// [`Error::Io`]; some of the files may be in their places then.
    pub fn write_changed_files(&self, files: Vec<(String, Vec<u8>)>) -> Result<(), Error> {
        let changed = files.into_par_iter().filter(|(name, content)| !self.holds(name, content));
        self.write_files(&changed.collect::<Vec<_>>())
    }

    /// Whether a file is there and holds these bytes. Of another length it is not read.
    fn holds(&self, name: &str, content: &[u8]) -> bool {
        let path = self.directory.join(name);
        let is_as_long = fs::symlink_metadata(&path)
            .is_ok_and(|metadata| metadata.is_file() && metadata.len() == content.len() as u64);
        is_as_long && fs::read(&path).is_ok_and(|found| found == content)
    }

    /// Waits until the disk has the files.
    #[cfg(target_os = "linux")]
    fn sync(&self, _written: &[WrittenFile]) -> Result<(), Error> {
        self.sync_everything()
    }

    /// Waits until the disk has the names in these folders.
    #[cfg(target_os = "linux")]
    fn sync_folders(&self, folders: &BTreeSet<PathBuf>) -> Result<(), Error> {
        match folders.first() {
            Some(folder) if folders.len() == 1 => sync_folder(folder),
            _ => self.sync_everything(),
        }
    }

    /// Waits until the disk has everything that was written in the folder, all at once: one file or
    /// folder after another, each would be waited for as long.
    #[cfg(target_os = "linux")]
    fn sync_everything(&self) -> Result<(), Error> {
        File::open(&self.directory)
            .and_then(|folder| Ok(rustix::fs::syncfs(folder)?))
            .map_err(Error::io("write", &self.directory))
    }

    /// Elsewhere each file is waited for.
    #[cfg(not(target_os = "linux"))]
    fn sync(&self, written: &[WrittenFile]) -> Result<(), Error> {
        written.par_iter().try_for_each(|file| file.sync())
    }

    #[cfg(not(target_os = "linux"))]
    fn sync_folders(&self, folders: &BTreeSet<PathBuf>) -> Result<(), Error> {
        folders.iter().try_for_each(|folder| sync_folder(folder))
    }

    /// The stored call with this id, if there is one.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Corrupt`] where the file is damaged, holds another call or is of
    /// an earlier schema, [`Error::Newer`], [`Error::Io`].
    pub fn read_call(&self, id: &str) -> Result<Option<Call>, Error> {
        let Some(call) = self.read_call_part::<Call>(id)? else { return Ok(None) };
        let path = self.directory.join(path_of_call(id)?);
        refuse_newer_schema(&path, &call.schema, CALL_SCHEMA)?;
        let detail = if call.call.id != id {
            "the file's name is not the call's id".to_owned()
        } else if call.schema != CALL_SCHEMA {
            format!("it is not of the schema {CALL_SCHEMA}")
        } else {
            return Ok(Some(call));
        };
        Err(Error::Corrupt { path, detail })
    }

    /// The parts of a stored call that `T` names, without building the others; nothing where the
    /// call is not there.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Corrupt`] where the file is damaged, [`Error::Newer`] where a
    /// later version wrote parts that this one does not know, [`Error::Io`].
    pub fn read_call_part<T: DeserializeOwned>(&self, id: &str) -> Result<Option<T>, Error> {
        let path = self.directory.join(path_of_call(id)?);
        let Some(content) = folder::read(&path)? else { return Ok(None) };
        let detail = "its bytes are not those that were written".to_owned();
        let unreadable = match serde_json::from_slice(&content) {
            Ok(part) if checksum::is_whole(&content) => return Ok(Some(part)),
            Ok(_) => Error::Corrupt { path: path.clone(), detail },
            Err(error) => Error::json(&path)(error),
        };
        refuse_newer(&path, &content, CALL_SCHEMA)?;
        Err(unreadable)
    }

    /// The fingerprints under which a call was stored; nothing where the call is absent, or it or its
    /// waveform can't be read wholly, so that it has to be worked through (again).
    pub fn stored_fingerprints(&self, id: &str) -> Option<Fingerprints> {
        let Pipeline { fingerprint, listening_fingerprint, .. } = self.read_call(id).ok()??.pipeline;
        (!self.has_damaged_waveform(id)).then_some(Fingerprints { fingerprint, listening_fingerprint })
    }

    fn has_damaged_waveform(&self, id: &str) -> bool {
        self.read_waveform(id).is_err_and(|error| matches!(error, Error::Corrupt { .. }))
    }

    /// Whether a call is stored, whole or not.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn has_call(&self, id: &str) -> Result<bool, Error> {
        let path = self.directory.join(path_of_call(id)?);
        path.try_exists().map_err(Error::io("inspect", &path))
    }

    /// Whether a call is stored and it or its waveform can't be read wholly.
    ///
    /// # Errors
    /// [`Error::Newer`]: what a later version wrote is whole, and nobody may make it anew.
    pub fn is_damaged(&self, id: &str) -> Result<bool, Error> {
        match self.read_call(id) {
            Err(error @ Error::Newer { .. }) => Err(error),
            Ok(Some(_)) => Ok(self.has_damaged_waveform(id)),
            outcome => Ok(matches!(outcome, Err(Error::Corrupt { .. }))),
        }
    }

    /// The source of a stored call, without building the whole call; nothing where the call is not
    /// there.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Corrupt`] where the file is damaged, [`Error::Io`].
    pub fn read_source(&self, id: &str) -> Result<Option<String>, Error> {
        Ok(self.read_call_part::<CallHead>(id)?.map(|head| head.call.source))
    }

    /// What the centre knew of a stored call, without building the whole call; nothing where the
    /// call is not there.
    ///
    /// # Errors
    /// As [`read_call_part`](Self::read_call_part).
    pub fn read_facts(&self, id: &str) -> Result<Option<CallFacts>, Error> {
        Ok(self.read_call_part::<FactsPart>(id)?.map(|part| part.call))
    }

    /// Deletes a stored call and its waveform, and says whether the call was there.
    ///
    /// # Errors
    /// [`Error::InvalidId`], [`Error::Io`].
    pub fn remove_call(&self, id: &str) -> Result<bool, Error> {
        // The call goes last: while it is there, whoever deletes it finds it again after a kill.
        self.remove_waveform(id)?;
        self.remove_file(&path_of_call(id)?)
    }

    fn remove_file_if_there(&self, name: &str) -> Result<(), Error> {
        self.remove_file(name).map(drop)
    }

    /// Deletes a file of the folder and says whether it was there; `name` is relative, with `/`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove_file(&self, name: &str) -> Result<bool, Error> {
        let path = self.directory.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::io("delete", &path)(error)),
            Ok(()) => Ok(true),
        }
    }

    /// The names in a folder below this one, sorted; none where it is not there.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn names_in(&self, folder: &str) -> Result<Vec<String>, Error> {
        names_in(&self.directory.join(folder))
    }

    /// Every file of the folder and of those below it, with its path below the folder, one at a
    /// time. Links are not followed; a folder below with a lock of its own is another result
    /// folder, and is left out.
    ///
    /// # Errors
    /// [`Error::Io`], and what `visit` returns.
    pub fn visit_files<E: From<Error>>(
        &self,
        mut visit: impl FnMut(&str, &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut folders = vec![String::new()];
        while let Some(below) = folders.pop() {
            let folder = self.directory.join(&below);
            for entry in fs::read_dir(&folder).map_err(Error::io("list", &folder))? {
                let entry = entry.map_err(Error::io("list", &folder))?;
                let (path, name) = (entry.path(), format!("{below}{}", entry.file_name().to_string_lossy()));
                let kind = entry.file_type().map_err(Error::io("inspect", &path))?;
                if kind.is_dir() && !path.join(LOCK).exists() {
                    folders.push(format!("{name}/"));
                } else if kind.is_file() {
                    visit(&name, &fs::read(&path).map_err(Error::io("read", &path))?)?;
                }
            }
        }
        Ok(())
    }

    /// The ids of all stored calls, sorted.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn call_ids(&self) -> Result<Vec<String>, Error> {
        let mut ids = Vec::new();
        for (start, folder) in self.paths_of_call_folders()? {
            let names = list(&folder)?;
            ids.extend(names.iter().filter_map(|name| id_of_file(&start, name)));
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// The folders of stored calls with their files, sorted by name. A file that vanishes meanwhile is
    /// left out.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn call_folders(&self) -> Result<Vec<CallFolder>, Error> {
        let folders = self.paths_of_call_folders()?;
        let read = |(name, path): (String, PathBuf)| CallFolder::read(name, &path, id_of_file);
        folders.into_par_iter().map(read).collect()
    }

    /// The folders of calls by their names, the digits that the ids in them begin with.
    fn paths_of_call_folders(&self) -> Result<Vec<(String, PathBuf)>, Error> {
        let calls = self.directory.join(CALLS);
        let mut folders = Vec::new();
        for start in list(&calls)? {
            let folder = calls.join(&start);
            if start.len() == 2 && start.bytes().all(is_digit_of_id) && exists_as_folder(&folder)? {
                folders.push((start, folder));
            }
        }
        folders.sort_unstable();
        Ok(folders)
    }

    /// Replaces `failures.jsonl`, sorted and without repetitions.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_failures(&self, failures: &[Failure]) -> Result<(), Error> {
        let mut sorted: Vec<&Failure> = failures.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut file = self.create_file("failures.jsonl")?;
        for failure in sorted {
            file.write_json_line(failure)?;
        }
        file.commit()
    }

    /// Replaces `passed_over.jsonl`, sorted and without repetitions.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_passed_over(&self, passed_over: &[PassedOver]) -> Result<(), Error> {
        let mut sorted: Vec<&PassedOver> = passed_over.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut file = self.create_file("passed_over.jsonl")?;
        for entry in sorted {
            file.write_json_line(entry)?;
        }
        file.commit()
    }

    /// What `passed_over.jsonl` holds; empty where it is not there.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn read_passed_over(&self) -> Result<Vec<PassedOver>, Error> {
        json_lines(self.directory.join("passed_over.jsonl"))?.collect()
    }

    /// Replaces `forgotten.jsonl`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_tombstones(&self, tombstones: &Tombstones) -> Result<(), Error> {
        let mut file = self.create_file(FORGOTTEN)?;
        for line in tombstones.lines() {
            file.write_json_line(&line)?;
        }
        file.commit()
    }

    /// The recordings that are not to be listened to again; none where `forgotten.jsonl` is not
    /// there.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn read_tombstones(&self) -> Result<Tombstones, Error> {
        json_lines(self.directory.join(FORGOTTEN))?.collect()
    }

    /// Replaces `recordings.jsonl`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_recordings(&self, places: &RecordingPlaces) -> Result<(), Error> {
        let mut file = self.create_file(RECORDINGS)?;
        for (id, found) in places {
            file.write_json_line(&RecordingLine { id: id.clone(), found: found.clone() })?;
        }
        file.commit()
    }

    /// What `recordings.jsonl` holds; empty where it is not there.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn read_recordings(&self) -> Result<RecordingPlaces, Error> {
        let lines = json_lines::<RecordingLine>(self.directory.join(RECORDINGS))?;
        lines.map(|line| line.map(|line| (line.id, line.found))).collect()
    }

    /// What `failures.jsonl` holds; empty where it is not there.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn read_failures(&self) -> Result<Vec<Failure>, Error> {
        json_lines(self.directory.join("failures.jsonl"))?.collect()
    }

    /// What `calls.jsonl` holds, in its order; empty where it is not there.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn read_call_lines(&self) -> Result<Vec<CallLine>, Error> {
        self.call_lines()?.collect()
    }

    /// What `calls.jsonl` holds, in its order, one line at a time: the calls of a folder need not
    /// fit into memory.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be opened; a line can give [`Error::Corrupt`] or
    /// [`Error::Io`].
    pub fn call_lines(&self) -> Result<impl Iterator<Item = Result<CallLine, Error>>, Error> {
        json_lines(self.directory.join("calls.jsonl"))
    }

    /// Replaces `run.json`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_run(&self, run: &RunSummary) -> Result<(), Error> {
        self.write_summary(RUN, run)
    }

    /// Writes the summary of a run so that people can read it, too.
    fn write_summary(&self, name: &str, run: &RunSummary) -> Result<(), Error> {
        let mut file = self.create_file(name)?;
        serde_json::to_writer_pretty(&mut file, run).map_err(|error| file.failed(error.into()))?;
        file.write_bytes(b"\n")?;
        file.commit()
    }

    /// What `run.json` holds, if it is there.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn read_run(&self) -> Result<Option<RunSummary>, Error> {
        read_json(&self.directory.join(RUN))
    }

    /// The value of a JSON file of the folder, if the file is there; `name` is relative, with `/`.
    ///
    /// # Errors
    /// [`Error::Corrupt`], [`Error::Io`].
    pub fn read_json_file<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Error> {
        read_json(&self.directory.join(name))
    }

    /// Writes a file of the folder as a whole; `name` is relative, with `/`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write_file(&self, name: &str, content: &[u8]) -> Result<(), Error> {
        let mut file = self.create_file(name)?;
        file.write_bytes(content)?;
        file.commit()
    }

    /// Deletes the files below `folder` of which `is_obsolete` says so. It is given the path below
    /// `folder`, with `/`. Links and other files stay.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn remove_files(&self, folder: &str, is_obsolete: impl Fn(&str) -> bool) -> Result<(), Error> {
        let root = self.directory.join(folder);
        let mut folders = vec![String::new()];
        while let Some(below) = folders.pop() {
            let path = root.join(&below);
            for entry in fs::read_dir(&path).map_err(Error::io("list", &path))? {
                let entry = entry.map_err(Error::io("list", &path))?;
                let name = format!("{below}{}", entry.file_name().to_string_lossy());
                let kind = entry.file_type().map_err(Error::io("inspect", &entry.path()))?;
                if kind.is_dir() {
                    folders.push(format!("{name}/"));
                } else if kind.is_file() && is_obsolete(&name) {
                    fs::remove_file(entry.path()).map_err(Error::io("delete", &entry.path()))?;
                }
            }
        }
        Ok(())
    }

    /// A file of the folder that is written piece by piece and appears on [`AtomicFile::commit`].
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn create_file(&self, name: &str) -> Result<AtomicFile, Error> {
        let path = self.directory.join(name);
        let folder = path.parent().unwrap_or(&self.directory).to_owned();
        AtomicFile::create(path, folder)
    }
}

/// The field of a stored call by which it is put in order; parsing still checks that the file is
/// whole.
#[derive(Deserialize)]
struct CallHead {
    call: FactsHead,
}

#[derive(Deserialize)]
struct FactsHead {
    source: String,
}

#[derive(Deserialize)]
struct FactsPart {
    call: CallFacts,
}

/// The path of a call's file below the result folder, with `/`.
///
/// # Errors
/// [`Error::InvalidId`].
pub fn path_of_call(id: &str) -> Result<String, Error> {
    Ok(format!("{CALLS}/{folder}/{id}.json", folder = check_id(id)?))
}

/// The id of the call whose file has this name in the folder `start`; nothing where no call is stored
/// there under this name.
fn id_of_file(start: &str, name: &str) -> Option<String> {
    let id = name.strip_suffix(".json")?;
    (check_id(id).ok()? == start).then(|| id.to_owned())
}

/// Whether a text may be the id of a call, and with it a file's name.
pub fn is_call_id(text: &str) -> bool {
    check_id(text).is_ok()
}

/// The first two digits of an id that may be a file's name.
fn check_id(id: &str) -> Result<&str, Error> {
    match id.get(..2) {
        Some(start) if id.len() >= 8 && id.bytes().all(is_digit_of_id) => Ok(start),
        _ => Err(Error::InvalidId),
    }
}

fn is_digit_of_id(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}
