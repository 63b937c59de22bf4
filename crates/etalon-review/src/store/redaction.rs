//! What people typed of calls before their personal data was taken out.

use super::{ReviewStore, schema};
use crate::correction::Correction;
use crate::error::StoreError;
use crate::event::{Change, Event};
use crate::redacted_correction::redacted_correction;
use etalon_call::{Call, Utterance};
use std::collections::BTreeMap;
use std::path::Path;

/// What stands for the words of a correction that has no place in the call any more.
const WORDS_GONE: &str = "[…]";

impl ReviewStore {
    /// Takes personal data out of the file at `path`: out of what people typed of calls that were
    /// redacted after they had been reviewed. Says how many events are others now. `redacted_call`
    /// gives such a call, and nothing for any other.
    ///
    /// A correction whose word the call does not have any more loses its words: nobody can tell
    /// whether they were the ones that were taken out. Authors, times and verdicts stay. What was
    /// typed is not in the file any more, free pages included; a program that has read it keeps it
    /// until it is started again.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; nothing is changed then.
    pub fn redact(path: &Path, redacted_call: impl Fn(&str) -> Option<Call>) -> Result<usize, StoreError> {
        let Some(file) = Self::open_read_only(path)? else { return Ok(0) };
        let changed = file.unredacted_events(redacted_call)?;
        drop(file);
        if !changed.is_empty() {
            let rewritten =
                Self::open(path)?.erase(|transaction| schema::rewrite_events(transaction, &changed));
            rewritten.map_err(StoreError::of(path))?;
        }
        Ok(changed.len())
    }

    /// The events that hold personal data of redacted calls, by id, as they are without it.
    fn unredacted_events(
        &self,
        redacted_call: impl Fn(&str) -> Option<Call>,
    ) -> Result<Vec<(i64, Change)>, StoreError> {
        let mut by_call: BTreeMap<String, Vec<Event>> = BTreeMap::new();
        self.each_event_after(0, |event| {
            by_call.entry(event.call_id.clone()).or_default().push(event);
        })?;
        let changed = by_call.iter().filter_map(|(id, events)| {
            let call = redacted_call(id)?;
            Some(changed_events(&call, events))
        });
        Ok(changed.flatten().collect())
    }
}

/// The events of a redacted call that become others, by id.
fn changed_events(call: &Call, events: &[Event]) -> Vec<(i64, Change)> {
    let mut corrections: Vec<Correction> = Vec::new();
    let mut changed = Vec::new();
    for event in events {
        let change = match &event.change {
            Change::Corrected(correction) => {
                let redacted = redacted_correction(call, &corrections, correction)
                    .unwrap_or_else(|| without_words(correction));
                corrections.push(redacted.clone());
                Change::Corrected(redacted)
            }
            typed => typed.redacted(),
        };
        if change != event.change {
            changed.push((event.id, change));
        }
    }
    changed
}

fn without_words(correction: &Correction) -> Correction {
    match correction.clone() {
        Correction::Word { turn, word, start_s, .. } => {
            let gone = Utterance::from(WORDS_GONE);
            Correction::Word { turn, word, start_s, heard: gone.clone(), meant: gone }
        }
        speaker @ Correction::Speaker { .. } => speaker,
    }
}
