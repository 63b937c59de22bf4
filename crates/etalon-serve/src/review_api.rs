//! Reviewing and correcting, as the script of the pages asks for it.

use crate::application::{App, Application};
use crate::headers::HasWords;
use crate::pages::readable_call;
use crate::problem::Problem;
use crate::review_state::{ReviewState, review_state};
use crate::signed_in::SignedIn;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, FixedOffset, Utc};
use etalon_call::{Call, Role, Turn, Utterance, Word};
use etalon_review::{
    Answer, Change, Comment, Correction, CorrectionSubmission, HumanVerdict, RecordedCorrection, ReviewError,
    ReviewMode, RuleKey, Sheet, SheetSubmission, corrected, judged,
};
use serde::{Deserialize, Serialize};
use std::time::SystemTime;

/// The most changes of one request.
const CHANGES_MAX: usize = 1000;

/// Changes to a sheet.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SheetRequest {
    call: String,
    reviewer: String,
    expected_sequence: u32,
    changes: Vec<ChangeRequest>,
}

/// A change as the script asks for it. What the machine said, which version of the packs said so and
/// whether the person saw it are no part of it: the server knows that itself.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum ChangeRequest {
    Answered {
        pack: String,
        rule: String,
        verdict: HumanVerdict,
        #[serde(default)]
        comment: String,
        #[serde(default)]
        prefilled: bool,
    },
    Withdrawn {
        pack: String,
        rule: String,
    },
    Shared {
        #[serde(default)]
        comment: String,
    },
    Acknowledged {
        #[serde(default)]
        comment: String,
    },
    Disputed {
        comment: String,
        #[serde(default)]
        rules: Vec<RuleKey>,
    },
    Resolved {
        comment: String,
        #[serde(default)]
        decisions: Vec<Decision>,
    },
    Closed {
        #[serde(default)]
        comment: String,
    },
}

/// A lead's answer in place of the reviewer's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    pack: String,
    rule: String,
    verdict: HumanVerdict,
}

/// What a call's reviews are after somebody else was faster.
#[derive(Debug, Serialize)]
struct Conflict {
    error: String,
    remedy: String,
    review: ReviewState,
}

/// A body that has to be JSON of this type.
pub(crate) type Body<T> = Result<Json<T>, JsonRejection>;

/// What is wrong with a body.
impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::MissingJsonContentType(_) => Self::NOT_JSON,
            JsonRejection::BytesRejection(_) => Self::of_status(rejection.status()),
            _ => Self::NOT_UNDERSTOOD,
        }
    }
}

/// What people say of a call.
pub(crate) async fn review(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    Path(id): Path<String>,
) -> Result<Json<ReviewState>, Problem> {
    application.blocking(move |application| review_state(application, &who.person, &id)).await.map(Json)
}

/// Changes a sheet.
pub(crate) async fn sheet(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    body: Body<SheetRequest>,
) -> Result<Response, Problem> {
    let Json(request) = body?;
    application.blocking(move |application| change_sheet(application, &who, request)).await
}

fn change_sheet(
    application: &Application,
    who: &SignedIn,
    request: SheetRequest,
) -> Result<Response, Problem> {
    let SheetRequest { call, reviewer, expected_sequence, changes } = request;
    if changes.is_empty() || changes.len() > CHANGES_MAX {
        return Err(Problem::NOT_UNDERSTOOD);
    }
    let stored = readable_call(application, &who.person, &call)?;
    let known = application.reviews.current()?;
    let judged = judged(stored, &known.reviews, &application.packs);
    let none = Sheet::empty(&call, &who.person.name);
    let sheets = known.reviews.sheets_of(&call);
    let own = sheets.into_iter().find(|sheet| who.person.is_named(&sheet.reviewer)).unwrap_or(&none);
    let mode = application.blind.mode_of(own);
    let of_call = |change: ChangeRequest| change.of_call(&judged.call, mode);
    let changes = changes.into_iter().map(of_call).collect::<Result<_, _>>()?;
    let submission = SheetSubmission {
        call: &judged.call.call,
        redaction: judged.call.redaction.as_ref(),
        reviewer: &reviewer,
        author: &who.person,
        at: now(),
        expected_sequence,
        changes,
    };
    let outcome = application.reviews.write(|store| store.submit(&submission));
    answer(application, who, &call, outcome.map(drop))
}

