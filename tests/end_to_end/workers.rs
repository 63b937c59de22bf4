//! Recordings that bring down the process that works on them, and parents that are brought down themselves.
//!
//! The faults are asked for by the environment variable `ETALON_FAULT` (`crates/etalon-batch/src/worker/fault.rs`).

use crate::harness::{Ended, ended, etalon, files_below, json_lines, run_without_asr, sample_names, samples};
use assert_cmd::cargo::cargo_bin;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The recording that makes its worker fail.
const FAULTY: &str = "03-look-at-the-website";

/// A run over the samples in which [`FAULTY`] makes its worker fail in this way.
fn run_with_fault(kind: &str, out: &Path, arguments: &[&str]) -> Ended {
    let mut command = etalon();
    command.env("ETALON_FAULT", format!("{kind}:{FAULTY}"));
    ended(
        command
            .arg("run")
            .arg(samples())
            .arg("--out")
            .arg(out)
            .args(["--no-asr", "--jobs", "2"])
            .args(arguments),
    )
}

/// A configuration with this table `[workers]`.
fn configuration(folder: &Path, workers: &str) -> PathBuf {
    let path = folder.join("etalon.toml");
    std::fs::write(&path, format!("[workers]\n{workers}\n")).unwrap();
    path
}

/// The result folder without `run.json`, which holds timings.
fn contents(out: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    files_below(out)
        .into_iter()
        .filter(|path| !path.ends_with("run.json"))
        .map(|path| (path.strip_prefix(out).unwrap().to_owned(), std::fs::read(path).unwrap()))
        .collect()
}

fn assert_same_contents(left: &Path, right: &Path) {
    let (left, right) = (contents(left), contents(right));
    let names = |all: &[(PathBuf, Vec<u8>)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&left), names(&right));
    for (left, right) in left.iter().zip(&right) {
        assert!(left == right, "{} differs", left.0.display());
    }
}

/// Runs with a fault that strikes twice; the others come through, and the recording is listed and remembered.
fn check_quarantine(kind: &str, workers: &str, reason: &str) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let config = configuration(folder.path(), workers);
    let ended = run_with_fault(kind, &out, &["--config", config.to_str().unwrap()]);
    assert_eq!(ended.code, 3, "{kind}: {}", ended.stderr);
    assert_eq!(files_below(&out.join("calls")).len(), sample_names().len() - 1, "{kind}");
    let failures = json_lines(&out.join("failures.jsonl"));
    assert_eq!(failures.len(), 1, "{kind}: {failures:?}");
    let failure = &failures[0];
    assert_eq!(failure["source"], format!("{FAULTY}.wav"));
    assert_eq!((&failure["permanent"], &failure["stage"]), (&Value::Bool(true), &"decode".into()));
    let told = failure["reason"].as_str().unwrap();
    assert!(told.starts_with("the worker died twice: ") && told.contains(reason), "{kind}: {told}");
    assert_eq!(files_below(&out.join("quarantine")).len(), 1, "{kind}");
}

#[test]
fn a_recording_that_kills_its_worker_once_is_done_by_the_next_one() {
    let folder = tempfile::tempdir().unwrap();
    let (out, without_fault) = (folder.path().join("out"), folder.path().join("without"));
    let ended = run_with_fault("abort-once", &out, &[]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(run_without_asr(&[&samples()], &without_fault).code, 0);
    assert_same_contents(&out, &without_fault);
}

#[test]
fn a_recording_that_kills_its_worker_twice_is_quarantined() {
    check_quarantine("abort", "", "signal 6 (abort)");
    check_quarantine("garbage-output", "", "unreadable output");
    check_quarantine("hang", "limit_min_s = 1.0\nlimit_per_audio_s = 0.0", "no result within 1 s");
    check_quarantine("out-of-memory", "memory_max_mb = 65536", "signal 6 (abort): out of memory");
}

#[test]
fn a_quarantined_recording_is_left_alone_until_somebody_asks() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    assert_eq!(run_with_fault("abort", &out, &[]).code, 3);
    let failures = std::fs::read(out.join("failures.jsonl")).unwrap();
    // The fault is gone, and yet the recording is not taken up.
    assert_eq!(run_without_asr(&[&samples()], &out).code, 3);
    assert_eq!(std::fs::read(out.join("failures.jsonl")).unwrap(), failures);
    // Another configuration may get through, so it tries.
    let config = folder.path().join("etalon.toml");
    std::fs::write(&config, "[dialogue]\nsilence_min_s = 4.0\n").unwrap();
    let other = folder.path().join("other");
    std::fs::create_dir(&other).unwrap();
    std::fs::rename(out.join("quarantine"), other.join("quarantine")).unwrap();
    let again = ended(
        etalon()
            .arg("run")
            .arg(samples())
            .arg("--no-asr")
            .arg("--out")
            .arg(&other)
            .arg("--config")
            .arg(&config),
    );
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(files_below(&other.join("quarantine")).is_empty(), "what has a result is quarantined no more");
    std::fs::rename(other.join("quarantine"), out.join("quarantine")).unwrap();

    assert_eq!(run_with_fault("abort", &out, &[]).code, 3);
    let asked = ended(
        etalon().arg("run").arg(samples()).arg("--no-asr").arg("--out").arg(&out).arg("--retry-quarantined"),
    );
    assert_eq!(asked.code, 0, "{}", asked.stderr);
    assert!(!out.join("quarantine").exists());
}

