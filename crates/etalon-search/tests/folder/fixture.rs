//! Result folders to search: made up by the tests.

use etalon_search::{SearchIndex, Updated, update};
use etalon_store::Store;
use serde_json::{Value, json};
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// A result folder that is deleted in the end.
pub(crate) struct Folder {
    pub(crate) store: Store,
    _directory: TempDir,
}

/// The id of a call by its number.
pub(crate) fn id(number: u64) -> String {
    format!("{number:016x}")
}

impl Folder {
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::create(directory.path()).unwrap();
        Self { store, _directory: directory }
    }

    /// Stores a call whose lines begin with the speaker: `О: …`, `К: …` or `?: …`. A word lasts half a
    /// second, a turn begins at every ten.
    pub(crate) fn add(&self, number: u64, lines: &[&str]) -> &Self {
        self.add_with(number, &json!({}), lines)
    }

    /// The same with facts about the call.
    pub(crate) fn add_with(&self, number: u64, facts: &Value, lines: &[&str]) -> &Self {
        let turns: Vec<Value> = lines.iter().enumerate().map(|(index, line)| turn(index, line)).collect();
        let mut call = json!({
            "id": id(number), "source": format!("запись_{number}.wav"), "audio_sha256": "",
            "started_at": format!("2026-11-{:02}T09:00:00+05:00", number % 28 + 1),
        });
        call.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
        let document = serde_json::to_vec(&json!({ "call": call, "turns": turns })).unwrap();
        self.store.write_call_document(&id(number), &document).unwrap();
        self
    }

    /// The file of a call that was stored under a number below 2^56.
    pub(crate) fn file(&self, number: u64) -> PathBuf {
        self.store.directory().join(format!("calls/00/{}.json", id(number)))
    }

    /// Dates the file of a call so many seconds back.
    pub(crate) fn date_back(&self, number: u64, seconds: u64) -> &Self {
        let file = File::options().write(true).open(self.file(number)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
        self
    }

    pub(crate) fn update(&self) -> Updated {
        update(&self.store, &AtomicBool::new(false)).unwrap()
    }

    pub(crate) fn index(&self) -> SearchIndex {
        self.update();
        SearchIndex::open(&self.store).unwrap()
    }
}

fn turn(index: usize, line: &str) -> Value {
    let (speaker, text) = line.split_once(": ").unwrap();
    let speaker = match speaker {
        "О" => "agent",
        "К" => "client",
        _ => "unknown",
    };
    let start_s = 10.0 * index as f64;
    let words: Vec<Value> = text
        .split_whitespace()
        .enumerate()
        .map(|(word, text)| {
            let start_s = start_s + 0.5 * word as f64;
            json!({ "text": text, "start_s": start_s, "end_s": start_s + 0.4, "confidence": 0.9 })
        })
        .collect();
    let end_s = start_s + 0.5 * words.len() as f64;
    json!({ "speaker": speaker, "start_s": start_s, "end_s": end_s, "text": text, "language": "ru", "words": words })
}
