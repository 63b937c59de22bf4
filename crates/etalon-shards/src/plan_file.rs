//! The plan's file: which recording is in which shard, and what it was when that was decided.
//!
//! It is JSON lines. The first line is about the whole ([`PlanHeader`]); one line for each recording
//! follows, shard by shard, and one for each file or row of the inputs that gave no recording. The
//! file holds paths and facts of calls, so it is for its owner alone (0600), as results are.

use crate::error::ShardError;
use data_encoding::HEXLOWER;
use etalon_audio::CallFiles;
use etalon_batch::intake::Intake;
use etalon_batch::transcripts::MissingTranscript;
use etalon_batch::{Input, PlannedBytes};
use etalon_call::wire_path::WirePath;
use etalon_call::{CallFacts, Defect, Layout, LayoutSource, Role};
use etalon_pipeline::{DeclaredFacts, LimitSettings};
use etalon_store::{Failure, PassedOver, PlanPart, Store};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The schema name in the first line of a plan.
pub const PLAN_SCHEMA: &str = "etalon.plan/1";

/// The shard that also reports what the plan found to be no recording.
const FIRST_SHARD: u32 = 1;

/// The longest line, bytes: the first one of a million shards has less.
const LINE_MAX_BYTES: u64 = 1 << 27;

/// One line of a plan.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanLine {
    /// The first line.
    Plan(PlanHeader),
    /// A recording.
    Recording(Box<PlannedRecording>),
    /// An input or a row of a manifest that leads to no recording; shard 1 lists it.
    Failure(Failure),
    /// A file that was not taken for a recording; shard 1 lists it.
    PassedOver(PassedOver),
}

/// What a plan says of the whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PlanHeader {
    /// Always [`PLAN_SCHEMA`] in this version.
    pub schema: String,
    /// The version of etalon.
    pub version: String,
    /// SHA-256 over the parts of the configuration by which recordings are found and their facts are
    /// known, in hexadecimal.
    pub facts_sha256: String,
    /// The shards, in order of their numbers.
    pub shards: Vec<ShardSize>,
    /// How many lines follow.
    pub lines: usize,
    /// What was odd with inputs and manifests, one sentence each.
    pub warnings: Vec<String>,
}

/// How much is in one shard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShardSize {
    /// The shard, counted from 1.
    pub shard: u32,
    /// How many recordings are in it.
    pub recordings: usize,
    /// Length of its recordings, each of the same bytes counted once, seconds.
    pub audio_s: f64,
    /// Bytes of its recordings.
    pub bytes: u64,
}

/// A recording of a plan.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct PlannedRecording {
    /// The shard that works through it, counted from 1.
    pub shard: u32,
    /// The name that it has in results.
    pub source: String,
    /// The absolute paths of its files: one, or those of the agent's and the client's side.
    pub files: Vec<WirePath>,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its length as its header promises it, seconds.
    pub audio_s: f64,
    /// Whether the header promises nothing, so that the length is guessed from the bytes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_length_guessed: bool,
    /// The source of the recording with the same bytes whose call it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub same_call_as: Option<String>,
    /// What is known of it.
    pub facts: PlannedFacts,
}

/// What was declared of a recording: by its manifest, the configuration, its name.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct PlannedFacts {
    /// The facts that go into its result; `id`, `source` and `audio_sha256` are still empty.
    pub call: CallFacts,
    /// Which side is on which channel, where somebody said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<Layout>,
    /// Where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout_source: Option<LayoutSource>,
    /// The side that is alone in the recording, where its name says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_side: Option<Role>,
    /// What is wrong with what was declared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<Defect>,
}

impl From<DeclaredFacts> for PlannedFacts {
    fn from(facts: DeclaredFacts) -> Self {
        let DeclaredFacts { call, layout, layout_source, only_side, defects } = facts;
        Self { call, layout, layout_source, only_side, defects }
    }
}

