//! Charts as SVG: they print, they need no script, and each part is a link to its calls.

use crate::periods::{COMPARED_MIN, Comparison};
use crate::query::CallQuery;
use crate::site::Site;
use crate::statistics::{SCORE_BINS, Tally, WeekTally};
use crate::tallies::HourTally;
use chrono::{Days, NaiveDate};
use maud::{Markup, html};

/// Weeks that a trend shows: half a year.
const TREND_WEEKS: usize = 26;

/// How the scores are distributed. `query` selects the calls of the chart.
pub(crate) fn score_distribution(site: &Site<'_>, tally: &Tally, query: &CallQuery, root: &str) -> Markup {
    let interface = site.interface;
    let most = tally.score_bins.iter().copied().max().unwrap_or(0);
    html! {
        figure.chart {
            figcaption { (interface.text("chart-distribution")) }
            @if most == 0 { p.quiet { (interface.text("chart-no-scores")) } } @else {
                svg viewBox="0 0 320 130" role="group" aria-label=(interface.text("chart-distribution")) {
                    @for (bin, &count) in tally.score_bins.iter().enumerate() {
                        @let height = 90.0 * count as f64 / most as f64;
                        @let (low, high) = bin_bounds(bin);
                        @let name = format!("{low}–{}: {}", low + 10, interface.count("calls-count", count));
                        @let calls = query.clone().with("score_min", low.to_string()).with("score_max", high);
                        a.bar href=(calls.link(root)) aria-label=(name) {
                            title { (name) }
                            rect.hit x=(32 * bin) y="0" width="32" height="112" {}
                            rect x=(32 * bin + 3) y={ (format!("{:.1}", 105.0 - height)) } width="26" height={ (format!("{height:.1}")) } {}
                            @if count > 0 { text x=(32 * bin + 16) y={ (format!("{:.1}", 101.0 - height)) } text-anchor="middle" { (count) } }
                        }
                        text.axis x=(32 * bin) y="120" text-anchor="middle" { @if bin > 0 { (low) } }
                    }
                    line.axis x1="0" x2="320" y1="105.5" y2="105.5" {}
                }
            }
        }
    }
}

/// The lowest and highest score of a bin, as filters take them.
fn bin_bounds(bin: usize) -> (usize, String) {
    let low = bin * 100 / SCORE_BINS;
    let high = if bin + 1 == SCORE_BINS { "100".to_owned() } else { format!("{}.9999", low + 9) };
    (low, high)
}

/// Calls of an hour or of a week below which its mark is drawn small: one call more would change
/// its share by a tenth or more.
const FEW_CALLS: usize = 10;

/// When calls with failures happen: the darker an hour, the larger their share.
pub(crate) fn heat_map(site: &Site<'_>, tally: &Tally, query: &CallQuery, root: &str) -> Markup {
    let interface = site.interface;
    let is_dated = tally.hours.iter().flatten().any(|hour| hour.calls > 0);
    let cell = |day: usize, hour: usize| {
        let counts = tally.hours[day][hour];
        html! { @if counts.calls > 0 { (hour_cell(site, day, hour, counts, query, root)) } }
    };
    html! {
        figure.chart {
            figcaption { (interface.text("chart-hours")) }
            @if !is_dated { p.quiet { (interface.text("chart-no-moments")) } } @else {
                (week_of_hours(site, "chart-hours", cell))
                p.quiet { (interface.filled("chart-hours-explained", &[("floor", &FEW_CALLS.to_string())])) }
            }
        }
    }
}

/// The hours of a week as a grid.
fn week_of_hours(site: &Site<'_>, name: &str, cell: impl Fn(usize, usize) -> Markup) -> Markup {
    let interface = site.interface;
    html! {
        svg viewBox="0 0 340 138" role="group" aria-label=(interface.text(name)) {
            @for hour in (0..24).step_by(3) { text.axis x=(34 + 13 * hour) y="10" text-anchor="middle" { (hour) } }
            @for day in 0..7 {
                text.axis x="22" y=(27 + 17 * day) text-anchor="end" { (interface.text(&format!("weekday-{}", day + 1))) }
                @for hour in 0..24 { (cell(day, hour)) }
            }
        }
    }
}

