//! What all events come to.

use crate::event::{Change, Event, Subject};
use crate::people::{Person, PersonRole};
use crate::sheet::{Sheet, SheetState};
use std::collections::BTreeMap;

pub use crate::correction::RecordedCorrection;

/// All sheets and corrections, by call.
///
/// Events of different subjects may come in any order; those of one come in their sequence, as the
/// store gives them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reviews {
    calls: BTreeMap<String, ReviewedCall>,
    /// The id of the last event that was added.
    pub(crate) last_id: i64,
}

/// What people say of one call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReviewedCall {
    /// By reviewer.
    sheets: BTreeMap<String, Sheet>,
    corrections: Vec<RecordedCorrection>,
}

impl Reviews {
    /// What events come to.
    pub fn of<'e>(events: impl IntoIterator<Item = &'e Event>) -> Self {
        let mut reviews = Self::default();
        events.into_iter().for_each(|event| reviews.apply(event));
        reviews
    }

    /// Adds an event.
    pub fn apply(&mut self, event: &Event) {
        self.last_id = self.last_id.max(event.id);
        let call = self.calls.entry(event.call_id.clone()).or_default();
        match (&event.subject, &event.change) {
            (Subject::Sheet { reviewer }, _) => {
                let empty = || Sheet::empty(&event.call_id, reviewer);
                call.sheets.entry(reviewer.clone()).or_insert_with(empty).apply(event);
            }
            (Subject::Corrections, Change::Corrected(correction)) => {
                call.corrections.push(RecordedCorrection {
                    sequence: event.sequence,
                    author: event.author.clone(),
                    at: event.at,
                    correction: correction.clone(),
                });
            }
            (Subject::Corrections, _) => {}
        }
    }

    /// The sheets of a call, in order of the reviewer's name.
    pub fn sheets_of(&self, call_id: &str) -> impl Iterator<Item = &Sheet> {
        self.calls.get(call_id).into_iter().flat_map(|call| call.sheets.values())
    }

    /// The sheet of a reviewer on a call.
    pub fn sheet(&self, call_id: &str, reviewer: &str) -> Option<&Sheet> {
        self.calls.get(call_id)?.sheets.get(reviewer)
    }

    /// All sheets, in order of call and reviewer.
    pub fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.calls.values().flat_map(|call| call.sheets.values())
    }

    /// The corrections of a call, in order.
    pub fn corrections_of(&self, call_id: &str) -> &[RecordedCorrection] {
        self.calls.get(call_id).map_or(&[], |call| &call.corrections)
    }

    /// Whether people said anything of a call: sheets, drafts included, or corrections.
    pub fn has_any(&self, call_id: &str) -> bool {
        self.calls.contains_key(call_id)
    }

    /// The ids of the calls that have corrections.
    pub fn corrected_calls(&self) -> impl Iterator<Item = &str> {
        self.calls.iter().filter(|(_, call)| !call.corrections.is_empty()).map(|(id, _)| id.as_str())
    }

    /// Whether somebody has judged a call: a sheet that counts.
    pub fn is_reviewed(&self, call_id: &str) -> bool {
        self.sheets_of(call_id).any(|sheet| sheet.state.counts())
    }

    /// How far the sheet of a call is on which somebody did something last; none without a sheet.
    pub fn latest_state(&self, call_id: &str) -> Option<SheetState> {
        let latest = self.sheets_of(call_id).max_by_key(|sheet| (sheet.last_step_at(), sheet.state));
        latest.map(|sheet| sheet.state)
    }

    /// The sheets that wait for a person, in order of call: drafts of one's own, disputes for a lead
    /// who is not their author, and shared ones for the agent of the call. `is_own_call` says
    /// whether a call is the agent's.
    pub fn waiting_for<'r>(
        &'r self,
        person: &'r Person,
        is_own_call: impl Fn(&str) -> bool + 'r,
    ) -> impl Iterator<Item = &'r Sheet> {
        self.sheets().filter(move |sheet| {
            let is_author = person.is_named(&sheet.reviewer);
            match (sheet.state, person.role) {
                (SheetState::Draft, _) => is_author,
                (SheetState::Disputed, PersonRole::Lead) => !is_author,
                (SheetState::Shared, PersonRole::Agent) => is_own_call(&sheet.call_id),
                _ => false,
            }
        })
    }
}
