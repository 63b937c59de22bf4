//! Which calls are meant.

use crate::error::ForgetError;
use crate::stored::StoredCalls;
use chrono::{DateTime, Days, Utc};
use etalon_call::CallFacts;
use etalon_store::{Store, Tombstones};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::str::FromStr;

/// Digits of the id of a recording's bytes, which begin its hash.
const ID_DIGITS: usize = 16;

/// The least digits by which a client is found in the name of a recording.
const CLIENT_DIGITS_MIN: usize = 7;

/// Digits of a telephone number without the country's code: with and without it, it is one client.
const NATIONAL_DIGITS: usize = 10;

/// What somebody wants forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The calls with these ids.
    Calls(BTreeSet<String>),
    /// All calls of a client, by reference or telephone number.
    Client(String),
    /// All calls that began before a moment.
    Before(DateTime<Utc>),
    /// Calls that have tombstones and are stored all the same: they came from elsewhere, or were
    /// forgotten there.
    Buried,
}

/// How old a call may become: `90d`, `12w`, `3y`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    days: u32,
}

/// The error for a text that is no age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("should be a number with d, w or y: 90d, 12w, 3y")]
pub struct AgeError;

impl FromStr for Age {
    type Err = AgeError;

    fn from_str(text: &str) -> Result<Self, AgeError> {
        let unit = text.chars().last().ok_or(AgeError)?;
        let number: u32 = text[..text.len() - unit.len_utf8()].parse().map_err(|_| AgeError)?;
        let unit_days = match unit {
            'd' => 1,
            'w' => 7,
            'y' => 365,
            _ => return Err(AgeError),
        };
        let days =
            number.checked_mul(unit_days).filter(|days| (1..=36_500).contains(days)).ok_or(AgeError)?;
        Ok(Self { days })
    }
}

impl Age {
    /// The moment before which a call is older at another moment.
    pub fn before(self, now: DateTime<Utc>) -> DateTime<Utc> {
        // A hundred years reach no end of the calendar.
        now.checked_sub_days(Days::new(u64::from(self.days))).unwrap_or(DateTime::<Utc>::MIN_UTC)
    }
}

/// Calls that are to be forgotten, with everything by which they are found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forgetting {
    /// The ids of calls, stored or not.
    pub ids: BTreeSet<String>,
    /// The ids of the bytes of their recordings.
    pub recordings: BTreeSet<String>,
    /// The paths of their recordings as they were given.
    pub sources: BTreeSet<String>,
    /// The references of clients of whom nothing is to be left.
    pub clients: BTreeSet<String>,
}

impl Forgetting {
    /// Whether nothing is to be forgotten.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.sources.is_empty() && self.clients.is_empty()
    }

    /// Adds what else is to be forgotten.
    pub fn extend(&mut self, other: Self) {
        self.ids.extend(other.ids);
        self.recordings.extend(other.recordings);
        self.sources.extend(other.sources);
        self.clients.extend(other.clients);
    }

    /// Whether a recording of this path belongs to it.
    pub(crate) fn is_source(&self, source: &str) -> bool {
        self.sources.contains(source) || self.clients.iter().any(|client| names_client(source, client))
    }

    fn add(&mut self, facts: &CallFacts) {
        self.ids.insert(facts.id.clone());
        self.recordings.insert(recording_of(facts));
        self.sources.extend(facts.also_found_as.iter().cloned().chain([facts.source.clone()]));
    }
}

/// What a search for calls found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selected {
    /// What is to be forgotten.
    pub forgetting: Forgetting,
    /// The ids of stored calls that can't be read, so that nobody knows whose they are.
    pub unreadable: Vec<String>,
    /// Calls without a start, whose age nobody knows.
    pub without_start: usize,
}

/// Finds the calls that are meant: stored ones, failed ones, quarantined ones. Calls of which one
/// has the bytes of another are forgotten together, because the same is said in them.
///
/// # Errors
///
/// When the folder can't be read, or a later etalon wrote a call.
pub fn select(store: &Store, wanted: &Wanted) -> Result<Selected, ForgetError> {
    let StoredCalls { facts: facts_of_all, unreadable } = StoredCalls::read(store)?;
    let mut selected = Selected { unreadable, ..Selected::default() };
    let forgetting = &mut selected.forgetting;
    match wanted {
        Wanted::Calls(ids) => {
            let mut known = ids_without_result(store)?;
            // Whoever names a call knows whose it is.
            known.append(&mut selected.unreadable);
            for id in known.iter().filter(|id| ids.contains(*id)) {
                forgetting.ids.insert(id.clone());
                forgetting.recordings.insert(id.clone());
            }
        }
        Wanted::Client(client) => {
            forgetting.clients.insert(client.clone());
        }
        Wanted::Before(_) => {
            selected.without_start = facts_of_all.iter().filter(|facts| facts.started_at.is_none()).count();
        }
        Wanted::Buried => {}
    }
    let tombstones = store.read_tombstones()?;
    for facts in facts_of_all.iter().filter(|facts| is_meant(facts, wanted, &tombstones)) {
        forgetting.add(facts);
    }
    for facts in &facts_of_all {
        if forgetting.recordings.contains(&recording_of(facts)) {
            forgetting.add(facts);
        }
    }
    add_failed(store, forgetting)?;
    if forgetting.ids.is_empty() && forgetting.sources.is_empty() {
        forgetting.clients.clear();
    }
    Ok(selected)
}

