use std::path::{Path, PathBuf};
use thiserror::Error;

/// What went wrong with a result folder.
///
/// Messages name the file and the remedy, never what a file says: a stored call is somebody's
/// conversation.
#[derive(Debug, Error)]
pub enum Error {
    /// The file system refused.
    #[error("cannot {action} `{}`: {source}", .path.display())]
    Io {
        /// What was being done, for instance `write`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another run holds the folder.
    #[error("`{}` is in use by another run; wait for it to end or choose another output folder", .path.display())]
    Locked {
        /// The result folder.
        path: PathBuf,
    },
    /// A stored file is not what it should be.
    #[error("`{}` is damaged ({detail}); delete the file and run again", .path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Where and in what way, without content.
        detail: String,
    },
    /// A later etalon wrote the file.
    #[error(
        "`{}` is of schema {found}, which a later etalon wrote, and this one knows {known}; update etalon",
        .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's schema.
        found: String,
        /// The schema that this program knows.
        known: &'static str,
    },
    /// The folder holds no results.
    #[error("`{}` holds no results; `etalon run INPUT --out DIR` makes them", .path.display())]
    Missing {
        /// The result folder.
        path: PathBuf,
    },
    /// A call's id is not a name that a file may have.
    #[error("a call's id must be at least 8 hexadecimal digits in lower case")]
    InvalidId,
}

/// The kinds of [`enum@Error`], for exit codes and retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The file system refused.
    Io,
    /// Another run holds the folder.
    Locked,
    /// A stored file is damaged.
    Corrupt,
    /// A later etalon wrote a stored file.
    Newer,
    /// There are no results.
    Missing,
    /// The caller gave an impossible value.
    Invalid,
}

impl Error {
    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Io { .. } => ErrorKind::Io,
            Self::Locked { .. } => ErrorKind::Locked,
            Self::Corrupt { .. } => ErrorKind::Corrupt,
            Self::Newer { .. } => ErrorKind::Newer,
            Self::Missing { .. } => ErrorKind::Missing,
            Self::InvalidId => ErrorKind::Invalid,
        }
    }

    /// Whether the same call would fail again without somebody changing something first.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Io { source, .. } => !matches!(
                source.kind(),
                std::io::ErrorKind::Interrupted
                    | std::io::ErrorKind::TimedOut
                    | std::io::ErrorKind::WouldBlock
            ),
            Self::Locked { .. } => false,
            Self::Corrupt { .. } | Self::Newer { .. } | Self::Missing { .. } | Self::InvalidId => true,
        }
    }

    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }

    /// Keeps the place of a JSON error and drops its message, which may quote the file.
    pub(crate) fn json(path: &Path) -> impl FnOnce(serde_json::Error) -> Self {
        let path = path.to_owned();
        move |error| {
            let nature = match error.classify() {
                serde_json::error::Category::Io => "not readable",
                serde_json::error::Category::Syntax => "not JSON",
                serde_json::error::Category::Data => "not of this version's schema",
                serde_json::error::Category::Eof => "cut short",
            };
            let detail = format!("{nature} at line {}, column {}", error.line(), error.column());
            Self::Corrupt { path, detail }
        }
    }
}
