//! The list of calls: filters, sorting, and the worst calls for readers without scripts.

use crate::address::Address;
use crate::columns::CALLS_DATA_PATH;
use crate::document::{Page, document};
use crate::site::Site;
use crate::summary::{CallSummary, agent_label};
use etalon_call::{Severity, Verdict, clock};
use maud::{Markup, html};
use std::cmp::Ordering;

/// Calls that stand in the page itself; the script shows all.
pub(crate) const LISTED_CALLS: usize = 200;

/// Messages that the script needs.
const SCRIPT_TEXTS: [&str; 25] = [
    "list-no-findings",
    "score-none",
    "list-shown",
    "list-none",
    "list-more",
    "list-any",
    "chip-critical",
    "copy-link",
    "copied",
    "weekday-1",
    "weekday-2",
    "weekday-3",
    "weekday-4",
    "weekday-5",
    "weekday-6",
    "weekday-7",
    "review-none",
    "review-counted",
    "review-draft",
    "review-shared",
    "review-acknowledged",
    "review-disputed",
    "review-resolved",
    "review-closed",
    "list-average",
];

/// The columns of the table, each with what it sorts by.
const COLUMNS: [(&str, &str); 6] = [
    ("score", "column-score"),
    ("minute", "column-time"),
    ("agent", "column-agent"),
    ("duration", "column-duration"),
    ("failed", "column-findings"),
    ("file", "column-recording"),
];

/// One call as the page itself shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedCall {
    id: String,
    source: String,
    moment: Option<chrono::DateTime<chrono::FixedOffset>>,
    agent: String,
    duration_s: f64,
    score: Option<f64>,
    critical: bool,
    failed: Vec<(String, Severity)>,
}

impl From<&CallSummary<'_>> for ListedCall {
    fn from(call: &CallSummary<'_>) -> Self {
        let failed = call.with_verdict(Verdict::Fail).map(|rule| (rule.id.clone(), rule.severity));
        Self {
            id: call.facts.id.clone(),
            source: call.facts.source.clone(),
            moment: call.facts.started_at,
            agent: agent_label(call.facts),
            duration_s: call.audio.duration_s,
            score: call.evaluation.score,
            critical: call.evaluation.critical,
            failed: failed.collect(),
        }
    }
}

/// The worst calls, the worst first, in bounded memory.
#[derive(Debug, Default)]
pub struct WorstCalls(Vec<ListedCall>);

impl WorstCalls {
    /// Adds a call.
    pub fn add(&mut self, call: &CallSummary<'_>) {
        self.0.push(ListedCall::from(call));
        // Sorting now and then keeps memory bounded at a small cost per call.
        if self.0.len() >= 4 * LISTED_CALLS {
            self.keep();
        }
    }

    fn keep(&mut self) {
        self.0.sort_by(worst_first);
        self.0.truncate(LISTED_CALLS);
    }

    /// The worst calls.
    pub fn listed(&mut self) -> &[ListedCall] {
        self.keep();
        &self.0
    }
}

/// Critical calls first, then by rising score; calls without a score come last.
fn worst_first(left: &ListedCall, right: &ListedCall) -> Ordering {
    let score = |call: &ListedCall| call.score.unwrap_or(f64::INFINITY);
    (right.critical.cmp(&left.critical))
        .then(score(left).total_cmp(&score(right)))
        .then_with(|| left.source.cmp(&right.source))
        .then_with(|| left.id.cmp(&right.id))
}

/// The page.
pub fn calls_page(site: &Site<'_>, worst: &[ListedCall], calls: usize) -> String {
    let interface = site.interface;
    let title = interface.text("nav-calls");
    let content = html! {
        h1 { (title) }
        script #texts type="application/json" { (texts(site)) }
        (filters(site))
        p #shown.shown role="status" { (interface.count("calls-count", calls)) }
        div.scroll tabindex="0" { table #calls.calls {
            thead { tr { @for (key, text) in COLUMNS {
                th scope="col" data-column=(key) { button.sort type="button" data-sort=(key) { (interface.text(text)) } }
            } } }
            tbody #rows { @for call in worst { (row(site, call)) } }
        } }
        button #more type="button" hidden { (interface.text("list-more")) }
        @if calls > worst.len() { noscript { p.notice { (interface.count("list-without-script", worst.len())) } } }
    };
    let page =
        Page { address: Address::calls(), title: &title, kind: "calls", data: &[CALLS_DATA_PATH], content };
    document(site, &page)
}

