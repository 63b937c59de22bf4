//! What a parent and its workers tell each other.

use crate::columns::KnownFacts;
use crate::failure::Stage;
use crate::finished::NoResult;
use crate::imports::TranscriptFile;
use crate::intake::Task;
use crate::stock::StockItem;
use crate::timing::StageTimes;
use crate::worker::path::WirePath;
use etalon_audio::CallFiles;
use etalon_call::{CallFacts, Layout, LayoutSource};
use etalon_store::Fingerprints;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// From the parent.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Order {
    /// The first one: what the run is.
    Begin(Beginning),
    /// A recording.
    Take(Box<Assignment>),
}

/// What a worker has to know before its first recording.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Beginning {
    /// The configuration in TOML, which carries every number exactly.
    pub(crate) config: String,
    /// Whether speech becomes words.
    pub(crate) transcription: Transcription,
    /// The most address space that the worker may take, bytes.
    pub(crate) memory_max_bytes: Option<u64>,
}

/// Whether speech becomes words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Transcription {
    /// The dialogue is measured only.
    Without,
    /// By the configuration's speech model.
    ByModel,
}

/// From a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Report {
    /// Everything is loaded; the fingerprint of what was loaded.
    Ready(String),
    /// The run can't be worked on.
    Refused(Refusal),
    /// The recording has reached a stage.
    Reached(Stage),
    /// The recording is a call; its document is the frame's body.
    Call {
        /// Length of the recording, seconds.
        audio_s: f64,
        /// The same over channels.
        channel_s: f64,
        /// Where the time went.
        times: StageTimes,
    },
    /// The recording gave no result.
    Nothing {
        /// Why.
        no_result: NoResult,
        /// Where the time went.
        times: StageTimes,
    },
}

/// Why a run can't be worked on.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Refusal {
    /// A setting asks for something that does not exist.
    Setting(String),
    /// Something else.
    Other(String),
}

/// A recording as it is handed to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Assignment {
    files: Vec<WirePath>,
    source: String,
    call: CallFacts,
    layout: Option<Layout>,
    layout_source: Option<LayoutSource>,
    audio_sha256: String,
    also_found_as: Vec<String>,
    transcript: Option<TranscriptFile>,
    fingerprints: Fingerprints,
    /// How many workers it has ended so far.
    pub(crate) deaths: u32,
}

impl Assignment {
    pub(crate) fn of(item: &StockItem, deaths: u32) -> Self {
        let StockItem { task, audio_sha256, also_found_as, promised_s: _, transcript, fingerprints } = item;
        Self {
            files: task.paths().into_iter().map(WirePath::of).collect(),
            source: task.source.clone(),
            call: task.facts.call.clone(),
            layout: task.facts.layout,
            layout_source: task.facts.layout_source,
            audio_sha256: audio_sha256.clone(),
            also_found_as: also_found_as.clone(),
            transcript: transcript.clone(),
            fingerprints: fingerprints.clone(),
            deaths,
        }
    }

    /// The recording again; none where the message names no file.
    pub(crate) fn into_item(self) -> Option<StockItem> {
        let mut files = self.files.into_iter().map(PathBuf::from);
        let files = match (files.next()?, files.next()) {
            (path, None) => CallFiles::One(path),
            (agent, Some(client)) => CallFiles::Sides { agent, client },
        };
        let facts = KnownFacts { call: self.call, layout: self.layout, layout_source: self.layout_source };
        Some(StockItem {
            task: Task { files, source: self.source, facts },
            audio_sha256: self.audio_sha256,
            also_found_as: self.also_found_as,
            promised_s: 0.0,
            transcript: self.transcript,
            fingerprints: self.fingerprints,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns;

    fn check(paths: &[PathBuf]) {
        let columns = [
            ("agent_id", "a17"),
            ("started_at", "2026-11-20T09:15:00+05:00"),
            ("team", "hard"),
            ("branch", "north"),
        ];
        let columns = columns.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let files = match paths {
            [one] => CallFiles::One(one.clone()),
            [agent, client, ..] => CallFiles::Sides { agent: agent.clone(), client: client.clone() },
            [] => unreachable!(),
        };
        let item = StockItem {
            task: Task { files, source: "ночь/a.wav".into(), facts: columns::parse(&columns).unwrap() },
            audio_sha256: "ab12".into(),
            also_found_as: vec!["b.wav".into()],
            promised_s: 0.0,
            transcript: None,
            fingerprints: Fingerprints { fingerprint: "f".into(), listening_fingerprint: "l".into() },
        };
        let wire = serde_json::to_string(&Assignment::of(&item, 1)).unwrap();
        let assignment: Assignment = serde_json::from_str(&wire).unwrap();
        assert_eq!(assignment.deaths, 1);
        assert_eq!(format!("{:?}", assignment.into_item().unwrap()), format!("{item:?}"));
    }

    #[test]
    fn a_recording_arrives_as_it_was_sent() {
        check(&["a.wav".into()]);
        check(&["/calls/a-out.wav".into(), "/calls/a-in.wav".into()]);
    }

    #[cfg(unix)]
    #[test]
    fn a_name_may_be_any_bytes() {
        use std::os::unix::ffi::OsStringExt as _;
        check(&[std::ffi::OsString::from_vec(b"caf\xe9.wav".to_vec()).into()]);
    }
}
