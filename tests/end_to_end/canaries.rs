//! A name, a phrase and a telephone number that are said in calls go through everything, and reach
//! no message, no figure and no temporary file.

use crate::harness::{Ended, Workspace, comes_true_within, ended, etalon, files_below, json_lines};
use crate::spoken::{add_call, holds};
#[cfg(target_os = "linux")]
use crate::workers::children_of;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What is said, in the forms in which it could get out.
const CANARIES: [&str; 6] =
    ["Зверобоев", "зверобоев", "персиковый бегемот", "9005554433", "900 555 44 33", "900 555-44-33"];

const SAID: &str = "это Пантелеймон Зверобоев, мой номер 8 900 555-44-33, персиковый бегемот";

/// Every log that somebody can ask for, and temporary files in a folder of their own.
fn command(workspace: &Workspace) -> Command {
    let mut command = etalon();
    command.env("RUST_LOG", "trace").env("RUST_BACKTRACE", "full").env("TMPDIR", workspace.folder("tmp"));
    command
}

fn run(workspace: &Workspace) -> Command {
    let mut command = command(workspace);
    command.arg("run").arg(workspace.path("in")).arg("--out").arg(workspace.out());
    command.arg("--transcripts").arg(workspace.path("words")).args(["--no-asr", "--jobs", "2"]);
    command
}

fn check(of: &str, text: &str) {
    for canary in CANARIES {
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(canary)).collect();
        assert!(lines.is_empty(), "{of} tells {canary}: {lines:?}");
    }
}

fn check_messages(of: &str, ended: &Ended) {
    assert!(!ended.stderr.is_empty(), "{of} says nothing");
    check(of, &ended.stderr);
}

/// Files that must not hold any of it.
fn check_files(of: &str, files: Vec<PathBuf>) {
    for path in files {
        for canary in CANARIES {
            assert!(!holds(&path, canary), "{of}: {} holds {canary}", path.display());
        }
    }
}

fn recordings(workspace: &Workspace) {
    for (sample, name) in ["good", "killed", "garbage", "odd"].into_iter().enumerate() {
        add_call(workspace, sample, name, SAID);
    }
    // Recordings and transcripts that fail, each with it.
    workspace.write("in/broken.wav", SAID);
    workspace.write(
        "words/odd.json",
        format!("{{\"turns\": [{{\"text\": \"{SAID}\", \"start_s\": \"{SAID}\"}}]}}"),
    );
    workspace.write("words/broken.json", format!("{SAID} is no JSON"));
    workspace.write(
        "in/manifest.csv",
        "path,agent_name,client_ref,started_at\n\
         good.wav,Пантелеймон Зверобоев,8 (900) 555-44-33,2026-11-20T10:00:00+05:00\n\
         killed.wav,Пантелеймон Зверобоев,89005554433,персиковый бегемот\n\
         gone.wav,Зверобоев,+79005554433,2026-11-20T10:00:00+05:00\n",
    );
}

#[test]
fn what_is_said_reaches_no_message_figure_or_temporary_file() {
    let workspace = Workspace::new();
    recordings(&workspace);
    check_runs_that_fail(&workspace);
    check_runs(&workspace);
    check_what_tells_of_runs(&workspace);
    check_reviews(&workspace);
    check_commands(&workspace);
    check_files("temporary files", files_below(&workspace.path("tmp")));
}

/// Runs whose workers die, write garbage or lack memory.
fn check_runs_that_fail(workspace: &Workspace) {
    let out = workspace.out();
    let quarantined = ended(run(workspace).env("ETALON_FAULT", "abort:killed"));
    assert_eq!(quarantined.code, 3, "{}", quarantined.stderr);
    check_messages("a run with a worker that dies", &quarantined);
    assert!(!files_below(&out.join("quarantine")).is_empty(), "nothing is in quarantine");
    assert!(json_lines(&out.join("failures.jsonl")).len() >= 3, "too little failed");
    for fault in ["garbage-output:garbage", "out-of-memory:garbage", "abort:*"] {
        workspace.write(
            "in/garbage.wav",
            [std::fs::read(workspace.path("in/garbage.wav")).unwrap(), vec![0, 0]].concat(),
        );
        check_messages(fault, &ended(run(workspace).env("ETALON_FAULT", fault)));
    }
}

/// Runs that come to their end, with every way to tell of them.
fn check_runs(workspace: &Workspace) {
    let out = workspace.out();
    let summary = ended(run(workspace).args(["--json", "--retry-quarantined"]));
    check("run.json on standard output", &summary.stdout);
    check_messages("a run again", &summary);
    let metrics = workspace.path("metrics.prom");
    let mut with_log = run(workspace);
    with_log
        .args(["--log-format", "json", "--heartbeat", "1", "--retry-quarantined", "--metrics"])
        .arg(&metrics);
    let logged = ended(&mut with_log);
    assert!(logged.stderr.starts_with('{'), "{}", logged.stderr);
    check_messages("a log in JSON", &logged);
    assert!(out.join("etalon.prom").exists(), "no metrics were written");
    check_files("the copy of the metrics", vec![metrics]);
    check_files("the runs that are kept", files_below(&out.join("runs")));
    let calls = json_lines(&out.join("calls.jsonl"));
    assert!(
        calls.iter().any(|call| call.to_string().contains("Зверобоев")),
        "it is in no result, and is not looked for"
    );
}

