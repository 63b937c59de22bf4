//! What recordings are by their bytes, and which of them are the same call.

use crate::failure;
use crate::input::Input;
use crate::known_facts::{are_of_two_calls, fill_sides, filled};
use crate::known_hashes::{KnownHashes, ReadFiles};
use crate::outcome::STILL_BEING_WRITTEN;
use crate::replaced::place_of;
use etalon_audio::Limits;
use etalon_call::{FailureKind, Stage};
use etalon_pipeline::{HashedFiles, Job, call_id};
use etalon_store::Failure;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// A recording whose bytes were read.
#[derive(Debug)]
pub struct HashedInput {
    /// The recording.
    pub input: Input,
    /// The hash of its bytes, or why there is none.
    pub hash: Result<HashedFiles, NoHash>,
    /// How many bytes it has; 0 where there is no hash.
    pub bytes: u64,
    /// The seconds of audio that its header promises; 0 where it promises nothing, or there is no
    /// hash.
    pub promised_s: f64,
}

/// Why a recording has no hash.
#[derive(Debug)]
pub enum NoHash {
    /// The run is to stop.
    Stopped,
    /// It would be refused after hours of reading.
    TooLarge(String),
    /// It has other bytes than when shards were planned.
    Another,
    /// The system refuses.
    Unreadable(io::Error),
}

/// Recordings by their bytes.
#[derive(Debug, Default)]
pub struct JoinedCalls {
    /// The calls of the same bytes, in order of the hash: several where facts contradict each other.
    /// Their ids are still those of the bytes.
    pub by_bytes: Vec<Vec<Job>>,
    /// Number of recordings that are the same call as another one.
    pub duplicates: usize,
    /// Recordings that could not be read.
    pub failures: Vec<Failure>,
}

/// Reads the bytes of every recording, several at once, in the order of `inputs`. What is
/// `known` is not read again.
///
/// When `stop` becomes true, those that are not read yet are [`NoHash::Stopped`].
pub fn hash_inputs(
    inputs: Vec<Input>,
    known: Option<&KnownHashes>,
    limits: &Limits,
    stop: &AtomicBool,
) -> Vec<HashedInput> {
    let is_over = || stop.load(Ordering::Relaxed);
    let hashed = |input: Input| match read(&input, known, limits, &is_over) {
        Ok((ReadFiles { hashed, promised_s }, bytes)) => {
            HashedInput { input, hash: Ok(hashed), bytes, promised_s }
        }
        Err(no_hash) => HashedInput { input, hash: Err(no_hash), bytes: 0, promised_s: 0.0 },
    };
    inputs.into_par_iter().map(hashed).collect()
}

/// Joins the recordings that are the same call: several names of one recording are one call, and
/// their facts fill each other's gaps.
pub fn join_calls(hashed: Vec<HashedInput>) -> JoinedCalls {
    let mut joined = JoinedCalls::default();
    let mut by_bytes: BTreeMap<String, Vec<Job>> = BTreeMap::new();
    for HashedInput { input, hash, promised_s, .. } in hashed {
        let files = match hash {
            Ok(files) => files,
            Err(no_hash) => {
                joined.failures.extend(no_hash.failure(&input.source));
                continue;
            }
        };
        let jobs = by_bytes.entry(files.sha256.clone()).or_default();
        let job = job_of(input, files, promised_s);
        match jobs.iter_mut().find(|known| !are_of_two_calls(&known.facts.call, &job.facts.call)) {
            Some(known) => {
                joined.duplicates += 1;
                known.facts.call = filled(std::mem::take(&mut known.facts.call), &job.facts.call);
                fill_sides(&mut known.facts, &job.facts);
                known.facts.defects.extend(job.facts.defects);
                known.places.extend(job.places);
                known.also_found_as.push(job.source);
            }
            None => jobs.push(job),
        }
    }
    joined.by_bytes = by_bytes.into_values().collect();
    joined
}

impl NoHash {
    /// The failure of the recording with this source; none where the run is to stop.
    pub fn failure(&self, source: &str) -> Option<Failure> {
        match self {
            Self::Stopped => None,
            Self::TooLarge(reason) => {
                Some(failure::permanent(source, Stage::Intake, FailureKind::Limit, reason))
            }
            Self::Another => {
                let reason = "has other bytes than when the shards were planned: it was written or replaced since; \
                              make a new plan";
                Some(failure::temporary(source, Stage::Intake, FailureKind::StillWritten, reason))
            }
            Self::Unreadable(error) => Some(unreadable(source, error)),
        }
    }
}

