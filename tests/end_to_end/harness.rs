//! Running the binary, and the one run over all samples that several tests look at.

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

/// The top of the source tree.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn samples() -> PathBuf {
    root().join("samples")
}

/// The `etalon` binary.
pub(crate) fn etalon() -> Command {
    Command::cargo_bin("etalon").unwrap()
}

/// What a command left behind.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn ended(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the main job without transcription.
pub(crate) fn run_without_asr(inputs: &[&Path], out: &Path) -> Ended {
    ended(etalon().arg("run").args(inputs).arg("--out").arg(out).arg("--no-asr"))
}

/// The results of one full run over the samples, made once for all tests.
pub(crate) struct SampleRun {
    folder: TempDir,
    pub(crate) ended: Ended,
}

impl SampleRun {
    pub(crate) fn out(&self) -> &Path {
        self.folder.path()
    }

    /// The stored calls, by the stem of their recording's name.
    pub(crate) fn calls(&self) -> Vec<(String, Value)> {
        calls_in(self.out())
    }
}

pub(crate) fn sample_run() -> &'static SampleRun {
    static RUN: OnceLock<SampleRun> = OnceLock::new();
    RUN.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let ended = ended(etalon().arg("run").arg(samples()).arg("--out").arg(folder.path()));
        SampleRun { folder, ended }
    })
}

pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The lines of a JSON lines file.
pub(crate) fn json_lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The stored calls of a result folder, by the stem of their recording's name, in order.
pub(crate) fn calls_in(out: &Path) -> Vec<(String, Value)> {
    let mut calls: Vec<(String, Value)> = files_below(&out.join("calls"))
        .iter()
        .map(|path| {
            let call = json(path);
            let stem = Path::new(call["call"]["source"].as_str().unwrap()).file_stem().unwrap();
            (stem.to_str().unwrap().to_owned(), call)
        })
        .collect();
    calls.sort_by(|left, right| left.0.cmp(&right.0));
    calls
}

/// All files below a folder, in order.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The stems of the samples' names, in order.
pub(crate) fn sample_names() -> Vec<String> {
    let mut names: Vec<String> = files_below(&samples())
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "wav"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}
