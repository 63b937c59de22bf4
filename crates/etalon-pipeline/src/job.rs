//! A recording that is to be processed, and what is known of it before anybody listens.

use crate::file_state::FileState;
use crate::wire_path::CallPaths;
use data_encoding::HEXLOWER;
use etalon_audio::CallFiles;
use etalon_call::{CallFacts, Defect, Fingerprints, Layout, LayoutSource, Role};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The kinds of defects in what was declared of a recording.
const DECLARED_DEFECTS: [&str; 3] = ["fact_not_understood", "facts_contradict", "side_missing"];

/// Hexadecimal digits of the audio's hash that make a call's id.
const ID_DIGITS: usize = 16;

/// A recording that is to be processed. It is also the message in which a worker process is given
/// it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// The file, or the files of both sides.
    #[serde(with = "CallPaths")]
    pub files: CallFiles,
    /// The name it has in results: its path below the input, that of the agent's side where there
    /// are two.
    pub source: String,
    /// What is known of it.
    pub facts: DeclaredFacts,
    /// The call's id: the beginning of its audio's hash, or of another hash where the same bytes are
    /// several calls.
    pub id: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub audio_sha256: String,
    /// What its files were like when they were hashed, in the order of [`Job::paths`].
    pub files_as_hashed: Vec<FileState>,
    /// The places at which it was found, one for each recording with these bytes; no part of what a
    /// worker has to know.
    #[serde(skip)]
    pub places: Vec<Place>,
    /// Other sources with the same bytes, sorted.
    pub also_found_as: Vec<String>,
    /// The seconds that its header promises, 0 where it promises nothing.
    pub promised_s: f64,
    /// The transcript that is read instead of listening to it.
    pub transcript: Option<TranscriptFile>,
    /// The fingerprints that its result will carry.
    pub fingerprints: Fingerprints,
}

/// Where a recording was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// A digest of the paths of its files, by which the place is remembered without a name.
    pub digest: String,
    /// The absolute paths of its files.
    pub files: CallFiles,
}

/// What somebody declared about a recording: its manifest, the configuration, its name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DeclaredFacts {
    /// The facts that go into the result; `id`, `source` and `audio_sha256` are still empty.
    pub call: CallFacts,
    /// Which side is on which channel, where somebody said so.
    pub layout: Option<Layout>,
    /// Where that was said.
    pub layout_source: Option<LayoutSource>,
    /// The side that is alone in the recording, where its name says so and no other file has the
    /// other side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_side: Option<Role>,
    /// What is wrong with what was declared; it becomes defects of the recording.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defects: Vec<Defect>,
}

/// The transcript of one recording, made elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TranscriptFile {
    /// Where it lies.
    #[serde(with = "etalon_call::wire_path")]
    pub path: PathBuf,
    /// Its path below the folder of transcripts.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Job {
    /// A recording of one file of which nothing is known but its bytes; its fingerprints are still
    /// to be set.
    ///
    /// # Errors
    ///
    /// When the file can't be read.
    pub fn of_file(path: &Path) -> io::Result<Self> {
        let HashedFiles { sha256, states, .. } = hash_files(&[path])?;
        Ok(Self {
            files: CallFiles::One(path.to_owned()),
            source: path.to_string_lossy().into_owned(),
            facts: DeclaredFacts::default(),
            id: call_id(&sha256).to_owned(),
            audio_sha256: sha256,
            files_as_hashed: states,
            places: Vec::new(),
            also_found_as: Vec::new(),
            promised_s: 0.0,
            transcript: None,
            fingerprints: Fingerprints::default(),
        })
    }

    /// Whether one of its files is no longer what was hashed: somebody writes it, or has replaced it.
    pub fn has_changed(&self) -> bool {
        let is_another =
            |(path, hashed): (&Path, &FileState)| FileState::of(path).is_ok_and(|now| now != *hashed);
        self.paths().into_iter().zip(&self.files_as_hashed).any(is_another)
    }

    /// Its files, the agent's side first.
    pub fn paths(&self) -> Vec<&Path> {
        self.files.paths()
    }

    /// The name of the file of one side, as [`Job::source`] names that of the agent's side.
    pub fn source_of(&self, side: Option<Role>) -> String {
        match (&self.files, side) {
            (CallFiles::Sides { client, .. }, Some(Role::Client)) => {
                let name = client.file_name().unwrap_or_default();
                Path::new(&self.source).with_file_name(name).to_string_lossy().into_owned()
            }
            _ => self.source.clone(),
        }
    }

    /// Its facts as they stand in the result.
    pub fn call_facts(&self) -> CallFacts {
        CallFacts {
            id: self.id.clone(),
            source: self.source.clone(),
            also_found_as: self.also_found_as.clone(),
            audio_sha256: self.audio_sha256.clone(),
            ..self.facts.call.clone()
        }
    }
}

/// The hash of files, and what they were like when it was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HashedFiles {
    /// SHA-256 of the bytes of all files one after the other, in hexadecimal.
    pub sha256: String,
    /// That of each file.
    pub each: Vec<String>,
    /// The state of each file.
    pub states: Vec<FileState>,
}

