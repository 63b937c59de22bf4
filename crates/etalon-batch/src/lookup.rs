//! Stored calls by what people call them: the path or name of a recording, or the id of a call.

use crate::error::BatchError;
use etalon_pipeline::{call_id, hash_files};
use etalon_store::{Error, ErrorKind, Store};
use rayon::prelude::*;
use serde::Deserialize;
use std::path::Path;
use unicode_normalization::UnicodeNormalization as _;

/// Digits that the beginning of an id needs to name a call.
const ID_DIGITS_MIN: usize = 4;

/// A stored call and the recordings that have its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCall {
    /// The call's id.
    pub id: String,
    /// The recording's path as it was given.
    pub source: String,
    also_found_as: Vec<String>,
}

impl NamedCall {
    /// The paths of all recordings that have its bytes.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.source.as_str()).chain(self.also_found_as.iter().map(String::as_str))
    }
}

/// The stored calls that a name fits best: one where it is clear, none, or several.
///
/// In this order a call is named by its id, by the path of its recording as it was given, by as many
/// of the path's last parts as both have, by its file's name without the extension, by the bytes of
/// a file that is there, and by the beginning of its id. Letter case, the kind of slash and the
/// Unicode form of a path do not matter.
///
/// # Errors
///
/// When the folder can't be read.
pub fn calls_named(store: &Store, name: &str) -> Result<Vec<NamedCall>, BatchError> {
    let calls = named_calls(store, store.call_ids()?)?;
    if let Some(call) = calls.iter().find(|call| call.id == name) {
        return Ok(vec![call.clone()]);
    }
    let exact: Vec<NamedCall> =
        calls.iter().filter(|call| call.names().any(|source| source == name)).cloned().collect();
    if !exact.is_empty() {
        return Ok(exact);
    }
    let wanted = parts_of(name);
    let by_path =
        best(&calls, |call| call.names().map(|source| shared_end(&parts_of(source), &wanted)).max());
    if !by_path.is_empty() {
        return Ok(by_path);
    }
    let by_stem =
        best(&calls, |call| call.names().map(|source| usize::from(stem_of(source) == wanted)).max());
    if !by_stem.is_empty() {
        return Ok(by_stem);
    }
    let by_bytes = hash_files(&[Path::new(name)]).map(|hashed| call_id(&hashed.sha256).to_owned());
    let begins = |id: &str| name.len() >= ID_DIGITS_MIN && id.starts_with(&name.to_lowercase());
    let is_meant = |call: &NamedCall| match &by_bytes {
        Ok(id) => call.id == *id,
        Err(_) => begins(&call.id),
    };
    Ok(calls.into_iter().filter(is_meant).collect())
}

/// The calls of the highest rank; none where nothing has a rank above 0.
fn best(calls: &[NamedCall], rank: impl Fn(&NamedCall) -> Option<usize>) -> Vec<NamedCall> {
    let ranks: Vec<usize> = calls.iter().map(|call| rank(call).unwrap_or_default()).collect();
    let highest = ranks.iter().copied().max().unwrap_or_default();
    let ranked = calls.iter().zip(ranks).filter(|&(_, rank)| rank > 0 && rank == highest);
    ranked.map(|(call, _)| call.clone()).collect()
}

/// The parts of a path in one spelling.
fn parts_of(path: &str) -> Vec<String> {
    let parts = path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".");
    parts.map(|part| part.nfc().collect::<String>().to_lowercase()).collect()
}

/// The name of a path's file without its extension, as a path of one part.
fn stem_of(path: &str) -> Vec<String> {
    let name = parts_of(path).pop();
    let stem = name.map(|name| name.rsplit_once('.').map_or(name.clone(), |(stem, _)| stem.to_owned()));
    stem.into_iter().collect()
}

/// How many parts both paths have, where the shorter one is the end of the other; otherwise 0.
fn shared_end(one: &[String], other: &[String]) -> usize {
    let shorter = one.len().min(other.len());
    let shared = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    if shared == shorter { shared } else { 0 }
}

/// The stored calls with these ids. A damaged one has no name; the report lists it.
pub(crate) fn named_calls(store: &Store, ids: Vec<String>) -> Result<Vec<NamedCall>, BatchError> {
    let calls: Vec<Option<NamedCall>> = ids
        .into_par_iter()
        .map(|id| match store.read_call_part::<Head>(&id) {
            Ok(head) => Ok(head.map(|Head { call: Facts { source, also_found_as } }| NamedCall {
                id,
                source,
                also_found_as,
            })),
            Err(error) if error.kind() == ErrorKind::Corrupt => Ok(None),
            Err(error) => Err(error),
        })
        .collect::<Result<_, Error>>()?;
    Ok(calls.into_iter().flatten().collect())
}

/// The parts of a stored call that say which recordings it was made from.
#[derive(Deserialize)]
struct Head {
    call: Facts,
}

#[derive(Deserialize)]
struct Facts {
    source: String,
    #[serde(default)]
    also_found_as: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, name: &str, expected: usize) {
        assert_eq!(shared_end(&parts_of(source), &parts_of(name)), expected, "{source} {name}");
    }

    #[test]
    fn a_path_is_compared_from_its_end() {
        check("day1/a.wav", "a.wav", 1);
        check("a.wav", "/data/day1/a.wav", 1);
        check("day1/a.wav", "/data/day1/A.WAV", 2);
        check("day1\\a.wav", "./day1/a.wav", 2);
        check("day1/a.wav", "day2/a.wav", 0);
        check("day1/й.wav", "и\u{306}.wav", 1);
        check("day1/ba.wav", "a.wav", 0);
        assert_eq!(stem_of("day1/a.b.wav"), parts_of("a.b"));
    }
}
