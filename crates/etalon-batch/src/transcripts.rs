//! Transcripts that were made elsewhere: which file belongs to which recording.

use crate::error::BatchError;
use crate::failure;
use etalon_call::{FailureKind, Role, Stage};
use etalon_pipeline::{TranscriptFile, hash_transcript};
use etalon_store::Failure;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
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
    /// The recordings that other shards of a plan work through, each by all its sources. A
    /// transcript that one of them has belongs to none of this run.
    pub elsewhere: Vec<Vec<String>>,
}

/// The transcripts below a folder.
#[derive(Debug, Clone)]
pub struct TranscriptFolder {
    folder: PathBuf,
    /// By path below the folder without the extension.
    by_path: BTreeMap<String, Vec<PathBuf>>,
    /// By name without the extension.
    by_stem: BTreeMap<String, Vec<PathBuf>>,
    /// Files and folders below it that can't be read.
    unreadable: Vec<Failure>,
}

/// Why a recording has not exactly one transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoTranscript {
    /// There is none.
    Missing,
    /// Several folders hold one of its name and none of them lies where the recording lies.
    Ambiguous,
    /// There is one of its name, and other recordings have that name as well.
    Claimed,
}

/// Which transcript each recording of a run has.
#[derive(Debug, Clone, Default)]
pub struct AssignedTranscripts {
    /// By the recording's source: its transcript below the folder, or why it has none.
    by_source: BTreeMap<String, Result<PathBuf, NoTranscript>>,
}

impl AssignedTranscripts {
    /// The transcript of a recording, as a path below the folder.
    ///
    /// # Errors
    ///
    /// [`NoTranscript`] where it has not exactly one, or shares one with other recordings.
    pub fn of(&self, source: &str) -> Result<&Path, NoTranscript> {
        match self.by_source.get(source) {
            Some(Ok(path)) => Ok(path),
            Some(Err(reason)) => Err(*reason),
            None => Err(NoTranscript::Missing),
        }
    }

    /// The transcript of a recording that was found in several places: that of the first of its
    /// sources that has one.
    ///
    /// # Errors
    ///
    /// As [`of`](Self::of), for the first source for which there is more to say than that nothing is
    /// there.
    pub fn of_any<'s>(&self, sources: impl IntoIterator<Item = &'s str>) -> Result<&Path, NoTranscript> {
        let mut found = Err(NoTranscript::Missing);
        for source in sources {
            match (self.of(source), found) {
                (Ok(path), _) => return Ok(path),
                (other, Err(NoTranscript::Missing)) => found = other,
                _ => {}
            }
        }
        found
    }
}

/// A transcript that a recording would have.
#[derive(Debug, Clone, Copy)]
struct Claim<'a> {
    path: &'a Path,
    by: ClaimBy,
}

/// By what a recording would have a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ClaimBy {
    /// It lies at the same place.
    Place,
    /// It has the same name.
    Name,
}

