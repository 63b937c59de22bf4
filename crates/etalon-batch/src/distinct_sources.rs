//! Names by which recordings of several inputs can be told apart.
//!
//! A recording is called by its path below its input. Two inputs may hold the same path, as folders
//! of days do whose numbers start anew. Such recordings are called by so much more of their paths
//! that no two are called alike.

use crate::input::Input;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Gives recordings that are called alike names that differ.
///
/// A longer name may be that of another recording, so names are compared again until all of them
/// differ. Names that are no text may look alike in their whole length; those are numbered.
pub(crate) fn make_distinct(inputs: &mut [Input]) {
    let mut parts_min = 1;
    loop {
        let mut alike: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, input) in inputs.iter().enumerate() {
            alike.entry(input.source.clone()).or_default().push(place);
        }
        alike.retain(|_, places| places.len() > 1);
        if alike.is_empty() {
            return;
        }
        let mut parts_max = 0;
        for (name, places) in alike {
            let paths: Vec<PathBuf> = places.iter().map(|&place| path_of(&inputs[place])).collect();
            let longest = paths.iter().map(|path| path.components().count()).max().unwrap_or(0);
            parts_max = parts_max.max(longest);
            let names = if parts_min > longest {
                numbered(&name, paths.len())
            } else {
                distinct_names(&paths, parts_min)
            };
            for (place, name) in places.into_iter().zip(names) {
                inputs[place].source = name;
            }
        }
        parts_min = (parts_min + 1).min(parts_max + 1);
    }
}

/// A name with a number behind it, so many times.
fn numbered(name: &str, times: usize) -> Vec<String> {
    (1..=times).map(|number| format!("{name} ({number})")).collect()
}

/// The whole path of a recording, that of the agent's side where there are two.
fn path_of(input: &Input) -> PathBuf {
    let path = input.files.paths().first().map(|path| path.to_path_buf()).unwrap_or_default();
    std::path::absolute(&path).unwrap_or(path)
}

/// The shortest ends of paths, in at least so many whole parts, that are all different.
fn distinct_names(paths: &[PathBuf], parts_min: usize) -> Vec<String> {
    let longest = paths.iter().map(|path| path.components().count()).max().unwrap_or(0);
    let ends = |parts: usize| -> Vec<String> { paths.iter().map(|path| end_of(path, parts)).collect() };
    let are_distinct = |names: &Vec<String>| {
        let mut sorted: Vec<&String> = names.iter().collect();
        sorted.sort_unstable();
        sorted.windows(2).all(|pair| pair[0] != pair[1])
    };
    (parts_min..=longest).map(ends).find(are_distinct).unwrap_or_else(|| ends(longest))
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
    use etalon_audio::CallFiles;
    use etalon_pipeline::DeclaredFacts;

    fn check(paths: &[&str], expected: &[&str]) {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        assert_eq!(distinct_names(&paths, 1), expected);
    }

    fn check_all(recordings: &[(&str, &str)], expected: &[&str]) {
        let input = |(path, source): &(&str, &str)| Input {
            files: CallFiles::One(PathBuf::from(path)),
            source: (*source).to_owned(),
            facts: DeclaredFacts::default(),
            planned: None,
        };
        let mut inputs: Vec<Input> = recordings.iter().map(input).collect();
        make_distinct(&mut inputs);
        let names: Vec<&str> = inputs.iter().map(|input| input.source.as_str()).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn no_two_recordings_have_one_name() {
        check_all(&[("/x/a.wav", "a.wav"), ("/x/b.wav", "b.wav")], &["a.wav", "b.wav"]);
        // The longer name of the first is that of the third.
        check_all(
            &[("/x/day1/a.wav", "a.wav"), ("/x/day2/a.wav", "a.wav"), ("/in/day1/a.wav", "day1/a.wav")],
            &["x/day1/a.wav", "day2/a.wav", "in/day1/a.wav"],
        );
        // Bytes that are no text look alike.
        check_all(
            &[("/in/\u{fffd}.wav", "\u{fffd}.wav"), ("/in/\u{fffd}.wav", "\u{fffd}.wav")],
            &["/in/\u{fffd}.wav (1)", "/in/\u{fffd}.wav (2)"],
        );
    }

    #[test]
    fn names_are_as_long_as_they_have_to_be() {
        check(&["/in/day1/a.wav", "/in/day2/a.wav"], &["day1/a.wav", "day2/a.wav"]);
        check(&["/in/day1/night/a.wav", "/in/day2/night/a.wav"], &["day1/night/a.wav", "day2/night/a.wav"]);
        check(&["/a.wav", "/in/a.wav"], &["/a.wav", "in/a.wav"]);
        check(&["/in/a.wav", "/in/a.wav"], &["/in/a.wav", "/in/a.wav"]);
    }
}
