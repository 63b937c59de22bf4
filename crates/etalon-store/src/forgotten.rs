//! The lines of `forgotten.jsonl`: recordings that are not to be listened to again.

use crate::digest::sha256;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema name that every line of `forgotten.jsonl` carries.
pub const FORGOTTEN_SCHEMA: &str = "etalon.forgotten/1";

/// One line of `forgotten.jsonl`: a recording that was forgotten on somebody's demand.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ForgottenRecording {
    /// Always [`FORGOTTEN_SCHEMA`] in this version.
    pub schema: String,
    /// SHA-256, in hexadecimal, of the schema's name, a line's end and the id of the recording's
    /// bytes: the recording is known by it if it is met again, and nobody finds the call by it. For a
    /// file with one side of a call, its name follows behind a space.
    pub recording: String,
    /// The day on which it was forgotten, `YYYY-MM-DD`.
    pub at: String,
}

/// The recordings that are not to be listened to again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tombstones(BTreeMap<String, String>);

impl Tombstones {
    /// Adds the recording of these bytes, by the id of its call; whether it was not there before.
    pub fn add(&mut self, id: &str, day: &str) -> bool {
        let is_new = !self.has(id);
        if is_new {
            self.0.insert(tombstone(id), day.to_owned());
        }
        is_new
    }

    /// Adds a file with one side of a call, by the id of its bytes and its name; whether it was not
    /// there before. The name tells it from files of other calls in which the same nothing is heard.
    pub fn add_file(&mut self, id: &str, name: &str, day: &str) -> bool {
        self.add(&of_file(id, name), day)
    }

    /// Whether the file with these bytes and this name was forgotten as one side of a call.
    pub fn has_file(&self, id: &str, name: &str) -> bool {
        self.has(&of_file(id, name))
    }

    /// Adds those of another folder; of two of one recording the earlier one stays.
    pub fn extend(&mut self, other: Self) {
        for (recording, at) in other.0 {
            let known = self.0.entry(recording).or_insert_with(|| at.clone());
            if at < *known {
                *known = at;
            }
        }
    }

    /// Whether the recording with this id was forgotten.
    pub fn has(&self, id: &str) -> bool {
        // Without any, which is nearly always so, nothing is hashed.
        !self.0.is_empty() && self.0.contains_key(&tombstone(id))
    }

    /// The lines of the file, in order.
    pub fn lines(&self) -> impl Iterator<Item = ForgottenRecording> {
        self.0.iter().map(|(recording, at)| ForgottenRecording {
            schema: FORGOTTEN_SCHEMA.to_owned(),
            recording: recording.clone(),
            at: at.clone(),
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<ForgottenRecording> for Tombstones {
    fn from_iter<I: IntoIterator<Item = ForgottenRecording>>(lines: I) -> Self {
        Self(lines.into_iter().map(|line| (line.recording, line.at)).collect())
    }
}

fn of_file(id: &str, name: &str) -> String {
    format!("{id} {name}")
}

fn tombstone(id: &str) -> String {
    sha256(format!("{FORGOTTEN_SCHEMA}\n{id}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forgotten_recording_is_known_and_not_named() {
        let mut tombstones = Tombstones::default();
        assert!(!tombstones.has("00112233445566aa"));
        assert!(tombstones.add("00112233445566aa", "2026-11-28"));
        assert!(!tombstones.add("00112233445566aa", "2026-12-01"), "forgotten once");
        assert!(tombstones.has("00112233445566aa") && !tombstones.has("00112233445566ab"));
        let mut earlier = Tombstones::default();
        earlier.add("00112233445566aa", "2026-11-01");
        earlier.add("00112233445566ab", "2026-11-01");
        tombstones.extend(earlier);
        let days: Vec<String> = tombstones.lines().map(|line| line.at).collect();
        assert_eq!(days, ["2026-11-01", "2026-11-01"]);
        let line = serde_json::to_string(&tombstones.lines().next()).unwrap();
        assert!(!line.contains("00112233"), "{line}");
    }

    #[test]
    fn a_side_is_known_by_its_bytes_and_its_name() {
        let mut tombstones = Tombstones::default();
        assert!(tombstones.add_file("00112233445566aa", "a-out.wav", "2026-11-28"));
        assert!(tombstones.has_file("00112233445566aa", "a-out.wav"));
        assert!(!tombstones.has_file("00112233445566aa", "b-out.wav"), "silence of another call");
        assert!(!tombstones.has_file("00112233445566ab", "a-out.wav"));
        assert!(!tombstones.has("00112233445566aa"));
    }
}
