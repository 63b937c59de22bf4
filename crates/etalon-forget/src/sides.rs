//! The files of recordings of which each holds one side of a call.
//!
//! A recording of two files is known by the bytes of both. Each of them alone, and one side to which
//! the other one comes later, have other bytes and would be listened to as if they were new.

use crate::error::ForgetError;
use crate::select::{Forgetting, ID_DIGITS, bytes_id};
use etalon_call::{CallFacts, Defect};
use etalon_store::{ErrorKind, RecordingFiles, RecordingPlaces, Store};
use serde::Deserialize;
use std::path::Path;

/// The defect of a call of which only one side was there.
const SIDE_MISSING: &str = "side_missing";

/// Adds the sides of what is to be forgotten, each by its bytes and its name: those of calls of which
/// only one side was there, and those of calls of two files, where they still lie where they were
/// heard.
///
/// `hashes` gives the SHA-256, in hexadecimal, of files one after the other, and that of each; nothing
/// where they can't be read.
///
/// # Errors
///
/// When the folder can't be read.
pub fn add_sides(
    store: &Store,
    forgetting: &mut Forgetting,
    hashes: impl Fn(&[&Path]) -> Option<(String, Vec<String>)>,
) -> Result<(), ForgetError> {
    let places = match store.read_recordings() {
        Err(error) if error.kind() == ErrorKind::Corrupt => RecordingPlaces::new(),
        read => read?,
    };
    for id in forgetting.ids.clone() {
        if let Some(call) = call_of_one_side(store, &id)? {
            let sources = call.also_found_as.iter().chain([&call.source]);
            let names = sources.map(|source| name_of(Path::new(source)));
            forgetting.files.extend(names.map(|name| (bytes_id(&call), name)));
        }
        for place in places.get(&id).into_iter().flatten() {
            let RecordingFiles::Sides { .. } = place else { continue };
            let paths = place.paths();
            let Some((joined, each)) = hashes(&paths) else { continue };
            // Others may lie there now.
            if joined.get(..ID_DIGITS).is_some_and(|id| forgetting.recordings.contains(id)) {
                let ids = each.iter().filter_map(|sha256| sha256.get(..ID_DIGITS));
                let named = ids.zip(&paths).map(|(id, path)| (id.to_owned(), name_of(path)));
                forgetting.files.extend(named);
            }
        }
    }
    Ok(())
}

/// What of a stored call says whether a side is missing.
#[derive(Deserialize)]
struct Heard {
    call: CallFacts,
    audio: HeardAudio,
}

#[derive(Deserialize)]
struct HeardAudio {
    defects: Vec<Defect>,
}

/// The facts of a stored call, if it has only one side.
fn call_of_one_side(store: &Store, id: &str) -> Result<Option<CallFacts>, ForgetError> {
    if !etalon_store::is_call_id(id) {
        return Ok(None);
    }
    let heard = match store.read_call_part::<Heard>(id) {
        Err(error) if error.kind() == ErrorKind::Corrupt => None,
        read => read?,
    };
    let is_one = |heard: &Heard| heard.audio.defects.iter().any(|defect| defect.kind == SIDE_MISSING);
    Ok(heard.filter(is_one).map(|heard| heard.call))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
