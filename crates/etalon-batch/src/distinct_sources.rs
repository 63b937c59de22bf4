//! Names by which recordings of several inputs can be told apart.
//!
//! A recording is called by its path below its input. Two inputs may hold the same path, as folders
//! of days do whose numbers start anew. Such recordings are called by so much more of their paths
//! that no two are called alike.

use crate::input::Input;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Gives recordings that are called alike names that differ.
pub(crate) fn make_distinct(inputs: &mut [Input]) {
    let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, input) in inputs.iter().enumerate() {
        alike.entry(input.source.clone()).or_default().push(place);
    }
    for places in alike.into_values().filter(|places| places.len() > 1) {
        let paths: Vec<PathBuf> = places.iter().map(|&place| path_of(&inputs[place])).collect();
        for (&place, name) in places.iter().zip(distinct_names(&paths)) {
            inputs[place].source = name;
        }
    }
}

/// The whole path of a recording, that of the agent's side where there are two.
fn path_of(input: &Input) -> PathBuf {
    let path = input.files.paths().first().map(|path| path.to_path_buf()).unwrap_or_default();
    std::path::absolute(&path).unwrap_or(path)
}

/// The shortest ends of paths, in whole parts, that are all different.
fn distinct_names(paths: &[PathBuf]) -> Vec<String> {
    let longest = paths.iter().map(|path| path.components().count()).max().unwrap_or(0);
    let ends = |parts: usize| -> Vec<String> { paths.iter().map(|path| end_of(path, parts)).collect() };
    let are_distinct = |names: &Vec<String>| {
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        sorted.windows(2).all(|pair| pair[0] != pair[1])
    };
    (1..=longest).map(ends).find(are_distinct).unwrap_or_else(|| ends(longest))
}

/// The last parts of a path, so many of them.
fn end_of(path: &Path, parts: usize) -> String {
    let components: Vec<_> = path.components().collect();
    let end: PathBuf = components[components.len().saturating_sub(parts)..].iter().collect();
    end.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paths: &[&str], expected: &[&str]) {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        assert_eq!(distinct_names(&paths), expected);
    }

    #[test]
    fn names_are_as_long_as_they_have_to_be() {
        check(&["/in/day1/a.wav", "/in/day2/a.wav"], &["day1/a.wav", "day2/a.wav"]);
        check(&["/in/day1/night/a.wav", "/in/day2/night/a.wav"], &["day1/night/a.wav", "day2/night/a.wav"]);
        check(&["/a.wav", "/in/a.wav"], &["/a.wav", "in/a.wav"]);
        check(&["/in/a.wav", "/in/a.wav"], &["/in/a.wav", "/in/a.wav"]);
    }
}
