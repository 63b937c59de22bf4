//! What only the other calls of a client can show.

use crate::client_time::client_time;
use crate::condition::{AcrossCalls, ContactLimits};
use crate::finding::Finding;
use crate::listener::Listener;
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
    /// Notes a call to a client. Two calls to one client that began at the same moment are one call recorded twice.
    pub fn record(&mut self, client_ref: &str, started_at: DateTime<FixedOffset>) {
        self.contacts.entry(client_ref.to_owned()).or_default().insert(started_at);
        self.latest = self.latest.max(Some(started_at));
    }

    /// Notes a call by its facts, unless the client called or an employee talked to another: those are no contacts
    /// that a law counts. A call without a client or a start can't be noted.
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

    /// What became of a call back that was agreed in the call that began at `started_at`; the days are those of the
    /// offset of `agreed`.
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
        // Whoever was promised a call and has none, while others were called on later days, was forgotten.
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

impl Listener<'_> {
    /// What the other calls of the same client say.
    pub(crate) fn across_calls(&self, asked: AcrossCalls) -> Finding {
        let call = self.view.call;
        let Some(client_ref) = &call.client_ref else {
            return Finding::unmeasurable("неизвестно, какому клиенту звонили: нет столбца client_ref");
        };
        let Some(started_at) = call.started_at else {
            return Finding::unmeasurable("время начала звонка неизвестно");
        };
        let Some(history) = self.history else {
            return Finding::unmeasurable("это показывают только остальные звонки тому же клиенту");
        };
        // Days are those of the client's clock; the agent's is the best guess where that one is unknown.
        let started_at = client_time(call).unwrap_or(started_at);
        match asked {
            AcrossCalls::CallbackKept => self.callback_kept(started_at, client_ref, history),
            AcrossCalls::ContactFrequency(limits) => {
                let mut contacts: BTreeSet<DateTime<FixedOffset>> = history.contacts(client_ref).collect();
                contacts.insert(started_at);
                contact_frequency(started_at, &contacts, limits)
            }
        }
    }

    fn callback_kept(
        &self,
        started_at: DateTime<FixedOffset>,
        client_ref: &str,
        history: &History,
    ) -> Finding {
        let agreed =
            crate::agreements::agreements(self.agreements, self).callback.and_then(|callback| callback.at);
        let Some(agreed) = agreed else {
            return Finding::unmeasurable("о каком времени договорились, не расслышано");
        };
        let agreed_text = agreed.format("%d.%m.%Y %H:%M");
        match history.callback(client_ref, started_at, agreed) {
            CallbackOutcome::Kept { .. } => Finding::of(true),
            CallbackOutcome::Late { called_at } => {
                let called_at = called_at.with_timezone(agreed.offset()).format("%d.%m.%Y %H:%M");
                broken(format!("Договорились на {agreed_text}, а следующий звонок был {called_at}."))
            }
            CallbackOutcome::Forgotten { known_until } => {
                let known_until = known_until.with_timezone(agreed.offset()).format("%d.%m.%Y");
                broken(format!(
                    "Договорились на {agreed_text}, а в записях до {known_until} этого звонка нет."
                ))
            }
            CallbackOutcome::Open => Finding::unmeasurable("следующего звонка этому клиенту ещё нет"),
        }
    }
}

fn broken(reason: String) -> Finding {
    let mut finding = Finding::of(false);
    finding.reasons.push(reason);
    finding
}

/// Counts the calls to one client up to `started_at`, which is on the clock whose days count: that calendar day, the
/// last 7 times 24 hours, and the last 30 times 24 hours.
fn contact_frequency(
    started_at: DateTime<FixedOffset>,
    contacts: &BTreeSet<DateTime<FixedOffset>>,
    limits: ContactLimits,
) -> Finding {
    let until_now = || contacts.range(..=started_at).rev();
    let within = |days: i64| {
        let is_near = |contact: &&DateTime<FixedOffset>| {
            started_at.signed_duration_since(**contact) < TimeDelta::days(days)
        };
        until_now().take_while(is_near).count()
    };
    let today: Vec<String> = until_now()
        .map(|contact| contact.with_timezone(started_at.offset()))
        .take_while(|contact| contact.date_naive() == started_at.date_naive())
        .map(|contact| contact.format("%H:%M").to_string())
        .collect();
    let mut finding = Finding::of(true).with_value(today.len() as f64);
    if today.len() > limits.day {
        let times: Vec<&str> = today.iter().rev().map(String::as_str).collect();
        let (count, limit) = (today.len(), limits.day);
        finding
            .reasons
            .push(format!("Звонков за сутки: {count} ({}), разрешено не больше {limit}.", times.join(", ")));
    }
    for (days, limit) in [(7, limits.week), (30, limits.month)] {
        let count = within(days);
        if let Some(limit) = limit.filter(|limit| count > *limit) {
            finding.reasons.push(format!("Звонков за {days} дней: {count}, разрешено не больше {limit}."));
        }
    }
    Finding { truth: Finding::of(finding.reasons.is_empty()).truth, ..finding }
}
