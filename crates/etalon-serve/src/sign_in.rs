//! Signing in by a name of the file of people.

use crate::application::App;
use crate::guard::redirect;
use crate::session::Session;
use axum::Extension;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use etalon_pages::{SignIn, sign_in_page};
use serde::Deserialize;

/// The longest address to go on to, bytes.
const NEXT_MAX_BYTES: usize = 2000;

/// Where to go on.
#[derive(Debug, Deserialize)]
pub(crate) struct Next {
    #[serde(default)]
    next: String,
}

/// What the form holds.
#[derive(Debug, Deserialize)]
pub(crate) struct Name {
    name: String,
    #[serde(default)]
    next: String,
}

/// The form.
pub(crate) async fn form(
    State(application): State<App>,
    Query(Next { next }): Query<Next>,
    session: Option<Extension<Session>>,
) -> Response {
    let person = session.and_then(|Extension(session)| session.person);
    let signed_in = person.as_ref().map(|person| person.name.as_str());
    let form = SignIn { next: own_page(&next), signed_in, is_unknown: false };
    Html(sign_in_page(&application.site(None), &form)).into_response()
}

/// Signs somebody in.
pub(crate) async fn sign_in(
    State(application): State<App>,
    session: Option<Extension<Session>>,
    headers: HeaderMap,
    Form(Name { name, next }): Form<Name>,
) -> Response {
    let person = application.people.as_ref().and_then(|people| people.named(&name)).cloned();
    let Some(person) = person else {
        let form = SignIn { next: own_page(&next), signed_in: None, is_unknown: true };
        let page = sign_in_page(&application.site(None), &form);
        let mut response = (StatusCode::FORBIDDEN, Html(page)).into_response();
        response.extensions_mut().insert(crate::headers::HasWords);
        return response;
    };
    let older = session.map(|Extension(session)| session);
    match application.sessions.open(older.as_ref(), Some(person)) {
        Ok(session) => redirect(own_page(&next), Some(application.cookie(&session, &headers))),
        Err(_) => crate::problem::Problem::INTERNAL.into_response(),
    }
}

/// The address to go on to, if it is one of this server; otherwise the first page.
fn own_page(next: &str) -> &str {
    let is_own = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= NEXT_MAX_BYTES
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_own { next } else { "/index.html" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_server() {
        for (next, expected) in [
            ("/calls.html?a=1", "/calls.html?a=1"),
            ("https://example.org/", "/index.html"),
            ("//example.org/", "/index.html"),
            ("/\\example.org", "/index.html"),
            ("/a\r\nSet-Cookie: x", "/index.html"),
            ("", "/index.html"),
        ] {
            assert_eq!(own_page(next), expected, "{next}");
        }
    }
}