impl TranscriptFolder {
    /// Lists the transcripts below a folder: files that end in `.json`, `.vtt` or `.srt`.
    ///
    /// # Errors
    ///
    /// [`BatchError::TranscriptFolder`] when the folder can't be read.
    pub fn search(folder: &Path) -> Result<Self, BatchError> {
        if std::fs::metadata(folder).is_ok_and(|metadata| !metadata.is_dir()) {
            let (folder, error) = (folder.to_owned(), io::ErrorKind::NotADirectory.into());
            return Err(BatchError::TranscriptFolder { folder, error });
        }
        let (by_path, by_stem, unreadable) = Default::default();
        let mut found = Self { folder: folder.to_owned(), by_path, by_stem, unreadable };
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) if error.depth() > 0 => {
                    found.unreadable.push(unreadable_entry(&error));
                    continue;
                }
                Err(error) => {
                    let folder = folder.to_owned();
                    let error = error.into_io_error().unwrap_or_else(|| io::ErrorKind::InvalidInput.into());
                    return Err(BatchError::TranscriptFolder { folder, error });
                }
            };
            let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            if entry.file_type().is_file() && rank(path).is_some() {
                found.by_path.entry(text(&path.with_extension(""))).or_default().push(path.to_owned());
                let stem = path.file_stem().map(Path::new).map(text).unwrap_or_default();
                found.by_stem.entry(stem).or_default().push(path.to_owned());
            }
        }
        Ok(found)
    }

    /// Gives each recording of a run its transcript.
    ///
    /// `2026-11-20/a17.wav` has `2026-11-20/a17.wav.json` or `2026-11-20/a17.json` (or `.vtt`,
    /// `.srt`), else the only `a17.wav.json` or `a17.json` that any folder holds, if no other
    /// recording has that name. A transcript that several recordings would have belongs to none of
    /// them. A source that is given twice stands for two recordings.
    pub fn assigned_to<'s>(&self, sources: impl IntoIterator<Item = &'s str>) -> AssignedTranscripts {
        self.assigned_to_recordings(sources.into_iter().map(|source| vec![source]))
    }

    /// As [`assigned_to`](Self::assigned_to), where each recording has all the sources at which its
    /// bytes were found: whatever they claim, they claim for one recording.
    pub fn assigned_to_recordings<'s>(
        &self,
        recordings: impl IntoIterator<Item = Vec<&'s str>>,
    ) -> AssignedTranscripts {
        let mut found: BTreeMap<&str, Result<Claim<'_>, NoTranscript>> = BTreeMap::new();
        let mut claims: BTreeMap<(&Path, ClaimBy), usize> = BTreeMap::new();
        for sources in recordings {
            let mut claimed: BTreeSet<(&Path, ClaimBy)> = BTreeSet::new();
            for source in sources {
                let claim = *found.entry(source).or_insert_with(|| self.find(source));
                claimed.extend(claim.ok().map(|claim| (claim.path, claim.by)));
            }
            for claim in claimed {
                *claims.entry(claim).or_default() += 1;
            }
        }
        let outcome = |claim: Claim<'_>| {
            let by = |by: ClaimBy| claims.get(&(claim.path, by)).copied().unwrap_or_default();
            match claim.by {
                ClaimBy::Place if by(ClaimBy::Place) == 1 => Ok(claim.path.to_owned()),
                // It is the transcript of the recording at its place.
                ClaimBy::Name if by(ClaimBy::Place) == 1 => Err(NoTranscript::Missing),
                ClaimBy::Name if by(ClaimBy::Place) == 0 && by(ClaimBy::Name) == 1 => {
                    Ok(claim.path.to_owned())
                }
                _ => Err(NoTranscript::Claimed),
            }
        };
        let by_source =
            found.into_iter().map(|(source, claim)| (source.to_owned(), claim.and_then(outcome))).collect();
        AssignedTranscripts { by_source }
    }

    /// The transcript that a recording would have if it were the only one.
    fn find(&self, source: &str) -> Result<Claim<'_>, NoTranscript> {
        let source = Path::new(source);
        let places = [text(source), text(&source.with_extension(""))];
        if let Some(path) = places.iter().find_map(|place| best(self.by_path.get(place)?)) {
            return Ok(Claim { path, by: ClaimBy::Place });
        }
        let spelt = [source.file_name(), source.file_stem()].map(|name| name.map(Path::new).map(text));
        let named = spelt.iter().flatten().find_map(|name| self.by_stem.get(name));
        let paths = named.ok_or(NoTranscript::Missing)?;
        if paths.iter().any(|path| path.with_extension("") != paths[0].with_extension("")) {
            return Err(NoTranscript::Ambiguous);
        }
        best(paths).map(|path| Claim { path, by: ClaimBy::Name }).ok_or(NoTranscript::Missing)
    }

    /// The transcript of a recording with the hash of its bytes.
    ///
    /// # Errors
    ///
    /// When the file can't be read.
    pub(crate) fn open(&self, file: &Path) -> io::Result<TranscriptFile> {
        let path = self.folder.join(file);
        let sha256 = hash_transcript(&path)?;
        Ok(TranscriptFile { path, name: text(file), sha256 })
    }

    /// Files and folders below it that can't be read: each is a failure for itself.
    pub fn unreadable(&self) -> &[Failure] {
        &self.unreadable
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.folder
    }
}

