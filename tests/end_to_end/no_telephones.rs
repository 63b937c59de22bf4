//! No telephone number reaches the messages of a command, wherever in its inputs one stands.
//!
//! The messages of a command go into logs when standard error is no terminal, as in these tests.
//! Data that a command is asked for on standard output may name a recording: the table of `run`, and
//! what `rules explain` shows.

use crate::harness::{Ended, Run, Workspace, ended, etalon, sample_names};
use std::path::Path;

/// A number that is nobody's, as it stands in names of files.
const TELEPHONE: &str = "79005554433";

/// The digits that must not be seen, whatever stands around them.
const CANARY: &str = "9005554433";

fn check_messages(of: &str, ended: &Ended) {
    let shown: Vec<&str> = ended.stderr.lines().filter(|line| line.contains(CANARY)).collect();
    assert!(shown.is_empty(), "{of}: {shown:?}");
    assert!(!ended.stderr.is_empty(), "{of} says nothing");
}

/// A name that holds the number.
fn named(before: &str, after: &str) -> String {
    format!("{before}{TELEPHONE}{after}")
}

/// A run over an input of the workspace, whose messages are searched.
fn check_run(workspace: &Workspace, of: &str, with: impl FnOnce(Run) -> Run, input: impl AsRef<Path>) {
    check_messages(of, &with(workspace.run(input).without_asr()).ended());
}

/// A folder with recordings and other files of every kind that a run has something to say about.
fn odd_folder(workspace: &Workspace) {
    let day = format!("in/{TELEPHONE}");
    workspace.copy_sample(&sample_names()[0], format!("{day}/{}", named("", "_1.wav")));
    workspace.write(format!("{day}/{}", named("broken-", ".wav")), "a letter and no recording");
    workspace.write(format!("{day}/{}", named("empty", ".mp3")), "");
    workspace.write(format!("{day}/{}", named("", ".opq")), [0, 1, 2, 3]);
    workspace.copy_sample(&sample_names()[1], format!("{day}/{}", named("", "-out.wav")));
    workspace.write(format!("{day}/{}", named("", "-in.wav")), "a letter and no recording");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/nowhere/at/all.wav", workspace.path(format!("{day}/{TELEPHONE}.wav")))
        .unwrap();
    let rows = [
        format!("{TELEPHONE}_1.wav,k{TELEPHONE},{TELEPHONE},2026-{TELEPHONE},up{TELEPHONE}"),
        format!("{TELEPHONE}_1.wav,k2,+{TELEPHONE}1,,"),
        format!("{TELEPHONE}_gone.wav,,,,"),
        format!("{TELEPHONE}_1.wav,too,{TELEPHONE},many,values,{TELEPHONE}"),
    ];
    let table = format!("path,agent_id,client_ref,started_at,direction\n{}\n", rows.join("\n"));
    workspace.write(format!("{day}/manifest.csv"), &table);
    workspace.write(format!("in/{}", named("facts-", ".csv")), table);
}

/// A configuration that knows the sides of calls by their names.
fn sides(workspace: &Workspace) -> std::path::PathBuf {
    workspace.write("sides.toml", "[[sides]]\nagent = \"*-out\"\nclient = \"*-in\"\n")
}

#[test]
fn no_message_of_a_run_holds_a_telephone() {
    let workspace = Workspace::new();
    odd_folder(&workspace);
    let config = sides(&workspace);
    check_run(&workspace, "a folder", |run| run.option("--config", &config), "in");
    let failures = std::fs::read_to_string(workspace.path("out/failures.jsonl")).unwrap();
    assert!(failures.contains(&named("", "-in.wav")), "the broken side is not named: {failures}");
    check_run(&workspace, "again", |run| run.option("--config", &config), "in");
    let manifest = workspace.path(format!("in/{}", named("facts-", ".csv")));
    check_run(&workspace, "a manifest", |run| run.option("--manifest", &manifest), "in");
    check_run(&workspace, "only a manifest", |run| run, &manifest);
    for name in [named("", ".wav"), named("folder-", ""), named("", ".csv")] {
        check_run(&workspace, &name, |run| run, &name);
    }
    workspace.folder(&named("empty-", ""));
    check_run(&workspace, "an empty folder", |run| run, named("empty-", ""));
    check_run(&workspace, "a broken recording", |run| run, format!("in/{TELEPHONE}/broken-{TELEPHONE}.wav"));
    let fault = |run: Run| run.with_fault("abort", &format!("{TELEPHONE}_1"));
    workspace.copy_sample(&sample_names()[2], format!("other/{TELEPHONE}_1.wav"));
    check_run(&workspace, "a worker that dies", fault, "other");
}

