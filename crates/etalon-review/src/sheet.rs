//! The sheet of one reviewer on one call, and how it goes on.

use crate::answer::{Answer, HumanVerdict, RuleKey};
use crate::comment::Comment;
use crate::error::ReviewError;
use crate::event::{Change, Event};
use crate::people::PersonRole;
use crate::permission::Action;
use chrono::{DateTime, FixedOffset};
use std::collections::BTreeMap;

pub use crate::sheet_state::SheetState;

/// What a reviewer says of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The call's id.
    pub call_id: String,
    /// Whose sheet it is.
    pub reviewer: String,
    /// How far it is.
    pub state: SheetState,
    /// The place of its last event, from 1; 0 before the first one. Whoever changes the sheet names
    /// the sequence that was seen.
    pub sequence: u32,
    /// The reviewer's answers.
    pub answers: BTreeMap<RuleKey, RecordedAnswer>,
    /// The lead's answers in place of the reviewer's.
    pub decisions: BTreeMap<RuleKey, RecordedAnswer>,
    /// The answers that are contested; none for the whole sheet.
    pub disputed: Vec<RuleKey>,
    /// The steps from state to state, in order.
    pub history: Vec<Step>,
}

/// An answer with its author and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedAnswer {
    /// The answer.
    pub answer: Answer,
    /// Who gave it.
    pub author: String,
    /// When.
    pub at: DateTime<FixedOffset>,
}

/// A step of a sheet into a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The state that was reached.
    pub state: SheetState,
    /// Who took it there.
    pub author: String,
    /// The author's role then.
    pub role: PersonRole,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// What was said.
    pub comment: Comment,
}

impl Sheet {
    /// A sheet without anything on it.
    pub fn empty(call_id: impl Into<String>, reviewer: impl Into<String>) -> Self {
        Self {
            call_id: call_id.into(),
            reviewer: reviewer.into(),
            state: SheetState::Draft,
            sequence: 0,
            answers: BTreeMap::new(),
            decisions: BTreeMap::new(),
            disputed: Vec::new(),
            history: Vec::new(),
        }
    }

    /// The answer to a rule that stands: the lead's, or else the reviewer's.
    pub fn answer(&self, rule: &RuleKey) -> Option<&RecordedAnswer> {
        self.decisions.get(rule).or_else(|| self.answers.get(rule))
    }

    /// When the sheet was last taken into a state that counts.
    pub fn last_step_at(&self) -> Option<DateTime<FixedOffset>> {
        self.history.last().map(|step| step.at)
    }

    /// Whether a change can follow.
    ///
    /// # Errors
    ///
    /// [`ReviewError::NotInThisState`], [`ReviewError::NothingAnswered`],
    /// [`ReviewError::ReasonMissing`], [`ReviewError::NoSuchAnswer`] or [`ReviewError::Answer`].
    pub fn check(&self, change: &Change) -> Result<(), ReviewError> {
        let action = self.check_state(change)?;
        match change {
            Change::Answered(answer) => Ok(answer.check()?),
            Change::Withdrawn(rule) if !self.answers.contains_key(rule) => Err(ReviewError::NoSuchAnswer),
            Change::Shared { .. } if self.answers.is_empty() => Err(ReviewError::NothingAnswered),
            Change::Disputed { comment, .. } | Change::Resolved { comment, .. } if comment.is_empty() => {
                Err(ReviewError::ReasonMissing { action })
            }
            Change::Disputed { rules, .. } if rules.iter().any(|rule| !self.answers.contains_key(rule)) => {
                Err(ReviewError::NoSuchAnswer)
            }
            Change::Resolved { decisions, .. } => self.check_decisions(decisions),
            _ => Ok(()),
        }
    }

    /// Whether a change can follow in this state, whatever it says; and what is done by it.
    pub(crate) fn check_state(&self, change: &Change) -> Result<Action, ReviewError> {
        let Transition { action, from, .. } = transition(change).ok_or(ReviewError::NoPartOfASheet)?;
        if from.contains(&self.state) {
            Ok(action)
        } else {
            Err(ReviewError::NotInThisState { action, state: self.state })
        }
    }

