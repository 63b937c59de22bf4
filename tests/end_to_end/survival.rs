//! What a night may meet: kills, stops, failing and full disks, want of memory, halted processes, jumping clocks,
//! damaged results, and other commands at the same time. Whatever happens, the same command ends with the bytes of a
//! run that nothing disturbed.
//!
//! Here each of them takes seconds. `scripts/dev checks survival` sets `ETALON_SURVIVAL=long`, with which they take
//! many more rounds and say how many those were.

mod clock;
mod damage;
mod disk;
mod faults;
mod halts;
mod hangs;
mod kills;
mod memory;
mod together;

use crate::harness::{Run, Workspace, contents, files_below, sample_names};
use crate::transcripts::as_turns;
use serde_json::Value;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// No command on six recordings takes so long unless it hangs.
const HANGS: Duration = Duration::from_mins(2);

/// Whether the script asks for many rounds.
fn is_long() -> bool {
    std::env::var("ETALON_SURVIVAL").is_ok_and(|length| length == "long")
}

/// How many rounds a test takes: in every run of the tests, and in the script.
fn rounds(short: usize, long: usize) -> usize {
    if is_long() { long } else { short }
}

/// Says a figure of the script.
fn say(figure: &str) {
    if is_long() {
        writeln!(std::io::stdout().lock(), "survival: {figure}").unwrap();
    }
}

/// The same numbers in every run (Knuth's generator of 64 bits).
struct Numbers(u64);

impl Numbers {
    /// A number from 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Recordings with transcripts, and what a run that nothing disturbs makes of them.
struct Night {
    workspace: Workspace,
    /// Pages lead to recordings relatively, so every result folder lies in a workspace of its own, as this one does.
    undisturbed: Workspace,
    /// How long that run took.
    lasts: Duration,
}

impl Night {
    fn of(names: &[String]) -> Self {
        let (workspace, undisturbed) = (Workspace::new(), Workspace::new());
        for name in names {
            workspace.copy_sample(name, format!("in/{name}.wav"));
            workspace.write(format!("transcripts/{name}.json"), as_turns(name));
        }
        let mut night = Self { workspace, undisturbed, lasts: Duration::ZERO };
        let since = Instant::now();
        night.run(&night.expected()).succeeded();
        night.lasts = since.elapsed();
        night
    }

    /// All samples.
    fn of_all() -> &'static Self {
        static NIGHT: OnceLock<Night> = OnceLock::new();
        NIGHT.get_or_init(|| Self::of(&sample_names()))
    }

    /// One sample, for what is done hundreds of times.
    fn of_one() -> &'static Self {
        static NIGHT: OnceLock<Night> = OnceLock::new();
        NIGHT.get_or_init(|| Self::of(&sample_names()[..1]))
    }

    /// The result folder of the run that nothing disturbed.
    fn expected(&self) -> PathBuf {
        self.undisturbed.out()
    }

    /// A run into a result folder.
    fn run(&self, out: &Path) -> Run {
        Run::over(self.workspace.path("in"), out)
            .option("--transcripts", self.workspace.path("transcripts"))
            .option("--jobs", "2")
            .option("--settle", "0")
    }

    /// That a folder holds what the undisturbed run made.
    fn check_same(&self, out: &Path, after: &str) {
        self.check_same_below(out, "", after);
    }

    /// The same of the stored calls only.
    fn check_same_calls(&self, out: &Path, after: &str) {
        self.check_same_below(out, "calls", after);
    }

    fn check_same_below(&self, out: &Path, folder: &str, after: &str) {
        let (found, expected) = (contents(&out.join(folder)), contents(&self.expected().join(folder)));
        let names =
            |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&found), names(&expected), "after {after}");
        for ((name, found), (_, expected)) in found.iter().zip(&expected) {
            assert!(found == expected, "{} differs after {after}", name.display());
        }
    }

    /// That the same command completes what is in a folder.
    fn check_completed(&self, out: &Path, after: &str) {
        let ended = ended_within(self.run(out).into_command(), HANGS, after);
        assert_eq!(ended.code, Some(0), "after {after}: {}", ended.stderr);
        self.check_same(out, after);
    }
}

/// That every file of a result folder is whole, whatever has happened; what an unfinished writer left has another name.
fn check_whole(out: &Path, after: &str) {
    let is_unfinished = |path: &Path| path.extension().is_some_and(|extension| extension == "tmp");
    for path in files_below(out).iter().filter(|path| !is_unfinished(path)) {
        let whole = |text: &[u8]| serde_json::from_slice::<Value>(text).is_ok();
        let is_whole = match path.extension().and_then(|extension| extension.to_str()) {
            Some("json") => whole(&std::fs::read(path).unwrap()),
            Some("jsonl") => std::fs::read(path)
                .unwrap()
                .split(|byte| *byte == b'\n')
                .all(|line| line.is_empty() || whole(line)),
            _ => true,
        };
        assert!(is_whole, "{} is half a file after {after}", path.display());
    }
}

/// Nobody is condemned for what others did.
fn check_nobody_condemned(out: &Path, after: &str) {
    let quarantine = out.join("quarantine");
    assert!(
        !quarantine.exists() || files_below(&quarantine).is_empty(),
        "somebody is condemned after {after}"
    );
}

/// How a command ended; none of a code where a signal ended it.
struct EndedWithin {
    code: Option<i32>,
    stderr: String,
}

/// Runs a command to its end, which has to come in time.
fn ended_within(mut command: Command, limit: Duration, after: &str) -> EndedWithin {
    let told = tempfile::NamedTempFile::new().unwrap();
    let stderr = told.reopen().unwrap();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(stderr).spawn().unwrap();
    let code = wait_within(&mut child, limit, after);
    EndedWithin { code, stderr: std::fs::read_to_string(told.path()).unwrap() }
}

fn wait_within(child: &mut Child, limit: Duration, after: &str) -> Option<i32> {
    let since = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        if since.elapsed() > limit {
            child.kill().unwrap();
            panic!("no end within {limit:?} after {after}");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Starts a run in a process group of its own, as a service manager does.
fn started_in_group(run: Run) -> Child {
    let mut command = run.into_command();
    command.process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Sends a signal to a process, or to a group where the number is negative.
fn signal(name: &str, process: i64) -> bool {
    let mut kill = Command::new("kill");
    kill.arg(format!("-{name}")).arg("--").arg(process.to_string());
    kill.stderr(Stdio::null()).status().unwrap().success()
}
