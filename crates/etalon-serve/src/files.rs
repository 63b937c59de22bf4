//! The files that pages load: browsers keep them, and ask whether they are still the same.

use crate::application::App;
use crate::problem::Problem;
use crate::signed_in::SignedIn;
use crate::snapshot::{snapshot, tag};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use etalon_pages::assets;
use std::sync::LazyLock;

static STYLE_TAG: LazyLock<String> = LazyLock::new(|| tag(assets::STYLE.as_bytes()));
static SCRIPT_TAG: LazyLock<String> = LazyLock::new(|| tag(assets::SCRIPT.as_bytes()));

const SCRIPT_TYPE: &str = "text/javascript; charset=utf-8";

/// The style of all pages.
pub(crate) async fn style(headers: HeaderMap) -> Response {
    file(&headers, "text/css; charset=utf-8", &STYLE_TAG, Bytes::from_static(assets::STYLE.as_bytes()))
}

/// The script of all pages.
pub(crate) async fn script(headers: HeaderMap) -> Response {
    file(&headers, SCRIPT_TYPE, &SCRIPT_TAG, Bytes::from_static(assets::SCRIPT.as_bytes()))
}

/// The data of the list of calls.
pub(crate) async fn columns(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let snapshot = snapshot(&application).await?;
    let view = snapshot.view(&who.person).ok_or(Problem::NOT_FOR_ROLE)?;
    Ok(file(&headers, SCRIPT_TYPE, &view.columns_tag, view.columns.clone()))
}

fn file(headers: &HeaderMap, content_type: &'static str, tag: &str, content: Bytes) -> Response {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    // A file that was compressed on its way comes back with a weak tag.
    let is_known =
        known.flat_map(|tags| tags.split(',')).any(|each| each.trim().trim_start_matches("W/") == tag);
    let kept = [(CACHE_CONTROL, "private, no-cache".to_owned()), (ETAG, tag.to_owned())];
    if is_known {
        (StatusCode::NOT_MODIFIED, kept).into_response()
    } else {
        (kept, [(CONTENT_TYPE, content_type)], content).into_response()
    }
}
