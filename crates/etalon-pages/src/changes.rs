//! What changed against the period before: a table with intervals, and the hours that changed.

use crate::address::Address;
use crate::chart;
use crate::periods::{COMPARED_MIN, Comparison, Difference, Period, PeriodTally, Periods};
use crate::query::CallQuery;
use crate::site::Site;
use crate::tallies::Z_95;
use crate::tallies::{RuleTally, Scores};
use chrono::NaiveDate;
use maud::{Markup, html};

/// Changed rules that a page names.
const NAMED_RULES: usize = 10;

/// One line of the table.
struct Line {
    name: Markup,
    latest: Cell,
    earlier: Cell,
    difference: Option<String>,
    outcome: Outcome,
}

/// A value, on how many calls it rests, and where both are.
struct Cell {
    value: String,
    link: String,
    calls: usize,
    calls_link: String,
}

/// What a difference means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Nothing is said of it.
    Silent,
    TooFew,
    Same,
    Better,
    Worse,
}

impl Outcome {
    /// `rise` is what a rise means.
    fn of(difference: Option<Difference>, calls: usize, rise: Self) -> Self {
        let fall = if rise == Self::Better { Self::Worse } else { Self::Better };
        match difference {
            Some(difference) if calls >= COMPARED_MIN && difference.is_notable() => {
                if difference.value > 0.0 { rise } else { fall }
            }
            Some(_) if calls >= COMPARED_MIN => Self::Same,
            _ => Self::TooFew,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::TooFew => "too-few",
            Self::Same => "same",
            Self::Better => "better",
            Self::Worse => "worse",
        }
    }
}

/// The section of a page whose calls `query` selects.
pub(crate) fn changes(
    site: &Site<'_>,
    comparison: Option<&Comparison>,
    query: &CallQuery,
    root: &str,
) -> Markup {
    let interface = site.interface;
    html! {
        section.changes {
            h2 { (interface.text("changes-heading")) }
            @match comparison {
                None => p.quiet { (interface.text("changes-none")) },
                Some(comparison) => {
                    (periods(site, &comparison.periods))
                    (table(site, comparison, query, root))
                    (unchanged_rules(site, comparison))
                    div.charts { (chart::change_map(site, comparison, query, root)) }
                },
            }
        }
    }
}

/// Which days are compared.
fn periods(site: &Site<'_>, periods: &Periods) -> Markup {
    let interface = site.interface;
    let length = interface.text(&format!("period-{}", periods.days));
    let explained = interface
        .filled("changes-explained", &[("length", length.as_str()), ("floor", &COMPARED_MIN.to_string())]);
    html! { p.quiet { (explained) } }
}

fn table(site: &Site<'_>, comparison: &Comparison, query: &CallQuery, root: &str) -> Markup {
    let interface = site.interface;
    let Periods { latest, earlier, .. } = comparison.periods;
    let lines = lines(site, comparison, query, root);
    html! {
        div.scroll tabindex="0" { table {
            thead { tr {
                th scope="col" { (interface.text("column-measure")) }
                th.number scope="col" { (dates(latest)) }
                th.number scope="col" { (dates(earlier)) }
                th.number scope="col" { (interface.text("column-difference")) }
                th scope="col" { (interface.text("column-outcome")) }
            } }
            tbody { @for line in lines { tr {
                th scope="row" { (line.name) }
                (cell(&line.latest, line.outcome))
                (cell(&line.earlier, line.outcome))
                td.number { (line.difference.as_deref().unwrap_or("—")) }
                td.outcome.(line.outcome.name()) {
                    @if line.outcome != Outcome::Silent { (interface.text(&format!("outcome-{}", line.outcome.name()))) }
                }
            } } }
        } }
    }
}

fn cell(cell: &Cell, outcome: Outcome) -> Markup {
    html! {
        td.number {
            @if cell.calls > 0 { a href=(cell.link) { (cell.value) } } @else { (cell.value) }
            @if outcome != Outcome::Silent { " " a.quiet href=(cell.calls_link) { "n=" (cell.calls) } }
        }
    }
}

/// `01.11–28.11.2026`, or a single day.
fn dates(period: Period) -> String {
    let whole = |day: NaiveDate| day.format("%d.%m.%Y").to_string();
    if period.first == period.last {
        return whole(period.last);
    }
    format!("{}–{}", period.first.format("%d.%m"), whole(period.last))
}

/// The calls of one period.
fn within(query: &CallQuery, period: Period) -> CallQuery {
    query.clone().with("from", period.first.to_string()).with("to", period.last.to_string())
}

