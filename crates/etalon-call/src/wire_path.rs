//! Paths in JSON: in messages between processes, and in files.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::path::{Path, PathBuf};

/// A path in JSON, which knows Unicode only; on Unix a file's name may be any bytes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum WirePath {
    /// The path.
    Text(String),
    /// The bytes of a path that is no Unicode.
    Bytes(Vec<u8>),
}

impl WirePath {
    /// A path as it stands in JSON.
    pub fn of(path: &Path) -> Self {
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
