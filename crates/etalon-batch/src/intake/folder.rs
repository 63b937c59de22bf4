//! What a folder holds: recordings, manifests, and what is passed over and why.
//!
//! Links are followed after everything else has been met, each folder once, so that no loop of
//! links has an end to search for and a file is known by its own name rather than by a link's.

use etalon_audio::{FileFormat, UseOfFormat};
use etalon_store::{PassedOver, PassedOverReason};
use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// The name under which a folder's own manifest is found.
const FOLDER_MANIFEST: &str = "manifest.csv";

/// Files that only a result folder has.
const RESULT_FILES: [&str; 2] = ["calls.jsonl", "run.json"];

/// Extensions of copies and downloads that are not finished.
const UNFINISHED: [&str; 7] = ["part", "partial", "filepart", "crdownload", "download", "tmp", "temp"];

/// Extensions of what lies beside recordings and is none.
const NO_RECORDINGS: [&str; 35] = [
    "json", "jsonl", "csv", "tsv", "txt", "srt", "vtt", "xml", "html", "htm", "md", "log", "toml", "yaml",
    "yml", "ini", "cfg", "conf", "xls", "xlsx", "ods", "doc", "docx", "pdf", "rtf", "png", "jpg", "jpeg",
    "gif", "svg", "db", "sqlite", "parquet", "py", "sh",
];

/// Extensions of archives, which may hold recordings.
const ARCHIVES: [&str; 7] = ["zip", "gz", "tgz", "7z", "rar", "tar", "xz"];

/// A recording in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FoundFile {
    /// Where it lies.
    pub(super) path: PathBuf,
    /// Its path below the folder.
    pub(super) below: String,
}

/// What a folder holds.
#[derive(Debug, Default)]
pub(super) struct FolderContent {
    /// Recordings, in the order in which they were met.
    pub(super) files: Vec<FoundFile>,
    /// The manifests of the folder and of those below it.
    pub(super) manifests: Vec<PathBuf>,
    /// What is passed over, with its path.
    pub(super) passed_over: Vec<(PathBuf, PassedOver)>,
    /// Folders and files that can't be looked at: the path below the folder, and why.
    pub(super) unreadable: Vec<(String, io::Error)>,
}

/// Searches a folder and the folders below it.
pub(super) fn search(folder: &Path) -> FolderContent {
    let root = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mut search =
        Search { root, seen: BTreeSet::new(), links: VecDeque::new(), content: FolderContent::default() };
    search.walk(folder, Path::new(""));
    while let Some((path, below)) = search.links.pop_front() {
        search.follow(&path, &below);
    }
    search.content
}

struct Search {
    /// The folder without links.
    root: PathBuf,
    /// Folders and files that were met, without links.
    seen: BTreeSet<PathBuf>,
    /// Links that are still to be followed: where each lies, and its path below the folder.
    links: VecDeque<(PathBuf, PathBuf)>,
    content: FolderContent,
}