fn lines(site: &Site<'_>, comparison: &Comparison, query: &CallQuery, root: &str) -> Vec<Line> {
    let mut lines = vec![
        calls_line(site, comparison, query, root),
        mean_line(site, comparison, query, root),
        share_line(site, comparison, query, root, "measure-critical-share", ("critical", "1"), |tally| {
            tally.critical
        }),
        share_line(site, comparison, query, root, "measure-failure-share", ("findings_min", "1"), |tally| {
            tally.with_failure
        }),
    ];
    let changed = comparison.changed_rules();
    lines.extend(changed.iter().take(NAMED_RULES).map(|rule| {
        let cell_of = |tally: RuleTally, period: Period| Cell {
            value: site.interface.percent(tally.fail_rate().unwrap_or(0.0)),
            link: within(query, period).with_rule("fail", &rule.key.0, &rule.key.1).link(root),
            calls: tally.judged(),
            calls_link: within(query, period).with_rule("judged", &rule.key.0, &rule.key.1).link(root),
        };
        let title = site.rule_book.rule_title(&rule.key.1);
        Line {
            name: html! {
                (site.interface.text("measure-rule-share")) " "
                a href={ (root) (Address::rule(&rule.key.0, &rule.key.1).path()) } { (title) }
            },
            latest: cell_of(rule.latest, comparison.periods.latest),
            earlier: cell_of(rule.earlier, comparison.periods.earlier),
            difference: Some(points(site, rule.difference)),
            outcome: Outcome::of(Some(rule.difference), usize::MAX, Outcome::Worse),
        }
    }));
    lines
}

fn calls_line(site: &Site<'_>, comparison: &Comparison, query: &CallQuery, root: &str) -> Line {
    let cell_of = |tally: &PeriodTally, period: Period| Cell {
        value: site.interface.whole(tally.calls),
        link: within(query, period).link(root),
        calls: tally.calls,
        calls_link: within(query, period).link(root),
    };
    let (latest, earlier) = (&comparison.latest, &comparison.earlier);
    Line {
        name: html! { (site.interface.text("measure-calls")) },
        latest: cell_of(latest, comparison.periods.latest),
        earlier: cell_of(earlier, comparison.periods.earlier),
        difference: Some(site.interface.signed(latest.calls as f64 - earlier.calls as f64)),
        outcome: Outcome::Silent,
    }
}

fn mean_line(site: &Site<'_>, comparison: &Comparison, query: &CallQuery, root: &str) -> Line {
    let interface = site.interface;
    let (latest, earlier) = (comparison.latest.scores, comparison.earlier.scores);
    let cell_of = |scores: Scores, period: Period| Cell {
        value: scores.mean().map_or_else(|| "—".to_owned(), |mean| interface.one_decimal(mean)),
        link: within(query, period).with("score_min", "0").link(root),
        calls: scores.count,
        calls_link: within(query, period).with("score_min", "0").link(root),
    };
    let difference = Difference::of_means(latest, earlier);
    Line {
        name: html! { (interface.text("measure-mean")) },
        latest: cell_of(latest, comparison.periods.latest),
        earlier: cell_of(earlier, comparison.periods.earlier),
        difference: difference.map(|difference| {
            interval(site, &interface.signed(difference.value), difference, |value| interface.signed(value))
        }),
        outcome: Outcome::of(difference, latest.count.min(earlier.count), Outcome::Better),
    }
}

/// The share of the calls with something that nobody wants. A value leads to these calls.
fn share_line(
    site: &Site<'_>,
    comparison: &Comparison,
    query: &CallQuery,
    root: &str,
    name: &str,
    filter: (&'static str, &'static str),
    count: fn(&PeriodTally) -> usize,
) -> Line {
    let interface = site.interface;
    let cell_of = |tally: &PeriodTally, period: Period| Cell {
        value: if tally.calls == 0 {
            "—".to_owned()
        } else {
            interface.percent(count(tally) as f64 / tally.calls as f64)
        },
        link: within(query, period).with(filter.0, filter.1).link(root),
        calls: tally.calls,
        calls_link: within(query, period).link(root),
    };
    let (latest, earlier) = (&comparison.latest, &comparison.earlier);
    let share = |tally: &PeriodTally| (count(tally), tally.calls);
    let difference = Difference::of_shares(share(latest), share(earlier), Z_95);
    Line {
        name: html! { (interface.text(name)) },
        latest: cell_of(latest, comparison.periods.latest),
        earlier: cell_of(earlier, comparison.periods.earlier),
        difference: difference.map(|difference| points(site, difference)),
        outcome: Outcome::of(difference, latest.calls.min(earlier.calls), Outcome::Worse),
    }
}

/// A difference of shares in percentage points.
fn points(site: &Site<'_>, difference: Difference) -> String {
    let interface = site.interface;
    let value =
        format!("{}\u{a0}{}", interface.signed(100.0 * difference.value), interface.text("unit-points"));
    interval(site, &value, difference, |value| interface.signed(100.0 * value))
}

/// `+3,2 (от +1 до +5,4)`.
fn interval(site: &Site<'_>, value: &str, difference: Difference, written: impl Fn(f64) -> String) -> String {
    let (low, high) = (written(difference.low), written(difference.high));
    let range = site.interface.filled("difference-range", &[("low", &low), ("high", &high)]);
    format!("{value} ({range})")
}

/// Says why the table names no rules, or that it names not all.
fn unchanged_rules(site: &Site<'_>, comparison: &Comparison) -> Markup {
    let interface = site.interface;
    let (compared, changed) = (comparison.compared_rule_count(), comparison.changed_rules().len());
    html! {
        p.quiet {
            @if compared == 0 {
                (interface.filled("changes-no-rules", &[("floor", &COMPARED_MIN.to_string())]))
            } @else {
                (interface.filled("changes-rules", &[("compared", &compared.to_string()), ("changed", &changed.to_string())]))
            }
        }
    }
}