/// What is read of a recording's files, and how many bytes they have.
fn read(
    input: &Input,
    known: Option<&KnownHashes>,
    limits: &Limits,
    is_over: &dyn Fn() -> bool,
) -> Result<(ReadFiles, u64), NoHash> {
    let paths = input.files.paths();
    let mut all_bytes = 0;
    for path in &paths {
        let bytes = std::fs::metadata(path).map_err(NoHash::Unreadable)?.len();
        limits.check_bytes(bytes).map_err(|error| NoHash::TooLarge(error.to_string()))?;
        all_bytes += bytes;
    }
    let planned = input.planned.as_ref();
    if planned.is_some_and(|planned| planned.bytes != all_bytes) {
        return Err(NoHash::Another);
    }
    let promised_s = || paths.iter().map(|path| promised_s(path, limits)).fold(0.0, f64::max);
    let read = match known {
        Some(known) => known.read(&paths, promised_s, is_over),
        None => ReadFiles::read(&paths, promised_s, is_over),
    };
    let read = read.map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted if is_over() => NoHash::Stopped,
        _ => NoHash::Unreadable(error),
    })?;
    if planned.is_some_and(|planned| planned.sha256 != read.hashed.sha256) {
        return Err(NoHash::Another);
    }
    Ok((read, all_bytes))
}

fn job_of(input: Input, hashed: HashedFiles, promised_s: f64) -> Job {
    let Input { files, source, facts, .. } = input;
    let HashedFiles { sha256: audio_sha256, states: files_as_hashed, .. } = hashed;
    let id = call_id(&audio_sha256).to_owned();
    let places = vec![place_of(&files)];
    let (also_found_as, transcript, fingerprints) = Default::default();
    Job {
        files,
        source,
        facts,
        id,
        audio_sha256,
        files_as_hashed,
        places,
        also_found_as,
        promised_s,
        transcript,
        fingerprints,
    }
}

fn unreadable(source: &str, error: &io::Error) -> Failure {
    let (kind, reason) = match error.kind() {
        io::ErrorKind::ResourceBusy => (FailureKind::StillWritten, STILL_BEING_WRITTEN.to_owned()),
        io::ErrorKind::NotFound => {
            (FailureKind::Missing, format!("is gone: {error}; bring it back, or take it out of the inputs"))
        }
        _ => (FailureKind::Unreadable, format!("can't be read: {error}; check its permissions")),
    };
    failure::temporary(source, Stage::Intake, kind, &reason)
}

/// The seconds of audio that a recording's header promises; 0 where it can't be told.
fn promised_s(path: &Path, limits: &Limits) -> f64 {
    let Ok(decoder) = etalon_audio::open(path, limits) else { return 0.0 };
    decoder.frames_promised().map_or(0.0, |frames| frames as f64 / f64::from(decoder.rate_hz().max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::PlannedBytes;
    use etalon_audio::CallFiles;
    use etalon_call::{CallFacts, Layout, LayoutSource};
    use etalon_pipeline::{DeclaredFacts, hash_files};

    #[test]
    fn whatever_is_declared_of_a_copy_is_declared_of_the_call() {
        let folder = tempfile::tempdir().unwrap();
        let input = |name: &str, facts: DeclaredFacts| {
            let path = folder.path().join(name);
            std::fs::write(&path, "the same bytes").unwrap();
            Input { files: CallFiles::One(path), source: name.to_owned(), facts, planned: None }
        };
        let declared = DeclaredFacts {
            call: CallFacts { agent_id: Some("p04".to_owned()), ..CallFacts::default() },
            layout: Some(Layout::AgentLeft),
            layout_source: Some(LayoutSource::Manifest),
            ..DeclaredFacts::default()
        };
        let inputs =
            vec![input("archive.wav", DeclaredFacts::default()), input("call.wav", declared.clone())];
        let joined = join_calls(hash_inputs(inputs, None, &Limits::default(), &AtomicBool::new(false)));
        let jobs: Vec<&Job> = joined.by_bytes.iter().flatten().collect();
        assert_eq!((jobs.len(), &jobs[0].source, &jobs[0].facts), (1, &"archive.wav".to_owned(), &declared));
    }

    #[test]
    fn a_recording_of_a_shard_has_to_be_what_was_planned() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        std::fs::write(&path, "as planned").unwrap();
        let planned = PlannedBytes { sha256: hash_files(&[&path]).unwrap().sha256, bytes: 10 };
        let outcome = || {
            let input = Input {
                files: CallFiles::One(path.clone()),
                source: "a.wav".to_owned(),
                facts: DeclaredFacts::default(),
                planned: Some(planned.clone()),
            };
            let joined =
                join_calls(hash_inputs(vec![input], None, &Limits::default(), &AtomicBool::new(false)));
            (joined.by_bytes.len(), joined.failures.first().map(|failure| failure.kind))
        };
        assert_eq!(outcome(), (1, None));
        for other in ["as planned, and more", "as plannet"] {
            std::fs::write(&path, other).unwrap();
            assert_eq!(outcome(), (0, Some(FailureKind::StillWritten)), "{other}");
        }
        std::fs::remove_file(&path).unwrap();
        assert_eq!(outcome(), (0, Some(FailureKind::Missing)));
    }
}
