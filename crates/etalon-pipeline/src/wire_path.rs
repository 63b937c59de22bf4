//! Paths in messages between processes.

use etalon_audio::CallFiles;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::path::{Path, PathBuf};

/// A path in JSON, which knows Unicode only; on Unix a file's name may be any bytes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum WirePath {
    Text(String),
    Bytes(Vec<u8>),
}

impl WirePath {
    pub(crate) fn of(path: &Path) -> Self {
        path.to_str().map_or_else(
            || Self::Bytes(path.as_os_str().as_encoded_bytes().to_vec()),
            |text| Self::Text(text.to_owned()),
        )
    }
}

impl From<WirePath> for PathBuf {
    fn from(path: WirePath) -> Self {
        match path {
            WirePath::Text(text) => Self::from(text),
            #[cfg(unix)]
            WirePath::Bytes(bytes) => {
                Self::from(<std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(bytes))
            }
            // Elsewhere a name that is no Unicode reaches no worker unchanged; it will not be
            // found, and is listed.
            #[cfg(not(unix))]
            WirePath::Bytes(bytes) => Self::from(String::from_utf8_lossy(&bytes).into_owned()),
        }
    }
}

/// Writes a path; for `#[serde(with)]`.
///
/// # Errors
///
/// Those of the serializer.
pub fn serialize<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    WirePath::of(path).serialize(serializer)
}

/// Reads a path; for `#[serde(with)]`.
///
/// # Errors
///
/// Those of the deserializer.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<PathBuf, D::Error> {
    WirePath::deserialize(deserializer).map(PathBuf::from)
}

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
