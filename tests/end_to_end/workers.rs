//! Recordings that bring down the process that works on them, and parents that are brought down themselves.
//!
//! The faults are those of `crates/etalon-batch/src/worker/fault.rs`, which only builds for these tests have.

use crate::harness::{
    Run, Workspace, assert_same, behind, comes_true_within, ended, files_below, sample, sample_names,
    sample_run, samples,
};
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// The recording that makes its worker fail.
const FAULTY: &str = "03-look-at-the-website";

/// A run over the samples in which [`FAULTY`] makes its worker fail in this way.
fn run_with_fault(workspace: &Workspace, kind: &str) -> Run {
    workspace.run(samples()).without_asr().option("--jobs", "2").with_fault(kind, FAULTY)
}

/// Runs with a fault that strikes twice; the others come through, and the recording is listed and remembered.
fn check_quarantine(kind: &str, workers: &str, reason: &str) {
    let workspace = Workspace::new();
    let config = workspace.write("etalon.toml", format!("[workers]\n{workers}\n"));
    run_with_fault(&workspace, kind).option("--config", config).ended_with(3);
    assert_eq!(workspace.calls().len(), sample_names().len() - 1, "{kind}");
    let failures = workspace.failures();
    assert_eq!(failures.len(), 1, "{kind}: {failures:?}");
    let failure = &failures[0];
    assert_eq!(failure["source"], format!("{FAULTY}.wav"));
    assert_eq!((&failure["permanent"], &failure["stage"]), (&Value::Bool(true), &"decode".into()));
    let told = failure["reason"].as_str().unwrap();
    assert!(told.starts_with("the worker died twice: ") && told.contains(reason), "{kind}: {told}");
    assert_eq!(files_below(&workspace.path("out/quarantine")).len(), 1, "{kind}");
}

#[test]
fn a_recording_that_kills_its_worker_once_is_done_by_the_next_one() {
    let (with_fault, without_fault) = (Workspace::new(), Workspace::new());
    run_with_fault(&with_fault, "abort-once").succeeded();
    without_fault.run(samples()).without_asr().succeeded();
    assert_same(&with_fault.out(), &without_fault.out());
}

#[test]
fn a_recording_that_kills_its_worker_twice_is_quarantined() {
    check_quarantine("abort", "", "signal 6 (abort)");
    check_quarantine("garbage-output", "", "unreadable output");
    check_quarantine("hang", "limit_min_s = 1.0\nlimit_per_audio_s = 0.0", "no result within 1 s");
    check_quarantine("out-of-memory", "memory_max_mb = 65536", "signal 6 (abort): out of memory");
}

#[cfg(unix)]
#[test]
fn a_recording_whose_worker_others_killed_is_tried_again_by_the_next_run() {
    // One death that may be of others is enough: one of its own condemns nobody.
    for (kind, told) in [("kill", "signal 9"), ("kill-once", "first signal 9")] {
        let workspace = Workspace::new();
        run_with_fault(&workspace, kind).ended_with(3);
        let failures = workspace.failures();
        assert_eq!(failures.len(), 1, "{kind}: {failures:?}");
        assert_eq!(
            (&failures[0]["permanent"], &failures[0]["kind"]),
            (&false.into(), &"worker_killed".into())
        );
        assert!(failures[0]["reason"].as_str().unwrap().contains(told), "{kind}: {failures:?}");
        assert!(!workspace.path("out/quarantine").exists(), "{kind}");
        workspace.run(samples()).without_asr().succeeded();
        assert_eq!(workspace.calls().len(), sample_names().len());
    }
}

#[test]
fn a_worker_that_is_given_too_little_memory_is_told_from_one_too_many() {
    let workspace = Workspace::new();
    let config = workspace.write("etalon.toml", "[workers]\nmemory_max_mb = 1\n");
    let ended = workspace.run(samples()).without_asr().option("--config", config).ended_with(1);
    assert!(ended.stderr.contains("with `memory_max_mb = 1`; give a worker more"), "{}", ended.stderr);
}

