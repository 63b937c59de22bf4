//! Calls whose recordings are no longer there, because other bytes lie at their place.
//!
//! A recording that is met while it is written, and again when it is complete, has two hashes and
//! would be two calls for ever; so would a side whose other side comes later. Which call was found
//! where is therefore remembered from run to run, and the call whose place another one has taken is
//! deleted.

use crate::error::BatchError;
use etalon_audio::CallFiles;
use etalon_pipeline::Place;
use etalon_store::Store;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where recordings were found, by the ids of their calls: for each of the recordings with the same
/// bytes the digests of the paths of its files.
pub(crate) type Places = BTreeMap<String, Vec<String>>;

/// What stands between the files of one recording.
const SEPARATOR: char = '+';

/// Bytes of a path's hash that are kept.
const DIGEST_BYTES: usize = 8;

/// A call that was deleted because another one has its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedCall {
    /// The id of the call that was deleted.
    pub id: String,
    /// The id of the call at its place.
    pub by: String,
}

/// The place of a recording: its absolute paths, and a digest of each of them, because a path may
/// hold a name or a telephone number.
pub(crate) fn place_of(files: &CallFiles) -> Place {
    let digests: Vec<String> = files.paths().into_iter().map(digest).collect();
    let digest = digests.join(&SEPARATOR.to_string());
    let files = match files {
        CallFiles::One(path) => CallFiles::One(absolute(path)),
        CallFiles::Sides { agent, client } => {
            CallFiles::Sides { agent: absolute(agent), client: absolute(client) }
        }
    };
    Place { digest, files }
}

/// The digests of places.
pub(crate) fn digests(places: &BTreeMap<String, Vec<Place>>) -> Places {
    let digests = |places: &Vec<Place>| places.iter().map(|place| place.digest.clone()).collect();
    places.iter().map(|(id, places)| (id.clone(), digests(places))).collect()
}

/// A file in its folder's true place, under its own name: a link to a file stays one.
fn absolute(path: &Path) -> PathBuf {
    let folder =
        path.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    match (folder.map(Path::canonicalize), path.file_name()) {
        (Some(Ok(folder)), Some(name)) => folder.join(name),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    }
}

fn digest(path: &Path) -> String {
    let path = path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned());
    let hash = Sha256::digest(path.as_os_str().as_encoded_bytes());
    let digest = hash.iter().take(DIGEST_BYTES).fold(0_u64, |digest, byte| digest << 8 | u64::from(*byte));
    format!("{digest:016x}")
}

/// Deletes the calls of earlier runs whose places hold recordings with other bytes now, and gives
/// back the places to be remembered.
///
/// # Errors
///
/// When a call can't be deleted.
pub(crate) fn retire(
    store: &Store,
    earlier: Places,
    found: Places,
) -> Result<(Vec<ReplacedCall>, Places), BatchError> {
    let mut occupied: BTreeMap<&str, &str> = BTreeMap::new();
    for (id, places) in &found {
        occupied
            .extend(places.iter().flat_map(|place| place.split(SEPARATOR)).map(|file| (file, id.as_str())));
    }
    let mut replaced = Vec::new();
    let mut remembered = Places::new();
    for (id, places) in earlier {
        // What is no id comes from a damaged file.
        if found.contains_key(&id) || !etalon_store::is_call_id(&id) {
            continue;
        }
        let taken = |place: &String| place.split(SEPARATOR).find_map(|file| occupied.get(file).copied());
        let by: Option<Vec<&str>> = places.iter().map(taken).collect();
        // Only a call that is there takes the place of another one.
        let by = by.and_then(|by| by.first().copied()).filter(|by| store.stored_fingerprints(by).is_some());
        let Some(by) = by else {
            remembered.insert(id, places);
            continue;
        };
        store.release(&id)?;
        if store.has_call(&id)? {
            store.remove_call(&id)?;
            replaced.push(ReplacedCall { id, by: by.to_owned() });
        }
    }
    remembered.extend(found);
    Ok((replaced, remembered))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_the_files_of_a_recording_and_no_name() {
        let one = place_of(&CallFiles::One(PathBuf::from("77015554433_1-out.wav"))).digest;
        let both = place_of(&CallFiles::Sides {
            agent: PathBuf::from("77015554433_1-out.wav"),
            client: PathBuf::from("77015554433_1-in.wav"),
        })
        .digest;
        assert!(both.starts_with(&one) && both.len() == 2 * one.len() + 1, "{one} {both}");
        assert!(!both.contains("7701555"));
    }

    #[test]
    fn a_file_is_found_from_everywhere() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().canonicalize().unwrap();
        let place = place_of(&CallFiles::One(
            folder.path().join("../").join(inside.file_name().unwrap()).join("a.wav"),
        ));
        assert_eq!(place.files, CallFiles::One(inside.join("a.wav")));
    }
}
