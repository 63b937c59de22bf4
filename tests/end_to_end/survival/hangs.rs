//! What never ends: pipes that nobody writes into, and devices, in every place where a file may be named.

use super::{ended_within, say};
use crate::harness::{Run, Workspace, sample, sample_names};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

fn pipe(workspace: &Workspace, name: &str) -> PathBuf {
    let path = workspace.write(name, "");
    std::fs::remove_file(&path).unwrap();
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

#[test]
fn what_is_no_file_keeps_nobody_waiting() {
    let workspace = Workspace::new();
    let recording = sample(&sample_names()[0]);
    let zero = PathBuf::from("/dev/zero");
    let run = |input: &Path| Run::over(input, workspace.path("out")).without_asr();
    let with = |option: &str, path: &Path| run(&recording).option(option, path);
    pipe(&workspace, "transcripts/01-proper-hold.json");
    pipe(&workspace, "folder/manifest.csv");
    workspace.copy_sample(&sample_names()[0], "folder/a.wav");
    workspace.write("rows.csv", format!("path\n{}\n/dev/zero\n", pipe(&workspace, "row.wav").display()));
    // Usage errors are 2; what costs only itself is 3, and what nobody needs, 0.
    let cases = [
        (run(&pipe(&workspace, "a.wav")), 2),
        (run(&zero), 2),
        (run(&workspace.path("rows.csv")), 2),
        (run(&pipe(&workspace, "a.csv")), 2),
        (run(&workspace.path("folder")), 3),
        (with("--manifest", &pipe(&workspace, "b.csv")), 2),
        (with("--manifest", &zero), 2),
        (with("--config", &pipe(&workspace, "etalon.toml")), 2),
        (with("--config", &zero), 2),
        (with("--packs", &pipe(&workspace, "pack.toml")), 2),
        (with("--add-packs", &pipe(&workspace, "added.toml")), 2),
        (with("--history", &pipe(&workspace, "ledger.sqlite")), 2),
        (with("--transcripts", &workspace.path("transcripts")), 0),
        (with("--transcripts", &pipe(&workspace, "pipe")), 2),
        (Run::over(&recording, workspace.path("out")).option("--model", pipe(&workspace, "ggml-x.bin")), 2),
    ];
    let tried = cases.len();
    for (case, code) in cases {
        let command = case.into_command();
        let shown = format!("{command:?}");
        let ended = ended_within(command, Duration::from_secs(30), &shown);
        assert_eq!(ended.code, Some(code), "{shown}: {}", ended.stderr);
    }
    say(&format!("{tried} pipes and devices in the place of files: none waited for"));
}
