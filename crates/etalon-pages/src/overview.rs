//! The first page: what the calls come to, and where to look.

use crate::accuracy::Accuracies;
use crate::address::Address;
use crate::changes::changes;
use crate::chart;
use crate::counted_reviews::reviews_counted_in;
use crate::document::{Page, document};
use crate::query::CallQuery;
use crate::rules::rules_table;
use crate::site::Site;
use crate::statistics::{Statistics, Tally};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Rules that the first page names.
const NAMED_RULES: usize = 10;

/// The page.
pub fn overview_page(
    site: &Site<'_>,
    statistics: &Statistics,
    accuracies: &Accuracies,
    failures: usize,
) -> String {
    let interface = site.interface;
    let title = interface.text("overview-heading");
    let content = html! {
        h1 { (title) }
        @if let (Some(first), Some(last)) = (statistics.first, statistics.last) {
            @let (first, last) = (first.format("%d.%m.%Y").to_string(), last.format("%d.%m.%Y").to_string());
            p.quiet { (first) @if first != last { " — " (last) } }
        }
        (figures(site, &statistics.total, failures))
        (reviews_counted_in(site, &statistics.total, &CallQuery::all(), ""))
        (charts(site, &statistics.total, &CallQuery::all(), ""))
        (changes(site, statistics.comparison(None).as_ref(), &CallQuery::all(), ""))
        section {
            h2 { (interface.text("worst-rules-heading")) }
            (rules_table(site, &statistics.total, accuracies, &CallQuery::all(), "", NAMED_RULES))
            p { a href=(Address::rules().path()) { (interface.text("all-rules")) } }
        }
        (voice(site, statistics))
        footer.quiet {
            @for (origin, calls) in &statistics.origins { p { (origin) " · " (interface.count("calls-count", *calls)) } }
        }
    };
    let page = Page { address: Address::overview(), title: &title, kind: "overview", data: &[], content };
    document(site, &page)
}

/// The figures at the head of a page; each leads to its calls.
fn figures(site: &Site<'_>, total: &Tally, failures: usize) -> Markup {
    let interface = site.interface;
    let all = CallQuery::all();
    html! {
        section.figures aria-label=(interface.text("figures-label")) {
            (figure(&interface.whole(total.calls), &interface.count("figure-calls", total.calls), &all.link(""), false))
            (figure(&interface.long_duration(total.audio_s), &interface.text("figure-audio"), &all.link(""), false))
            (figure(&mean(site, total), &interface.text("figure-mean"), &all.clone().with("score_min", "0").link(""), false))
            @if total.without_score() > 0 {
                (figure(&interface.whole(total.without_score()), &interface.text("figure-unscored"), &all.clone().with("unscored", "1").link(""), false))
            }
            (figure(&interface.whole(total.critical), &interface.text("figure-critical"), &all.clone().with("critical", "1").link(""), total.critical > 0))
            (figure(&interface.whole(failures), &interface.count("figure-failures", failures), Address::failures().path(), failures > 0))
        }
    }
}

fn figure(value: &str, name: &str, link: &str, is_alarming: bool) -> Markup {
    html! { a.figure.alarm[is_alarming] href=(link) { span.value { (value) } " " span.name { (name) } } }
}

/// A mean with its interval: `82,5 ± 3,1`; a dash where nothing has a score.
pub(crate) fn mean(site: &Site<'_>, tally: &Tally) -> String {
    let Some(mean) = tally.scores.mean() else { return "—".to_owned() };
    match tally.scores.half_interval() {
        Some(half) => {
            let interface = site.interface;
            format!("{}\u{a0}±\u{a0}{}", interface.one_decimal(mean), interface.one_decimal(half))
        }
        None => site.interface.one_decimal(mean),
    }
}

/// The three charts of a group of calls.
pub(crate) fn charts(site: &Site<'_>, tally: &Tally, query: &CallQuery, root: &str) -> Markup {
    html! {
        section.charts {
            (chart::score_distribution(site, tally, query, root))
            (chart::trend(site, tally, query, root))
            (chart::heat_map(site, tally, query, root))
        }
    }
}

fn voice(site: &Site<'_>, statistics: &Statistics) -> Markup {
    let (interface, voice) = (site.interface, &statistics.voice);
    let counted = |filter: &'static str, counts: &BTreeMap<String, usize>| {
        let mut sorted: Vec<(&String, &usize)> = counts.iter().collect();
        sorted.sort_by(|left, right| right.1.cmp(left.1).then(left.0.cmp(right.0)));
        html! {
            ul.counted { @for (id, count) in sorted { li {
                a href=(CallQuery::all().with(filter, id.as_str()).link("")) { (site.rule_book.category_title(id)) }
                " " span.quiet { (count) }
            } } }
        }
    };
    html! {
        @if !voice.call_types.is_empty() || !voice.topics.is_empty() || voice.graded > 0 {
            section {
                h2 { (interface.text("voice-heading")) }
                div.about-columns {
                    @if !voice.call_types.is_empty() { div { h3 { (interface.text("call-types")) } (counted("call_type", &voice.call_types)) } }
                    @if !voice.topics.is_empty() { div { h3 { (interface.text("topics")) } (counted("topic", &voice.topics)) } }
                    @if let Some(score) = voice.net_promoter_score() { div {
                        h3 { (interface.text("net-promoter-score")) }
                        p { (interface.decimal(score)) " " span.quiet { (interface.count("grades-count", voice.graded)) } }
                    } }
                }
            }
        }
    }
}
