//! Rules applied again to stored calls, without audio and without recognition.

use crate::across_calls::{StoredCalls, history_of, read, stored_calls, write_ledger};
use crate::error::BatchError;
use crate::kept_packs;
use crate::plan::Restatement;
use etalon_call::{Call, CallFacts, Evaluation, PackReference};
use etalon_pipeline::{Pipeline, ScoreSettings, fingerprint_with, is_declared};
use etalon_rules::{
    CallView, Flip, History, Pack, SCORE_COVERAGE_MIN, evaluate_across_calls, evaluate_with_history, flips,
};
use etalon_store::{Entry, ErrorKind, Ledger, Store};
use rayon::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

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

/// By what stored calls are judged again.
#[derive(Debug, Clone, Copy)]
pub struct Standard<'a> {
    /// The packs, in the order in which they are applied.
    pub packs: &'a [Pack],
    /// When a call has a score; without settings, as it was decided before.
    pub score: Option<ScoreSettings>,
}

/// Applies packs to all stored calls, which `stored` describes, and writes those whose result is
/// another one, and the ledger.
///
/// A call that the same packs have judged is judged again only by rules that ask for other calls.
/// The calls come back in order of id; damaged ones are left out, because the report lists them.
/// The caller holds the folder's lock.
///
/// # Errors
///
/// When the folder can't be read or written, or `earlier` names no result folder or ledger.
pub fn rescore(
    store: &Store,
    stored: &StoredCalls,
    standard: Standard<'_>,
    earlier: &[PathBuf],
) -> Result<Vec<RescoredCall>, BatchError> {
    kept_packs::keep(store, standard.packs)?;
    let history = history_of(&stored.ledger, earlier)?;
    let mut rescored = rescore_each(store, standard, &history, |calls| Ok(store.write_calls(calls)?))?;
    let ledger = Ledger::new(rescored.iter_mut().filter_map(|call| call.entry.take()).collect());
    // A call that can be read in part only is judged by the packs that it was judged by.
    let are_all_scored = rescored.len() == stored.ledger.entries().len();
    let judged_by = if are_all_scored { BTreeMap::new() } else { stored_calls(store)?.judged_by };
    kept_packs::forget_unused(store, standard.packs, &judged_by)?;
    write_ledger(store, &ledger, &history)?;
    Ok(rescored)
}

/// What [`rescore`] would do, without writing anything.
///
/// # Errors
///
/// As [`rescore`], but nothing is written.
pub fn preview(
    store: &Store,
    stored: &StoredCalls,
    standard: Standard<'_>,
    earlier: &[PathBuf],
) -> Result<Vec<RescoredCall>, BatchError> {
    let history = history_of(&stored.ledger, earlier)?;
    rescore_each(store, standard, &history, |_| Ok(()))
}

/// Writes stored calls with other facts or packs, each judged for itself:
/// [`evaluate`](crate::across_calls::evaluate) has to follow. Returns those whose stored call is
/// not there or damaged, and those that a stop has left.
///
/// # Errors
///
/// When a call can't be read or written.
pub(crate) fn restate<'a>(
    store: &Store,
    restatements: &'a [Restatement],
    pipeline: &Pipeline,
    stop: &AtomicBool,
) -> Result<Vec<&'a Restatement>, BatchError> {
    let mut missing = Vec::new();
    for restatements in restatements.chunks(CALLS_AT_ONCE) {
        if stop.load(Ordering::Relaxed) {
            missing.extend(restatements);
            continue;
        }
        let restated: Vec<Option<Call>> = restatements
            .par_iter()
            .map(|restatement| {
                let call = read(store, &restatement.from)?;
                let call = call.filter(|call| {
                    call.pipeline.listening_fingerprint == restatement.fingerprints.listening_fingerprint
                });
                Ok(call.map(|call| restated(call, restatement, pipeline)))
            })
            .collect::<Result<_, BatchError>>()?;
        let is_missing = restatements.iter().zip(&restated).filter(|(_, call)| call.is_none());
        missing.extend(is_missing.map(|(restatement, _)| restatement));
        for (restatement, call) in restatements.iter().zip(&restated) {
            if call.is_some() {
                share_waveform(store, restatement)?;
            }
        }
        store.write_calls(&restated.into_iter().flatten().collect::<Vec<_>>())?;
    }
    Ok(missing)
}

/// Gives a call the waveform of the call with the same bytes that was listened to. One of an earlier
/// version has none, and a damaged one is not spread.
fn share_waveform(store: &Store, restatement: &Restatement) -> Result<(), BatchError> {
    let (from, to) = (&restatement.from, &restatement.facts.id);
    if from == to {
        return Ok(());
    }
    match store.read_waveform(from) {
        Ok(Some(waveform)) => Ok(store.write_waveform(to, &waveform)?),
        Ok(None) => Ok(()),
        Err(error) if error.kind() == ErrorKind::Corrupt => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn restated(mut call: Call, restatement: &Restatement, pipeline: &Pipeline) -> Call {
    let Restatement { facts, defects, fingerprints, .. } = restatement;
    let heard = std::mem::take(&mut call.audio.defects).into_iter().filter(|defect| !is_declared(defect));
    call.audio.defects = defects.iter().cloned().chain(heard).collect();
    call.call = CallFacts { kind: call.call.kind.take(), ..facts.clone() };
    call.pipeline.packs = pipeline.pack_references();
    call.pipeline.fingerprint.clone_from(&fingerprints.fingerprint);
    set_coverage_min(&mut call, pipeline.settings.score);
    let history = History::of_one(&call.call);
    call.evaluation = evaluate_with_history(&pipeline.packs, &CallView::from(&call), &history);
    call
}

fn rescore_each(
    store: &Store,
    standard: Standard<'_>,
    history: &History,
    keep: impl Fn(&[Call]) -> Result<(), BatchError>,
) -> Result<Vec<RescoredCall>, BatchError> {
    let references: Vec<PackReference> = standard.packs.iter().map(Pack::reference).collect();
    let ids = store.call_ids()?;
    let mut all = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CALLS_AT_ONCE) {
        let scored: Vec<Option<(RescoredCall, Option<Call>)>> = ids
            .par_iter()
            .map(|id| {
                let Some(mut call) = read(store, id)? else { return Ok(None) };
                let before = std::mem::take(&mut call.evaluation);
                let scored = rescored(&mut call, &before, standard, &references, history);
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
    standard: Standard<'_>,
    references: &[PackReference],
    history: &History,
) -> RescoredCall {
    let packs = standard.packs;
    let score = standard.score.unwrap_or_else(|| score_settings_of(call));
    set_coverage_min(call, score);
    let (facts, defects) = (&call.call, &call.audio.defects);
    let fingerprint =
        fingerprint_with(&call.pipeline.listening_fingerprint, references, score, facts, defects);
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
        entry: Some(Entry::new(&call.call, &after)),
    };
    call.evaluation = after;
    scored
}

/// When the call had a score when it was judged last.
pub(crate) fn score_settings_of(call: &Call) -> ScoreSettings {
    let coverage_min = call.metrics.definitions.get(SCORE_COVERAGE_MIN).copied();
    coverage_min.map_or_else(ScoreSettings::default, |coverage_min| ScoreSettings { coverage_min })
}

fn set_coverage_min(call: &mut Call, score: ScoreSettings) {
    call.metrics.definitions.insert(SCORE_COVERAGE_MIN.to_owned(), score.coverage_min);
}

fn agent(facts: &CallFacts) -> Option<String> {
    facts.agent_id.clone().or_else(|| facts.agent_name.clone())
}
