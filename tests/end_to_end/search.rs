//! Searching what was said, saying a query as a rule, and trying the rule.

use crate::harness::{Workspace, ended, etalon, json, sample_names, samples, succeeded};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The samples with their true words.
fn searched() -> Workspace {
    let workspace = Workspace::new();
    for name in sample_names() {
        let truth = json(&samples().join(format!("{name}.truth.json")));
        workspace.write(format!("transcripts/{name}.json"), json!({ "turns": truth["turns"] }).to_string());
    }
    workspace.run(samples()).option("--transcripts", workspace.path("transcripts")).succeeded();
    workspace
}

fn search(workspace: &Workspace, arguments: &[&str]) -> Value {
    let ended = succeeded(etalon().arg("search").arg(workspace.out()).args(arguments).arg("--json"));
    serde_json::from_str(&ended.stdout).unwrap()
}

/// The calls in which a query finds something.
fn calls_found(page: &Value) -> BTreeSet<String> {
    let hits = page["hits"].as_array().unwrap();
    hits.iter().map(|hit| hit["call"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_query_becomes_a_rule_that_finds_the_same() {
    let workspace = searched();
    let page = search(&workspace, &["оператор: спасибо", "--limit", "1000"]);
    let found = calls_found(&page);
    assert!(!found.is_empty() && page["calls"] == found.len(), "{page}");
    for hit in page["hits"].as_array().unwrap() {
        let (start_s, turn_start_s) =
            (hit["start_s"].as_f64().unwrap(), hit["turn_start_s"].as_f64().unwrap());
        assert!(hit["is_current"] == true && start_s >= turn_start_s && hit["role"] == "agent", "{hit}");
    }

    let rule = succeeded(etalon().arg("search").arg(workspace.out()).args([
        "оператор: спасибо",
        "--as-rule",
        "thanks.said",
    ]));
    let pack = workspace.write("thanks.toml", &rule.stdout);
    succeeded(etalon().args(["rules", "check"]).arg(&pack));
    succeeded(etalon().args(["rules", "test"]).arg(&pack));

    let tried = succeeded(etalon().args(["rules", "try"]).arg(&pack).arg(workspace.out()).args([
        "--rule",
        "thanks.said",
        "--hit",
        "pass",
        "--json",
    ]));
    let tried: Value = serde_json::from_str(&tried.stdout).unwrap();
    let appeared = tried["rules"][0]["appeared"].as_array().unwrap();
    let hits: BTreeSet<String> =
        appeared.iter().map(|call| call["call"].as_str().unwrap().to_owned()).collect();
    assert_eq!(hits, found);
    assert_eq!(tried["calls"], sample_names().len());
}

#[test]
fn a_pack_that_is_in_force_changes_nothing_on_trial() {
    let workspace = searched();
    let trial = |arguments: &[&str]| {
        let tried =
            succeeded(etalon().args(["rules", "try", "kcg-service"]).arg(workspace.out()).args(arguments));
        tried.stdout
    };
    let tried: Value = serde_json::from_str(&trial(&["--json"])).unwrap();
    for rule in tried["rules"].as_array().unwrap() {
        assert_eq!(rule["verdicts"], rule["in_force"], "{rule}");
        assert!(rule["appeared"] == json!([]) && rule["vanished"] == json!([]), "{rule}");
    }
    let one = trial(&["--rule", "hold.permission"]);
    assert!(one.contains("week") && one.contains("likeness"), "{one}");
    let unknown =
        ended(etalon().args(["rules", "try", "kcg-service"]).arg(workspace.out()).args(["--rule", "no"]));
    assert!(unknown.code == 1 && unknown.stderr.contains("has no rule `no`"), "{}", unknown.stderr);
}

#[test]
fn a_mistake_in_a_query_is_shown_below_it() {
    let workspace = Workspace::new();
    let mistake = ended(etalon().arg("search").arg(workspace.out()).arg("кредит соседка: да"));
    assert_eq!(mistake.code, 2);
    assert!(mistake.stderr.contains("кредит соседка: да\n       ^^^^^^^^"), "{}", mistake.stderr);
    let missing = ended(etalon().arg("search").arg(workspace.out()).arg("-кредит кредит"));
    assert_eq!(missing.code, 2, "{}", missing.stderr);
}

#[test]
fn a_damaged_index_is_made_anew_and_said() {
    let workspace = Workspace::new();
    workspace.copy_sample(&sample_names()[0], "day/a.wav");
    workspace.run("day").without_asr().succeeded();
    search(&workspace, &["спасибо"]);
    workspace.write("out/search.sqlite", "no database at all, and long enough to be read as one");
    let ended = succeeded(etalon().arg("search").arg(workspace.out()).arg("спасибо"));
    assert!(ended.stderr.contains("damaged and has been made anew"), "{}", ended.stderr);
}
