//! Rules applied again to stored calls, without audio and without recognition.

use crate::across_calls::{ledger_of, read, with_earlier, write_ledger};
use crate::error::BatchError;
use etalon_call::{Call, CallFacts, Evaluation, PackReference, Verdict};
use etalon_pipeline::fingerprint_with;
use etalon_rules::{CallView, History, Pack, evaluate_across_calls, evaluate_with_history};
use etalon_store::Store;
use etalon_store::{Entry, Ledger};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Calls that are held in memory and written together.
const CALLS_AT_ONCE: usize = 512;

/// What another application of the rules said of one call.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RescoredCall {
    /// The call's id.
    pub id: String,
    /// The recording's path as it was given.
    pub source: String,
    /// The agent's identifier, or the name where there is none.
    pub agent: Option<String>,
    /// The score before.
    pub score_before: Option<f64>,
    /// The score now.
    pub score_after: Option<f64>,
    /// Verdicts that are others now, in the order of the packs; rules that went away come last.
    pub flips: Vec<Flip>,
    /// Whether anything in the call's file is another.
    #[serde(skip)]
    pub is_changed: bool,
    #[serde(skip)]
    entry: Option<Entry>,
}

/// A verdict that is another one now.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Flip {
    /// The rule's pack.
    pub pack: String,
    /// The rule's id.
    pub rule: String,
    /// The verdict before; null where the rule is new.
    pub before: Option<Verdict>,
    /// The verdict now; null where the rule is gone.
    pub after: Option<Verdict>,
}

/// Applies packs to all stored calls and writes those whose result is another one, and the ledger.
///
/// A call that the same packs have judged is judged again only by rules that ask for other calls.
/// The calls come back in order of id; damaged ones are left out, because the report lists them.
/// The caller holds the folder's lock.
///
/// # Errors
///
/// When the folder can't be read or written, or `earlier` names no result folder or ledger.
pub fn rescore(store: &Store, packs: &[Pack], earlier: &[PathBuf]) -> Result<Vec<RescoredCall>, BatchError> {
    let history = with_earlier(ledger_of(store)?, earlier)?.history();
    let mut scored =
        rescore_each(store, &store.call_ids()?, packs, &history, |calls| Ok(store.write_calls(calls)?))?;
    let ledger = Ledger::new(scored.iter_mut().filter_map(|call| call.entry.take()).collect());
    write_ledger(store, &ledger, &history)?;
    Ok(scored)
}

/// What [`rescore`] would do, without writing anything.
///
/// # Errors
///
/// As [`rescore`], but nothing is written.
pub fn preview(store: &Store, packs: &[Pack], earlier: &[PathBuf]) -> Result<Vec<RescoredCall>, BatchError> {
    let history = with_earlier(ledger_of(store)?, earlier)?.history();
    rescore_each(store, &store.call_ids()?, packs, &history, |_| Ok(()))
}

/// Applies packs to some stored calls, each for itself: [`settle`](crate::across_calls::evaluate)
/// has to follow.
///
/// # Errors
///
/// When a call can't be read or written.
pub(crate) fn rescore_alone(store: &Store, ids: &[String], packs: &[Pack]) -> Result<(), BatchError> {
    rescore_each(store, ids, packs, &History::default(), |calls| Ok(store.write_calls(calls)?)).map(drop)
}

fn rescore_each(
    store: &Store,
    ids: &[String],
    packs: &[Pack],
    history: &History,
    keep: impl Fn(&[Call]) -> Result<(), BatchError>,
) -> Result<Vec<RescoredCall>, BatchError> {
    let references: Vec<PackReference> = packs.iter().map(Pack::reference).collect();
    let mut all = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CALLS_AT_ONCE) {
        let scored: Vec<Option<(RescoredCall, Option<Call>)>> = ids
            .par_iter()
            .map(|id| {
                let Some(mut call) = read(store, id)? else { return Ok(None) };
                let before = std::mem::take(&mut call.evaluation);
                let scored = rescored(&mut call, &before, packs, &references, history);
                let changed = scored.is_changed.then_some(call);
                Ok(Some((scored, changed)))
            })
            .collect::<Result<_, BatchError>>()?;
        let (scored, changed): (Vec<RescoredCall>, Vec<Option<Call>>) = scored.into_iter().flatten().unzip();
        keep(&changed.into_iter().flatten().collect::<Vec<_>>())?;
        all.extend(scored);
    }
    Ok(all)
}

/// Judges a call whose former evaluation has been taken out, and puts the new one in.
fn rescored(
    call: &mut Call,
    before: &Evaluation,
    packs: &[Pack],
    references: &[PackReference],
    history: &History,
) -> RescoredCall {
    let fingerprint = fingerprint_with(&call.pipeline.listening_fingerprint, references);
    let is_same_standard = call.pipeline.packs == references && call.pipeline.fingerprint == fingerprint;
    let after = if is_same_standard {
        evaluate_across_calls(packs, &CallView::from(&*call), history, before.clone())
    } else {
        evaluate_with_history(packs, &CallView::from(&*call), history)
    };
    if !is_same_standard {
        call.pipeline.packs = references.to_vec();
        call.pipeline.fingerprint = fingerprint;
    }
    let scored = RescoredCall {
        id: call.call.id.clone(),
        source: call.call.source.clone(),
        agent: agent(&call.call),
        score_before: before.score,
        score_after: after.score,
        flips: flips(before, &after),
        is_changed: !is_same_standard || *before != after,
        entry: Some(Entry::new(&call.call, &after.agreements)),
    };
    call.evaluation = after;
    scored
}

fn agent(facts: &CallFacts) -> Option<String> {
    facts.agent_id.clone().or_else(|| facts.agent_name.clone())
}

fn flips(before: &Evaluation, after: &Evaluation) -> Vec<Flip> {
    let verdicts = |evaluation: &Evaluation| -> BTreeMap<(String, String), Verdict> {
        evaluation.rules.iter().map(|rule| ((rule.pack.clone(), rule.id.clone()), rule.verdict)).collect()
    };
    let mut former = verdicts(before);
    let mut flips = Vec::new();
    for rule in &after.rules {
        let before = former.remove(&(rule.pack.clone(), rule.id.clone()));
        if before != Some(rule.verdict) {
            let (pack, rule_id) = (rule.pack.clone(), rule.id.clone());
            flips.push(Flip { pack, rule: rule_id, before, after: Some(rule.verdict) });
        }
    }
    let gone = former.into_iter().map(|((pack, rule), before)| Flip {
        pack,
        rule,
        before: Some(before),
        after: None,
    });
    flips.extend(gone);
    flips
}