fn hour_name(site: &Site<'_>, day: usize, hour: usize) -> String {
    format!("{} {hour}:00", site.interface.text(&format!("weekday-{}", day + 1)))
}

fn hour_cell(
    site: &Site<'_>,
    day: usize,
    hour: usize,
    counts: HourTally,
    query: &CallQuery,
    root: &str,
) -> Markup {
    let interface = site.interface;
    let share = counts.share();
    let name = format!(
        "{}: {}, {} {}",
        hour_name(site, day, hour),
        interface.count("calls-count", counts.calls as usize),
        interface.text("chart-with-failure"),
        interface.percent(share)
    );
    let calls = query.clone().with("weekday", (day + 1).to_string()).with("hour", hour.to_string());
    let opacity = format!("{:.2}", 0.12 + 0.88 * share);
    html! {
        a.cell href=(calls.link(root)) aria-label=(name) {
            title { (name) }
            rect.hit x=(28 + 13 * hour) y=(16 + 17 * day) width="12" height="15" {}
            @if (counts.calls as usize) < FEW_CALLS {
                rect x=(31 + 13 * hour) y=(20 + 17 * day) width="6" height="7" rx="1" fill-opacity=(opacity) {}
            } @else {
                rect x=(28 + 13 * hour) y=(16 + 17 * day) width="12" height="15" rx="1.5" fill-opacity=(opacity) {}
            }
        }
    }
}

/// In which hours the share of calls with a failure changed against the period before. An hour
/// leads to its calls of the latest period.
pub(crate) fn change_map(site: &Site<'_>, comparison: &Comparison, query: &CallQuery, root: &str) -> Markup {
    let interface = site.interface;
    let latest = comparison.periods.latest;
    let query = query.clone().with("from", latest.first.to_string()).with("to", latest.last.to_string());
    let is_comparable = (0..7).any(|day| (0..24).any(|hour| comparison.hour_difference(day, hour).is_some()));
    html! {
        figure.chart {
            figcaption { (interface.text("chart-changed-hours")) }
            @if !is_comparable {
                p.quiet { (interface.filled("chart-hours-too-few", &[("floor", &COMPARED_MIN.to_string())])) }
            } @else {
                (week_of_hours(site, "chart-changed-hours", |day, hour| changed_hour(site, comparison, (day, hour), &query, root)))
                p.quiet { (interface.filled("chart-changed-hours-explained", &[("floor", &COMPARED_MIN.to_string())])) }
            }
        }
    }
}

fn changed_hour(
    site: &Site<'_>,
    comparison: &Comparison,
    (day, hour): (usize, usize),
    query: &CallQuery,
    root: &str,
) -> Markup {
    let interface = site.interface;
    let (latest, earlier) = (comparison.latest.hours[day][hour], comparison.earlier.hours[day][hour]);
    if latest.calls == 0 {
        return html! {};
    }
    let (change, opacity) = match comparison.hour_difference(day, hour) {
        None => ("few", 0.0),
        Some(difference) if !difference.is_notable() => ("same", 1.0),
        Some(difference) if difference.value > 0.0 => ("worse", 0.4 + 0.6 * difference.value),
        Some(difference) => ("better", 0.4 - 0.6 * difference.value),
    };
    let share = |counts: HourTally| format!("{}, n={}", interface.percent(counts.share()), counts.calls);
    let before = if earlier.calls == 0 { "—".to_owned() } else { share(earlier) };
    let now = share(latest);
    let name = format!(
        "{}: {}",
        hour_name(site, day, hour),
        interface.filled("chart-hour-change", &[("before", &before), ("now", &now)])
    );
    let calls = query.clone().with("weekday", (day + 1).to_string()).with("hour", hour.to_string());
    html! {
        a.cell.change.(change) href=(calls.link(root)) aria-label=(name) {
            title { (name) }
            rect.hit x=(28 + 13 * hour) y=(16 + 17 * day) width="12" height="15" {}
            rect x=(28 + 13 * hour) y=(16 + 17 * day) width="12" height="15" rx="1.5" fill-opacity=(format!("{opacity:.2}")) {}
        }
    }
}

