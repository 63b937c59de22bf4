//! Calls by what tables call them: by id, by path, or by the name of a recording.

use etalon_call::CallFacts;
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Kinds of names: id, path, name of the file, and that without its extension.
const KINDS: usize = 4;

/// The ids of calls by every name that a table may give them.
#[derive(Debug, Clone, Default)]
pub struct CallNames {
    /// The kind that says most comes first: a less specific name must not hide it.
    kinds: [BTreeMap<String, BTreeSet<String>>; KINDS],
}

/// Why a name is not that of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NoCall {
    /// No call has it.
    #[error("no call has this name")]
    Unknown,
    /// Several calls have it.
    #[error("{calls} calls have this name; use the id, or the path of the recording")]
    Ambiguous {
        /// How many.
        calls: usize,
    },
}

impl CallNames {
    /// The names of these calls.
    pub fn of<'c>(calls: impl IntoIterator<Item = &'c CallFacts>) -> Self {
        let calls: Vec<&CallFacts> = calls.into_iter().collect();
        let sources: BTreeSet<&str> = calls.iter().map(|call| call.source.as_str()).collect();
        let mut names = Self::default();
        for call in calls {
            names.add(0, &call.id, call);
            // Where the same bytes are several calls, each of them was found as the others, too.
            let copies = call.also_found_as.iter().filter(|path| !sources.contains(path.as_str()));
            for path in copies.chain([&call.source]) {
                for (kind, name) in (1..).zip([path.as_str(), file_name(path), stem(path)]) {
                    names.add(kind, name, call);
                }
            }
        }
        names
    }

    fn add(&mut self, kind: usize, name: &str, call: &CallFacts) {
        self.kinds[kind].entry(name.to_owned()).or_default().insert(call.id.clone());
    }

    /// The id of the call with this name.
    ///
    /// # Errors
    ///
    /// [`NoCall`] where no call has the name, or several have it.
    pub fn id_of(&self, name: &str) -> Result<&str, NoCall> {
        let ids = self.kinds.iter().find_map(|names| names.get(name)).ok_or(NoCall::Unknown)?;
        match (ids.first(), ids.len()) {
            (Some(id), 1) => Ok(id),
            (_, calls) => Err(NoCall::Ambiguous { calls }),
        }
    }
}

/// A path without its folders.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A path without folders and extension.
fn stem(path: &str) -> &str {
    let name = file_name(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_that_of_one_call_or_of_none() {
        let call = |id: &str, source: &str, also_found_as: &[&str]| CallFacts {
            id: id.to_owned(),
            source: source.to_owned(),
            also_found_as: also_found_as.iter().map(|&name| name.to_owned()).collect(),
            ..CallFacts::default()
        };
        let calls = [
            call("0a", "n/1/x.wav", &["copies/one.wav"]),
            call("0b", "n/2/x.wav", &[]),
            call("0c", "0b.wav", &[]),
            // The same bytes, and two calls.
            call("0d", "d.wav", &["e.wav"]),
            call("0e", "e.wav", &["d.wav"]),
        ];
        let names = CallNames::of(&calls);
        let ambiguous = Err(NoCall::Ambiguous { calls: 2 });
        for (name, expected) in [
            ("0a", Ok("0a")),
            ("n/1/x.wav", Ok("0a")),
            ("copies/one.wav", Ok("0a")),
            ("one", Ok("0a")),
            ("x.wav", ambiguous),
            ("x", ambiguous),
            // An id comes before the name of a recording.
            ("0b", Ok("0b")),
            ("0b.wav", Ok("0c")),
            ("d", Ok("0d")),
            ("e.wav", Ok("0e")),
            ("nowhere", Err(NoCall::Unknown)),
        ] {
            assert_eq!(names.id_of(name), expected, "{name}");
        }
    }
}
