//! `etalon watch`: recordings that come while it runs, and its own coming and going.

use crate::harness::{
    Run, Workspace, assert_same, comes_true_within, ended, etalon, files_below, has_stored_call, json, sample,
};
use std::fs::{self, File};
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// Everything here takes seconds; the machine may be busy.
const PATIENCE: Duration = Duration::from_mins(2);

/// A watch with a look each second, for which a recording has settled after a second.
fn watch(workspace: &Workspace) -> Command {
    watch_with(workspace, &["--interval", "1", "--settle", "1"])
}

fn watch_with(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = etalon();
    command.arg("watch").arg(workspace.path("in")).arg("--out").arg(workspace.out()).arg("--no-asr");
    command.args(arguments);
    command
}

/// A watch in the background. What it says goes into a file.
fn started(workspace: &Workspace) -> Child {
    spawned(workspace, &mut watch(workspace))
}

fn spawned(workspace: &Workspace, command: &mut Command) -> Child {
    let said = File::options().append(true).create(true).open(workspace.path("said")).unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(said).spawn().unwrap()
}

fn said(workspace: &Workspace) -> String {
    fs::read_to_string(workspace.path("said")).unwrap()
}

/// Waits until so many calls are in the report and the round is over.
fn wait_for_calls(workspace: &Workspace, calls: usize) {
    wait_for(workspace, &format!("{calls} calls"), || {
        let lines = fs::read_to_string(workspace.path("out/calls.jsonl")).unwrap_or_default();
        let summary = workspace.path("out/run.json");
        let is_reported = lines.lines().count() == calls && summary.exists();
        let is_over = is_reported && json(&summary)["interrupted"] == false && nothing_waits(workspace);
        is_over && is_report_made(workspace)
    });
}

/// Whether the latest round has left no report to be made.
fn is_report_made(workspace: &Workspace) -> bool {
    said(workspace)
        .lines()
        .rfind(|line| line.starts_with("report:"))
        .is_some_and(|line| !line.contains("follows"))
}

/// Whether a look after the last round has found nothing to do.
fn nothing_waits(workspace: &Workspace) -> bool {
    said(workspace).lines().rfind(|line| line.starts_with("backlog: ")) == Some("backlog: nothing")
}

fn wait_for(workspace: &Workspace, what: &str, is_so: impl Fn() -> bool) {
    assert!(comes_true_within(PATIENCE, is_so), "{what}: {}", said(workspace));
}

/// Ends a watch as a service manager does.
fn end(mut watch: Child) {
    let since = Instant::now();
    assert!(Command::new("kill").arg("-TERM").arg(watch.id().to_string()).status().unwrap().success());
    assert_eq!(watch.wait().unwrap().code(), Some(130));
    assert!(since.elapsed() < Duration::from_secs(5), "it took {:?} to end", since.elapsed());
}

#[test]
fn recordings_are_taken_as_they_settle_and_nothing_else_is() {
    let workspace = Workspace::new();
    workspace.folder("in");
    let watch = started(&workspace);
    workspace.copy_sample("05-busy-client", "in/day/whole.wav");
    workspace.copy_sample("01-proper-hold", "in/copy.wav.part");
    workspace.copy_sample("01-proper-hold", "in/.hidden.wav");
    let bytes = fs::read(sample("06-fast-talker")).unwrap();
    let mut growing = File::create(workspace.path("in/growing.wav")).unwrap();
    for part in bytes.chunks(bytes.len() / 12) {
        growing.write_all(part).unwrap();
        std::thread::sleep(Duration::from_millis(500));
    }
    drop(growing);
    wait_for_calls(&workspace, 2);
    // Had half of it been taken, it would have been replaced.
    assert!(!said(&workspace).contains("replaced"), "{}", said(&workspace));
    assert!(said(&workspace).contains("1 still being written"), "{}", said(&workspace));
    assert!(said(&workspace).contains("backlog: 1 to be processed, the oldest "), "{}", said(&workspace));
    end(watch);

    let run = Run::over(workspace.path("in"), workspace.path("run"));
    run.option("--settle", "0").without_asr().succeeded();
    assert_same(&workspace.out(), &workspace.path("run"));
}

#[test]
fn a_watch_that_finds_nothing_new_writes_nothing() {
    let workspace = Workspace::new();
    workspace.copy_sample("06-fast-talker", "in/one.wav");
    let watch = started(&workspace);
    wait_for_calls(&workspace, 1);
    let written =
        || -> Vec<SystemTime> { files_below(&workspace.out()).iter().map(|file| modified(file)).collect() };
    let before = written();
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(written(), before);
    assert_eq!(said(&workspace).matches("backlog: ").count(), 3, "{}", said(&workspace));

    // Facts that come later are applied, without anything being listened to.
    workspace.write("in/manifest.csv", "path,agent_id\none.wav,a17\n");
    wait_for(&workspace, "facts", || {
        let lines = fs::read_to_string(workspace.path("out/calls.jsonl")).unwrap();
        lines.contains("\"agent_id\":\"a17\"")
    });
    wait_for_calls(&workspace, 1);
    let counts = json(&workspace.path("out/run.json"));
    assert_eq!((&counts["processed"], &counts["reused"]), (&0.into(), &1.into()));
    end(watch);
}

