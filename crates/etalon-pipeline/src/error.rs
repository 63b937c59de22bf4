//! What keeps a pipeline from being built, and a call from having a result.

use etalon_acts::ActsError;
use etalon_asr::AsrError;
use etalon_audio::{AudioError, ErrorKind};
use etalon_call::{FailureKind, Role, Stage};
use etalon_models::ModelError;
use etalon_rules::{CalendarError, PackErrors};
use etalon_transcripts::TranscriptError;
use std::io;
use thiserror::Error;

/// What keeps a pipeline from being built.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// There is no such rule pack.
    #[error("there is no rule pack `{name}`; built in are {built_in}, others are given as a .toml file")]
    UnknownPack {
        /// The name that was given.
        name: String,
        /// The ids of the packs that are built in.
        built_in: String,
    },
    /// The file of a rule pack can't be read.
    #[error("{path}: the rule pack can't be read: {error}; check the path")]
    PackFile {
        /// The file.
        path: String,
        /// Why.
        error: io::Error,
    },
    /// A rule pack can't be used.
    #[error(transparent)]
    Pack(#[from] PackErrors),
    /// Two packs have the same id.
    #[error("two packs have the id `{id}`: {first} and {second}; leave one out, or give one another `id`")]
    SamePack {
        /// The id.
        id: String,
        /// Where the first comes from.
        first: String,
        /// Where the second comes from.
        second: String,
    },
    /// Several rule packs can't be used.
    #[error("{}", lines_of(.0))]
    Packs(Vec<PipelineError>),
    /// A day of the calendar can't be read.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The speech model can't be had.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The speech model can't be used.
    #[error(transparent)]
    Recognizer(#[from] AsrError),
}

/// What is wrong with each, one below the other.
fn lines_of(errors: &[PipelineError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl PipelineError {
    /// Whether a setting has to be changed: the same settings fail again on every machine.
    pub fn is_setting(&self) -> bool {
        match self {
            Self::Recognizer(error) => matches!(error, AsrError::Language { .. }),
            _ => true,
        }
    }
}

/// Why a worker keeps a copy of the model's weights of its own.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SharingError {
    /// The system does not give the memory, or takes back what it gave.
    #[error("{0}")]
    Memory(#[from] io::Error),
    /// The weights can't be packed, or what lies there is not what this version has packed.
    #[error(transparent)]
    Recognizer(#[from] AsrError),
    /// The model's file can't be read.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Why a call has no result.
#[derive(Debug, Error)]
pub enum CallError {
    /// The recording could not be decoded.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// The samples of a long recording can't be put into a temporary file, or read back from it.
    #[error(
        "the samples of a long recording can't be kept in a temporary file: {0}; make room in the result folder, or let `samples_max_mb` keep them in memory, then run again"
    )]
    Samples(#[source] io::Error),
    /// The speech could not be transcribed.
    #[error(transparent)]
    Transcription(AsrError),
    /// The transcript that was made elsewhere can't be used.
    #[error(transparent)]
    Transcript(#[from] TranscriptError),
    /// The transcript that was made elsewhere can't be read.
    #[error("the transcript can't be read: {0}; check its permissions")]
    TranscriptFile(io::Error),
    /// The model of dialogue acts inside the program is damaged.
    #[error(transparent)]
    Acts(#[from] ActsError),
}

impl From<AsrError> for CallError {
    fn from(error: AsrError) -> Self {
        match error {
            AsrError::Samples(error) => Self::Samples(error),
            error => Self::Transcription(error),
        }
    }
}

impl CallError {
    /// The stage that gave up.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Audio(_) | Self::Samples(_) => Stage::Decode,
            Self::Transcription(_) | Self::Transcript(_) | Self::TranscriptFile(_) => Stage::Transcription,
            Self::Acts(_) => Stage::Acts,
        }
    }

    /// The kind of it, which says the same in any language.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Audio(error) => match error.kind() {
                ErrorKind::Empty => FailureKind::Empty,
                ErrorKind::NotARecording => FailureKind::NotARecording,
                ErrorKind::Unsupported => FailureKind::Unsupported,
                ErrorKind::Limit => FailureKind::Limit,
                ErrorKind::Io => FailureKind::Unreadable,
                _ => FailureKind::Corrupt,
            },
            Self::Samples(_) => FailureKind::Unreadable,
            Self::Transcription(_) | Self::Acts(_) => FailureKind::Recognition,
            Self::Transcript(_) => FailureKind::TranscriptCorrupt,
            Self::TranscriptFile(_) => FailureKind::TranscriptUnreadable,
        }
    }

    /// Why, for people. The recording's path is left out: whoever lists the failure names it.
    pub fn reason(&self) -> String {
        match self {
            Self::Audio(AudioError::InFile { source, .. }) => source.to_string(),
            Self::Audio(error) => error.to_string(),
            Self::Samples(_)
            | Self::Transcription(_)
            | Self::Transcript(_)
            | Self::TranscriptFile(_)
            | Self::Acts(_) => self.to_string(),
        }
    }

    /// The side whose file it is about, where a call has a file for each side.
    pub fn side(&self) -> Option<Role> {
        match self {
            Self::Audio(error) => error.side(),
            Self::Samples(_)
            | Self::Transcription(_)
            | Self::Transcript(_)
            | Self::TranscriptFile(_)
            | Self::Acts(_) => None,
        }
    }

    /// Whether the same recording would fail again.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Audio(error) => error.is_permanent(),
            Self::Transcription(error) => error.is_permanent(),
            Self::Transcript(error) => error.is_permanent(),
            Self::Samples(_) | Self::TranscriptFile(_) => false,
            Self::Acts(_) => true,
        }
    }
}
