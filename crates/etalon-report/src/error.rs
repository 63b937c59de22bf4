use std::path::PathBuf;
use thiserror::Error;

/// Why roll-ups could not be built.
#[derive(Debug, Error)]
pub enum Error {
    /// The result folder cannot be read or written.
    #[error(transparent)]
    Store(#[from] etalon_store::Error),
    /// A table could not be built.
    #[error("cannot build the table `{}`: {detail}", .path.display())]
    Table {
        /// The table's file.
        path: PathBuf,
        /// What the Parquet writer says.
        detail: String,
    },
    /// The reviews of the folder cannot be read.
    #[error(transparent)]
    Reviews(#[from] etalon_review::StoreError),
    /// The list's data or the accuracies are no JSON.
    #[error("cannot build the pages: {0}")]
    Json(#[from] serde_json::Error),
}

impl Error {
    /// Whether the same call would fail again without somebody changing something first.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Store(error) => error.is_permanent(),
            Self::Reviews(_) => false,
            Self::Table { .. } | Self::Json(_) => true,
        }
    }
}