/// The mean score of each week with its interval. Weeks without calls keep their place.
pub(crate) fn trend(site: &Site<'_>, tally: &Tally, query: &CallQuery, root: &str) -> Markup {
    let interface = site.interface;
    let last = tally.weeks.keys().next_back().copied().unwrap_or_default();
    let age = |monday: NaiveDate| (last - monday).num_weeks().unsigned_abs() as usize;
    let shown: Vec<(NaiveDate, WeekTally)> = (tally.weeks.iter())
        .map(|(monday, week)| (*monday, *week))
        .filter(|(monday, _)| age(*monday) < TREND_WEEKS)
        .collect();
    let count = shown.first().map_or(1, |(monday, _)| age(*monday) + 1);
    let x = |back: usize| format!("{:.1}", 26.0 + 294.0 * ((count - 1 - back) as f64 + 0.5) / count as f64);
    html! {
        figure.chart {
            figcaption { (interface.text("chart-trend")) }
            @if shown.len() < 2 { p.quiet { (interface.text("chart-one-week")) } } @else {
                svg viewBox="0 0 340 146" role="group" aria-label=(interface.text("chart-trend")) {
                    @for score in [0, 50, 100] {
                        line.grid x1="26" x2="334" y1=(120 - score) y2=(120 - score) {}
                        text.axis x="22" y=(123 - score) text-anchor="end" { (score) }
                    }
                    @for back in (0..count).step_by(count.div_ceil(6)) {
                        text.axis x=(x(back)) y="140" text-anchor="middle" {
                            (last.checked_sub_days(Days::new(7 * back as u64)).unwrap_or(last).format("%d.%m"))
                        }
                    }
                    @for (monday, week) in &shown { (week_mark(site, &x(age(*monday)), *monday, *week, query, root)) }
                }
                p.quiet { (interface.filled("chart-trend-explained", &[("floor", &FEW_CALLS.to_string())])) }
            }
        }
    }
}

fn week_mark(
    site: &Site<'_>,
    x: &str,
    monday: NaiveDate,
    week: WeekTally,
    query: &CallQuery,
    root: &str,
) -> Markup {
    let interface = site.interface;
    let sunday = monday.checked_add_days(Days::new(6)).unwrap_or(monday);
    let calls =
        query.clone().with("from", monday.to_string()).with("to", sunday.to_string()).with("score_min", "0");
    let half = week.scores.half_interval();
    let y = |score: f64| format!("{:.1}", 120.0 - score.clamp(0.0, 100.0));
    let Some(mean) = week.scores.mean() else { return html! {} };
    let interval = half.map(|half| format!(" ± {}", interface.decimal(half))).unwrap_or_default();
    let name = format!(
        "{}: {}{interval}, {}",
        monday.format("%d.%m.%Y"),
        interface.decimal(mean),
        interface.count("calls-count", week.scores.count)
    );
    let is_few = week.scores.count < FEW_CALLS;
    html! {
        a.week.few[is_few] href=(calls.link(root)) aria-label=(name) {
            title { (name) }
            @if let Some(half) = half { line.interval x1=(x) x2=(x) y1=(y(mean - half)) y2=(y(mean + half)) {} }
            circle cx=(x) cy=(y(mean)) r=(if is_few { 1.5 } else { 3.0 }) {}
        }
    }
}

/// A share as a bar.
pub(crate) fn share_bar(site: &Site<'_>, share: f64) -> Markup {
    html! {
        svg.share-bar viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            rect.ground width="100" height="8" {}
            rect.filled width=(format!("{:.1}", 100.0 * share.clamp(0.0, 1.0))) height="8" {}
        }
        " " span.percent { (site.interface.percent(share)) }
    }
}
