//! `etalon search`: what was said in stored calls. Shows words of the calls, because it was asked to.

use crate::arguments::SearchOptions;
use crate::exit::Exit;
use crate::output;
use crate::signals;
use crate::table::{Align, Table, shortened};
use anyhow::bail;
use etalon_call::{Role, clock};
use etalon_search::{
    CallFilter, Days, Demand, Hit, Query, Rebuilt, SearchError, SearchIndex, SearchPage, SearchRequest,
    Updated,
};
use etalon_store::Store;
use std::sync::atomic::AtomicBool;

/// Runs the command.
pub(crate) fn search(options: &SearchOptions) -> anyhow::Result<Exit> {
    let query = query(options)?;
    let store = Store::open(&options.directory)?;
    let stop = signals::stop_flag()?;
    if bring_up_to_date(&store, &stop)? == Exit::Interrupted {
        return Ok(Exit::Interrupted);
    }
    let request = SearchRequest {
        query,
        filter: CallFilter {
            agents: options.agent.clone(),
            teams: options.team.clone(),
            days: days(options)?,
            ..CallFilter::default()
        },
        order: options.order,
        offset: options.offset,
        limit: options.limit,
    };
    match answer(options, &store, &request) {
        // Damage that only the search has met: the index is made anew, and asked again.
        Err(error) if error.downcast_ref().is_some_and(SearchError::is_mended_by_rebuild) => {
            etalon_search::remove(&store)?;
            if bring_up_to_date(&store, &stop)? == Exit::Interrupted {
                return Ok(Exit::Interrupted);
            }
            answer(options, &store, &request)
        }
        outcome => outcome,
    }
}

/// The days that the options name.
fn days(options: &SearchOptions) -> anyhow::Result<Days> {
    let (since, until) = (options.since.unwrap_or_default(), options.until.unwrap_or_default());
    let days = since.and_later().within(until.and_earlier());
    if days.is_empty() {
        bail!("--since is later than --until");
    }
    Ok(days)
}

/// The query that is asked; a mistake is shown below it.
fn query(options: &SearchOptions) -> anyhow::Result<Query> {
    let query: Query = options.query.parse().inspect_err(|error: &etalon_search::QueryError| {
        error.pointed(&options.query).lines().for_each(output::message);
    })?;
    Ok(match options.role {
        Some(role) => query.asked_of(role),
        None => query,
    })
}

fn bring_up_to_date(store: &Store, stop: &AtomicBool) -> anyhow::Result<Exit> {
    let Updated { unreadable, rebuilt, is_busy, is_interrupted, .. } = etalon_search::update(store, stop)?;
    match rebuilt {
        Some(Rebuilt::Damaged) => output::message("the index was damaged and has been made anew"),
        Some(Rebuilt::OtherVersion) => {
            output::message("the index was of another version and has been made anew");
        }
        Some(Rebuilt::Missing) | None => {}
    }
    if is_busy {
        output::message(
            "another process is updating the index; calls that it has not read yet are not found",
        );
    }
    if unreadable > 0 {
        output::message(&format!(
            "{unreadable} stored calls can't be read and are not searched: they are damaged (run again) or \
             a later etalon wrote them (update etalon)"
        ));
    }
    Ok(if is_interrupted { Exit::Interrupted } else { Exit::Done })
}

fn answer(options: &SearchOptions, store: &Store, request: &SearchRequest) -> anyhow::Result<Exit> {
    let index = SearchIndex::open(store)?;
    if let Some(id) = &options.as_rule {
        let demand = if options.forbidden { Demand::NotSaid } else { Demand::Said };
        let draft = index.as_rule(&request.query, &request.filter, id, demand)?;
        output::data(&draft.pack)?;
        output::message(&format!("{} hits are its examples", draft.examples));
        return Ok(Exit::Done);
    }
    let page = index.search(request)?;
    if options.json {
        output::json(&page)?;
        return Ok(Exit::Done);
    }
    output::data(&hit_table(&page))?;
    output::message(&format!("{} turns in {} calls, {} shown", page.turns, page.calls, page.hits.len()));
    Ok(Exit::Done)
}

fn hit_table(page: &SearchPage) -> String {
    let mut table = Table::new([
        ("recording", Align::Left),
        ("time", Align::Right),
        ("role", Align::Left),
        ("said", Align::Left),
    ]);
    for hit in &page.hits {
        table.add([shortened(&hit.source), clock(hit.start_s), role_name(hit.role).to_owned(), said(hit)]);
    }
    table.as_text()
}

fn role_name(role: Role) -> &'static str {
    if role == Role::Unknown { "—" } else { role.name() }
}

/// The snippet with what was found between brackets.
fn said(hit: &Hit) -> String {
    let mut said = String::new();
    said.push_str(if hit.snippet.is_cut_before { "… " } else { "" });
    for (place, letter) in hit.snippet.text.as_str().chars().enumerate() {
        let highlights = &hit.snippet.highlights;
        said.push_str(if highlights.iter().any(|[start, _]| *start == place) { "[" } else { "" });
        said.push(letter);
        said.push_str(if highlights.iter().any(|[_, end]| *end == place + 1) { "]" } else { "" });
    }
    said.push_str(if hit.snippet.is_cut_behind { " …" } else { "" });
    said
}
