//! What goes wrong, as a page for people and as JSON for the script.

use crate::folder::Reading;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use etalon_pages::{Interface, Site, message_page};
use etalon_review::answer::AnswerError;
use etalon_review::{ReviewError, StoreError};
use serde::Serialize;

/// Why a request is not answered: a status, and the messages `problem-KEY` and
/// `problem-KEY-remedy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) key: &'static str,
}

/// A problem as the script reads it.
#[derive(Debug, Serialize)]
pub(crate) struct ToldProblem {
    pub(crate) error: String,
    pub(crate) remedy: String,
}

impl Problem {
    pub(crate) const NO_SUCH_PAGE: Self = Self::new(StatusCode::NOT_FOUND, "no-such-page");
    pub(crate) const NO_SUCH_CALL: Self = Self::new(StatusCode::NOT_FOUND, "no-such-call");
    pub(crate) const NO_SUCH_RULE: Self = Self::new(StatusCode::BAD_REQUEST, "no-such-rule");
    pub(crate) const NO_SOUND: Self = Self::new(StatusCode::NOT_FOUND, "no-sound");
    pub(crate) const NOT_FOR_ROLE: Self = Self::new(StatusCode::FORBIDDEN, "not-for-role");
    pub(crate) const NOT_SIGNED_IN: Self = Self::new(StatusCode::UNAUTHORIZED, "not-signed-in");
    pub(crate) const NO_TOKEN: Self = Self::new(StatusCode::UNAUTHORIZED, "no-token");
    pub(crate) const WRONG_TOKEN: Self = Self::new(StatusCode::FORBIDDEN, "wrong-token");
    pub(crate) const WRONG_HOST: Self = Self::new(StatusCode::MISDIRECTED_REQUEST, "wrong-host");
    pub(crate) const FOREIGN_PAGE: Self = Self::new(StatusCode::FORBIDDEN, "foreign-page");
    pub(crate) const OLD_PAGE: Self = Self::new(StatusCode::FORBIDDEN, "old-page");
    pub(crate) const NOT_UNDERSTOOD: Self = Self::new(StatusCode::BAD_REQUEST, "not-understood");
    pub(crate) const NOT_JSON: Self = Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json");
    pub(crate) const TRIAL_BUSY: Self = Self::new(StatusCode::TOO_MANY_REQUESTS, "trial-busy");
    pub(crate) const NO_RULE_ON_TRIAL: Self = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "no-rule-on-trial");
    pub(crate) const UNREADABLE: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "unreadable");
    pub(crate) const CALL_NEWER: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "call-newer");
    pub(crate) const CALL_DAMAGED: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "call-damaged");
    /// The folder is read for the first time since the server began.
    pub(crate) const READING: Self = Self::new(StatusCode::SERVICE_UNAVAILABLE, "reading");
    pub(crate) const INTERNAL: Self = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal");

    const fn new(status: StatusCode, key: &'static str) -> Self {
        Self { status, key }
    }

    /// What an answer with this status and without words of its own means.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let key = match status {
            StatusCode::NOT_FOUND => "no-such-page",
            StatusCode::METHOD_NOT_ALLOWED => "wrong-method",
            StatusCode::PAYLOAD_TOO_LARGE => "too-large",
            StatusCode::REQUEST_TIMEOUT => "too-slow",
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "not-json",
            status if status.is_client_error() => "not-understood",
            _ => "internal",
        };
        Self { status, key }
    }

    /// The answer, as JSON or as a page.
    pub(crate) fn told(self, site: &Site<'_>, reading: &Reading, is_for_script: bool) -> Response {
        let (error, remedy) = self.texts(site.interface, reading);
        if is_for_script {
            (self.status, Json(ToldProblem { error, remedy })).into_response()
        } else {
            (self.status, Html(message_page(site, &error, &remedy))).into_response()
        }
    }

    /// What is wrong, and the remedy.
    fn texts(self, interface: &Interface, reading: &Reading) -> (String, String) {
        let [done, all] = reading.progress().map(|calls| calls.to_string());
        let text = |key: String| interface.filled(&key, &[("done", &done), ("all", &all)]);
        (text(format!("problem-{}", self.key)), text(format!("problem-{}-remedy", self.key)))
    }
}

/// The answer's words are added by `headers::told`, which knows for whom they are.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<ReviewError> for Problem {
    fn from(error: ReviewError) -> Self {
        let (status, key) = match error {
            ReviewError::Refused(_) => (StatusCode::FORBIDDEN, "review-refused"),
            ReviewError::Conflict { .. } => (StatusCode::CONFLICT, "review-conflict"),
            ReviewError::NotInThisState { .. } => (StatusCode::CONFLICT, "review-state"),
            ReviewError::Answer(AnswerError::CommentMissing) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "review-comment")
            }
            ReviewError::Answer(_) => (StatusCode::UNPROCESSABLE_ENTITY, "review-prefilled"),
            ReviewError::NothingAnswered => (StatusCode::UNPROCESSABLE_ENTITY, "review-nothing"),
            ReviewError::ReasonMissing { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "review-reason"),
            ReviewError::NoSuchAnswer => (StatusCode::UNPROCESSABLE_ENTITY, "review-answer"),
            ReviewError::NoCorrection => (StatusCode::UNPROCESSABLE_ENTITY, "review-correction"),
            ReviewError::Store(error) => return error.into(),
            _ => return Self::NOT_UNDERSTOOD,
        };
        Self { status, key }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let (status, key) = match error {
            StoreError::Full { .. } => (StatusCode::INSUFFICIENT_STORAGE, "reviews-full"),
            StoreError::ReadOnly { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "reviews-read-only"),
            StoreError::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "reviews-busy"),
            StoreError::Newer { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "reviews-newer"),
            StoreError::NoReviews { .. } | StoreError::Damaged { .. } => {
                (StatusCode::INTERNAL_SERVER_ERROR, "reviews-damaged")
            }
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "reviews-unreadable"),
        };
        Self { status, key }
    }
}