/// The state of a call's reviews after a change, or what it is now where somebody else was faster.
fn answer(
    application: &Application,
    who: &SignedIn,
    call: &str,
    outcome: Result<(), ReviewError>,
) -> Result<Response, Problem> {
    let problem = match outcome {
        Ok(()) => return Ok(Json(review_state(application, &who.person, call)?).into_response()),
        Err(ReviewError::Conflict { .. }) => Problem::from(ReviewError::Conflict { expected: 0, found: 0 }),
        Err(error) => return Err(error.into()),
    };
    let text = |key: String| application.interface.text(&key);
    let conflict = Conflict {
        error: text(format!("problem-{}", problem.key)),
        remedy: text(format!("problem-{}-remedy", problem.key)),
        review: review_state(application, &who.person, call)?,
    };
    let mut response = (StatusCode::CONFLICT, Json(conflict)).into_response();
    response.extensions_mut().insert(HasWords);
    Ok(response)
}

impl ChangeRequest {
    /// The change with what the server knows of the call, and of what the person saw of it.
    fn of_call(self, call: &Call, mode: ReviewMode) -> Result<Change, Problem> {
        Ok(match self {
            Self::Answered { pack, rule, verdict, comment, prefilled } => {
                let answer = answer_to(call, pack, rule, verdict)?.with_comment(comment_of(&comment)?);
                let answer = answer.in_mode(mode);
                Change::Answered(if prefilled { answer.accepted() } else { answer })
            }
            Self::Withdrawn { pack, rule } => Change::Withdrawn(RuleKey::new(pack, rule)),
            Self::Shared { comment } => Change::Shared { comment: comment_of(&comment)? },
            Self::Acknowledged { comment } => Change::Acknowledged { comment: comment_of(&comment)? },
            Self::Disputed { comment, rules } => Change::Disputed { comment: comment_of(&comment)?, rules },
            Self::Resolved { comment, decisions } => {
                let decision = |Decision { pack, rule, verdict }| answer_to(call, pack, rule, verdict);
                let decisions = decisions.into_iter().map(decision).collect::<Result<_, _>>()?;
                Change::Resolved { comment: comment_of(&comment)?, decisions }
            }
            Self::Closed { comment } => Change::Closed { comment: comment_of(&comment)? },
        })
    }
}

/// An answer to a rule that judged the call.
fn answer_to(call: &Call, pack: String, rule: String, verdict: HumanVerdict) -> Result<Answer, Problem> {
    let answer = Answer::new(RuleKey::new(pack, rule), verdict, &call.evaluation, &call.pipeline.packs);
    if answer.machine.is_some() { Ok(answer) } else { Err(Problem::NO_SUCH_RULE) }
}

fn comment_of(written: &str) -> Result<Comment, Problem> {
    Comment::new(written)
        .map_err(|_| Problem { status: StatusCode::UNPROCESSABLE_ENTITY, key: "comment-too-long" })
}

/// Whose verdicts are to be shown.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevealRequest {
    call: String,
}

/// Ends a blind review: from now on the machine's verdicts are shown, and answers are open ones.
pub(crate) async fn reveal(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    body: Body<RevealRequest>,
) -> Result<Json<ReviewState>, Problem> {
    let Json(RevealRequest { call }) = body?;
    let reveal = move |application: &Application| {
        readable_call(application, &who.person, &call)?;
        application.blind.reveal(&Sheet::empty(&call, &who.person.name));
        review_state(application, &who.person, &call)
    };
    application.blocking(reveal).await.map(Json)
}

fn now() -> DateTime<FixedOffset> {
    DateTime::<Utc>::from(SystemTime::now()).fixed_offset()
}

/// Corrections of a call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectionsRequest {
    call: String,
    expected_sequence: u32,
    corrections: Vec<CorrectionRequest>,
}

