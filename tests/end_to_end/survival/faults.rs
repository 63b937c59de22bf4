//! The library that is preloaded to make operations fail (`faults.c`), compiled once.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// Which process is to meet a fault.
#[derive(Debug, Clone, Copy)]
pub(super) enum Process {
    Parent,
    Worker,
}

fn library() -> PathBuf {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let source = crate::harness::root().join("tests/end_to_end/survival/faults.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-std=gnu17", "-O1", "-shared", "-fPIC", "-o"]).arg(folder.path().join("faults.so"));
        let status = compiler.arg(source).args(["-ldl", "-lpthread"]).status().unwrap();
        assert!(status.success(), "the compiler that builds whisper.cpp builds this");
        folder
    });
    folder.path().join("faults.so")
}

/// Lets a command meet a fault (see `faults.c`), in files below a folder.
pub(super) fn with_fault(
    mut command: Command,
    fault: &str,
    process: Option<Process>,
    below: &Path,
) -> Command {
    command.env("LD_PRELOAD", library()).env("ETALON_FAULTS", fault).env("ETALON_FAULTS_BELOW", below);
    match process {
        Some(Process::Parent) => command.env("ETALON_FAULTS_IN", "parent"),
        Some(Process::Worker) => command.env("ETALON_FAULTS_IN", "worker"),
        None => &mut command,
    };
    command
}

/// How many operations a command meets in a process.
pub(super) fn operations(command: Command, process: Process, below: &Path) -> usize {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut counted = with_fault(command, "count", Some(process), below);
    counted.env("ETALON_FAULTS_REPORT", report.path());
    let ended = super::ended_within(counted, super::HANGS, "counting");
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    usize::from_le_bytes(std::fs::read(report.path()).unwrap().try_into().unwrap())
}
