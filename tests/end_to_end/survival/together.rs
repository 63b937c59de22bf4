//! Several commands at the same time.

use super::{HANGS, Night, ended_within, rounds, say, started_in_group, wait_within};
use crate::harness::{Workspace, assert_same, comes_true_within, ended, etalon, sample_names};
use std::process::{Child, Command};
use std::time::Duration;

/// A run into the workspace of which one worker never comes back, when it holds the result folder.
fn hanging(night: &Night, workspace: &Workspace) -> Child {
    let run = started_in_group(night.run(&workspace.out()).with_fault("hang", &sample_names()[0]));
    let is_begun = || workspace.out().join("run.json").exists();
    assert!(comes_true_within(Duration::from_mins(1), is_begun), "no run after a minute");
    run
}

#[test]
fn who_comes_second_is_refused_and_mixes_nothing() {
    let night = Night::of_all();
    let workspace = Workspace::new();
    let mut run = hanging(night, &workspace);
    let command = |arguments: &[&str]| {
        let mut command = etalon();
        command.args(arguments).arg(workspace.out());
        command
    };
    let second: [Command; 4] = [
        night.run(&workspace.out()).into_command(),
        command(&["score"]),
        command(&["score", "--dry-run"]),
        command(&["report"]),
    ];
    for command in second {
        let shown = format!("{command:?}");
        let ended = ended_within(command, HANGS, &shown);
        assert_eq!(ended.code, Some(11), "{shown}: {}", ended.stderr);
    }
    run.kill().unwrap();
    run.wait().unwrap();
    night.check_completed(&workspace.out(), "commands that came second");
}

#[test]
fn of_many_runs_at_once_one_works() {
    let night = Night::of_one();
    let rounds = rounds(1, 20);
    let mut done = 0;
    for round in 0..rounds {
        let workspace = Workspace::new();
        let mut runs: Vec<Child> = (0..4).map(|_| started_in_group(night.run(&workspace.out()))).collect();
        let codes: Vec<Option<i32>> =
            runs.iter_mut().map(|run| wait_within(run, HANGS, "runs at once")).collect();
        assert!(codes.iter().all(|code| matches!(code, Some(0 | 11))), "{codes:?}");
        assert!(codes.contains(&Some(0)), "{codes:?}");
        done += codes.iter().filter(|code| **code == Some(0)).count();
        night.check_same(&workspace.out(), &format!("runs at once, round {round}"));
    }
    say(&format!(
        "{rounds} times four runs at once: {done} worked, the others exit code 11, every tree the same"
    ));
}

#[test]
fn a_result_folder_below_another_is_left_alone() {
    let (night, alone) = (Night::of_one(), Workspace::new());
    let below = |workspace: &Workspace| workspace.out().join("2026-11-20");
    night.run(&below(&alone)).succeeded();
    let rounds = rounds(2, 30);
    for round in 0..rounds {
        let workspace = Workspace::new();
        let (outer, inner) = (workspace.out(), below(&workspace));
        let mut inner_run = started_in_group(night.run(&inner));
        // The outer run begins again and again while the inner one writes.
        while inner_run.try_wait().unwrap().is_none() {
            let ended = ended_within(night.run(&outer).into_command(), HANGS, "the outer run");
            assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        }
        assert_eq!(inner_run.wait().unwrap().code(), Some(0), "round {round}");
        assert_same(&inner, &below(&alone));
    }
    say(&format!("{rounds} runs into a folder below that of another run: exit code 0, every tree the same"));
}

#[test]
fn a_report_after_a_kill_is_that_of_its_calls() {
    let night = Night::of_all();
    let workspace = Workspace::new();
    let mut run = hanging(night, &workspace);
    run.kill().unwrap();
    run.wait().unwrap();
    let report = ended(etalon().arg("report").arg(workspace.out()));
    assert_eq!(report.code, 0, "{}", report.stderr);
    night.check_completed(&workspace.out(), "a report of a killed run");
}
