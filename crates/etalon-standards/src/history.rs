//! What only the other calls of a client can show.

use crate::condition::AcrossCalls;
use crate::finding::Finding;
use crate::listener::Listener;
use chrono::{DateTime, FixedOffset, TimeDelta};
use std::collections::BTreeMap;

/// When each client was called, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    contacts: BTreeMap<String, Vec<DateTime<FixedOffset>>>,
}

impl History {
    /// Notes a call to a client; the order of notes does not matter.
    pub fn record(&mut self, client_ref: &str, started_at: DateTime<FixedOffset>) {
        let contacts = self.contacts.entry(client_ref.to_owned()).or_default();
        let position = contacts.partition_point(|known| *known <= started_at);
        contacts.insert(position, started_at);
    }

    /// The calls to a client in order of time.
    pub fn contacts(&self, client_ref: &str) -> &[DateTime<FixedOffset>] {
        self.contacts.get(client_ref).map(Vec::as_slice).unwrap_or_default()
    }
}

/// A call back is kept when it begins no more than this from the agreed time.
const CALLBACK_TOLERANCE: TimeDelta = TimeDelta::minutes(15);

impl Listener<'_> {
    /// What the other calls of the same client say.
    pub(crate) fn across_calls(&self, asked: AcrossCalls) -> Finding {
        let call = self.view.call;
        let (Some(history), Some(client_ref)) = (self.history, &call.client_ref) else {
            return Finding::unmeasurable("это показывают только остальные звонки тому же клиенту");
        };
        let Some(started_at) = call.started_at else {
            return Finding::unmeasurable("время начала звонка неизвестно");
        };
        let contacts = history.contacts(client_ref);
        match asked {
            AcrossCalls::CallbackKept => self.callback_kept(started_at, contacts),
            AcrossCalls::ContactFrequency(limits) => {
                let until_now = |days: i64| {
                    let is_near = |contact: &&DateTime<FixedOffset>| {
                        **contact <= started_at
                            && started_at.signed_duration_since(**contact) < TimeDelta::days(days)
                    };
                    contacts.iter().filter(is_near).count()
                };
                let is_same_day = |contact: &&DateTime<FixedOffset>| {
                    **contact <= started_at && contact.date_naive() == started_at.date_naive()
                };
                let today = contacts.iter().filter(is_same_day).count();
                let is_kept = today <= limits.day
                    && limits.week.is_none_or(|most| until_now(7) <= most)
                    && limits.month.is_none_or(|most| until_now(30) <= most);
                Finding::of(is_kept).with_value(today as f64)
            }
        }
    }

    fn callback_kept(
        &self,
        started_at: DateTime<FixedOffset>,
        contacts: &[DateTime<FixedOffset>],
    ) -> Finding {
        let agreed =
            crate::agreements::agreements(self.agreements, self).callback.and_then(|callback| callback.at);
        let Some(agreed) = agreed else {
            return Finding::unmeasurable("о каком времени договорились, не расслышано");
        };
        let later: Vec<TimeDelta> = contacts
            .iter()
            .filter(|contact| **contact > started_at)
            .map(|contact| contact.signed_duration_since(agreed))
            .collect();
        let is_kept = later.iter().any(|lateness| lateness.abs() <= CALLBACK_TOLERANCE);
        if is_kept || later.iter().any(|lateness| *lateness > CALLBACK_TOLERANCE) {
            return Finding::of(is_kept);
        }
        Finding::unmeasurable("следующего звонка этому клиенту ещё нет")
    }
}
