//! The main job on the samples.

use crate::harness::{
    Run, Workspace, assert_same, etalon, files_below, json, json_lines, root, sample, sample_names,
    sample_run, samples, succeeded,
};
use serde_json::Value;
use std::path::Path;

#[test]
fn every_sample_becomes_a_scored_call() {
    let run = sample_run();
    assert_eq!(run.ended.code, 0, "{}", run.ended.stderr);
    let names: Vec<String> = run.calls().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, sample_names());
    let engine = json(&run.out().join("run.json"))["engine"].as_str().unwrap().to_owned();
    assert!(run.ended.stderr.contains(&engine), "{engine} is missing in {}", run.ended.stderr);
    for (name, call) in run.calls() {
        assert!(run.ended.stdout.contains(&name), "the table lacks {name}");
        for side in ["agent", "client"] {
            assert!(
                !call["activity"][side].as_array().unwrap().is_empty(),
                "{name}: no activity of the {side}"
            );
            let words = call["metrics"]["speakers"][side]["words"].as_u64().unwrap();
            assert!(words > 5, "{name}: {words} words of the {side}");
        }
        let score = call["evaluation"]["score"].as_f64().unwrap();
        assert!((0.0..=100.0).contains(&score), "{name}: {score}");
        assert!(!call["evaluation"]["rules"].as_array().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn the_folder_holds_the_files_of_the_contract() {
    let out = sample_run().out();
    for name in [
        "calls.jsonl",
        "failures.jsonl",
        "passed_over.jsonl",
        "recordings.jsonl",
        "incidents.jsonl",
        "run.json",
        "tables/calls.parquet",
        "tables/turns.parquet",
        "tables/acts.parquet",
        "tables/events.parquet",
        "tables/rules.parquet",
        "tables/passed_over.parquet",
        "report/index.html",
    ] {
        assert!(out.join(name).is_file(), "{name} is missing");
    }
    assert_eq!(json_lines(&out.join("calls.jsonl")).len(), sample_names().len());
    for (_, call) in sample_run().calls() {
        let id = call["call"]["id"].as_str().unwrap();
        assert!(out.join("calls").join(&id[..2]).join(format!("{id}.json")).is_file());
        assert!(call["call"]["audio_sha256"].as_str().unwrap().starts_with(id));
    }
}

#[test]
fn every_file_keeps_its_schema() {
    let out = sample_run().out();
    let validator = |name: &str| {
        let schema = json(&root().join(format!("docs/schemas/{name}.schema.json")));
        jsonschema::validator_for(&schema).unwrap()
    };
    let check = |validator: &jsonschema::Validator, value: &Value, what: &str| {
        let errors: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{what}: {errors:?}");
    };
    let call_schema = validator("call");
    for (name, call) in sample_run().calls() {
        check(&call_schema, &call, &name);
    }
    check(&validator("run"), &json(&out.join("run.json")), "run.json");
    for (schema, file) in [
        ("call_line", "calls.jsonl"),
        ("incident", "incidents.jsonl"),
        ("failure", "failures.jsonl"),
        ("passed_over", "passed_over.jsonl"),
        ("recording", "recordings.jsonl"),
    ] {
        let schema = validator(schema);
        for line in json_lines(&out.join(file)) {
            check(&schema, &line, file);
        }
    }
    let truth_schema = validator("truth");
    for name in sample_names() {
        check(&truth_schema, &json(&samples().join(format!("{name}.truth.json"))), &name);
    }
    // A schema that accepts anything would pass all of the above.
    assert!(!call_schema.is_valid(&serde_json::json!({ "schema": "etalon.call/1" })));
}

#[test]
fn words_lie_inside_activity_and_in_order() {
    for (name, call) in sample_run().calls() {
        for turn in call["turns"].as_array().unwrap() {
            let regions = call["activity"][turn["speaker"].as_str().unwrap()].as_array().unwrap();
            let mut previous_start_s = 0.0;
            for word in turn["words"].as_array().unwrap() {
                let (start_s, end_s) = (word["start_s"].as_f64().unwrap(), word["end_s"].as_f64().unwrap());
                assert!(start_s <= end_s && previous_start_s <= start_s, "{name}: {word}");
                previous_start_s = start_s;
                let inside = regions.iter().any(|region| {
                    region[0].as_f64().unwrap() - 0.002 <= start_s
                        && end_s <= region[1].as_f64().unwrap() + 0.002
                });
                assert!(inside, "{name}: a word at {start_s}–{end_s} s lies outside activity");
            }
        }
    }
}

#[test]
fn failed_rules_show_where_to_listen() {
    let mut failed = 0;
    for (name, call) in sample_run().calls() {
        let duration_s = call["audio"]["duration_s"].as_f64().unwrap();
        for rule in call["evaluation"]["rules"].as_array().unwrap() {
            assert!(!rule["reason"].as_str().unwrap().is_empty(), "{name}: {}", rule["id"]);
            failed += usize::from(rule["verdict"] == "fail");
            for evidence in rule["evidence"].as_array().unwrap() {
                let (start_s, end_s) =
                    (evidence["start_s"].as_f64().unwrap(), evidence["end_s"].as_f64().unwrap());
                assert!(
                    0.0 <= start_s && start_s <= end_s && end_s <= duration_s + 0.01,
                    "{name}: {evidence}"
                );
            }
        }
    }
    assert!(failed > 5, "the samples break rules on purpose, only {failed} were found");
}

#[test]
fn accuracy_on_the_samples_stays_above_its_floor() {
    let ended = succeeded(etalon().arg("eval").arg(samples()).arg(sample_run().out()).arg("--json"));
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let at = |pointer: &str| {
        report
            .pointer(pointer)
            .and_then(Value::as_f64)
            .unwrap_or_else(|| panic!("{pointer} is missing: {report}"))
    };
    let word_error_rate = at("/words/total/rate");
    assert!(word_error_rate < 0.16, "WER {word_error_rate}");
    let activity = at("/activity/total/f1");
    assert!(activity > 0.99, "frame F1 of activity {activity}");
    for kind in ["interruptions", "backchannels", "silences", "holds"] {
        let found = at(&format!("/events/{kind}/f1"));
        assert!(found >= 1.0, "F1 of {kind} {found}");
    }
    let verdicts = at("/rules/accuracy");
    assert!(verdicts > 0.97, "verdicts {verdicts}");
}

#[test]
fn a_second_run_does_nothing_again() {
    let workspace = Workspace::new();
    let run = || workspace.run(sample(&sample_names()[0])).without_asr();
    run().succeeded();
    let stored = files_below(&workspace.path("out/calls"));
    let modified = std::fs::metadata(&stored[0]).unwrap().modified().unwrap();
    run().succeeded();
    let summary = json(&workspace.path("out/run.json"));
    assert_eq!((summary["processed"].as_u64(), summary["reused"].as_u64()), (Some(0), Some(1)));
    assert_eq!(std::fs::metadata(&stored[0]).unwrap().modified().unwrap(), modified);
    // A changed fact is a changed result.
    run().option("--layout", "agent_right").succeeded();
    assert_eq!(workspace.call()["audio"]["layout"], "agent_right");
}

#[test]
fn the_same_input_gives_the_same_bytes_for_any_number_of_jobs() {
    let workspace = Workspace::new();
    let run = |jobs: &str| {
        let out = workspace.path(jobs);
        Run::over(samples(), &out).without_asr().option("--jobs", jobs).succeeded();
        out
    };
    assert_same(&run("1"), &run("3"));
}

#[test]
fn transcription_does_not_depend_on_the_neighbours() {
    // One sample by itself, against the same one out of the run over all of them.
    let name = &sample_names()[1];
    let workspace = Workspace::new();
    let all = std::fs::read_to_string(samples().join("manifest.csv")).unwrap();
    let lines: Vec<&str> =
        all.lines().filter(|line| line.starts_with("path,") || line.starts_with(name)).collect();
    assert_eq!(lines.len(), 2);
    workspace.write("one.csv", lines.join("\n"));
    workspace.copy_sample(name, format!("{name}.wav"));
    workspace.run("one.csv").option("--jobs", "1").succeeded();
    assert_eq!(workspace.call(), sample_run().call(name));
}

#[test]
fn nothing_that_was_said_leaves_through_messages() {
    let run = sample_run();
    for (name, call) in run.calls() {
        for turn in call["turns"].as_array().unwrap() {
            let text = turn["text"].as_str().unwrap();
            if text.chars().count() > 12 {
                assert!(!run.ended.stderr.contains(text), "{name}: a turn's text is on standard error");
                assert!(!run.ended.stdout.contains(text), "{name}: a turn's text is in the table");
            }
        }
    }
    assert!(!run.ended.stderr.contains("whisper_"), "{}", run.ended.stderr);
}

#[test]
fn results_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    for path in files_below(&sample_run().out()) {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
}

#[test]
fn no_temporary_file_stays_behind() {
    let left: Vec<_> = files_below(&sample_run().out())
        .into_iter()
        .filter(|path| {
            path.extension().is_some_and(|extension| extension == "tmp") || name_of(path).starts_with(".tmp")
        })
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn two_files_become_one_call_where_the_configuration_says_so() {
    let workspace = Workspace::new();
    let stereo = std::fs::read(sample("01-proper-hold")).unwrap();
    // Raw µ-law is one byte a sample; the samples' header is what is left of its 58 bytes before the data.
    let data = stereo.windows(4).position(|bytes| bytes == b"data").unwrap() + 8;
    let side =
        |channel: usize| stereo[data..].chunks_exact(2).map(|frame| frame[channel]).collect::<Vec<u8>>();
    workspace.write("in/1001-out.ulaw", side(0));
    workspace.write("in/1001-in.ulaw", side(1));
    let config = workspace.write("etalon.toml", "[[sides]]\nagent = \"*-out\"\nclient = \"*-in\"\n");
    workspace.run("in").without_asr().option("--config", config).succeeded();
    let call = workspace.call();
    assert_eq!(call["audio"]["layout"], "agent_left");
    assert_eq!(call["activity"], sample_run().call("01-proper-hold")["activity"]);
}
