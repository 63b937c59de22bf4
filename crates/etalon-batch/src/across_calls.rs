//! The second phase of a run: rules that only the other calls of a client can decide.
//!
//! A call is scored for itself as soon as it is heard. When all calls are there, the ledger is
//! gathered from their files and the rules that ask for other calls are applied again. What comes
//! out depends on the stored calls alone, not on their order, and doing it twice changes nothing:
//! whatever was killed is continued by the same command.

use crate::error::BatchError;
use crate::kept_packs;
use etalon_call::{Call, PackReference};
use etalon_rules::{CallView, History, Pack, evaluate_across_calls};
use etalon_store::{Entry, ErrorKind, Ledger, Store, StoredCall};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Calls that are held in memory and written together.
const CALLS_AT_ONCE: usize = 512;

/// The ledger's name in a result folder.
pub const LEDGER_FILE: &str = "ledger.sqlite";

/// What has to be known of all stored calls before anything is made of them together, read once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredCalls {
    /// The calls that can be read.
    pub ledger: Ledger,
    /// How many of them each set of packs has judged.
    pub judged_by: BTreeMap<Vec<PackReference>, usize>,
}

/// Applies the rules that ask for other calls to every stored call that these packs judged, and
/// writes the ledger, which is returned.
///
/// `earlier` are other result folders, or ledgers of them, whose calls count as well. The caller
/// holds the lock.
///
/// # Errors
///
/// When the folder can't be read or written, or `earlier` names something else.
pub fn evaluate(store: &Store, packs: &[Pack], earlier: &[PathBuf]) -> Result<Ledger, BatchError> {
    let StoredCalls { ledger, judged_by: sets } = stored_calls(store)?;
    let history = history_of(&ledger, earlier)?;
    if packs.iter().any(Pack::asks_for_history) {
        let judged_by: Vec<PackReference> = packs.iter().map(Pack::reference).collect();
        for entries in ledger.entries().chunks(CALLS_AT_ONCE) {
            let evaluated: Vec<Option<Call>> = entries
                .par_iter()
                .map(|entry| evaluated(store, &entry.id, packs, &judged_by, &history))
                .collect::<Result<_, BatchError>>()?;
            store.write_calls(&evaluated.into_iter().flatten().collect::<Vec<_>>())?;
        }
    }
    kept_packs::forget_unused(store, packs, &sets)?;
    write_ledger(store, &ledger, &history)?;
    Ok(ledger)
}

/// Writes the ledger of the stored calls as they are, and forgets the packs that judged none of
/// them. No verdict changes. Returns the number of calls. The caller holds the lock.
///
/// # Errors
///
/// When the folder can't be read or written, or `earlier` names no result folder or ledger.
pub fn rewrite_ledger(store: &Store, earlier: &[PathBuf]) -> Result<usize, BatchError> {
    let StoredCalls { ledger, judged_by } = stored_calls(store)?;
    let history = history_of(&ledger, earlier)?;
    kept_packs::forget_unused(store, &[], &judged_by)?;
    write_ledger(store, &ledger, &history)?;
    Ok(ledger.entries().len())
}

/// A stored call with what the other calls say of it, where that is something else than before.
fn evaluated(
    store: &Store,
    id: &str,
    packs: &[Pack],
    judged_by: &[PackReference],
    history: &History,
) -> Result<Option<Call>, BatchError> {
    let call = read(store, id)?.filter(|call| call.pipeline.packs == judged_by);
    let Some(mut call) = call else { return Ok(None) };
    let after = evaluate_across_calls(packs, &CallView::from(&call), history, call.evaluation.clone());
    let is_changed = after != call.evaluation;
    call.evaluation = after;
    Ok(is_changed.then_some(call))
}

/// The calls of a result folder, and the packs that judged them, from their files.
///
/// # Errors
///
/// When the folder can't be read. A damaged call is left out: the report lists it.
pub fn stored_calls(store: &Store) -> Result<StoredCalls, BatchError> {
    let read: Vec<Option<(Entry, Vec<PackReference>)>> = store
        .call_ids()?
        .into_par_iter()
        .map(|id| match store.read_call_part::<StoredCall>(&id) {
            Ok(stored) => {
                let stored = stored.filter(|stored| stored.call.id == id);
                Ok(stored.map(|stored| (Entry::from(&stored), stored.pipeline.packs)))
            }
            Err(error) if error.kind() == ErrorKind::Corrupt => Ok(None),
            Err(error) => Err(error),
        })
        .collect::<Result<_, _>>()?;
    let mut entries = Vec::with_capacity(read.len());
    let mut judged_by: BTreeMap<Vec<PackReference>, usize> = BTreeMap::new();
    for (entry, packs) in read.into_iter().flatten() {
        entries.push(entry);
        *judged_by.entry(packs).or_default() += 1;
    }
    Ok(StoredCalls { ledger: Ledger::new(entries), judged_by })
}

/// The calls of a result folder, from their files.
///
/// # Errors
///
/// Those of [`stored_calls`].
pub fn ledger_of(store: &Store) -> Result<Ledger, BatchError> {
    Ok(stored_calls(store)?.ledger)
}

/// When each client was called, by a ledger and those of other result folders or ledger files.
///
/// # Errors
///
/// When one of them is neither.
pub fn history_of(ledger: &Ledger, earlier: &[PathBuf]) -> Result<History, BatchError> {
    if earlier.is_empty() {
        return Ok(ledger.history());
    }
    Ok(with_earlier(ledger.clone(), earlier)?.history())
}

/// That these are result folders or ledger files, as [`evaluate`] needs them after hours of work.
///
/// # Errors
///
/// When one of them is neither.
pub fn check_earlier(earlier: &[PathBuf]) -> Result<(), BatchError> {
    for path in earlier {
        if path.is_dir() {
            Store::open(path)?;
        } else {
            Ledger::open(path)?;
        }
    }
    Ok(())
}

/// A ledger together with those of other result folders or ledger files.
///
/// # Errors
///
/// When one of them is neither.
fn with_earlier(ledger: Ledger, earlier: &[PathBuf]) -> Result<Ledger, BatchError> {
    earlier.iter().try_fold(ledger, |ledger, path| {
        let other = if path.is_dir() { ledger_of(&Store::open(path)?)? } else { Ledger::open(path)? };
        Ok(ledger.with_earlier(other))
    })
}

/// Writes the ledger into its result folder.
///
/// # Errors
///
/// When it can't be written.
pub(crate) fn write_ledger(store: &Store, ledger: &Ledger, history: &History) -> Result<(), BatchError> {
    Ok(store.write_file(LEDGER_FILE, &ledger.to_bytes(history)?)?)
}

/// A stored call; nothing where it is damaged or gone.
pub(crate) fn read(store: &Store, id: &str) -> Result<Option<Call>, BatchError> {
    match store.read_call(id) {
        Err(error) if error.kind() == ErrorKind::Corrupt => Ok(None),
        outcome => Ok(outcome?),
    }
}
