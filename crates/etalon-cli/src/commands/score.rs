//! `etalon score`: rules applied again to stored calls.

use crate::arguments::ScoreOptions;
use crate::commands::report::{self, exit_with_unreadable};
use crate::exit::Exit;
use crate::output;
use crate::table::{Align, Table};
use etalon_batch::across_calls::{StoredCalls, stored_calls};
use etalon_batch::{BatchError, Config, RescoredCall, Standard, kept_packs};
use etalon_call::{PackReference, Verdict};
use etalon_pipeline::{ScoreSettings, check_ids, load_packs, load_packs_with};
use etalon_rules::{Flip, Pack, without_examples};
use etalon_store::Store;
use serde::Serialize;
use std::collections::BTreeMap;

/// What the command prints with `--json`.
#[derive(Serialize)]
struct ScoreSummary<'a> {
    packs: Vec<PackReference>,
    calls: usize,
    changed: usize,
    rules: &'a [RuleFlips],
    agents: &'a [AgentFlips],
    /// The calls in which a verdict flipped or the score is another.
    flipped: Vec<&'a RescoredCall>,
}

/// How often one verdict of a rule became another one.
#[derive(Serialize)]
struct RuleFlips {
    #[serde(flatten)]
    flip: Flip,
    calls: usize,
}

/// What changed for one agent.
#[derive(Serialize)]
struct AgentFlips {
    agent: Option<String>,
    calls: usize,
    flips: usize,
    mean_score_before: Option<f64>,
    mean_score_after: Option<f64>,
}

/// Runs the command.
pub(crate) fn score(options: &ScoreOptions) -> anyhow::Result<Exit> {
    etalon_batch::start_threads()?;
    let store = Store::open(&options.directory)?;
    let named = named_packs(options)?;
    let lock = store.lock()?;
    if !options.dry_run {
        store.remove_stale_temporary_files(&lock)?;
        report::delete_forgotten(&store, &lock)?;
    }
    let stored = stored_calls(&store)?;
    let (packs, when_scored) = match named {
        Some(named) => named,
        None => (packs_of_stored_calls(&store, &stored, &options.add_packs)?, None),
    };
    let standard = Standard { packs: &packs, score: when_scored };
    let history = &options.earlier.history;
    if options.dry_run {
        print(options, &packs, &etalon_batch::preview(&store, &stored, standard, history)?)?;
        return Ok(Exit::Done);
    }
    let rescored = etalon_batch::rescore(&store, &stored, standard, history)?;
    let rebuilt = report::rebuild(&store, &packs, &options.report, Some(&stored.ledger))?;
    print(options, &packs, &rescored)?;
    Ok(exit_with_unreadable(&rebuilt))
}

/// The packs that are asked for, and when a call has a score where the configuration says so; none
/// where those apply that judged the folder's calls.
fn named_packs(options: &ScoreOptions) -> anyhow::Result<Option<(Vec<Pack>, Option<ScoreSettings>)>> {
    if options.packs.is_empty() && options.config.is_none() {
        return Ok(None);
    }
    let mut config = options.config.as_deref().map(Config::read).transpose()?.unwrap_or_default();
    if !options.packs.is_empty() {
        config.packs.clone_from(&options.packs);
    }
    config.packs.extend(options.add_packs.iter().cloned());
    let settings = options.config.as_ref().map(|_| config.score);
    Ok(Some((load_packs(&config.packs, &config.calendar)?, settings)))
}

/// The packs by which most of the folder's calls were judged, and those that are added. Damaged
/// calls are passed over here and named at the end.
fn packs_of_stored_calls(store: &Store, stored: &StoredCalls, added: &[String]) -> anyhow::Result<Vec<Pack>> {
    let mut packs = most_used_packs(store, stored)?;
    let days = packs.first().map(|pack| pack.added_days().clone()).unwrap_or_default();
    packs.extend(load_packs_with(added, &days)?);
    check_ids(&packs)?;
    Ok(packs)
}

fn most_used_packs(store: &Store, stored: &StoredCalls) -> anyhow::Result<Vec<Pack>> {
    let sets = &stored.judged_by;
    let Some((packs, calls)) = sets.iter().max_by_key(|(_, calls)| **calls) else { return Ok(vec![]) };
    let all: usize = sets.values().sum();
    if sets.len() > 1 {
        let ids: Vec<&str> = packs.iter().map(|pack| pack.id.as_str()).collect();
        output::message(&format!(
            "{} of {all} calls were judged by other packs, or by other versions of them, than the rest; all are judged \
             by those of the rest now: {}",
            all - calls,
            ids.join(", ")
        ));
    }
    packs.iter().map(|reference| Ok(judging_pack(store, reference)?)).collect()
}