/// Whether a defect is one of what was declared, and not of what is heard: it changes with the facts.
pub fn is_declared(defect: &Defect) -> bool {
    DECLARED_DEFECTS.contains(&defect.kind.as_str())
}

/// The id of the call that a recording is, by the hash of its bytes.
pub fn call_id(audio_sha256: &str) -> &str {
    audio_sha256.get(..ID_DIGITS).unwrap_or(audio_sha256)
}

/// The id of a call whose recording has the bytes of another call: of another client, or at another
/// time. It stays the same when its facts are corrected.
pub fn id_of_same_bytes(audio_sha256: &str, source: &str) -> String {
    let hash = HEXLOWER.encode(&Sha256::digest(format!("{audio_sha256}\n{source}")));
    call_id(&hash).to_owned()
}

/// Hashes files, read a mebibyte at a time.
///
/// # Errors
///
/// When a file can't be read; [`io::ErrorKind::ResourceBusy`] where one is written meanwhile.
pub fn hash_files(paths: &[&Path]) -> io::Result<HashedFiles> {
    hash_files_until(paths, &|| false)
}

/// The same, given up when `is_over` says so, which is asked after every mebibyte.
///
/// # Errors
///
/// Those of [`hash_files`]; [`io::ErrorKind::Interrupted`] when it was given up.
pub fn hash_files_until(paths: &[&Path], is_over: &dyn Fn() -> bool) -> io::Result<HashedFiles> {
    let states_of = || paths.iter().map(|path| FileState::of(path)).collect::<io::Result<Vec<FileState>>>();
    let states = states_of()?;
    let mut hash = Sha256::new();
    let mut each = Vec::with_capacity(paths.len());
    let mut block = vec![0_u8; 1 << 20];
    for path in paths {
        let mut hash_of_file = (paths.len() > 1).then(Sha256::new);
        let mut file = File::open(path)?;
        loop {
            if is_over() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let read = file.read(&mut block)?;
            if read == 0 {
                break;
            }
            hash.update(&block[..read]);
            if let Some(hash_of_file) = &mut hash_of_file {
                hash_of_file.update(&block[..read]);
            }
        }
        each.extend(hash_of_file.map(|hash| HEXLOWER.encode(&hash.finalize())));
    }
    if states_of()? != states {
        return Err(io::ErrorKind::ResourceBusy.into());
    }
    let sha256 = HEXLOWER.encode(&hash.finalize());
    if each.is_empty() {
        each.push(sha256.clone());
    }
    Ok(HashedFiles { sha256, each, states })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(files: CallFiles) -> Job {
        let call = CallFacts { agent_id: Some("a17".into()), ..CallFacts::default() };
        Job {
            files,
            source: "папка/a.wav".into(),
            facts: DeclaredFacts {
                call,
                layout: Some(Layout::AgentLeft),
                layout_source: Some(LayoutSource::Config),
                only_side: Some(Role::Agent),
                defects: vec![Defect::new("side_missing", "the client's")],
            },
            id: "ab".into(),
            audio_sha256: "ab12".into(),
            files_as_hashed: vec![FileState::default()],
            places: Vec::new(),
            also_found_as: vec!["b.wav".into()],
            promised_s: 12.5,
            transcript: None,
            fingerprints: Fingerprints { fingerprint: "f".into(), listening_fingerprint: "l".into() },
        }
    }

    fn check(files: CallFiles) {
        let job = job(files);
        let message = serde_json::to_string(&job).unwrap();
        assert_eq!(serde_json::from_str::<Job>(&message).unwrap(), job);
    }

    #[test]
    fn a_job_arrives_as_it_was_sent() {
        check(CallFiles::One("a.wav".into()));
        check(CallFiles::Sides { agent: "/calls/a-out.wav".into(), client: "/calls/a-in.wav".into() });
    }

    #[test]
    fn a_side_is_named_by_its_own_file() {
        let (agent, client) = ("/calls/day/a-out.wav".into(), "/calls/day/a-in.wav".into());
        let source = "day/a-out.wav".to_owned();
        let mut job = job(CallFiles::Sides { agent, client });
        job.source.clone_from(&source);
        assert_eq!(job.source_of(Some(Role::Client)), "day/a-in.wav");
        assert_eq!(job.source_of(Some(Role::Agent)), source);
        assert_eq!(job.source_of(None), source);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_may_be_any_bytes() {
        use std::os::unix::ffi::OsStringExt as _;
        check(CallFiles::One(std::ffi::OsString::from_vec(b"caf\xe9.wav".to_vec()).into()));
    }

    #[test]
    fn each_of_two_files_has_the_hash_that_it_has_alone() {
        let folder = tempfile::tempdir().unwrap();
        let [agent, client] = ["a-out.wav", "a-in.wav"].map(|name| {
            let path = folder.path().join(name);
            std::fs::write(&path, name).unwrap();
            path
        });
        let alone = |path: &Path| hash_files(&[path]).unwrap().sha256;
        let both = hash_files(&[&agent, &client]).unwrap();
        assert_eq!(both.each, [alone(&agent), alone(&client)]);
        assert!(!both.each.contains(&both.sha256));
        let one = hash_files(&[&agent]).unwrap();
        assert_eq!(one.each, [one.sha256]);
    }
}
