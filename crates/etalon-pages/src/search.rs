//! Searching: what was said, with a link to the second at which it was said.

use crate::address::Address;
use crate::document::{Page, document};
use crate::format::script_seconds;
use crate::query::percent_encoded;
use crate::site::Site;
use etalon_call::{Role, clock};
use etalon_search::{Hit, QueryError, QueryProblem, SearchOrder, SearchPage, Snippet};
use maud::{Markup, html};

/// What the page of a search shows.
pub struct SearchContent<'a> {
    /// The query as it was written.
    pub query: &'a str,
    /// The order that was asked for.
    pub order: SearchOrder,
    /// Hits to leave out at the beginning.
    pub offset: usize,
    /// Most hits of a page.
    pub limit: usize,
    /// What came of it.
    pub outcome: SearchOutcome<'a>,
    /// Whether calls are still being added to the index, so that more may be found later.
    pub is_growing: bool,
    /// The query as a rule, where that was asked for.
    pub rule: Option<&'a str>,
}

/// What came of a search.
pub enum SearchOutcome<'a> {
    /// Nothing was asked yet.
    NotAsked,
    /// There is no index yet.
    NotReady,
    /// The hits.
    Found(&'a SearchPage),
    /// The query is wrong.
    Mistaken(&'a QueryError),
}

/// The page.
pub fn search_page(site: &Site<'_>, content: &SearchContent<'_>) -> String {
    let title = site.interface.text("nav-search");
    let markup = html! {
        h1 { (title) }
        (form(site, content))
        @if content.is_growing || matches!(content.outcome, SearchOutcome::NotReady) {
            p.notice role="status" { (site.interface.text("search-not-ready")) }
        }
        @match &content.outcome {
            SearchOutcome::NotAsked => p.quiet { (site.interface.text("search-explained")) },
            SearchOutcome::NotReady => {},
            SearchOutcome::Mistaken(error) => (mistake(site, content, error)),
            SearchOutcome::Found(page) => (found(site, content, page)),
        }
    };
    let page = Page {
        address: Address::served("search"),
        title: &title,
        kind: "search",
        data: &[],
        content: markup,
    };
    document(site, &page)
}

fn form(site: &Site<'_>, content: &SearchContent<'_>) -> Markup {
    let interface = site.interface;
    html! {
        form.search method="get" action="search" role="search" {
            label { span.for-readers { (interface.text("nav-search")) }
                input type="search" name="q" value=(content.query) maxlength="1000" required
                    placeholder=(interface.text("search-example"));
            }
            label { (interface.text("search-order")) " "
                select name="order" { @for order in SearchOrder::ALL {
                    option value=(order.name()) selected[order == content.order] {
                        (interface.text(&format!("search-order-{}", order.name())))
                    }
                } }
            }
            button type="submit" { (interface.text("search-find")) }
        }
    }
}

/// What is wrong with a query, with a mark below the place.
fn mistake(site: &Site<'_>, content: &SearchContent<'_>, error: &QueryError) -> Markup {
    let place = (error.place.start + 1).to_string();
    let what = site.interface.text(problem_key(&error.problem));
    html! {
        div.notice.alarm role="alert" {
            p { (site.interface.filled("query-place", &[("place", &place), ("what", &what)])) }
            pre { (error.pointed(content.query)) }
        }
    }
}

fn problem_key(problem: &QueryProblem) -> &'static str {
    match problem {
        QueryProblem::Empty => "query-empty",
        QueryProblem::TooLong => "query-too-long",
        QueryProblem::TooManyWords => "query-too-many-words",
        QueryProblem::TooDeep => "query-too-deep",
        QueryProblem::UnclosedQuote => "query-unclosed-quote",
        QueryProblem::EmptyPhrase => "query-empty-phrase",
        QueryProblem::UnclosedBracket => "query-unclosed-bracket",
        QueryProblem::UnopenedBracket => "query-unopened-bracket",
        QueryProblem::NothingToJoin => "query-nothing-to-join",
        QueryProblem::UnknownRole => "query-unknown-role",
        QueryProblem::UnknownDay => "query-unknown-day",
        QueryProblem::DayInside => "query-day-inside",
        QueryProblem::NoDays => "query-no-days",
        QueryProblem::RoleInBrackets => "query-role-in-brackets",
        QueryProblem::StarInside => "query-star-inside",
        QueryProblem::ShortPrefix => "query-short-prefix",
        QueryProblem::NoWord => "query-no-word",
        QueryProblem::Distance => "query-distance",
        QueryProblem::DifferentDistances => "query-different-distances",
        QueryProblem::NotNear => "query-not-near",
        QueryProblem::OnlyExcluded => "query-only-excluded",
    }
}

