use etalon_call::Role;
use std::path::Path;

/// Why a recording could not be decoded.
///
/// Every message is one line that says what was found and what to do about it. It names no file:
/// the caller knows which one it was, and [`read`](crate::read) wraps the error in
/// [`AudioError::InFile`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AudioError {
    /// The recording holds no audio at all.
    #[error("holds no audio: {0}")]
    Empty(String),
    /// The bytes are not a recording in any format that is known here.
    #[error("is not a recording: {0}")]
    NotARecording(String),
    /// The format is known by name but cannot be decoded.
    #[error("cannot be decoded: {0}")]
    Unsupported(String),
    /// The format is known, but what is needed to decode it is broken beyond repair.
    #[error("is damaged beyond repair: {0}")]
    Corrupt(String),
    /// One of the [`Limits`](crate::Limits) was exceeded.
    #[error("exceeds a limit: {0}")]
    Limit(String),
    /// The recording could not be read.
    #[error("cannot be read: {0}; check the disk and the permissions, then run again")]
    Io(#[from] std::io::Error),
    /// Any of the others, in the file of one side of a call.
    #[error("the {}'s side {source}", side.name())]
    OfSide {
        /// The agent's or the client's.
        side: Role,
        /// What was wrong with it.
        source: Box<AudioError>,
    },
    /// Any of the others, with the path of the file.
    #[error("{path}: {source}")]
    InFile {
        /// The path as it was given.
        path: String,
        /// What was wrong with the file.
        source: Box<AudioError>,
    },
}

/// The kind of an [`AudioError`], for counting and for deciding about a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Nothing was recorded.
    Empty,
    /// Not a recording.
    NotARecording,
    /// A format or codec without a decoder.
    Unsupported,
    /// Damaged beyond repair.
    Corrupt,
    /// A limit was exceeded.
    Limit,
    /// Reading failed.
    Io,
}

impl ErrorKind {
    /// The name used in files: `empty`, `not_a_recording`, `unsupported`, `corrupt`, `limit` or
    /// `io`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotARecording => "not_a_recording",
            Self::Unsupported => "unsupported",
            Self::Corrupt => "corrupt",
            Self::Limit => "limit",
            Self::Io => "io",
        }
    }
}

impl AudioError {
    /// The error for a recording that has a header and not one sample.
    pub fn no_samples() -> Self {
        Self::Empty("it has a header and no sample; nothing was recorded".into())
    }

    /// What kind of error it is.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Empty(_) => ErrorKind::Empty,
            Self::NotARecording(_) => ErrorKind::NotARecording,
            Self::Unsupported(_) => ErrorKind::Unsupported,
            Self::Corrupt(_) => ErrorKind::Corrupt,
            Self::Limit(_) => ErrorKind::Limit,
            Self::Io(_) => ErrorKind::Io,
            Self::OfSide { source, .. } | Self::InFile { source, .. } => source.kind(),
        }
    }

    /// Whether the same bytes will fail again; only errors of reading can go away by themselves.
    pub fn is_permanent(&self) -> bool {
        self.kind() != ErrorKind::Io
    }

    /// The side whose file it is about, where a call has a file for each side.
    pub fn side(&self) -> Option<Role> {
        match self {
            Self::OfSide { side, .. } => Some(*side),
            Self::InFile { source, .. } => source.side(),
            _ => None,
        }
    }

    /// The same error, said of the file of one side.
    pub(crate) fn of_side(self, side: Role) -> Self {
        match self {
            Self::InFile { path, source } => {
                Self::InFile { path, source: Box::new(Self::OfSide { side, source }) }
            }
            other => other,
        }
    }

    pub(crate) fn in_file(self, path: &Path) -> Self {
        Self::InFile { path: path.display().to_string(), source: Box::new(self) }
    }
}
