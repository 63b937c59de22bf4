//! What has no result: recordings that failed, and files that were passed over.

use crate::address::Address;
use crate::document::{Page, document};
use crate::site::Site;
use etalon_call::Stage;
use etalon_store::{Failure, PassedOver};
use maud::{Markup, html};

/// Lines of each table; the files beside the report hold all.
const LISTED: usize = 2_000;

/// The page.
pub fn failures_page(site: &Site<'_>, failures: &[Failure], passed_over: &[PassedOver]) -> String {
    let interface = site.interface;
    let title = interface.text("nav-failures");
    let content = html! {
        h1 { (title) }
        @if failures.is_empty() { p { (interface.text("no-failures")) } } @else {
            div.scroll tabindex="0" { table.stacked {
                thead { tr {
                    th scope="col" { (interface.text("column-recording")) }
                    th scope="col" { (interface.text("column-stage")) }
                    th scope="col" { (interface.text("column-reason")) }
                    th scope="col" { (interface.text("column-retry")) }
                } }
                tbody { @for failure in failures.iter().take(LISTED) { tr {
                    th.path scope="row" { (failure.source) }
                    td { (interface.text(stage_key(failure.stage))) }
                    td { (reason(site, failure)) }
                    td { (interface.text(if failure.permanent { "retry-useless" } else { "retry-next-run" })) }
                } } }
            } }
            (more(site, failures.len(), "failures.jsonl"))
        }
        @if !passed_over.is_empty() { section {
            h2 { (interface.text("passed-over-heading")) }
            div.scroll tabindex="0" { table.stacked {
                thead { tr {
                    th scope="col" { (interface.text("column-file")) }
                    th scope="col" { (interface.text("column-reason")) }
                } }
                tbody { @for entry in passed_over.iter().take(LISTED) { tr {
                    th.path scope="row" { (entry.source) }
                    td {
                        (interface.text(&format!("passed-over-{}", entry.reason.name())))
                        @if let Some(detail) = &entry.detail { " " span.quiet { (detail) } }
                    }
                } } }
            } }
            (more(site, passed_over.len(), "passed_over.jsonl"))
        } }
    };
    let page = Page { address: Address::failures(), title: &title, kind: "failures", data: &[], content };
    document(site, &page)
}

/// Why, in the language of the page; the particulars in small print, as they were written down.
fn reason(site: &Site<'_>, failure: &Failure) -> Markup {
    let interface = site.interface;
    html! {
        p { (interface.text(&format!("failure-{}", failure.kind.name()))) }
        p.quiet lang="en" { (failure.reason) }
    }
}

fn more(site: &Site<'_>, count: usize, file: &str) -> Markup {
    html! { @if count > LISTED {
        p.quiet { (site.interface.filled("listed-part", &[("listed", &LISTED.to_string()), ("count", &count.to_string()), ("file", file)])) }
    } }
}

fn stage_key(stage: Stage) -> &'static str {
    match stage {
        Stage::Intake => "stage-intake",
        Stage::Decode => "stage-decode",
        Stage::Activity => "stage-activity",
        Stage::Transcription => "stage-transcription",
        Stage::Speakers => "stage-speakers",
        Stage::Dialogue => "stage-dialogue",
        Stage::Acts => "stage-acts",
        Stage::Standards => "stage-standards",
        Stage::Store => "stage-store",
    }
}
