//! The plan of a run: what each recording is by its bytes, which of them are the same, and which
//! are done already.

use crate::error::BatchError;
use crate::failure;
use crate::input::Input;
use crate::known_facts::{are_of_two_calls, filled};
use crate::known_hashes::KnownHashes;
use crate::same_bytes::{HashedInput, hash_inputs, join_calls};
use crate::transcripts::{AssignedTranscripts, MissingTranscript, NoTranscript, TranscriptSource};
use etalon_audio::Limits;
use etalon_call::{CallFacts, Defect, FailureKind, Fingerprints, Layout, LayoutSource, Stage};
use etalon_pipeline::{DeclaredFacts, Job, Pipeline, Place, TranscriptFile, call_id, id_of_same_bytes};
use etalon_store::{Failure, Store, Tombstones};
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

/// What there is to do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Recordings without a current result, longest first.
    pub jobs: Vec<Job>,
    /// Stored calls that need other facts or other packs, and no listening.
    pub to_restate: Vec<Restatement>,
    /// Recordings whose bytes are those of another call that is to be done: they take its result when
    /// it is there.
    pub to_share: Vec<Restatement>,
    /// The ids of the calls whose stored result is current.
    pub done: Vec<String>,
    /// Number of recordings that are the same call as another one.
    pub duplicates: usize,
    /// Number of recordings that were forgotten on somebody's demand, and so are left alone.
    pub forgotten: usize,
    /// Where each recording was found, by the call's id.
    pub places: BTreeMap<String, Vec<Place>>,
    /// Recordings that could not be read, or ended their worker twice in an earlier run.
    pub failures: Vec<Failure>,
}

/// A stored call as it stands with other facts or other packs.
#[derive(Debug)]
pub struct Restatement {
    /// The stored call that was listened to.
    pub from: String,
    /// The facts of the call that is made of it.
    pub facts: CallFacts,
    /// What is wrong with them.
    pub defects: Vec<Defect>,
    /// The fingerprints that its result will carry.
    pub fingerprints: Fingerprints,
}

/// Hashes every recording, joins those that are the same call, and sets aside those that are done.
///
/// Several names of one recording are one call, and their facts fill each other's gaps. Where they
/// contradict each other, they are several calls, of which one is listened to.
///
/// Recordings that were forgotten are counted and left alone. When `stop` becomes true, the
/// recordings that are not hashed or not compared yet are left out.
///
/// # Errors
///
/// When it can't be read which recordings were forgotten.
pub fn plan(
    inputs: Vec<Input>,
    transcripts: Option<&TranscriptSource>,
    hashes: Option<&KnownHashes>,
    pipeline: &Pipeline,
    store: &Store,
    stop: &AtomicBool,
) -> Result<Plan, BatchError> {
    let mut plan = Plan::default();
    let limits = Limits::from(&pipeline.settings.limits);
    let tombstones = store.read_tombstones()?;
    let mut read = hash_inputs(inputs, hashes, &limits, stop);
    let all = read.len();
    read.retain(|input| !is_forgotten_side(input, &tombstones));
    let sides_forgotten = all - read.len();
    let mut unique = unique_jobs(read, store, stop, &mut plan);
    let found = unique.len();
    let is_forgotten = |job: &Job| tombstones.has(&job.id) || tombstones.has(call_id(&job.audio_sha256));
    unique.retain(|job| !is_forgotten(job));
    plan.forgotten = sides_forgotten + found - unique.len();
    let assigned = transcripts.map(|source| {
        plan.failures.extend(source.folder.unreadable().iter().cloned());
        let elsewhere =
            source.elsewhere.iter().map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
        let recordings = sources_by_bytes(&unique).into_iter().chain(elsewhere);
        (source, source.folder.assigned_to_recordings(recordings))
    });
    let compared: Vec<Result<(Job, Option<Fingerprints>), Failure>> = unique
        .into_par_iter()
        .take_any_while(|_| !stop.load(Ordering::Relaxed))
        .map(|job| {
            let transcript = transcript_of(&job, assigned.as_ref())?;
            let job = Job { transcript, ..job };
            let job = Job { fingerprints: pipeline.fingerprints_of(&job), ..job };
            let stored = store.stored_fingerprints(&job.id);
            Ok((job, stored))
        })
        .collect();
    for compared in compared {
        match compared {
            Ok((job, stored)) => plan.add(job, stored, store),
            Err(failure) => plan.failures.push(failure),
        }
    }
    plan.share_results();
    plan.jobs.sort_by(|left, right| {
        right.promised_s.total_cmp(&left.promised_s).then_with(|| left.source.cmp(&right.source))
    });
    Ok(plan)
}