#[test]
fn a_quarantined_recording_is_left_alone_until_somebody_asks() {
    let workspace = Workspace::new();
    run_with_fault(&workspace, "abort").ended_with(3);
    let failures = workspace.failures();
    // The fault is gone, and yet the recording is not taken up.
    workspace.run(samples()).without_asr().ended_with(3);
    assert_eq!(workspace.failures(), failures);
    // Another configuration may get through, so it tries.
    let config = workspace.write("etalon.toml", "[dialogue]\nsilence_min_s = 4.0\n");
    let (quarantine, other) = (workspace.path("out/quarantine"), workspace.folder("other"));
    std::fs::rename(&quarantine, other.join("quarantine")).unwrap();
    Run::over(samples(), &other).without_asr().option("--config", config).succeeded();
    assert!(files_below(&other.join("quarantine")).is_empty(), "what has a result is quarantined no more");
    std::fs::rename(other.join("quarantine"), &quarantine).unwrap();

    run_with_fault(&workspace, "abort").ended_with(3);
    workspace.run(samples()).without_asr().with("--retry-quarantined").succeeded();
    assert!(!quarantine.exists());
}

#[test]
fn recordings_that_all_die_once_are_done_by_one_worker() {
    let (with_fault, without_fault) = (Workspace::new(), Workspace::new());
    let run = with_fault.run(samples()).without_asr().option("--jobs", "2");
    run.with_fault("abort-once", "*").succeeded();
    without_fault.run(samples()).without_asr().succeeded();
    assert_same(&with_fault.out(), &without_fault.out());
}

#[test]
fn recordings_that_exceed_a_limit_of_the_configuration_are_to_blame() {
    let workspace = Workspace::new();
    let config = workspace.write("etalon.toml", "[workers]\nmemory_max_mb = 65536\n");
    let run = workspace.run(samples()).without_asr().option("--config", config);
    run.with_fault("out-of-memory", "*").ended_with(3);
    assert_eq!(files_below(&workspace.path("out/quarantine")).len(), sample_names().len());
}

#[test]
fn no_recording_is_blamed_where_all_of_them_die() {
    let workspace = Workspace::new();
    let run = || workspace.run(samples()).without_asr().option("--jobs", "2");
    let ended = run().with_fault("abort", "*").ended_with(1);
    assert!(ended.stderr.contains("error: one recording after another ends its worker"), "{}", ended.stderr);
    let failures = workspace.failures();
    assert_eq!(failures.len(), sample_names().len(), "{failures:?}");
    assert!(failures.iter().all(|failure| failure["permanent"] == false && failure["id"].is_string()));
    assert!(!workspace.path("out/quarantine").exists());
    // The fault has passed, and nobody has to ask for anything.
    run().succeeded();
    assert_eq!(workspace.calls().len(), sample_names().len());
}

#[test]
fn threads_and_processes_give_the_same_bytes() {
    let workspace = Workspace::new();
    let run = |workers: &str| {
        let out = workspace.path(workers);
        Run::over(samples(), &out).without_asr().option("--workers", workers).succeeded();
        out
    };
    assert_same(&run("threads"), &run("processes"));
}

/// The mappings of a process that show the shared weights: their pages' rights and inode.
#[cfg(target_os = "linux")]
fn mapped_weights(process: u32) -> Vec<(String, String)> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).unwrap_or_default();
    let fields = maps.lines().filter(|line| line.contains("memfd:etalon-weights"));
    fields
        .map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            (fields[1].to_owned(), fields[4].to_owned())
        })
        .collect()
}