impl From<etalon_store::Error> for Problem {
    fn from(error: etalon_store::Error) -> Self {
        match error.kind() {
            etalon_store::ErrorKind::Corrupt => Self::CALL_DAMAGED,
            etalon_store::ErrorKind::Newer => Self::CALL_NEWER,
            etalon_store::ErrorKind::Invalid => Self::NO_SUCH_CALL,
            _ => Self::UNREADABLE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use etalon_pages::InterfaceLanguage;
    use etalon_review::permission::{Action, Condition, Refusal};
    use etalon_review::{PersonRole, SheetState};
    use std::path::PathBuf;

    fn of_reviews() -> Vec<Problem> {
        let refusal =
            Refusal { role: PersonRole::Reader, action: Action::Share, condition: Condition::Never };
        let state = ReviewError::NotInThisState { action: Action::Share, state: SheetState::Closed };
        let errors = [
            ReviewError::Refused(refusal),
            ReviewError::Conflict { expected: 0, found: 1 },
            state,
            ReviewError::Answer(AnswerError::CommentMissing),
            ReviewError::Answer(AnswerError::NotPrefilled),
            ReviewError::NothingAnswered,
            ReviewError::ReasonMissing { action: Action::Dispute },
            ReviewError::NoSuchAnswer,
            ReviewError::NoCorrection,
            ReviewError::NoName,
        ];
        errors.into_iter().map(Problem::from).collect()
    }

    fn of_files() -> Vec<Problem> {
        let path = PathBuf::from("reviews.sqlite");
        let errors = [
            StoreError::Full { path: path.clone() },
            StoreError::ReadOnly { path: path.clone() },
            StoreError::Busy { path: path.clone() },
            StoreError::Newer { path: path.clone(), found: 9, known: 1 },
            StoreError::NoReviews { path: path.clone() },
            StoreError::Io { path, source: std::io::ErrorKind::Other.into() },
        ];
        errors.into_iter().map(Problem::from).collect()
    }

    #[test]
    fn every_problem_is_told_in_every_language() {
        let constants = [
            Problem::NO_SUCH_PAGE,
            Problem::NO_SUCH_CALL,
            Problem::NO_SUCH_RULE,
            Problem::NO_SOUND,
            Problem::NOT_FOR_ROLE,
            Problem::NOT_SIGNED_IN,
            Problem::NO_TOKEN,
            Problem::WRONG_TOKEN,
            Problem::WRONG_HOST,
            Problem::FOREIGN_PAGE,
            Problem::OLD_PAGE,
            Problem::NOT_UNDERSTOOD,
            Problem::NOT_JSON,
            Problem::TRIAL_BUSY,
            Problem::NO_RULE_ON_TRIAL,
            Problem::UNREADABLE,
            Problem::CALL_DAMAGED,
            Problem::CALL_NEWER,
            Problem::READING,
            Problem::INTERNAL,
        ];
        let of_status = [404, 405, 408, 413, 415, 418, 500]
            .map(|status| Problem::of_status(StatusCode::from_u16(status).unwrap()));
        let all = constants.into_iter().chain(of_status).chain(of_reviews()).chain(of_files());
        for Problem { key, .. } in all {
            for language in
                [InterfaceLanguage::Russian, InterfaceLanguage::Kazakh, InterfaceLanguage::English]
            {
                let interface = Interface::of(language);
                for text in [format!("problem-{key}"), format!("problem-{key}-remedy")] {
                    assert!(interface.has(&text), "{language:?}: {text}");
                }
            }
        }
    }

    #[test]
    fn a_page_says_how_many_calls_have_been_read() {
        let reading = Reading::default();
        reading.begin(1234);
        reading.add(500);
        reading.add(67);
        for language in [InterfaceLanguage::Russian, InterfaceLanguage::Kazakh, InterfaceLanguage::English] {
            let remedy = Problem::READING.texts(Interface::of(language), &reading).1;
            assert!(remedy.contains("567") && remedy.contains("1234"), "{remedy}");
        }
    }

    #[test]
    fn a_full_disk_has_its_own_status() {
        let full = Problem::from(StoreError::Full { path: PathBuf::from("reviews.sqlite") });
        assert_eq!(full.status, StatusCode::INSUFFICIENT_STORAGE);
        assert!(
            Interface::of(InterfaceLanguage::Russian)
                .text("problem-reviews-full-remedy")
                .contains("не потеряно")
        );
    }
}
