//! Which calls are meant.

use crate::client::{Client, Naming};
use crate::error::ForgetError;
use crate::stored::{StoredCalls, WithoutResult};
use chrono::{DateTime, Utc};
use etalon_call::CallFacts;
use etalon_store::{Store, Tombstones};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Digits of the id of a recording's bytes, which begin its hash.
pub(crate) const ID_DIGITS: usize = 16;

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
    /// Files with one side of a call: the id of the bytes and the name of each.
    #[serde(default)]
    pub files: BTreeSet<(String, String)>,
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
        self.files.extend(other.files);
    }

    /// Whether a recording without a result belongs to it. One whose bytes are known is known by
    /// them alone: another one may have the same path below another input, or have come since.
    pub(crate) fn is_recording(&self, source: &str, id: Option<&str>) -> bool {
        id.map_or_else(|| self.sources.contains(source), |id| self.ids.contains(id))
    }

    fn add(&mut self, facts: &CallFacts) {
        self.ids.insert(facts.id.clone());
        self.recordings.insert(bytes_id(facts));
        self.sources.extend(facts.also_found_as.iter().cloned().chain([facts.source.clone()]));
    }

    fn add_without_result(&mut self, recording: &WithoutResult) {
        self.ids.extend(recording.id.clone());
        self.recordings.extend(recording.id.clone());
        self.sources.insert(recording.source.clone());
    }
}

/// What a search for calls found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selected {
    /// What is to be forgotten.
    pub forgetting: Forgetting,
    /// By which reference or path each call of a client was known.
    pub known: Vec<KnownBy>,
    /// Calls that may be the client's and stay: a name or a tag holds the number or the reference, and
    /// does not say whose call it is.
    pub doubtful: Vec<KnownBy>,
    /// The ids of stored calls that can't be read, so that nobody knows whose they are.
    pub unreadable: Vec<String>,
    /// Ids that were asked for and are those of no call, nor of one that was forgotten.
    pub unknown: Vec<String>,
    /// Calls without a start, whose age nobody knows.
    pub without_start: usize,
    /// Recordings without a result, whose age nobody knows: failed ones and those in quarantine.
    pub without_result: usize,
}

/// A call, and what says or may say whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct KnownBy {
    /// The call's id; none of a recording whose bytes were not read.
    pub id: Option<String>,
    /// The client's reference in the call, the path of its recording, or a tag.
    pub by: String,
}

/// Finds the calls that are meant: stored ones, failed ones, quarantined ones. Calls of which one
/// has the bytes of another are forgotten together, because the same is said in them.
///
/// # Errors
///
/// When the folder can't be read, or a later etalon wrote a call.
pub fn select(store: &Store, wanted: &Wanted) -> Result<Selected, ForgetError> {
    let tombstones = store.read_tombstones()?;
    // A merge asks each time, and nearly always nothing was forgotten: no call is read then.
    if *wanted == Wanted::Buried && tombstones.is_empty() {
        return Ok(Selected::default());
    }
    let StoredCalls { facts, unreadable } = StoredCalls::read(store)?;
    let without_result = WithoutResult::read_all(store)?;
    let mut selected = Selected { unreadable, ..Selected::default() };
    match wanted {
        Wanted::Calls(ids) => selected.add_named(ids, &facts, &without_result, &tombstones),
        Wanted::Client(reference) => {
            selected.add_client(&Client::new(reference), &facts, &without_result);
            selected.forgetting.clients.insert(reference.clone());
        }
        Wanted::Before(moment) => selected.add_older(*moment, &facts, &without_result),
        Wanted::Buried => {
            let buried = facts.iter().filter(|facts| tombstones.has(&bytes_id(facts)));
            buried.for_each(|facts| selected.forgetting.add(facts));
        }
    }
    let forgetting = &mut selected.forgetting;
    for facts in &facts {
        if forgetting.recordings.contains(&bytes_id(facts)) {
            forgetting.add(facts);
        }
    }
    for recording in &without_result {
        if forgetting.is_recording(&recording.source, recording.id.as_deref()) {
            forgetting.add_without_result(recording);
        }
    }
    if forgetting.ids.is_empty() && forgetting.sources.is_empty() {
        forgetting.clients.clear();
    }
    let is_forgotten = |doubt: &KnownBy| {
        doubt.id.as_ref().is_some_and(|id| forgetting.ids.contains(id))
            || doubt.id.is_none() && forgetting.sources.contains(&doubt.by)
    };
    selected.doubtful.retain(|doubt| !is_forgotten(doubt));
    selected.doubtful.sort();
    selected.doubtful.dedup();
    Ok(selected)
}

impl Selected {
    /// Adds the calls with these ids.
    fn add_named(
        &mut self,
        ids: &BTreeSet<String>,
        stored: &[CallFacts],
        without_result: &[WithoutResult],
        tombstones: &Tombstones,
    ) {
        stored.iter().filter(|facts| ids.contains(&facts.id)).for_each(|facts| self.forgetting.add(facts));
        // Whoever names a call knows whose it is, so that one that can't be read is meant, too.
        let unreadable = std::mem::take(&mut self.unreadable);
        let failed = without_result.iter().filter_map(|recording| recording.id.clone());
        for id in failed.chain(unreadable).filter(|id| ids.contains(id)) {
            self.forgetting.recordings.insert(id.clone());
            self.forgetting.ids.insert(id);
        }
        let is_known = |id: &&String| self.forgetting.ids.contains(*id) || tombstones.has(id);
        self.unknown = ids.iter().filter(|id| !is_known(id)).cloned().collect();
    }

