//! What stops a whole run. A single recording never does: it becomes a line in `failures.jsonl`.

use crate::config_error::ConfigError;
use crate::manifest::ManifestError;
use etalon_store::Failure;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// What stops a whole run.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BatchError {
    /// The configuration can't be used.
    #[error("{path}: {error}; correct it, or run without --config", path = path.display())]
    Config {
        /// The configuration file.
        path: PathBuf,
        /// What is wrong and where.
        error: ConfigError,
    },
    /// The settings of this run, which no file holds, can't be used.
    #[error(transparent)]
    Setting(#[from] ConfigError),
    /// The manifest can't be used.
    #[error("{path}: {error}", path = path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong and where.
        error: ManifestError,
    },
    /// None of the inputs leads to a recording.
    #[error("{}", nothing_to_do(failures))]
    NothingToDo {
        /// What became of each input and row.
        failures: Vec<Failure>,
    },
    /// The folder of transcripts can't be searched.
    #[error("{folder}: the transcripts can't be read: {error}; check the path", folder = folder.display())]
    TranscriptFolder {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// So many jobs can't be started.
    #[error("{jobs} jobs can't be started: {error}; ask for fewer")]
    Jobs {
        /// How many were asked for.
        jobs: usize,
        /// Why.
        error: rayon::ThreadPoolBuildError,
    },
    /// The threads that read and judge stored calls can't be started.
    #[error("threads can't be started: {0}; let this user start more (`ulimit -u`)")]
    Threads(rayon::ThreadPoolBuildError),
    /// A worker process can't be started.
    #[error("no worker process can be started: {0}; {remedy}", remedy = .0.remedy())]
    WorkerStart(#[from] WorkerStartError),
    /// A worker process has loaded something else than its parent.
    #[error("the model, a rule pack or the program was changed during the run; run the same command again")]
    ChangedDuringRun,
    /// A worker process can't work on the run.
    #[error("{message}")]
    WorkerRefused {
        /// What kind of error it met.
        kind: ErrorKind,
        /// Whether it would meet the error again.
        permanent: bool,
        /// The error as it tells it.
        message: String,
    },
    /// Whatever recording they are given, workers end.
    #[error(
        "one recording after another ends its worker, with several workers and with one alone (the last one: {how}), so \
         the machine or the model is to blame; free some memory, or check the model with `etalon doctor`, and run the \
         same command again: it goes on from here"
    )]
    WorkersKeepDying {
        /// How the last one ended.
        how: String,
    },
    /// The settings can't be written down for a worker.
    #[error("the settings can't be handed to a worker: {0}")]
    SettingsForWorker(#[from] toml::ser::Error),
    /// The settings are too long to be handed to a worker.
    #[error(
        "the settings are too long to be handed to a worker: more than {} MiB; shorten the texts and lists of the \
         configuration",
        crate::worker::frame::MESSAGE_MAX_BYTES >> 20
    )]
    SettingsTooLong,
    /// A worker can't read its settings; the message holds none of them.
    #[error("the settings can't be read: {detail}")]
    SettingsInWorker {
        /// What is wrong with them.
        detail: String,
    },
    /// The system does not limit the memory of a worker.
    #[error("the worker's memory can't be limited to {} MiB: {error}", bytes >> 20)]
    MemoryLimit {
        /// The limit, bytes.
        bytes: u64,
        /// What the system says.
        error: io::Error,
    },
    /// A pack that judged calls is neither kept with them nor built in.
    #[error("the pack `{id}` is neither built in nor kept with the results; give its file with --packs")]
    NotKept {
        /// The pack's id.
        id: String,
    },
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

/// Why a worker process can't be started.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WorkerStartError {
    /// The system starts no process.
    #[error("{0}")]
    Spawn(io::Error),
    /// The system starts no thread that would watch it.
    #[error("{0}")]
    Thread(io::Error),
    /// It ended, or hung, before it was ready.
    #[error("{how}")]
    Ended {
        /// How it ended.
        how: String,
    },
    /// The memory that the configuration gives to a worker is too little.
    #[error("{how}, with `memory_max_mb = {megabytes}`")]
    TooLittleMemory {
        /// How it ended.
        how: String,
        /// The limit, MiB.
        megabytes: u64,
    },
    /// It ends before it is given anything to do.
    #[error("it ends before it is given anything to do")]
    EndsIdle,
}

