//! Calls whose two sides lie in two files.

use etalon_call::Role;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// How file names tell which two of them are the sides of one call: `*-out` and `*-in`, for
/// instance.
///
/// A pattern is the name without its extension; its one `*` stands for what both names share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidePattern {
    agent: Affixes,
    client: Affixes,
}

/// What stands before and after the `*`, in lower case: writers differ in the case of names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Affixes {
    prefix: String,
    suffix: String,
}

/// A pattern that cannot tell two sides apart.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}; write the patterns of the two sides like «*-out» and «*-in»")]
pub struct SidePatternError {
    reason: &'static str,
}

/// The file or files of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallFiles {
    /// One file with everything.
    One(PathBuf),
    /// One file for each side.
    Sides {
        /// The file in which the agent is heard.
        agent: PathBuf,
        /// The file in which the client is heard.
        client: PathBuf,
    },
}

impl CallFiles {
    /// The files, the agent's side first.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::One(path) => vec![path],
            Self::Sides { agent, client } => vec![agent, client],
        }
    }
}

impl SidePattern {
    /// A pattern from the two forms that names take.
    ///
    /// # Errors
    ///
    /// [`SidePatternError`] when a form has not exactly one `*`, or when both are the same.
    pub fn new(agent: &str, client: &str) -> Result<Self, SidePatternError> {
        let fail = |reason| SidePatternError { reason };
        let affixes = |form: &str| {
            let (prefix, suffix) = form.split_once('*').ok_or_else(|| fail("a «*» is missing"))?;
            if suffix.contains('*') {
                return Err(fail("there is more than one «*»"));
            }
            Ok(Affixes { prefix: prefix.to_lowercase(), suffix: suffix.to_lowercase() })
        };
        let pattern = Self { agent: affixes(agent)?, client: affixes(client)? };
        if pattern.agent == pattern.client {
            return Err(fail("both sides have the same form"));
        }
        Ok(pattern)
    }

    /// The forms that telephone systems use. Asterisk's `-in` is what comes in from the channel, so
    /// the caller.
    pub fn usual() -> Vec<Self> {
        [
            ("*-out", "*-in"),
            ("*_out", "*_in"),
            ("*_agent", "*_caller"),
            ("*_agent", "*_client"),
            ("*_agent", "*_customer"),
            ("*-agent", "*-caller"),
            ("*-agent", "*-client"),
            ("*-agent", "*-customer"),
            ("*_operator", "*_client"),
        ]
        .into_iter()
        .filter_map(|(agent, client)| Self::new(agent, client).ok())
        .collect()
    }

    /// The side that a file is by its name; none where the name fits neither form.
    pub fn side_of(&self, path: &Path) -> Option<Role> {
        let stem = lower_case(path.file_stem()?)?;
        let is_of = |affixes: &Affixes| affixes.call_in(&stem).is_some();
        match (is_of(&self.agent), is_of(&self.client)) {
            (true, false) => Some(Role::Agent),
            (false, true) => Some(Role::Client),
            _ => None,
        }
    }

    /// The client's path that belongs to the agent's, as [`case_folded`] has it.
    fn client_of(&self, agent: &Path) -> Option<PathBuf> {
        let stem = lower_case(agent.file_stem()?)?;
        let call = self.agent.call_in(&stem)?;
        let mut name = format!("{}{call}{}", self.client.prefix, self.client.suffix);
        if let Some(extension) = agent.extension().and_then(lower_case) {
            name.push('.');
            name.push_str(&extension);
        }
        Some(agent.with_file_name(name))
    }
}

impl Affixes {
    fn call_in<'a>(&self, stem: &'a str) -> Option<&'a str> {
        let call = stem.strip_prefix(&self.prefix)?.strip_suffix(&self.suffix)?;
        (!call.is_empty()).then_some(call)
    }
}

