//! Which file a row of a manifest means, whatever form its path has.
//!
//! A path that exists as it is written is taken at its word. Else the file is searched that differs
//! in form only: composed and decomposed letters, upper and lower case, backslashes, a drive, or
//! the encoding of its name. A path is never shortened to fit a file in another folder.

use super::folder::search;
use encoding_rs::{IBM866, KOI8_R, WINDOWS_1251};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization as _;

/// The file that a row means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meant {
    /// This one.
    File(PathBuf),
    /// Several fit.
    Several,
    /// None fits.
    None,
}

/// Files by the forms that their paths may have in a manifest.
#[derive(Debug, Default)]
pub(super) struct FileForms {
    forms: BTreeMap<String, BTreeSet<PathBuf>>,
}

impl FileForms {
    /// Adds a file under its path below a folder.
    pub(super) fn add(&mut self, file: &Path, below: &Path) {
        for form in forms_of_file(below) {
            self.forms.entry(form).or_default().insert(file.to_owned());
        }
    }

    /// Adds all recordings below a folder.
    pub(super) fn add_folder(&mut self, folder: &Path) {
        for file in search(folder).files {
            let below = file.path.strip_prefix(folder).unwrap_or(&file.path).to_owned();
            self.add(&file.path, &below);
        }
    }

    /// The file whose path differs from a row's in form only.
    pub(super) fn find(&self, row_path: &str) -> Meant {
        for form in forms_of_row(row_path) {
            match self.forms.get(&form).map(|files| (files.len(), files.first())) {
                Some((1, Some(file))) => return Meant::File(file.clone()),
                Some(_) => return Meant::Several,
                None => {}
            }
        }
        Meant::None
    }
}

/// The forms of a file's path: with its extension, and without. A name that is no UTF-8 is read in
/// every Cyrillic encoding.
fn forms_of_file(below: &Path) -> Vec<String> {
    let bytes = below.as_os_str().as_encoded_bytes();
    let names: Vec<String> = match below.to_str() {
        Some(name) => vec![name.to_owned()],
        None => [WINDOWS_1251, IBM866, KOI8_R]
            .iter()
            .map(|encoding| encoding.decode_without_bom_handling(bytes).0.into_owned())
            .collect(),
    };
    names
        .iter()
        .flat_map(|name| {
            let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
            [form(name), form(stem)]
        })
        .collect()
}

/// The forms of a row's path: as it is, and, of an absolute path, what follows each folder.
fn forms_of_row(path: &str) -> Vec<String> {
    let whole = form(path);
    let is_absolute = whole.starts_with('/') || whole.as_bytes().get(1) == Some(&b':');
    let mut forms = vec![whole.clone()];
    if is_absolute {
        forms.extend(whole.match_indices('/').map(|(place, _)| whole[place + 1..].to_owned()));
    }
    forms.retain(|form| !form.is_empty());
    forms
}

/// A path without what differs from one system to another.
fn form(path: &str) -> String {
    let path: String = path.trim().nfc().collect();
    let path = path.to_lowercase().replace('\\', "/");
    let parts: Vec<&str> = path.split('/').filter(|part| *part != ".").collect();
    let is_absolute = parts.first().is_some_and(|part| part.is_empty());
    let joined = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    // Lower case may decompose again what was composed.
    let joined: String = joined.nfc().collect();
    if is_absolute { format!("/{joined}") } else { joined }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[&str], row: &str, expected: Option<&str>) {
        let mut forms = FileForms::default();
        for file in files {
            forms.add(Path::new(file), Path::new(file));
        }
        let expected = expected.map_or(Meant::None, |file| Meant::File(file.into()));
        assert_eq!(forms.find(row), expected, "{row}");
    }

    #[test]
    fn a_path_finds_the_file_that_differs_in_form_only() {
        let (composed, decomposed) = ("Андрей.wav", "Андреи\u{306}.wav");
        check(&[decomposed], composed, Some(decomposed));
        check(&[composed], decomposed, Some(composed));
        for row in
            ["day\\B.WAV", "./day/b.wav", "day//b.wav", "D:\\rec\\day\\b.wav", "/srv/rec/day/b.wav", "day/b"]
        {
            check(&["day/b.wav", "b/c.wav"], row, Some("day/b.wav"));
        }
        check(&["a 1.WAV"], " A 1.wav ", Some("a 1.WAV"));
    }

    #[test]
    fn a_path_never_finds_a_file_of_another_folder() {
        for row in ["day2/a.wav", "a.wav", "D:\\day2\\a.wav", "b.wav", ""] {
            check(&["day1/a.wav"], row, None);
        }
        let mut forms = FileForms::default();
        for file in ["A.wav", "a.WAV"] {
            forms.add(Path::new(file), Path::new(file));
        }
        assert_eq!(forms.find("a.wav"), Meant::Several);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_in_an_old_encoding_is_found() {
        use std::os::unix::ffi::OsStringExt as _;
        let bytes = WINDOWS_1251.encode("Андрей.wav").0.into_owned();
        let file = PathBuf::from(std::ffi::OsString::from_vec(bytes));
        let mut forms = FileForms::default();
        forms.add(&file, &file);
        assert_eq!(forms.find("андрей.wav"), Meant::File(file));
    }
}
