//! What keeps a machine from being measured, or measurements from being compared.

use etalon_audio::AudioError;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// What keeps a machine from being measured.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BenchError {
    /// A file or folder can't be worked with.
    #[error("{}: can't {action}: {source}", path.display())]
    Io {
        /// What was to be done.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// There is nothing to make recordings of.
    #[error("there is no recording in {}; name a folder with recordings, or none for the built-in samples", path.display())]
    NoRecording {
        /// Where they were looked for.
        path: PathBuf,
    },
    /// A recording can't be decoded.
    #[error(transparent)]
    Recording(#[from] AudioError),
    /// A recording is too short to be varied.
    #[error("{} is shorter than a second, too short to make a dump of", path.display())]
    TooShort {
        /// The recording.
        path: PathBuf,
    },
    /// The run that was to be measured failed.
    #[error("`etalon run` ended with {how}: {message}")]
    Run {
        /// How it ended.
        how: String,
        /// The last that it said.
        message: String,
    },
    /// The run that was to be measured said nothing that can be read.
    #[error("what `etalon run` printed can't be read: {0}")]
    Summary(serde_json::Error),
    /// No recording gave a result.
    #[error("no recording gave a result ({failed} failed), so there is nothing to measure")]
    NothingDone {
        /// How many failed.
        failed: u32,
    },
    /// Somebody stopped it.
    #[error("interrupted; nothing is kept of an unfinished measurement")]
    Stopped,
}

impl BenchError {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// Whether the same command can succeed another time.
    pub fn is_permanent(&self) -> bool {
        matches!(self, Self::NoRecording { .. } | Self::Recording(_) | Self::TooShort { .. })
    }
}

/// Why measurements can't be compared.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CompareError {
    /// The earlier report can't be read.
    #[error("{}: can't be read: {source}", path.display())]
    Read {
        /// Its file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("{}: is no report of `etalon bench --json`: {detail}", path.display())]
    NoReport {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// The measurements are of different things.
    #[error(
        "the two measurements are not of the same thing: {what} was {old} and is {new}; measure with the same options on the same machine"
    )]
    Different {
        /// What differs.
        what: &'static str,
        /// In the earlier report.
        old: String,
        /// In the later one.
        new: String,
    },
    /// One of them does not know its noise.
    #[error(
        "the {which} measurement has {repetitions} repetitions, and its noise is known from {needed} on: use --repeat {needed} or more"
    )]
    TooFewRepetitions {
        /// Earlier or later.
        which: &'static str,
        /// How many it has.
        repetitions: u32,
        /// How many it should have.
        needed: u32,
    },
}