/// A correction of what the page shows, which has the earlier corrections in it.
#[derive(Debug, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case", deny_unknown_fields)]
enum CorrectionRequest {
    Word {
        turn: usize,
        word: usize,
        heard: String,
        meant: String,
    },
    Speaker {
        turn: usize,
        heard: Role,
        meant: Role,
    },
    /// What a correction changed is put back as it was heard.
    Undone {
        sequence: u32,
    },
}

/// Corrects words and speakers of a call.
pub(crate) async fn corrections(
    State(application): State<App>,
    Extension(who): Extension<SignedIn>,
    body: Body<CorrectionsRequest>,
) -> Result<Response, Problem> {
    let Json(request) = body?;
    application.blocking(move |application| correct(application, &who, request)).await
}

fn correct(
    application: &Application,
    who: &SignedIn,
    request: CorrectionsRequest,
) -> Result<Response, Problem> {
    let CorrectionsRequest { call: id, expected_sequence, corrections } = request;
    if corrections.is_empty() || corrections.len() > CHANGES_MAX {
        return Err(Problem::NOT_UNDERSTOOD);
    }
    let stored = readable_call(application, &who.person, &id)?;
    let known = application.reviews.current()?;
    let recorded = known.reviews.corrections_of(&id);
    let shown = corrected(&stored, recorded).call;
    let of_stored = |correction: CorrectionRequest| correction.of_stored(&stored, &shown, recorded);
    let corrections = corrections.into_iter().map(of_stored).collect::<Option<Vec<_>>>();
    let corrections = corrections.ok_or(ReviewError::NoCorrection)?;
    let submission = CorrectionSubmission {
        call: &stored,
        author: &who.person,
        at: now(),
        expected_sequence,
        corrections,
    };
    let outcome = application.reviews.write(|store| store.correct(&submission));
    if outcome.is_ok() {
        application.index.update(&application.store);
    }
    answer(application, who, &id, outcome.map(drop))
}

impl CorrectionRequest {
    /// The same correction of the stored call; none where the page shows something else.
    fn of_stored(self, stored: &Call, shown: &Call, recorded: &[RecordedCorrection]) -> Option<Correction> {
        match self {
            Self::Undone { sequence } => {
                let undone = recorded.iter().find(|recorded| recorded.sequence == sequence)?;
                Some(undone.correction.undone())
            }
            Self::Word { turn, word, heard, meant } => {
                let place = place_of(stored.turns.get(turn)?, shown.turns.get(turn)?, word)?;
                if shown.turns[turn].words[word].text.as_str() != heard {
                    return None;
                }
                let original = &stored.turns[turn].words[place.word];
                let meant = [&place.before, &[meant][..], &place.after].concat().join(" ");
                Some(Correction::Word {
                    turn,
                    word: place.word,
                    start_s: original.start_s,
                    heard: original.text.clone(),
                    meant: Utterance::from(meant.split_whitespace().collect::<Vec<_>>().join(" ")),
                })
            }
            Self::Speaker { turn, heard, meant } => {
                let original = stored.turns.get(turn)?;
                let is_shown = shown.turns.get(turn)?.speaker == heard;
                is_shown.then_some(Correction::Speaker {
                    turn,
                    start_s: original.start_s,
                    heard: original.speaker,
                    meant,
                })
            }
        }
    }
}

/// Where a shown word stands in the stored turn, and what else is shown in place of the stored word.
struct WordPlace {
    word: usize,
    before: Vec<String>,
    after: Vec<String>,
}

/// Several words may be shown in place of a stored one: they lie inside its time.
fn place_of(stored: &Turn, shown: &Turn, word: usize) -> Option<WordPlace> {
    let start_s = shown.words.get(word)?.start_s;
    let place = stored.words.iter().rposition(|stored| stored.start_s <= start_s)?;
    let next_s = stored.words.get(place + 1).map_or(f64::INFINITY, |next| next.start_s);
    let is_beside = |shown: &&Word| shown.start_s >= stored.words[place].start_s && shown.start_s < next_s;
    let texts = |words: &[Word]| -> Vec<String> {
        words.iter().filter(is_beside).map(|word| word.text.as_str().to_owned()).collect()
    };
    Some(WordPlace {
        word: place,
        before: texts(&shown.words[..word]),
        after: texts(&shown.words[word + 1..]),
    })
}