impl Search {
    /// Searches a folder that stands at the path `below` in results.
    fn walk(&mut self, folder: &Path, below: &Path) {
        let mut entries = WalkDir::new(folder).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            match entry {
                Ok(entry) => {
                    let below = below.join(entry.path().strip_prefix(folder).unwrap_or(entry.path()));
                    if !self.meet(&entry, &below) && entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                }
                Err(error) => {
                    let path = error.path().and_then(|path| path.strip_prefix(folder).ok());
                    let below = below.join(path.unwrap_or(Path::new("")));
                    let error = error.into_io_error().unwrap_or_else(|| io::ErrorKind::InvalidInput.into());
                    self.content.unreadable.push((shown(&below), error));
                }
            }
        }
    }

    /// Takes up what a walk met; whether the walk should go into it.
    fn meet(&mut self, entry: &DirEntry, below: &Path) -> bool {
        let path = entry.path();
        if entry.depth() == 0 {
            return self.is_new(path);
        }
        if entry.path_is_symlink() {
            self.links.push_back((path.to_owned(), below.to_owned()));
            return false;
        }
        if entry.file_type().is_dir() {
            return self.is_searched(path, below);
        }
        self.file(path, below, entry.file_type());
        false
    }

    /// Whether a folder is gone into.
    fn is_searched(&mut self, path: &Path, below: &Path) -> bool {
        if is_hidden(path) {
            self.pass_over(path, below, PassedOverReason::Hidden, Some("a folder"));
            return false;
        }
        if is_result_folder(path) {
            self.pass_over(path, below, PassedOverReason::ResultFolder, None);
            return false;
        }
        self.is_new(path)
    }

    /// Whether a folder or file is met for the first time.
    fn is_new(&mut self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|canonical| self.seen.insert(canonical))
    }

    /// Follows a link to what it leads to at last.
    fn follow(&mut self, path: &Path, below: &Path) {
        let target = path.canonicalize().and_then(|target| Ok((fs::metadata(&target)?, target)));
        let (metadata, target) = match target {
            Ok(found) => found,
            Err(error) => return self.pass_over(path, below, broken_link(&error), None),
        };
        if is_hidden(path) {
            self.pass_over(path, below, PassedOverReason::Hidden, Some("a link"));
        } else if metadata.is_dir() && self.root.starts_with(&target) {
            self.pass_over(path, below, PassedOverReason::LinkLoop, None);
        } else if self.seen.contains(&target) {
            self.pass_over(
                path,
                below,
                PassedOverReason::SameFile,
                Some("a link to what is taken by its own name"),
            );
        } else if metadata.is_dir() {
            self.walk(path, below);
        } else {
            self.file(path, below, metadata.file_type());
        }
    }

    fn file(&mut self, path: &Path, below: &Path, kind: FileType) {
        if !kind.is_file() {
            return self.pass_over(path, below, PassedOverReason::SpecialFile, Some(name_of_kind(kind)));
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("._") {
            return self.pass_over(path, below, PassedOverReason::AppleDouble, None);
        }
        if name.starts_with('.') {
            return self.pass_over(path, below, PassedOverReason::Hidden, None);
        }
        let extension = extension(path);
        if is_manifest_name(path) {
            return self.content.manifests.push(path.to_owned());
        }
        if UNFINISHED.contains(&&*extension) {
            return self.pass_over(path, below, PassedOverReason::UnfinishedCopy, None);
        }
        if etalon_audio::is_recording_name(path) {
            return self.take(path, below);
        }
        if NO_RECORDINGS.contains(&&*extension) {
            return self.pass_over(path, below, PassedOverReason::NoRecording, None);
        }
        if ARCHIVES.contains(&&*extension) {
            return self.pass_over(path, below, PassedOverReason::Archive, None);
        }
        match FileFormat::of_file(path) {
            Ok(Some(format)) if format.is_decoded() => self.take(path, below),
            Ok(Some(format)) if format.use_of_it() == UseOfFormat::NoRecording => {
                self.pass_over(path, below, PassedOverReason::NoRecording, Some(format.english()));
            }
            Ok(format) => {
                self.pass_over(
                    path,
                    below,
                    PassedOverReason::UnknownFormat,
                    format.map(|format| format.english()),
                );
            }
            Err(error) => self.content.unreadable.push((shown(below), error)),
        }
    }

    fn take(&mut self, path: &Path, below: &Path) {
        if self.is_new(path) {
            self.content.files.push(FoundFile { path: path.to_owned(), below: shown(below) });
        } else {
            // Permissions may forbid to know; then the recording is tried and fails by name.
            match path.canonicalize() {
                Ok(_) => self.pass_over(path, below, PassedOverReason::SameFile, None),
                Err(error) => self.content.unreadable.push((shown(below), error)),
            }
        }
    }

    fn pass_over(&mut self, path: &Path, below: &Path, reason: PassedOverReason, detail: Option<&str>) {
        let entry = PassedOver { source: shown(below), reason, detail: detail.map(str::to_owned) };
        self.content.passed_over.push((path.to_owned(), entry));
    }
}

/// Whether a folder below an input is searched: hidden ones and results of etalon are not.
pub(crate) fn is_gone_into(folder: &Path) -> bool {
    !is_hidden(folder) && !is_result_folder(folder)
}

fn is_result_folder(path: &Path) -> bool {
    RESULT_FILES.iter().all(|name| path.join(name).is_file())
}

/// What a file is that is no regular one.
pub(super) fn name_of_kind(kind: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        for (is_kind, name) in [
            (kind.is_fifo(), "a named pipe (FIFO)"),
            (kind.is_socket(), "a socket"),
            (kind.is_char_device() || kind.is_block_device(), "a device"),
        ] {
            if is_kind {
                return name;
            }
        }
    }
    if kind.is_dir() { "a folder" } else { "no regular file" }
}

