//! Stored results and recordings that change between two runs.

use crate::harness::{
    Ended, Workspace, comes_true_within, has_stored_call, json, json_lines, sample, samples,
};
use crate::transcripts::mono;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

const SAMPLE: &str = "06-fast-talker";

fn run_of(workspace: &Workspace) -> Value {
    json(&workspace.path("out/run.json"))
}

fn lines(workspace: &Workspace) -> usize {
    json_lines(&workspace.path("out/calls.jsonl")).len()
}

fn run(workspace: &Workspace, code: i32) -> Ended {
    workspace.run("calls").without_asr().ended_with(code)
}

/// The files of the stored calls.
fn stored(workspace: &Workspace) -> Vec<PathBuf> {
    let folders = fs::read_dir(workspace.path("out/calls")).unwrap();
    let files = folders.flat_map(|folder| fs::read_dir(folder.unwrap().path()).unwrap());
    files.map(|file| file.unwrap().path()).collect()
}

/// Writes a stored call again without a part, as an editor would.
fn without(path: &PathBuf, part: &str) {
    let mut call = json(path);
    call.as_object_mut().unwrap().remove(part).unwrap();
    fs::write(path, call.to_string()).unwrap();
}

#[test]
fn a_stored_call_that_was_changed_is_made_again() {
    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "calls/one.wav");
    workspace.copy_sample("05-busy-client", "calls/two.wav");
    run(&workspace, 0);
    let file = stored(&workspace).remove(0);
    let original = fs::read(&file).unwrap();
    let text = String::from_utf8(original.clone()).unwrap();
    let other_score = text.replacen("\"score\":", "\"score\": ", 1);
    let other_schema = text.replacen("etalon.call/1", "etalon.call/0", 1);
    for changed in
        [other_score, other_schema, text.replacen("\"metrics\":", "\"measures\":", 1), String::new()]
    {
        fs::write(&file, changed).unwrap();
        let ended = run(&workspace, 0);
        assert!(ended.stderr.contains("1 stored results could not be read wholly"), "{}", ended.stderr);
        let counts = run_of(&workspace);
        assert_eq!(
            (&counts["processed"], &counts["reused"], &counts["redone"]),
            (&1.into(), &1.into(), &1.into())
        );
        assert_eq!((lines(&workspace), fs::read(&file).unwrap()), (2, original.clone()));
    }
}

#[test]
fn a_damaged_call_that_no_run_can_make_again_is_named() {
    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "calls/one.wav");
    workspace.copy_sample("05-busy-client", "other/two.wav");
    run(&workspace, 0);
    let first = stored(&workspace).remove(0);
    workspace.run("other").without_asr().succeeded();
    without(&first, "metrics");
    let ended = workspace.run("other").without_asr().ended_with(3);
    assert!(ended.stderr.contains("not in the report: calls/"), "{}", ended.stderr);
    for command in ["report", "score"] {
        let out = workspace.out();
        let ended = crate::harness::ended(crate::harness::etalon().arg(command).arg(out));
        assert_eq!(ended.code, 3, "{command}: {}", ended.stderr);
        assert!(ended.stderr.contains("not in the report: calls/"), "{command}: {}", ended.stderr);
    }
}

/// The first seconds of a sample, as a recording that is still being written.
fn beginning() -> Vec<u8> {
    let whole = fs::read(sample(SAMPLE)).unwrap();
    whole[..whole.len() / 2].to_vec()
}

#[test]
fn a_recording_that_has_grown_is_one_call() {
    let workspace = Workspace::new();
    workspace.write("calls/one.wav", beginning());
    workspace.copy_sample("05-busy-client", "calls/two.wav");
    run(&workspace, 0);
    workspace.copy_sample(SAMPLE, "calls/one.wav");
    let ended = run(&workspace, 0);
    assert!(ended.stderr.contains("its recording has other bytes now"), "{}", ended.stderr);
    assert_eq!((&run_of(&workspace)["replaced"], lines(&workspace)), (&1.into(), 2));
    // Nothing is replaced twice.
    run(&workspace, 0);
    assert_eq!((&run_of(&workspace)["replaced"], lines(&workspace)), (&0.into(), 2));
}

