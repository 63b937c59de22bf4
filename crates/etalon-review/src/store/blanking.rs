//! What people wrote of calls that stay, where it names one that is forgotten.

use super::{ReviewStore, reviewer_of, schema};
use crate::error::StoreError;
use crate::event::Change;
use serde::Serialize;

/// An event out of whose text a piece was taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct BlankedEvent {
    /// The id of the call that it is about.
    pub call: String,
    /// In whose sheet it is; none of a correction.
    pub reviewer: Option<String>,
}

impl ReviewStore {
    /// Takes pieces out of all comments and corrected words, and says which events are others now.
    /// `blanked` gives a text without them, and nothing where none is in it. Verdicts, authors and
    /// times stay. What was taken out is not in the file any more, free pages included.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; nothing is changed then.
    pub fn blank(
        &mut self,
        blanked: impl Fn(&str) -> Option<String>,
    ) -> Result<Vec<BlankedEvent>, StoreError> {
        let (mut changed, mut events): (Vec<(i64, Change)>, Vec<BlankedEvent>) = Default::default();
        self.each_event_after(0, |event| {
            let change = event.change.blanked(&blanked);
            if change != event.change {
                let reviewer = reviewer_of(&event.subject).map(str::to_owned);
                events.push(BlankedEvent { call: event.call_id.clone(), reviewer });
                changed.push((event.id, change));
            }
        })?;
        if !changed.is_empty() {
            let rewritten = self.erase(|transaction| schema::rewrite_events(transaction, &changed));
            rewritten.map_err(StoreError::of(&self.path))?;
        }
        Ok(events)
    }
}