/// Whether one of a recording's files is a side of a call that was forgotten: the other side came
/// later, or the sides are taken for recordings of their own now. What was forgotten as a whole is
/// known by all its bytes.
fn is_forgotten_side(hashed: &HashedInput, tombstones: &Tombstones) -> bool {
    let Ok(hash) = &hashed.hash else { return false };
    if tombstones.is_empty() || tombstones.has(call_id(&hash.sha256)) {
        return false;
    }
    let paths = hashed.input.files.paths();
    paths.iter().zip(&hash.each).any(|(path, sha256)| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        tombstones.has_file(call_id(sha256), &name)
    })
}

/// Each call once, in order of its recording's hash.
fn unique_jobs(hashed: Vec<HashedInput>, store: &Store, stop: &AtomicBool, plan: &mut Plan) -> Vec<Job> {
    let joined = join_calls(hashed);
    plan.failures.extend(joined.failures);
    plan.duplicates = joined.duplicates;
    let is_left = joined.by_bytes.into_par_iter().take_any_while(|_| !stop.load(Ordering::Relaxed));
    is_left.flat_map_iter(|jobs| calls_of_same_bytes(jobs, store)).collect()
}

/// All sources of each recording. Calls of the same bytes have the same words, and one transcript.
fn sources_by_bytes(jobs: &[Job]) -> Vec<Vec<&str>> {
    let mut sources: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for job in jobs {
        sources.entry(&job.audio_sha256).or_default().extend(sources_of(job));
    }
    sources.into_values().collect()
}

/// The source of a call, and then the others with the same bytes.
fn sources_of(job: &Job) -> impl Iterator<Item = &str> {
    std::iter::once(&job.source).chain(&job.also_found_as).map(String::as_str)
}

/// Calls of the same bytes, each with an id of its own, the names of the others, and what an earlier
/// run knew of it.
///
/// The id of the bytes belongs to the call that has it in the store already, or else to the first.
fn calls_of_same_bytes(jobs: Vec<Job>, store: &Store) -> Vec<Job> {
    let stored = |id: &str| store.read_call_part::<StoredFacts>(id).ok().flatten();
    // Until here all of them have the id of the bytes.
    let stored_keeper = jobs.first().and_then(|job| stored(&job.id));
    let keeper = stored_keeper.as_ref().map(|stored| &stored.call);
    let keeps = |job: &Job| {
        keeper.is_none_or(|keeper| keeper.source == job.source || !are_of_two_calls(keeper, &job.facts.call))
    };
    let by_name = |job: &Job| keeper.is_some_and(|keeper| keeper.source == job.source);
    let keeping = jobs.iter().position(by_name).or_else(|| jobs.iter().position(keeps));
    let names: Vec<Vec<String>> = jobs
        .iter()
        .map(|job| job.also_found_as.iter().cloned().chain([job.source.clone()]).collect())
        .collect();
    let mut calls = Vec::with_capacity(jobs.len());
    for (place, mut job) in jobs.into_iter().enumerate() {
        let stored_other;
        let known = if keeping == Some(place) {
            stored_keeper.as_ref()
        } else {
            job.id = id_of_same_bytes(&job.audio_sha256, &job.source);
            stored_other = stored(&job.id);
            stored_other.as_ref()
        };
        let others = names.iter().enumerate().filter(|(other, _)| *other != place);
        job.also_found_as.extend(others.flat_map(|(_, names)| names.iter().cloned()));
        job.also_found_as.sort();
        if let Some(known) = known {
            known.fill(&mut job.facts);
        }
        calls.push(job);
    }
    calls
}

/// The facts of a stored call; the other parts are passed over while reading.
#[derive(Deserialize)]
struct StoredFacts {
    call: CallFacts,
    audio: StoredLayout,
}

#[derive(Deserialize)]
struct StoredLayout {
    layout: Layout,
    layout_source: LayoutSource,
}