fn unreadable_entry(error: &walkdir::Error) -> Failure {
    let path = error.path().unwrap_or(Path::new("")).to_string_lossy();
    let reason = match (error.loop_ancestor(), error.io_error()) {
        (Some(_), _) => "is a link to a folder that holds it; remove the link".to_owned(),
        (None, Some(error)) => {
            format!("can't be read as a transcript: {error}; check the link and permissions")
        }
        (None, None) => "can't be read as a transcript; check the link and permissions".to_owned(),
    };
    failure::temporary(&path, Stage::Transcription, FailureKind::TranscriptUnreadable, &reason)
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

    fn folder_with(files: &[&str]) -> (tempfile::TempDir, TranscriptFolder) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let found = TranscriptFolder::search(folder.path()).unwrap();
        (folder, found)
    }

    fn check(files: &[&str], sources: &[&str], expected: &[Result<&str, NoTranscript>]) {
        let (_folder, found) = folder_with(files);
        let assigned = found.assigned_to(sources.iter().copied());
        let assigned: Vec<_> = sources.iter().map(|source| assigned.of(source)).collect();
        let expected: Vec<_> = expected.iter().map(|expected| expected.map(Path::new)).collect();
        assert_eq!(assigned, expected, "{files:?} {sources:?}");
    }

    #[test]
    fn a_transcript_is_found_by_place_or_by_name() {
        use NoTranscript::{Ambiguous, Missing};
        check(&["a.json"], &["a.wav"], &[Ok("a.json")]);
        check(&["a.wav.srt"], &["a.wav"], &[Ok("a.wav.srt")]);
        check(&["a.srt", "a.VTT"], &["a.wav"], &[Ok("a.VTT")]);
        check(&["x/a.json", "y/a.json"], &["y/a.wav"], &[Ok("y/a.json")]);
        check(&["x/a.json", "y/a.json"], &["z/a.wav"], &[Err(Ambiguous)]);
        check(&["x/a.json", "x/a.srt"], &["/somewhere/a.wav"], &[Ok("x/a.json")]);
        check(&["x/y/a.b.json"], &["a.b.wav"], &[Ok("x/y/a.b.json")]);
        check(&["a.truth.json", "a.txt", "b.json"], &["a.wav"], &[Err(Missing)]);
        check(&[], &["a.wav"], &[Err(Missing)]);
    }

    #[test]
    fn a_transcript_belongs_to_one_recording() {
        use NoTranscript::{Claimed, Missing};
        // That of another day is not that of today.
        check(&["x/1.json"], &["x/1.wav", "y/1.wav"], &[Ok("x/1.json"), Err(Missing)]);
        check(&["x/1.json", "y/1.json"], &["x/1.wav", "y/1.wav"], &[Ok("x/1.json"), Ok("y/1.json")]);
        check(&["1.json"], &["x/1.wav", "y/1.wav"], &[Err(Claimed); 2]);
        check(&["z/1.json"], &["x/1.wav", "y/1.wav", "2.wav"], &[Err(Claimed), Err(Claimed), Err(Missing)]);
        check(&["x.json"], &["x.wav", "x.wave"], &[Err(Claimed); 2]);
        check(&["x.wav.json", "x.wave.json"], &["x.wav", "x.wave"], &[Ok("x.wav.json"), Ok("x.wave.json")]);
        check(&["x.json", "x.wav.json"], &["x.wav", "x.wave"], &[Ok("x.wav.json"), Ok("x.json")]);
        // Two recordings of one name out of two inputs.
        check(&["1.json"], &["1.wav", "1.wav"], &[Err(Claimed); 2]);
    }

    #[test]
    fn a_recording_that_lies_in_several_places_has_one_transcript() {
        use NoTranscript::{Claimed, Missing};
        let check = |files: &[&str], recordings: &[&[&str]], expected: &[Result<&str, NoTranscript>]| {
            let (_folder, found) = folder_with(files);
            let recordings: Vec<Vec<&str>> = recordings.iter().map(|sources| sources.to_vec()).collect();
            let assigned = found.assigned_to_recordings(recordings.clone());
            let assigned: Vec<_> =
                recordings.iter().map(|sources| assigned.of_any(sources.iter().copied())).collect();
            let expected: Vec<_> = expected.iter().map(|expected| expected.map(Path::new)).collect();
            assert_eq!(assigned, expected, "{files:?} {recordings:?}");
        };
        check(&["call.json"], &[&["archive/copy.wav", "call.wav"]], &[Ok("call.json")]);
        // The copy has the name alone, and the other one the place as well.
        check(&["call.json"], &[&["archive/call.wav", "call.wav"]], &[Ok("call.json")]);
        check(&["1.json"], &[&["x/1.wav", "y/1.wav"]], &[Ok("1.json")]);
        check(&["1.json"], &[&["x/1.wav", "y/1.wav"], &["z/1.wav"]], &[Err(Claimed); 2]);
        check(&["a.json", "b.json"], &[&["a.wav", "b.wav"], &["c.wav"]], &[Ok("a.json"), Err(Missing)]);
    }

    #[cfg(unix)]
    #[test]
    fn what_can_not_be_read_costs_itself() {
        let (folder, _) = folder_with(&["a.json"]);
        std::os::unix::fs::symlink("/nowhere", folder.path().join("b.json")).unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        let found = TranscriptFolder::search(folder.path()).unwrap();
        assert_eq!(found.assigned_to(["a.wav"]).of("a.wav"), Ok(Path::new("a.json")));
        let unreadable: Vec<&str> =
            found.unreadable().iter().map(|failure| failure.source.as_str()).collect();
        assert_eq!(unreadable.len(), 2, "{unreadable:?}");
        assert!(unreadable[0].ends_with("b.json") && unreadable[1].ends_with("loop"), "{unreadable:?}");
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
