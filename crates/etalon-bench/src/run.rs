//! One run over the dump, measured from outside.

use crate::error::BenchError;
use crate::processes::{Account, LOOK_EVERY, MemoryWatch};
use etalon_store::RunSummary;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The exit code of a run in which some recordings failed.
const SOME_FAILED: i32 = 3;

/// How often a run that has ended is noticed: short beside the shortest run.
const NOTICE_EVERY: Duration = Duration::from_millis(10);

/// What was measured of a run.
#[derive(Debug)]
pub(crate) struct MeasuredRun {
    /// What the run says of itself.
    pub(crate) summary: RunSummary,
    /// From the start of the program to its end.
    pub(crate) wall: Duration,
    pub(crate) memory: MemoryWatch,
    pub(crate) account: Account,
}

impl MeasuredRun {
    /// Time in the stages over all workers, seconds.
    pub(crate) fn busy_s(&self) -> f64 {
        self.summary.stages.iter().map(|stage| stage.busy_s).sum()
    }

    /// How long the run had taken if its workers had done nothing but its stages, as a share of how
    /// long it took.
    pub(crate) fn efficiency(&self) -> f64 {
        self.busy_s() / f64::from(self.summary.jobs.max(1)) / self.wall.as_secs_f64()
    }

    /// Calls with a result.
    pub(crate) fn calls(&self) -> u32 {
        self.summary.processed.saturating_sub(self.summary.failed)
    }
}

/// Runs a command, whose standard output is the summary, to its end. What it writes goes to
/// `scratch`.
///
/// # Errors
///
/// Where it can't be started, ends with an error, gives no result, or `stop` is set.
pub(crate) fn measure(
    mut command: Command,
    scratch: &Path,
    stop: &AtomicBool,
) -> Result<MeasuredRun, BenchError> {
    let (mut output, mut messages) = (file(scratch, "summary.json")?, file(scratch, "messages.txt")?);
    let failed_to_start = BenchError::io("start", PathBuf::from(command.get_program()));
    command.stdin(Stdio::null());
    command.stdout(output.try_clone().map_err(BenchError::io("write", scratch))?);
    command.stderr(messages.try_clone().map_err(BenchError::io("write", scratch))?);
    let before = Account::now();
    let started = Instant::now();
    let mut child = command.spawn().map_err(failed_to_start)?;
    let mut memory = MemoryWatch::default();
    let status = wait(&mut child, &mut memory, stop)?;
    let wall = started.elapsed();
    let account = Account::now().since(before);
    if !status.success() && status.code() != Some(SOME_FAILED) {
        return Err(BenchError::Run {
            how: status.to_string(),
            message: last_line(&text(&mut messages, scratch)?),
        });
    }
    let summary: RunSummary =
        serde_json::from_str(&text(&mut output, scratch)?).map_err(BenchError::Summary)?;
    let run = MeasuredRun { summary, wall, memory, account };
    if run.calls() == 0 {
        return Err(BenchError::NothingDone { failed: run.summary.failed });
    }
    Ok(run)
}

/// Waits for the end of a run, or ends it where a stop is asked for. Its workers end with it.
fn wait(child: &mut Child, memory: &mut MemoryWatch, stop: &AtomicBool) -> Result<ExitStatus, BenchError> {
    let process = child.id();
    let ended = |source| BenchError::Io { action: "wait for", path: process.to_string().into(), source };
    let mut looked: Option<Instant> = None;
    loop {
        if stop.load(Ordering::Relaxed) {
            let _ = child.kill();
            let _ = child.wait();
            return Err(BenchError::Stopped);
        }
        if let Some(status) = child.try_wait().map_err(ended)? {
            return Ok(status);
        }
        if looked.is_none_or(|before| before.elapsed() >= LOOK_EVERY) {
            memory.look(process);
            looked = Some(Instant::now());
        }
        std::thread::sleep(NOTICE_EVERY);
    }
}

/// A file, not a pipe: nobody has to read while the run writes.
fn file(scratch: &Path, name: &str) -> Result<File, BenchError> {
    let path = scratch.join(name);
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(true);
    options.open(&path).map_err(BenchError::io("write", path))
}

fn text(file: &mut File, scratch: &Path) -> Result<String, BenchError> {
    let mut text = String::new();
    file.rewind().and_then(|()| file.read_to_string(&mut text)).map_err(BenchError::io("read", scratch))?;
    Ok(text)
}

fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or("it said nothing").to_owned()
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, stop: bool) -> Result<MeasuredRun, BenchError> {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        measure(command, folder.path(), &AtomicBool::new(stop))
    }

    /// A summary as a run prints it.
    fn summary(processed: u32, failed: u32) -> String {
        let summary = RunSummary { jobs: 2, processed, failed, ..RunSummary::default() };
        serde_json::to_string(&summary).unwrap()
    }

    #[test]
    fn a_run_that_ends_well_is_measured_and_another_one_is_an_error() {
        let run = check(&format!("echo '{}'; sleep 0.3; exit 3", summary(3, 1)), false).unwrap();
        assert_eq!(run.calls(), 2);
        assert!(run.wall >= Duration::from_millis(300));
        let error = check("echo one >&2; echo no model >&2; exit 2", false).unwrap_err();
        assert_eq!(error.to_string(), "`etalon run` ended with exit status: 2: no model");
        assert!(matches!(check("true", false), Err(BenchError::Summary(_))));
        let nothing = check(&format!("echo '{}'", summary(1, 1)), false).unwrap_err();
        assert!(matches!(nothing, BenchError::NothingDone { failed: 1 }));
        let since = Instant::now();
        assert!(matches!(check("sleep 60", true), Err(BenchError::Stopped)));
        assert!(since.elapsed() < Duration::from_secs(30));
    }
}