#[test]
fn threads_and_processes_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let run = |workers: &str| {
        let out = folder.path().join(workers);
        let mut command = etalon();
        command.arg("run").arg(samples()).arg("--out").arg(&out).args(["--no-asr", "--workers", workers]);
        assert_eq!(ended(&mut command).code, 0);
        out
    };
    assert_same_contents(&run("threads"), &run("processes"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_name_may_be_any_bytes() {
    use std::os::unix::ffi::OsStringExt as _;
    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsString::from_vec(b"caf\xe9.wav".to_vec());
    let recording = folder.path().join(name);
    std::fs::copy(samples().join(format!("{FAULTY}.wav")), &recording).unwrap();
    let out = folder.path().join("out");
    let ended = run_without_asr(&[&recording], &out);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(files_below(&out.join("calls")).len(), 1);
}

/// A run whose worker never comes back.
#[cfg(target_os = "linux")]
fn hanging_run(folder: &Path) -> Child {
    Command::new(cargo_bin("etalon"))
        .env("ETALON_FAULT", format!("hang:{FAULTY}"))
        .arg("run")
        .arg(samples().join(format!("{FAULTY}.wav")))
        .arg("--out")
        .arg(folder.join("out"))
        .arg("--no-asr")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// The workers of a run, when they have had the time to begin.
#[cfg(target_os = "linux")]
fn workers_of(run: &Child) -> Vec<u32> {
    let started = Instant::now();
    loop {
        assert!(started.elapsed() < Duration::from_mins(1), "no worker after a minute");
        let workers = children_of(run.id());
        std::thread::sleep(Duration::from_millis(500));
        if !workers.is_empty() {
            return workers;
        }
    }
}

#[cfg(target_os = "linux")]
fn children_of(parent: u32) -> Vec<u32> {
    let children = |task: PathBuf| std::fs::read_to_string(task.join("children")).unwrap_or_default();
    std::fs::read_dir(format!("/proc/{parent}/task"))
        .unwrap()
        .flat_map(|task| {
            children(task.unwrap().path())
                .split_whitespace()
                .map(|id| id.parse().unwrap())
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(target_os = "linux")]
fn assert_gone_within_5_s(processes: &[u32]) {
    let since = Instant::now();
    // A process that nobody has waited for yet is still listed, without a command line.
    let lives = |id: &u32| std::fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| !line.is_empty());
    while processes.iter().any(lives) {
        assert!(since.elapsed() < Duration::from_secs(5), "workers stay behind");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn workers_do_not_outlive_their_parent() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = hanging_run(folder.path());
    let workers = workers_of(&run);
    run.kill().unwrap();
    run.wait().unwrap();
    assert_gone_within_5_s(&workers);
}

#[cfg(target_os = "linux")]
#[test]
fn a_stop_is_quick_whatever_a_worker_is_doing() {
    for to_everybody in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let mut run = hanging_run(folder.path());
        let workers = workers_of(&run);
        let asked = Instant::now();
        // A service manager signals all processes of a service; to the run it must look like a stop, not like a crash.
        let processes = workers.iter().filter(|_| to_everybody).copied().chain([run.id()]);
        let ids: Vec<String> = processes.map(|id| id.to_string()).collect();
        assert!(Command::new("kill").arg("-TERM").args(&ids).status().unwrap().success());
        assert_eq!(run.wait().unwrap().code(), Some(130));
        assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?} to stop", asked.elapsed());
        assert_gone_within_5_s(&workers);
        assert!(!folder.path().join("out/quarantine").exists());
    }
}