/// Puts the two sides of calls together: files of one folder with one extension whose names fit a
/// pattern and share what its `*` stands for, in upper or lower case. The first pattern that fits wins. What has no other
/// side stays alone. The order is that of the paths, a pair standing where its first file stood.
pub fn pair_sides(paths: &[PathBuf], patterns: &[SidePattern]) -> Vec<CallFiles> {
    let places: BTreeMap<PathBuf, Vec<usize>> =
        paths.iter().enumerate().fold(BTreeMap::new(), |mut places, (place, path)| {
            places.entry(case_folded(path)).or_default().push(place);
            places
        });
    let mut other_side = vec![None; paths.len()];
    for pattern in patterns {
        for (agent, path) in paths.iter().enumerate() {
            let clients = pattern.client_of(path).and_then(|path| places.get(&path));
            let is_free = |client: &&usize| **client != agent && other_side[**client].is_none();
            if let Some(&client) = clients.into_iter().flatten().find(is_free)
                && other_side[agent].is_none()
            {
                let files = CallFiles::Sides { agent: path.clone(), client: paths[client].clone() };
                other_side[agent.max(client)] = Some(None);
                other_side[agent.min(client)] = Some(Some(files));
            }
        }
    }
    let alone = |path: &PathBuf| CallFiles::One(path.clone());
    paths
        .iter()
        .zip(other_side)
        .filter_map(|(path, paired)| paired.unwrap_or_else(|| Some(alone(path))))
        .collect()
}

/// A path whose name is in lower case.
fn case_folded(path: &Path) -> PathBuf {
    path.file_name().and_then(lower_case).map_or_else(|| path.to_owned(), |name| path.with_file_name(name))
}

fn lower_case(name: &OsStr) -> Option<String> {
    name.to_str().map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(path: &str) -> CallFiles {
        CallFiles::One(path.into())
    }

    fn sides(agent: &str, client: &str) -> CallFiles {
        CallFiles::Sides { agent: agent.into(), client: client.into() }
    }

    #[test]
    fn names_pair_by_what_they_share() {
        for (paths, expected) in [
            (vec!["a/7-in.wav", "a/7-out.wav"], vec![sides("a/7-out.wav", "a/7-in.wav")]),
            (vec!["a/7-in.wav", "b/7-out.wav"], vec![one("a/7-in.wav"), one("b/7-out.wav")]),
            (vec!["7-IN.wav", "7-out.WAV"], vec![sides("7-out.WAV", "7-IN.wav")]),
            (vec!["a-In.wav", "A-OUT.wav"], vec![sides("A-OUT.wav", "a-In.wav")]),
            (vec!["7-in.wav", "7-out.mp3"], vec![one("7-in.wav"), one("7-out.mp3")]),
            (
                vec!["7_agent.wav", "8.wav", "7_caller.wav"],
                vec![sides("7_agent.wav", "7_caller.wav"), one("8.wav")],
            ),
            (
                vec!["7_agent.wav", "7_client.wav", "7_caller.wav"],
                vec![sides("7_agent.wav", "7_caller.wav"), one("7_client.wav")],
            ),
            (
                vec!["-in.wav", "-out.wav", "check-in.wav"],
                vec![one("-in.wav"), one("-out.wav"), one("check-in.wav")],
            ),
            (vec![], vec![]),
        ] {
            let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
            let mut found = pair_sides(&paths, &SidePattern::usual());
            // A pair stands where its first file stood; the table names pairs first.
            found.sort_by_key(|files| matches!(files, CallFiles::One(_)));
            assert_eq!(found, expected, "{paths:?}");
        }
    }

    #[test]
    fn a_name_says_whose_side_it_is() {
        let pattern = SidePattern::new("*-out", "*-in").unwrap();
        for (path, expected) in [
            ("a/7-OUT.wav", Some(Role::Agent)),
            ("a/7-in.WAV", Some(Role::Client)),
            ("a/7.wav", None),
            ("-in.wav", None),
        ] {
            assert_eq!(pattern.side_of(Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn patterns_say_what_is_wrong_with_them() {
        for (agent, client, reason) in
            [("*-a", "b", "missing"), ("*-*", "*-b", "more than one"), ("*-a", "*-a", "the same form")]
        {
            let error = SidePattern::new(agent, client).unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
    }
}
