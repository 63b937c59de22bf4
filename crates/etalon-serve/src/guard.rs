//! Who may ask for what: the door of the server.

use crate::application::App;
use crate::problem::Problem;
use crate::session::Session;
use crate::signed_in::SignedIn;
use axum::extract::{Request, State};
use axum::http::header::{HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use etalon_pages::{assets, percent_encoded, reload_page};
use std::sync::Arc;

/// The header in which a request that changes something carries the token of its session.
const TOKEN_HEADER: &str = "x-etalon-token";

/// The page on which people sign in.
pub(crate) const SIGN_IN: &str = "/sign-in";

/// Lets a request in, or says why not.
pub(crate) async fn guard(State(application): State<App>, mut request: Request, next: Next) -> Response {
    match admitted(&application, &mut request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => *refusal,
    }
}

/// A response is large, and most requests need none of these.
type Refusal = Box<Response>;

fn admitted(application: &App, request: &mut Request) -> Result<(), Refusal> {
    let refuse = |problem: Problem| Box::new(problem.into_response());
    if !application.is_known_host(host(request)) {
        return Err(refuse(Problem::WRONG_HOST));
    }
    let path = request.uri().path();
    // The style and the script hold nothing of calls, and the page that asks for a token needs them.
    if path.trim_start_matches('/') == assets::STYLE_PATH
        || path.trim_start_matches('/') == assets::SCRIPT_PATH
    {
        return Ok(());
    }
    if let Some(given) = token_in(request.uri()) {
        return Err(Box::new(with_token(application, request, given)));
    }
    let session = application.sessions.of(request.headers());
    if application.token.is_some() && session.is_none() {
        return Err(Box::new(reload_or(request, Problem::NO_TOKEN)));
    }
    if changes_something(request.method()) && !comes_from_own_page(request) {
        return Err(refuse(Problem::FOREIGN_PAGE));
    }
    if path == SIGN_IN {
        if let Some(session) = session {
            request.extensions_mut().insert(session);
        }
        return Ok(());
    }
    let Some(signed_in) = signed_in(application, session) else {
        return Err(Box::new(ask_for_name(request)));
    };
    if changes_something(request.method()) && !carries(request.headers(), &signed_in.token) {
        return Err(refuse(Problem::OLD_PAGE));
    }
    request.extensions_mut().insert(signed_in);
    Ok(())
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Who asks: whoever signed in, or whoever sits at this machine.
fn signed_in(application: &App, session: Option<Session>) -> Option<SignedIn> {
    if let Some(person) = &application.only_visitor {
        let token = session.map_or_else(|| application.local_token.clone(), |session| session.token);
        return Some(SignedIn { person: Arc::clone(person), token });
    }
    let session = session?;
    Some(SignedIn { person: session.person?, token: session.token })
}

fn carries(headers: &HeaderMap, token: &str) -> bool {
    let carried = headers.get(TOKEN_HEADER).and_then(|value| value.to_str().ok());
    carried.is_some_and(|carried| crate::random::is_same_secret(carried, token))
}

/// The token that an address holds: `/?token=…`.
fn token_in(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("token="))
}

/// Opens a session for whoever knows the token, and takes the token out of the address, so that it
/// is not passed on with a link.
fn with_token(application: &App, request: &Request, given: &str) -> Response {
    if application.token.as_ref().is_some_and(|token| !token.is(given)) {
        return Problem::WRONG_TOKEN.into_response();
    }
    let older = application.sessions.of(request.headers());
    let person = older.as_ref().and_then(|session| session.person.as_deref().cloned());
    let Ok(session) = application.sessions.open(older.as_ref(), person) else {
        return Problem::INTERNAL.into_response();
    };
    let path = request.uri().path();
    redirect(
        if path.starts_with("//") { "/" } else { path },
        Some(application.cookie(&session, request.headers())),
    )
}

/// Sends a browser elsewhere on this server.
pub(crate) fn redirect(to: &str, cookie: Option<String>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(location) = HeaderValue::from_str(to) {
        response.headers_mut().insert(LOCATION, location);
    }
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

/// Sends people to the page on which they sign in, and tells everybody else that nobody did.
fn ask_for_name(request: &Request) -> Response {
    let path = request.uri().path();
    if request.method() != Method::GET || path.starts_with("/api/") || path.starts_with("/audio/") {
        return Problem::NOT_SIGNED_IN.into_response();
    }
    if comes_from_another_site(request.headers()) {
        return reload_or(request, Problem::NOT_SIGNED_IN);
    }
    let next = request.uri().path_and_query().map_or(path, |whole| whole.as_str());
    redirect(&format!("{SIGN_IN}?next={}", percent_encoded(next.as_bytes())), None)
}

/// A browser sends no cookie along a link of another site, such as a letter read on the web. It does
/// when the page asks for itself again.
fn reload_or(request: &Request, problem: Problem) -> Response {
    if request.method() == Method::GET && comes_from_another_site(request.headers()) {
        return Html(reload_page()).into_response();
    }
    problem.into_response()
}

fn comes_from_another_site(headers: &HeaderMap) -> bool {
    fetch_site(headers).is_some_and(|site| site == "cross-site" || site == "same-site")
        && headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate")
}

fn fetch_site(headers: &HeaderMap) -> Option<&str> {
    headers.get("sec-fetch-site").and_then(|value| value.to_str().ok())
}

/// Whether a page of this server sent the request: the browser says so, or the origin is the host
/// that was asked.
fn comes_from_own_page(request: &Request) -> bool {
    let headers = request.headers();
    let origin = headers.get(ORIGIN).map(|value| value.to_str().unwrap_or_default());
    let is_own_origin = |origin: &str| {
        let authority = origin.split_once("://").map(|(_, authority)| authority);
        authority.is_some() && authority.map(str::to_lowercase) == host(request).map(str::to_lowercase)
    };
    match (fetch_site(headers), origin) {
        // Forms of pages that send no referrer have the origin "null".
        (Some("same-origin"), None | Some("null")) => true,
        (Some("same-origin") | None, Some(origin)) => is_own_origin(origin),
        _ => false,
    }
}

/// The host that was asked, with its port.
fn host(request: &Request) -> Option<&str> {
    let named = request.headers().get(HOST).and_then(|value| value.to_str().ok());
    named.or_else(|| request.uri().authority().map(Authority::as_str))
}
