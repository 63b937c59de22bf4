//! The plan of a run: what each recording is by its bytes, which of them are the same, and which
//! are done already.

use crate::failure;
use crate::intake::Input;
use crate::outcome::STILL_BEING_WRITTEN;
use crate::replaced::{Places, place_of};
use crate::transcripts::{AssignedTranscripts, MissingTranscript, NoTranscript, TranscriptSource};
use etalon_audio::Limits;
use etalon_call::Stage;
use etalon_pipeline::{HashedFiles, Job, Pipeline, TranscriptFile, hash_files_until};
use etalon_store::{Failure, Store};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// What there is to do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Recordings without a current result, longest first.
    pub jobs: Vec<Job>,
    /// Ids of calls whose stored result needs nothing but other packs.
    pub to_rescore: Vec<String>,
    /// Number of recordings whose stored result is current.
    pub done: usize,
    /// Number of recordings that are the same as another one.
    pub duplicates: usize,
    /// Where each recording was found, by the call's id.
    pub places: Places,
    /// Recordings that could not be read, or ended their worker twice in an earlier run.
    pub failures: Vec<Failure>,
}

/// Hashes every recording, joins those that are the same, and sets aside those that are done.
///
/// Of several names of one recording the first one in order of source gives the facts. When `stop`
/// becomes true, the recordings that are not hashed yet are left out.
pub fn plan(
    inputs: Vec<Input>,
    transcripts: Option<&TranscriptSource>,
    pipeline: &Pipeline,
    store: &Store,
    stop: &AtomicBool,
) -> Plan {
    let mut plan = Plan::default();
    let unique = unique_jobs(inputs, &Limits::from(&pipeline.settings.limits), stop, &mut plan);
    let assigned = transcripts.map(|source| {
        plan.failures.extend(source.folder.unreadable().iter().cloned());
        (source, source.folder.assigned_to(unique.iter().map(|job| job.source.as_str())))
    });
    let with_transcripts: Vec<(Job, Result<Option<TranscriptFile>, Failure>)> = unique
        .into_par_iter()
        .map(|job| {
            let transcript = transcript_of(&job, assigned.as_ref());
            (job, transcript)
        })
        .collect();
    for (job, transcript) in with_transcripts {
        match transcript {
            Ok(transcript) => plan.add(Job { transcript, ..job }, pipeline, store),
            Err(failure) => plan.failures.push(failure),
        }
    }
    plan.jobs.sort_by(|left, right| {
        right.promised_s.total_cmp(&left.promised_s).then_with(|| left.source.cmp(&right.source))
    });
    plan
}

/// Each recording once, in order of its hash.
fn unique_jobs(inputs: Vec<Input>, limits: &Limits, stop: &AtomicBool, plan: &mut Plan) -> Vec<Job> {
    let is_over = || stop.load(Ordering::Relaxed);
    let hashed: Vec<(Input, Result<HashedFiles, NoHash>, f64)> = inputs
        .into_par_iter()
        .map(|input| {
            let paths = input.files.paths();
            let promised_s = paths.iter().map(|path| promised_s(path, limits)).fold(0.0, f64::max);
            let hash = hash_of(&paths, limits, &is_over);
            (input, hash, promised_s)
        })
        .collect();
    let mut unique: BTreeMap<String, Job> = BTreeMap::new();
    for (input, hash, promised_s) in hashed {
        match hash {
            Err(NoHash::Stopped) => {}
            Err(NoHash::TooLarge(reason)) => {
                plan.failures.push(failure::permanent(&input.source, Stage::Intake, &reason));
            }
            Err(NoHash::Unreadable(error)) => plan.failures.push(unreadable(&input.source, &error)),
            Ok(hashed) => match unique.get_mut(&hashed.sha256) {
                Some(job) => {
                    plan.duplicates += 1;
                    job.places.push(place_of(&input.files));
                    job.also_found_as.push(input.source);
                }
                None => drop(unique.insert(hashed.sha256.clone(), job_of(input, hashed, promised_s))),
            },
        }
    }
    unique.into_values().collect()
}

