//! Where each file of an installation lies: `packaging/files`, which `packaging/install` reads, too.

use anyhow::{Context as _, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// The list, in the folder `packaging`.
pub(crate) const LIST: &str = "files";

/// How the list names the program.
const PROGRAM: &str = "PROGRAM";

/// A file and its places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    /// What is installed.
    pub(crate) content: Content,
    /// Where `packaging/install` puts it, as an absolute path.
    pub(crate) by_install: String,
    /// Where the Debian package has it, as an absolute path.
    pub(crate) in_package: String,
}

/// What is installed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Content {
    /// The program.
    Program,
    /// A file below the folder `packaging`, as a relative path.
    File(PathBuf),
}

/// Reads the list of a folder `packaging`, in order, with every file that a pattern stands for.
///
/// # Errors
///
/// When the list can't be read, a line is none of its lines, or a file of it is missing.
pub(crate) fn read(packaging: &Path) -> anyhow::Result<Vec<Placed>> {
    let path = packaging.join(LIST);
    let list = fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
    let mut placed = Vec::new();
    for (number, line) in (1..).zip(list.lines()).filter(|(_, line)| !line.starts_with('#')) {
        let of_line = files_of(packaging, line).with_context(|| format!("{}:{number}", path.display()))?;
        placed.extend(of_line);
    }
    Ok(placed)
}

/// What a line of the list says.
fn files_of(packaging: &Path, line: &str) -> anyhow::Result<Vec<Placed>> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let [name, by_install, in_package] = columns[..] else { bail!("a line has three columns") };
    ensure!(by_install.starts_with('/') && in_package.starts_with('/'), "places are absolute paths");
    if name == PROGRAM {
        let (by_install, in_package) = (by_install.to_owned(), in_package.to_owned());
        return Ok(vec![Placed { content: Content::Program, by_install, in_package }]);
    }
    let files = matching(packaging, name)?;
    ensure!(!files.is_empty(), "{name} is not there");
    let placed = files.into_iter().map(|file| Placed {
        by_install: place(by_install, &file),
        in_package: place(in_package, &file),
        content: Content::File(file),
    });
    Ok(placed.collect())
}

/// The place of a file, which gets its own name in a folder.
fn place(place: &str, file: &Path) -> String {
    let name = if place.ends_with('/') { file.file_name().unwrap_or_default() } else { "".as_ref() };
    format!("{place}{}", name.to_string_lossy())
}

/// The files of a name, or of a pattern with one `*` in its last part, in order.
fn matching(packaging: &Path, name: &str) -> anyhow::Result<Vec<PathBuf>> {
    let Some((before, after)) = name.split_once('*') else {
        let file = PathBuf::from(name);
        return Ok(if packaging.join(&file).is_file() { vec![file] } else { Vec::new() });
    };
    let (folder, before) = before.rsplit_once('/').unwrap_or(("", before));
    let mut files = Vec::new();
    for entry in fs::read_dir(packaging.join(folder))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.strip_prefix(before).is_some_and(|rest| rest.ends_with(after)) {
            files.push(Path::new(folder).join(name));
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_where_its_files_lie() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("man")).unwrap();
        for name in ["man/a.1", "man/a-c.1", "man/a-b.1", "man/a-b.txt", "a.toml"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let check = |line: &str, expected: &[(&str, &str)]| {
            let files = files_of(folder.path(), line).unwrap();
            let places: Vec<(&str, &str)> =
                files.iter().map(|file| (file.by_install.as_str(), file.in_package.as_str())).collect();
            assert_eq!(places, expected, "{line}");
        };
        check("PROGRAM /local/a /bin/a", &[("/local/a", "/bin/a")]);
        check("a.toml  /etc/b.toml /etc/", &[("/etc/b.toml", "/etc/a.toml")]);
        check("man/a-*.1 /m/ /n/", &[("/m/a-b.1", "/n/a-b.1"), ("/m/a-c.1", "/n/a-c.1")]);
        for wrong in ["", "a.toml /etc/", "b.toml /etc/ /etc/", "b-*.1 /m/ /n/", "a.toml etc/ /etc/"] {
            assert!(files_of(folder.path(), wrong).is_err(), "{wrong}");
        }
    }

    /// The folder of this checkout. The package, its scripts and the image recipe are no part of an
    /// installation.
    #[test]
    fn every_file_of_the_folder_is_placed() {
        let packaging = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging");
        let placed = read(&packaging).unwrap();
        let mut listed: Vec<Content> = placed.into_iter().map(|file| file.content).collect();
        listed.sort();
        let mut there = vec![Content::Program];
        for folder in fs::read_dir(&packaging).unwrap().map(|entry| entry.unwrap().path()) {
            if folder.is_dir() && !folder.ends_with("debian") {
                let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
                there.extend(files.map(|file| Content::File(file.strip_prefix(&packaging).unwrap().into())));
            }
        }
        there.push(Content::File("etalon.toml".into()));
        there.sort();
        assert_eq!(listed, there);
    }
}