#[test]
fn no_message_about_a_setting_holds_a_telephone() {
    let workspace = Workspace::new();
    workspace.copy_sample(&sample_names()[0], "a.wav");
    for content in [
        format!("language = \"{TELEPHONE}\"\n"),
        format!("engine = \"{TELEPHONE}\"\n"),
        format!("[call]\ndirection = \"{TELEPHONE}\"\n"),
        format!("[call]\nlayout = \"{TELEPHONE}\"\n"),
        format!("[file_name]\npattern = \"(?P<client_ref>{TELEPHONE}\"\n"),
        format!("[[sides]]\nagent = \"{TELEPHONE}\"\nclient = \"{TELEPHONE}\"\n"),
        format!("packs = [\"{TELEPHONE}\"]\n"),
        format!("{TELEPHONE} = [\n"),
        format!("[transcripts.speakers]\nA = \"{TELEPHONE}\"\n"),
    ] {
        let config = workspace.write(named("", ".toml"), &content);
        check_run(&workspace, &content, |run| run.option("--config", &config), "a.wav");
    }
    let gone = named("/nowhere/", ".toml");
    for option in ["--config", "--manifest", "--packs", "--transcripts", "--history"] {
        check_run(&workspace, option, |run| run.option(option, &gone), "a.wav");
    }
}

#[test]
fn no_message_about_words_or_results_holds_a_telephone() {
    let workspace = Workspace::new();
    let (recording, out) = (named("", "_1.wav"), named("out-", ""));
    workspace.copy_sample(&sample_names()[0], format!("in/{recording}"));
    let words = format!(
        r#"{{"segments": [{{"start": 0.5, "end": 3.0, "text": "мой номер {TELEPHONE}", "speaker": "{TELEPHONE}"}},
            {{"start": "{TELEPHONE}", "end": 1.0, "text": "{TELEPHONE}"}}]}}"#
    );
    workspace.write(format!("words/{}", named("", "_1.json")), words);
    let out = workspace.path(out);
    let run = || {
        Run::over(workspace.path("in"), &out).without_asr().option("--transcripts", workspace.path("words"))
    };
    check_messages("words", &run().ended());
    workspace.write(format!("words/{}", named("", "_1.json")), format!("{{\"segments\": \"{TELEPHONE}\"}}"));
    check_messages("broken words", &run().ended());
    workspace.write(format!("words/{}", named("", "_1.json")), format!("{TELEPHONE} is no JSON"));
    check_messages("words that are no JSON", &run().ended());

    let command = |arguments: &[&str]| ended(etalon().args(arguments));
    let out = out.to_str().unwrap();
    check_messages("score", &command(&["score", out]));
    check_messages("report", &command(&["report", out]));
    let reviews = workspace
        .write("reviews.csv", format!("call,rule,verdict\n{TELEPHONE}_2.wav,greeting.company,pass\n"));
    check_messages("eval", &command(&["eval", reviews.to_str().unwrap(), out]));
    check_messages("explain", &command(&["rules", "explain", &recording, "greeting.nothing", "--out", out]));
    check_messages(
        "explain of another",
        &command(&["rules", "explain", &named("", "_3.wav"), "a.b", "--out", out]),
    );
    let pack = workspace.write(named("", ".toml"), format!("[[rule]]\nid = \"{TELEPHONE}\"\n"));
    check_messages("a pack", &command(&["rules", "check", pack.to_str().unwrap()]));
}
