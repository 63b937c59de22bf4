//! Calls whose two sides lie in two files.

use etalon_call::Role;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How file names tell which two of them are the sides of one call: `*-out` and `*-in`, for
/// instance.
///
/// A pattern is the name, with or without its extension; its one `*` stands for what both names
/// share. It may name folders too: `out/*` and `in/*`, or `*/agent` and `*/client`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SidePattern {
    agent: Form,
    client: Form,
}

/// What stands before and after the `*`, in lower case: writers differ in the case of names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Form {
    /// How many folders the form names, or has its `*` in.
    folders: usize,
    prefix: String,
    suffix: String,
    /// In lower case; none where any will do.
    extension: Option<String>,
}

/// The end of a path that a form is compared with.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct PathEnd<'a> {
    /// What lies before it.
    before: &'a Path,
    /// Its folders and the name without its extension, with `/` between them.
    name: String,
    /// In lower case; empty where there is none.
    extension: String,
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
        let pattern =
            Self { agent: Form::new(agent).map_err(fail)?, client: Form::new(client).map_err(fail)? };
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
        match (self.agent.call_of(path), self.client.call_of(path)) {
            (Some(_), None) => Some(Role::Agent),
            (None, Some(_)) => Some(Role::Client),
            _ => None,
        }
    }

    /// The end of the client's path that belongs to the agent's, in lower case, and what both share
    /// as the agent's has it.
    fn client_of<'a>(&self, agent: &'a Path) -> Option<(PathEnd<'a>, String)> {
        let (end, call) = self.agent.call_of(agent)?;
        let name = format!("{}{}{}", self.client.prefix, call.to_lowercase(), self.client.suffix);
        let extension = self.client.extension.clone().unwrap_or(end.extension);
        Some((PathEnd { before: end.before, name, extension }, call))
    }
}

impl Form {
    fn new(form: &str) -> Result<Self, &'static str> {
        let form = form.replace('\\', "/").to_lowercase();
        let extension = form.rsplit_once('.').map(|(_, extension)| extension);
        let extension = extension.filter(|extension| crate::EXTENSIONS.contains(extension));
        let name = extension.map_or(form.as_str(), |extension| &form[..form.len() - extension.len() - 1]);
        let (prefix, suffix) = name.split_once('*').ok_or("a «*» is missing")?;
        if suffix.contains('*') {
            return Err("there is more than one «*»");
        }
        Ok(Self {
            folders: name.matches('/').count(),
            prefix: prefix.to_owned(),
            suffix: suffix.to_owned(),
            extension: extension.map(str::to_owned),
        })
    }

    /// The end of a path that has this form, and what stands for the `*` in it.
    fn call_of<'a>(&self, path: &'a Path) -> Option<(PathEnd<'a>, String)> {
        let end = PathEnd::of(path, self.folders)?;
        if self.extension.as_ref().is_some_and(|extension| *extension != end.extension) {
            return None;
        }
        let name = end.name.as_str();
        let behind = name.len().checked_sub(self.suffix.len())?;
        let (prefix, suffix) = (name.get(..self.prefix.len())?, name.get(behind..)?);
        let call = name.get(self.prefix.len()..behind)?;
        let fits = prefix.to_lowercase() == self.prefix && suffix.to_lowercase() == self.suffix;
        let call = (fits && !call.is_empty()).then(|| call.to_owned())?;
        Some((end, call))
    }
}

impl<'a> PathEnd<'a> {
    /// The name and so many folders; none where the path has fewer.
    fn of(path: &'a Path, folders: usize) -> Option<Self> {
        let mut name = path.file_stem()?.to_str()?.to_owned();
        let extension = path
            .extension()
            .map_or(Some(String::new()), |extension| extension.to_str().map(str::to_lowercase))?;
        let mut before = path.parent()?;
        for _ in 0..folders {
            name = format!("{}/{name}", before.file_name()?.to_str()?);
            before = before.parent()?;
        }
        Some(Self { before, name, extension })
    }

    fn in_lower_case(self) -> Self {
        Self { name: self.name.to_lowercase(), ..self }
    }
}

