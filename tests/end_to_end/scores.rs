//! Scores that rest on something, and facts that are never lost.

use crate::harness::{Workspace, etalon, json, sample_names, succeeded};
use serde_json::{Value, json};

const HEADER: &str = "path,started_at,direction,client_ref,client_utc_offset,agent_id,layout\n";

/// A folder with a recording under these names, and what its manifest says of each.
fn day(workspace: &Workspace, rows: &[&str]) {
    for row in rows {
        let name = row.split(',').next().unwrap();
        workspace.copy_sample(&sample_names()[5], format!("day/{name}"));
    }
    workspace.write("day/manifest.csv", format!("{HEADER}{}\n", rows.join("\n")));
}

fn run(workspace: &Workspace) -> String {
    let run = workspace.run("day").without_asr().option("--packs", "ru-230fz");
    run.succeeded();
    let summary = json(&workspace.out().join("run.json"));
    let counts = ["processed", "reused", "duplicates"].map(|name| summary[name].to_string());
    counts.join(" ")
}

fn facts(workspace: &Workspace, name: &str) -> Vec<Value> {
    let calls = workspace.calls().into_iter().filter(|(_, call)| call["call"]["source"] == name);
    let call = calls.map(|(_, call)| call).next().unwrap();
    ["client_ref", "agent_id", "started_at"].map(|fact| call["call"][fact].clone()).to_vec()
}

fn verdict(call: &Value, rule: &str) -> String {
    let rules = call["evaluation"]["rules"].as_array().unwrap();
    let found = rules.iter().find(|found| found["id"] == rule).unwrap();
    found["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn a_corrected_manifest_listens_to_nothing_again_and_a_missing_one_loses_nothing() {
    let workspace = Workspace::new();
    day(&workspace, &["a.wav,2026-11-20T23:30:00+03:00,outbound,k1,+03:00,a17,agent_right"]);
    assert_eq!(run(&workspace), "1 0 0");
    assert_eq!(verdict(&workspace.call(), "law.ru.hours"), "fail");
    day(&workspace, &["a.wav,2026-11-20T12:30:00+03:00,outbound,k2,+03:00,a17,agent_right"]);
    assert_eq!(run(&workspace), "0 1 0");
    let told = [json!("k2"), json!("a17"), json!("2026-11-20T12:30:00+03:00")];
    assert_eq!(facts(&workspace, "a.wav"), told);
    assert_eq!(verdict(&workspace.call(), "law.ru.hours"), "pass");
    std::fs::remove_file(workspace.path("day/manifest.csv")).unwrap();
    assert_eq!(run(&workspace), "0 1 0");
    assert_eq!(facts(&workspace, "a.wav"), told);
    // Another name of the same recording is no other recording.
    std::fs::rename(workspace.path("day/a.wav"), workspace.path("day/b.wav")).unwrap();
    assert_eq!(run(&workspace), "0 1 0");
    assert_eq!(facts(&workspace, "b.wav"), told);
}

#[test]
fn equal_recordings_of_two_clients_are_two_calls() {
    let workspace = Workspace::new();
    let rows = [
        "a.wav,2026-11-20T09:00:00+03:00,outbound,k1,+03:00,a17,agent_right",
        "b.wav,2026-11-20T23:30:00+03:00,outbound,k2,+03:00,a17,agent_right",
        "c.wav,,outbound,k1,,a17,agent_right",
    ];
    day(&workspace, &rows);
    assert_eq!(run(&workspace), "2 0 1");
    let calls = workspace.calls();
    let seen: Vec<(&str, String, Value)> = calls
        .iter()
        .map(|(name, call)| {
            (name.as_str(), verdict(call, "law.ru.hours"), call["call"]["also_found_as"].clone())
        })
        .collect();
    let expected = [
        ("a", "pass".to_owned(), json!(["b.wav", "c.wav"])),
        ("b", "fail".to_owned(), json!(["a.wav", "c.wav"])),
    ];
    assert_eq!(seen, expected);
    assert_eq!(calls[0].1["call"]["audio_sha256"], calls[1].1["call"]["audio_sha256"]);
    assert_eq!(calls[0].1["turns"], calls[1].1["turns"]);
    assert_eq!(run(&workspace), "0 2 1", "nothing is new");
    // A correction reaches the call that it is of.
    day(&workspace, &[rows[0], &rows[1].replace("T23:30", "T12:30"), rows[2]]);
    assert_eq!(run(&workspace), "0 2 1");
    assert_eq!(workspace.calls().len(), 2);
    assert_eq!(verdict(&workspace.calls()[1].1, "law.ru.hours"), "pass");
}

#[test]
fn what_was_not_measured_has_no_score_anywhere() {
    let workspace = Workspace::new();
    workspace.copy_sample(&sample_names()[0], "day/a.wav");
    let ended = workspace.run("day").without_asr().option("--layout", "agent_left").succeeded();
    let call = workspace.call();
    let evaluation = &call["evaluation"];
    assert_eq!(evaluation["score"], Value::Null);
    assert!(evaluation["score_coverage"].as_f64().unwrap() < 0.5, "{evaluation}");
    assert!(evaluation["score_unmeasurable"].as_str().unwrap().contains("не расшифрован"));
    assert_eq!([&evaluation["topics"], &evaluation["stages_missing"]], [&Value::Null; 2]);
    assert_eq!(evaluation["agreements"]["promised_to_pay"], Value::Null);
    assert!(ended.stdout.contains("не оценён"), "{}", ended.stdout);
    assert!(ended.stderr.contains("1 calls have no score"), "{}", ended.stderr);
    let page = std::fs::read_to_string(workspace.out().join("report/index.html")).unwrap();
    assert!(page.contains("не оценено, в среднем не учтено"));
    let list = std::fs::read_to_string(workspace.out().join("report/calls.html")).unwrap();
    assert!(list.contains("не оценён"));
    // A lower minimum is applied to stored calls.
    let config = workspace.write("lower.toml", "[score]\ncoverage_min = 0.01\n");
    succeeded(etalon().arg("score").arg(workspace.out()).arg("--config").arg(config));
    assert!(workspace.call()["evaluation"]["score"].is_number());
    succeeded(etalon().arg("score").arg(workspace.out()));
    assert!(workspace.call()["evaluation"]["score"].is_number(), "it is judged as it was judged last");
}
