//! What becomes of everything that lies in an input, and of what manifests say.

use crate::harness::{Workspace, json, json_lines, sample_names};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// What was passed over: the reason by name.
fn passed_over(workspace: &Workspace) -> BTreeMap<String, String> {
    json_lines(&workspace.out().join("passed_over.jsonl"))
        .iter()
        .map(|line| {
            let text = |key: &str| line[key].as_str().unwrap().to_owned();
            (text("source"), text("reason"))
        })
        .collect()
}

/// The agents of all calls, by the stem of the recording's name.
fn agents(workspace: &Workspace) -> Vec<(String, Value)> {
    let calls = workspace.calls().into_iter();
    calls.map(|(name, call)| (name, call["call"]["agent_id"].clone())).collect()
}

fn defects(call: &Value) -> Vec<&str> {
    call["audio"]["defects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|defect| defect["kind"].as_str().unwrap())
        .collect()
}

/// A copy of a sample that differs from all others by its length.
fn copy(workspace: &Workspace, name: &str, cut: usize) {
    let path = workspace.copy_sample("06-fast-talker", name);
    let bytes = std::fs::read(&path).unwrap();
    let mut shorter = bytes[..bytes.len() - 4 * cut].to_vec();
    let length = u32::try_from(shorter.len()).unwrap();
    shorter[4..8].copy_from_slice(&(length - 8).to_le_bytes());
    shorter[40..44].copy_from_slice(&(length - 44).to_le_bytes());
    std::fs::write(path, shorter).unwrap();
}

#[test]
fn every_file_is_a_call_or_has_a_reason() {
    let workspace = Workspace::new();
    copy(&workspace, "in/a.wav", 0);
    for name in ["in/b.opq", "in/._a.wav", "in/.hidden.wav", "in/notes.txt", "in/c.wav.part"] {
        workspace.write(name, [0, 1, 2, 3]);
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("/nowhere/at/all.wav", workspace.path("in/gone.wav")).unwrap();
    let ended = workspace.run("in").without_asr().succeeded();
    let reasons = passed_over(&workspace);
    let expected = [
        ("._a.wav", "apple_double"),
        (".hidden.wav", "hidden"),
        ("b.opq", "unknown_format"),
        ("c.wav.part", "unfinished_copy"),
        ("gone.wav", "dangling_link"),
        ("notes.txt", "no_recording"),
    ];
    // A text is no recording that somebody could miss.
    assert_eq!(reasons, expected.map(|(name, reason)| (name.to_owned(), reason.to_owned())).into());
    assert!(
        ended.stderr.contains("skipped 5 files: 1 of a format that is not read (.opq)"),
        "{}",
        ended.stderr
    );
    let counts = json(&workspace.out().join("run.json"))["passed_over"].as_array().unwrap().len();
    assert_eq!((counts, workspace.calls().len()), (6, 1));
}

#[test]
fn a_recording_that_grows_waits_and_a_copied_one_does_not() {
    let workspace = Workspace::new();
    copy(&workspace, "in/done.wav", 0);
    copy(&workspace, "in/growing.wav", 10);
    let path = workspace.path("in/growing.wav");
    let writer = std::thread::spawn(move || {
        let mut file = std::fs::File::options().append(true).open(path).unwrap();
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(6) {
            file.write_all(&[0; 320]).unwrap();
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    workspace.run("in").without_asr().succeeded();
    writer.join().unwrap();
    assert_eq!(passed_over(&workspace), [("growing.wav".to_owned(), "growing".to_owned())].into());
    assert_eq!(workspace.calls().len(), 1);
    workspace.run("in").without_asr().succeeded();
    assert_eq!(workspace.calls().len(), 2);
    assert_eq!(passed_over(&workspace).len(), 0);
}

#[test]
fn a_manifest_counts_for_its_folder_as_a_spreadsheet_saves_it() {
    let workspace = Workspace::new();
    copy(&workspace, "in/day1/a.wav", 0);
    copy(&workspace, "in/day2/a.wav", 10);
    let table = "Файл;Оператор;Дата;Время;Направление;Телефон клиента\r\n\
                 A.WAV;Смирнова;20.11.2026;9:15;Исходящий;8 (900) 123-45-67\r\n";
    workspace.write("in/day1/manifest.csv", encoding_rs::WINDOWS_1251.encode(table).0);
    let utf_16: Vec<u8> = "\u{feff}path\tagent_id\tclient_ref\r\na.wav\tk02\t7,9E+10\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    workspace.write("in/day2/manifest.csv", utf_16);
    let settings = workspace.write("etalon.toml", "[manifest]\nutc_offset = \"+05:00\"\n");
    let ended = workspace.run("in").without_asr().option("--config", settings).succeeded();
    let calls: Vec<Value> = workspace.calls().into_iter().map(|(_, call)| call).collect();
    let by_source = |source: &str| calls.iter().find(|call| call["call"]["source"] == source).unwrap();
    let first = by_source("day1/a.wav");
    assert_eq!(first["call"]["agent_id"], "Смирнова");
    assert_eq!(first["call"]["started_at"], "2026-11-20T09:15:00+05:00");
    assert_eq!(first["call"]["direction"], "outbound");
    assert_eq!(first["call"]["client_ref"], "+79001234567");
    let second = by_source("day2/a.wav");
    assert_eq!((&second["call"]["agent_id"], &second["call"]["client_ref"]), (&"k02".into(), &Value::Null));
    assert!(defects(second).contains(&"fact_not_understood"));
    assert!(ended.stderr.contains("row 2: the value of `client_ref`"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("7,9E+10"), "{}", ended.stderr);
}

#[test]
fn a_folder_and_its_manifest_are_the_ordinary_case_in_any_order() {
    for order in [["in", "facts.csv"], ["facts.csv", "in"]] {
        let workspace = Workspace::new();
        copy(&workspace, "in/a.wav", 0);
        copy(&workspace, "in/b.wav", 10);
        workspace.write("facts.csv", "path,agent_id\nin/a.wav,k01\nin/b.wav,k02\n");
        workspace.run(order[0]).with(workspace.path(order[1])).without_asr().succeeded();
        let expected = [("a".to_owned(), "k01".into()), ("b".to_owned(), "k02".into())];
        assert_eq!(agents(&workspace), expected, "{order:?}");
    }
}

#[test]
fn rows_that_contradict_each_other_are_named() {
    for (table, code, agent) in [
        ("path,agent_id,disposition\na.wav,k01,NO ANSWER\na.wav,k02,ANSWERED\n", 0, "k02"),
        ("path,agent_id\na.wav,k01\na.wav,k02\n", 3, "k01"),
    ] {
        let workspace = Workspace::new();
        copy(&workspace, "in/a.wav", 0);
        workspace.write("in/manifest.csv", table);
        workspace.run("in").without_asr().ended_with(code);
        let call = workspace.call();
        assert_eq!(call["call"]["agent_id"], agent);
        assert!(defects(&call).contains(&"facts_contradict"));
    }
}

#[test]
fn one_bad_row_costs_itself_and_not_the_night() {
    let workspace = Workspace::new();
    copy(&workspace, "in/a.wav", 0);
    copy(&workspace, "in/b.wav", 10);
    let table =
        [&b"path,agent_id\na.wav,k01\nb.wav,k02,k03\n,k04\n\xcf\xf0\xe8.wav,k05\n"[..], b"b.wav,k06\n"];
    workspace.write("in/manifest.csv", table.concat());
    workspace.run("in").without_asr().ended_with(3);
    assert_eq!(agents(&workspace), [("a".to_owned(), "k01".into()), ("b".to_owned(), "k06".into())]);
    assert_eq!(workspace.failures().len(), 3, "{:?}", workspace.failures());
}

#[test]
fn sides_pair_in_any_case_and_an_empty_one_costs_nothing() {
    let workspace = Workspace::new();
    let (agent, client) = ("in/a-OUT.wav", "in/a-in.WAV");
    copy(&workspace, agent, 0);
    let mono = |name: &str| {
        let mut bytes = std::fs::read(workspace.path(name)).unwrap();
        bytes[22] = 1;
        bytes[32] = 2;
        workspace.write(name, bytes);
    };
    copy(&workspace, client, 10);
    copy(&workspace, "in/b-out.wav", 20);
    copy(&workspace, "in/c-out.wav", 30);
    for name in [agent, client, "in/b-out.wav", "in/c-out.wav"] {
        mono(name);
    }
    let header = std::fs::read(workspace.path("in/b-out.wav")).unwrap();
    workspace.write("in/b-in.wav", [&header[..40], &[0; 4]].concat());
    let settings = workspace.write("etalon.toml", "[[sides]]\nagent = \"*-out\"\nclient = \"*-in\"\n");
    let ended = workspace.run("in").without_asr().option("--config", settings).succeeded();
    let calls: BTreeMap<String, Value> = workspace.calls().into_iter().collect();
    assert_eq!(calls.keys().collect::<Vec<_>>(), ["a-OUT", "b-out", "c-out"]);
    assert_eq!(calls["a-OUT"]["audio"]["channels"], 2);
    assert!(defects(&calls["b-out"]).contains(&"side_empty"));
    let alone = &calls["c-out"];
    assert!(defects(alone).contains(&"side_missing"));
    // The name tells whose side it is, and nothing is guessed.
    assert_eq!(
        (&alone["audio"]["layout"], &alone["audio"]["layout_source"]),
        (&"agent_left".into(), &"config".into())
    );
    assert!(alone["metrics"]["speakers"]["agent"].is_object(), "{}", alone["metrics"]["speakers"]);
    assert!(ended.stderr.contains("[[sides]]: 1 files are one side"), "{}", ended.stderr);
}

#[test]
fn a_pattern_that_fits_no_name_is_said() {
    let workspace = Workspace::new();
    copy(&workspace, "in/a.wav", 0);
    let settings = workspace.write(
        "etalon.toml",
        "[file_name]\npattern = '(?<agent_id>\\d+)_x'\n[[sides]]\nagent = \"*-rx\"\nclient = \"*-tx\"\n",
    );
    let ended = workspace.run("in").without_asr().option("--config", settings).succeeded();
    assert!(ended.stderr.contains("fits none of 1 names"), "{}", ended.stderr);
    assert!(ended.stderr.contains("[[sides]]: no pattern fits any of 1 recordings"), "{}", ended.stderr);
}

#[test]
fn a_log_names_no_recording_and_no_value() {
    let workspace = Workspace::new();
    copy(&workspace, "in/a.wav", 0);
    workspace.write("in/79001234567_x.wav", b"this is a letter and no recording at all");
    let ended = workspace.run("in").without_asr().ended_with(3);
    assert!(!ended.stderr.contains("79001234567"), "{}", ended.stderr);
    let failure = &workspace.failures()[0];
    let id = failure["id"].as_str().unwrap();
    assert!(ended.stderr.contains(&format!("failed: {id} (line 1 of failures.jsonl)")), "{}", ended.stderr);
    let settings = workspace.write("etalon.toml", "engine = \"79001234567\"\n");
    let ended = workspace.run("in").option("--config", settings).ended_with(2);
    assert!(!ended.stderr.contains("79001234567"), "{}", ended.stderr);
}

#[cfg(unix)]
#[test]
fn what_is_no_file_or_too_large_is_refused_unread() {
    let workspace = Workspace::new();
    copy(&workspace, "a.wav", 0);
    let pipe = workspace.path("pipe.wav");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    workspace.write("facts.csv", "path\npipe.wav\na.wav\n/dev/zero\n");
    let huge = workspace.write("huge.wav", b"RIFF");
    std::fs::File::options().write(true).open(&huge).unwrap().set_len(1 << 40).unwrap();
    let run = workspace.run("facts.csv").with(&pipe).with("/dev/zero").with(&huge);
    run.without_asr().ended_with(3);
    assert_eq!(workspace.calls().len(), 1);
    // The device is named twice and listed once.
    assert_eq!(workspace.failures().len(), 4, "{:?}", workspace.failures());
}

#[cfg(unix)]
#[test]
fn a_signal_stops_hashing() {
    let workspace = Workspace::new();
    let huge = workspace.write("huge.wav", b"RIFF");
    std::fs::File::options().write(true).open(&huge).unwrap().set_len(200 << 30).unwrap();
    let mut child = workspace
        .run("huge.wav")
        .without_asr()
        .option("--settle", "0")
        .option("--max-bytes", "999999999999")
        .spawned();
    std::thread::sleep(Duration::from_secs(4));
    let since = Instant::now();
    assert!(std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
}

#[test]
fn settings_too_long_for_a_worker_are_refused() {
    let workspace = Workspace::new();
    let name = "имя".repeat(8);
    let speakers: String = (0..400_000)
        .flat_map(|number| [format!("\"{number}-{name}\""), " = \"agent\"\n".to_owned()])
        .collect();
    let settings = workspace.write("etalon.toml", format!("[transcripts.speakers]\n{speakers}"));
    let run = workspace.run(Path::new(&crate::harness::sample(&sample_names()[0])));
    let ended = run.without_asr().option("--config", settings).ended_with(2);
    assert!(ended.stderr.contains("too long to be handed to a worker"), "{}", ended.stderr);
}
