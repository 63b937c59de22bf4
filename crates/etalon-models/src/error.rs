//! Errors that occur before a model is in memory.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// Why a model is unavailable.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The embedded registry can't be parsed: a fault of the build, not of the user.
    #[error("models/registry.toml: {0}; this build of etalon is faulty, take another")]
    Registry(String),
    /// A model of the registry is not on this machine.
    #[error(
        "the model `{name}` is not on this machine; run `etalon models pull {name}`, or download {url} ({} MB) and put \
         it into {folder} as {file}, or set ETALON_MODELS to the folder that has it",
        size / 1_000_000,
        folder = folder.display()
    )]
    Absent {
        /// Its name in the registry.
        name: String,
        /// The name that its file must have.
        file: String,
        /// Its size, bytes.
        size: u64,
        /// Where it can be downloaded.
        url: String,
        /// The last of the folders that are searched.
        folder: PathBuf,
    },
    /// Neither a model of the registry nor a file.
    #[error("there is no model and no file `{name}`; the models are {known}", known = known.join(", "))]
    Unknown {
        /// The requested name.
        name: String,
        /// The names of the registry.
        known: Vec<String>,
    },
    /// The file has another length than the registry says, for instance after an interrupted
    /// download.
    #[error("{path} has {found} bytes instead of {expected}; download it again", path = path.display())]
    WrongSize {
        /// The file.
        path: PathBuf,
        /// Bytes according to the registry.
        expected: u64,
        /// Bytes of the file.
        found: u64,
    },
    /// The file has other bytes than the registry says.
    #[error("{path} has the SHA-256 {found} instead of {expected}; delete it and download it again", path = path.display())]
    WrongDigest {
        /// The file.
        path: PathBuf,
        /// SHA-256 according to the registry.
        expected: String,
        /// SHA-256 of the file.
        found: String,
    },
    /// The request is no valid model.
    #[error("{0}")]
    Wanted(&'static str),
    /// The server can't be reached.
    #[error(
        "{url} can't be reached: {detail}; without a network get the file elsewhere and run `etalon models pull {name} \
         --from FILE`, or put it to {path}",
        path = path.display()
    )]
    Unreachable {
        /// The requested address.
        url: String,
        /// The error of the connection.
        detail: String,
        /// The model's name.
        name: String,
        /// The expected path of its file.
        path: PathBuf,
    },
    /// The server refuses the file.
    #[error("{url}: the server answers {status}; check the address, or take another with --url")]
    Refused {
        /// The requested address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// The server sends more than the file may have.
    #[error("{url}: the server sends more than the {max_bytes} bytes of the file; check the address")]
    TooLong {
        /// The requested address.
        url: String,
        /// Bytes that the file has, or may have at most.
        max_bytes: u64,
    },
    /// The connection broke, stood still or crept repeatedly.
    #[error(
        "{url}: the connection broke or stood still after {stored} bytes{}; run the same command again to go on from there",
        total.map(|total| format!(" of {total}")).unwrap_or_default()
    )]
    CutOff {
        /// The requested address.
        url: String,
        /// Bytes stored so far.
        stored: u64,
        /// Total bytes, if the server sent them.
        total: Option<u64>,
    },
    /// A file can't be written.
    #[error("{path}: can't be written: {source}; check its permissions and the space that is left", path = path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A folder, a pipe or a device stands where a model should be.
    #[error("{path} is no file; name the file that holds the model", path = path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// The file can't be read.
    #[error("{path}: {source}; check that it is there and may be read", path = path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl ModelError {
    /// Whether the same call would fail again unless something is changed.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Read { source, .. } => {
                !matches!(source.kind(), io::ErrorKind::Interrupted | io::ErrorKind::TimedOut)
            }
            Self::Refused { status, .. } => *status < 500,
            Self::Unreachable { .. } | Self::CutOff { .. } | Self::Write { .. } => false,
            _ => true,
        }
    }
}
