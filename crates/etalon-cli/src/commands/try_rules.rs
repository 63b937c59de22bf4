//! `etalon rules try`: what a pack would find in stored calls. Shows words of the calls, because it was asked to.

use crate::arguments::TryOptions;
use crate::exit::Exit;
use crate::output;
use crate::table::{Align, Table, shortened};
use anyhow::bail;
use etalon_batch::across_calls::{history_of, ledger_of};
use etalon_call::{Verdict, clock};
use etalon_pipeline::load_pack;
use etalon_rules::{History, Pack};
use etalon_store::Store;
use etalon_trial::{ChangedCall, GroupTrial, RuleTrial, Trial, TrialRequest, VerdictCounts, try_pack};

/// Calls that are listed of those that appeared, and of those that vanished.
const LISTED_CALLS: usize = 20;

/// The longest bar of a histogram, characters.
const LONGEST_BAR: usize = 40;

/// Runs the command.
pub(crate) fn try_rules(options: &TryOptions) -> anyhow::Result<Exit> {
    let pack = load_pack(&options.pack)?;
    if let Some(id) = &options.rule
        && pack.rules().iter().all(|rule| rule.id() != id)
    {
        bail!("the pack {} has no rule `{id}`; `etalon rules check` lists them", pack.id());
    }
    let store = Store::open(&options.directory)?;
    let request = TrialRequest {
        pack: &pack,
        rule: options.rule.as_deref(),
        hit: options.hit,
        history: &History::default(),
        until: None,
    };
    let history = if request.asks_for_history() {
        history_of(&ledger_of(&store)?, &options.earlier.history)?
    } else {
        History::default()
    };
    let trial = try_pack(&store, TrialRequest { history: &history, ..request })?;
    if options.json {
        output::json(&trial)?;
    } else {
        output::data(&as_text(&trial, &pack, options))?;
        output::message(&format!("{} calls, nothing was written", trial.calls));
    }
    if trial.unreadable > 0 {
        output::message(&format!("{} stored calls can't be read and were not judged", trial.unreadable));
        return Ok(Exit::SomeFailed);
    }
    Ok(Exit::Done)
}

fn as_text(trial: &Trial, pack: &Pack, options: &TryOptions) -> String {
    let mut text = rule_table(trial);
    // One rule is shown with all that is known of it.
    if let [rule] = trial.rules.as_slice() {
        text.extend(["\n", &group_table("week", &rule.weeks), "\n", &group_table("agent", &rule.agents)]);
        text.push_str(&histogram(rule, pack));
        text.push_str(&changed("appeared", &rule.appeared));
        text.push_str(&changed("vanished", &rule.vanished));
    } else if options.rule.is_none() {
        text.push_str("\nweeks, agents and calls of one rule: --rule ID\n");
    }
    text
}

/// Calls by verdict, where it changes with what the rule in force says.
fn verdicts(in_force: VerdictCounts, on_trial: VerdictCounts) -> [String; 4] {
    Verdict::ALL.map(|verdict| {
        let (before, now) = (in_force.of(verdict), on_trial.of(verdict));
        if now == before { now.to_string() } else { format!("{before} → {now}") }
    })
}

fn rule_table(trial: &Trial) -> String {
    let mut table = Table::new([
        ("rule", Align::Left),
        ("pass", Align::Right),
        ("fail", Align::Right),
        ("na", Align::Right),
        ("unmeasurable", Align::Right),
        ("appeared", Align::Right),
        ("vanished", Align::Right),
        ("stayed", Align::Right),
    ]);
    for rule in &trial.rules {
        let [pass, fail, na, unmeasurable] = verdicts(rule.in_force, rule.verdicts);
        let [appeared, vanished] = [&rule.appeared, &rule.vanished].map(|calls| calls.len().to_string());
        let stayed = rule.stayed.to_string();
        table.add([shortened(&rule.rule), pass, fail, na, unmeasurable, appeared, vanished, stayed]);
    }
    table.as_text()
}

fn group_table(heading: &str, groups: &[GroupTrial]) -> String {
    let mut table = Table::new([
        (heading, Align::Left),
        ("pass", Align::Right),
        ("fail", Align::Right),
        ("na", Align::Right),
        ("unmeasurable", Align::Right),
    ]);
    for group in groups {
        let [pass, fail, na, unmeasurable] = verdicts(group.in_force, group.verdicts);
        let name = group.name.as_deref().map_or_else(|| "—".to_owned(), shortened);
        table.add([name, pass, fail, na, unmeasurable]);
    }
    table.as_text()
}

/// Calls by likeness, one bar a line; nothing for rules without intents.
fn histogram(rule: &RuleTrial, pack: &Pack) -> String {
    let most = rule.likeness.iter().map(|bar| bar.calls).max().unwrap_or_default();
    if most == 0 {
        return String::new();
    }
    let mut table = Table::new([
        ("likeness", Align::Right),
        ("calls", Align::Right),
        ("hits", Align::Right),
        ("", Align::Left),
    ]);
    for bar in &rule.likeness {
        let length = (bar.calls * LONGEST_BAR).div_ceil(most);
        let range = format!("{:.2}–{:.2}", bar.from, bar.until);
        table.add([range, bar.calls.to_string(), bar.hits.to_string(), "█".repeat(length)]);
    }
    let thresholds: Vec<String> =
        pack.intents().map(|intent| format!("{} {:.2}", intent.name(), intent.threshold())).collect();
    format!("\n{}thresholds of the pack: {}\n", table.as_text(), thresholds.join(", "))
}

fn changed(heading: &str, calls: &[ChangedCall]) -> String {
    if calls.is_empty() {
        return String::new();
    }
    let mut table = Table::new([
        (heading, Align::Left),
        ("before", Align::Left),
        ("after", Align::Left),
        ("time", Align::Right),
        ("evidence", Align::Left),
    ]);
    for call in calls.iter().take(LISTED_CALLS) {
        let before = call.before.map_or("—", Verdict::name).to_owned();
        let place = call.evidence.first();
        let time = place.map(|place| clock(place.start_s)).unwrap_or_default();
        let quote = place.map(|place| place.label.clone().unwrap_or_else(|| place.quote.as_str().to_owned()));
        let after = call.after.name().to_owned();
        table.add([shortened(&call.source), before, after, time, quote.unwrap_or_default()]);
    }
    let rest = calls.len().saturating_sub(LISTED_CALLS);
    let rest = if rest > 0 { format!("and {rest} more; --json lists all\n") } else { String::new() };
    format!("\n{}{rest}", table.as_text())
}
