//! What people say of the calls of a folder, as far as its pages show it.

use crate::error::Error;
use etalon_call::{Call, Verdict};
use etalon_pages::ReviewMark;
use etalon_review::{
    REVIEWS_FILE, ReviewStore, Reviews, RuleAgreement, RuleKey, SheetState, agreement,
    agreement::machine_verdict, final_evaluation,
};
use etalon_rules::coverage_min;
use etalon_store::Store;
use std::collections::BTreeMap;

/// The reviews of a folder, and what the machine says of the calls that people judged.
pub(crate) struct FolderReviews {
    reviews: Reviews,
    /// The machine's verdicts on the answered rules, by call.
    machine: BTreeMap<String, BTreeMap<RuleKey, Verdict>>,
}

/// What the list shows of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Mark {
    state: Option<SheetState>,
    final_score: Option<f64>,
}

impl Mark {
    /// The mark as the list has it.
    pub(crate) fn shown(&self) -> ReviewMark<'static> {
        ReviewMark { state: self.state.map(SheetState::name), final_score: self.final_score }
    }
}

impl FolderReviews {
    /// The reviews beside the calls; none where nobody has reviewed.
    pub(crate) fn read(store: &Store) -> Result<Self, Error> {
        let file = ReviewStore::open_read_only(&store.directory().join(REVIEWS_FILE))?;
        let reviews = file.map(|file| file.reviews()).transpose()?.unwrap_or_default();
        Ok(Self { reviews, machine: BTreeMap::new() })
    }

    /// Takes a call, and says how far its review is and what its score is then. A score that people
    /// left as it was is none of theirs.
    pub(crate) fn take(&mut self, call: &Call) -> Mark {
        let id = &call.call.id;
        let Some(state) = self.reviews.sheets_of(id).map(|sheet| sheet.state).max() else {
            return Mark::default();
        };
        let answered = self.reviews.sheets_of(id).flat_map(|sheet| sheet.answers.keys());
        let verdicts =
            answered.filter_map(|rule| Some((rule.clone(), machine_verdict(&call.evaluation, rule)?)));
        self.machine.insert(id.clone(), verdicts.collect());
        let result =
            final_evaluation(&call.evaluation, coverage_min(&call.metrics), self.reviews.sheets_of(id));
        let is_changed = result.evaluation.score != call.evaluation.score;
        Mark { state: Some(state), final_score: result.evaluation.score.filter(|_| is_changed) }
    }

    /// How far each rule and the people of this folder agree, after all calls.
    pub(crate) fn agreements(&self) -> Vec<RuleAgreement> {
        let machine = |call: &str, rule: &RuleKey| self.machine.get(call)?.get(rule).copied();
        agreement(&self.reviews, machine)
    }
}
