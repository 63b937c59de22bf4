//! What would this rule hit? One trial at a time, bounded in size and time, for reviewers and leads.

use crate::application::App;
use crate::headers::HasWords;
use crate::pages::Page;
use crate::problem::{Problem, ToldProblem};
use crate::review_api::Body;
use crate::signed_in::SignedIn;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Json};
use etalon_call::Verdict;
use etalon_pages::{TrialForm, trial_page, trial_result};
use etalon_review::permission::condition;
use etalon_review::{Action, Condition, Person};
use etalon_rules::{History, Pack, PackErrors, Rule};
use etalon_trial::{TrialRequest, try_pack};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Instant;

/// The longest pack, bytes: twice the largest built-in one.
const PACK_BYTES_MAX: usize = 256 << 10;

/// Which pack in force the form begins with.
#[derive(Debug, Deserialize)]
pub(crate) struct Begun {
    #[serde(default)]
    pack: String,
    #[serde(default)]
    rule: String,
}

/// The form.
pub(crate) async fn form(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    Query(begun): Query<Begun>,
) -> Page {
    check_role(&who.person)?;
    // Of packs with one id the last one judged the calls of this folder.
    let pack = application.packs.iter().rev().find(|pack| pack.id() == begun.pack);
    let rules: Vec<&str> = pack.map(Pack::rules).unwrap_or_default().iter().map(Rule::id).collect();
    let text = pack.map(Pack::source).unwrap_or_default();
    let form = TrialForm { pack: text, rule: &begun.rule, rules: &rules };
    Ok(Html(trial_page(&application.site(Some(&who)), &form)))
}

/// A pack to try.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    pack: String,
    /// Empty for all rules.
    #[serde(default)]
    rule: String,
    hit: Verdict,
}

/// Tries a pack. Nothing is written.
pub(crate) async fn trial(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    body: Body<Asked>,
) -> Result<Response, Problem> {
    check_role(&who.person)?;
    let Json(asked) = body?;
    if asked.pack.len() > PACK_BYTES_MAX {
        return Err(Problem::of_status(StatusCode::PAYLOAD_TOO_LARGE));
    }
    let Ok(turn) = Arc::clone(&application.trials).try_acquire_owned() else {
        return Err(Problem::TRIAL_BUSY);
    };
    let tried = application.blocking(move |application| {
        // The turn lasts as long as the trial, also where nobody waits for it any more.
        let _turn = turn;
        let pack = match Pack::parse(&asked.pack, "pack.toml") {
            Ok(pack) => pack,
            Err(errors) => return Ok(refused(application.interface.text("trial-wrong-pack"), &errors)),
        };
        let rule = Some(asked.rule.as_str()).filter(|rule| !rule.is_empty());
        if rule.is_some_and(|id| pack.rules().iter().all(|known| known.id() != id)) {
            return Err(Problem::NO_RULE_ON_TRIAL);
        }
        let request = TrialRequest {
            pack: &pack,
            rule,
            hit: asked.hit,
            history: &History::default(),
            until: Some(Instant::now() + application.trial_time),
        };
        let found = try_pack(&application.store, request)?;
        let site = application.site(Some(&who));
        Ok(Html(trial_result(&site, &found, asked.hit)).into_response())
    });
    tried.await
}

/// Whoever reviews calls may try rules: the hits are calls of everybody.
fn check_role(person: &Person) -> Result<(), Problem> {
    let reviews_calls = condition(person.role, Action::Answer) != Condition::Never;
    if reviews_calls { Ok(()) } else { Err(Problem::NOT_FOR_ROLE) }
}

/// What is wrong with a pack, with the lines and the remedies.
fn refused(error: String, errors: &PackErrors) -> Response {
    let told = ToldProblem { error, remedy: errors.to_string() };
    let mut response = (StatusCode::UNPROCESSABLE_ENTITY, Json(told)).into_response();
    response.extensions_mut().insert(HasWords);
    response
}
