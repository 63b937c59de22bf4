use std::path::PathBuf;
use thiserror::Error;

/// Why stored calls can't be searched.
#[derive(Debug, Error)]
pub enum SearchError {
    /// The result folder can't be read.
    #[error(transparent)]
    Store(#[from] etalon_store::Error),
    /// There is no index, or one that this version can't use.
    #[error("`{}` is no index of this version; it is made by `etalon search`", .path.display())]
    NoIndex {
        /// The index.
        path: PathBuf,
    },
    /// The index is damaged.
    #[error("`{}` is damaged; it is made again by `etalon search`", .path.display())]
    Damaged {
        /// The index.
        path: PathBuf,
    },
    /// The index can't be read or written.
    #[error("cannot use `{}`: {source}", .path.display())]
    Database {
        /// The index.
        path: PathBuf,
        /// What `SQLite` says.
        source: rusqlite::Error,
    },
    /// A file beside the index can't be used.
    #[error("cannot {action} `{}`: {source}", .path.display())]
    Io {
        /// What was being done, for instance `lock`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

impl SearchError {
    /// Whether making the index anew mends it.
    pub fn is_mended_by_rebuild(&self) -> bool {
        matches!(self, Self::NoIndex { .. } | Self::Damaged { .. })
    }
}
