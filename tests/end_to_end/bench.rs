//! `etalon bench`: a machine measured, and measurements compared.

use crate::harness::{Ended, Workspace, ended, etalon, json, root};
use serde_json::{Value, json};

/// A measurement of one short call with the smallest model; what it makes lies in a folder of its
/// own.
fn measure(workspace: &Workspace, arguments: &[&str]) -> Ended {
    let scratch = workspace.folder("scratch");
    let mut command = etalon();
    command.args([
        "bench",
        "--calls",
        "1",
        "--call-seconds",
        "4",
        "--shape",
        "tiny",
        "--jobs",
        "1",
        "--json",
    ]);
    let ended = ended(command.arg("--scratch").arg(&scratch).args(arguments));
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0, "something was left behind");
    ended
}

fn report_of(ended: &Ended) -> Value {
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn a_machine_is_measured_and_compared_with_itself() {
    let workspace = Workspace::new();
    let report = report_of(&measure(&workspace, &["--tokens", "9", "--repeat", "3"]));
    let schema = json(&root().join("docs/schemas/bench.schema.json"));
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&report), "{report}");
    let case = &report["cases"][0];
    assert_eq!(case["model"], json!({"name": "random tiny", "shape": "tiny", "tokens_per_window": 9}));
    assert_eq!((&report["dump"]["calls"], &case["calls"]), (&json!(1), &json!(1)));
    let stages: Vec<&str> =
        case["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
    for stage in ["decode", "activity", "transcription", "dialogue", "acts", "standards", "store"] {
        assert!(stages.contains(&stage), "{stage} is missing in {stages:?}");
    }
    let efficiency = case["efficiency"]["median"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&efficiency) && efficiency > 0.0, "{efficiency}");
    assert!(case["call_p95_s"]["median"].as_f64().unwrap() > 0.0, "{case}");
    #[cfg(target_os = "linux")]
    assert!(case["worker_memory_bytes"]["median"].as_f64().unwrap() > 50e6, "{case}");

    // What was a thousand times as fast, or as slow, is beyond all noise.
    for (scale, code, word) in [(1e-3, 0, "better"), (1e3, 4, "worse")] {
        let mut old = report.clone();
        for number in ["median", "min", "max"] {
            let value = case["calls_per_hour"]["median"].as_f64().unwrap() * scale;
            old["cases"][0]["calls_per_hour"][number] = json!(value);
            old["cases"][0]["worker_memory_bytes"] = Value::Null;
            old["cases"][0]["memory_bytes"] = Value::Null;
        }
        let path = workspace.write("old.json", old.to_string());
        let compared =
            measure(&workspace, &["--tokens", "9", "--repeat", "3", "--compare", path.to_str().unwrap()]);
        assert_eq!(compared.code, code, "{}", compared.stderr);
        let line = compared.stderr.lines().find(|line| line.contains("calls an hour")).unwrap();
        assert!(line.starts_with("random tiny (9 tokens), ") && line.ends_with(word), "{line}");
    }
}

#[test]
fn what_can_not_be_measured_is_said_before_anything_is_made() {
    let workspace = Workspace::new();
    let empty = workspace.folder("empty");
    for (arguments, expected) in [
        (vec![empty.to_str().unwrap()], "there is no recording in "),
        (vec!["--compare", "/nowhere/old.json"], "/nowhere/old.json: can't be read: "),
        (vec!["--tokens", "0"], "0 is not in 1..=200"),
        (vec!["--repeat", "0"], "0 is not in 1..=1000"),
        (vec!["--no-asr"], "cannot be used with"),
    ] {
        let refused = measure(&workspace, &arguments);
        assert_eq!(refused.code, 2, "{arguments:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(expected), "{arguments:?}: {}", refused.stderr);
    }
}
