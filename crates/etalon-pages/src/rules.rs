//! The rules: how often each is broken, and how far each can be trusted.

use crate::accuracy::{Accuracies, MIN_CALLS, MeasuredOn, RuleAccuracy, Share};
use crate::address::Address;
use crate::chart::share_bar;
use crate::document::{Page, document};
use crate::query::CallQuery;
use crate::site::Site;
use crate::statistics::{GroupKind, RuleTally, Statistics, Tally};
use maud::{Markup, html};

/// All rules.
pub fn rules_page(site: &Site<'_>, statistics: &Statistics, accuracies: &Accuracies) -> String {
    let title = site.interface.text("nav-rules");
    let content = html! {
        h1 { (title) }
        p.quiet { (site.interface.text("rules-explained")) }
        (rules_table(site, &statistics.total, accuracies, &CallQuery::all(), "", usize::MAX))
    };
    let page = Page { address: Address::rules(), title: &title, kind: "rules", data: &[], content };
    document(site, &page)
}

/// The rules of a group of calls, those that fail most often first.
pub(crate) fn rules_table(
    site: &Site<'_>,
    tally: &Tally,
    accuracies: &Accuracies,
    query: &CallQuery,
    root: &str,
    limit: usize,
) -> Markup {
    let interface = site.interface;
    let mut rules: Vec<(&(String, String), &RuleTally)> = tally.rules.iter().collect();
    let rate = |tally: &RuleTally| tally.fail_rate().unwrap_or(-1.0);
    rules.sort_by(|left, right| {
        rate(right.1)
            .total_cmp(&rate(left.1))
            .then(right.1.failed.cmp(&left.1.failed))
            .then_with(|| left.0.cmp(right.0))
    });
    rules.truncate(limit);
    let linked = |count: usize, filter: &'static str, id: &str| {
        html! { @if count > 0 { a href=(query.clone().with(filter, id).link(root)) { (count) } } @else { "0" } }
    };
    html! {
        @if rules.is_empty() { p.quiet { (interface.text("no-rules")) } } @else {
            div.scroll tabindex="0" { table {
                thead { tr {
                    th scope="col" { (interface.text("column-rule")) }
                    th.number scope="col" { (interface.text("column-failed")) }
                    th.number scope="col" { (interface.text("column-judged")) }
                    th.number scope="col" title=(interface.text("column-unmeasurable-explained")) { (interface.text("column-unmeasurable")) }
                    th scope="col" title=(interface.text("column-precision-explained")) { (interface.text("column-precision")) }
                    th scope="col" { (interface.text("column-share")) }
                } }
                tbody { @for ((pack, id), tally) in rules { tr {
                    th scope="row" {
                        a href={ (root) (Address::rule(pack, id).path()) } { (site.rule_book.rule_title(id)) }
                        " " span.quiet { (pack) }
                    }
                    td.number { (linked(tally.failed, "fail", id)) }
                    td.number { (tally.judged()) }
                    td.number { (linked(tally.unmeasurable, "unmeasurable", id)) }
                    td { (precision(site, accuracies.of(id))) }
                    td.share { @match tally.fail_rate() {
                        Some(rate) => (share_bar(site, rate)),
                        None => span.quiet { (interface.text("not-judged")) },
                    } }
                } } }
            } }
        }
    }
}

/// The precision of a rule in one cell: what it is, on how many failures, or that nobody knows.
fn precision(site: &Site<'_>, accuracy: Option<&RuleAccuracy>) -> Markup {
    let interface = site.interface;
    html! {
        @match accuracy.and_then(RuleAccuracy::precision) {
            Some(share) => { (interface.percent(share.value)) " " span.quiet title=(interval(site, share)) { "n=" (share.cases) } },
            None => span.quiet { (interface.text("accuracy-unknown")) },
        }
    }
}

/// The 95 % interval of a share.
fn interval(site: &Site<'_>, share: Share) -> String {
    format!("95 %: {} – {}", site.interface.percent(share.low), site.interface.percent(share.high))
}

