//! `report/`: the pages for people, from the same pass over the calls as all other roll-ups.

use crate::error::Error;
use crate::listening::{REPORT_FOLDER, sound_paths};
use crate::reviews::FolderReviews;
use etalon_call::{Call, Waveform};
use etalon_pages::{
    Accuracies, Address, CALLS_DATA_PATH, CallColumns, CallContent, CallSummary, Site, Sound, Statistics,
    WorstCalls, assets, call_page, calls_page, failures_page, group_page, groups_with_pages, overview_page,
    people_page, rule_page, rules_page, rules_with_pages,
};
use etalon_store::{Failure, PassedOver, Store};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// How a call can be heard from its page.
pub type FindSound<'a> = dyn Fn(&Call) -> Sound + Sync + 'a;

/// Gathers what the pages need, call by call, and writes them.
pub(crate) struct Pages<'a> {
    store: &'a Store,
    site: &'a Site<'a>,
    find_sound: &'a FindSound<'a>,
    reviews: FolderReviews,
    statistics: Statistics,
    columns: CallColumns,
    worst: WorstCalls,
    ids: Vec<String>,
    /// Paths of the pages that were written, below the report's folder.
    written: BTreeSet<String>,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(
        store: &'a Store,
        site: &'a Site<'a>,
        find_sound: &'a FindSound<'a>,
    ) -> Result<Self, Error> {
        Ok(Self {
            store,
            site,
            find_sound,
            reviews: FolderReviews::read(store)?,
            statistics: Statistics::default(),
            columns: CallColumns::default(),
            worst: WorstCalls::default(),
            ids: Vec::new(),
            written: BTreeSet::new(),
        })
    }

    /// Takes calls: writes their pages, and counts them in.
    pub(crate) fn add(&mut self, calls: &[&Call]) -> Result<(), Error> {
        let pages: Vec<(String, Vec<u8>)> = calls.par_iter().map(|call| self.page_of(call)).collect();
        self.store.write_files(&pages)?;
        for call in calls {
            let summary = CallSummary::from(*call);
            self.statistics.add(&summary);
            let mark = self.reviews.take(call);
            self.columns.add(&summary, &mark.shown(), self.site.rule_book);
            self.worst.add(&summary);
            self.written.insert(Address::call(&call.call.id).path().to_owned());
            self.ids.push(call.call.id.clone());
        }
        Ok(())
    }

    fn page_of(&self, call: &Call) -> (String, Vec<u8>) {
        // A page without a waveform is better than no page.
        let waveform: Option<Waveform> = self.store.read_waveform(&call.call.id).unwrap_or_default();
        let sound = (self.find_sound)(call);
        let content = CallContent { call, waveform: waveform.as_ref(), sound: &sound, review: None };
        (below_report(Address::call(&call.call.id).path()), call_page(self.site, &content).into_bytes())
    }

    /// Writes everything that needs all calls, and deletes the pages of calls, rules and people that
    /// are no more.
    pub(crate) fn finish(
        mut self,
        accuracies: &Accuracies,
        failures: &[Failure],
        passed_over: &[PassedOver],
    ) -> Result<(), Error> {
        let (site, statistics) = (self.site, &self.statistics);
        let agreements = self.reviews.agreements();
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
        self.store.remove_other_files(REPORT_FOLDER, ".html", &self.written)?;
        Ok(self.store.remove_other_files(REPORT_FOLDER, ".opus", &sound_paths(&self.ids))?)
    }
}

fn below_report(path: &str) -> String {
    format!("{REPORT_FOLDER}/{path}")
}
