//! What people say of a call, as the script reads it.

use crate::application::Application;
use crate::pages::{may_read, readable_call};
use crate::problem::Problem;
use etalon_review::final_verdict::HumanAnswer;
use etalon_review::reviews::RecordedCorrection;
use etalon_review::sheet::{RecordedAnswer, Step};
use etalon_review::{
    Answer, Correction, HumanVerdict, Person, ReviewMode, RuleKey, Sheet, SheetState, VerdictSource, judged,
};
use etalon_rules::Flip;
use serde::Serialize;
use std::sync::Arc;

/// What people say of a call, as far as a person may read it.
#[derive(Debug, Serialize)]
pub(crate) struct ReviewState {
    call: String,
    sheets: Vec<ReadSheet>,
    corrections: Vec<CorrectionState>,
    /// Verdicts of the machine that the corrections changed.
    flips: Vec<Flip>,
    score: Option<f64>,
    verdicts: Vec<VerdictState>,
}

#[derive(Debug, Serialize)]
struct ReadSheet {
    reviewer: String,
    state: SheetState,
    /// What the next change has to name as seen.
    sequence: u32,
    answers: Vec<AnswerState>,
    decisions: Vec<AnswerState>,
    disputed: Vec<RuleKey>,
    history: Vec<StepState>,
}

#[derive(Debug, Serialize)]
struct AnswerState {
    #[serde(flatten)]
    answer: Answer,
    author: String,
    at: String,
}

#[derive(Debug, Serialize)]
struct StepState {
    state: SheetState,
    author: String,
    role: &'static str,
    at: String,
    comment: String,
}

#[derive(Debug, Serialize)]
struct CorrectionState {
    sequence: u32,
    author: String,
    at: String,
    #[serde(flatten)]
    correction: Correction,
}

#[derive(Debug, Serialize)]
struct VerdictState {
    pack: String,
    rule: String,
    machine: &'static str,
    verdict: &'static str,
    source: VerdictSource,
    humans: Vec<HumanState>,
}

#[derive(Debug, Serialize)]
struct HumanState {
    reviewer: String,
    verdict: HumanVerdict,
    comment: String,
}

/// What people say of a call, as far as a person may read it.
pub(crate) fn review_state(
    application: &Application,
    person: &Arc<Person>,
    id: &str,
) -> Result<ReviewState, Problem> {
    let call = readable_call(application, person, id)?;
    let known = application.reviews.current()?;
    let facts = call.call.clone();
    let judged = judged(call, &known.reviews, &application.packs);
    let sheets = known.reviews.sheets_of(id).filter(|sheet| may_read(person, &facts, sheet));
    let none = Sheet::empty(id, &person.name);
    let own = known.reviews.sheets_of(id).find(|sheet| person.is_named(&sheet.reviewer)).unwrap_or(&none);
    if application.blind.mode_of(own) == ReviewMode::Blind {
        return Ok(ReviewState {
            call: id.to_owned(),
            sheets: sheets.map(|sheet| ReadSheet::from(sheet).without_machine()).collect(),
            corrections: known.reviews.corrections_of(id).iter().map(CorrectionState::from).collect(),
            flips: Vec::new(),
            score: None,
            verdicts: Vec::new(),
        });
    }
    application.blind.reveal(own);
    let verdicts = judged.result.rules.iter().map(|rule| VerdictState {
        pack: rule.machine.pack.clone(),
        rule: rule.machine.id.clone(),
        machine: rule.machine.verdict.name(),
        verdict: rule.verdict.name(),
        source: rule.source,
        humans: rule.humans.iter().map(HumanState::from).collect(),
    });
    Ok(ReviewState {
        call: id.to_owned(),
        sheets: sheets.map(ReadSheet::from).collect(),
        corrections: known.reviews.corrections_of(id).iter().map(CorrectionState::from).collect(),
        flips: judged.flips,
        score: judged.result.evaluation.score,
        verdicts: verdicts.collect(),
    })
}

impl ReadSheet {
    /// The sheet as whoever reviews the call blind may read it.
    fn without_machine(mut self) -> Self {
        for state in self.answers.iter_mut().chain(&mut self.decisions) {
            state.answer.machine = None;
        }
        self
    }
}

impl From<&Sheet> for ReadSheet {
    fn from(sheet: &Sheet) -> Self {
        Self {
            reviewer: sheet.reviewer.clone(),
            state: sheet.state,
            sequence: sheet.sequence,
            answers: sheet.answers.values().map(AnswerState::from).collect(),
            decisions: sheet.decisions.values().map(AnswerState::from).collect(),
            disputed: sheet.disputed.clone(),
            history: sheet.history.iter().map(StepState::from).collect(),
        }
    }
}

impl From<&RecordedAnswer> for AnswerState {
    fn from(recorded: &RecordedAnswer) -> Self {
        Self {
            answer: recorded.answer.clone(),
            author: recorded.author.clone(),
            at: recorded.at.to_rfc3339(),
        }
    }
}

impl From<&Step> for StepState {
    fn from(step: &Step) -> Self {
        Self {
            state: step.state,
            author: step.author.clone(),
            role: step.role.name(),
            at: step.at.to_rfc3339(),
            comment: step.comment.as_str().to_owned(),
        }
    }
}

impl From<&RecordedCorrection> for CorrectionState {
    fn from(recorded: &RecordedCorrection) -> Self {
        Self {
            sequence: recorded.sequence,
            author: recorded.author.clone(),
            at: recorded.at.to_rfc3339(),
            correction: recorded.correction.clone(),
        }
    }
}

impl From<&HumanAnswer> for HumanState {
    fn from(human: &HumanAnswer) -> Self {
        let answer = &human.recorded.answer;
        Self {
            reviewer: human.reviewer.clone(),
            verdict: answer.verdict,
            comment: answer.comment.as_str().to_owned(),
        }
    }
}
