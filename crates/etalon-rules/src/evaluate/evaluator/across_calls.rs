//! Conditions over the other calls of the same client.

use super::Evaluator;
use crate::evaluate::agreements::agreements;
use crate::evaluate::client_time::client_time;
use crate::evaluate::finding::Finding;
use crate::evaluate::history::{CallbackOutcome, History};
use crate::evaluate::wording;
use crate::language::condition::{AcrossCalls, ContactLimits};
use chrono::{DateTime, FixedOffset, TimeDelta};
use std::collections::BTreeSet;

impl Evaluator<'_> {
    /// What the other calls of the same client say.
    pub(crate) fn across_calls(&self, asked: AcrossCalls) -> Finding {
        let call = self.view.call;
        let Some(client_ref) = &call.client_ref else {
            return Finding::unmeasurable(wording::CLIENT_UNKNOWN);
        };
        let Some(started_at) = call.started_at else {
            return Finding::unmeasurable(wording::START_UNKNOWN);
        };
        let Some(history) = self.history else {
            return Finding::unmeasurable(wording::OTHER_CALLS_UNKNOWN);
        };
        // Days are those of the client's clock; the agent's is the best guess where that one is
        // unknown.
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
        let agreed = agreements(self.agreements, self).callback.and_then(|callback| callback.at);
        let Some(agreed) = agreed else {
            return Finding::unmeasurable(wording::CALLBACK_TIME_UNKNOWN);
        };
        let agreed_text = agreed.format("%d.%m.%Y %H:%M");
        match history.callback(client_ref, started_at, agreed) {
            CallbackOutcome::Kept { .. } => Finding::of(true),
            CallbackOutcome::Late { called_at } => {
                let called_at = called_at.with_timezone(agreed.offset()).format("%d.%m.%Y %H:%M");
                broken(wording::called_back_late(agreed_text, called_at))
            }
            CallbackOutcome::Forgotten { known_until } => {
                let known_until = known_until.with_timezone(agreed.offset()).format("%d.%m.%Y");
                broken(wording::not_called_back(agreed_text, known_until))
            }
            CallbackOutcome::Open => Finding::unmeasurable(wording::CALLBACK_OPEN),
        }
    }
}

fn broken(reason: String) -> Finding {
    let mut finding = Finding::of(false);
    finding.reasons.push(reason);
    finding
}

/// Counts the calls to one client up to `started_at`, which is on the clock whose days count: that
/// calendar day, the last 7 times 24 hours, and the last 30 times 24 hours.
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
        finding.reasons.push(wording::too_many_calls_in_a_day(&times, limits.day));
    }
    for (days, limit) in [(7, limits.week), (30, limits.month)] {
        let count = within(days);
        if let Some(limit) = limit.filter(|limit| count > *limit) {
            finding.reasons.push(wording::too_many_calls(days, count, limit));
        }
    }
    Finding { truth: Finding::of(finding.reasons.is_empty()).truth, ..finding }
}
