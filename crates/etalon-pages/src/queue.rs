//! What waits for whoever looks.

use crate::address::Address;
use crate::document::{Page, document};
use crate::site::Site;
use etalon_review::{Queue, QueuedCall, ReviewMode, RuleKey, WhyQueued};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// A sheet that waits for whoever looks.
#[derive(Debug, Clone)]
pub struct WaitingSheet<'a> {
    /// The call's id.
    pub call_id: &'a str,
    /// Whose sheet it is.
    pub reviewer: &'a str,
    /// How far it is, as reviews name it.
    pub state: &'a str,
}

/// What the page shows.
pub struct QueueContent<'a> {
    /// Own drafts, disputes to decide, and sheets to answer to.
    pub sheets: &'a [WaitingSheet<'a>],
    /// Calls to review; none for people who review nothing.
    pub queue: Option<&'a Queue>,
    /// What a call is called, by its id.
    pub name_of: &'a dyn Fn(&str) -> String,
    /// Whether it is shown why calls wait, which tells what the machine found.
    pub mode: ReviewMode,
}

/// As many reasons as a line holds: a bad call has a dozen, and they stand on its page.
const REASONS_SHOWN: usize = 4;

/// The page.
pub fn queue_page(site: &Site<'_>, content: &QueueContent<'_>) -> String {
    let interface = site.interface;
    let title = interface.text("nav-queue");
    let is_empty = content.sheets.is_empty() && content.queue.is_none_or(|queue| queue.calls.is_empty());
    let markup = html! {
        h1 { (title) }
        @if is_empty { p.notice { (interface.text("queue-empty")) } }
        @if !content.sheets.is_empty() { section {
            h2 { (interface.text("queue-sheets")) }
            ul.queue { @for sheet in content.sheets { li {
                (call_link(content, sheet.call_id)) " · " (sheet.reviewer) " "
                span.chip { (interface.text(&format!("review-{}", sheet.state))) }
            } } }
        } }
        @if let Some(queue) = content.queue { @if !queue.calls.is_empty() { section {
            h2 { (interface.text("queue-calls")) }
            p.quiet { (interface.count("queue-waiting", queue.waiting)) " "
                @match content.mode {
                    ReviewMode::Open => a href="?mode=blind" { (interface.text("queue-go-blind")) },
                    ReviewMode::Blind => a href="?" { (interface.text("queue-go-open")) },
                }
            }
            ol.queue { @for call in &queue.calls { li { (call_to_review(site, content, call)) } } }
        } } }
    };
    let page =
        Page { address: Address::served("queue"), title: &title, kind: "queue", data: &[], content: markup };
    document(site, &page)
}

fn call_link(content: &QueueContent<'_>, id: &str) -> Markup {
    html! { a href={ (Address::call(id).path()) "#review" } { ((content.name_of)(id)) } }
}

/// A call with why it waits, or without it where its link begins a blind review.
fn call_to_review(site: &Site<'_>, content: &QueueContent<'_>, call: &QueuedCall) -> Markup {
    let id = &call.call_id;
    match content.mode {
        ReviewMode::Open => html! {
            (call_link(content, id))
            (reasons(site, &call.why))
        },
        ReviewMode::Blind => html! {
            a href={ (Address::call(id).path()) "?mode=blind#review" } { ((content.name_of)(id)) }
        },
    }
}

/// The weightiest reasons, and how many there are besides.
fn reasons(site: &Site<'_>, all: &[WhyQueued]) -> Markup {
    let reasons = without_repetition(site, all);
    let besides = reasons.len().saturating_sub(REASONS_SHOWN);
    html! {
        @for why in reasons.iter().take(REASONS_SHOWN) { " " (reason(site, why)) }
        @if besides > 0 { " " span.quiet { "+" (besides) } }
    }
}

/// The reasons, each rule with its weightiest one. Two rules of one name are one to whoever reads.
fn without_repetition<'w>(site: &Site<'_>, all: &'w [WhyQueued]) -> Vec<&'w WhyQueued> {
    let mut named = BTreeSet::new();
    let is_first = |why: &&WhyQueued| {
        rule_of(why).is_none_or(|rule| named.insert(site.rule_book.rule_title(&rule.rule).to_owned()))
    };
    all.iter().filter(is_first).collect()
}

fn rule_of(why: &WhyQueued) -> Option<&RuleKey> {
    match why {
        WhyQueued::Critical(rule)
        | WhyQueued::Suspected(rule)
        | WhyQueued::NeedsCheck(rule)
        | WhyQueued::UncertainRule { rule, .. } => Some(rule),
        WhyQueued::Random { .. } => None,
    }
}

fn reason(site: &Site<'_>, why: &WhyQueued) -> Markup {
    let interface = site.interface;
    let rule = |key: &str, rule: &RuleKey| {
        html! { (interface.text(key)) ": " (site.rule_book.rule_title(&rule.rule)) }
    };
    match why {
        WhyQueued::Critical(key) => html! { span.chip.critical { (rule("queue-critical", key)) } },
        WhyQueued::Suspected(key) => html! { span.chip { (rule("queue-suspected", key)) } },
        WhyQueued::NeedsCheck(key) => html! { span.chip { (rule("queue-needs-check", key)) } },
        WhyQueued::UncertainRule { rule: key, .. } => html! { span.chip { (rule("queue-uncertain", key)) } },
        WhyQueued::Random { .. } => html! { span.chip { (interface.text("queue-random")) } },
    }
}
