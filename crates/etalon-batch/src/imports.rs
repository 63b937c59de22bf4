//! Transcripts that were made elsewhere: which file belongs to which recording, and its words on the call's channels.

use crate::config::Config;
use crate::error::BatchError;
use crate::intake::Task;
use crate::process::CallError;
use etalon_asr::{CallTranscript, ChannelTranscript};
use etalon_call::{Defect, Role, TranscriptImport, TranscriptionCounts};
use etalon_diarize::RoleAssignment;
use etalon_models::hexadecimal;
use etalon_transcripts::{SpeakerActivity, SpeakerNames, limits};
use etalon_vad::ChannelAnalysis;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Extensions of transcripts. Of two transcripts of one recording the one that says more is taken, which comes first.
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
    /// [`BatchError::Setting`] when the folder can't be read.
    pub fn search(folder: &Path) -> Result<Self, BatchError> {
        let mut found =
            Self { folder: folder.to_owned(), by_path: BTreeMap::new(), by_stem: BTreeMap::new() };
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            let entry = entry.map_err(|error| {
                let (folder, reason) = (folder.display(), io::Error::from(error));
                BatchError::Setting(format!(
                    "{folder}: the transcripts can't be read: {reason}; check the path"
                ))
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
    /// `2026-11-20/a17.wav` has `2026-11-20/a17.json` or `2026-11-20/a17.wav.json` (or `.vtt`, `.srt`), else the only
    /// `a17.json` or `a17.wav.json` that any folder holds.
    ///
    /// # Errors
    ///
    /// [`NoTranscript`] where there is none, or several in folders that are not the recording's.
    pub fn find(&self, task: &Task) -> Result<&Path, NoTranscript> {
        let source = Path::new(&task.source);
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
        let sha256 = hexadecimal(&Sha256::digest(read_limited(&path)?));
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

/// The transcript of one recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptFile {
    #[serde(with = "crate::worker::path")]
    path: PathBuf,
    /// Its path below the folder of transcripts.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// What a transcript gives a call.
pub(crate) struct Imported {
    /// The words of the channels, in their order.
    pub(crate) transcript: CallTranscript,
    /// For each word of each channel the role of whoever the transcript says has said it.
    pub(crate) told_roles: Vec<Vec<Role>>,
    /// Where they come from.
    pub(crate) source: TranscriptImport,
    /// What is wrong with it.
    pub(crate) defects: Vec<Defect>,
}

/// Reads a recording's transcript and puts its words on the channels of those who said them, inside their activity.
pub(crate) fn import(
    file: &TranscriptFile,
    roles: &RoleAssignment,
    analyses: &[ChannelAnalysis],
    config: &Config,
) -> Result<Imported, CallError> {
    let names = SpeakerNames::new(config.transcripts.speakers.clone());
    let bytes = read_limited(&file.path).map_err(CallError::TranscriptFile)?;
    let transcript = etalon_transcripts::parse(&file.name, &bytes, &names)?;
    let speakers: Vec<SpeakerActivity<'_>> = roles
        .channels
        .iter()
        .zip(analyses)
        .map(|((_, role), analysis)| SpeakerActivity { role: *role, regions: &analysis.regions })
        .collect();
    let shift_max_s = config.transcription.word_shift_max_s;
    let placed = etalon_transcripts::place(&transcript, &speakers, &names, shift_max_s);
    let source = TranscriptImport {
        file: file.name.clone(),
        sha256: file.sha256.clone(),
        format: transcript.format.name().to_owned(),
        words_time_estimated: placed.words_time_estimated,
        words_without_confidence: placed.words_without_confidence,
    };
    let defects = contradiction(placed.contradicted_names).into_iter().collect();
    let channels = placed.words.into_iter().zip(placed.words_outside_activity);
    let channels = channels
        .map(|(words, words_outside_activity)| {
            let counts = TranscriptionCounts {
                words: u32::try_from(words.len()).unwrap_or(u32::MAX),
                words_outside_activity,
                ..TranscriptionCounts::default()
            };
            ChannelTranscript { words, counts, ..ChannelTranscript::default() }
        })
        .collect();
    let transcript = CallTranscript { language: None, channels };
    Ok(Imported { transcript, told_roles: placed.told_roles, source, defects })
}

/// The defect of names that the signal contradicts.
fn contradiction(names: u32) -> Option<Defect> {
    (names > 0).then(|| {
        let detail = format!(
            "{names} speakers of the transcript speak while the other side's channel is active; their words were put there and the told layout was kept"
        );
        Defect::new("transcript_speakers_swapped", detail)
    })
}

/// Reads a transcript, but not much more than one may have: the parser refuses it then.
fn read_limited(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limits::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::KnownFacts;
    use etalon_audio::CallFiles;

    fn check(files: &[&str], source: &str, expected: Result<&str, NoTranscript>) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let found = TranscriptFolder::search(folder.path()).unwrap();
        let task = Task {
            files: CallFiles::One(source.into()),
            source: source.to_owned(),
            facts: KnownFacts::default(),
        };
        assert_eq!(found.find(&task), expected.map(Path::new), "{files:?}");
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
            matches!(&error, BatchError::Setting(message) if message.contains("/nowhere/at/all")),
            "{error}"
        );
    }
}