fn found(site: &Site<'_>, content: &SearchContent<'_>, page: &SearchPage) -> Markup {
    let interface = site.interface;
    html! {
        p.shown role="status" {
            (interface.count("search-turns", page.turns)) " · " (interface.count("calls-count", page.calls))
        }
        @match content.rule {
            Some(rule) => { p.quiet { (interface.text("search-rule-explained")) } pre.rule-text tabindex="0" { (rule) } },
            None if page.turns > 0 => p { a href={ (link(content, content.offset)) "&rule=1" } { (interface.text("search-as-rule")) } },
            None => {},
        }
        ol.hits { @for hit in &page.hits { (one_hit(site, hit)) } }
        nav.pages aria-label=(interface.text("search-pages")) {
            @if content.offset > 0 {
                a rel="prev" href=(link(content, content.offset.saturating_sub(content.limit))) { (interface.text("search-back")) }
            }
            @if content.offset + page.hits.len() < page.turns {
                a rel="next" href=(link(content, content.offset + content.limit)) { (interface.text("search-on")) }
            }
        }
    }
}

/// The address of other hits of the same query.
fn link(content: &SearchContent<'_>, offset: usize) -> String {
    let query = percent_encoded(content.query.as_bytes());
    format!("search?q={query}&order={}&offset={offset}", content.order.name())
}

fn one_hit(site: &Site<'_>, hit: &Hit) -> Markup {
    let interface = site.interface;
    let role = match hit.role {
        Role::Agent => "role-agent",
        Role::Client => "role-client",
        Role::Unknown => "role-unknown",
    };
    let agent = hit.agent_name.as_ref().or(hit.agent_id.as_ref());
    let place = format!("{}#t={}", Address::call(&hit.call).path(), script_seconds(hit.start_s));
    html! {
        li.hit {
            a.hit-play href=(place) { "▶ " (clock(hit.start_s)) }
            " " span.side { (interface.text(role)) } " "
            span.said { (snippet(&hit.snippet)) }
            p.quiet {
                a href=(Address::call(&hit.call).path()) { (hit.source) }
                @if let Some(agent) = agent { " · " (agent) }
                @if let Some(moment) = hit.started_at.as_deref().and_then(moment) { " · " (interface.moment(moment)) }
                @if !hit.is_current { " · " (interface.text("search-outdated")) }
            }
        }
    }
}

fn moment(written: &str) -> Option<chrono::DateTime<chrono::FixedOffset>> {
    chrono::DateTime::parse_from_rfc3339(written).ok()
}

/// What was said, with what was found in it marked.
fn snippet(snippet: &Snippet) -> Markup {
    let characters: Vec<char> = snippet.text.as_str().chars().collect();
    let text =
        |from: usize, to: usize| -> String { characters.get(from..to).unwrap_or_default().iter().collect() };
    let mut from = 0;
    let mut parts = Vec::new();
    for [start, end] in &snippet.highlights {
        parts.push(html! { (text(from, *start)) mark { (text(*start, *end)) } });
        from = *end;
    }
    html! {
        @if snippet.is_cut_before { "… " }
        @for part in parts { (part) }
        (text(from, characters.len()))
        @if snippet.is_cut_behind { " …" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_marked_and_nothing_is_code() {
        let shown = snippet(&Snippet {
            text: "да <b>оплата</b> завтра".into(),
            highlights: vec![[6, 12]],
            is_cut_before: true,
            is_cut_behind: false,
        });
        assert_eq!(shown.into_string(), "… да &lt;b&gt;<mark>оплата</mark>&lt;/b&gt; завтра");
    }
}