    /// Adds the calls of a client, and tells which may be the client's.
    fn add_client(&mut self, client: &Client, stored: &[CallFacts], without_result: &[WithoutResult]) {
        for facts in stored {
            let known = |by: &str| KnownBy { id: Some(facts.id.clone()), by: by.to_owned() };
            match in_facts(client, facts) {
                (Naming::None, _) => {}
                (Naming::Possible, by) => self.doubtful.push(known(by)),
                (Naming::Sure, by) => {
                    self.known.push(known(by));
                    self.forgetting.add(facts);
                    let own = facts.client_ref.iter().filter(|reference| client.is(reference));
                    self.forgetting.clients.extend(own.cloned());
                }
            }
        }
        for recording in without_result {
            let known = KnownBy { id: recording.id.clone(), by: recording.source.clone() };
            match client.naming_in(&recording.source) {
                Naming::None => {}
                Naming::Possible => self.doubtful.push(known),
                Naming::Sure => {
                    self.known.push(known);
                    self.forgetting.add_without_result(recording);
                }
            }
        }
        self.known.sort();
        self.known.dedup();
    }

    /// Adds the calls that began before a moment.
    fn add_older(&mut self, moment: DateTime<Utc>, stored: &[CallFacts], without_result: &[WithoutResult]) {
        let is_older = |facts: &&CallFacts| facts.started_at.is_some_and(|started_at| started_at < moment);
        stored.iter().filter(is_older).for_each(|facts| self.forgetting.add(facts));
        self.without_start = stored.iter().filter(|facts| facts.started_at.is_none()).count();
        // A stored call whose recording failed later has an age, or was counted.
        let ids: BTreeSet<&String> = stored.iter().map(|facts| &facts.id).collect();
        let is_failed = |recording: &&WithoutResult| recording.has_failed;
        let failed = without_result.iter().filter(is_failed);
        let ageless = failed.filter(|recording| !recording.id.as_ref().is_some_and(|id| ids.contains(id)));
        self.without_result = ageless.map(|recording| &recording.source).collect::<BTreeSet<_>>().len();
    }
}

/// How surely a stored call is a client's, and by which of its facts.
fn in_facts<'f>(client: &Client, facts: &'f CallFacts) -> (Naming, &'f str) {
    let reference = facts.client_ref.as_deref();
    if let Some(reference) = reference.filter(|reference| client.is(reference)) {
        return (Naming::Sure, reference);
    }
    let sources = facts.also_found_as.iter().chain([&facts.source]);
    let named = sources.map(|source| (client.naming_in(source), source.as_str()));
    let (naming, by) = named.max().unwrap_or((Naming::None, ""));
    // With the number of somebody else in its facts, nobody knows whose number its name holds.
    let is_of_other = reference.is_some_and(|reference| client.is_other_number(reference));
    match naming {
        Naming::Sure if is_of_other => (Naming::Possible, by),
        Naming::None => {
            let tag = facts.tags.values().find(|value| client.is(value));
            tag.map_or((Naming::None, ""), |tag| (Naming::Possible, tag.as_str()))
        }
        naming => (naming, by),
    }
}

/// The id of the bytes of a call's recording.
pub(crate) fn bytes_id(facts: &CallFacts) -> String {
    facts.audio_sha256.get(..ID_DIGITS).unwrap_or(&facts.id).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By what a call with these facts is known to be the client's.
    fn check(client_ref: Option<&str>, source: &str, tag: &str, expected: (Naming, &str)) {
        let facts = CallFacts {
            client_ref: client_ref.map(str::to_owned),
            source: source.to_owned(),
            tags: [("phone".to_owned(), tag.to_owned())].into(),
            ..CallFacts::default()
        };
        assert_eq!(in_facts(&Client::new("+7 900 555-44-33"), &facts), expected, "{client_ref:?} {source}");
    }

    #[test]
    fn a_call_is_the_clients_by_its_reference_or_its_name() {
        check(Some("89005554433"), "a.wav", "", (Naming::Sure, "89005554433"));
        check(None, "79005554433_1.wav", "", (Naming::Sure, "79005554433_1.wav"));
        check(Some("k-7"), "79005554433_1.wav", "", (Naming::Sure, "79005554433_1.wav"));
        check(Some("+79001112233"), "79005554433_1.wav", "", (Naming::Possible, "79005554433_1.wav"));
        check(Some("k-7"), "79005554433/1.wav", "", (Naming::Possible, "79005554433/1.wav"));
        check(Some("k-7"), "a.wav", "8 900 555 44 33", (Naming::Possible, "8 900 555 44 33"));
        check(Some("k-7"), "a.wav", "8 900 555 44 34", (Naming::None, ""));
        check(Some("+375005554433"), "a.wav", "", (Naming::None, ""));
    }

    #[test]
    fn another_recording_of_the_same_path_is_left_alone() {
        let forgetting = Forgetting {
            ids: ["1".to_owned()].into(),
            sources: ["a.wav".to_owned()].into(),
            ..Forgetting::default()
        };
        assert!(forgetting.is_recording("b.wav", Some("1")));
        assert!(forgetting.is_recording("a.wav", None));
        assert!(!forgetting.is_recording("a.wav", Some("2")));
    }
}
