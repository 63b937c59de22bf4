//! The result folders of all shards of a plan, put together.

use crate::error::{Difference, MergeError};
use etalon_batch::kept_packs::judging_pack;
use etalon_call::PackReference;
use etalon_pipeline::call_id;
use etalon_review::store::Lacking;
use etalon_review::{Event, REVIEWS_FILE, ReviewStore};
use etalon_rules::Pack;
use etalon_store::{
    ErrorKind, Failure, Lock, PAGES_FILE, PassedOver, PlanPart, RecordingPlaces, RunSummary, Store,
    Tombstones, counts_by_reason,
};
use rayon::prelude::*;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What is to be written down at the end of a run over all shards.
#[derive(Debug)]
pub struct Merged {
    /// What the shards did, all together.
    pub summary: RunSummary,
    /// The recordings without a result.
    pub failures: Vec<Failure>,
    /// The files that were not taken for recordings.
    pub passed_over: Vec<PassedOver>,
    /// The packs that judged the calls.
    pub packs: Vec<Pack>,
    /// The ids of the calls.
    pub results: BTreeSet<String>,
    /// How many calls of an earlier merge were deleted, because no shard has them any more.
    pub deleted: usize,
}

/// One shard's folder, held while it is read.
struct Shard {
    store: Store,
    _lock: Lock,
    number: u32,
    summary: RunSummary,
    part: PlanPart,
    ids: Vec<String>,
}

/// All shards of one plan, found to fit together and into the folder for the whole. Their folders
/// are held.
pub struct FittingShards {
    shards: Vec<Shard>,
    whole: PlanPart,
    /// The ids of all calls but the forgotten ones.
    results: BTreeSet<String>,
    tombstones: Tombstones,
    forgotten: BTreeSet<String>,
    /// What people said of calls in the shards and not in the folder for the whole.
    reviews: Vec<Event>,
}

/// Finds out whether the result folders of all shards of one plan fit together, and into `store`.
/// Nothing is written. The caller holds the lock of `store`.
///
/// # Errors
///
/// [`MergeError`] says what does not fit, and how it is mended.
pub fn check(folders: &[PathBuf], store: &Store) -> Result<FittingShards, MergeError> {
    check_is_no_shard(store)?;
    let shards = opened(folders)?;
    let Some(first) = shards.first() else {
        return Err(MergeError::MissingShards { missing: Vec::new(), shards: 0 });
    };
    check_plan(&shards)?;
    check_same_way(&shards)?;
    shards.iter().try_for_each(check_judged)?;
    let mut results = ids_of_all(&shards)?;
    let whole = PlanPart { shard: None, calls: 0, ..first.part.clone() };
    check_target(store, &whole)?;
    let tombstones = tombstones_of_all(&shards, store)?;
    let forgotten = forgotten_ids(&shards, &tombstones)?;
    results.retain(|id| !forgotten.contains(id));
    let is_forgotten = |id: &str| forgotten.contains(id) || tombstones.has(id);
    let reviews = reviews_of_all(&shards, store, is_forgotten)?;
    Ok(FittingShards { shards, whole, results, tombstones, forgotten, reviews })
}

/// Puts the result folders of all shards into `store`: their calls, what people said of them, and
/// what was noted of recordings. What is made of all calls together has to be made anew afterwards
/// ([`etalon_batch::across_calls::evaluate`], `etalon_report::rebuild`), as at the end of a run.
///
/// What was forgotten in a shard or in `store` stays forgotten: the tombstones of all are put
/// together, and nothing of these calls is taken over.
///
/// A merge that was broken off is begun anew by the same command. The caller holds the lock of
/// `store`.
///
/// # Errors
///
/// When a folder can't be read or written, or a pack that judged the calls is not there.
pub fn merge(shards: FittingShards, store: &Store) -> Result<Merged, MergeError> {
    let FittingShards { shards, whole, results, tombstones, forgotten, reviews } = shards;
    if !tombstones.is_empty() {
        store.write_tombstones(&tombstones)?;
    }
    let mut begun = RunSummary { part: Some(whole), ..summary_of(&shards) };
    begun.places.retain(|id, _| !forgotten.contains(id));
    store.write_run(&RunSummary { interrupted: true, ..begun.clone() })?;
    for shard in &shards {
        store.take_over(&shard.store, &forgotten)?;
    }
    if !reviews.is_empty() {
        ReviewStore::open(&store.directory().join(REVIEWS_FILE))?.take_over(&reviews)?;
    }
    let deleted = delete_what_is_gone(&shards, store, &results, &tombstones)?;
    // The first pages of the whole are made like those of a shard, if nobody asks for something else.
    if let Some(first) = shards.first()
        && !store.directory().join(PAGES_FILE).exists()
        && let Some(pages) = first.store.read_json_file::<serde_json::Value>(PAGES_FILE)?
    {
        store.write_file(PAGES_FILE, format!("{pages}\n").as_bytes())?;
    }
    let Noted { failures, passed_over, recordings } = noted(&shards, &forgotten)?;
    store.write_recordings(&recordings)?;
    let packs = begun.packs.iter().map(|pack| judging_pack(store, pack)).collect::<Result<_, _>>()?;
    let calls = count(results.len());
    let summary = RunSummary {
        failed: count(failures.len()),
        passed_over: counts_by_reason(&passed_over),
        part: begun.part.clone().map(|part| PlanPart { calls, ..part }),
        ..begun
    };
    Ok(Merged { summary, failures, passed_over, packs, results, deleted })
}

