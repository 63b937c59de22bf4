//! Transcripts that were made elsewhere: which file belongs to which recording.

use crate::error::BatchError;
use etalon_call::Role;
use etalon_pipeline::{TranscriptFile, hash_files};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Extensions of transcripts. Of two transcripts of one recording the one that says more is taken,
/// which comes first.
const EXTENSIONS: [&str; 3] = ["json", "vtt", "srt"];

/// How transcripts from elsewhere are used; part of the pipeline's fingerprint.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImportSettings {
    /// What becomes of a recording without a transcript.
    pub missing: MissingTranscript,
    /// The roles of speakers by their names in transcripts, for instance `SPEAKER_00 = "agent"`.
    pub speakers: BTreeMap<String, Role>,
}

/// What becomes of a recording without a transcript.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingTranscript {
    /// The speech model listens to it; without a speech model it is measured and has no text.
    #[default]
    Transcribe,
    /// It becomes a failure.
    Fail,
}

/// Where the transcripts of recordings lie, and what becomes of a recording without one.
#[derive(Debug, Clone)]
pub struct TranscriptSource {
    /// The folder that holds them.
    pub folder: TranscriptFolder,
    /// What becomes of a recording without a transcript.
    pub missing: MissingTranscript,
}

/// The transcripts below a folder.
#[derive(Debug, Clone)]
pub struct TranscriptFolder {
    folder: PathBuf,
    /// By path below the folder without the extension.
    by_path: BTreeMap<String, Vec<PathBuf>>,
    /// By name without the extension.
    by_stem: BTreeMap<String, Vec<PathBuf>>,
}

/// Why a recording has not exactly one transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTranscript {
    /// There is none.
    Missing,
    /// Several folders hold one of its name and none of them lies where the recording lies.
    Ambiguous,
}

impl TranscriptFolder {
    /// Lists the transcripts below a folder: files that end in `.json`, `.vtt` or `.srt`.
    ///
    /// # Errors
    ///
    /// [`BatchError::TranscriptFolder`] when the folder can't be read.
    pub fn search(folder: &Path) -> Result<Self, BatchError> {
        let mut found =
            Self { folder: folder.to_owned(), by_path: BTreeMap::new(), by_stem: BTreeMap::new() };
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            let entry = entry.map_err(|error| BatchError::TranscriptFolder {
                folder: folder.to_owned(),
                error: error.into(),
            })?;
            let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            if entry.file_type().is_file() && rank(path).is_some() {
                found.by_path.entry(text(&path.with_extension(""))).or_default().push(path.to_owned());
                let stem = path.file_stem().map(Path::new).map(text).unwrap_or_default();
                found.by_stem.entry(stem).or_default().push(path.to_owned());
            }
        }
        Ok(found)
    }

    /// The transcript of a recording, as a path below the folder.
    ///
    /// `2026-11-20/a17.wav` has `2026-11-20/a17.json` or `2026-11-20/a17.wav.json` (or `.vtt`,
    /// `.srt`), else the only `a17.json` or `a17.wav.json` that any folder holds.
    ///
    /// # Errors
    ///
    /// [`NoTranscript`] where there is none, or several in folders that are not the recording's.
    pub fn find(&self, source: &str) -> Result<&Path, NoTranscript> {
        let source = Path::new(source);
        let places = [text(&source.with_extension("")), text(source)];
        if let Some(path) = places.iter().find_map(|place| best(self.by_path.get(place)?)) {
            return Ok(path);
        }
        let stems = [source.file_stem(), source.file_name()].map(|name| name.map(Path::new).map(text));
        let named = stems.iter().flatten().find_map(|stem| self.by_stem.get(stem));
        let paths = named.ok_or(NoTranscript::Missing)?;
        if paths.iter().any(|path| path.with_extension("") != paths[0].with_extension("")) {
            return Err(NoTranscript::Ambiguous);
        }
        best(paths).ok_or(NoTranscript::Missing)
    }

    /// The transcript of a recording with the hash of its bytes.
    ///
    /// # Errors
    ///
    /// When the file can't be read.
    pub(crate) fn open(&self, file: &Path) -> io::Result<TranscriptFile> {
        let path = self.folder.join(file);
        let sha256 = hash_files(&[&path])?;
        Ok(TranscriptFile { path, name: text(file), sha256 })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }
}

/// A transcript's rank among those of one recording; none for other files.
fn rank(path: &Path) -> Option<usize> {
    let extension = path.extension()?;
    EXTENSIONS.iter().position(|known| extension.eq_ignore_ascii_case(known))
}

fn best(paths: &[PathBuf]) -> Option<&Path> {
    paths.iter().min_by_key(|path| rank(path)).map(PathBuf::as_path)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[&str], source: &str, expected: Result<&str, NoTranscript>) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let found = TranscriptFolder::search(folder.path()).unwrap();
        assert_eq!(found.find(source), expected.map(Path::new), "{files:?}");
    }

    #[test]
    fn a_transcript_is_found_by_place_or_by_name() {
        use NoTranscript::{Ambiguous, Missing};
        check(&["a.json"], "a.wav", Ok("a.json"));
        check(&["a.wav.srt"], "a.wav", Ok("a.wav.srt"));
        check(&["a.srt", "a.VTT"], "a.wav", Ok("a.VTT"));
        check(&["x/a.json", "y/a.json"], "y/a.wav", Ok("y/a.json"));
        check(&["x/a.json", "y/a.json"], "z/a.wav", Err(Ambiguous));
        check(&["x/a.json", "x/a.srt"], "/somewhere/a.wav", Ok("x/a.json"));
        check(&["x/y/a.b.json"], "a.b.wav", Ok("x/y/a.b.json"));
        check(&["a.truth.json", "a.txt", "b.json"], "a.wav", Err(Missing));
        check(&[], "a.wav", Err(Missing));
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_setting_to_mend() {
        let error = TranscriptFolder::search(Path::new("/nowhere/at/all")).unwrap_err();
        assert!(
            matches!(&error, BatchError::TranscriptFolder { folder, .. } if folder.ends_with("nowhere/at/all")),
            "{error}"
        );
    }
}
