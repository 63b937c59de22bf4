//! Deletes calls out of the files of a result folder.

use crate::error::ForgetError;
use crate::needles::Needles;
use crate::select::Forgetting;
use etalon_review::{BlankedEvent, REVIEWS_FILE, ReviewStore};
use etalon_store::{ErrorKind, Lock, RecordingPlaces, Store, is_call_id};
use serde::Serialize;

/// The file that holds what is being forgotten, until nothing is left of it.
pub(crate) const PLAN_FILE: &str = ".forgetting.json";

/// What was deleted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// Stored calls.
    pub calls: usize,
    /// Waveforms.
    pub waveforms: usize,
    /// Pages of calls, with the sounds beside them.
    pub pages_and_sounds: usize,
    /// Records of quarantined recordings.
    pub quarantined: usize,
    /// Events of reviews and corrections.
    pub review_events: usize,
    /// What people wrote of other calls and is blanked where it named the forgotten ones.
    pub blanked: Vec<BlankedEvent>,
    /// Lines of `failures.jsonl`.
    pub failures: usize,
    /// Lines of `passed_over.jsonl`.
    pub passed_over: usize,
    /// Lines of `recordings.jsonl`.
    pub recordings: usize,
    /// Places of recordings in `run.json`.
    pub places: usize,
    /// Tombstones that were added.
    pub tombstones: usize,
}

/// What an earlier command was forgetting when it was killed; nothing if it came to its end.
///
/// # Errors
///
/// When the file can't be read.
pub fn interrupted(store: &Store) -> Result<Option<Forgetting>, ForgetError> {
    Ok(store.read_json_file(PLAN_FILE)?)
}

/// Deletes what is to be forgotten out of the calls and of everything beside them. The index of the
/// search is deleted as a whole; it is made anew by the next search. What is derived from all calls
/// (ledger, tables, pages) has to be made anew by the caller.
///
/// `day` is the day of the tombstones, `YYYY-MM-DD`.
///
/// # Errors
///
/// When a file can't be changed. What was begun is written down, and finished by the same call.
pub fn remove(
    store: &Store,
    lock: &Lock,
    forgetting: &Forgetting,
    day: &str,
) -> Result<Removed, ForgetError> {
    store.remove_stale_temporary_files(lock)?;
    store.write_file(PLAN_FILE, &serde_json::to_vec(forgetting)?)?;
    let mut removed = Removed { tombstones: bury(store, forgetting, day)?, ..Removed::default() };
    etalon_search::remove(store)?;
    removed.review_events = forget_reviews(store, forgetting)?;
    forget_lines(store, forgetting, &mut removed)?;
    // What is no id names no file.
    for id in forgetting.ids.iter().filter(|id| is_call_id(id)) {
        removed.pages_and_sounds += store.remove_page(id)?;
        removed.quarantined += usize::from(store.release(id)?);
        removed.waveforms += usize::from(store.remove_waveform(id)?);
        removed.calls += usize::from(store.remove_call(id)?);
    }
    removed.blanked = blank_reviews(store, forgetting)?;
    Ok(removed)
}

/// Says that all was deleted that can be.
///
/// # Errors
///
/// When the file that says what it is can't be deleted.
pub fn finish(store: &Store) -> Result<(), ForgetError> {
    store.remove_file(PLAN_FILE)?;
    Ok(())
}

/// The tombstones come before anything is deleted: a run after a kill must not listen again.
fn bury(store: &Store, forgetting: &Forgetting, day: &str) -> Result<usize, ForgetError> {
    let mut tombstones = store.read_tombstones()?;
    let recordings = forgetting.recordings.iter().filter(|id| tombstones.add(id, day)).count();
    let files = forgetting.files.iter().filter(|(id, name)| tombstones.add_file(id, name, day)).count();
    store.write_tombstones(&tombstones)?;
    Ok(recordings + files)
}

fn forget_reviews(store: &Store, forgetting: &Forgetting) -> Result<usize, ForgetError> {
    let path = store.directory().join(REVIEWS_FILE);
    // Not to be read first: what a kill left in the midst of a deletion is put right by writing
    // only.
    if !path.exists() {
        return Ok(0);
    }
    let ids: Vec<String> = forgetting.ids.iter().cloned().collect();
    Ok(ReviewStore::open(&path)?.forget(&ids)?)
}

/// Blanks what people wrote of other calls where it names the forgotten ones. Those are not stored any
/// more, so that what they share with others is known.
fn blank_reviews(store: &Store, forgetting: &Forgetting) -> Result<Vec<BlankedEvent>, ForgetError> {
    let path = store.directory().join(REVIEWS_FILE);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let needles = Needles::of(store, forgetting)?;
    Ok(ReviewStore::open(&path)?.blank(|text| needles.blanked(text))?)
}

/// Takes lines out of the files that name recordings.
fn forget_lines(store: &Store, forgetting: &Forgetting, removed: &mut Removed) -> Result<(), ForgetError> {
    let mut failures = store.read_failures()?;
    let before = failures.len();
    failures.retain(|failure| !forgetting.is_recording(&failure.source, failure.id.as_deref()));
    removed.failures = before - failures.len();
    if removed.failures > 0 {
        store.write_failures(&failures)?;
    }
    let mut passed_over = store.read_passed_over()?;
    let before = passed_over.len();
    passed_over.retain(|passed_over| !forgetting.is_recording(&passed_over.source, None));
    removed.passed_over = before - passed_over.len();
    if removed.passed_over > 0 {
        store.write_passed_over(&passed_over)?;
    }
    let mut recordings = match store.read_recordings() {
        // What can't be read names nobody by whom it could be found; the next run makes it anew.
        Err(error) if error.kind() == ErrorKind::Corrupt => RecordingPlaces::new(),
        read => read?,
    };
    let before = recordings.len();
    recordings.retain(|id, _| !forgetting.ids.contains(id));
    removed.recordings = before - recordings.len();
    store.write_recordings(&recordings)?;
    forget_places(store, forgetting, removed)
}

/// Takes recordings out of `run.json`. A shard has fewer calls then, and is whole all the same.
fn forget_places(store: &Store, forgetting: &Forgetting, removed: &mut Removed) -> Result<(), ForgetError> {
    let Some(mut run) = store.read_run()? else { return Ok(()) };
    let mut stored = 0;
    for id in forgetting.ids.iter().filter(|id| run.places.contains_key(*id)) {
        removed.places += 1;
        stored += u32::from(store.has_call(id)?);
    }
    if removed.places == 0 {
        return Ok(());
    }
    run.places.retain(|id, _| !forgetting.ids.contains(id));
    if let Some(part) = &mut run.part {
        part.calls = part.calls.saturating_sub(stored);
    }
    Ok(store.write_run(&run)?)
}
