//! Disks that fail and disks that are full.

use super::faults::{Process, operations, with_fault};
use super::{HANGS, Night, check_nobody_condemned, check_whole, ended_within, is_long, rounds, say};
use crate::harness::{Workspace, behind, contents, files_below};
use crate::recordings::Recording;
use serde_json::json;
use std::path::{Path, PathBuf};

/// No space left, input/output error, permission denied, too many open files.
const ERRORS: [(i32, &str); 4] = [(28, "ENOSPC"), (5, "EIO"), (13, "EACCES"), (24, "EMFILE")];

/// In which files a fault is met.
#[derive(Debug, Clone, Copy)]
enum Files {
    Results,
    Input,
}

impl Files {
    fn folder(self, night: &Night, out: &Path) -> PathBuf {
        match self {
            Self::Results => out.to_owned(),
            Self::Input => night.workspace.path(""),
        }
    }
}

/// Lets one run meet a fault, and then the same command complete it. Gives back the code of the first.
fn check(night: &Night, fault: &str, process: Process, files: Files, what: &str) -> i32 {
    let workspace = Workspace::new();
    let out = workspace.out();
    let below = files.folder(night, &out);
    let ended =
        ended_within(with_fault(night.run(&out).into_command(), fault, Some(process), &below), HANGS, what);
    let code = ended.code.unwrap_or_else(|| panic!("a signal ends it after {what}: {}", ended.stderr));
    assert!([0, 1, 2, 3].contains(&code), "exit code {code} after {what}: {}", ended.stderr);
    assert!(!ended.stderr.contains("internal error"), "{what}: {}", ended.stderr);
    if out.exists() {
        check_whole(&out, what);
        check_nobody_condemned(&out, what);
    }
    match files {
        Files::Results if code == 0 => night.check_same(&out, what),
        // A recording that can't be reached while pages are made is missing in them until the next run.
        Files::Input if code == 0 => night.check_same_calls(&out, what),
        _ => {}
    }
    night.check_completed(&out, what);
    code
}

/// Lets the first operation fail, then one after the other, until a run meets none of them any more.
fn sweep(process: Process, files: Files, kind: &str, long_step: usize) {
    let night = Night::of_one();
    let counted = Workspace::new();
    let folder = files.folder(night, &counted.out());
    let all = operations(night.run(&counted.out()).into_command(), process, &folder);
    // The number differs a little from run to run: threads share the work.
    let last = all + 10;
    let step = if is_long() { long_step } else { (last / 5).max(1) };
    let (mut codes, mut runs) = ([0; 4], 0);
    for (place, number) in (1..=last).step_by(step).enumerate() {
        let (errno, name) = ERRORS[place % ERRORS.len()];
        let what = format!("{name} at operation {number} of the {process:?} on the {files:?}");
        let code = check(night, &format!("{kind}:{number}:{errno}"), process, files, &what);
        codes[code as usize] += 1;
        runs += 1;
    }
    say(&format!(
        "`{kind}` at operation 1 to {last} of the {process:?} on the {files:?}, {runs} runs: exit codes 0, 1, 2, 3 came \
         {codes:?} times, every tree the same after the next run"
    ));
}

#[test]
fn one_failing_operation_leaves_nothing_half_done() {
    sweep(Process::Parent, Files::Results, "fail", 1);
}

#[test]
fn a_disk_that_goes_on_failing_leaves_nothing_half_done() {
    sweep(Process::Parent, Files::Results, "from", 5);
}

#[test]
fn an_input_that_cannot_be_read_is_tried_again() {
    for process in [Process::Parent, Process::Worker] {
        sweep(process, Files::Input, "fail", 1);
    }
}

