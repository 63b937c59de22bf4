//! Pages of a server that show no calls: what went wrong, and signing in.

use crate::address::Address;
use crate::document::{POLICY, Page, document};
use crate::site::Site;
use maud::{DOCTYPE, html};

/// What the page for signing in shows.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    /// The address to go on to.
    pub next: &'a str,
    /// Who is signed in already.
    pub signed_in: Option<&'a str>,
    /// Whether nobody has the name that was given.
    pub is_unknown: bool,
}

/// A page that says what is wrong and what to do about it.
pub fn message_page(site: &Site<'_>, heading: &str, remedy: &str) -> String {
    let content = html! {
        h1 { (heading) }
        p { (remedy) }
    };
    // It answers requests for addresses of any depth.
    let page =
        Page { address: Address::served("/message"), title: heading, kind: "message", data: &[], content };
    document(site, &page)
}

/// The page on which people sign in by their name.
pub fn sign_in_page(site: &Site<'_>, form: &SignIn<'_>) -> String {
    let interface = site.interface;
    let title = interface.text("sign-in-heading");
    let content = html! {
        h1 { (title) }
        @if let Some(name) = form.signed_in { p { (interface.filled("signed-in-as", &[("name", name)])) } }
        @if form.is_unknown { p.notice.alarm role="alert" { (interface.text("sign-in-unknown")) } }
        form.sign-in method="post" action="/sign-in" {
            label { (interface.text("sign-in-name")) " "
                input type="text" name="name" required maxlength="200" autocomplete="username" autofocus;
            }
            input type="hidden" name="next" value=(form.next);
            button type="submit" { (interface.text("sign-in")) }
        }
        p.quiet { (interface.text("sign-in-explained")) }
    };
    let page =
        Page { address: Address::served("/sign-in"), title: &title, kind: "sign-in", data: &[], content };
    document(site, &page)
}

/// A page that asks for itself again at once: the browser sends its cookie then.
pub fn reload_page() -> String {
    html! {
        (DOCTYPE)
        html lang="mul" { head {
            meta charset="utf-8";
            meta http-equiv="Content-Security-Policy" content=(POLICY);
            meta http-equiv="refresh" content="0";
            title { "etalon" }
        } body {} }
    }
    .into_string()
}
