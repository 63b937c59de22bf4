//! The lines of `recordings.jsonl`.

use etalon_call::wire_path::{self, WirePath};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the recordings of calls lie, by the ids of the calls.
pub type RecordingPlaces = BTreeMap<String, Vec<RecordingFiles>>;

/// One line of `recordings.jsonl`: where the recording of a call lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecordingLine {
    /// The call's id.
    pub id: String,
    /// Every place at which it was found, sorted: several where it lies twice.
    pub found: Vec<RecordingFiles>,
}

/// The file or files of one recording. A path that is no Unicode is an array of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum RecordingFiles {
    /// One file with everything.
    One {
        /// Its absolute path.
        #[serde(with = "wire_path")]
        #[schemars(with = "WirePath")]
        file: PathBuf,
    },
    /// One file for each side.
    Sides {
        /// The absolute path of the file in which the agent is heard.
        #[serde(with = "wire_path")]
        #[schemars(with = "WirePath")]
        agent: PathBuf,
        /// The absolute path of the file in which the client is heard.
        #[serde(with = "wire_path")]
        #[schemars(with = "WirePath")]
        client: PathBuf,
    },
}

impl RecordingFiles {
    /// The files, the agent's side first.
    pub fn paths(&self) -> Vec<&Path> {
        match self {
            Self::One { file } => vec![file],
            Self::Sides { agent, client } => vec![agent, client],
        }
    }
}