/// The files beside the results.
fn check_what_tells_of_runs(workspace: &Workspace) {
    let out = workspace.out();
    let told =
        ["run.json", "failures.jsonl", "passed_over.jsonl", "recordings.jsonl", "report.json", "etalon.prom"];
    check_files(
        "what tells of a run",
        told.map(|name| out.join(name)).into_iter().filter(|path| path.exists()).collect(),
    );
    check_files("the quarantine", files_below(&workspace.folder("out/quarantine")));
    check_files("the packs", files_below(&out.join("packs")));
}

/// Tables of reviews in which it is typed, where it may stand and where it may not.
fn check_reviews(workspace: &Workspace) {
    let table = workspace.write(
        "verdicts.csv",
        format!(
            "call;reviewer;rule;verdict;comment\n\
             good;Анна;manual.phone_silent;pass;{SAID}\n\
             good;Анна;{SAID};pass;\n{SAID};Анна;manual.phone_silent;pass;\n\
             good;Анна;manual.phone_silent;{SAID};\n"
        ),
    );
    let import = ["reviews", "import", "--as", "Мария"];
    let imported = ended(command(workspace).args(import).arg(workspace.out()).arg(table));
    assert!(imported.stderr.contains("answers: 1,"), "{}", imported.stderr);
    check_messages("an import of reviews", &imported);
    let exported = workspace.path("reviews.csv");
    check_messages(
        "an export of reviews",
        &ended(command(workspace).args(["reviews", "export"]).arg(workspace.out()).arg(&exported)),
    );
    assert!(holds(&exported, CANARIES[0]), "it is in no table, and is not looked for");
}

/// The commands that read results, whole and damaged ones.
fn check_commands(workspace: &Workspace) {
    let out = workspace.out();
    let folder = out.to_str().unwrap();
    for arguments in [
        &["score", folder][..],
        &["score", folder, "--packs", "ru-230fz"],
        &["report", folder],
        &["search", folder, "слово"],
        &["rules", "explain", "good.wav", "no.rule", "--out", folder],
        &["forget", "--out", folder, "--client", "k-1"],
        &["forget", "--out", folder, "--client", "+79005554433", "--dry-run"],
    ] {
        check_messages(&arguments.join(" "), &ended(command(workspace).args(arguments)));
    }
    // A damaged call is told of without a word of it.
    let call = files_below(&out.join("calls")).remove(0);
    let cut = std::fs::read(&call).unwrap();
    std::fs::write(&call, &cut[..cut.len() / 2]).unwrap();
    for arguments in [&["report", folder][..], &["score", folder]] {
        check_messages("a damaged call", &ended(command(workspace).args(arguments)));
    }
}

#[test]
fn what_is_said_is_in_no_temporary_file_of_a_run_that_was_killed() {
    let workspace = Workspace::new();
    recordings(&workspace);
    for round in 1..6 {
        let mut child =
            run(&workspace).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(60 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        check_files("temporary files", files_below(&workspace.path("tmp")));
    }
}

#[cfg(unix)]
#[test]
fn what_is_said_is_in_no_progress_line_of_a_terminal() {
    let workspace = Workspace::new();
    recordings(&workspace);
    let mut run = run(&workspace);
    // Without the table of calls, which names agents.
    run.arg("--json");
    let quoted: Vec<String> = std::iter::once(run.get_program())
        .chain(run.get_args())
        .map(|part| format!("'{}'", part.to_str().unwrap()))
        .collect();
    // `script` of util-linux gives the command a terminal.
    let mut script = Command::new("script");
    script.args(["-q", "-e", "-c", &quoted.join(" "), "/dev/null"]).env("TERM", "xterm");
    let shown = ended(&mut script);
    assert!(shown.stdout.contains("\u{1b}[2K"), "no progress was shown: {}", shown.stdout);
    check("a terminal", &shown.stdout);
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_of_a_run_writes_a_core_dump() {
    let workspace = Workspace::new();
    add_call(&workspace, 0, "good", SAID);
    let mut command = run(&workspace);
    command.env("ETALON_FAULT", "hang:good").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut parent = command.spawn().unwrap();
    let id = parent.id();
    let is_begun = || !children_of(id).is_empty();
    assert!(comes_true_within(Duration::from_secs(30), is_begun), "no worker was started");
    let limit_of = |process: u32| {
        let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
        let line =
            limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap().to_owned();
        line.split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let workers = children_of(id);
    assert!(!workers.is_empty(), "the worker has ended");
    let limits: Vec<Vec<String>> = workers.into_iter().chain([id]).map(limit_of).collect();
    parent.kill().unwrap();
    parent.wait().unwrap();
    assert!(limits.iter().all(|limit| limit == &["0", "0"]), "{limits:?}");
}
