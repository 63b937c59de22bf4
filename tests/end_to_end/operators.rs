//! What those see who run etalon every night: heartbeats, quiet, metrics, the doctor, earlier runs.

use crate::harness::{
    Run, Workspace, behind, ended, etalon, files_below, json, root, sample_names, samples, succeeded,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// A run over the samples in which one recording hangs for two seconds, twice.
fn slow_run(workspace: &Workspace) -> Run {
    let config = workspace.write("etalon.toml", "[workers]\nlimit_min_s = 2.0\nlimit_per_audio_s = 0.0\n");
    let run = workspace.run(samples()).without_asr().option("--config", config);
    run.with_fault("hang", &sample_names()[2]).option("--heartbeat", "1")
}

/// The metrics of a file by their names with labels, without the label of the folder.
fn metrics(path: &Path) -> BTreeMap<String, f64> {
    let text = std::fs::read_to_string(path).unwrap();
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let name =
                name.replace("folder=\"out\"", "").replace("{,", "{").replace(",}", "}").replace("{}", "");
            (name, value.parse().unwrap())
        })
        .collect()
}

#[test]
fn a_log_gets_a_heartbeat_and_quiet_silences_it() {
    let workspace = Workspace::new();
    let told = slow_run(&workspace).ended_with(3);
    let beats: Vec<&str> = told.stderr.lines().filter(|line| line.contains(" left (")).collect();
    assert!(beats.len() >= 2, "{}", told.stderr);
    let last = beats.last().unwrap();
    for part in
        ["5 of 6 recordings done, 1 left (", " h of audio), ", "x real time, ", " failed, finished in "]
    {
        assert!(last.contains(part), "{last}");
    }

    let programs = Workspace::new();
    let told = slow_run(&programs).option("--log-format", "json").ended_with(3);
    let events: Vec<Value> = told.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let beat = events.iter().rfind(|event| event["left"] == 1).unwrap();
    assert_eq!((&beat["level"], &beat["done"], &beat["left"]), (&"INFO".into(), &5.into(), &1.into()));
    assert!(beat["remaining_s"].is_number() && beat["message"].as_str().unwrap().starts_with("5 of 6 "));
    let failed = events.iter().find(|event| event["level"] == "WARN").unwrap();
    assert!(failed["message"].as_str().unwrap().starts_with("failed: "), "{failed}");

    let quiet = Workspace::new();
    let told = slow_run(&quiet).with("--quiet").ended_with(3);
    assert_eq!(told.stdout, "");
    let lines: Vec<&str> = told.stderr.lines().collect();
    assert!(lines.len() == 1 && lines[0].starts_with("failed: "), "{}", told.stderr);
    let nothing = quiet.path("nothing");
    let told = Run::over(quiet.copy_sample(&sample_names()[0], "a.wav"), &nothing).without_asr().with("-q");
    let told = told.succeeded();
    assert_eq!((told.stdout.as_str(), told.stderr.as_str()), ("", ""));
    let json = Run::over(quiet.path("a.wav"), &nothing).without_asr().with("-q").with("--json").succeeded();
    assert_eq!(serde_json::from_str::<Value>(&json.stdout).unwrap()["reused"], 1);
}

