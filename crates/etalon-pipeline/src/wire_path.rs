//! The files of a call in messages between processes.

use etalon_audio::CallFiles;
use etalon_call::wire_path::WirePath;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::path::PathBuf;

/// The files of a call in a message; for `#[serde(with)]`.
pub(crate) struct CallPaths;

impl CallPaths {
    pub(crate) fn serialize<S: Serializer>(files: &CallFiles, serializer: S) -> Result<S::Ok, S::Error> {
        let paths: Vec<WirePath> = files.paths().into_iter().map(WirePath::of).collect();
        paths.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<CallFiles, D::Error> {
        let mut paths = Vec::<WirePath>::deserialize(deserializer)?.into_iter().map(PathBuf::from);
        match (paths.next(), paths.next()) {
            (Some(path), None) => Ok(CallFiles::One(path)),
            (Some(agent), Some(client)) => Ok(CallFiles::Sides { agent, client }),
            (None, _) => Err(serde::de::Error::custom("a call without a file")),
        }
    }
}
