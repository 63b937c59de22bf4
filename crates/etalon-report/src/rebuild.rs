//! All roll-ups from the stored calls.

use crate::accuracy::read_rule_accuracies;
use crate::error::Error;
use crate::html;
use crate::incident::incidents;
use crate::roll_up::RollUp;
use crate::tables::{self, Tables};
use etalon_call::{Call, Stage};
use etalon_store::{CallLine, Failure, Store};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Calls that are read side by side; what is made of them is made one after the other.
const CALLS_AT_ONCE: usize = 64;

/// What rules are called in reports, by their id; a rule without a title is called by its id.
pub type RuleTitles = BTreeMap<String, String>;

/// What a rebuild found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// The ids of the calls in the roll-ups.
    pub calls: BTreeSet<String>,
    /// Lines of `incidents.jsonl`.
    pub incidents: usize,
    /// Stored calls that could not be read; they are listed in `failures.jsonl`, too.
    pub unreadable: Vec<Failure>,
}

/// Writes every roll-up anew from the stored calls and the recorded failures (see the crate's list
/// of files).
///
/// Memory is bounded by a few of the longest calls and by one line of index a call. The order is by
/// source, then by id. A damaged call does not stop the others. The caller holds the lock of the
/// folder.
///
/// # Errors
/// [`Error::Table`] where a table cannot be built, [`Error::Store`] where another file cannot be
/// written or `failures.jsonl` cannot be read.
pub fn rebuild(store: &Store, titles: &RuleTitles) -> Result<Rebuilt, Error> {
    let (order, mut unreadable) = order_of_calls(store)?;
    let mut lines = store.create_file("calls.jsonl")?;
    let mut incident_lines = store.create_file("incidents.jsonl")?;
    let mut tables = Tables::create(store)?;
    let mut roll_up = RollUp::default();
    let mut calls = BTreeSet::new();
    let mut incident_count = 0;
    for places in order.chunks(CALLS_AT_ONCE) {
        let read: Vec<Result<Call, String>> =
            places.par_iter().map(|place| read_listed(store, &place.id)).collect();
        for (place, call) in places.iter().zip(read) {
            let call = match call {
                Ok(call) => call,
                Err(reason) => {
                    unreadable.push(failure(place.source.clone(), place.id.clone(), reason));
                    continue;
                }
            };
            for incident in incidents(&call) {
                incident_lines.write_json_line(&incident)?;
                incident_count += 1;
            }
            tables.append(&call)?;
            roll_up.add(&call);
            lines.write_json_line(&CallLine::from(call))?;
            calls.insert(place.id.clone());
        }
    }
    let failures = known_failures(store, &unreadable)?;
    let accuracies = read_rule_accuracies(store)?;
    lines.commit()?;
    incident_lines.commit()?;
    tables.commit()?;
    tables::write_passed_over(store, &store.read_passed_over()?)?;
    store.write_failures(&failures)?;
    store.write_file("report/index.html", html::page(&roll_up, &failures, titles, &accuracies).as_bytes())?;
    Ok(Rebuilt { calls, incidents: incident_count, unreadable })
}

/// Where a call stands in every roll-up.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    source: String,
    id: String,
}

/// The stored calls by source and id, and those that cannot be read.
fn order_of_calls(store: &Store) -> Result<(Vec<Place>, Vec<Failure>), etalon_store::Error> {
    let sources: Vec<(String, Result<Option<String>, etalon_store::Error>)> = store
        .call_ids()?
        .into_par_iter()
        .map(|id| {
            let source = store.read_source(&id);
            (id, source)
        })
        .collect();
    let mut order = Vec::new();
    let mut unreadable = Vec::new();
    for (id, source) in sources {
        match source {
            Ok(Some(source)) => order.push(Place { source, id }),
            Ok(None) => {}
            Err(error) => {
                let source = format!("calls/{}/{id}.json", &id[..2]);
                unreadable.push(failure(source, id, error.to_string()));
            }
        }
    }
    order.sort_unstable();
    Ok((order, unreadable))
}

fn read_listed(store: &Store, id: &str) -> Result<Call, String> {
    match store.read_call(id) {
        Ok(Some(call)) => Ok(call),
        Ok(None) => Err("the stored call vanished while the roll-ups were built; run again".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn failure(source: String, id: String, reason: String) -> Failure {
    Failure { source, id: Some(id), stage: Stage::Store, reason, permanent: false }
}

/// The recorded failures of all other stages, and today's unreadable calls.
fn known_failures(store: &Store, unreadable: &[Failure]) -> Result<Vec<Failure>, etalon_store::Error> {
    let mut failures = store.read_failures()?;
    failures.retain(|failure| failure.stage != Stage::Store);
    failures.extend_from_slice(unreadable);
    failures.sort_unstable();
    failures.dedup();
    Ok(failures)
}
