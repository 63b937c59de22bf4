//! Charts as SVG: they print, they need no script, and each part is a link to its calls.

use crate::query::CallQuery;
use crate::site::Site;
use crate::statistics::{HourTally, SCORE_BINS, Tally, WeekTally};
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

/// When calls with failures happen: the darker an hour, the larger their share.
pub(crate) fn heat_map(site: &Site<'_>, tally: &Tally, query: &CallQuery, root: &str) -> Markup {
    let interface = site.interface;
    let is_dated = tally.hours.iter().flatten().any(|hour| hour.calls > 0);
    html! {
        figure.chart {
            figcaption { (interface.text("chart-hours")) }
            @if !is_dated { p.quiet { (interface.text("chart-no-moments")) } } @else {
                svg viewBox="0 0 520 150" role="group" aria-label=(interface.text("chart-hours")) {
                    @for hour in (0..24).step_by(3) { text.axis x=(40 + 20 * hour) y="10" { (hour) } }
                    @for (day, hours) in tally.hours.iter().enumerate() {
                        text.axis x="0" y=(28 + 19 * day) { (interface.text(&format!("weekday-{}", day + 1))) }
                        @for (hour, counts) in hours.iter().enumerate() {
                            @if counts.calls > 0 { (hour_cell(site, day, hour, *counts, query, root)) }
                        }
                    }
                }
            }
        }
    }
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
    let share = f64::from(counts.with_failure) / f64::from(counts.calls);
    let name = format!(
        "{} {hour}:00: {}, {} {}",
        interface.text(&format!("weekday-{}", day + 1)),
        interface.count("calls-count", counts.calls as usize),
        interface.text("chart-with-failure"),
        interface.percent(share)
    );
    let calls = query.clone().with("weekday", (day + 1).to_string()).with("hour", hour.to_string());
    html! {
        a.cell href=(calls.link(root)) aria-label=(name) {
            title { (name) }
            rect x=(40 + 20 * hour) y=(15 + 19 * day) width="18" height="17" rx="2"
                fill-opacity=(format!("{:.2}", 0.12 + 0.88 * share)) {}
        }
    }
}

/// The mean score of each week with its interval, and the weeks before for comparison.
pub(crate) fn trend(site: &Site<'_>, tally: &Tally, query: &CallQuery, root: &str) -> Markup {
    let interface = site.interface;
    let weeks: Vec<(&NaiveDate, &WeekTally)> =
        tally.weeks.iter().rev().take(TREND_WEEKS).collect::<Vec<_>>().into_iter().rev().collect();
    html! {
        figure.chart {
            figcaption { (interface.text("chart-trend")) }
            @if weeks.len() < 2 { p.quiet { (interface.text("chart-one-week")) } } @else {
                svg viewBox="0 0 520 150" role="group" aria-label=(interface.text("chart-trend")) {
                    @for score in [0, 50, 100] {
                        line.grid x1="30" x2="520" y1=(120 - score) y2=(120 - score) {}
                        text.axis x="24" y=(124 - score) text-anchor="end" { (score) }
                    }
                    @for (index, (monday, week)) in weeks.iter().enumerate() {
                        @let x = format!("{:.1}", 30.0 + 490.0 * (index as f64 + 0.5) / weeks.len() as f64);
                        (week_mark(site, &x, **monday, **week, query, root))
                        @if index % (weeks.len().div_ceil(6)) == 0 {
                            text.axis x=(x) y="140" text-anchor="middle" { (monday.format("%d.%m")) }
                        }
                    }
                }
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
    let calls = query.clone().with("from", monday.to_string()).with("to", sunday.to_string());
    let half = week.scores.half_interval();
    let y = |score: f64| format!("{:.1}", 120.0 - score.clamp(0.0, 100.0));
    let Some(mean) = week.scores.mean() else { return html! {} };
    let interval = half.map(|half| format!(" ± {}", interface.decimal(half))).unwrap_or_default();
    let name = format!(
        "{}: {}{interval}, {}",
        monday.format("%d.%m.%Y"),
        interface.decimal(mean),
        interface.count("calls-count", week.calls)
    );
    html! {
        a.week href=(calls.link(root)) aria-label=(name) {
            title { (name) }
            @if let Some(half) = half { line.interval x1=(x) x2=(x) y1=(y(mean - half)) y2=(y(mean + half)) {} }
            circle cx=(x) cy=(y(mean)) r="4" {}
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
