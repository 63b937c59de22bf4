//! What an earlier etalon wrote is read as it is, and a run brings it up to date.

use crate::harness::{
    Run, Workspace, assert_same, calls_in, contents, etalon, files_below, root, sample_run, succeeded,
};
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// What lay in a result folder from the beginning. Everything else came later.
const FIRST_FILES: [&str; 8] = [
    "calls",
    "calls.jsonl",
    "failures.jsonl",
    "incidents.jsonl",
    "quarantine",
    "run.json",
    "ledger.sqlite",
    "tables",
];

/// The schema of calls on 22 November 2026, without its texts. It is never changed.
fn first_schema() -> Value {
    let path = root().join("tests/golden/call-of-2026-11-22.schema.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Makes a result folder what it would have been on that day: calls without the fields that came
/// later, listened to by another version, and no file of a kind that came later.
fn made_older(folder: &Path) {
    let schema = first_schema();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if FIRST_FILES.iter().any(|name| path.ends_with(name)) {
            continue;
        }
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }
    for path in files_below(&folder.join("calls")) {
        let call: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        let mut older = as_known(&call, &[&schema], &schema);
        assert_ne!(older, call, "nothing of it came later");
        older["pipeline"]["version"] = json!("0.0.9");
        for (name, value) in older["pipeline"].as_object_mut().unwrap() {
            if name.ends_with("fingerprint") {
                *value = json!("0".repeat(value.as_str().unwrap().len()));
            }
        }
        fs::write(&path, serde_json::to_vec(&older).unwrap()).unwrap();
    }
}

/// A value with those fields only that one of some schemas names.
fn as_known(value: &Value, schemas: &[&Value], root: &Value) -> Value {
    let schemas: Vec<&Value> = schemas.iter().flat_map(|schema| alternatives(schema, root)).collect();
    match value {
        Value::Object(fields) => {
            let mut known = Map::new();
            for (name, field) in fields {
                let of_field: Vec<&Value> = schemas
                    .iter()
                    .filter_map(|schema| {
                        let named = schema.get("properties").and_then(|properties| properties.get(name));
                        named.or_else(|| schema.get("additionalProperties").filter(|any| any.is_object()))
                    })
                    .collect();
                if !of_field.is_empty() {
                    known.insert(name.clone(), as_known(field, &of_field, root));
                }
            }
            Value::Object(known)
        }
        Value::Array(elements) => {
            let of_elements: Vec<&Value> = schemas.iter().filter_map(|schema| schema.get("items")).collect();
            elements.iter().map(|element| as_known(element, &of_elements, root)).collect()
        }
        other => other.clone(),
    }
}

/// A schema and everything that it refers to and chooses from.
fn alternatives<'s>(schema: &'s Value, root: &'s Value) -> Vec<&'s Value> {
    let mut found = vec![schema];
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        found.extend(alternatives(root.pointer(reference.trim_start_matches('#')).unwrap(), root));
    }
    for choice in ["anyOf", "oneOf", "allOf"] {
        for one in schema.get(choice).and_then(Value::as_array).into_iter().flatten() {
            found.extend(alternatives(one, root));
        }
    }
    found
}

#[test]
fn results_of_an_earlier_version_are_reported_and_judged() {
    let workspace = Workspace::new();
    for (path, bytes) in contents(&sample_run().out()) {
        workspace.write(Path::new("out").join(path), bytes);
    }
    fs::copy(sample_run().out().join("run.json"), workspace.path("out/run.json")).unwrap();
    made_older(&workspace.out());
    succeeded(etalon().arg("report").arg(workspace.out()));
    let scored = succeeded(etalon().arg("score").arg(workspace.out()).arg("--json"));
    assert!(scored.stdout.starts_with('{'), "{}", scored.stdout);
    let calls = calls_in(&workspace.out());
    assert_eq!(calls.len(), sample_run().calls().len());
    for (name, call) in calls {
        assert!(!call["turns"].as_array().unwrap().is_empty(), "{name}");
        assert!(call["evaluation"].get("score_coverage").is_some(), "{name} is judged as today");
        let id = call["call"]["id"].as_str().unwrap();
        assert!(workspace.path(format!("out/report/calls/{}/{id}.html", &id[..2])).exists(), "{name}");
    }
}

#[test]
fn a_run_brings_results_of_an_earlier_version_up_to_date() {
    let workspace = Workspace::new();
    workspace.copy_sample("01-proper-hold", "in/one.wav");
    workspace.copy_sample("06-fast-talker", "in/two.wav");
    let run = |out: &str| Run::over(workspace.path("in"), workspace.path(out)).without_asr().succeeded();
    run("out");
    made_older(&workspace.out());
    assert!(run("out").stderr.contains("2 recordings: 2 processed, 0 done before"), "listened to as today");
    run("fresh");
    assert_same(&workspace.out(), &workspace.path("fresh"));
}
