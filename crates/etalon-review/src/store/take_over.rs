//! What people said of calls in one result folder, taken over into another.

use super::{ReviewStore, insert};
use crate::error::StoreError;
use crate::event::{Event, Subject};
use rusqlite::TransactionBehavior;
use std::collections::{BTreeMap, BTreeSet};

/// The events of a file beside those of another one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lacking {
    /// The events that the other file does not have, in order.
    pub events: Vec<Event>,
    /// The ids of the calls of which both files have events of their own: neither goes on from
    /// where the other one ends.
    pub contradicting: BTreeSet<String>,
}

impl Lacking {
    /// The events out of `from` that are not among those of `known`. An event is the same if the
    /// same person did it at the same time in the same place of a sheet: what was typed may have
    /// lost personal data in one of the files.
    pub fn of(from: Vec<Event>, known: &[Event]) -> Self {
        let mut by_place: BTreeMap<(&str, &Subject, u32), &Event> = BTreeMap::new();
        for event in known {
            by_place.insert((event.call_id.as_str(), &event.subject, event.sequence), event);
        }
        let mut lacking = Self::default();
        for event in from {
            let known = by_place.get(&(event.call_id.as_str(), &event.subject, event.sequence)).copied();
            match known {
                None => lacking.events.push(event),
                Some(known) if (&known.author, known.at) == (&event.author, event.at) => {}
                Some(_) => _ = lacking.contradicting.insert(event.call_id),
            }
        }
        lacking
    }
}

impl ReviewStore {
    /// Adds events of another file, all or none of them. Each keeps its author, time and place in
    /// its sheet, behind those that are there, and gets a new id.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; nothing is stored then.
    pub fn take_over(&mut self, events: &[Event]) -> Result<(), StoreError> {
        let path = self.path.clone();
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = begun.map_err(StoreError::of(&path))?;
        events.iter().try_for_each(|event| insert(&transaction, &path, event))?;
        transaction.commit().map_err(StoreError::of(&path))
    }
}