#[cfg(target_os = "linux")]
#[test]
fn workers_have_one_copy_of_the_weights() {
    let workspace = Workspace::new();
    // The second worker starts when the first one has begun with a recording.
    let mut run = workspace.run(samples()).option("--jobs", "2").with_fault("hang", "*").spawned();
    let mapped = || -> Vec<_> { children_of(run.id()).into_iter().map(mapped_weights).collect() };
    let is_mapped = || {
        let mapped = mapped();
        mapped.len() == 2 && mapped.iter().all(|of_worker| !of_worker.is_empty())
    };
    assert!(comes_true_within(Duration::from_mins(2), is_mapped), "{:?}", mapped());
    let mapped = mapped();
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(mapped[0], mapped[1]);
    assert!(mapped[0].len() == 1 && mapped[0][0].0.starts_with("r-"), "{mapped:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn workers_that_cannot_share_the_weights_have_copies_and_say_so_once() {
    let workspace = Workspace::new();
    let command = workspace.run(sample(FAULTY)).option("--jobs", "2").into_command();
    // Larger than every result, and smaller than the weights: 16 MiB.
    let ended = ended(&mut behind("ulimit -f 32768", &command));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let told = "each worker keeps its own copy of the speech model in memory";
    assert_eq!(ended.stderr.matches(told).count(), 1, "{}", ended.stderr);
    assert_eq!(workspace.call()["turns"], sample_run().call(FAULTY)["turns"]);
    assert!(!sample_run().ended.stderr.contains(told));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_name_may_be_any_bytes() {
    use std::os::unix::ffi::OsStringExt as _;
    let workspace = Workspace::new();
    let name = std::ffi::OsString::from_vec(b"caf\xe9.wav".to_vec());
    let recording = workspace.copy_sample(FAULTY, name);
    workspace.run(recording).without_asr().succeeded();
    assert_eq!(workspace.calls().len(), 1);
}

/// A run whose worker never comes back.
#[cfg(target_os = "linux")]
fn hanging_run(workspace: &Workspace) -> Child {
    workspace.run(sample(FAULTY)).without_asr().with_fault("hang", FAULTY).spawned()
}

/// The workers of a run, when they have had the time to begin.
#[cfg(target_os = "linux")]
fn workers_of(run: &Child) -> Vec<u32> {
    let is_begun = || !children_of(run.id()).is_empty();
    assert!(comes_true_within(Duration::from_mins(1), is_begun), "no worker after a minute");
    std::thread::sleep(Duration::from_millis(500));
    children_of(run.id())
}

#[cfg(target_os = "linux")]
pub(crate) fn children_of(parent: u32) -> Vec<u32> {
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
pub(crate) fn assert_gone_within_5_s(processes: &[u32]) {
    // A process that nobody has waited for yet is still listed, without a command line.
    let lives = |id: &u32| std::fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| !line.is_empty());
    let are_gone = || !processes.iter().any(lives);
    assert!(comes_true_within(Duration::from_secs(5), are_gone), "workers stay behind");
}

#[cfg(target_os = "linux")]
#[test]
fn workers_do_not_outlive_their_parent() {
    let workspace = Workspace::new();
    let mut run = hanging_run(&workspace);
    let workers = workers_of(&run);
    run.kill().unwrap();
    run.wait().unwrap();
    assert_gone_within_5_s(&workers);
}

#[cfg(target_os = "linux")]
#[test]
fn a_stop_is_quick_whatever_a_worker_is_doing() {
    for to_everybody in [false, true] {
        let workspace = Workspace::new();
        let mut run = hanging_run(&workspace);
        let workers = workers_of(&run);
        let asked = Instant::now();
        // A service manager signals all processes of a service; to the run it must look like a stop, not like a crash.
        let processes = workers.iter().filter(|_| to_everybody).copied().chain([run.id()]);
        let ids: Vec<String> = processes.map(|id| id.to_string()).collect();
        assert!(Command::new("kill").arg("-TERM").args(&ids).status().unwrap().success());
        assert_eq!(run.wait().unwrap().code(), Some(130));
        assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?} to stop", asked.elapsed());
        assert_gone_within_5_s(&workers);
        assert!(!workspace.path("out/quarantine").exists());
    }
}
