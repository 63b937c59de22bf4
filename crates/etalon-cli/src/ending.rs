//! What follows when every recording has been worked through, by a run or by a merge.

use crate::arguments::PagesOptions;
use crate::commands::report;
use crate::output;
use etalon_batch::across_calls;
use etalon_report::Rebuilt;
use etalon_review::{REVIEWS_FILE, ReviewStore};
use etalon_rules::Pack;
use etalon_store::{Failure, PassedOver, RunSummary, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Calls that are missing in the report are named so many; the others are counted.
const NAMED_MISSING_CALLS: usize = 5;

/// What is known when every recording has been worked through.
pub(crate) struct Ending<'a> {
    pub(crate) failures: &'a [Failure],
    pub(crate) passed_over: &'a [PassedOver],
    pub(crate) packs: &'a [Pack],
}

impl Ending<'_> {
    /// Writes down which recordings gave no result, and which files were no recordings.
    pub(crate) fn note(&self, store: &Store) -> anyhow::Result<()> {
        store.write_failures(self.failures)?;
        Ok(store.write_passed_over(self.passed_over)?)
    }

    /// Writes this down, and makes what depends on all calls together: the verdicts of rules across
    /// calls, the ledger, the tables and the pages. Reviews of calls that are redacted by now lose
    /// personal data, too. The summary is left to the caller, and comes last: until then it says
    /// that the run was interrupted.
    pub(crate) fn settle(
        &self,
        store: &Store,
        history: &[PathBuf],
        pages: &PagesOptions,
    ) -> anyhow::Result<Rebuilt> {
        self.note(store)?;
        settle_calls(store, self.packs, history, pages)
    }
}

/// Makes what depends on all calls of a folder together, after some of them are new.
pub(crate) fn settle_calls(
    store: &Store,
    packs: &[Pack],
    history: &[PathBuf],
    pages: &PagesOptions,
) -> anyhow::Result<Rebuilt> {
    let ledger = across_calls::evaluate(store, packs, history)?;
    redact_reviews(store)?;
    report::rebuild(store, packs, pages, Some(&ledger))
}

/// Takes personal data out of reviews that are older than the redaction of their calls.
fn redact_reviews(store: &Store) -> anyhow::Result<()> {
    let redacted = |id: &str| store.read_call(id).ok().flatten().filter(|call| call.redaction.is_some());
    let entries = ReviewStore::redact(&store.directory().join(REVIEWS_FILE), redacted)?;
    if entries > 0 {
        // It may hold words that people put right.
        etalon_search::remove(store)?;
        output::message(&format!("personal data was taken out of {entries} entries of reviews"));
    }
    Ok(())
}

/// Prints the summary of a run. Where each recording was found is for the next run only.
pub(crate) fn print_summary(summary: &RunSummary) -> anyhow::Result<()> {
    let summary = RunSummary { places: BTreeMap::new(), ..summary.clone() };
    Ok(output::json(&summary)?)
}

/// Says which calls with a result the report does not hold, and whether there are any: somebody
/// changed the result folder meanwhile.
pub(crate) fn say_missing_calls(results: &BTreeSet<String>, rebuilt: &Rebuilt) -> bool {
    let missing = missing_calls(results, rebuilt);
    if missing.is_empty() {
        return false;
    }
    let (named, rest) = missing.split_at(missing.len().min(NAMED_MISSING_CALLS));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
    output::alert(&format!(
        "{} of {} results are not in the report ({}{more}): the result folder was changed during the run; run the \
         same command again",
        missing.len(),
        results.len(),
        named.join(", ")
    ));
    true
}

/// The ids of the results that the report does not hold and that nobody has named yet.
fn missing_calls<'r>(results: &'r BTreeSet<String>, rebuilt: &Rebuilt) -> Vec<&'r str> {
    let named: BTreeSet<&String> = rebuilt.unreadable.iter().filter_map(|call| call.id.as_ref()).collect();
    let is_missing = |id: &&String| !rebuilt.calls.contains(*id) && !named.contains(id);
    results.iter().filter(is_missing).map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_call::{FailureKind, Stage};

    #[test]
    fn results_are_missed_by_their_ids_and_not_by_their_number() {
        let ids = |text: &str| -> BTreeSet<String> { text.split_whitespace().map(str::to_owned).collect() };
        let check = |results: &str, calls: &str, unreadable: &str, expected: &[&str]| {
            let unreadable = ids(unreadable).into_iter().map(|id| Failure {
                source: "a.wav".to_owned(),
                id: Some(id),
                stage: Stage::Store,
                kind: FailureKind::StoredResult,
                reason: "is damaged".to_owned(),
                permanent: false,
            });
            let rebuilt = Rebuilt { calls: ids(calls), incidents: 0, unreadable: unreadable.collect() };
            assert_eq!(missing_calls(&ids(results), &rebuilt), expected, "{results} {calls}");
        };
        check("a b", "a b c", "", &[]);
        // As many calls as results, and not the same ones.
        check("a b", "a c", "", &["b"]);
        check("a b", "a", "b", &[]);
        check("a b", "", "", &["a", "b"]);
    }
}
