//! What every answer carries, and the words of answers that have none.

use crate::application::App;
use crate::problem::Problem;
use crate::signed_in::SignedIn;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, REFRESH, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use etalon_pages::POLICY;
use std::sync::LazyLock;

/// The policy of the pages. No page of others may show one of these inside itself.
static SERVED_POLICY: LazyLock<Option<HeaderValue>> =
    LazyLock::new(|| HeaderValue::from_str(&format!("{POLICY}; frame-ancestors 'none'")).ok());

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// After so many seconds a browser asks again for what is not ready.
const ASK_AGAIN_S: HeaderValue = HeaderValue::from_static("2");

/// Adds the headers that keep browsers from doing more than the pages ask for.
pub(crate) async fn protected(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Some(policy) = SERVED_POLICY.as_ref() {
        headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    // Pages hold what was said in calls, which no browser should keep.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Says what went wrong, to the script as JSON and to people as a page.
pub(crate) async fn told(State(application): State<App>, request: Request, next: Next) -> Response {
    let is_for_script = request.uri().path().starts_with("/api/");
    let is_head = request.method() == Method::HEAD;
    let signed_in = request.extensions().get::<SignedIn>().cloned();
    let response = next.run(request).await;
    let status = response.status();
    let is_failure = status.is_client_error() || status.is_server_error();
    let problem = match response.extensions().get::<Problem>() {
        Some(problem) => *problem,
        // An answer that has its own words, as a conflict with the state of a sheet has.
        None if !is_failure || response.extensions().get::<HasWords>().is_some() => return response,
        None => Problem::of_status(status),
    };
    if is_head {
        return response;
    }
    let mut told =
        problem.told(&application.site(signed_in.as_ref()), &application.folder.reading, is_for_script);
    if problem == Problem::READING {
        told.headers_mut().insert(REFRESH, ASK_AGAIN_S);
        told.headers_mut().insert(RETRY_AFTER, ASK_AGAIN_S);
    }
    told.extensions_mut().insert(HasWords);
    for (name, value) in response.headers() {
        if name != axum::http::header::CONTENT_TYPE && name != axum::http::header::CONTENT_LENGTH {
            told.headers_mut().append(name, value.clone());
        }
    }
    told
}

/// Marks a failure that says itself what is wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HasWords;
