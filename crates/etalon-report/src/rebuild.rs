//! All roll-ups from the stored calls.

use crate::error::Error;
use crate::incident::incidents;
use crate::pages::{FindSound, Pages};
use crate::reviews::FolderReviews;
use crate::tables::{self, Tables};
use etalon_call::{Call, FailureKind, Stage};
use etalon_pages::{Accuracies, Interface, InterfaceLanguage, RuleBook, Site};
use etalon_review::Judged;
use etalon_rules::Pack;
use etalon_store::{CallLine, ErrorKind, Failure, Ledger, Store, path_of_call};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// Calls that are read side by side; what is made of them is made one after the other.
const CALLS_AT_ONCE: usize = 256;

/// The file of a result folder that holds how verdicts compare with labelled calls or with
/// reviewers.
pub const RULE_ACCURACY_FILE: &str = "rule-accuracy.json";

/// How the pages are made.
#[derive(Clone, Copy)]
pub struct ReportSettings<'a> {
    /// What rules and categories are called.
    pub rule_book: &'a RuleBook,
    /// The language of the interface.
    pub language: InterfaceLanguage,
    /// How each call can be heard.
    pub find_sound: &'a FindSound<'a>,
    /// Those that judged the calls, by which verdicts follow the corrections of people.
    pub packs: &'a [Pack],
    /// The calls, where somebody has read them under the same lock: they are not read once more for
    /// their order.
    pub ledger: Option<&'a Ledger>,
}

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
/// written, `failures.jsonl` cannot be read, or a later version wrote a call.
pub fn rebuild(store: &Store, settings: &ReportSettings<'_>) -> Result<Rebuilt, Error> {
    let (order, mut unreadable) = order_of_calls(store, settings.ledger)?;
    let mut lines = store.create_file("calls.jsonl")?;
    let mut incident_lines = store.create_file("incidents.jsonl")?;
    let mut tables = Tables::create(store)?;
    let site =
        Site { interface: Interface::of(settings.language), rule_book: settings.rule_book, visitor: None };
    let mut pages = Pages::new(store, &site, settings.find_sound);
    let mut reviews = FolderReviews::read(store, settings.packs)?;
    let mut calls = BTreeSet::new();
    let mut incident_count = 0;
    for places in order.chunks(CALLS_AT_ONCE) {
        let read: Vec<Result<Call, String>> =
            places.par_iter().map(|place| read_listed(store, &place.id)).collect::<Result<_, _>>()?;
        let mut whole = Vec::with_capacity(read.len());
        for (place, call) in places.iter().zip(read) {
            match call {
                Ok(call) => whole.push(call),
                Err(reason) => unreadable.push(failure(place.source.clone(), place.id.clone(), reason)),
            }
        }
        let judged: Vec<Option<Judged>> = whole.par_iter().map(|call| reviews.judged(call)).collect();
        pages.add(&whole, &judged, &reviews)?;
        for judged in judged.into_iter().flatten() {
            tables.append_reviews(&judged)?;
            reviews.take(judged);
        }
        for call in whole {
            calls.insert(call.call.id.clone());
            for incident in incidents(&call) {
                incident_lines.write_json_line(&incident)?;
                incident_count += 1;
            }
            tables.append(&call)?;
            lines.write_json_line(&CallLine::from(call))?;
        }
    }
    let failures = known_failures(store, &unreadable)?;
    lines.commit()?;
    incident_lines.commit()?;
    tables.commit()?;
    let passed_over = store.read_passed_over()?;
    tables::write_passed_over(store, &passed_over)?;
    store.write_failures(&failures)?;
    pages.finish(&accuracies(store)?, reviews.agreements(), &failures, &passed_over)?;
    Ok(Rebuilt { calls, incidents: incident_count, unreadable })
}

/// The accuracies that `etalon eval --save` left; none where the file is not there or holds something
/// else, because the report is only less detailed without them.
fn accuracies(store: &Store) -> Result<Accuracies, Error> {
    match store.read_json_file::<serde_json::Value>(RULE_ACCURACY_FILE) {
        Ok(Some(value)) => Ok(Accuracies::from_json(&serde_json::to_vec(&value)?).unwrap_or_default()),
        Ok(None) => Ok(Accuracies::default()),
        Err(error) if error.kind() == ErrorKind::Corrupt => Ok(Accuracies::default()),
        Err(error) => Err(error.into()),
    }
}

/// Where a call stands in every roll-up.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    source: String,
    id: String,
}

/// The stored calls by source and id, and those that cannot be read. The sources of those in the
/// ledger are known.
fn order_of_calls(
    store: &Store,
    ledger: Option<&Ledger>,
) -> Result<(Vec<Place>, Vec<Failure>), etalon_store::Error> {
    let entries = ledger.map(Ledger::entries).unwrap_or_default();
    let known: HashMap<&str, &String> =
        entries.iter().map(|entry| (entry.id.as_str(), &entry.source)).collect();
    let sources: Vec<(String, Result<Option<String>, etalon_store::Error>)> = store
        .call_ids()?
        .into_par_iter()
        .map(|id| {
            let source = match known.get(id.as_str()) {
                Some(source) => Ok(Some((*source).clone())),
                None => store.read_source(&id),
            };
            (id, source)
        })
        .collect();
    let mut order = Vec::new();
    let mut unreadable = Vec::new();
    for (id, source) in sources {
        match source {
            Ok(Some(source)) => order.push(Place { source, id }),
            Ok(None) => {}
            Err(error) if error.kind() == ErrorKind::Newer => return Err(error),
            Err(error) => {
                let source = path_of_call(&id)?;
                unreadable.push(failure(source, id, error.to_string()));
            }
        }
    }
    order.sort_unstable();
    Ok((order, unreadable))
}

/// A call, or why there is none. Without the calls of a later version the roll-ups would lose them.
fn read_listed(store: &Store, id: &str) -> Result<Result<Call, String>, etalon_store::Error> {
    match store.read_call(id) {
        Ok(Some(call)) => Ok(Ok(call)),
        Ok(None) => Ok(Err("the stored call vanished while the roll-ups were built; run again".to_owned())),
        Err(error) if error.kind() == ErrorKind::Newer => Err(error),
        Err(error) => Ok(Err(error.to_string())),
    }
}

fn failure(source: String, id: String, reason: String) -> Failure {
    Failure {
        source,
        id: Some(id),
        stage: Stage::Store,
        kind: FailureKind::StoredResult,
        reason,
        permanent: false,
    }
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
