//! Input that nobody would wish for: one clear line each, and the others are still processed.

use crate::harness::{calls_in, ended, etalon, json_lines, run_without_asr, sample_names, samples};
use std::path::Path;

/// Runs a folder that holds one good recording and `bad`; gives the one line about it.
fn failure_of(name: &str, content: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    std::fs::create_dir(&input).unwrap();
    std::fs::copy(samples().join(format!("{}.wav", sample_names()[0])), input.join("good.wav")).unwrap();
    std::fs::write(input.join(name), content).unwrap();
    let ended = run_without_asr(&[&input], &out);
    assert_eq!(ended.code, 3, "{name}: {}", ended.stderr);
    assert_eq!(calls_in(&out).len(), 1, "{name}: the good recording was not processed");
    let failures = json_lines(&out.join("failures.jsonl"));
    assert_eq!(failures.len(), 1, "{name}: {failures:?}");
    assert_eq!(failures[0]["source"], name);
    assert_eq!(failures[0]["permanent"], true);
    let about: Vec<&str> = ended.stderr.lines().filter(|line| line.contains(name)).collect();
    assert_eq!(about.len(), 1, "{name}: {}", ended.stderr);
    about[0].to_owned()
}

#[test]
fn a_bad_recording_is_one_line_and_does_not_stop_the_others() {
    for (name, content, part) in [
        ("empty.wav", &b""[..], "holds no audio"),
        ("text.wav", b"this is a letter, not a recording\n", "not a recording"),
        ("noise.mp3", &[0x13, 0x37, 0x00, 0x42].repeat(400), "not a recording"),
    ] {
        let line = failure_of(name, content);
        assert!(line.contains(part), "{name}: {line}");
    }
}

#[test]
fn a_recording_that_may_not_be_read_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let good = samples().join(format!("{}.wav", sample_names()[0]));
    let ended = run_without_asr(&[&good, Path::new("/nonexistent/call.wav")], &out);
    assert_eq!(ended.code, 3);
    assert!(ended.stderr.contains("failed: /nonexistent/call.wav: "), "{}", ended.stderr);
    assert_eq!(calls_in(&out).len(), 1);
}

#[test]
fn what_leads_nowhere_is_a_usage_error() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    let out = folder.path().join("out");
    let sample = samples().join(format!("{}.wav", sample_names()[0]));
    let config = folder.path().join("etalon.toml");
    std::fs::write(&config, "langauge = \"ru\"\n").unwrap();
    let manifest = folder.path().join("night.csv");
    std::fs::write(&manifest, "file,agent\na.wav,1\n").unwrap();
    let pack = folder.path().join("pack.toml");
    std::fs::write(&pack, "[[rule]]\nid = \"a\"\ntypo = 1\n").unwrap();

    let check = |arguments: &[&Path], parts: &[&str]| {
        let ended = ended(etalon().arg("run").args(arguments).arg("--out").arg(&out).arg("--no-asr"));
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stderr);
        for part in parts {
            assert!(ended.stderr.contains(part), "{arguments:?}: {part:?} is missing in {}", ended.stderr);
        }
        assert!(ended.stdout.is_empty());
    };
    let path = Path::new;
    check(&[&empty], &["empty", "holds no recordings"]);
    check(&[path("/nonexistent")], &["/nonexistent", "check the path"]);
    check(&[&sample, path("--config"), &config], &["etalon.toml", "line 1", "langauge"]);
    check(&[&sample, path("--config"), path("/nonexistent.toml")], &["/nonexistent.toml"]);
    check(&[&manifest], &["night.csv", "no column `path`"]);
    check(&[&sample, path("--packs"), path("kcg-servise")], &["kcg-servise", "kcg-service"]);
    check(&[&sample, path("--packs"), &pack], &["pack.toml"]);
    check(&[&sample, path("--colour")], &["--colour"]);
    check(&[&sample, path("--layout"), path("left")], &["left", "agent_left"]);
}

#[test]
fn a_wrong_model_or_language_is_said_before_the_night_begins() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let sample = samples().join(format!("{}.wav", sample_names()[0]));
    let broken = folder.path().join("broken.bin");
    std::fs::write(&broken, b"not a model").unwrap();
    for (option, value, code, part) in [
        ("--language", "klingon", 2, "klingon"),
        ("--model", "large-v9", 2, "large-v9"),
        ("--model", broken.to_str().unwrap(), 1, "broken.bin"),
    ] {
        let ended = ended(etalon().arg("run").arg(&sample).arg("--out").arg(&out).args([option, value]));
        assert_eq!(ended.code, code, "{value}: {}", ended.stderr);
        assert!(ended.stderr.contains(part), "{value}: {}", ended.stderr);
    }
}

#[test]
fn an_output_in_use_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let sample = samples().join(format!("{}.wav", sample_names()[0]));
    assert_eq!(run_without_asr(&[&sample], folder.path()).code, 0);
    let lock = std::fs::File::open(folder.path().join(".lock")).unwrap();
    lock.lock().unwrap();
    let ended = run_without_asr(&[&sample], folder.path());
    assert_eq!(ended.code, 11, "{}", ended.stderr);
    drop(lock);
    assert_eq!(run_without_asr(&[&sample], folder.path()).code, 0);
}

#[test]
fn one_recording_under_two_names_is_one_call() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (folder.path().join("in"), folder.path().join("out"));
    std::fs::create_dir(&input).unwrap();
    for name in ["b.wav", "a.wav"] {
        std::fs::copy(samples().join(format!("{}.wav", sample_names()[0])), input.join(name)).unwrap();
    }
    assert_eq!(run_without_asr(&[&input], &out).code, 0);
    let calls = calls_in(&out);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].1["call"]["source"], "a.wav");
    assert_eq!(calls[0].1["call"]["also_found_as"], serde_json::json!(["b.wav"]));
}