    /// The comment of a decision explains all its answers.
    fn check_decisions(&self, decisions: &[Answer]) -> Result<(), ReviewError> {
        let is_known = |decision: &Answer| self.answers.contains_key(&decision.rule);
        if !decisions.iter().all(is_known) {
            return Err(ReviewError::NoSuchAnswer);
        }
        if decisions.iter().any(|decision| decision.prefilled) {
            return Err(ReviewError::Answer(crate::answer::AnswerError::NotPrefilled));
        }
        Ok(())
    }

    /// Adds an event that was stored.
    pub fn apply(&mut self, event: &Event) {
        self.sequence = event.sequence;
        let recorded = |answer: &Answer| RecordedAnswer {
            answer: answer.clone(),
            author: event.author.clone(),
            at: event.at,
        };
        match &event.change {
            Change::Answered(answer) => {
                self.answers.insert(answer.rule.clone(), recorded(answer));
            }
            Change::Withdrawn(rule) => {
                self.answers.remove(rule);
            }
            Change::Disputed { rules, .. } => self.disputed.clone_from(rules),
            Change::Resolved { decisions, .. } => {
                let decisions = decisions.iter().map(|answer| (answer.rule.clone(), recorded(answer)));
                self.decisions.extend(decisions);
            }
            Change::Shared { .. }
            | Change::Acknowledged { .. }
            | Change::Closed { .. }
            | Change::Corrected(_) => {}
        }
        if let Some(state) = transition(&event.change).and_then(|transition| transition.to) {
            self.state = state;
            self.history.push(Step {
                state,
                author: event.author.clone(),
                role: event.role,
                at: event.at,
                comment: event.change.comment().cloned().unwrap_or_default(),
            });
        }
    }
}

/// Where a change may happen, and where it leads.
pub(crate) struct Transition {
    pub(crate) action: Action,
    from: &'static [SheetState],
    /// None where the state stays.
    to: Option<SheetState>,
}

/// The transition of a change; none for what is no part of a sheet.
pub(crate) fn transition(change: &Change) -> Option<Transition> {
    use SheetState::{Acknowledged, Closed, Disputed, Draft, Resolved, Shared};
    let (action, from, to): (Action, &[SheetState], Option<SheetState>) = match change {
        Change::Answered(_) | Change::Withdrawn(_) => (Action::Answer, &[Draft], None),
        Change::Shared { .. } => (Action::Share, &[Draft], Some(Shared)),
        Change::Acknowledged { .. } => (Action::Acknowledge, &[Shared], Some(Acknowledged)),
        Change::Disputed { .. } => (Action::Dispute, &[Shared, Acknowledged], Some(Disputed)),
        Change::Resolved { .. } => (Action::Resolve, &[Disputed], Some(Resolved)),
        Change::Closed { .. } => (Action::Close, &[Shared, Acknowledged, Resolved], Some(Closed)),
        Change::Corrected(_) => return None,
    };
    Some(Transition { action, from, to })
}

/// The answer that a key of the keyboard gives: 1 pass, 2 fail, 3 n/a, 4 cannot tell.
pub fn verdict_of_key(key: char) -> Option<HumanVerdict> {
    let place = key.to_digit(10)?.checked_sub(1)?;
    HumanVerdict::ALL.get(place as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_answer_in_the_order_of_the_verdicts() {
        use HumanVerdict::{CannotTell, Fail, Na, Pass};
        let expected = [('1', Pass), ('2', Fail), ('3', Na), ('4', CannotTell)];
        for (key, verdict) in expected {
            assert_eq!(verdict_of_key(key), Some(verdict));
        }
        assert_eq!(['0', '5', 'x'].map(verdict_of_key), [None; 3]);
    }
}