/// Puts the two sides of calls together: files of one folder with one extension whose names fit a
/// pattern and share what its `*` stands for, in upper or lower case; names that share it in the
/// same case come first. Where a pattern names folders or extensions, the files lie in those and
/// have these. The first pattern that fits wins. What has no other side stays alone. The order is
/// that of the paths, a pair standing where its first file stood.
pub fn pair_sides(paths: &[PathBuf], patterns: &[SidePattern]) -> Vec<CallFiles> {
    let mut other_side = vec![None; paths.len()];
    let mut ends: BTreeMap<usize, BTreeMap<PathEnd<'_>, Vec<usize>>> = BTreeMap::new();
    for pattern in patterns {
        let folders = pattern.client.folders;
        let places = ends.entry(folders).or_insert_with(|| places_of_ends(paths, folders));
        for is_same_case in [true, false] {
            for (agent, path) in paths.iter().enumerate() {
                let Some((end, call)) = pattern.client_of(path) else { continue };
                let fits = |client: &usize| {
                    let shared = || pattern.client.call_of(&paths[*client]).map(|(_, call)| call);
                    *client != agent
                        && other_side[*client].is_none()
                        && (!is_same_case || shared().is_some_and(|shared| shared == call))
                };
                let client = places.get(&end).into_iter().flatten().copied().find(fits);
                if let Some(client) = client.filter(|_| other_side[agent].is_none()) {
                    let files = CallFiles::Sides { agent: path.clone(), client: paths[client].clone() };
                    other_side[agent.max(client)] = Some(None);
                    other_side[agent.min(client)] = Some(Some(files));
                }
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

/// The places of the paths by their ends in lower case.
fn places_of_ends(paths: &[PathBuf], folders: usize) -> BTreeMap<PathEnd<'_>, Vec<usize>> {
    paths.iter().enumerate().fold(BTreeMap::new(), |mut places, (place, path)| {
        if let Some(end) = PathEnd::of(path, folders) {
            places.entry(end.in_lower_case()).or_default().push(place);
        }
        places
    })
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
    fn patterns_may_name_extensions_and_folders() {
        let check = |(agent, client): (&str, &str), paths: &[&str], expected: &[CallFiles]| {
            let pattern = SidePattern::new(agent, client).unwrap();
            let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
            assert_eq!(pair_sides(&paths, &[pattern]), expected, "{agent} {client} {paths:?}");
        };
        let with_extension = ("*-out.wav", "*-in.wav");
        check(with_extension, &["a/7-in.WAV", "a/7-OUT.wav"], &[sides("a/7-OUT.wav", "a/7-in.WAV")]);
        check(with_extension, &["7-in.mp3", "7-out.mp3"], &[one("7-in.mp3"), one("7-out.mp3")]);
        check(("*.out", "*.in"), &["7.in.wav", "7.out.wav"], &[sides("7.out.wav", "7.in.wav")]);
        check(("*-a.wav", "*-a.mp3"), &["7-a.mp3", "7-a.wav"], &[sides("7-a.wav", "7-a.mp3")]);
        let folders = ("out/*", "in/*");
        check(folders, &["d/in/7.wav", "d/Out/7.wav"], &[sides("d/Out/7.wav", "d/in/7.wav")]);
        check(folders, &["d/in/7.wav", "e/out/7.wav"], &[one("d/in/7.wav"), one("e/out/7.wav")]);
        check(("out\\*.wav", "in\\*.wav"), &["in/7.wav", "out/7.wav"], &[sides("out/7.wav", "in/7.wav")]);
        check(
            ("*/agent", "*/client"),
            &["7/agent.wav", "7/client.wav"],
            &[sides("7/agent.wav", "7/client.wav")],
        );
        check(("*", "in/*"), &["7.wav", "in/7.wav"], &[sides("7.wav", "in/7.wav")]);
    }

    #[test]
    fn names_of_the_same_case_come_first() {
        let pattern = [SidePattern::new("*-out", "*-in").unwrap()];
        let check = |paths: &[&str], expected: &[CallFiles]| {
            let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
            assert_eq!(pair_sides(&paths, &pattern), expected, "{paths:?}");
        };
        check(&["C-out.wav", "c-in.wav", "c-out.wav"], &[one("C-out.wav"), sides("c-out.wav", "c-in.wav")]);
        check(&["C-IN.wav", "c-in.wav", "c-OUT.wav"], &[one("C-IN.wav"), sides("c-OUT.wav", "c-in.wav")]);
        check(
            &["C-in.wav", "C-out.wav", "c-in.wav", "c-out.wav"],
            &[sides("C-out.wav", "C-in.wav"), sides("c-out.wav", "c-in.wav")],
        );
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