fn modified(file: &std::path::Path) -> SystemTime {
    fs::metadata(file).unwrap().modified().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn where_the_system_tells_of_changes_no_look_is_waited_for() {
    let workspace = Workspace::new();
    workspace.folder("in");
    let mut command = watch_with(&workspace, &["--interval", "3600", "--settle", "1"]);
    let watch = spawned(&workspace, &mut command);
    wait_for(&workspace, "a first look", || nothing_waits(&workspace));
    workspace.copy_sample("06-fast-talker", "in/day/one.wav");
    wait_for_calls(&workspace, 1);
    end(watch);
}

#[test]
fn the_rounds_of_a_watch_are_kept_as_one_run() {
    let workspace = Workspace::new();
    workspace.copy_sample("06-fast-talker", "in/one.wav");
    let watch = started(&workspace);
    wait_for_calls(&workspace, 1);
    workspace.copy_sample("05-busy-client", "in/two.wav");
    wait_for_calls(&workspace, 2);
    end(watch);
    let kept = || -> Vec<serde_json::Value> {
        files_below(&workspace.path("out/runs")).iter().map(|file| json(file)).collect()
    };
    let (rounds, latest) = (kept(), json(&workspace.path("out/run.json")));
    assert_eq!(rounds.len(), 1);
    let counts = |run: &serde_json::Value| {
        [&run["recordings"], &run["processed"], &run["quality"][0]["calls"]].map(serde_json::Value::as_u64)
    };
    assert_eq!(counts(&rounds[0]), [Some(2), Some(2), Some(2)]);
    assert_eq!(counts(&latest), [Some(2), Some(1), Some(2)]);
    assert_eq!(rounds[0]["started_at"], latest["watch_started_at"]);

    // What the last round has left in run.json is kept already.
    Run::over(workspace.path("in"), workspace.out()).without_asr().succeeded();
    assert_eq!(kept().len(), 2);
}

#[test]
fn a_watch_that_is_killed_goes_on() {
    let workspace = Workspace::new();
    workspace.copy_sample("06-fast-talker", "in/one.wav");
    workspace.copy_sample("05-busy-client", "in/two.wav");
    let mut command = watch(&workspace);
    let mut killed = spawned(&workspace, command.env("ETALON_FAULT", "hang:two"));
    wait_for(&workspace, "a stored call", || has_stored_call(&workspace.out()));
    killed.kill().unwrap();
    killed.wait().unwrap();

    workspace.copy_sample("01-proper-hold", "in/three.wav");
    let watch = started(&workspace);
    wait_for_calls(&workspace, 3);
    assert!(said(&workspace).contains("3 recordings: 2 processed, 1 done before"), "{}", said(&workspace));
    end(watch);
    let run = Run::over(workspace.path("in"), workspace.path("run"));
    run.without_asr().succeeded();
    assert_same(&workspace.out(), &workspace.path("run"));
}

#[test]
fn an_end_in_the_middle_of_a_recording_leaves_a_report_of_the_others() {
    let workspace = Workspace::new();
    workspace.copy_sample("06-fast-talker", "in/one.wav");
    workspace.copy_sample("05-busy-client", "in/two.wav");
    // Long enough for the one recording that gets through.
    let ended = ended(watch_until(&workspace, Duration::from_secs(20)).env("ETALON_FAULT", "hang:two"));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert_eq!(fs::read_to_string(workspace.path("out/calls.jsonl")).unwrap().lines().count(), 1);
    assert!(workspace.path("out/report/index.html").exists());
    // The night is compared with others by what was done of it.
    let kept = files_below(&workspace.path("out/runs"));
    assert_eq!((kept.len(), &json(&kept[0])["quality"][0]["calls"]), (1, &1.into()));
}

#[test]
fn an_end_is_kept_where_nothing_comes() {
    let workspace = Workspace::new();
    workspace.folder("in");
    let since = Instant::now();
    let ended = ended(&mut watch_until(&workspace, Duration::from_secs(4)));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(since.elapsed() >= Duration::from_secs(3), "{:?}", since.elapsed());
}

/// A watch that ends after some time, by the time of day.
fn watch_until(workspace: &Workspace, later: Duration) -> Command {
    let end = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap() + later;
    let seconds = end.as_secs() % 86_400;
    let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut command = watch(workspace);
    command.args(["--until", &time, "--jobs", "2"]).env("TZ", "UTC0");
    command
}

#[test]
fn a_result_folder_in_use_is_an_error_at_the_start_and_waited_for_later() {
    let workspace = Workspace::new();
    workspace.folder("in");
    workspace.folder("out");
    let lock =
        File::options().create(true).truncate(false).write(true).open(workspace.path("out/.lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(ended(&mut watch(&workspace)).code, 11);
    lock.unlock().unwrap();
    let watch = started(&workspace);
    wait_for(&workspace, "a first look", || said(&workspace).contains("backlog: nothing"));
    lock.lock().unwrap();
    workspace.copy_sample("06-fast-talker", "in/one.wav");
    wait_for(&workspace, "an error", || said(&workspace).contains("; tried again in "));
    lock.unlock().unwrap();
    wait_for_calls(&workspace, 1);
    end(watch);
}

#[test]
fn what_would_stop_the_first_round_is_told_before_it() {
    let workspace = Workspace::new();
    workspace.folder("in");
    for arguments in [
        &["--model", "none.bin"][..],
        &["--packs", "none"],
        &["--until", "25:00"],
        &["--interval", "0"],
        &["nowhere"],
        &["--plan", "night.plan"],
        &["--shard", "1/2"],
    ] {
        let mut command = etalon();
        command.arg("watch").arg(workspace.path("in")).arg("--out").arg(workspace.out()).args(arguments);
        let ended = ended(&mut command);
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stderr);
    }
}