/// The ids of recordings that failed or are in quarantine.
fn ids_without_result(store: &Store) -> Result<Vec<String>, ForgetError> {
    let failed = store.read_failures()?.into_iter().filter_map(|failure| failure.id);
    let quarantined = store.all_quarantined()?.into_iter().map(|quarantined| quarantined.id);
    Ok(failed.chain(quarantined).collect())
}

/// Whether a stored call is meant by what is known of it.
fn is_meant(facts: &CallFacts, wanted: &Wanted, tombstones: &Tombstones) -> bool {
    match wanted {
        Wanted::Calls(ids) => ids.contains(&facts.id),
        Wanted::Client(client) => {
            facts.client_ref.as_deref().is_some_and(|reference| is_same_client(reference, client))
        }
        Wanted::Before(moment) => facts.started_at.is_some_and(|started_at| started_at < *moment),
        Wanted::Buried => tombstones.has(&recording_of(facts)),
    }
}

/// Adds recordings without a result that are of the same calls or of the same clients.
fn add_failed(store: &Store, forgetting: &mut Forgetting) -> Result<(), ForgetError> {
    let failures = store.read_failures()?.into_iter().map(|failure| (failure.source, failure.id));
    let quarantined = store.all_quarantined()?.into_iter();
    let quarantined = quarantined.map(|quarantined| (quarantined.source, Some(quarantined.id)));
    let passed_over = store.read_passed_over()?.into_iter().map(|passed_over| (passed_over.source, None));
    for (source, id) in failures.chain(quarantined).chain(passed_over).collect::<Vec<_>>() {
        let is_meant =
            id.as_ref().is_some_and(|id| forgetting.ids.contains(id)) || forgetting.is_source(&source);
        if is_meant {
            forgetting.ids.extend(id.clone());
            forgetting.recordings.extend(id);
            forgetting.sources.insert(source);
        }
    }
    Ok(())
}

/// The id of the bytes of a call's recording.
fn recording_of(facts: &CallFacts) -> String {
    facts.audio_sha256.get(..ID_DIGITS).unwrap_or(&facts.id).to_owned()
}

/// Whether two references are of one client: the same text, or the same telephone number.
fn is_same_client(left: &str, right: &str) -> bool {
    let (left_digits, right_digits) = (digits(left), digits(right));
    let national =
        |digits: &str| digits.get(digits.len().saturating_sub(NATIONAL_DIGITS)..).map(str::to_owned);
    let are_numbers = left_digits.len() >= NATIONAL_DIGITS && right_digits.len() >= NATIONAL_DIGITS;
    left == right || are_numbers && national(&left_digits) == national(&right_digits)
}

/// Whether the name of a recording holds the number of a client.
fn names_client(source: &str, client: &str) -> bool {
    let wanted = digits(client);
    let national = wanted.get(wanted.len().saturating_sub(NATIONAL_DIGITS)..).unwrap_or_default();
    national.len() >= CLIENT_DIGITS_MIN && digits(source).contains(national)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_days_weeks_or_years() {
        for (text, expected) in [
            ("90d", Some(90)),
            ("2w", Some(14)),
            ("1y", Some(365)),
            ("0d", None),
            ("90", None),
            ("d", None),
            ("-1d", None),
            ("101y", None),
            ("9д", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<Age>().ok().map(|age| age.days), expected, "{text}");
        }
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        assert_eq!("90d".parse::<Age>().unwrap().before(now).to_rfc3339(), "2026-08-30T12:00:00+00:00");
    }

    #[test]
    fn one_telephone_number_is_one_client() {
        for (left, right, expected) in [
            ("k-104", "k-104", true),
            ("k-104", "k-10", false),
            ("+79005554433", "89005554433", true),
            ("+79005554433", "8 (900) 555-44-33", true),
            ("+79005554433", "+79005554434", false),
            ("123", "0123", false),
        ] {
            assert_eq!(is_same_client(left, right), expected, "{left} {right}");
        }
        assert!(names_client("in/79005554433_1.wav", "+7 900 555-44-33"));
        assert!(!names_client("in/104.wav", "k-104"), "too short");
    }
}
