//! The page of a search, and the index behind it.

use crate::application::{App, Application};
use crate::folder::Snapshot;
use crate::pages::Page;
use crate::problem::Problem;
use crate::signed_in::SignedIn;
use crate::snapshot::snapshot;
use axum::Extension;
use axum::extract::{Query as Parameters, State};
use axum::response::Html;
use etalon_pages::{SearchContent, SearchOutcome, search_page};
use etalon_review::{Person, PersonRole};
use etalon_search::{
    CallFilter, Demand, Query, SearchError, SearchIndex, SearchOrder, SearchPage, SearchRequest,
};
use serde::Deserialize;

/// Hits of one page.
const HITS: usize = 20;

/// The largest place among the hits that a page begins at.
const OFFSET_MAX: usize = 100_000;

/// The id of a rule that a query is printed as.
const RULE_ID: &str = "search.found";

/// What is looked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    order: SearchOrder,
    #[serde(default)]
    offset: usize,
    /// Whether the query is shown as a rule, too.
    #[serde(default)]
    rule: Option<String>,
}

/// The page of a search.
pub(crate) async fn search(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    Parameters(asked): Parameters<Asked>,
) -> Page {
    let snapshot = snapshot(&application).await?;
    application.blocking(move |application| found(application, &snapshot, &who, &asked)).await
}

fn found(application: &Application, snapshot: &Snapshot, who: &SignedIn, asked: &Asked) -> Page {
    let query = asked.q.trim();
    let offset = asked.offset.min(OFFSET_MAX);
    let (mut page, mut rule) = (None, None);
    let parsed = query.parse::<Query>();
    let outcome = match &parsed {
        _ if query.is_empty() => SearchOutcome::NotAsked,
        Err(error) => SearchOutcome::Mistaken(error),
        Ok(parsed) => {
            let calls = calls_of(snapshot, &who.person);
            match answered(application, calls, parsed.clone(), asked, offset)? {
                None => SearchOutcome::NotReady,
                Some((hits, as_rule)) => {
                    rule = as_rule;
                    SearchOutcome::Found(page.insert(hits))
                }
            }
        }
    };
    let content = SearchContent {
        query,
        order: asked.order,
        offset,
        limit: HITS,
        outcome,
        is_growing: application.index.is_busy(),
        rule: rule.as_deref(),
    };
    Ok(Html(search_page(&application.site(Some(who)), &content)))
}

/// The hits, and the query as a rule where that was asked for; nothing where there is no index yet.
fn answered(
    application: &Application,
    filter: CallFilter,
    query: Query,
    asked: &Asked,
    offset: usize,
) -> Result<Option<(SearchPage, Option<String>)>, Problem> {
    // Whoever looks while the index is made anew may find it cut short.
    let was_busy = application.index.is_busy();
    let is_made_anew = || was_busy || application.index.is_busy();
    let index = match SearchIndex::open(&application.store) {
        Ok(index) => index,
        Err(error) if error.is_mended_by_rebuild() || is_made_anew() => return Ok(None),
        Err(_) => return Err(Problem::UNREADABLE),
    };
    let request = SearchRequest { query, filter, order: asked.order, offset, limit: HITS };
    let page = match index.search(&request) {
        Ok(page) => page,
        Err(error @ SearchError::Damaged { .. }) if error.is_mended_by_rebuild() => return Ok(None),
        Err(SearchError::Database { .. }) if is_made_anew() => return Ok(None),
        Err(_) => return Err(Problem::UNREADABLE),
    };
    let rule = asked.rule.as_ref().map(|_| {
        let draft = index.as_rule(&request.query, &request.filter, RULE_ID, Demand::Said);
        draft.map_or_else(|error| format!("# {error}"), |draft| draft.pack)
    });
    Ok(Some((page, rule)))
}

/// The calls in which a person may search.
fn calls_of(snapshot: &Snapshot, person: &Person) -> CallFilter {
    if person.role != PersonRole::Agent {
        return CallFilter::default();
    }
    let own = snapshot.view(person).map(|view| view.ids.clone());
    CallFilter { calls: Some(own.unwrap_or_default()), ..CallFilter::default() }
}