/// The page of one rule.
pub fn rule_page(
    site: &Site<'_>,
    pack: &str,
    id: &str,
    statistics: &Statistics,
    accuracies: &Accuracies,
) -> String {
    let interface = site.interface;
    let address = Address::rule(pack, id);
    let root = address.to_root();
    let title = site.rule_book.rule_title(id).to_owned();
    let key = (pack.to_owned(), id.to_owned());
    let tally = statistics.total.rules.get(&key).copied().unwrap_or_default();
    let content = html! {
        h1 { (title) }
        p.quiet { (pack) " · " code { (id) } }
        @if let Some(rule) = site.rule_book.rule(id) {
            @if !rule.standard.is_empty() { blockquote.standard { (rule.standard) } }
            @if !rule.source.is_empty() { p.quiet { (rule.source) } }
            @if rule.is_manual { p.notice { (interface.text("rule-is-manual")) } }
        }
        section.figures {
            (verdict_figure(site, tally.failed, "figure-failed", &CallQuery::all().with("fail", id).link(&root)))
            (verdict_figure(site, tally.passed, "figure-passed", &CallQuery::all().with("pass", id).link(&root)))
            (verdict_figure(site, tally.unmeasurable, "figure-unmeasurable", &CallQuery::all().with("unmeasurable", id).link(&root)))
        }
        section {
            h2 { (interface.text("accuracy-heading")) }
            (accuracy_section(site, accuracies.of(id)))
        }
        @for kind in GroupKind::ALL { (by_group(site, kind, &key, statistics, &root)) }
    };
    let page = Page { address, title: &title, kind: "rule", data: &[], content };
    document(site, &page)
}

fn verdict_figure(site: &Site<'_>, count: usize, key: &str, link: &str) -> Markup {
    html! { a.figure href=(link) { span.value { (count) } " " span.name { (site.interface.text(key)) } } }
}

fn accuracy_section(site: &Site<'_>, accuracy: Option<&RuleAccuracy>) -> Markup {
    let interface = site.interface;
    let Some(accuracy) = accuracy else {
        return html! { p { (interface.text("accuracy-never-measured")) } };
    };
    let line = |key: &str, share: Option<Share>| {
        html! {
            tr title=(interface.text(&format!("{key}-explained"))) {
                th scope="row" { (interface.text(key)) }
                @match share {
                    Some(share) => {
                        td.number { (interface.percent(share.value)) }
                        td { (interval(site, share)) }
                        td.number { (share.cases) }
                    },
                    None => td colspan="3" { (interface.text("accuracy-no-cases")) },
                }
            }
        }
    };
    html! {
        p { (interface.text(match accuracy.measured_on {
            MeasuredOn::Reviews => "accuracy-on-your-calls",
            MeasuredOn::LabelledCalls => "accuracy-on-labelled-calls",
        })) " " (interface.count("calls-count", accuracy.calls as usize)) "." }
        @if accuracy.lacking() > 0 {
            p.notice { (interface.filled("accuracy-lacking", &[("lacking", &accuracy.lacking().to_string()), ("floor", &MIN_CALLS.to_string())])) }
        }
        div.scroll tabindex="0" { table.narrow {
            thead { tr { td {} th.number scope="col" { (interface.text("column-value")) } th scope="col" { (interface.text("column-interval")) } th.number scope="col" { "n" } } }
            tbody {
                (line("precision", accuracy.precision()))
                (line("recall", accuracy.recall()))
                tr title=(interface.text("kappa-explained")) {
                    th scope="row" { "κ" }
                    td.number { (accuracy.kappa.map_or_else(|| "—".to_owned(), |kappa| format!("{kappa:.2}"))) }
                    td {} td.number { (accuracy.calls) }
                }
            }
        } }
    }
}

/// The rule in each agent's, team's or manager's calls.
fn by_group(
    site: &Site<'_>,
    kind: GroupKind,
    key: &(String, String),
    statistics: &Statistics,
    root: &str,
) -> Markup {
    let interface = site.interface;
    let mut groups: Vec<(&String, &Tally, RuleTally)> = statistics
        .groups(kind)
        .iter()
        .filter_map(|(name, tally)| Some((name, tally, *tally.rules.get(key)?)))
        .filter(|(_, _, rule)| rule.failed > 0)
        .collect();
    groups.sort_by(|left, right| right.2.failed.cmp(&left.2.failed).then(left.0.cmp(right.0)));
    html! {
        @if !groups.is_empty() { section {
            h2 { (interface.text(&format!("groups-{}", kind.name()))) }
            div.scroll tabindex="0" { table {
                thead { tr {
                    th scope="col" { (interface.text(&format!("column-{}", kind.name()))) }
                    th.number scope="col" { (interface.text("column-failed")) }
                    th.number scope="col" { (interface.text("column-judged")) }
                    th scope="col" { (interface.text("column-share")) }
                } }
                tbody { @for (name, tally, rule) in groups { tr {
                    th scope="row" { a href={ (root) (Address::group(kind, name).path()) } { (tally.label) } }
                    td.number { a href=(CallQuery::all().with("fail", key.1.as_str()).with(kind.name(), name.as_str()).link(root)) { (rule.failed) } }
                    td.number { (rule.judged()) }
                    td.share { @if let Some(rate) = rule.fail_rate() { (share_bar(site, rate)) } }
                } } }
            } }
        } }
    }
}

/// Pack and id of every rule that has a page.
pub fn rules_with_pages(statistics: &Statistics) -> impl Iterator<Item = (&str, &str)> {
    statistics.total.rules.keys().map(|(pack, id)| (pack.as_str(), id.as_str()))
}
