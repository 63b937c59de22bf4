//! What `etalon forget` shows of its work: what was deleted, what is left, and what nobody knows.

use crate::arguments::ForgetOptions;
use crate::exit::Exit;
use crate::output;
use crate::table::{Align, Table};
use etalon_forget::{Checked, Forgetting, KnownBy, Removed, Selected};
use etalon_review::BlankedEvent;
use serde::Serialize;
use std::collections::BTreeSet;

/// What the command prints with `--json`.
#[derive(Default, Serialize)]
pub(super) struct Proof {
    /// The calls that were to be forgotten.
    calls: usize,
    dry_run: bool,
    /// By what each call of a client was known. It names the client, so that only a dry run shows it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known: Vec<KnownBy>,
    pub(super) removed: Removed,
    /// Calls that are left.
    pub(super) left: usize,
    pub(super) checked: Checked,
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
    pub(super) fn of(selected: Selected, forgetting: &Forgetting, is_dry_run: bool) -> Self {
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
    pub(super) fn exit(&self) -> Exit {
        let is_certain = self.doubtful.is_empty() && self.unreadable.is_empty() && self.unknown.is_empty();
        if is_certain { Exit::Done } else { Exit::SomeFailed }
    }

    /// Says what may have been meant, and stays.
    pub(super) fn say_doubts(&self) {
        let Self { doubtful, unreadable, unknown, without_start, without_result, .. } = self;
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

    /// Prints what was forgotten, or would be, and what the search came to.
    pub(super) fn print(&self, options: &ForgetOptions, forgetting: &Forgetting) -> anyhow::Result<()> {
        if options.json {
            output::json(self)?;
            return Ok(());
        }
        for KnownBy { id, by } in &self.doubtful {
            let id = id.as_deref().unwrap_or("no id");
            output::data(&format!("may be the client's, and stays: {id} ({by})\n"))?;
        }
        if forgetting.is_empty() {
            output::message("no such call is stored, failed or quarantined: there is nothing to forget");
            return print_search(&self.checked);
        }
        if self.dry_run {
            output::data(&dry_run_table(&self.known, forgetting))?;
            output::message(&format!("{} calls would be forgotten; nothing was changed", self.calls));
            return Ok(());
        }
        output::data(&removed_table(&self.removed))?;
        print_search(&self.checked)?;
        output::message(&format!(
            "{} calls are forgotten, {} are left; the recordings themselves are where they were, and are not listened to again",
            self.calls, self.left
        ));
        Ok(())
    }
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
