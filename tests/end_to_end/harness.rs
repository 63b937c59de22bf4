//! Running the binary in a folder of its own, and the one run over all samples that several tests look at.

use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The top of the source tree.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn samples() -> PathBuf {
    root().join("samples")
}

/// The recording of a sample.
pub(crate) fn sample(name: &str) -> PathBuf {
    samples().join(format!("{name}.wav"))
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

/// The `etalon` binary, which takes a terminal to be 100 columns wide.
pub(crate) fn etalon() -> Command {
    let mut command = Command::new(cargo_bin("etalon"));
    command.env("COLUMNS", "100");
    command
}

/// What a command left behind.
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

pub(crate) fn ended(command: &mut Command) -> Ended {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Ended {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What a command that must succeed left behind.
pub(crate) fn succeeded(command: &mut Command) -> Ended {
    let ended = ended(command);
    assert_eq!(ended.code, 0, "{command:?}: {}", ended.stderr);
    ended
}

/// One `etalon run`, put together piece by piece.
pub(crate) struct Run(Command);

impl Run {
    /// A run over a recording, a folder or a manifest into a result folder.
    pub(crate) fn over(input: impl AsRef<Path>, out: impl AsRef<Path>) -> Self {
        let mut command = etalon();
        command.arg("run").arg(input.as_ref()).arg("--out").arg(out.as_ref());
        Self(command)
    }

    /// Adds an input, or an option without a value.
    pub(crate) fn with(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.0.arg(argument);
        self
    }

    /// Adds an option with its value.
    pub(crate) fn option(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.arg(name).arg(value);
        self
    }

    /// Measures the dialogue only.
    pub(crate) fn without_asr(self) -> Self {
        self.with("--no-asr")
    }

    /// Makes the worker fail in this way on the recording of this stem.
    pub(crate) fn with_fault(mut self, kind: &str, stem: &str) -> Self {
        self.0.env("ETALON_FAULT", format!("{kind}:{stem}"));
        self
    }

    /// Runs to the end, whatever it is.
    pub(crate) fn ended(mut self) -> Ended {
        ended(&mut self.0)
    }

    /// Runs to the end, which has to be this exit code.
    pub(crate) fn ended_with(mut self, code: i32) -> Ended {
        let ended = ended(&mut self.0);
        assert_eq!(ended.code, code, "{:?}: {}", self.0, ended.stderr);
        ended
    }

    /// Runs to the end without a failure.
    pub(crate) fn succeeded(self) -> Ended {
        self.ended_with(0)
    }

    /// Starts the run and does not wait for it.
    pub(crate) fn spawned(mut self) -> Child {
        self.0.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// The command, for whoever starts it in another way.
    pub(crate) fn into_command(self) -> Command {
        self.0
    }
}

/// A folder for one test, with its input and its results, gone when it is dropped.
pub(crate) struct Workspace(TempDir);

impl Workspace {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// The path of a file or folder in it.
    pub(crate) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(name)
    }

    /// The result folder of its runs.
    pub(crate) fn out(&self) -> PathBuf {
        self.path("out")
    }

    /// Writes a file, with the folders that it lies in.
    pub(crate) fn write(&self, name: impl AsRef<Path>, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Makes a folder.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    /// Copies the recording of a sample.
    pub(crate) fn copy_sample(&self, sample_name: &str, name: impl AsRef<Path>) -> PathBuf {
        self.write(name, std::fs::read(sample(sample_name)).unwrap())
    }

    /// A run over an input, which lies in the workspace where its path is relative, into [`out`](Self::out).
    pub(crate) fn run(&self, input: impl AsRef<Path>) -> Run {
        Run::over(self.path(input), self.out())
    }

    /// The stored calls, by the stem of their recording's name, in order.
    pub(crate) fn calls(&self) -> Vec<(String, Value)> {
        calls_in(&self.out())
    }

    /// The only stored call.
    pub(crate) fn call(&self) -> Value {
        let mut calls = self.calls();
        assert_eq!(calls.len(), 1);
        calls.remove(0).1
    }

    /// The lines of `failures.jsonl`.
    pub(crate) fn failures(&self) -> Vec<Value> {
        json_lines(&self.out().join("failures.jsonl"))
    }

    /// How a command ended, as a snapshot shows it: the paths and the processor of this machine are left out.
    pub(crate) fn shown(&self, ended: &Ended) -> String {
        let mut shown = format!("exit code: {}\n", ended.code);
        for (name, text) in [("standard output", &ended.stdout), ("standard error", &ended.stderr)] {
            let lines = text.lines().filter(|line| !line.starts_with("transcribing with "));
            let text = lines.collect::<Vec<_>>().join("\n");
            if !text.is_empty() {
                writeln!(shown, "--- {name}\n{}", text.trim_end()).unwrap();
            }
        }
        let samples = samples();
        shown
            .replace(self.0.path().to_str().unwrap(), "[folder]")
            .replace(samples.to_str().unwrap(), "[samples]")
    }
}

/// The results of one full run over the samples, made once for all tests.
pub(crate) struct SampleRun {
    workspace: Workspace,
    pub(crate) ended: Ended,
}

impl SampleRun {
    pub(crate) fn out(&self) -> PathBuf {
        self.workspace.out()
    }

    /// The stored calls, by the stem of their recording's name.
    pub(crate) fn calls(&self) -> Vec<(String, Value)> {
        self.workspace.calls()
    }

    /// The stored call of one sample.
    pub(crate) fn call(&self, sample_name: &str) -> Value {
        self.calls().into_iter().find(|(name, _)| name == sample_name).unwrap().1
    }
}

pub(crate) fn sample_run() -> &'static SampleRun {
    static RUN: OnceLock<SampleRun> = OnceLock::new();
    RUN.get_or_init(|| {
        let workspace = Workspace::new();
        let ended = workspace.run(samples()).ended();
        SampleRun { workspace, ended }
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

/// The files of a result folder by name, without the lock and without those that hold timings:
/// `run.json`, those of earlier runs, and `etalon.prom`.
pub(crate) fn contents(out: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    files_below(out)
        .into_iter()
        .filter(|path| ![".lock", "run.json", "etalon.prom"].iter().any(|name| path.ends_with(name)))
        .filter(|path| !path.starts_with(out.join("runs")))
        .map(|path| (path.strip_prefix(out).unwrap().to_owned(), std::fs::read(path).unwrap()))
        .collect()
}

/// Whether a result folder holds a call; a run may be writing there.
pub(crate) fn has_stored_call(out: &Path) -> bool {
    let calls = out.join("calls");
    // A file that is still being written has another name.
    let is_call = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "json");
    calls.is_dir() && files_below(&calls).iter().any(is_call)
}

/// Whether something comes true in time; it is looked at every few milliseconds.
pub(crate) fn comes_true_within(limit: Duration, is_true: impl Fn() -> bool) -> bool {
    let since = Instant::now();
    while !is_true() {
        if since.elapsed() >= limit {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

/// The same command behind some commands of the shell.
pub(crate) fn behind(shell: &str, command: &Command) -> Command {
    let mut wrapped = Command::new("sh");
    wrapped.arg("-c").arg(format!("{shell}; exec \"$@\"")).arg("sh");
    wrapped.arg(command.get_program()).args(command.get_args());
    wrapped.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    wrapped
}

/// That two result folders hold the same files with the same bytes.
pub(crate) fn assert_same(left: &Path, right: &Path) {
    let (left, right) = (contents(left), contents(right));
    let names = |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&left), names(&right));
    for (left, right) in left.iter().zip(&right) {
        assert!(left == right, "{} differs", left.0.display());
    }
}