/// Deletes the calls and quarantines of an earlier merge that no shard has any more, and says how
/// many calls that were. Calls that were forgotten since are left to whoever forgets them wholly.
fn delete_what_is_gone(
    shards: &[Shard],
    store: &Store,
    results: &BTreeSet<String>,
    tombstones: &Tombstones,
) -> Result<usize, MergeError> {
    let mut deleted = 0;
    for id in store.call_ids()? {
        if !results.contains(&id) && !is_forgotten(store, &id, tombstones)? {
            store.remove_page(&id)?;
            deleted += usize::from(store.remove_call(&id)?);
        }
    }
    let mut quarantined = BTreeSet::new();
    for shard in shards {
        quarantined.extend(shard.store.quarantined_ids()?);
    }
    for id in store.quarantined_ids()?.iter().filter(|id| !quarantined.contains(*id)) {
        store.release(id)?;
    }
    Ok(deleted)
}

/// Whether a stored call has a tombstone: its own, or that of its bytes.
fn is_forgotten(store: &Store, id: &str, tombstones: &Tombstones) -> Result<bool, MergeError> {
    // Without any, which is nearly always so, no call is read.
    if tombstones.is_empty() {
        return Ok(false);
    }
    if tombstones.has(id) {
        return Ok(true);
    }
    // Two calls of the same bytes have ids of their own, and one tombstone.
    let facts = match store.read_facts(id) {
        // What is damaged is known by its id alone.
        Err(error) if error.kind() == ErrorKind::Corrupt => None,
        read => read?,
    };
    Ok(facts.is_some_and(|facts| tombstones.has(call_id(&facts.audio_sha256))))
}

/// The shards in these folders, each folder named once: nobody can hold the lock of one twice.
fn opened(folders: &[PathBuf]) -> Result<Vec<Shard>, MergeError> {
    let mut shards: Vec<Shard> = Vec::with_capacity(folders.len());
    let mut places: BTreeMap<PathBuf, usize> = BTreeMap::new();
    for folder in folders {
        let place = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        if let Some(earlier) = places.insert(place, shards.len()).and_then(|earlier| shards.get(earlier)) {
            let (one, other) = (earlier.path(), folder.clone());
            return Err(MergeError::ShardTwice { shard: earlier.number, one, other });
        }
        shards.push(Shard::open(folder)?);
    }
    Ok(shards)
}

impl Shard {
    /// A folder that a shard's run has finished, with all its calls and no others.
    fn open(folder: &Path) -> Result<Self, MergeError> {
        let path = || folder.to_owned();
        let store = Store::open(folder)?;
        let lock = store.lock()?;
        let summary = store.read_run()?;
        let part = summary.as_ref().and_then(|summary| summary.part.clone());
        let (Some(summary), Some(part)) = (summary, part) else {
            return Err(MergeError::NotAShard { path: path() });
        };
        let Some(number) = part.shard else { return Err(MergeError::NotAShard { path: path() }) };
        if summary.version != env!("CARGO_PKG_VERSION") {
            let (found, this) = (summary.version, env!("CARGO_PKG_VERSION"));
            return Err(MergeError::OtherVersion { path: path(), found, this });
        }
        if summary.interrupted {
            return Err(MergeError::Unfinished { path: path(), shard: number });
        }
        let ids = store.call_ids()?;
        let foreign: Vec<&String> = ids.iter().filter(|id| !summary.places.contains_key(*id)).collect();
        if let Some(example) = foreign.first() {
            let (calls, example) = (foreign.len(), (*example).clone());
            return Err(MergeError::ForeignCalls { path: path(), calls, example });
        }
        let (found, expected) = (ids.len(), part.calls as usize);
        if found < expected {
            return Err(MergeError::LostCalls { path: path(), found, expected });
        }
        Ok(Self { store, _lock: lock, number, summary, part, ids })
    }

    fn path(&self) -> PathBuf {
        self.store.directory().to_owned()
    }
}

