//! What pages need to show and play a recording: its waveform, and the way to it.

use crate::harness::{Run, Workspace, etalon, files_below, json_lines, samples, succeeded};
use crate::transcripts::mono;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const SAMPLE: &str = "06-fast-talker";
const OTHER: &str = "05-busy-client";

/// The waveform of a call: its pixels, its channels, and its pairs of lowest and highest values.
fn waveform(out: &Path, call: &Value) -> (u32, u32, Vec<[i8; 2]>) {
    let id = call["call"]["id"].as_str().unwrap();
    let bytes = std::fs::read(out.join(format!("waveforms/{}/{id}.dat", &id[..2]))).unwrap();
    let numbers: Vec<u32> =
        bytes[..24].as_chunks::<4>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
    let rate = u32::try_from(call["audio"]["rate_hz"].as_u64().unwrap()).unwrap();
    assert_eq!(numbers[..4], [2, 1, rate, rate / 20]);
    let pairs = bytes[24..].as_chunks::<2>().0.iter().map(|pair| pair.map(u8::cast_signed)).collect();
    (numbers[4], numbers[5], pairs)
}

fn waveforms(workspace: &Workspace) -> Vec<PathBuf> {
    files_below(&workspace.path("out/waveforms"))
}

/// Where the recordings lie, by the ids of their calls.
fn recordings(workspace: &Workspace) -> Vec<(String, Value)> {
    let lines = json_lines(&workspace.out().join("recordings.jsonl"));
    lines.into_iter().map(|line| (line["id"].as_str().unwrap().to_owned(), line["found"].clone())).collect()
}

/// One line of the only call with the files at which it was found.
fn check_found(workspace: &Workspace, files: &[&str]) {
    let root = workspace.path("").canonicalize().unwrap();
    let expected: Vec<Value> = files.iter().map(|file| json!({ "file": root.join(file) })).collect();
    let found: Vec<Value> = recordings(workspace).into_iter().map(|(_, found)| found).collect();
    assert_eq!(found, [Value::from(expected)]);
}

#[test]
fn every_call_has_a_waveform_in_which_speech_stands_out() {
    let workspace = Workspace::new();
    workspace.run(samples()).without_asr().succeeded();
    assert_eq!(waveforms(&workspace).len(), workspace.calls().len());
    for (name, call) in workspace.calls() {
        let (pixels, channels, pairs) = waveform(&workspace.out(), &call);
        assert_eq!(u64::from(channels), call["audio"]["channels"].as_u64().unwrap(), "{name}");
        let duration_s = call["audio"]["duration_s"].as_f64().unwrap();
        assert!((f64::from(pixels) / 20.0 - duration_s).abs() < 0.051, "{name}: {pixels} for {duration_s} s");
        assert_eq!(pairs.len(), (pixels * channels) as usize, "{name}");
        assert!(pairs.iter().all(|[min, max]| min <= max), "{name}");
        let loudest = pairs.iter().map(|pair| pair[1]).max().unwrap();
        assert!(loudest > 8, "{name}: {loudest}");
    }
}

#[test]
fn a_result_without_a_waveform_is_not_made_again() {
    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "calls/a.wav");
    let run = || workspace.run("calls").without_asr().succeeded();
    run();
    std::fs::remove_dir_all(workspace.path("out/waveforms")).unwrap();
    run();
    assert_eq!(crate::harness::json(&workspace.path("out/run.json"))["reused"], 1);
}

#[test]
fn a_waveform_belongs_to_each_call_of_the_same_bytes_and_goes_with_it() {
    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "calls/a.wav");
    workspace.copy_sample(SAMPLE, "calls/b.wav");
    workspace.write("calls/manifest.csv", "path,client_ref\na.wav,k1\nb.wav,k2\n");
    workspace.run("calls").without_asr().succeeded();
    let same: Vec<Vec<u8>> = waveforms(&workspace).iter().map(|path| std::fs::read(path).unwrap()).collect();
    assert!(same.len() == 2 && same[0] == same[1]);
    assert_eq!(recordings(&workspace).len(), 2);

    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "calls/a.wav");
    workspace.run("calls").without_asr().succeeded();
    let before = waveforms(&workspace);
    workspace.copy_sample(OTHER, "calls/a.wav");
    workspace.run("calls").without_asr().succeeded();
    let after = waveforms(&workspace);
    assert!(after.len() == 1 && after != before, "{after:?}");
    check_found(&workspace, &["calls/a.wav"]);
}