impl From<PlannedFacts> for DeclaredFacts {
    fn from(facts: PlannedFacts) -> Self {
        let PlannedFacts { call, layout, layout_source, only_side, defects } = facts;
        Self { call, layout, layout_source, only_side, defects }
    }
}

/// What is read of a line that may be of another shard.
#[derive(Deserialize)]
struct OtherLine {
    #[serde(default)]
    recording: Option<OtherRecording>,
}

/// What is read of the recordings of other shards.
#[derive(Deserialize)]
struct OtherRecording {
    shard: u32,
    source: String,
    sha256: String,
}

/// A plan as it is made.
#[derive(Debug)]
pub struct ShardPlan {
    /// What holds for the whole.
    pub header: PlanHeader,
    /// The recordings, by shard and source.
    pub recordings: Vec<PlannedRecording>,
    /// Inputs and rows that lead to no recording.
    pub failures: Vec<Failure>,
    /// Files that were not taken for recordings.
    pub passed_over: Vec<PassedOver>,
}

impl ShardPlan {
    /// Writes the plan; the file appears only whole.
    ///
    /// # Errors
    ///
    /// [`ShardError::Io`].
    pub fn write(self, path: &Path) -> Result<(), ShardError> {
        let failed = |error| ShardError::Io { path: path.to_owned(), action: "written", error };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = BufWriter::new(tempfile::NamedTempFile::new_in(folder).map_err(failed)?);
        let header = std::iter::once(PlanLine::Plan(self.header));
        let recordings =
            self.recordings.into_iter().map(|recording| PlanLine::Recording(Box::new(recording)));
        let failures = self.failures.into_iter().map(PlanLine::Failure);
        let passed_over = self.passed_over.into_iter().map(PlanLine::PassedOver);
        for line in header.chain(recordings).chain(failures).chain(passed_over) {
            serde_json::to_writer(&mut file, &line).map_err(|error| failed(error.into()))?;
            file.write_all(b"\n").map_err(failed)?;
        }
        let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(path).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// A plan that is read line by line: it need not fit into memory.
struct PlanReader {
    path: PathBuf,
    reader: BufReader<File>,
    hash: Sha256,
    header: PlanHeader,
    /// The line that was read last, and its number.
    line: Vec<u8>,
    number: usize,
}

impl PlanReader {
    fn open(path: &Path) -> Result<Self, ShardError> {
        let failed = |error| ShardError::Io { path: path.to_owned(), action: "read", error };
        // A pipe would keep the reader waiting, and a device may never end.
        if !std::fs::metadata(path).map_err(failed)?.is_file() {
            return Err(ShardError::NotAFile { path: path.to_owned() });
        }
        let mut reader = BufReader::new(File::open(path).map_err(failed)?);
        let mut line = Vec::new();
        read_line(&mut reader, &mut line).map_err(failed)?;
        let header = header_in(path, &line)?;
        let hash = Sha256::new_with_prefix(&line);
        Ok(Self { path: path.to_owned(), reader, hash, header, line, number: 1 })
    }

    fn shards(&self) -> u32 {
        u32::try_from(self.header.shards.len()).unwrap_or(u32::MAX)
    }

    /// The next line; none at the end of the plan.
    fn next_line(&mut self) -> Result<Option<&[u8]>, ShardError> {
        self.line.clear();
        let read = read_line(&mut self.reader, &mut self.line);
        read.map_err(|error| ShardError::Io { path: self.path.clone(), action: "read", error })?;
        self.hash.update(&self.line);
        if self.line.is_empty() {
            let is_whole = self.number == self.header.lines + 1;
            return if is_whole { Ok(None) } else { Err(ShardError::CutShort { path: self.path.clone() }) };
        }
        self.number += 1;
        Ok(Some(&self.line))
    }

    fn not_a_plan(&self) -> ShardError {
        ShardError::NotAPlan { path: self.path.clone(), line: self.number }
    }

    fn sha256(self) -> String {
        HEXLOWER.encode(&self.hash.finalize())
    }
}

/// Reads a line with its end, and of one that is too long only its beginning, which is no JSON.
fn read_line(reader: &mut BufReader<File>, line: &mut Vec<u8>) -> std::io::Result<usize> {
    reader.take(LINE_MAX_BYTES).read_until(b'\n', line)
}

/// What the first line of every version's plan holds.
#[derive(Deserialize)]
struct AnyPlan {
    plan: AnyHeader,
}

#[derive(Deserialize)]
struct AnyHeader {
    schema: String,
}

fn header_in(path: &Path, line: &[u8]) -> Result<PlanHeader, ShardError> {
    let not_a_plan = || ShardError::NotAPlan { path: path.to_owned(), line: 1 };
    let any: AnyPlan = serde_json::from_slice(line).map_err(|_| not_a_plan())?;
    if any.plan.schema != PLAN_SCHEMA {
        return Err(ShardError::OtherSchema { path: path.to_owned(), found: any.plan.schema });
    }
    match serde_json::from_slice(line) {
        Ok(PlanLine::Plan(header)) if !header.shards.is_empty() => Ok(header),
        _ => Err(not_a_plan()),
    }
}

/// How many shards a plan has.
///
/// # Errors
///
/// [`ShardError`] where the file is no plan of this version.
pub fn shards_of(path: &Path) -> Result<u32, ShardError> {
    Ok(PlanReader::open(path)?.shards())
}

/// What one shard of a plan, counted from 1, works through: what
/// [`take_in`](etalon_batch::intake::take_in) gives for a folder. The first shard also has what the
/// plan found to be no recording.
///
/// `facts_sha256` is that of the run's configuration ([`etalon_batch::Config::facts_sha256`]).
///
/// # Errors
///
/// [`ShardError`] where the file is no plan of this version, is cut short or edited, or was made with
/// other facts.
pub fn read_shard(path: &Path, shard: u32, facts_sha256: &str) -> Result<Intake, ShardError> {
    let mut plan = PlanReader::open(path)?;
    if plan.header.facts_sha256 != facts_sha256 {
        return Err(ShardError::OtherFacts { path: path.to_owned() });
    }
    let mut intake = Intake::default();
    let mut recordings = vec![0_usize; plan.header.shards.len()];
    while let Some(line) = plan.next_line()? {
        let Ok(OtherLine { recording }) = serde_json::from_slice(line) else { return Err(plan.not_a_plan()) };
        if let Some(recording) = recording {
            let place = (recording.shard as usize).checked_sub(1);
            let counted = place.and_then(|place| recordings.get_mut(place));
            *counted.ok_or_else(|| ShardError::Edited { path: path.to_owned() })? += 1;
            if recording.shard != shard {
                continue;
            }
        }
        match serde_json::from_slice(line) {
            Ok(PlanLine::Recording(recording)) => {
                intake.inputs.push(input(*recording).ok_or_else(|| plan.not_a_plan())?);
            }
            Ok(PlanLine::Failure(failure)) if shard == FIRST_SHARD => intake.failures.push(failure),
            Ok(PlanLine::PassedOver(passed_over)) if shard == FIRST_SHARD => {
                intake.passed_over.push(passed_over);
            }
            Ok(PlanLine::Failure(_) | PlanLine::PassedOver(_)) => {}
            Ok(PlanLine::Plan(_)) | Err(_) => return Err(plan.not_a_plan()),
        }
    }
    // A recording that is in no shard any more would be missed by nobody.
    if !plan.header.shards.iter().map(|size| size.recordings).eq(recordings) {
        return Err(ShardError::Edited { path: path.to_owned() });
    }
    // The order of a run's recordings decides which of several names of one call is its own.
    intake.inputs.sort_by(|left, right| left.source.cmp(&right.source));
    let shards = plan.shards();
    let plan_sha256 = plan.sha256();
    intake.part = Some(PlanPart { plan_sha256, shards, shard: Some(shard), calls: 0, settings_sha256: None });
    Ok(intake)
}

/// What a shard's [`PlanPart`] says of the way in which it is run: shards that were run with other
/// limits, or with other use of transcripts, are not those of one run. `transcripts` says what
/// becomes of a recording without one, where transcripts are read.
pub fn settings_sha256(limits: &LimitSettings, transcripts: Option<MissingTranscript>) -> String {
    HEXLOWER.encode(&Sha256::digest(serde_json::to_vec(&(limits, transcripts)).unwrap_or_default()))
}

/// The recordings that other shards work through, each by all sources of its bytes: a transcript may
/// be theirs.
///
/// # Errors
///
/// [`ShardError`] where the file is no plan of this version or is cut short.
pub fn other_sources(path: &Path, shard: u32) -> Result<Vec<Vec<String>>, ShardError> {
    let mut plan = PlanReader::open(path)?;
    let mut sources: BTreeMap<String, Vec<String>> = BTreeMap::new();
    while let Some(line) = plan.next_line()? {
        let Ok(OtherLine { recording }) = serde_json::from_slice(line) else { return Err(plan.not_a_plan()) };
        if let Some(recording) = recording.filter(|recording| recording.shard != shard) {
            sources.entry(recording.sha256).or_default().push(recording.source);
        }
    }
    Ok(sources.into_values().collect())
}

/// Refuses a result folder that holds anything but this part of this plan. A run without a plan is
/// refused the folder of a shard, which would be none any more.
///
/// # Errors
///
/// [`ShardError::FolderOfAnother`], [`ShardError::Store`].
pub fn check_folder(store: &Store, part: Option<&PlanPart>) -> Result<(), ShardError> {
    // A summary that can't be read is of an earlier version, or damaged: what it was of is not known.
    let earlier = store.read_run().ok().flatten();
    let is_free = match (part, earlier) {
        (Some(_), None) => store.call_ids()?.is_empty(),
        (Some(part), Some(earlier)) => earlier.part.is_some_and(|earlier| earlier.is_same_as(part)),
        (None, earlier) => earlier.and_then(|earlier| earlier.part?.shard).is_none(),
    };
    if is_free { Ok(()) } else { Err(of_another(store)) }
}

fn of_another(store: &Store) -> ShardError {
    ShardError::FolderOfAnother { path: store.directory().to_owned() }
}

/// The recording as a run takes it; none where it has no files or too many.
fn input(recording: PlannedRecording) -> Option<Input> {
    let PlannedRecording { source, files, sha256, bytes, facts, .. } = recording;
    let mut paths = files.into_iter().map(PathBuf::from);
    let files = match (paths.next(), paths.next(), paths.next()) {
        (Some(path), None, None) => CallFiles::One(path),
        (Some(agent), Some(client), None) => CallFiles::Sides { agent, client },
        _ => return None,
    };
    Some(Input { files, source, facts: facts.into(), planned: Some(PlannedBytes { sha256, bytes }) })
}

/// A file's absolute path; links in it stay as they are.
pub(crate) fn absolute(path: &Path) -> WirePath {
    WirePath::of(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(shard: u32, source: &str, same_call_as: Option<&str>) -> PlannedRecording {
        PlannedRecording {
            shard,
            source: source.to_owned(),
            files: vec![absolute(&Path::new("/calls").join(source))],
            sha256: format!("{} as a hash", same_call_as.unwrap_or(source)),
            bytes: 1000,
            audio_s: 12.5,
            is_length_guessed: false,
            same_call_as: same_call_as.map(str::to_owned),
            facts: PlannedFacts::default(),
        }
    }

    /// A plan of three shards: the first has two names of one call.
    fn written(path: &Path) {
        let recordings = vec![
            recording(1, "b.wav", Some("a.wav")),
            recording(1, "a.wav", None),
            recording(2, "c.wav", None),
            recording(12, "d.wav", None),
        ];
        let failures = vec![Failure {
            source: "gone.wav".to_owned(),
            id: None,
            stage: etalon_call::Stage::Intake,
            kind: etalon_call::FailureKind::Missing,
            reason: "is gone".to_owned(),
            permanent: false,
        }];
        let count = |shard| recordings.iter().filter(|recording| recording.shard == shard).count();
        let size = |shard| ShardSize { shard, recordings: count(shard), ..ShardSize::default() };
        let shards = (1..=12).map(size).collect();
        let header = PlanHeader {
            schema: PLAN_SCHEMA.to_owned(),
            version: "0.1.0".to_owned(),
            facts_sha256: "facts".to_owned(),
            shards,
            lines: recordings.len() + failures.len(),
            warnings: Vec::new(),
        };
        ShardPlan { header, recordings, failures, passed_over: Vec::new() }.write(path).unwrap();
    }

    fn sources(intake: &Intake) -> Vec<&str> {
        intake.inputs.iter().map(|input| input.source.as_str()).collect()
    }

    #[test]
    fn a_shard_reads_what_is_its_own_and_the_first_reads_what_is_nobodys() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("night.plan");
        written(&path);
        assert_eq!(shards_of(&path).unwrap(), 12);
        let shard = |shard| read_shard(&path, shard, "facts").unwrap();
        let (first, second, third) = (shard(1), shard(2), shard(3));
        assert_eq!((sources(&first), first.failures.len()), (vec!["a.wav", "b.wav"], 1));
        assert_eq!((sources(&second), second.failures.len()), (vec!["c.wav"], 0));
        assert_eq!(sources(&third), Vec::<&str>::new());
        assert_eq!(sources(&shard(12)), ["d.wav"]);
        // As another program writes the same JSON.
        let spaced = std::fs::read_to_string(&path).unwrap().replace("\":{\"", "\": {\"");
        std::fs::write(&path, spaced).unwrap();
        assert_eq!(sources(&shard(1)), ["a.wav", "b.wav"]);
        let digests: Vec<String> =
            [first, second].into_iter().map(|intake| intake.part.unwrap().plan_sha256).collect();
        assert_eq!(digests[0], digests[1]);
        assert_eq!(other_sources(&path, 2).unwrap(), [vec!["b.wav", "a.wav"], vec!["d.wav"]]);
    }

    #[test]
    fn what_is_no_whole_plan_of_this_version_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("night.plan");
        let refusal = |text: &str| {
            std::fs::write(&path, text).unwrap();
            read_shard(&path, 2, "facts").unwrap_err()
        };
        written(&path);
        let whole = std::fs::read_to_string(&path).unwrap();
        assert!(matches!(read_shard(&path, 2, "other"), Err(ShardError::OtherFacts { .. })));
        let without_last = whole.trim_end().rsplit_once('\n').unwrap().0;
        assert!(matches!(refusal(without_last), ShardError::CutShort { .. }));
        assert!(matches!(refusal(&format!("{whole}{whole}")), ShardError::NotAPlan { line: 7, .. }));
        let later = whole.replacen("etalon.plan/1", "etalon.plan/2", 1);
        assert!(matches!(refusal(&later), ShardError::OtherSchema { found, .. } if found == "etalon.plan/2"));
        assert!(matches!(refusal("path,started_at\n"), ShardError::NotAPlan { line: 1, .. }));
        let broken = whole.replacen("\"c.wav\",\"files\"", "\"c.wav\",\"file\"", 1);
        assert!(matches!(refusal(&broken), ShardError::NotAPlan { line: 4, .. }));
        // Not there, not there, and in another shard than the first line says.
        for to in [13, 0, 1] {
            let edited = whole.replacen("\"shard\":12,\"source\"", &format!("\"shard\":{to},\"source\""), 1);
            assert_ne!(edited, whole);
            assert!(matches!(refusal(&edited), ShardError::Edited { .. }), "{to}");
        }
        std::fs::remove_file(&path).unwrap();
        let missing = shards_of(&path).unwrap_err();
        assert!(matches!(missing, ShardError::Io { .. }) && missing.is_usage());
        for no_file in [folder.path(), Path::new("/dev/zero")] {
            assert!(matches!(shards_of(no_file), Err(ShardError::NotAFile { .. })), "{}", no_file.display());
        }
    }
}