/// Why a recording has no hash.
enum NoHash {
    /// The run is to stop.
    Stopped,
    /// It would be refused after hours of reading.
    TooLarge(String),
    /// The system refuses.
    Unreadable(io::Error),
}

fn hash_of(paths: &[&Path], limits: &Limits, is_over: &dyn Fn() -> bool) -> Result<HashedFiles, NoHash> {
    for path in paths {
        let bytes = std::fs::metadata(path).map_err(NoHash::Unreadable)?.len();
        limits.check_bytes(bytes).map_err(|error| NoHash::TooLarge(error.to_string()))?;
    }
    hash_files_until(paths, is_over).map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted if is_over() => NoHash::Stopped,
        _ => NoHash::Unreadable(error),
    })
}

fn job_of(input: Input, hashed: HashedFiles, promised_s: f64) -> Job {
    let Input { files, source, facts } = input;
    let HashedFiles { sha256: audio_sha256, states: files_as_hashed } = hashed;
    let places = vec![place_of(&files)];
    let (also_found_as, transcript, fingerprints) = Default::default();
    Job {
        files,
        source,
        facts,
        audio_sha256,
        files_as_hashed,
        places,
        also_found_as,
        promised_s,
        transcript,
        fingerprints,
    }
}

impl Plan {
    /// Adds a recording by what is stored of it.
    fn add(&mut self, job: Job, pipeline: &Pipeline, store: &Store) {
        let job = Job { fingerprints: pipeline.fingerprints_of(&job), ..job };
        let (id, wanted) = (job.id(), &job.fingerprints);
        self.places.insert(id.to_owned(), job.places.clone());
        match store.stored_fingerprints(id) {
            Some(stored) if stored == *wanted => self.done += 1,
            Some(stored) if stored.listening_fingerprint == wanted.listening_fingerprint => {
                self.to_rescore.push(id.to_owned());
            }
            _ => match store.quarantined(id, &wanted.fingerprint) {
                Some(quarantined) => self.failures.push(failure::quarantined(&job.source, &quarantined)),
                None => self.jobs.push(job),
            },
        }
    }
}

/// The transcript that is read instead of listening to a recording; none where the speech model has
/// to listen.
fn transcript_of(
    job: &Job,
    transcripts: Option<&(&TranscriptSource, AssignedTranscripts)>,
) -> Result<Option<TranscriptFile>, Failure> {
    let Some((TranscriptSource { folder, missing }, assigned)) = transcripts else { return Ok(None) };
    let refused = |reason: &str| Err(failure::permanent(&job.source, Stage::Transcription, reason));
    match assigned.of(&job.source) {
        Ok(file) => folder.open(file).map(Some).map_err(|error| {
            let reason = format!("its transcript can't be read: {error}; check its permissions");
            failure::temporary(&job.source, Stage::Transcription, &reason)
        }),
        Err(NoTranscript::Ambiguous) => {
            refused("several transcripts have its name; put the right one where the recording lies")
        }
        Err(NoTranscript::Claimed) => refused(
            "other recordings have its name as well, and a transcript belongs to one; put each transcript where its recording lies",
        ),
        Err(NoTranscript::Missing) => match missing {
            MissingTranscript::Transcribe => Ok(None),
            MissingTranscript::Fail => refused("has no transcript; add one, or set missing = \"transcribe\""),
        },
    }
}

fn unreadable(source: &str, error: &io::Error) -> Failure {
    let reason = match error.kind() {
        io::ErrorKind::ResourceBusy => STILL_BEING_WRITTEN.to_owned(),
        io::ErrorKind::NotFound => format!("is gone: {error}; bring it back, or take it out of the inputs"),
        _ => format!("can't be read: {error}; check its permissions"),
    };
    failure::temporary(source, Stage::Intake, &reason)
}

/// The seconds of audio that a recording's header promises; 0 where it can't be told.
fn promised_s(path: &Path, limits: &Limits) -> f64 {
    let Ok(decoder) = etalon_audio::open(path, limits) else { return 0.0 };
    decoder.frames_promised().map_or(0.0, |frames| frames as f64 / f64::from(decoder.rate_hz().max(1)))
}
