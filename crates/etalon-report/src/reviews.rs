//! What people say of the calls of a folder, as far as its pages show it.

use crate::error::Error;
use etalon_call::{Call, Evaluation};
use etalon_pages::ReviewMark;
use etalon_review::{
    Judged, REVIEWS_FILE, ReviewStore, Reviews, RuleAgreement, RuleKey, agreement,
    agreement::machine_verdict, judged,
};
use etalon_rules::Pack;
use etalon_store::Store;
use std::collections::BTreeMap;

/// The reviews of a folder, and what the machine says of the calls that people judged.
pub(crate) struct FolderReviews<'a> {
    reviews: Reviews,
    /// Those that judged the calls, as far as they are at hand.
    packs: &'a [Pack],
    /// The machine's evaluations of the calls that people judged or corrected.
    machine: BTreeMap<String, Evaluation>,
}

impl<'a> FolderReviews<'a> {
    /// The reviews beside the calls; none where nobody has reviewed.
    pub(crate) fn read(store: &Store, packs: &'a [Pack]) -> Result<Self, Error> {
        let file = ReviewStore::open_read_only(&store.directory().join(REVIEWS_FILE))?;
        let reviews = file.map(|file| file.reviews()).transpose()?.unwrap_or_default();
        Ok(Self { reviews, packs, machine: BTreeMap::new() })
    }

    /// A call as it stands after what people say of it; nothing where they say nothing.
    pub(crate) fn judged(&self, call: &Call) -> Option<Judged> {
        self.reviews.has_any(&call.call.id).then(|| judged(call.clone(), &self.reviews, self.packs))
    }

    /// How far the review of a call is.
    pub(crate) fn mark(&self, call: &Call) -> ReviewMark {
        ReviewMark::of(&self.reviews, &call.call.id)
    }

    /// Takes a call that people said something of.
    pub(crate) fn take(&mut self, judged: Judged) {
        self.machine.insert(judged.call.call.id, judged.call.evaluation);
    }

    /// How far each rule and the people of this folder agree, after all calls.
    pub(crate) fn agreements(&self) -> Vec<RuleAgreement> {
        let machine = |call: &str, rule: &RuleKey| machine_verdict(self.machine.get(call)?, rule);
        agreement(&self.reviews, machine)
    }
}
