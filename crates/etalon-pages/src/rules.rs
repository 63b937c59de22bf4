//! The rules: how often each is broken, and how far each can be trusted.

use crate::accuracy::{Accuracies, MIN_CALLS, RuleAccuracy, Share, cell_name};
use crate::address::Address;
use crate::chart::share_bar;
use crate::counted_reviews::reviews_counted_in;
use crate::document::{Page, document};
use crate::query::{CallQuery, percent_encoded};
use crate::site::Site;
use crate::statistics::{Statistics, Tally};
use crate::tallies::RANKED_MIN;
use crate::tallies::{GroupKind, RuleTally};
use etalon_call::Verdict;
use etalon_review::{ConfusionCell, HumanVerdict, RuleAgreement};
use maud::{Markup, html};

/// All rules.
pub fn rules_page(site: &Site<'_>, statistics: &Statistics, accuracies: &Accuracies) -> String {
    let title = site.interface.text("nav-rules");
    let content = html! {
        h1 { (title) }
        p.quiet { (site.interface.text("rules-explained")) }
        (reviews_counted_in(site, &statistics.total, &CallQuery::all(), ""))
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
    let linked = |count: usize, filter: &'static str, (pack, id): (&str, &str)| {
        html! { @if count > 0 { a href=(query.clone().with_rule(filter, pack, id).link(root)) { (count) } } @else { "0" } }
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
                    td.number { (linked(tally.failed, "fail", (pack, id))) }
                    td.number { (linked(tally.judged(), "judged", (pack, id))) }
                    td.number { (linked(tally.unmeasurable, "unmeasurable", (pack, id))) }
                    td { (precision(site, accuracies.of(pack, id).as_deref())) }
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
    let is_manual = site.rule_book.rule(id).is_some_and(|rule| rule.is_manual);
    let calls = |filter: &'static str| CallQuery::all().with_rule(filter, pack, id).link(&root);
    let content = html! {
        h1 { (title) }
        p.quiet { (pack) " · " code { (id) } }
        @if let Some(rule) = site.rule_book.rule(id) {
            @if !rule.standard.is_empty() { blockquote.standard { (rule.standard) } }
            @if !rule.source.is_empty() { p.quiet { (rule.source) } }
            @if rule.is_manual { p.notice { (interface.text("rule-is-manual")) } }
        }
        @if site.visitor.is_some() && !is_manual {
            p { a href={ (root) "try?pack=" (percent_encoded(pack.as_bytes())) "&rule=" (percent_encoded(id.as_bytes())) } { (interface.text("trial-heading")) } }
        }
        section.figures {
            (verdict_figure(site, tally.failed, "figure-failed", &calls("fail")))
            (verdict_figure(site, tally.passed, "figure-passed", &calls("pass")))
            (verdict_figure(site, tally.unmeasurable, "figure-unmeasurable", &calls("unmeasurable")))
            (verdict_figure(site, tally.not_applicable, "figure-na", &calls("na")))
        }
        section {
            h2 { (interface.text("accuracy-heading")) }
            (on_folder(site, accuracies.reviewed(pack, id), is_manual, &root))
            @if let Some(accuracy) = accuracies.labelled(id) {
                h3 { (interface.text("accuracy-on-labelled-calls")) }
                p { (interface.count("calls-count", accuracy.calls as usize)) }
                (measures(site, accuracy))
            }
        }
        @for kind in GroupKind::ALL { (by_group(site, kind, &key, statistics, &root)) }
    };
    let page = Page { address, title: &title, kind: "rule", data: &[], content };
    document(site, &page)
}

fn verdict_figure(site: &Site<'_>, count: usize, key: &str, link: &str) -> Markup {
    html! { a.figure href=(link) { span.value { (count) } " " span.name { (site.interface.text(key)) } } }
}

/// How far the rule and the people who checked the calls of the folder agree, and what is lacking.
fn on_folder(site: &Site<'_>, agreement: Option<&RuleAgreement>, is_manual: bool, root: &str) -> Markup {
    let interface = site.interface;
    let answers = agreement.map_or(0, |agreement| agreement.all.answers);
    let lacking = MIN_CALLS.saturating_sub(answers);
    html! {
        h3 { (interface.text("accuracy-on-your-calls")) }
        @if is_manual { p { (interface.text("accuracy-of-people-only")) } } @else {
            @if answers == 0 { p { (interface.text("accuracy-never-measured")) } }
            @if lacking > 0 {
                p.notice { (interface.filled("accuracy-lacking", &[("lacking", &lacking.to_string()), ("floor", &MIN_CALLS.to_string())])) }
            }
        }
        @if let Some(agreement) = agreement {
            @if answers > 0 { (measures(site, &RuleAccuracy::from(agreement))) }
            p.quiet { (sources(site, agreement)) }
            (confusion(site, agreement, root))
        }
    }
}

/// How many of the answers were given blind, and how many count nowhere.
fn sources(site: &Site<'_>, agreement: &RuleAgreement) -> String {
    let number = |count: u64| count.to_string();
    let kappa = |kappa: Option<f64>| kappa.map_or_else(|| "—".to_owned(), |kappa| format!("{kappa:.2}"));
    site.interface.filled(
        "accuracy-sources",
        &[
            ("blind", &number(agreement.blind.answers)),
            ("blind-kappa", &kappa(agreement.blind.kappa)),
            ("open", &number(agreement.open.answers)),
            ("open-kappa", &kappa(agreement.open.kappa)),
            ("prefilled", &number(agreement.prefilled)),
        ],
    )
}

/// Precision, recall and κ, each with the cases that it was measured on.
fn measures(site: &Site<'_>, accuracy: &RuleAccuracy) -> Markup {
    let interface = site.interface;
    let line = |key: &str, share: Option<Share>| {
        html! {
            tr title=(interface.text(&format!("{key}-explained"))) {
                th scope="row" { (interface.text(key)) }
                @match share {
                    Some(share) => {
                        td.number { (interface.percent(share.value)) }
                        td { (interface.percent(share.low)) " – " (interface.percent(share.high)) }
                        td.number { (share.cases) }
                    },
                    None => td colspan="3" { (interface.text("accuracy-no-cases")) },
                }
            }
        }
    };
    html! {
        div.scroll tabindex="0" { table.narrow.measures {
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

/// Who said what; each count leads to its calls.
fn confusion(site: &Site<'_>, agreement: &RuleAgreement, root: &str) -> Markup {
    let interface = site.interface;
    let cell = |machine: Verdict, human: HumanVerdict| {
        agreement.all.cells.iter().find(|cell| cell.machine == machine && cell.human == human)
    };
    html! {
        div.scroll tabindex="0" { table.narrow.confusion {
            caption { (interface.text("confusion-heading")) }
            thead { tr {
                td {}
                @for human in HumanVerdict::ALL { th.number scope="col" { (interface.text("column-people")) ": " (interface.text(&format!("answer-{}", human.name()))) } }
            } }
            tbody { @for machine in Verdict::ALL { tr {
                th scope="row" { (interface.text("column-machine")) ": " (interface.text(&format!("verdict-{}", machine.name()))) }
                @for human in HumanVerdict::ALL { td.number {
                    @match cell(machine, human) {
                        Some(cell) => (cell_link(site, agreement, cell, root)),
                        None => "0",
                    }
                } }
            } } }
        } }
    }
}

/// The answers of a cell; two people may have judged one call, so that there are fewer calls.
fn cell_link(site: &Site<'_>, agreement: &RuleAgreement, cell: &ConfusionCell, root: &str) -> Markup {
    let name = cell_name(&agreement.rule, cell.human, cell.machine);
    let calls = cell.calls.len();
    html! {
        a href=(CallQuery::all().with("answer", name).link(root)) { (cell.answers) }
        @if calls as u64 != cell.answers { " " span.quiet { "(" (site.interface.count("calls-count", calls)) ")" } }
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
    // Whoever has enough calls by falling share, then the others by name.
    let rank = |rule: RuleTally| {
        rule.fail_rate().filter(|_| rule.judged() >= RANKED_MIN).unwrap_or(f64::NEG_INFINITY)
    };
    groups.sort_by(|left, right| {
        rank(right.2).total_cmp(&rank(left.2)).then_with(|| left.1.label.cmp(&right.1.label))
    });
    html! {
        @if !groups.is_empty() { section.groups-of-rule {
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
                    td.number { a href=(CallQuery::all().with_rule("fail", &key.0, &key.1).with(kind.name(), name.as_str()).link(root)) { (rule.failed) } }
                    td.number { a href=(CallQuery::all().with_rule("judged", &key.0, &key.1).with(kind.name(), name.as_str()).link(root)) { (rule.judged()) } }
                    td.share {
                        @if let Some(rate) = rule.fail_rate() { (share_bar(site, rate)) }
                        @if rule.judged() < RANKED_MIN { " " span.quiet { (interface.text("too-few")) } }
                    }
                } } }
            } }
        } }
    }
}

/// Pack and id of every rule that has a page.
pub fn rules_with_pages(statistics: &Statistics) -> impl Iterator<Item = (&str, &str)> {
    statistics.total.rules.keys().map(|(pack, id)| (pack.as_str(), id.as_str()))
}
