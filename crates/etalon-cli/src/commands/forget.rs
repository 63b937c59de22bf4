//! `etalon forget`: calls out of every file of a result folder, with the proof of it.

use crate::arguments::{ForgetOptions, PagesOptions};
use crate::clock::{now, today};
use crate::commands::report::{self, exit_with_unreadable, known_packs};
use crate::exit::Exit;
use crate::output;
use crate::table::{Align, Table};
use anyhow::bail;
use etalon_batch::{Age, BatchError, Config, ConfigError, across_calls};
use etalon_forget::{Checked, Forgetting, KnownBy, Removed, Selected, Wanted};
use etalon_report::Rebuilt;
use etalon_review::BlankedEvent;
use etalon_store::{Lock, Store};
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::Path;

/// What the command prints with `--json`.
#[derive(Default, Serialize)]
struct Proof {
    /// The calls that were to be forgotten.
    calls: usize,
    dry_run: bool,
    /// By what each call of a client was known. It names the client, so that only a dry run shows it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known: Vec<KnownBy>,
    removed: Removed,
    /// Calls that are left.
    left: usize,
    checked: Checked,
    /// Calls that may be the client's, and stay.
    doubtful: Vec<KnownBy>,
    /// Calls of whom nobody knows whether they were meant.
    unreadable: Vec<String>,
    /// Ids that were asked for and are those of no call.
    unknown: Vec<String>,
    without_start: usize,
    /// Failed and quarantined recordings without a start.
    without_result: usize,
}

impl Proof {
    fn of(selected: Selected, forgetting: &Forgetting, is_dry_run: bool) -> Self {
        Self {
            calls: forgetting.ids.len(),
            dry_run: is_dry_run,
            known: if is_dry_run { selected.known } else { Vec::new() },
            doubtful: selected.doubtful,
            unreadable: selected.unreadable,
            unknown: selected.unknown,
            without_start: selected.without_start,
            without_result: selected.without_result,
            ..Self::default()
        }
    }

    /// How the command ends when nothing else is wrong: calls that stay may have been meant.
    fn exit(&self) -> Exit {
        let is_certain = self.doubtful.is_empty() && self.unreadable.is_empty() && self.unknown.is_empty();
        if is_certain { Exit::Done } else { Exit::SomeFailed }
    }
}

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
    tell_doubts(&proof);
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
    print(options, &proof, &forgetting)?;
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

fn tell_doubts(proof: &Proof) {
    let Proof { doubtful, unreadable, unknown, without_start, without_result, .. } = proof;
    if !doubtful.is_empty() {
        output::message(&format!(
            "{} calls may be the client's, and stay: a name or a tag holds the number, and nothing says whose call \
             it is; forget those that are by --call, and take recordings without an id away",
            doubtful.len()
        ));
    }
    if !unreadable.is_empty() {
        output::message(&format!(
            "{} stored calls can't be read, so nobody knows whether they were meant; they stay: {}",
            unreadable.len(),
            unreadable.join(", ")
        ));
    }
    if !unknown.is_empty() {
        output::message(&format!(
            "no call has the id {}; ids have 16 hexadecimal digits, and stand in calls.jsonl",
            unknown.join(", ")
        ));
    }
    if *without_start > 0 {
        output::message(&format!(
            "{without_start} calls have no start, so their age is not known; they stay"
        ));
    }
    if *without_result > 0 {
        output::message(&format!(
            "{without_result} recordings that failed or are in quarantine have no start, so their age is not known; \
             they stay (failures.jsonl)"
        ));
    }
}

fn print(options: &ForgetOptions, proof: &Proof, forgetting: &Forgetting) -> anyhow::Result<()> {
    if options.json {
        output::json(proof)?;
        return Ok(());
    }
    for KnownBy { id, by } in &proof.doubtful {
        let id = id.as_deref().unwrap_or("no id");
        output::data(&format!("may be the client's, and stays: {id} ({by})\n"))?;
    }
    if forgetting.is_empty() {
        output::message("no such call is stored, failed or quarantined: there is nothing to forget");
        return print_search(&proof.checked);
    }
    if proof.dry_run {
        output::data(&dry_run_table(&proof.known, forgetting))?;
        output::message(&format!("{} calls would be forgotten; nothing was changed", proof.calls));
        return Ok(());
    }
    output::data(&removed_table(&proof.removed))?;
    print_search(&proof.checked)?;
    output::message(&format!(
        "{} calls are forgotten, {} are left; the recordings themselves are where they were, and are not listened to again",
        proof.calls, proof.left
    ));
    Ok(())
}

/// What a search of all files came to; nothing where there was none.
fn print_search(checked: &Checked) -> anyhow::Result<()> {
    let Checked { files, texts, left_out, leftovers, of_others } = checked;
    if *files == 0 {
        return Ok(());
    }
    for leftover in leftovers {
        output::data(&format!("left: {} ({})\n", leftover.file, leftover.what))?;
    }
    for leftover in of_others {
        output::data(&format!("of other calls: {} ({})\n", leftover.file, leftover.what))?;
    }
    let found = match (leftovers.len(), of_others.len()) {
        (0, 0) => "found in none".to_owned(),
        (0, others) => format!("found in none but {others} that say it of other calls"),
        (left, _) => format!("found in {left}"),
    };
    output::data(&format!(
        "searched {files} files for {texts} ids, paths and spellings of clients: {found}\n"
    ))?;
    if *left_out > 0 {
        output::message(&format!(
            "{left_out} paths or clients were not searched for, because other calls have them too, or they are too short"
        ));
    }
    Ok(())
}

/// The calls that would be forgotten, and by what those of a client are known.
fn dry_run_table(known: &[KnownBy], forgetting: &Forgetting) -> String {
    let mut table = Table::new([("call", Align::Left), ("known by", Align::Left)]);
    for KnownBy { id, by } in known {
        table.add([id.clone().unwrap_or_default(), by.clone()]);
    }
    let named: BTreeSet<&String> = known.iter().filter_map(|known| known.id.as_ref()).collect();
    for id in forgetting.ids.iter().filter(|id| !named.contains(id)) {
        table.add([id.clone(), String::new()]);
    }
    table.as_text()
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
    let blanked: String = removed.blanked.iter().map(blanked_line).collect();
    format!(
        "{}{blanked}made anew without them: ledger, tables, calls.jsonl, incidents.jsonl, report; search index deleted\ntombstones added: {}\n",
        table.as_text(),
        removed.tombstones
    )
}

fn blanked_line(event: &BlankedEvent) -> String {
    let place = match &event.reviewer {
        Some(reviewer) => format!("a comment in the sheet of {reviewer}"),
        None => "a correction".to_owned(),
    };
    format!("blanked in part: {place}, call {}\n", event.call)
}
