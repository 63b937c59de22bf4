//! Where the recordings of stored calls lie, remembered from run to run.
//!
//! A page plays the original, so the result folder has to know the way to it.

use crate::error::BatchError;
use etalon_audio::CallFiles;
use etalon_pipeline::Place;
use etalon_store::{ErrorKind, RecordingFiles, RecordingPlaces, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Adds where recordings were found to what earlier runs knew, and forgets what no longer holds.
///
/// A recording that was found has also its earlier places that are still there. One that was not
/// found in this run keeps all of them: its disk may be away. A place at which another recording
/// was found is none of the call's any more.
///
/// # Errors
///
/// When the folder can't be read or written.
pub(crate) fn remember(store: &Store, found: &BTreeMap<String, Vec<Place>>) -> Result<(), BatchError> {
    let earlier = match store.read_recordings() {
        // What can't be read is of another version; the next runs find the recordings again.
        Err(error) if error.kind() == ErrorKind::Corrupt => RecordingPlaces::new(),
        read => read?,
    };
    let occupied: BTreeSet<&Path> = found.values().flatten().flat_map(|place| place.files.paths()).collect();
    let mut known = RecordingPlaces::new();
    for id in store.call_ids()? {
        let now: BTreeSet<RecordingFiles> =
            found.get(&id).into_iter().flatten().map(|place| as_stored(&place.files)).collect();
        let is_still = |files: &&RecordingFiles| {
            let is_free = !files.paths().iter().any(|path| occupied.contains(path));
            is_free && (now.is_empty() || files.paths().iter().all(|path| path.exists()))
        };
        let before = earlier.get(&id).into_iter().flatten().filter(is_still);
        let all: BTreeSet<RecordingFiles> = before.cloned().chain(now.iter().cloned()).collect();
        if !all.is_empty() {
            known.insert(id, all.into_iter().collect());
        }
    }
    Ok(store.write_recordings(&known)?)
}

fn as_stored(files: &CallFiles) -> RecordingFiles {
    match files.clone() {
        CallFiles::One(file) => RecordingFiles::One { file },
        CallFiles::Sides { agent, client } => RecordingFiles::Sides { agent, client },
    }
}