#[test]
fn a_full_disk_leaves_nothing_half_done() {
    let night = Night::of_one();
    let all: u64 = files_below(&night.expected()).iter().map(|path| path.metadata().unwrap().len()).sum();
    let rounds = rounds(4, 60);
    for round in 0..rounds {
        let bytes = all * round as u64 / rounds as u64;
        let code = check(
            night,
            &format!("full:{bytes}"),
            Process::Parent,
            Files::Results,
            &format!("{bytes} bytes of space"),
        );
        assert_eq!(code, 1, "{bytes} of {all} bytes");
    }
    say(&format!(
        "disk full after 0 to {all} bytes, {rounds} sizes: exit code 1 each, every tree the same after the next"
    ));
    if is_long() {
        on_a_small_file_system(night, all);
    }
}

#[test]
fn a_disk_without_room_for_the_samples_of_a_long_recording_fails_it_for_now() {
    let (workspace, in_memory) = (Workspace::new(), Workspace::new());
    let lines = Recording::default().lines("03-look-at-the-website", &["agent", "client"], 0..4);
    let recording = lines.write(&workspace, 1);
    let run = |into: &Workspace, configuration: &str| {
        let config = into.write("etalon.toml", configuration);
        let run = into.run(&recording).option("--config", config);
        run.option("--transcripts", workspace.path("in"))
    };
    // No recording is short enough for memory.
    let in_files = "[workers]\nsamples_max_mb = 0\n";
    let command = run(&workspace, in_files).into_command();
    let command = with_fault(command, "full:4096", Some(Process::Worker), &workspace.out());
    let ended = ended_within(command, HANGS, "a full disk");
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let failures = workspace.failures();
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert_eq!([&failures[0]["permanent"], &failures[0]["kind"]], [&json!(false), &json!("unreadable")]);
    assert!(failures[0]["reason"].as_str().unwrap().contains("No space left"), "{failures:?}");
    check_whole(&workspace.out(), "a full disk");
    check_nobody_condemned(&workspace.out(), "a full disk");
    // With room the next run has the call that memory gives.
    run(&workspace, in_files).succeeded();
    run(&in_memory, "").succeeded();
    let calls = |workspace: &Workspace| contents(&workspace.out().join("calls"));
    assert!(!calls(&workspace).is_empty() && calls(&workspace) == calls(&in_memory));
}

#[test]
fn the_doctor_sees_a_full_disk() {
    let workspace = Workspace::new();
    let folder = workspace.folder("results");
    let mut doctor = crate::harness::etalon();
    doctor.arg("doctor").arg("--out").arg(&folder);
    let ended =
        ended_within(with_fault(doctor, "full:4096", Some(Process::Parent), &folder), HANGS, "a full disk");
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(files_below(&folder).is_empty());
}

/// The same on a file system in memory that is too small for all bytes of a run, and is made larger
/// before the next one. A namespace of its own lets anybody mount it.
fn on_a_small_file_system(night: &Night, all: u64) {
    let all_kib = all.div_ceil(1024);
    let sizes = [2, 10, 20, 40, 60, 80].map(|percent| (all_kib * percent / 100).max(16));
    for kib in sizes {
        let workspace = Workspace::new();
        let (out, kept) = (workspace.folder("out"), workspace.path("kept"));
        let command = night.run(&out).into_command();
        let small = format!("mount -t tmpfs -o size={kib}k none {}", out.display());
        let (first, larger) = ("\"$@\"; echo $?", format!("mount -o remount,size=1g {}", out.display()));
        let copied = format!("cp -r {} {}", out.display(), kept.display());
        let steps =
            format!("set -e; {small}; set +e; {first}; set -e; {larger}; \"$@\"; {copied}; set --  true");
        let mut in_namespace = std::process::Command::new("unshare");
        let behind = behind(&steps, &command);
        in_namespace.arg("-rm").arg(behind.get_program()).args(behind.get_args());
        let ended = ended_within(in_namespace, HANGS, "a small file system");
        assert_eq!(ended.code, Some(0), "{kib} KiB: {}", ended.stderr);
        assert!(ended.stderr.contains("No space left"), "{kib} KiB: {}", ended.stderr);
        night.check_same(Path::new(&kept), &format!("a file system of {kib} KiB"));
    }
    say(&format!("file system of {sizes:?} KiB: full, then enlarged, every tree the same"));
}
