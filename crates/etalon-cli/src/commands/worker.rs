//! `etalon worker`: the process in which `etalon run` has recordings worked on. Nobody calls it by hand.

use crate::exit::Exit;
use crate::signals;
use anyhow::Context as _;
use etalon_batch::{WorkerProgram, WorkerSettings};
use std::path::{Path, PathBuf};

/// The name of the command.
const NAME: &str = "worker";

/// The running program by the way that Linux offers: it stays the same when an update replaces the file meanwhile.
const RUNNING_PROGRAM: &str = "/proc/self/exe";

/// Runs the command.
pub(crate) fn worker() -> anyhow::Result<Exit> {
    signals::leave_to_the_parent().context("signals can't be received")?;
    etalon_batch::worker::serve(signals::end_now).context("the run that this worker belongs to is gone")?;
    Ok(Exit::Done)
}

/// How a worker process is started.
///
/// # Errors
///
/// When the system does not say which program is running.
pub(crate) fn program(settings: WorkerSettings) -> anyhow::Result<WorkerProgram> {
    Ok(WorkerProgram { program: running_program()?, arguments: vec![NAME.into()], settings })
}

/// How the program that is running is started once more.
///
/// # Errors
///
/// When the system does not say which program is running.
pub(crate) fn running_program() -> anyhow::Result<PathBuf> {
    if Path::new(RUNNING_PROGRAM).exists() {
        return Ok(PathBuf::from(RUNNING_PROGRAM));
    }
    std::env::current_exe().context("the running program's own file can't be found")
}
