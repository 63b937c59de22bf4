//! `report/`: the pages for people, from the same pass over the calls as all other roll-ups.

use crate::error::Error;
use crate::listening::{REPORT_FOLDER, call_of_sound, opus_path};
use crate::reviews::FolderReviews;
use etalon_call::Call;
use etalon_pages::{
    Accuracies, Address, CALLS_DATA_PATH, CallColumns, CallContent, CallSummary, FinalScore, Site, Sound,
    Statistics, WorstCalls, assets, call_page, calls_page, failures_page, folder_review, group_page,
    groups_with_pages, overview_page, people_page, rule_page, rules_page, rules_with_pages,
};
use etalon_review::{Judged, RuleAgreement};
use etalon_store::{Failure, PassedOver, Store};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

/// How a call can be heard from its page.
pub type FindSound<'a> = dyn Fn(&Call) -> Sound + Sync + 'a;

/// Gathers what the pages need, call by call, and writes them.
pub(crate) struct Pages<'a> {
    store: &'a Store,
    site: &'a Site<'a>,
    find_sound: &'a FindSound<'a>,
    statistics: Statistics,
    columns: CallColumns,
    worst: WorstCalls,
    /// Paths of the Opus files that pages may play, below the report's folder.
    sounds: BTreeSet<String>,
    /// The calls that have pages.
    ids: BTreeSet<String>,
    /// Paths of the pages that were written, below the report's folder.
    written: BTreeSet<String>,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(store: &'a Store, site: &'a Site<'a>, find_sound: &'a FindSound<'a>) -> Self {
        Self {
            store,
            site,
            find_sound,
            statistics: Statistics::default(),
            columns: CallColumns::default(),
            worst: WorstCalls::default(),
            sounds: BTreeSet::new(),
            ids: BTreeSet::new(),
            written: BTreeSet::new(),
        }
    }

    /// Takes calls with what people say of them: writes their pages, and counts them in.
    pub(crate) fn add(
        &mut self,
        calls: &[Call],
        judged: &[Option<Judged>],
        reviews: &FolderReviews<'_>,
    ) -> Result<(), Error> {
        let shown = calls.par_iter().zip(judged);
        let pages: Result<Vec<(String, Vec<u8>)>, Error> =
            shown.map(|(call, judged)| self.page_of(call, judged.as_ref())).collect();
        self.store.write_changed_files(pages?)?;
        for (call, judged) in calls.iter().zip(judged) {
            // Lists and figures count the verdicts that stand.
            let evaluation = judged.as_ref().map_or(&call.evaluation, |judged| &judged.result.evaluation);
            let summary = CallSummary { evaluation, review: reviews.mark(call), ..CallSummary::from(call) };
            self.statistics.add(&summary);
            self.columns.add(self.site, &summary);
            self.worst.add(&summary);
            self.written.insert(Address::call(&call.call.id).path().to_owned());
            self.sounds.insert(opus_path(call));
            self.ids.insert(call.call.id.clone());
        }
        Ok(())
    }

    fn page_of(&self, call: &Call, judged: Option<&Judged>) -> Result<(String, Vec<u8>), Error> {
        let waveform = self.store.read_whole_waveform(&call.call.id)?;
        let sound = (self.find_sound)(call);
        // A draft is its author's own.
        let is_shown = |judged: &&Judged| judged.result.is_reviewed || !judged.corrections.is_empty();
        let content = CallContent {
            call: judged.map_or(call, |judged| &judged.call),
            waveform: waveform.as_ref(),
            sound: &sound,
            review: judged.filter(is_shown).map(|judged| folder_review(self.site, judged)),
            final_score: judged.and_then(FinalScore::of),
        };
        let page = call_page(self.site, &content).into_bytes();
        Ok((below_report(Address::call(&call.call.id).path()), page))
    }

    /// Writes everything that needs all calls, and deletes the pages of calls, rules and people
    /// that are no more.
    pub(crate) fn finish(
        mut self,
        accuracies: &Accuracies,
        agreements: Vec<RuleAgreement>,
        failures: &[Failure],
        passed_over: &[PassedOver],
    ) -> Result<(), Error> {
        let (site, statistics) = (self.site, &self.statistics);
        self.columns.add_agreements(site, &agreements);
        // What people say of the calls of this folder counts before what was measured elsewhere.
        let accuracies = &accuracies.clone().with(agreements);
        let mut pages: Vec<(Address, String)> = vec![
            (Address::overview(), overview_page(site, statistics, accuracies, failures.len())),
            (Address::calls(), calls_page(site, self.worst.listed(), statistics.calls())),
            (Address::rules(), rules_page(site, statistics, accuracies)),
            (Address::people(), people_page(site, statistics)),
            (Address::failures(), failures_page(site, failures, passed_over)),
        ];
        pages.extend(rules_with_pages(statistics).map(|(pack, rule)| {
            (Address::rule(pack, rule), rule_page(site, pack, rule, statistics, accuracies))
        }));
        pages.extend(groups_with_pages(statistics).map(|(kind, name)| {
            (Address::group(kind, name), group_page(site, kind, name, statistics, accuracies))
        }));
        let mut files: Vec<(String, Vec<u8>)> = vec![
            (below_report(assets::STYLE_PATH), assets::STYLE.into()),
            (below_report(assets::SCRIPT_PATH), assets::SCRIPT.into()),
            (below_report(CALLS_DATA_PATH), self.columns.to_script()?.into_bytes()),
        ];
        for (address, page) in pages {
            self.written.insert(address.path().to_owned());
            files.push((below_report(address.path()), page.into_bytes()));
        }
        for part in files.chunks(256) {
            self.store.write_files(part)?;
        }
        Ok(self.store.remove_files(REPORT_FOLDER, |path| self.is_obsolete(path))?)
    }

    /// Whether a file belongs to nothing that is shown: pages and sounds of calls that are gone.
    /// What is neither page nor sound stays.
    fn is_obsolete(&self, path: &str) -> bool {
        let extension = Path::new(path).extension().and_then(OsStr::to_str);
        match (extension, call_of_sound(path)) {
            (Some("opus"), Some(_)) => !self.sounds.contains(path),
            // A copy has the ending of its recording, whatever that is.
            (_, Some(id)) => !self.ids.contains(id),
            (Some("html"), None) => !self.written.contains(path),
            _ => false,
        }
    }
}

fn below_report(path: &str) -> String {
    format!("{REPORT_FOLDER}/{path}")
}
