//! Exit codes, as the contract has them.

use etalon_batch::BatchError;
use etalon_pipeline::PipelineError;
use std::process::ExitCode;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All done.
    Done,
    /// Nothing could be done.
    Fatal,
    /// The command line, the configuration or a pack asks for something that can't be done.
    Usage,
    /// Done, but some recordings failed; they are listed.
    SomeFailed,
    /// Another run is writing into the same folder.
    Locked,
    /// Interrupted; the same command goes on from there.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Fatal => 1,
            Exit::Usage => 2,
            Exit::SomeFailed => 3,
            Exit::Locked => 11,
            Exit::Interrupted => 130,
        })
    }
}

/// The exit code that an error calls for.
pub(crate) fn code_of(error: &anyhow::Error) -> Exit {
    if let Some(error) = error.downcast_ref::<etalon_store::Error>() {
        return code_of_store(error);
    }
    if let Some(etalon_report::Error::Store(error)) = error.downcast_ref() {
        return code_of_store(error);
    }
    if let Some(error) = error.downcast_ref::<PipelineError>() {
        return code_of_pipeline(error);
    }
    match error.downcast_ref::<BatchError>() {
        Some(BatchError::Store(error)) => code_of_store(error),
        Some(
            BatchError::Config { .. }
            | BatchError::Manifest { .. }
            | BatchError::NothingToDo(_)
            | BatchError::Setting(_)
            | BatchError::Ledger(_),
        ) => Exit::Usage,
        Some(BatchError::Pipeline(error)) => code_of_pipeline(error),
        _ => Exit::Fatal,
    }
}

fn code_of_store(error: &etalon_store::Error) -> Exit {
    match error.kind() {
        etalon_store::ErrorKind::Locked => Exit::Locked,
        etalon_store::ErrorKind::Missing => Exit::Usage,
        _ => Exit::Fatal,
    }
}

fn code_of_pipeline(error: &PipelineError) -> Exit {
    if error.is_setting() { Exit::Usage } else { Exit::Fatal }
}
