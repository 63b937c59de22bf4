//! `etalon forget`: calls out of every file of a result folder, with the proof of it.

use crate::arguments::{ForgetOptions, PagesOptions};
use crate::clock::{now, today};
use crate::commands::report::{self, exit_with_unreadable, known_packs};
use crate::exit::Exit;
use crate::output;
use crate::table::{Align, Table};
use anyhow::{Context as _, bail};
use etalon_batch::{Config, across_calls};
use etalon_forget::{Age, Checked, Forgetting, Removed, Selected, Wanted};
use etalon_report::Rebuilt;
use etalon_store::{Lock, Store};
use serde::Serialize;

/// What the command prints with `--json`.
#[derive(Default, Serialize)]
struct Proof {
    /// The calls that were to be forgotten.
    calls: usize,
    dry_run: bool,
    removed: Removed,
    /// Calls that are left.
    left: usize,
    checked: Checked,
    /// Calls of whom nobody knows whether they were meant.
    unreadable: Vec<String>,
    without_start: usize,
}

/// Runs the command.
pub(crate) fn forget(options: &ForgetOptions) -> anyhow::Result<Exit> {
    etalon_batch::start_threads()?;
    let store = Store::open(&options.out)?;
    let wanted = wanted(options)?;
    let lock = store.lock()?;
    let Selected { mut forgetting, unreadable, without_start } = etalon_forget::select(&store, &wanted)?;
    if let Some(interrupted) = etalon_forget::interrupted(&store)? {
        output::message(
            "an earlier `etalon forget` was interrupted: what it was to forget is forgotten as well",
        );
        forgetting.extend(interrupted);
    }
    tell_doubts(&unreadable, without_start);
    let exit = if unreadable.is_empty() { Exit::Done } else { Exit::SomeFailed };
    let (calls, dry_run) = (forgetting.ids.len(), options.dry_run);
    let mut proof = Proof { calls, dry_run, unreadable, without_start, ..Proof::default() };
    if forgetting.is_empty() || options.dry_run {
        print(options, &proof, &forgetting)?;
        return Ok(exit);
    }
    let rebuilt = remove(&store, &lock, &forgetting, options, &mut proof)?;
    print(options, &proof, &forgetting)?;
    if !proof.checked.leftovers.is_empty() {
        bail!(
            "{} files still hold something of the calls; they are listed above: delete them, and run the same command again",
            proof.checked.leftovers.len()
        );
    }
    Ok(if exit == Exit::Done { exit_with_unreadable(&rebuilt) } else { exit })
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
    let table = |file: &str| {
        let is_table = file.ends_with(".parquet");
        let read = || etalon_report::table_text(&store.directory().join(file));
        is_table.then(|| read().map_err(|error| error.to_string()))
    };
    proof.checked = etalon_forget::check(store, forgetting, table)?;
    if proof.checked.leftovers.is_empty() {
        etalon_forget::finish(store)?;
    }
    Ok(rebuilt)
}

fn wanted(options: &ForgetOptions) -> anyhow::Result<Wanted> {
    if let Some(client) = &options.client {
        return Ok(Wanted::Client(client.clone()));
    }
    if let Some(age) = age(options)? {
        return Ok(Wanted::Before(age.before(now())));
    }
    Ok(Wanted::Calls(options.call.iter().cloned().collect()))
}

/// How old a call may become, by the command line or the configuration.
fn age(options: &ForgetOptions) -> anyhow::Result<Option<Age>> {
    let Some(path) = &options.config else { return Ok(options.older_than) };
    let place = || path.display().to_string();
    let older_than = Config::read(path)?.retention.older_than;
    let older_than = older_than.with_context(|| {
        format!("{}: says nothing of retention; add [retention] with older_than = \"90d\"", place())
    })?;
    let age = older_than.parse::<Age>();
    Ok(Some(age.with_context(|| format!("{}: retention.older_than can't be used", place()))?))
}

fn tell_doubts(unreadable: &[String], without_start: usize) {
    if !unreadable.is_empty() {
        output::message(&format!(
            "{} stored calls can't be read, so nobody knows whether they were meant; they stay: {}",
            unreadable.len(),
            unreadable.join(", ")
        ));
    }
    if without_start > 0 {
        output::message(&format!(
            "{without_start} calls have no start, so their age is not known; they stay"
        ));
    }
}

fn print(options: &ForgetOptions, proof: &Proof, forgetting: &Forgetting) -> anyhow::Result<()> {
    if options.json {
        output::json(proof)?;
        return Ok(());
    }
    if forgetting.is_empty() {
        output::message("no such call is stored, failed or quarantined: there is nothing to forget");
        return Ok(());
    }
    if proof.dry_run {
        let mut table = Table::new([("call", Align::Left)]);
        forgetting.ids.iter().for_each(|id| table.add([id.clone()]));
        output::data(&table.as_text())?;
        output::message(&format!("{} calls would be forgotten; nothing was changed", proof.calls));
        return Ok(());
    }
    output::data(&removed_table(&proof.removed))?;
    let Checked { files, texts, left_out, leftovers } = &proof.checked;
    for leftover in leftovers {
        output::data(&format!("left: {} ({})\n", leftover.file, leftover.what))?;
    }
    let found = if leftovers.is_empty() {
        "found in none".to_owned()
    } else {
        format!("found in {}", leftovers.len())
    };
    output::data(&format!("searched {files} files for {texts} ids, paths and clients: {found}\n"))?;
    if *left_out > 0 {
        output::message(&format!(
            "{left_out} paths or clients were not searched for, because other calls have them too, or they are too short"
        ));
    }
    output::message(&format!(
        "{} calls are forgotten, {} are left; the recordings themselves are where they were, and are not listened to again",
        proof.calls, proof.left
    ));
    Ok(())
}

fn removed_table(removed: &Removed) -> String {
    let mut table = Table::new([("removed", Align::Left), ("number", Align::Right)]);
    for (what, number) in [
        ("calls", removed.calls),
        ("waveforms", removed.waveforms),
        ("pages and sounds", removed.pages_and_sounds),
        ("quarantined recordings", removed.quarantined),
        ("review events", removed.review_events),
        ("lines of failures.jsonl", removed.failures),
        ("lines of passed_over.jsonl", removed.passed_over),
        ("lines of recordings.jsonl", removed.recordings),
        ("places in run.json", removed.places),
    ] {
        table.add([what.to_owned(), number.to_string()]);
    }
    format!(
        "{}made anew without them: ledger, tables, calls.jsonl, incidents.jsonl, report; search index deleted\ntombstones added: {}\n",
        table.as_text(),
        removed.tombstones
    )
}
