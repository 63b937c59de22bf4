//! `etalon forget`: calls out of every file of a result folder, with the proof of it.

mod proof;

use crate::arguments::{ForgetOptions, PagesOptions};
use crate::clock::{now, today};
use crate::commands::report::{self, exit_with_unreadable, known_packs};
use crate::exit::Exit;
use crate::output;
use anyhow::bail;
use etalon_batch::{Age, BatchError, Config, ConfigError, across_calls};
use etalon_forget::{Checked, Forgetting, Wanted};
use etalon_report::Rebuilt;
use etalon_store::{Lock, Store};
use proof::Proof;
use std::collections::BTreeSet;
use std::path::Path;

/// Runs the command.
pub(crate) fn forget(options: &ForgetOptions) -> anyhow::Result<Exit> {
    etalon_batch::start_threads()?;
    let store = Store::open(&options.out)?;
    let wanted = wanted(options)?;
    let lock = store.lock()?;
    let mut selected = etalon_forget::select(&store, &wanted)?;
    let mut forgetting = std::mem::take(&mut selected.forgetting);
    if let Some(interrupted) = etalon_forget::interrupted(&store)? {
        output::message(
            "an earlier `etalon forget` was interrupted: what it was to forget is forgotten as well",
        );
        forgetting.extend(interrupted);
    }
    etalon_forget::add_sides(&store, &mut forgetting, hashes_of)?;
    let mut proof = Proof::of(selected, &forgetting, options.dry_run);
    proof.say_doubts();
    let mut exit = proof.exit();
    if !options.dry_run && !forgetting.is_empty() {
        let rebuilt = remove(&store, &lock, &forgetting, options, &mut proof)?;
        let with_unreadable = exit_with_unreadable(&rebuilt);
        exit = if exit == Exit::Done { with_unreadable } else { exit };
    } else if let (false, Wanted::Client(client)) = (options.dry_run, &wanted) {
        // What others say of the client stays, and files that no etalon wrote.
        let clients = BTreeSet::from([client.clone()]);
        proof.checked = search(&store, &Forgetting { clients, ..Forgetting::default() })?;
    }
    proof.print(options, &forgetting)?;
    if !proof.checked.leftovers.is_empty() {
        bail!(
            "{} files still hold something of what was to be forgotten; they are listed above: take it out of them, \
             or delete those that are no results; `etalon forget --client` searches again",
            proof.checked.leftovers.len()
        );
    }
    Ok(exit)
}

/// Deletes the calls, makes anew what is made of all calls together, and searches every file for
/// what may be left of them.
fn remove(
    store: &Store,
    lock: &Lock,
    forgetting: &Forgetting,
    options: &ForgetOptions,
    proof: &mut Proof,
) -> anyhow::Result<Rebuilt> {
    proof.removed = etalon_forget::remove(store, lock, forgetting, &today())?;
    proof.left = across_calls::rewrite_ledger(store, &options.earlier.history)?;
    let rebuilt = report::rebuild(store, &known_packs(store)?, &PagesOptions::default(), None)?;
    proof.checked = search(store, forgetting)?;
    // What is left is in files that the same command would leave as they are.
    etalon_forget::finish(store)?;
    Ok(rebuilt)
}

/// Searches every file, tables included.
fn search(store: &Store, forgetting: &Forgetting) -> anyhow::Result<Checked> {
    let table = |file: &str| {
        let is_table = file.ends_with(".parquet");
        let read = || etalon_report::table_text(&store.directory().join(file));
        is_table.then(|| read().map_err(|error| error.to_string()))
    };
    Ok(etalon_forget::check(store, forgetting, table)?)
}

/// The SHA-256 of files one after the other, and that of each; nothing where they can't be read.
fn hashes_of(paths: &[&Path]) -> Option<(String, Vec<String>)> {
    let hashed = etalon_pipeline::hash_files(paths).ok()?;
    Some((hashed.sha256, hashed.each))
}

fn wanted(options: &ForgetOptions) -> anyhow::Result<Wanted> {
    if let Some(client) = &options.client {
        return Ok(Wanted::Client(client.clone()));
    }
    if let Some(age) = age(options)? {
        return Ok(Wanted::Before(age.before(now())));
    }
    Ok(Wanted::Calls(options.call.iter().map(|id| id.trim().to_ascii_lowercase()).collect()))
}

/// How old a call may become, by the command line or the configuration.
fn age(options: &ForgetOptions) -> anyhow::Result<Option<Age>> {
    let Some(path) = &options.config else { return Ok(options.older_than) };
    let missing = || BatchError::Config { path: path.clone(), error: ConfigError::NoRetention };
    Ok(Some(Config::read(path)?.retention.older_than.ok_or_else(missing)?))
}
