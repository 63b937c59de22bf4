//! What is found at which address.

use crate::application::App;
use crate::guard::{SIGN_IN, guard, redirect};
use crate::problem::Problem;
use crate::{audio, files, headers, pages, queue, review_api, search, sign_in, trial};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use std::sync::Arc;
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};

/// The largest body: a sheet with a comment of full length for every rule of a large pack.
const BODY_BYTES_MAX: usize = 1 << 20;

/// How long an answer may take; converting an hour of sound takes the longest.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(2);

/// How long a body may stay without a further byte.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// All addresses.
pub(crate) fn routes(application: App) -> Router {
    // Recordings are compressed already, and a player asks for parts of them.
    let sounds = Router::new().route("/audio/{id}", get(audio::audio));
    Router::new()
        .route("/", get(|| async { redirect("index.html", None) }))
        .route("/index.html", get(pages::overview))
        .route("/calls.html", get(pages::calls))
        .route("/calls/{folder}/{file}", get(pages::call))
        .route("/rules.html", get(pages::rules))
        .route("/rules/{file}", get(pages::rule))
        .route("/people.html", get(pages::people))
        .route("/people/{file}", get(pages::group))
        .route("/failures.html", get(pages::failures))
        .route("/assets/etalon.css", get(files::style))
        .route("/assets/etalon.js", get(files::script))
        .route("/data/calls.js", get(files::columns))
        .route("/search", get(search::search))
        .route("/queue", get(queue::queue))
        .route("/try", get(trial::form))
        .route("/api/try", post(trial::trial))
        .route(SIGN_IN, get(sign_in::form).post(sign_in::sign_in))
        .route("/api/sheet", post(review_api::sheet))
        .route("/api/reveal", post(review_api::reveal))
        .route("/api/corrections", post(review_api::corrections))
        .route("/api/call/{id}/review", get(review_api::review))
        .layer(CompressionLayer::new())
        .merge(sounds)
        .fallback(|| async { Problem::NO_SUCH_PAGE })
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(RequestBodyTimeoutLayer::new(BODY_TIMEOUT))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ANSWER_TIMEOUT))
        .layer(from_fn_with_state(Arc::clone(&application), headers::told))
        .layer(from_fn_with_state(Arc::clone(&application), guard))
        .layer(from_fn_with_state(Arc::clone(&application), headers::told))
        .layer(from_fn(headers::protected))
        .with_state(application)
}