impl WorkerStartError {
    /// What to do.
    fn remedy(&self) -> &'static str {
        match self {
            Self::TooLittleMemory { .. } => {
                "give a worker more in [workers], three times what the model and the longest recording take"
            }
            _ => "ask for fewer --jobs, or use --workers threads",
        }
    }
}

/// The kinds of [`BatchError`], for exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The command line, a file that it names, or an input has to be corrected.
    Usage,
    /// The result folder refuses.
    Store,
    /// The machine or the program: memory, processes, the model.
    Machine,
}

impl BatchError {
    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Config { .. }
            | Self::Setting(_)
            | Self::Manifest { .. }
            | Self::NothingToDo { .. }
            | Self::TranscriptFolder { .. }
            | Self::Jobs { .. }
            | Self::ChangedDuringRun
            | Self::SettingsForWorker(_)
            | Self::SettingsTooLong
            | Self::SettingsInWorker { .. }
            | Self::MemoryLimit { .. }
            | Self::NotKept { .. }
            | Self::Ledger(_) => ErrorKind::Usage,
            Self::WorkerRefused { kind, .. } => *kind,
            Self::Pipeline(error) if error.is_setting() => ErrorKind::Usage,
            Self::Pipeline(_) | Self::Threads(_) | Self::WorkerStart(_) | Self::WorkersKeepDying { .. } => {
                ErrorKind::Machine
            }
            Self::Store(_) => ErrorKind::Store,
        }
    }

    /// Whether the same command would fail again without somebody changing something first.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::WorkerStart(_)
            | Self::Threads(_)
            | Self::WorkersKeepDying { .. }
            | Self::ChangedDuringRun
            | Self::Jobs { .. } => false,
            Self::WorkerRefused { permanent, .. } => *permanent,
            Self::NothingToDo { failures } => failures.iter().all(|failure| failure.permanent),
            Self::Store(error) => error.is_permanent(),
            _ => true,
        }
    }
}

/// Each reason once, with the number of inputs and rows that it holds for. Their names are left out:
/// they may hold telephone numbers, and this text goes into logs.
fn nothing_to_do(failures: &[Failure]) -> String {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for failure in failures {
        *reasons.entry(&failure.reason).or_default() += 1;
    }
    if reasons.is_empty() {
        return "there is nothing to do: name recordings, folders or a manifest".to_owned();
    }
    let lines: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| match count {
            1 => format!("an input {reason}"),
            _ => format!("{count} inputs, each: {reason}"),
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_and_the_use_of_a_retry_are_known_of_each_error() {
        use ErrorKind::{Machine, Store, Usage};
        let failure = |permanent| Failure {
            id: None,
            source: "a.wav".to_owned(),
            stage: etalon_call::Stage::Intake,
            kind: etalon_call::FailureKind::Missing,
            reason: "is gone".to_owned(),
            permanent,
        };
        let folder = || PathBuf::from("out");
        for (error, kind, permanent) in [
            (BatchError::Setting(ConfigError::NoLanguage), Usage, true),
            (BatchError::Config { path: folder(), error: ConfigError::NoLanguage }, Usage, true),
            (BatchError::NothingToDo { failures: vec![failure(true), failure(false)] }, Usage, false),
            (BatchError::NothingToDo { failures: Vec::new() }, Usage, true),
            (BatchError::ChangedDuringRun, Usage, false),
            (WorkerStartError::EndsIdle.into(), Machine, false),
            (BatchError::WorkersKeepDying { how: "signal 9".to_owned() }, Machine, false),
            (etalon_store::Error::Locked { path: folder() }.into(), Store, false),
            (etalon_store::Error::Missing { path: folder() }.into(), Store, true),
        ] {
            assert_eq!((error.kind(), error.is_permanent()), (kind, permanent), "{error}");
        }
    }
}
