//! Whether what people decided is counted in the figures of a page.

use crate::query::CallQuery;
use crate::site::Site;
use crate::statistics::Tally;
use maud::{Markup, html};

/// Whether scores and verdicts are those of the machine alone, with the way to the calls that people
/// have reviewed.
pub(crate) fn reviews_counted_in(site: &Site<'_>, tally: &Tally, query: &CallQuery, root: &str) -> Markup {
    let interface = site.interface;
    html! {
        @if tally.reviewed == 0 {
            @if tally.calls > 0 { p.quiet { (interface.text("figures-of-machine")) } }
        } @else {
            p.quiet { a href=(query.clone().with("review", "counted").link(root)) { (interface.count("figures-reviewed", tally.reviewed)) } }
        }
    }
}