/// That the folders are all shards of one plan, each once.
fn check_plan(shards: &[Shard]) -> Result<(), MergeError> {
    let Some(first) = shards.first() else { return Ok(()) };
    let mut by_number: BTreeMap<u32, &Shard> = BTreeMap::new();
    for shard in shards {
        if (&shard.part.plan_sha256, shard.part.shards) != (&first.part.plan_sha256, first.part.shards) {
            return Err(MergeError::OtherPlan { one: first.path(), other: shard.path() });
        }
        if let Some(earlier) = by_number.insert(shard.number, shard) {
            let (one, other) = (earlier.path(), shard.path());
            return Err(MergeError::ShardTwice { shard: shard.number, one, other });
        }
    }
    let missing: Vec<u32> =
        (1..=first.part.shards).filter(|number| !by_number.contains_key(number)).collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(MergeError::MissingShards { missing, shards: first.part.shards })
    }
}

/// That one run could have made all shards.
fn check_same_way(shards: &[Shard]) -> Result<(), MergeError> {
    let Some(first) = shards.first() else { return Ok(()) };
    for shard in shards {
        if let Some(difference) = difference(first, shard) {
            return Err(MergeError::Differ { difference, one: first.path(), other: shard.path() });
        }
    }
    Ok(())
}

fn difference(one: &Shard, other: &Shard) -> Option<Difference> {
    let settings = one.part.settings_sha256.as_ref().zip(other.part.settings_sha256.as_ref());
    let (one, other) = (&one.summary, &other.summary);
    [
        (one.version != other.version, Difference::Version),
        (one.model != other.model, Difference::Model),
        (one.engine != other.engine, Difference::Engine),
        (one.packs != other.packs, Difference::Packs),
        (settings.is_some_and(|(one, other)| one != other), Difference::Settings),
        (one.fingerprint != other.fingerprint, Difference::Fingerprint),
    ]
    .into_iter()
    .find_map(|(differ, difference)| differ.then_some(difference))
}

/// That a shard's calls were judged by the packs of its run: `etalon score` judges them by others,
/// and leaves `run.json` as it is.
fn check_judged(shard: &Shard) -> Result<(), MergeError> {
    let otherwise = |id: &String| -> Result<Option<String>, MergeError> {
        match shard.store.read_call_part::<Judged>(id) {
            // What is damaged is named after the merge.
            Err(error) if error.kind() == ErrorKind::Corrupt => Ok(None),
            read => Ok(read?.filter(|call| call.pipeline.packs != shard.summary.packs).map(|_| id.clone())),
        }
    };
    let otherwise: Vec<Option<String>> =
        shard.ids.par_iter().map(otherwise).collect::<Result<_, MergeError>>()?;
    let mut otherwise = otherwise.into_iter().flatten();
    let Some(example) = otherwise.next() else { return Ok(()) };
    Err(MergeError::JudgedOtherwise { path: shard.path(), calls: 1 + otherwise.count(), example })
}

/// The part of a stored call that says which packs judged it.
#[derive(Deserialize)]
struct Judged {
    pipeline: JudgedBy,
}

#[derive(Deserialize)]
struct JudgedBy {
    packs: Vec<PackReference>,
}

/// The ids of all calls, each in one shard.
fn ids_of_all(shards: &[Shard]) -> Result<BTreeSet<String>, MergeError> {
    let mut shard_of: BTreeMap<&String, usize> = BTreeMap::new();
    let mut twice: BTreeMap<(usize, usize), Vec<&String>> = BTreeMap::new();
    for (place, shard) in shards.iter().enumerate() {
        for id in &shard.ids {
            if let Some(earlier) = shard_of.insert(id, place) {
                twice.entry((earlier, place)).or_default().push(id);
            }
        }
    }
    if let Some(((one, other), ids)) = twice.into_iter().next() {
        let example = ids.first().map(|id| (*id).clone()).unwrap_or_default();
        let (one, other) = (shards[one].path(), shards[other].path());
        return Err(MergeError::InTwoShards { calls: ids.len(), example, one, other });
    }
    Ok(shard_of.into_keys().cloned().collect())
}

/// What the runs of all shards have noted of recordings.
#[derive(Default)]
struct Noted {
    failures: Vec<Failure>,
    passed_over: Vec<PassedOver>,
    recordings: RecordingPlaces,
}

/// What the shards have noted of recordings that were not forgotten.
fn noted(shards: &[Shard], forgotten: &BTreeSet<String>) -> Result<Noted, MergeError> {
    let mut noted = Noted::default();
    for shard in shards {
        noted.failures.extend(shard.store.read_failures()?);
        noted.passed_over.extend(shard.store.read_passed_over()?);
        noted.recordings.extend(shard.store.read_recordings()?);
    }
    noted.recordings.retain(|id, _| !forgotten.contains(id));
    noted.failures.retain(|failure| !failure.id.as_ref().is_some_and(|id| forgotten.contains(id)));
    noted.failures.sort();
    noted.failures.dedup();
    Ok(noted)
}