#[test]
fn a_sound_beside_the_pages_goes_with_its_call() {
    for mode in ["copy", "opus"] {
        let workspace = Workspace::new();
        let sounds_after = |sample: &str| {
            workspace.copy_sample(sample, "calls/a.wav");
            workspace.run("calls").without_asr().option("--audio", mode).succeeded();
            files_below(&workspace.path("out/report/audio"))
        };
        let before = sounds_after(SAMPLE);
        let after = sounds_after(OTHER);
        assert!(before.len() == 1 && after.len() == 1 && before != after, "{mode}: {before:?} {after:?}");
    }
}

#[test]
fn pages_that_play_nothing_leave_no_sound() {
    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "calls/a.wav");
    workspace.run("calls").without_asr().option("--audio", "copy").succeeded();
    let sounds = workspace.path("out/report/audio");
    assert_eq!(files_below(&sounds).len(), 1);
    succeeded(etalon().arg("report").arg(workspace.out()).args(["--audio", "none"]));
    assert_eq!(files_below(&sounds), Vec::<PathBuf>::new());
}

#[test]
fn the_way_to_a_recording_is_known_from_run_to_run() {
    let workspace = Workspace::new();
    let run = |input: &str| workspace.run(input).without_asr().succeeded();
    workspace.copy_sample(SAMPLE, "one/a.wav");
    workspace.copy_sample(SAMPLE, "one/номер.wav");
    run("one");
    check_found(&workspace, &["one/a.wav", "one/номер.wav"]);
    // Another folder adds to it.
    workspace.copy_sample(SAMPLE, "two/b.wav");
    run("two");
    check_found(&workspace, &["one/a.wav", "one/номер.wav", "two/b.wav"]);
    // What has moved is found where it lies now.
    std::fs::rename(workspace.path("two/b.wav"), workspace.path("two/c.wav")).unwrap();
    run("two");
    check_found(&workspace, &["one/a.wav", "one/номер.wav", "two/c.wav"]);
    // What nobody looked for keeps its place.
    workspace.copy_sample(OTHER, "three/d.wav");
    std::fs::rename(workspace.path("one"), workspace.path("away")).unwrap();
    run("three");
    assert_eq!(recordings(&workspace).len(), 2);
    assert!(recordings(&workspace).iter().any(|(_, found)| found.as_array().unwrap().len() == 3));
    // A damaged list costs no run.
    workspace.write("out/recordings.jsonl", "{");
    run("two");
    check_found(&workspace, &["two/c.wav"]);
}

#[test]
fn both_sides_of_a_call_are_named() {
    let workspace = Workspace::new();
    workspace.write("calls/1-out.wav", mono(SAMPLE));
    workspace.write("calls/1-in.wav", mono(OTHER));
    let config = workspace.write("etalon.toml", "[[sides]]\nagent = \"*-out\"\nclient = \"*-in\"\n");
    Run::over(workspace.path("calls"), workspace.out()).without_asr().option("--config", config).succeeded();
    let folder = workspace.path("calls").canonicalize().unwrap();
    let expected = json!([{ "agent": folder.join("1-out.wav"), "client": folder.join("1-in.wav") }]);
    assert_eq!(recordings(&workspace)[0].1, expected);
    let (_, channels, _) = waveform(&workspace.out(), &workspace.call());
    assert_eq!(channels, 2);
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_where_recordings_lie() {
    use std::os::unix::fs::PermissionsExt as _;
    let workspace = Workspace::new();
    workspace.copy_sample(SAMPLE, "calls/a.wav");
    workspace.run("calls").without_asr().succeeded();
    for path in waveforms(&workspace).into_iter().chain([workspace.out().join("recordings.jsonl")]) {
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600,
            "{}",
            path.display()
        );
    }
}
