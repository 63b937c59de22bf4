//! Agents, teams and managers: all of a kind, and each on a page.

use crate::accuracy::Accuracies;
use crate::address::Address;
use crate::changes::changes;
use crate::counted_reviews::reviews_counted_in;
use crate::document::{Page, document};
use crate::overview::{charts, mean};
use crate::query::CallQuery;
use crate::rules::rules_table;
use crate::site::Site;
use crate::statistics::{Statistics, Tally};
use crate::tallies::GroupKind;
use crate::tallies::RANKED_MIN;
use maud::{Markup, html};

/// All agents, teams and managers.
pub fn people_page(site: &Site<'_>, statistics: &Statistics) -> String {
    let interface = site.interface;
    let title = interface.text("nav-people");
    let nobody = GroupKind::ALL.iter().all(|kind| statistics.groups(*kind).is_empty());
    let content = html! {
        h1 { (title) }
        @if nobody { p.notice { (interface.text("people-unknown")) } }
        @else {
            p.quiet { (interface.filled("people-explained", &[("floor", &RANKED_MIN.to_string())])) }
            (reviews_counted_in(site, &statistics.total, &CallQuery::all(), ""))
        }
        @for kind in GroupKind::ALL { (groups(site, kind, statistics)) }
    };
    let page = Page { address: Address::people(), title: &title, kind: "people", data: &[], content };
    document(site, &page)
}

fn groups(site: &Site<'_>, kind: GroupKind, statistics: &Statistics) -> Markup {
    let interface = site.interface;
    let mut groups: Vec<(&String, &Tally)> = statistics.groups(kind).iter().collect();
    // Whoever has enough calls by rising mean, then the others by name.
    let rank = |tally: &Tally| {
        tally.scores.mean().filter(|_| tally.scores.count >= RANKED_MIN).unwrap_or(f64::INFINITY)
    };
    groups
        .sort_by(|left, right| rank(left.1).total_cmp(&rank(right.1)).then(left.1.label.cmp(&right.1.label)));
    html! {
        @if !groups.is_empty() { section {
            h2 { (interface.text(&format!("groups-{}", kind.name()))) }
            div.scroll tabindex="0" { table {
                thead { tr {
                    th scope="col" { (interface.text(&format!("column-{}", kind.name()))) }
                    th.number scope="col" { (interface.text("column-calls")) }
                    th.number scope="col" { (interface.text("column-mean")) }
                    th.number scope="col" { (interface.text("column-unscored")) }
                    th.number scope="col" { (interface.text("column-critical")) }
                    th scope="col" { (interface.text("column-most-failed")) }
                } }
                tbody { @for (name, tally) in groups { tr {
                    @let query = CallQuery::all().with(kind.name(), name.as_str());
                    th scope="row" { a href=(Address::group(kind, name).path()) { (tally.label) } }
                    td.number { a href=(query.link("")) { (tally.calls) } }
                    td.number { @if tally.scores.count > 0 { a href=(query.clone().with("score_min", "0").link("")) { (mean(site, tally)) } } @else { "—" } @if tally.scores.count < RANKED_MIN { " " span.quiet { (interface.text("too-few")) } } }
                    td.number { @if tally.without_score() > 0 { a href=(query.clone().with("unscored", "1").link("")) { (tally.without_score()) } } @else { "0" } }
                    td.number { @if tally.critical > 0 { a.alarm href=(query.clone().with("critical", "1").link("")) { (tally.critical) } } @else { "0" } }
                    td.most-failed {
                        @if tally.most_failed(1).is_empty() { span.quiet { (interface.text("list-no-findings")) } }
                        @for (index, ((pack, id), rule)) in tally.most_failed(3).into_iter().enumerate() {
                        @if index > 0 { ", " }
                        a href=(query.clone().with_rule("fail", pack, id).link("")) { (site.rule_book.rule_title(id)) }
                        span.quiet { "\u{a0}×\u{a0}" (rule.failed) }
                    } }
                } } }
            } }
        } }
    }
}

/// The page of one agent, team or manager.
pub fn group_page(
    site: &Site<'_>,
    kind: GroupKind,
    name: &str,
    statistics: &Statistics,
    accuracies: &Accuracies,
) -> String {
    let interface = site.interface;
    let address = Address::group(kind, name);
    let root = address.to_root();
    let empty = Tally::default();
    let tally = statistics.groups(kind).get(name).unwrap_or(&empty);
    let query = CallQuery::all().with(kind.name(), name);
    let figure = |value: &str, name: &str, query: CallQuery| {
        html! { a.figure href=(query.link(&root)) { span.value { (value) } " " span.name { (name) } } }
    };
    let count = |count: usize, key: &str, query: CallQuery| {
        figure(&interface.whole(count), &interface.count(key, count), query)
    };
    let content = html! {
        p.quiet { (interface.text(&format!("column-{}", kind.name()))) }
        h1 { (tally.label) }
        section.figures {
            (count(tally.calls, "figure-calls", query.clone()))
            (figure(&mean(site, tally), &interface.text("figure-mean"), query.clone().with("score_min", "0")))
            (figure(&mean(site, &statistics.total), &interface.text("figure-mean-of-all"), CallQuery::all().with("score_min", "0")))
            (count(tally.without_score(), "figure-unscored", query.clone().with("unscored", "1")))
            (count(tally.critical, "figure-critical", query.clone().with("critical", "1")))
        }
        (reviews_counted_in(site, tally, &query, &root))
        @if tally.scores.count < RANKED_MIN {
            p.notice { (interface.filled("group-too-few", &[("floor", &RANKED_MIN.to_string())])) }
        }
        (charts(site, tally, &query, &root))
        (changes(site, statistics.comparison(Some((kind, name))).as_ref(), &query, &root))
        section {
            h2 { (interface.text("worst-rules-heading")) }
            (rules_table(site, tally, accuracies, &query, &root, usize::MAX))
        }
    };
    let page = Page { address, title: &tally.label, kind: "group", data: &[], content };
    document(site, &page)
}

/// The keys of all groups that have a page.
pub fn groups_with_pages(statistics: &Statistics) -> impl Iterator<Item = (GroupKind, &str)> {
    GroupKind::ALL
        .into_iter()
        .flat_map(|kind| statistics.groups(kind).keys().map(move |name| (kind, name.as_str())))
}
