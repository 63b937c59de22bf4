//! The recording of a call, with ranges, so that a player can jump.

use crate::application::App;
use crate::pages::readable_call;
use crate::problem::Problem;
use crate::signed_in::SignedIn;
use crate::snapshot::snapshot;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use std::ffi::OsStr;
use std::path::PathBuf;
use std::sync::Arc;
use tower::ServiceExt as _;
use tower_http::services::ServeFile;

/// The recording of a call. A request names the call; where its file lies is the folder's knowledge
/// alone.
pub(crate) async fn audio(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let path = playable_file(&application, who, id).await?;
    let content_type = content_type(&path);
    let ranges = Request::from_parts(request.into_parts().0, Body::empty());
    let served = ServeFile::new(&path).oneshot(ranges).await.map_err(|_| Problem::NO_SOUND)?;
    if served.status() == StatusCode::NOT_FOUND {
        return Err(Problem::NO_SOUND);
    }
    let mut response = served.map(Body::new).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

async fn playable_file(application: &App, who: SignedIn, id: String) -> Result<PathBuf, Problem> {
    let snapshot = snapshot(application).await?;
    // A recording that browsers don't play is converted first, which takes a processor for a while.
    let Ok(_place) = application.conversions.acquire().await else { return Err(Problem::INTERNAL) };
    let application = Arc::clone(application);
    let finding = tokio::task::spawn_blocking(move || {
        let call = readable_call(&application, &who.person, &id)?;
        snapshot.listening.file_of(&call).map_err(|_| Problem::NO_SOUND)
    });
    finding.await.unwrap_or(Err(Problem::INTERNAL))
}

/// What browsers call the formats that they play.
fn content_type(path: &std::path::Path) -> &'static str {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default().to_lowercase();
    match extension.as_str() {
        "wav" | "wave" => "audio/wav",
        "mp3" => "audio/mpeg",
        "m4a" | "mp4" => "audio/mp4",
        "aac" => "audio/aac",
        "flac" => "audio/flac",
        "ogg" | "oga" | "opus" => "audio/ogg",
        "webm" | "weba" => "audio/webm",
        _ => "application/octet-stream",
    }
}
