//! What stands around the content of every page.

use crate::address::Address;
use crate::assets;
use crate::site::Site;
use maud::{DOCTYPE, Markup, html};

/// A browser may load only what lies beside the page, and may send nothing elsewhere. `blob:` is a
/// recording that a person chose from the disk.
pub const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'";

/// One page before it is written.
pub(crate) struct Page<'a> {
    pub(crate) address: Address,
    pub(crate) title: &'a str,
    /// What the script does here: `call`, `calls`, …
    pub(crate) kind: &'static str,
    /// Data files, below the report's folder, that the script needs.
    pub(crate) data: &'a [&'a str],
    pub(crate) content: Markup,
}

/// The whole document.
pub(crate) fn document(site: &Site<'_>, page: &Page<'_>) -> String {
    let interface = site.interface;
    let root = page.address.to_root();
    html! {
        (DOCTYPE)
        html lang=(interface.language().name()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                meta name="color-scheme" content="light dark";
                @if let Some(visitor) = &site.visitor { meta name="etalon-token" content=(visitor.token); }
                title { (page.title) " · etalon" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href={ (root) (assets::STYLE_PATH) };
                @for file in page.data { script src={ (root) (file) } defer {} }
                script src={ (root) (assets::SCRIPT_PATH) } defer {}
            }
            body data-page=(page.kind) data-root=(root) {
                a.skip href="#content" { (interface.text("skip-to-content")) }
                (navigation(site, &page.address, &root))
                main #content { (page.content) }
            }
        }
    }
    .into_string()
}

fn navigation(site: &Site<'_>, here: &Address, root: &str) -> Markup {
    let interface = site.interface;
    let mut places = vec![
        (Address::overview(), "nav-overview"),
        (Address::calls(), "nav-calls"),
        (Address::rules(), "nav-rules"),
        (Address::people(), "nav-people"),
        (Address::failures(), "nav-failures"),
    ];
    if site.visitor.is_some() {
        places.insert(2, (Address::served("queue"), "nav-queue"));
        places.insert(3, (Address::served("search"), "nav-search"));
    }
    html! {
        nav.site aria-label=(interface.text("nav-label")) {
            span.brand { "etalon" }
            @for (address, key) in &places {
                a href={ (root) (address.path()) } aria-current=[(address == here).then_some("page")] {
                    (interface.text(key))
                }
            }
            @if let Some(visitor) = &site.visitor { a.visitor href={ (root) "sign-in" } { (visitor.name) } }
        }
    }
}