/// The script's messages as JSON, which holds no `<` so that no text can end its element.
fn texts(site: &Site<'_>) -> maud::PreEscaped<String> {
    let texts: std::collections::BTreeMap<&str, String> =
        SCRIPT_TEXTS.into_iter().map(|key| (key, site.interface.text(key))).collect();
    maud::PreEscaped(serde_json::to_string(&texts).unwrap_or_default().replace('<', "\\u003c"))
}

fn row(site: &Site<'_>, call: &ListedCall) -> Markup {
    let interface = site.interface;
    html! {
        tr.critical[call.critical] {
            td.number { @match call.score {
                Some(score) => (interface.decimal(score)),
                None => span.quiet { (interface.text("score-none")) },
            } }
            td { (call.moment.map(|moment| interface.moment(moment)).unwrap_or_default()) }
            td { (call.agent) }
            td.number { (clock(call.duration_s)) }
            td {
                @if call.failed.is_empty() { span.quiet { (interface.text("list-no-findings")) } }
                @for (rule, severity) in &call.failed {
                span.chip.critical[*severity == Severity::Critical] { (site.rule_book.rule_title(rule)) }
            } }
            th.path scope="row" { a href=(Address::call(&call.id).path()) { (call.source) } }
        }
    }
}

/// The filters; the script fills the lists and shows the form.
fn filters(site: &Site<'_>) -> Markup {
    let interface = site.interface;
    let choice = |name: &str, text: &str| {
        html! { label { (interface.text(text)) select name=(name) data-names=(name) { option value="" { (interface.text("list-any")) } } } }
    };
    let bound = |name: &str, text: &str, step: &str| {
        html! { label { (interface.text(text)) input type="number" name=(name) step=(step) inputmode="decimal"; } }
    };
    html! {
        form #filters.filters hidden {
            div.filter-row {
                (choice("fail", "filter-fail"))
                (choice("unmeasurable", "filter-unmeasurable"))
                (choice("agent", "filter-agent"))
                (choice("team", "filter-team"))
                (choice("manager", "filter-manager"))
                label { (interface.text("filter-from")) input type="date" name="from"; }
                label { (interface.text("filter-to")) input type="date" name="to"; }
                label.check { input type="checkbox" name="critical" value="1"; (interface.text("filter-critical")) }
                label.check { input type="checkbox" name="unscored" value="1"; (interface.text("filter-unscored")) }
            }
            details {
                summary { (interface.text("filter-more")) }
                div.filter-row {
                    (choice("pass", "filter-pass"))
                    (choice("judged", "filter-judged"))
                    (choice("na", "filter-na"))
                    (bound("findings_min", "filter-findings-min", "1"))
                    (choice("call_type", "filter-call-type"))
                    (choice("topic", "filter-topic"))
                    (choice("kind", "filter-kind"))
                    (choice("direction", "filter-direction"))
                    (choice("tag", "filter-tag"))
                    (choice("weekday", "filter-weekday"))
                    (choice("hour", "filter-hour"))
                    (choice("review", "filter-review"))
                    (choice("answer", "filter-answer"))
                    (bound("score_min", "filter-score-min", "any"))
                    (bound("score_max", "filter-score-max", "any"))
                    (bound("coverage_min", "filter-coverage-min", "any"))
                    (bound("coverage_max", "filter-coverage-max", "any"))
                    (bound("duration_min", "filter-duration-min", "1"))
                    (bound("duration_max", "filter-duration-max", "1"))
                    (bound("silence_min", "filter-silence-min", "any"))
                    (bound("interruptions_min", "filter-interruptions-min", "1"))
                    (bound("hold_min", "filter-hold-min", "1"))
                    label { (interface.text("filter-file")) input type="search" name="file"; }
                }
            }
            div.filter-actions {
                button type="reset" { (interface.text("filter-reset")) }
                button #copy-link type="button" { (interface.text("copy-link")) }
            }
        }
    }
}
