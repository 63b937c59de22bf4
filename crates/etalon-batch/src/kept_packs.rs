//! The packs that judged stored calls, kept with them: whoever explains or rebuilds results needs no
//! file beside the result folder.
//!
//! They are kept without examples and comments: those may be words of calls that are redacted, or
//! forgotten, in the folder.

use crate::error::BatchError;
use etalon_call::PackReference;
use etalon_pipeline::load_pack;
use etalon_rules::{Calendar, Pack, without_examples};
use etalon_store::{Error, ErrorKind, KeptPack, Store};
use std::collections::{BTreeMap, BTreeSet};

/// Keeps packs in a result folder, before the first call that they judge is written.
///
/// # Errors
///
/// When the folder can't be written.
pub fn keep(store: &Store, packs: &[Pack]) -> Result<(), BatchError> {
    for pack in packs {
        let kept =
            KeptPack { source: without_examples(pack.source()), added_days: pack.added_days().notation() };
        store.keep_pack(&pack.reference().sha256, &kept)?;
    }
    Ok(())
}

/// Forgets the packs that judged none of the stored calls, which these sets of packs have judged,
/// and the examples of the others, with which earlier versions kept them. `in_use` are known to be
/// needed. The caller holds the folder's lock.
///
/// # Errors
///
/// When the folder can't be read or written.
pub(crate) fn forget_unused(
    store: &Store,
    in_use: &[Pack],
    judged_by: &BTreeMap<Vec<PackReference>, usize>,
) -> Result<(), BatchError> {
    let mut unused: BTreeSet<String> = store.kept_packs()?.into_iter().collect();
    for pack in in_use {
        unused.remove(&pack.reference().sha256);
    }
    for pack in judged_by.keys().flatten() {
        unused.remove(&pack.sha256);
    }
    unused.iter().try_for_each(|sha256| store.forget_pack(sha256))?;
    forget_examples(store)
}

fn forget_examples(store: &Store) -> Result<(), BatchError> {
    for sha256 in store.kept_packs()? {
        let kept = store.kept_pack(&sha256).ok().flatten();
        if kept.is_some_and(|kept| store.is_as_kept(&sha256, &kept).unwrap_or(false)) {
            continue;
        }
        // A damaged one is left to whoever needs it.
        if let Some(pack) = kept_pack(store, &sha256).ok().flatten() {
            keep(store, &[pack])?;
        }
    }
    Ok(())
}

/// The very pack that judged calls: kept with them, or built in. In folders of versions that kept no
/// packs it is the built-in one of the same id, of whatever version.
///
/// # Errors
///
/// [`BatchError::NotKept`] where there is none, and whatever keeps it from being read.
pub fn judging_pack(store: &Store, reference: &PackReference) -> Result<Pack, BatchError> {
    if let Some(pack) = kept_pack(store, &reference.sha256)? {
        return Ok(pack);
    }
    if etalon_rules::built_in(&reference.id).is_some() {
        return Ok(load_pack(&reference.id)?);
    }
    Err(BatchError::NotKept { id: reference.id.clone() })
}

/// The pack that is kept under a SHA-256; nothing where there is none.
fn kept_pack(store: &Store, sha256: &str) -> Result<Option<Pack>, BatchError> {
    // Calls of early versions name packs by other hashes.
    let Some(kept) = store.kept_pack(sha256).or_else(none_of_such_id)? else { return Ok(None) };
    let path = store.directory().join(format!("packs/{sha256}.toml"));
    let damaged = || {
        let detail = "its bytes are not those that were kept".to_owned();
        BatchError::from(Error::Corrupt { path: path.clone(), detail })
    };
    let days = Calendar::from_notation(&kept.added_days).map_err(|_| damaged())?;
    let pack = Pack::parse(&kept.source, &path.display().to_string());
    let pack = pack.map_err(etalon_pipeline::PipelineError::from)?.with_calendar(&days);
    let is_whole = pack.reference().sha256 == sha256 || store.is_as_kept(sha256, &kept)?;
    if is_whole { Ok(Some(pack.named_by(sha256))) } else { Err(damaged()) }
}

fn none_of_such_id(error: Error) -> Result<Option<KeptPack>, Error> {
    if error.kind() == ErrorKind::Invalid { Ok(None) } else { Err(error) }
}

/// All packs that are kept in a result folder and can be read.
///
/// # Errors
///
/// When the folder can't be listed.
pub fn readable_packs(store: &Store) -> Result<Vec<Pack>, BatchError> {
    let digests = store.kept_packs()?;
    Ok(digests.iter().filter_map(|sha256| kept_pack(store, sha256).ok().flatten()).collect())
}
