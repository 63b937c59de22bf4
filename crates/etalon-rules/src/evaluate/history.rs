//! When each client was called, as the other calls of a run show it.

use chrono::{DateTime, Days, FixedOffset, TimeDelta};
use etalon_call::{CallFacts, Direction};
use std::collections::{BTreeMap, BTreeSet};

/// When each client was called, as far as it is known.
///
/// The same contacts give the same history, in whatever order they are recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    contacts: BTreeMap<String, BTreeSet<DateTime<FixedOffset>>>,
    /// The latest contact with anybody: how far the history reaches.
    latest: Option<DateTime<FixedOffset>>,
}

impl History {
    /// Notes a call to a client. Two calls to one client that began at the same moment are one call
    /// recorded twice.
    pub fn record(&mut self, client_ref: &str, started_at: DateTime<FixedOffset>) {
        self.contacts.entry(client_ref.to_owned()).or_default().insert(started_at);
        self.latest = self.latest.max(Some(started_at));
    }

    /// Notes a call by its facts, unless the client called or an employee talked to another: those
    /// are no contacts that a law counts. A call without a client or a start can't be noted.
    pub fn record_call(&mut self, call: &CallFacts) {
        let is_contact = !matches!(call.direction, Some(Direction::Inbound | Direction::Internal));
        if let (true, Some(client_ref), Some(started_at)) = (is_contact, &call.client_ref, call.started_at) {
            self.record(client_ref, started_at);
        }
    }

    /// The history that one call makes by itself.
    pub fn of_one(call: &CallFacts) -> Self {
        let mut history = Self::default();
        history.record_call(call);
        history
    }

    /// What became of a call back that was agreed in the call that began at `started_at`; the days
    /// are those of the offset of `agreed`.
    pub fn callback(
        &self,
        client_ref: &str,
        started_at: DateTime<FixedOffset>,
        agreed: DateTime<FixedOffset>,
    ) -> CallbackOutcome {
        let later = || self.contacts(client_ref).filter(|contact| *contact > started_at);
        let lateness = |contact: &DateTime<FixedOffset>| contact.signed_duration_since(agreed);
        if let Some(called_at) = later().find(|contact| lateness(contact).abs() <= CALLBACK_TOLERANCE) {
            return CallbackOutcome::Kept { called_at };
        }
        if let Some(called_at) = later().find(|contact| lateness(contact) > CALLBACK_TOLERANCE) {
            return CallbackOutcome::Late { called_at };
        }
        // Whoever was promised a call and has none, while others were called on later days, was
        // forgotten.
        let next_day = agreed.date_naive().checked_add_days(Days::new(1));
        let is_later = |latest: &DateTime<FixedOffset>| {
            next_day.is_some_and(|day| latest.with_timezone(agreed.offset()).date_naive() >= day)
        };
        match self.latest.filter(is_later) {
            Some(known_until) => CallbackOutcome::Forgotten { known_until },
            None => CallbackOutcome::Open,
        }
    }

    /// The calls to a client in order of time.
    pub fn contacts(&self, client_ref: &str) -> impl Iterator<Item = DateTime<FixedOffset>> + '_ {
        self.contacts.get(client_ref).into_iter().flatten().copied()
    }
}

/// What became of a call back that was agreed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallbackOutcome {
    /// The client was called in time.
    Kept {
        /// When.
        called_at: DateTime<FixedOffset>,
    },
    /// The client was called after the agreed time only.
    Late {
        /// When first.
        called_at: DateTime<FixedOffset>,
    },
    /// The client was not called, while others were called on a later day than the agreed one.
    Forgotten {
        /// The latest call that is known.
        known_until: DateTime<FixedOffset>,
    },
    /// There is no later call yet.
    Open,
}

/// A call back is kept when it begins no more than this from the agreed time.
const CALLBACK_TOLERANCE: TimeDelta = TimeDelta::minutes(15);
