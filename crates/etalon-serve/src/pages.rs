//! The pages, at the same addresses as in the folder of a report.

use crate::application::{App, Application};
use crate::folder::{Snapshot, View};
use crate::problem::Problem;
use crate::signed_in::SignedIn;
use crate::snapshot::snapshot;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::Html;
use etalon_call::{Call, CallFacts, Evaluation, Waveform};
use etalon_pages::{
    Accuracies, Address, CallContent, FinalScore, ReviewPane, Site, call_page, calls_page, failures_page,
    group_page, groups_with_pages, overview_page, people_page, review_pane, review_trouble, rule_page,
    rules_page, rules_with_pages,
};
use etalon_review::{Action, Person, PersonRole, ReviewMode, Sheet, judged, may};
use etalon_rules::Pack;
use serde::Deserialize;
use std::sync::Arc;

/// A page, or why there is none.
pub(crate) type Page = Result<Html<String>, Problem>;

/// What a page of many calls is made of.
struct Shown<'a> {
    site: Site<'a>,
    snapshot: &'a Snapshot,
    view: &'a View,
    accuracies: &'a Accuracies,
    packs: &'a [Pack],
}

/// A page of many calls.
async fn page_of_calls(
    application: App,
    who: SignedIn,
    page: impl FnOnce(&Shown<'_>) -> Result<String, Problem> + Send + 'static,
) -> Page {
    let snapshot = snapshot(&application).await?;
    let make = move |application: &Application| {
        let view = snapshot.view(&who.person).ok_or(Problem::NOT_FOR_ROLE)?;
        let none = Accuracies::default();
        let may_read = etalon_review::permission::condition(who.person.role, Action::ReadAgreement)
            == etalon_review::Condition::Always;
        let accuracies = if may_read { &snapshot.accuracies } else { &none };
        let site = application.site(Some(&who));
        page(&Shown { site, snapshot: &snapshot, view, accuracies, packs: &application.packs }).map(Html)
    };
    application.blocking(make).await
}

/// The first page.
pub(crate) async fn overview(State(application): State<App>, Extension(who): Extension<SignedIn>) -> Page {
    let is_agent = who.person.role == PersonRole::Agent;
    page_of_calls(application, who, move |shown| {
        let failures = if is_agent { 0 } else { shown.snapshot.failures.len() };
        Ok(overview_page(&shown.site, &shown.view.statistics, shown.accuracies, failures))
    })
    .await
}

/// The list of calls.
pub(crate) async fn calls(State(application): State<App>, Extension(who): Extension<SignedIn>) -> Page {
    page_of_calls(application, who, |shown| {
        Ok(calls_page(&shown.site, &shown.view.worst, shown.view.statistics.calls()))
    })
    .await
}

/// The rules.
pub(crate) async fn rules(State(application): State<App>, Extension(who): Extension<SignedIn>) -> Page {
    page_of_calls(application, who, |shown| {
        Ok(rules_page(&shown.site, &shown.view.statistics, shown.accuracies))
    })
    .await
}

/// One rule.
pub(crate) async fn rule(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    Path(file): Path<String>,
) -> Page {
    page_of_calls(application, who, move |shown| {
        let path = format!("rules/{file}");
        let statistics = &shown.view.statistics;
        // A rule of the packs has a page also where no call was judged by it.
        let of_packs = shown.packs.iter().flat_map(|pack| {
            let rules = pack.rules().iter();
            rules.map(|rule| (pack.id(), rule.id()))
        });
        let (pack, rule) = rules_with_pages(statistics)
            .chain(of_packs)
            .find(|(pack, rule)| Address::rule(pack, rule).path() == path)
            .ok_or(Problem::NO_SUCH_PAGE)?;
        Ok(rule_page(&shown.site, pack, rule, statistics, shown.accuracies))
    })
    .await
}

/// Agents, teams and managers.
pub(crate) async fn people(State(application): State<App>, Extension(who): Extension<SignedIn>) -> Page {
    page_of_calls(application, who, |shown| Ok(people_page(&shown.site, &shown.view.statistics))).await
}

/// One agent, team or manager.
pub(crate) async fn group(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    Path(file): Path<String>,
) -> Page {
    page_of_calls(application, who, move |shown| {
        let path = format!("people/{file}");
        let statistics = &shown.view.statistics;
        let (kind, name) = groups_with_pages(statistics)
            .find(|(kind, name)| Address::group(*kind, name).path() == path)
            .ok_or(Problem::NO_SUCH_PAGE)?;
        Ok(group_page(&shown.site, kind, name, statistics, shown.accuracies))
    })
    .await
}

/// What has no result. It names recordings of everybody.
pub(crate) async fn failures(State(application): State<App>, Extension(who): Extension<SignedIn>) -> Page {
    if who.person.role == PersonRole::Agent {
        return Err(Problem::NOT_FOR_ROLE);
    }
    page_of_calls(application, who, |shown| {
        Ok(failures_page(&shown.site, &shown.snapshot.failures, &shown.snapshot.passed_over))
    })
    .await
}

/// How a call is reviewed.
#[derive(Debug, Deserialize)]
pub(crate) struct Manner {
    #[serde(default)]
    mode: Option<String>,
}

impl Manner {
    /// How the page was asked for.
    pub(crate) fn asked(&self) -> ReviewMode {
        let is_blind = self.mode.as_deref() == Some(ReviewMode::Blind.name());
        if is_blind { ReviewMode::Blind } else { ReviewMode::Open }
    }
}

/// The page of one call.
pub(crate) async fn call(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    Path((folder, file)): Path<(String, String)>,
    Query(manner): Query<Manner>,
) -> Page {
    let id = file.strip_suffix(".html").filter(|id| id.starts_with(&folder)).map(str::to_owned);
    let id = id.ok_or(Problem::NO_SUCH_CALL)?;
    let asked = manner.asked();
    let snapshot = snapshot(&application).await?;
    application.blocking(move |application| one_call(application, &snapshot, &who, &id, asked)).await
}

fn one_call(
    application: &Application,
    snapshot: &Snapshot,
    who: &SignedIn,
    id: &str,
    asked: ReviewMode,
) -> Page {
    let stored = readable_call(application, &who.person, id)?;
    let sound = snapshot.listening.served_sound_of(&stored, format!("../../audio/{id}"));
    // A page without a waveform is better than no page.
    let waveform: Option<Waveform> = application.store.read_waveform(id).unwrap_or_default();
    let site = application.site(Some(who));
    let known = match application.reviews.current() {
        Ok(known) => known,
        Err(error) => {
            let problem = Problem::from(error);
            let review = Some(review_trouble(&site, problem.key));
            let content = CallContent {
                call: &stored,
                waveform: waveform.as_ref(),
                sound: &sound,
                review,
                final_score: None,
            };
            return Ok(Html(call_page(&site, &content)));
        }
    };
    let reviews = &known.reviews;
    let judged = judged(stored, reviews, &application.packs);
    let facts = judged.call.call.clone();
    let readable: Vec<&Sheet> =
        reviews.sheets_of(id).filter(|sheet| may_read(&who.person, &facts, sheet)).collect();
    let none = Sheet::empty(id, &who.person.name);
    let own = reviews.sheets_of(id).find(|sheet| who.person.is_named(&sheet.reviewer)).unwrap_or(&none);
    let mode = mode_of(application, own, asked);
    let pane = ReviewPane {
        judged: &judged,
        person: &who.person,
        own,
        sheets: &readable,
        mode,
        is_blind_refused: asked == ReviewMode::Blind && mode == ReviewMode::Open,
    };
    let review = Some(review_pane(&site, &pane));
    let shown = if mode == ReviewMode::Blind { without_verdicts(&judged.call) } else { judged.call.clone() };
    let final_score = if mode == ReviewMode::Blind { None } else { FinalScore::of(&judged) };
    let content =
        CallContent { call: &shown, waveform: waveform.as_ref(), sound: &sound, review, final_score };
    Ok(Html(call_page(&site, &content)))
}

/// How somebody fills a sheet now, after the page was asked for.
fn mode_of(application: &Application, own: &Sheet, asked: ReviewMode) -> ReviewMode {
    let mode = match asked {
        ReviewMode::Blind => application.blind.begin(own),
        ReviewMode::Open => application.blind.mode_of(own),
    };
    if mode == ReviewMode::Open {
        application.blind.reveal(own);
    }
    mode
}

/// A call of which nothing shows what the machine thinks.
fn without_verdicts(call: &Call) -> Call {
    Call { evaluation: Evaluation::default(), ..call.clone() }
}

/// Whether a person may read a sheet.
pub(crate) fn may_read(person: &Person, call: &CallFacts, sheet: &Sheet) -> bool {
    let action = if sheet.state.counts() { Action::ReadSheet } else { Action::ReadDraft };
    may(person, action, call, Some(&sheet.reviewer)).is_ok()
}

/// A stored call that a person may read. A call of somebody else looks like one that is not there.
pub(crate) fn readable_call(
    application: &Application,
    person: &Arc<Person>,
    id: &str,
) -> Result<Call, Problem> {
    let call = application.store.read_call(id)?.ok_or(Problem::NO_SUCH_CALL)?;
    may(person, Action::ReadCall, &call.call, None).map_err(|_| Problem::NO_SUCH_CALL)?;
    Ok(call)
}
