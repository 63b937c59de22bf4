//! What stops a whole run. A single recording never does: it becomes a line in `failures.jsonl`.

use std::path::PathBuf;
use thiserror::Error;

/// What stops a whole run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The configuration can't be used.
    #[error("{path}: {detail}; correct it, or run without --config", path = path.display())]
    Config {
        /// The configuration file.
        path: PathBuf,
        /// What is wrong and where.
        detail: String,
    },
    /// The manifest can't be used.
    #[error("{path}: {detail}; a manifest is CSV in UTF-8 with a header and a column `path`", path = path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong and where.
        detail: String,
    },
    /// None of the inputs leads to a recording.
    #[error("{0}")]
    NothingToDo(String),
    /// A setting asks for something that does not exist.
    #[error("{0}")]
    Setting(String),
    /// A worker process can't be started.
    #[error("no worker process can be started: {0}; ask for fewer --jobs, or use --workers threads")]
    Worker(String),
    /// A worker process can't work on the run, for a reason that is no setting.
    #[error("{0}")]
    Refused(String),
    /// The pipeline can't be built.
    #[error(transparent)]
    Pipeline(#[from] etalon_pipeline::PipelineError),
    /// The ledger can't be made, or a file given as one is none.
    #[error(transparent)]
    Ledger(#[from] etalon_store::LedgerError),
    /// The output folder can't be written.
    #[error(transparent)]
    Store(#[from] etalon_store::Error),
}