/// The pack that judged calls; says where it differs from what the calls name or from what is built
/// in.
fn judging_pack(store: &Store, reference: &PackReference) -> Result<Pack, BatchError> {
    let pack = kept_packs::judging_pack(store, reference)?;
    let id = pack.id();
    let built_in = etalon_rules::built_in(id);
    if pack.reference() != *reference {
        output::message(&format!(
            "the pack {id} is not kept with the results; the built-in one, which differs from it, is used"
        ));
    } else if built_in.is_some_and(|source| without_examples(source) != without_examples(pack.source())) {
        output::message(&format!(
            "the pack {id} is used as it is kept with the results; the built-in one differs: --packs {id} uses that"
        ));
    }
    Ok(pack)
}

fn print(options: &ScoreOptions, packs: &[Pack], scored: &[RescoredCall]) -> anyhow::Result<()> {
    let (rules, agents) = (by_rule(scored), by_agent(scored));
    let changed = scored.iter().filter(|call| call.is_changed).count();
    if options.json {
        let summary = ScoreSummary {
            packs: packs.iter().map(Pack::reference).collect(),
            calls: scored.len(),
            changed,
            rules: &rules,
            agents: &agents,
            flipped: scored.iter().filter(|call| is_flipped(call)).collect(),
        };
        output::json(&summary)?;
        return Ok(());
    }
    if rules.is_empty() {
        output::data("no verdict flipped\n")?;
    } else {
        output::data(&format!("{}\n{}", rule_table(&rules), agent_table(&agents)))?;
    }
    let done = if options.dry_run { "would be written; nothing was" } else { "written" };
    output::message(&format!("{} calls, {changed} {done}", scored.len()));
    Ok(())
}

fn is_flipped(call: &RescoredCall) -> bool {
    !call.flips.is_empty() || call.score_before != call.score_after
}

/// Flips in order of pack, rule and verdicts.
fn by_rule(scored: &[RescoredCall]) -> Vec<RuleFlips> {
    let mut counts: BTreeMap<&Flip, usize> = BTreeMap::new();
    for flip in scored.iter().flat_map(|call| &call.flips) {
        *counts.entry(flip).or_default() += 1;
    }
    counts.into_iter().map(|(flip, calls)| RuleFlips { flip: flip.clone(), calls }).collect()
}

/// Agents in whose calls something flipped.
fn by_agent(scored: &[RescoredCall]) -> Vec<AgentFlips> {
    let mut groups: BTreeMap<Option<&String>, Vec<&RescoredCall>> = BTreeMap::new();
    for call in scored {
        groups.entry(call.agent.as_ref()).or_default().push(call);
    }
    let groups = groups.into_iter().filter(|(_, calls)| calls.iter().any(|call| is_flipped(call)));
    groups
        .map(|(agent, calls)| AgentFlips {
            agent: agent.cloned(),
            calls: calls.len(),
            flips: calls.iter().map(|call| call.flips.len()).sum(),
            mean_score_before: mean(calls.iter().filter_map(|call| call.score_before)),
            mean_score_after: mean(calls.iter().filter_map(|call| call.score_after)),
        })
        .collect()
}

fn mean(scores: impl Iterator<Item = f64>) -> Option<f64> {
    let scores: Vec<f64> = scores.collect();
    (!scores.is_empty()).then(|| etalon_call::round3(scores.iter().sum::<f64>() / scores.len() as f64))
}

fn rule_table(rules: &[RuleFlips]) -> String {
    let mut table = Table::new([
        ("rule", Align::Left),
        ("before", Align::Left),
        ("after", Align::Left),
        ("calls", Align::Right),
    ]);
    for RuleFlips { flip, calls } in rules {
        table.add([
            format!("{}/{}", flip.pack, flip.rule),
            verdict_name(flip.before),
            verdict_name(flip.after),
            calls.to_string(),
        ]);
    }
    table.as_text()
}

fn agent_table(agents: &[AgentFlips]) -> String {
    let score = |score: Option<f64>| score.map_or_else(|| "—".to_owned(), |score| format!("{score:.1}"));
    let mut table = Table::new([
        ("agent", Align::Left),
        ("calls", Align::Right),
        ("flips", Align::Right),
        ("score before", Align::Right),
        ("score after", Align::Right),
    ]);
    for agent in agents {
        table.add([
            agent.agent.clone().unwrap_or_else(|| "—".to_owned()),
            agent.calls.to_string(),
            agent.flips.to_string(),
            score(agent.mean_score_before),
            score(agent.mean_score_after),
        ]);
    }
    table.as_text()
}

fn verdict_name(verdict: Option<Verdict>) -> String {
    verdict.map_or("—", Verdict::name).to_owned()
}