/// What was forgotten in the shards and, since an earlier merge, in the folder for the whole.
fn tombstones_of_all(shards: &[Shard], store: &Store) -> Result<Tombstones, MergeError> {
    let mut tombstones = store.read_tombstones()?;
    for shard in shards {
        tombstones.extend(shard.store.read_tombstones()?);
    }
    Ok(tombstones)
}

/// The ids of the shards' calls and failed recordings that were forgotten.
fn forgotten_ids(shards: &[Shard], tombstones: &Tombstones) -> Result<BTreeSet<String>, MergeError> {
    let mut forgotten = BTreeSet::new();
    // Without any, which is nearly always so, no call is read.
    if tombstones.is_empty() {
        return Ok(forgotten);
    }
    for shard in shards {
        for id in &shard.ids {
            if is_forgotten(&shard.store, id, tombstones)? {
                forgotten.insert(id.clone());
            }
        }
        let failed = shard.store.read_failures()?.into_iter().filter_map(|failure| failure.id);
        let known = shard.ids.iter().chain(shard.summary.places.keys()).cloned().chain(failed);
        forgotten.extend(known.filter(|id| tombstones.has(id)));
    }
    Ok(forgotten)
}

/// What people said of the shards' calls, but for the forgotten ones, and is not in `store` yet.
fn reviews_of_all(
    shards: &[Shard],
    store: &Store,
    is_forgotten: impl Fn(&str) -> bool,
) -> Result<Vec<Event>, MergeError> {
    let mut known = events_in(store)?;
    let mut reviews = Vec::new();
    for shard in shards {
        let mut events = events_in(&shard.store)?;
        events.retain(|event| !is_forgotten(&event.call_id));
        let Lacking { events, contradicting } = Lacking::of(events, &known);
        if let Some(example) = contradicting.first() {
            let (path, whole) = (shard.path(), store.directory().to_owned());
            let (calls, example) = (contradicting.len(), example.clone());
            return Err(MergeError::OtherReviews { path, whole, calls, example });
        }
        known.extend(events.iter().cloned());
        reviews.extend(events);
    }
    Ok(reviews)
}

/// What people said of the calls of a folder.
fn events_in(store: &Store) -> Result<Vec<Event>, MergeError> {
    let file = ReviewStore::open_read_only(&store.directory().join(REVIEWS_FILE))?;
    Ok(file.map(|file| file.events_after(0)).transpose()?.unwrap_or_default())
}

/// That the folder for the whole is not that of a shard, which this would wait for in vain.
fn check_is_no_shard(store: &Store) -> Result<(), MergeError> {
    let earlier = store.read_run().ok().flatten().and_then(|earlier| earlier.part);
    match earlier.and_then(|part| part.shard) {
        Some(_) => Err(MergeError::FolderOfAnother { path: store.directory().to_owned() }),
        None => Ok(()),
    }
}

/// That the folder for the whole is new, or was begun by a merge of the same plan.
fn check_target(store: &Store, whole: &PlanPart) -> Result<(), MergeError> {
    let part = store.read_run().ok().flatten().map(|earlier| earlier.part);
    let is_free = match part {
        Some(part) => part.is_some_and(|part| part.is_same_as(whole)),
        None => store.call_ids()?.is_empty(),
    };
    if is_free { Ok(()) } else { Err(MergeError::FolderOfAnother { path: store.directory().to_owned() }) }
}

/// What the shards did together: numbers are added up, and the time on the clock is that of the shard
/// that took longest.
fn summary_of(shards: &[Shard]) -> RunSummary {
    let mut whole = RunSummary::default();
    for Shard { summary, .. } in shards {
        if whole.schema.is_empty() {
            whole = RunSummary {
                schema: summary.schema.clone(),
                version: summary.version.clone(),
                model: summary.model.clone(),
                engine: summary.engine.clone(),
                packs: summary.packs.clone(),
                fingerprint: summary.fingerprint.clone(),
                started_at: summary.started_at.clone(),
                ..RunSummary::default()
            };
        }
        if summary.started_at < whole.started_at {
            whole.started_at.clone_from(&summary.started_at);
        }
        whole.jobs += summary.jobs;
        whole.recordings += summary.recordings;
        whole.processed += summary.processed;
        whole.reused += summary.reused;
        whole.redone += summary.redone;
        whole.replaced += summary.replaced;
        whole.duplicates += summary.duplicates;
        whole.forgotten += summary.forgotten;
        whole.warnings.extend(summary.warnings.iter().cloned());
        whole.audio_hours += summary.audio_hours;
        whole.channel_hours += summary.channel_hours;
        whole.wall_s = whole.wall_s.max(summary.wall_s);
        whole.places.extend(summary.places.clone());
        whole.add_stages(&summary.stages);
    }
    whole.with_speeds()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