#[test]
fn a_run_that_is_killed_remembers_where_it_found_what_it_stored() {
    let workspace = Workspace::new();
    workspace.write("calls/one.wav", beginning());
    workspace.copy_sample("05-busy-client", "calls/two.wav");
    let killed = workspace.run("calls").without_asr().option("--jobs", "2");
    let mut killed = killed.with_fault("hang", "two").spawned();
    let is_stored = comes_true_within(Duration::from_mins(1), || has_stored_call(&workspace.out()));
    assert!(is_stored, "nothing is stored after a minute");
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(run_of(&workspace)["interrupted"], true);
    workspace.copy_sample(SAMPLE, "calls/one.wav");
    run(&workspace, 0);
    assert_eq!((&run_of(&workspace)["replaced"], lines(&workspace)), (&1.into(), 2));
}

#[test]
fn a_side_that_comes_later_joins_the_call() {
    let workspace = Workspace::new();
    let sides = "[[sides]]\nagent = \"*-out\"\nclient = \"*-in\"\n";
    let config = workspace.write("etalon.toml", sides);
    workspace.write("calls/1-out.wav", mono(SAMPLE));
    let run = || workspace.run("calls").without_asr().option("--config", &config).succeeded();
    run();
    workspace.write("calls/1-in.wav", mono("05-busy-client"));
    run();
    assert_eq!((&run_of(&workspace)["replaced"], lines(&workspace)), (&1.into(), 1));
}

#[test]
fn recordings_of_one_name_in_two_folders_stay_two_calls() {
    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "monday/0001.wav");
    workspace.copy_sample("05-busy-client", "tuesday/0001.wav");
    workspace.run("monday").without_asr().succeeded();
    workspace.run("tuesday").without_asr().succeeded();
    assert_eq!((&run_of(&workspace)["replaced"], lines(&workspace)), (&0.into(), 2));
}

#[test]
fn a_report_without_readable_accuracies_is_only_less_detailed() {
    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "calls/one.wav");
    workspace.write("out/rule-accuracy.json", "garbage");
    workspace.write("out/report.json", "garbage");
    run(&workspace, 0);
}

#[test]
fn nothing_is_listened_to_again_without_a_reason() {
    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "calls/one.wav");
    workspace.copy_sample("05-busy-client", "calls/two.wav");
    run(&workspace, 0);
    let check = |what: &str, run: crate::harness::Run| {
        run.without_asr().succeeded();
        assert_eq!((&run_of(&workspace)["processed"], lines(&workspace)), (&0.into(), 2), "{what}");
    };
    let again = || workspace.run("calls");
    fs::rename(workspace.path("calls/one.wav"), workspace.path("calls/uno.wav")).unwrap();
    check("a recording that was renamed", again());
    fs::copy(workspace.path("calls/uno.wav"), workspace.path("calls/copy.wav")).unwrap();
    check("a copy of a recording", again());
    check("other packs", again().option("--packs", "ru-230fz").option("--packs", "kz-62vi"));
    check("the packs of before", again());
    check("another limit", again().option("--max-bytes", "999999999").option("--max-seconds", "99999"));
    check("the engine by its name", again().option("--engine", "whisper.cpp"));
}

#[test]
fn a_damaged_waveform_is_made_again() {
    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "calls/one.wav");
    run(&workspace, 0);
    let file = crate::harness::files_below(&workspace.path("out/waveforms")).remove(0);
    let original = fs::read(&file).unwrap();
    for damaged in [&original[..original.len() - 1], &[], b"garbage"] {
        fs::write(&file, damaged).unwrap();
        run(&workspace, 0);
        assert_eq!((&run_of(&workspace)["redone"], fs::read(&file).unwrap()), (&1.into(), original.clone()));
    }
}

#[test]
fn a_number_that_is_none_is_refused_before_any_work() {
    let workspace = Workspace::new();
    for text in
        ["[dialogue]\nsilence_min_s = nan\n", "[limits]\nmax_seconds = inf\n", "[voices]\nstep_s = -1.0\n"]
    {
        let config = workspace.write("etalon.toml", text);
        let ended = workspace.run(samples()).without_asr().option("--config", config).ended_with(2);
        assert!(ended.stderr.contains("has to be a number from"), "{}", ended.stderr);
        assert!(!workspace.out().exists());
    }
    let ended = workspace.run(samples()).without_asr().option("--max-seconds", "nan").ended_with(2);
    assert!(ended.stderr.contains("max_seconds"), "{}", ended.stderr);
}
