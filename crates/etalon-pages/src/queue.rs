//! What waits for whoever looks.

use crate::address::Address;
use crate::document::{Page, document};
use crate::site::Site;
use etalon_review::{Queue, RuleKey, WhyQueued};
use maud::{Markup, html};

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
}

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
            p.quiet { (interface.count("queue-waiting", queue.waiting)) }
            ol.queue { @for call in &queue.calls { li {
                (call_link(content, &call.call_id))
                @for why in &call.why { " " (reason(site, why)) }
            } } }
        } } }
    };
    let page =
        Page { address: Address::served("queue"), title: &title, kind: "queue", data: &[], content: markup };
    document(site, &page)
}

fn call_link(content: &QueueContent<'_>, id: &str) -> Markup {
    html! { a href={ (Address::call(id).path()) "#review" } { ((content.name_of)(id)) } }
}

fn reason(site: &Site<'_>, why: &WhyQueued) -> Markup {
    let interface = site.interface;
    let rule = |key: &str, rule: &RuleKey| {
        html! { (interface.text(key)) ": " (site.rule_book.rule_title(&rule.rule)) }
    };
    match why {
        WhyQueued::Critical(key) => html! { span.chip.critical { (rule("queue-critical", key)) } },
        WhyQueued::NeedsCheck(key) => html! { span.chip { (rule("queue-needs-check", key)) } },
        WhyQueued::UncertainRule { rule: key, .. } => html! { span.chip { (rule("queue-uncertain", key)) } },
        WhyQueued::Random { .. } => html! { span.chip { (interface.text("queue-random")) } },
    }
}
