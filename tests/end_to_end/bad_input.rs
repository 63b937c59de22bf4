//! Input that nobody would wish for: one clear line each, and the others are still processed.
//!
//! What the user reads is in the snapshots: each command's exit code and messages.

use crate::harness::{Run, Workspace, ended, etalon, sample, sample_names};
use std::ffi::OsStr;
use std::path::PathBuf;

/// The first of the samples.
fn good() -> PathBuf {
    sample(&sample_names()[0])
}

#[test]
fn a_bad_recording_is_one_line_and_does_not_stop_the_others() {
    for (snapshot, name, content) in [
        ("empty_recording", "empty.wav", &b""[..]),
        ("text_for_a_recording", "text.wav", b"this is a letter, not a recording\n"),
        ("noise_for_a_recording", "noise.mp3", &[0x13, 0x37, 0x00, 0x42].repeat(400)),
    ] {
        let workspace = Workspace::new();
        workspace.copy_sample(&sample_names()[0], "in/good.wav");
        workspace.write(format!("in/{name}"), content);
        let ended = workspace.run("in").without_asr().ended_with(3);
        assert_eq!(workspace.calls().len(), 1, "{name}: the good recording was not processed");
        let failures = workspace.failures();
        assert_eq!(failures.len(), 1, "{name}: {failures:?}");
        assert_eq!((&failures[0]["source"], &failures[0]["permanent"]), (&name.into(), &true.into()));
        let about: Vec<&str> = ended.stderr.lines().filter(|line| line.starts_with("failed: ")).collect();
        insta::assert_snapshot!(snapshot, about.join("\n"));
    }
}

#[test]
fn a_recording_that_may_not_be_read_is_one_line() {
    let workspace = Workspace::new();
    let ended = workspace.run(good()).with("/nonexistent/call.wav").without_asr().ended_with(3);
    let about: Vec<&str> = ended.stderr.lines().filter(|line| line.starts_with("failed: ")).collect();
    insta::assert_snapshot!("absent_recording", about.join("\n"));
    assert_eq!(workspace.calls().len(), 1);
}

/// A run over a good recording with this option.
fn run_with(workspace: &Workspace, option: &str, value: impl AsRef<OsStr>) -> Run {
    workspace.run(good()).without_asr().option(option, value)
}

/// Compares what a user reads with the snapshot of this name.
fn check(workspace: &Workspace, snapshot: &str, run: Run) {
    insta::assert_snapshot!(snapshot, workspace.shown(&run.ended()));
}

#[test]
fn an_input_that_holds_no_recordings_is_a_usage_error() {
    let workspace = Workspace::new();
    let run = |input: &str| workspace.run(input).without_asr();
    workspace.folder("empty");
    check(&workspace, "empty_folder", run("empty"));
    check(&workspace, "absent_input", run("/nonexistent"));
    workspace.write("night.csv", "track,agent\na.wav,1\n");
    check(&workspace, "manifest_without_path", run("night.csv"));
    workspace.write("absent.csv", "path\nb.wav\n");
    check(&workspace, "manifest_of_absent_recordings", run("absent.csv"));
}

#[test]
fn a_value_that_nobody_understands_is_a_warning() {
    let workspace = Workspace::new();
    workspace.copy_sample(&sample_names()[0], "a.wav");
    workspace.write("facts.csv", "path,direction\na.wav,up\n");
    let shown = workspace.shown(&workspace.run("facts.csv").without_asr().succeeded());
    let warnings: Vec<&str> = shown.lines().filter(|line| line.starts_with("warning: ")).collect();
    insta::assert_snapshot!("manifest_with_unknown_direction", warnings.join("\n"));
}

#[test]
fn a_configuration_that_says_nothing_known_is_a_usage_error() {
    let workspace = Workspace::new();
    let config = |content: &str| run_with(&workspace, "--config", workspace.write("etalon.toml", content));
    check(&workspace, "config_with_unknown_key", config("langauge = \"ru\"\n"));
    check(&workspace, "config_with_wrong_type", config("language = 7\n"));
    check(&workspace, "config_with_unknown_engine", config("engine = \"cuda\"\n"));
    check(&workspace, "absent_config", run_with(&workspace, "--config", "/nonexistent.toml"));
}

#[test]
fn a_rule_pack_that_cannot_be_used_is_a_usage_error() {
    let workspace = Workspace::new();
    let pack = workspace.write("pack.toml", "[[rule]]\nid = \"a\"\ntypo = 1\n");
    check(&workspace, "pack_with_unknown_key", run_with(&workspace, "--packs", pack));
    check(&workspace, "unknown_pack", run_with(&workspace, "--packs", "kcg-servise"));
    check(&workspace, "absent_pack", run_with(&workspace, "--packs", "/nonexistent/pack.toml"));
}

#[test]
fn an_option_that_leads_nowhere_is_a_usage_error() {
    let workspace = Workspace::new();
    check(&workspace, "unknown_option", workspace.run(good()).with("--colour"));
    check(&workspace, "unknown_layout", run_with(&workspace, "--layout", "left"));
    check(&workspace, "unknown_engine", run_with(&workspace, "--engine", "cuda"));
    check(&workspace, "no_jobs", run_with(&workspace, "--jobs", "0"));
    check(&workspace, "history_that_is_no_ledger", run_with(&workspace, "--history", good()));
}

#[test]
fn a_wrong_model_or_language_is_said_before_the_run_begins() {
    let workspace = Workspace::new();
    let broken = workspace.write("broken.bin", b"not a model");
    for (snapshot, option, value) in [
        ("unknown_language", "--language", "klingon"),
        ("unknown_model", "--model", "large-v9"),
        ("broken_model", "--model", broken.to_str().unwrap()),
    ] {
        check(&workspace, snapshot, workspace.run(good()).option(option, value));
    }
}

#[test]
fn a_command_on_a_folder_without_results_says_what_makes_them() {
    let workspace = Workspace::new();
    workspace.folder("empty");
    let folder = workspace.path("empty");
    for command in ["score", "report"] {
        let ended = ended(etalon().arg(command).arg(&folder));
        insta::assert_snapshot!(format!("{command}_without_results"), workspace.shown(&ended));
    }
}

#[test]
fn an_output_in_use_is_left_alone() {
    let workspace = Workspace::new();
    let run = || workspace.run(good()).without_asr();
    run().succeeded();
    let lock = std::fs::File::open(workspace.path("out/.lock")).unwrap();
    lock.lock().unwrap();
    check(&workspace, "output_in_use", run());
    drop(lock);
    run().succeeded();
}

#[test]
fn one_recording_under_two_names_is_one_call() {
    let workspace = Workspace::new();
    for name in ["in/b.wav", "in/a.wav"] {
        workspace.copy_sample(&sample_names()[0], name);
    }
    workspace.run("in").without_asr().succeeded();
    let call = workspace.call();
    assert_eq!(call["call"]["source"], "a.wav");
    assert_eq!(call["call"]["also_found_as"], serde_json::json!(["b.wav"]));
}