#[test]
fn metrics_are_there_during_and_after_a_run() {
    let workspace = Workspace::new();
    let copy = workspace.path("etalon.prom");
    let mut run = slow_run(&workspace).option("--metrics", &copy).spawned();
    let mut seen = Vec::new();
    while run.try_wait().unwrap().is_none() {
        if copy.exists() {
            // Whenever it is read, it is whole.
            seen.push(metrics(&copy));
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(run.wait().unwrap().code(), Some(3));
    let is_working = |metrics: &&BTreeMap<String, f64>| metrics["etalon_run_phase{phase=\"working\"}"] > 0.0;
    let working = seen.iter().rfind(is_working).unwrap();
    assert_eq!((working["etalon_run_active"], working["etalon_backlog_recordings"]), (1.0, 1.0));
    assert!(working["etalon_backlog_audio_seconds"] > 1.0 && working["etalon_real_time_ratio"] > 0.0);
    assert!(!working.contains_key("etalon_last_success_time_seconds"));

    let after = metrics(&workspace.out().join("etalon.prom"));
    assert_eq!(after, metrics(&copy));
    let summary = json(&workspace.out().join("run.json"));
    let started_at = summary["started_at"].as_str().unwrap();
    for (name, expected) in [
        ("etalon_run_active", 0.0),
        ("etalon_run_exit_code", 3.0),
        ("etalon_backlog_recordings", 0.0),
        ("etalon_backlog_audio_seconds", 0.0),
        ("etalon_processed_recordings", 6.0),
        ("etalon_input_recordings", 6.0),
        ("etalon_quarantined_recordings", 1.0),
        ("etalon_failed_recordings{kind=\"worker_died\",stage=\"decode\"}", 1.0),
        ("etalon_calls", 5.0),
        ("etalon_words", 0.0),
    ] {
        assert_eq!(after.get(name), Some(&expected), "{name}: {after:?}");
    }
    assert!((0.01..1.0).contains(&after["etalon_unmeasurable_ratio"]), "{after:?}");
    let (begun, ended) = (after["etalon_run_start_time_seconds"], after["etalon_last_success_time_seconds"]);
    assert!(begun > 1.7e9 && (2.0..300.0).contains(&(ended - begun)), "{started_at}: {begun} {ended}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o644);
    }

    // A run that an error breaks off says with which exit code, and leaves the time of the last
    // success.
    workspace.run(samples()).option("--language", "klingon").ended_with(2);
    let failed = metrics(&workspace.out().join("etalon.prom"));
    assert_eq!((failed["etalon_run_active"], failed["etalon_run_exit_code"]), (0.0, 2.0));
    let kept = failed["etalon_last_success_time_seconds"];
    assert!((kept - ended).abs() < 5.0, "{kept} {ended}");
}

#[test]
fn every_run_is_kept() {
    let workspace = Workspace::new();
    let kept =
        || files_below(&workspace.out().join("runs")).iter().map(|path| json(path)).collect::<Vec<_>>();
    workspace.run(samples()).without_asr().succeeded();
    let first = kept();
    assert_eq!(first.len(), 1);
    assert_eq!((&first[0]["processed"], &first[0]["places"]), (&6.into(), &Value::Null));
    let quality = first[0]["quality"].as_array().unwrap();
    assert_eq!((&quality[0]["queue"], &quality[0]["calls"]), (&Value::Null, &6.into()));
    assert!(quality[0]["loudness_lufs"]["agent"].as_f64().unwrap() < -10.0);
    // What a run that was killed left behind is kept by the next one.
    let mut killed = json(&workspace.out().join("run.json"));
    killed["started_at"] = "2026-11-01T20:00:00Z".into();
    killed["interrupted"] = true.into();
    workspace.write("out/run.json", killed.to_string());
    workspace.run(samples()).without_asr().succeeded();
    let all = kept();
    assert_eq!(
        (&all[0]["started_at"], &all[0]["interrupted"]),
        (&"2026-11-01T20:00:00Z".into(), &true.into())
    );
    assert_eq!(all.last().unwrap()["processed"], 0);
}

#[test]
fn drift_between_nights_is_told() {
    let workspace = Workspace::new();
    // Twenty calls of queue 3 that differ in a byte behind their sound, in two nights.
    let names = sample_names();
    let mut rows = [String::from("path,queue\n"), String::from("path,queue\n")];
    for (night, rows) in rows.iter_mut().enumerate() {
        for call in 0..20 {
            let name = format!("{night}-{call}.wav");
            let mut recording = std::fs::read(root().join(format!("samples/{}.wav", names[0]))).unwrap();
            if night == 1 {
                make_quieter(&mut recording);
            }
            recording.extend([night as u8, call]);
            workspace.write(format!("night-{night}/{name}"), recording);
            writeln!(rows, "{name},3").unwrap();
        }
    }
    let night = |night: usize| {
        workspace.write(format!("night-{night}/manifest.csv"), &rows[night]);
        let run = workspace.run(format!("night-{night}")).without_asr();
        run.option("--layout", "agent_left").succeeded()
    };
    let first = night(0);
    assert!(!first.stderr.contains("drift"), "{}", first.stderr);
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let second = night(1);
    let told: Vec<&str> = second.stderr.lines().filter(|line| line.starts_with("drift in ")).collect();
    assert_eq!(told.len(), 2, "{}", second.stderr);
    assert!(
        told[1].starts_with("drift in the queue of quality[1] in run.json: agent quieter by 1"),
        "{told:?}"
    );
    let summary = json(&workspace.out().join("run.json"));
    assert_eq!(summary["drift"][0]["measure"], "loudness");
    let prom = metrics(&workspace.out().join("etalon.prom"));
    assert!(prom["etalon_drifting_measures"] >= 2.0);
}

/// Takes about 12 dB off a sample, which is µ-law behind 58 bytes of header: a step of its exponent
/// is 6 dB.
fn make_quieter(recording: &mut [u8]) {
    for byte in &mut recording[58..] {
        let code = !*byte;
        let quieter = if code & 0x70 >= 0x20 { code - 0x20 } else { code & 0x80 };
        *byte = !quieter;
    }
}

#[test]
fn the_doctor_looks_and_changes_nothing() {
    let workspace = Workspace::new();
    workspace.copy_sample(&sample_names()[0], "in/a.wav");
    workspace.folder("there");
    let files = || files_below(&workspace.path("."));
    let before = files();
    let changed = |name: &str| std::fs::metadata(workspace.path(name)).unwrap().modified().unwrap();
    let times = || ["", "in", "there"].map(changed);
    let times_before = times();
    let config = root().join("packaging/etalon.toml");
    let mut command = etalon();
    command.args(["doctor", "--json", "--jobs", "1"]).arg(workspace.path("in")).arg("--config").arg(config);
    let diagnosis = succeeded(command.arg("--out").arg(workspace.out()));
    let diagnosis: Value = serde_json::from_str(&diagnosis.stdout).unwrap();
    assert_eq!((&diagnosis["schema"], &diagnosis["healthy"]), (&"etalon.doctor/1".into(), &true.into()));
    let schema: Value = serde_json::from_str(&ended(etalon().args(["schema", "doctor"])).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&diagnosis), "{diagnosis}");
    let subjects: Vec<&str> = diagnosis["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["subject"].as_str().unwrap())
        .collect();
    assert_eq!(
        subjects,
        ["processor", "memory", "configuration", "speech_model", "rule_packs", "input", "output", "disk"]
    );
    succeeded(etalon().args(["doctor", "--jobs", "1", "--out"]).arg(workspace.path("there")));
    assert_eq!((files(), times()), (before, times_before));
    assert!(!workspace.out().exists());

    // What is wrong is said, and the exit code says so as well.
    workspace.write("wrong.toml", "langauge = \"ru\"\n");
    for (arguments, part) in [
        (vec!["--model", "large-v9"], "large-v9"),
        (vec!["--config", "wrong.toml"], "unknown field `langauge`"),
        (vec!["nowhere"], "can't be opened"),
        (vec!["--out", "in/a.wav"], "is no folder"),
    ] {
        let mut command = etalon();
        let ill =
            ended(command.current_dir(workspace.path(".")).args(["doctor", "--jobs", "1"]).args(&arguments));
        assert_eq!(ill.code, 1, "{arguments:?}: {}", ill.stdout);
        let line = ill.stdout.lines().find(|line| line.starts_with("FAIL")).unwrap();
        assert!(line.contains(part), "{line}");
    }
}

#[test]
fn committed_completions_and_manual_pages_are_those_of_the_command_line() {
    let packaging = root().join("packaging");
    let remedy = "run `scripts/dev checks generated --write`";
    for (shell, file) in [("bash", "etalon.bash"), ("zsh", "_etalon"), ("fish", "etalon.fish")] {
        let printed = succeeded(etalon().args(["completions", shell])).stdout;
        let committed = std::fs::read_to_string(packaging.join("completions").join(file)).unwrap();
        assert!(printed == committed, "{file} differs: {remedy}");
    }
    let workspace = Workspace::new();
    succeeded(etalon().args(["manual", "--write"]).arg(workspace.path("man")));
    let named = |folder: &Path| -> BTreeMap<String, String> {
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        files_below(folder).iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
    };
    let (written, committed) = (named(&workspace.path("man")), named(&packaging.join("man")));
    assert_eq!(written.keys().collect::<Vec<_>>(), committed.keys().collect::<Vec<_>>(), "{remedy}");
    for (name, page) in &written {
        assert!(committed[name] == *page, "{name} differs: {remedy}");
    }
    assert!(written.len() > 20 && written.contains_key("etalon-run.1"));
}

#[test]
fn a_group_reads_the_results_whatever_the_umask_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let workspace = Workspace::new();
    workspace.copy_sample(&sample_names()[0], "in/a.wav");
    let own = std::process::Command::new("id").arg("-gn").output().unwrap();
    let group = String::from_utf8(own.stdout).unwrap();
    let mode =
        |name: &str| std::fs::metadata(workspace.out().join(name)).unwrap().permissions().mode() & 0o7777;
    let rights = || ["", "report", "report/index.html", "run.json", "etalon.prom", ".lock"].map(mode);
    // With the usual mask of a desktop everybody could read what is made.
    let run = || workspace.run("in").without_asr().into_command();
    succeeded(&mut behind("umask 022", &run()));
    assert_eq!(rights(), [0o700, 0o700, 0o600, 0o600, 0o600, 0o600]);
    let mut shared = run();
    shared.args(["--group", group.trim()]);
    succeeded(&mut behind("umask 077", &shared));
    assert_eq!(rights(), [0o2750, 0o2750, 0o640, 0o640, 0o640, 0o600]);
    // It stays so for later runs that do not name the group.
    succeeded(&mut behind("umask 077", &run()));
    assert_eq!(rights(), [0o2750, 0o2750, 0o640, 0o640, 0o640, 0o600]);

    let told = workspace.run("in").without_asr().option("--group", "no-such-group").ended_with(2);
    assert!(told.stderr.contains("`getent group` lists them"), "{}", told.stderr);
}