/// Whether a file has the name of a folder's own manifest.
pub(super) fn is_manifest_name(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.eq_ignore_ascii_case(FOLDER_MANIFEST))
}

/// A file's extension in lower case.
pub(super) fn extension(path: &Path) -> String {
    path.extension().map(|extension| extension.to_string_lossy().to_lowercase()).unwrap_or_default()
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."))
}

fn broken_link(error: &io::Error) -> PassedOverReason {
    #[cfg(unix)]
    if rustix::io::Errno::from_io_error(error) == Some(rustix::io::Errno::LOOP) {
        return PassedOverReason::LinkLoop;
    }
    match error.kind() {
        io::ErrorKind::PermissionDenied => PassedOverReason::ForbiddenLink,
        _ => PassedOverReason::DanglingLink,
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(make: impl FnOnce(&Path), files: &[&str], passed_over: &[(&str, PassedOverReason)]) {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("in");
        fs::create_dir(&input).unwrap();
        make(&input);
        let content = search(&input);
        let found: Vec<&str> = content.files.iter().map(|file| &*file.below).collect();
        assert_eq!(found, files);
        let left: Vec<(&str, PassedOverReason)> =
            content.passed_over.iter().map(|(_, entry)| (&*entry.source, entry.reason)).collect();
        assert_eq!(left, passed_over);
        assert!(content.unreadable.is_empty(), "{:?}", content.unreadable);
    }

    fn write(folder: &Path, name: &str, content: &[u8]) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    #[test]
    fn every_file_is_taken_or_has_a_reason() {
        use PassedOverReason::{
            AppleDouble, Archive, Hidden, NoRecording, ResultFolder, UnfinishedCopy, UnknownFormat,
        };
        check(
            |folder| {
                for name in ["a.WAV", "day/b.mp3", "._a.wav", ".c.wav", ".git/x", "notes.txt", "d.wav.part"] {
                    write(folder, name, b"");
                }
                write(folder, "e.xyz", b"\x00\x01\x02\x03");
                write(folder, "f.amr", b"#!AMR\n\x3c");
                write(folder, "h.zip", b"PK\x03\x04");
                write(folder, "g", b"RIFF\x24\0\0\0WAVEfmt ");
                for name in ["out/calls.jsonl", "out/run.json", "out/x.wav"] {
                    write(folder, name, b"");
                }
            },
            &["a.WAV", "day/b.mp3", "g"],
            &[
                ("._a.wav", AppleDouble),
                (".c.wav", Hidden),
                (".git", Hidden),
                ("d.wav.part", UnfinishedCopy),
                ("e.xyz", UnknownFormat),
                ("f.amr", UnknownFormat),
                ("h.zip", Archive),
                ("notes.txt", NoRecording),
                ("out", ResultFolder),
            ],
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_once_and_never_in_circles() {
        use PassedOverReason::{DanglingLink, LinkLoop, SameFile, SpecialFile};
        use std::os::unix::fs::symlink;
        check(
            |folder| {
                let outside = folder.parent().unwrap();
                write(outside, "elsewhere/x.wav", b"");
                write(outside, "elsewhere/deep/y.wav", b"");
                write(folder, "z.wav", b"");
                symlink(outside.join("elsewhere/x.wav"), folder.join("linked.wav")).unwrap();
                symlink(outside.join("elsewhere"), folder.join("linked")).unwrap();
                symlink(outside.join("elsewhere"), folder.join("twice")).unwrap();
                symlink(folder, folder.join("self")).unwrap();
                symlink(outside, outside.join("elsewhere/up")).unwrap();
                symlink("a-loop", folder.join("b-loop")).unwrap();
                symlink("b-loop", folder.join("a-loop")).unwrap();
                symlink("/nowhere/at/all", folder.join("dangling.wav")).unwrap();
                symlink("z.wav", folder.join("again.wav")).unwrap();
                symlink("/dev/zero", folder.join("zero.wav")).unwrap();
            },
            &["z.wav", "linked/deep/y.wav", "linked/x.wav"],
            &[
                ("a-loop", LinkLoop),
                ("again.wav", SameFile),
                ("b-loop", LinkLoop),
                ("dangling.wav", DanglingLink),
                ("linked.wav", SameFile),
                ("self", LinkLoop),
                ("twice", SameFile),
                ("zero.wav", SpecialFile),
                ("linked/up", LinkLoop),
            ],
        );
    }
}