impl StoredFacts {
    /// Tells what a manifest told in an earlier run and nobody tells now.
    fn fill(&self, facts: &mut DeclaredFacts) {
        facts.call = filled(std::mem::take(&mut facts.call), &self.call);
        if facts.layout.is_none() && self.audio.layout_source == LayoutSource::Manifest {
            facts.layout = Some(self.audio.layout);
            facts.layout_source = Some(LayoutSource::Manifest);
        }
    }
}

impl Plan {
    /// Adds a recording by the fingerprints of what is stored of it.
    fn add(&mut self, job: Job, stored: Option<Fingerprints>, store: &Store) {
        let (id, wanted) = (&job.id, &job.fingerprints);
        self.places.insert(id.clone(), job.places.clone());
        match stored {
            Some(stored) if stored == *wanted => self.done.push(job.id),
            Some(stored) if stored.listening_fingerprint == wanted.listening_fingerprint => {
                self.to_restate.push(Restatement::of(job.id.clone(), &job));
            }
            _ => match store.quarantined(id, &wanted.fingerprint) {
                Some(quarantined) => self.failures.push(failure::quarantined(&job.source, &quarantined)),
                None if shares_stored_result(&job, store) => {
                    let listened = call_id(&job.audio_sha256).to_owned();
                    self.to_restate.push(Restatement::of(listened, &job));
                }
                None => self.jobs.push(job),
            },
        }
    }

    /// Leaves one of the recordings that would be listened to alike; the others take its result.
    fn share_results(&mut self) {
        let mut listened: BTreeMap<(String, String), String> = BTreeMap::new();
        // The call that has the id of the bytes comes first.
        self.jobs.sort_by_key(|job| job.id != call_id(&job.audio_sha256));
        for job in std::mem::take(&mut self.jobs) {
            let alike = (job.audio_sha256.clone(), job.fingerprints.listening_fingerprint.clone());
            if let Some(from) = listened.get(&alike) {
                self.to_share.push(Restatement::of(from.clone(), &job));
            } else {
                listened.insert(alike, job.id.clone());
                self.jobs.push(job);
            }
        }
    }
}

impl Restatement {
    fn of(from: String, job: &Job) -> Self {
        Self {
            from,
            facts: job.call_facts(),
            defects: job.facts.defects.clone(),
            fingerprints: job.fingerprints.clone(),
        }
    }
}

/// Whether the same bytes were listened to in the same way for another call.
fn shares_stored_result(job: &Job, store: &Store) -> bool {
    store
        .stored_fingerprints(call_id(&job.audio_sha256))
        .is_some_and(|stored| stored.listening_fingerprint == job.fingerprints.listening_fingerprint)
}

/// The transcript that is read instead of listening to a recording; none where the speech model has
/// to listen.
fn transcript_of(
    job: &Job,
    transcripts: Option<&(&TranscriptSource, AssignedTranscripts)>,
) -> Result<Option<TranscriptFile>, Failure> {
    let Some((TranscriptSource { folder, missing, .. }, assigned)) = transcripts else { return Ok(None) };
    let refused = |kind: FailureKind, reason: &str| {
        Err(failure::permanent(&job.source, Stage::Transcription, kind, reason))
    };
    match assigned.of_any(sources_of(job)) {
        Ok(file) => folder.open(file).map(Some).map_err(|error| {
            let reason = format!("its transcript can't be read: {error}; check its permissions");
            failure::temporary(&job.source, Stage::Transcription, FailureKind::TranscriptUnreadable, &reason)
        }),
        Err(NoTranscript::Ambiguous) => {
            let reason = "several transcripts have its name; put the right one where the recording lies";
            refused(FailureKind::TranscriptAmbiguous, reason)
        }
        Err(NoTranscript::Claimed) => refused(
            FailureKind::TranscriptAmbiguous,
            "other recordings have its name as well, and a transcript belongs to one; put each transcript where its recording lies",
        ),
        Err(NoTranscript::Missing) => match missing {
            MissingTranscript::Transcribe => Ok(None),
            MissingTranscript::Fail => refused(
                FailureKind::TranscriptMissing,
                "has no transcript; add one, or set missing = \"transcribe\"",
            ),
        },
    }
}
