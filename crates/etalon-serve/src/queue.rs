//! What waits for whoever asks.

use crate::application::App;
use crate::pages::{Manner, Page, readable_call};
use crate::signed_in::SignedIn;
use crate::snapshot::snapshot;
use axum::Extension;
use axum::extract::{Query, State};
use axum::response::Html;
use etalon_pages::{QueueContent, WaitingSheet, queue_page};
use etalon_review::permission::condition;
use etalon_review::{Action, Condition};

/// The queue.
pub(crate) async fn queue(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    Query(manner): Query<Manner>,
) -> Page {
    let snapshot = snapshot(&application).await?;
    application
        .blocking(move |application| {
            let known = application.reviews.current()?;
            let is_own = |id: &str| readable_call(application, &who.person, id).is_ok();
            let sheets: Vec<WaitingSheet<'_>> = known
                .reviews
                .waiting_for(&who.person, is_own)
                .map(|sheet| WaitingSheet {
                    call_id: &sheet.call_id,
                    reviewer: &sheet.reviewer,
                    state: sheet.state.name(),
                })
                .collect();
            let reviews_calls = condition(who.person.role, Action::Answer) != Condition::Never;
            let name_of = |id: &str| snapshot.source_of(id).unwrap_or(id).to_owned();
            let content = QueueContent {
                sheets: &sheets,
                queue: reviews_calls.then_some(&snapshot.queue),
                name_of: &name_of,
                mode: manner.asked(),
            };
            Ok(Html(queue_page(&application.site(Some(&who)), &content)))
        })
        .await
}
