//! A folder divided among machines: the merged shards are what one machine makes, byte for byte.

use crate::harness::{
    Ended, Run, Workspace, assert_same, behind, calls_in, comes_true_within, ended, etalon, files_below,
    has_stored_call, json, json_lines, sample_names, samples, succeeded,
};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

/// Packs of which one asks for the other calls of a client.
const PACKS: &str = "kcg-service,ru-230fz";

/// The shortest of the samples, which a worker takes up last.
const SHORTEST: &str = "02-rude-collector";

/// A folder with whatever a run has to decide over all recordings: calls of one client that lie in
/// several shards, two names of one call, two calls of the same bytes, a recording that can't be read,
/// and what is none.
fn input(workspace: &Workspace) -> PathBuf {
    let mut rows = vec!["path,started_at,client_ref,direction,client_time_zone,layout,agent_id".to_owned()];
    for (hour, name) in sample_names().iter().enumerate() {
        workspace.copy_sample(name, format!("in/{name}.wav"));
        rows.push(format!(
            "{name}.wav,2026-11-16T{:02}:00:00+05:00,d-1,outbound,Asia/Almaty,agent_left,a1",
            hour + 9
        ));
    }
    workspace.copy_sample("05-busy-client", "in/copies/another-name.wav");
    workspace.copy_sample("06-fast-talker", "in/copies/another-client.wav");
    let another =
        "copies/another-client.wav,2026-11-17T09:00:00+05:00,d-2,outbound,Asia/Almaty,agent_left,a2";
    rows.extend([another.to_owned(), "gone.wav,,d-3,,,,".to_owned()]);
    workspace.write("in/manifest.csv", rows.join("\n"));
    workspace.write("in/broken.wav", "no sound at all");
    workspace.write("in/archive.zip", "PK");
    workspace.path("in")
}

fn plan(workspace: &Workspace, input: &Path, shards: u32) -> Ended {
    let plan = workspace.path("night.plan");
    ended(etalon().arg("plan").arg(input).args(["--shards", &shards.to_string(), "--out"]).arg(plan))
}

fn shard_folder(workspace: &Workspace, shard: u32) -> PathBuf {
    workspace.path(format!("shard-{shard}"))
}

/// The run of a shard of the workspace's plan, without recognition.
fn run_of_shard(workspace: &Workspace, shard: u32, shards: u32) -> Run {
    let run =
        Run::over("--no-asr", shard_folder(workspace, shard)).option("--plan", workspace.path("night.plan"));
    run.option("--shard", format!("{shard}/{shards}")).option("--packs", PACKS).option("--jobs", "1")
}

fn merge(workspace: &Workspace, shards: &[u32], out: &str) -> Ended {
    let folders = shards.iter().map(|shard| shard_folder(workspace, *shard));
    ended(etalon().arg("merge").args(folders).arg("--out").arg(workspace.path(out)))
}

/// The recordings of a plan, by shard.
fn recordings(workspace: &Workspace) -> Vec<(u64, String)> {
    let lines = json_lines(&workspace.path("night.plan"));
    let recordings = lines.iter().filter_map(|line| line.get("recording"));
    recordings
        .map(|line| (line["shard"].as_u64().unwrap(), line["source"].as_str().unwrap().to_owned()))
        .collect()
}

#[test]
fn merged_shards_are_one_run() {
    let workspace = Workspace::new();
    let input = input(&workspace);
    let single = workspace.path("single");
    let one_run = |out: &Path| Run::over(&input, out).without_asr().option("--packs", PACKS).ended_with(3);
    one_run(&single);

    let planned = plan(&workspace, &input, 3);
    // The row of a recording that is gone.
    assert_eq!(planned.code, 3, "{}", planned.stderr);
    let before = std::fs::read(workspace.path("night.plan")).unwrap();
    plan(&workspace, &input, 3);
    assert!(before == std::fs::read(workspace.path("night.plan")).unwrap(), "the same input, another plan");
    let shard_of =
        |name: &str| recordings(&workspace).into_iter().find(|(_, source)| source == name).unwrap().0;
    assert_eq!(shard_of("05-busy-client.wav"), shard_of("copies/another-name.wav"));
    assert_eq!(shard_of("06-fast-talker.wav"), shard_of("copies/another-client.wav"));
    for shard in 1..=3 {
        assert!(recordings(&workspace).iter().any(|(of, _)| *of == shard), "nothing is in shard {shard}");
        let ended = run_of_shard(&workspace, shard as u32, 3).ended();
        assert!([0, 3].contains(&ended.code), "{}", ended.stderr);
    }
    let merged = merge(&workspace, &[2, 3, 1], "merged");
    assert_eq!(merged.code, 3, "{}", merged.stderr);
    assert_same(&single, &workspace.path("merged"));
    let (whole, part) = (json(&single.join("run.json")), json(&workspace.path("merged/run.json")));
    for counted in
        ["recordings", "processed", "duplicates", "failed", "fingerprint", "packs", "passed_over", "places"]
    {
        assert_eq!(whole[counted], part[counted], "{counted}");
    }

    // A merge goes on where it was broken off, and a run where the merge ended.
    assert_eq!(merge(&workspace, &[1, 2, 3], "merged").code, 3);
    assert_same(&single, &workspace.path("merged"));
    one_run(&workspace.path("merged"));
    assert_same(&single, &workspace.path("merged"));
    let processed = json(&workspace.path("merged/run.json"))["processed"].clone();
    // The broken one is tried again.
    assert_eq!(processed, json!(1));
}

#[test]
fn a_merge_can_be_read_by_a_group_and_tells_of_itself_as_a_run_does() {
    use std::os::unix::fs::PermissionsExt as _;
    let workspace = two_shards();
    let out = workspace.path("merged");
    let group = String::from_utf8(Command::new("id").arg("-gn").output().unwrap().stdout).unwrap();
    let mode = |name: &Path| std::fs::metadata(out.join(name)).unwrap().permissions().mode() & 0o7777;
    let call = only_call(&shard_folder(&workspace, 1));
    let call = call.strip_prefix(shard_folder(&workspace, 1)).unwrap();
    let copy = workspace.path("copy.prom");
    let mut merge = etalon();
    merge.arg("merge").args([1, 2].map(|shard| shard_folder(&workspace, shard))).arg("--out").arg(&out);
    merge.args(["--group", group.trim(), "--quiet", "--metrics"]).arg(&copy);
    let told = ended(&mut behind("umask 077", &merge));
    assert_eq!((told.code, &*told.stdout, &*told.stderr), (0, "", ""));
    for (name, expected) in [
        ("", 0o2750),
        ("report/index.html", 0o640),
        ("run.json", 0o640),
        ("etalon.prom", 0o640),
        (".lock", 0o600),
    ] {
        assert_eq!(mode(Path::new(name)), expected, "{name}");
    }
    assert_eq!((mode(call.parent().unwrap()), mode(call)), (0o2750, 0o640), "what came from a shard");

    let metrics = std::fs::read_to_string(&copy).unwrap();
    for (name, expected) in [
        ("etalon_run_active", "0"),
        ("etalon_run_exit_code", "0"),
        ("etalon_processed_recordings", "2"),
        ("etalon_backlog_recordings", "0"),
        ("etalon_input_recordings", "2"),
        ("etalon_calls", "2"),
    ] {
        let line = format!("{name}{{folder=\"merged\"}} {expected}");
        assert!(metrics.lines().any(|found| found == line), "{line}: {metrics}");
    }
    assert!(metrics.contains("etalon_last_success_time_seconds{"), "{metrics}");
    let kept = files_below(&out.join("runs"));
    assert_eq!((kept.len(), &json(&kept[0])["quality"][0]["calls"]), (1, &json!(2)));
}

#[test]
fn what_an_earlier_merge_let_search_is_forgotten() {
    let workspace = two_shards();
    let index = workspace.path("merged").join("search.sqlite");
    assert_eq!(merge(&workspace, &[1, 2], "merged").code, 0);
    std::fs::write(&index, "words of a call that was not redacted yet").unwrap();
    assert_eq!(merge(&workspace, &[1, 2], "merged").code, 0);
    assert!(!index.exists());
}

#[test]
fn a_later_merge_keeps_nothing_that_no_shard_has() {
    let workspace = two_shards();
    let files = |folder: &str| {
        let folder = workspace.path("merged").join(folder);
        if folder.is_dir() { files_below(&folder).len() } else { 0 }
    };
    assert_eq!(merge(&workspace, &[1, 2], "merged").code, 0);
    assert_eq!((files("calls"), files("waveforms"), files("quarantine")), (2, 2, 0));

    let (_, source) = recordings(&workspace).into_iter().find(|(shard, _)| *shard == 1).unwrap();
    let again = || {
        std::fs::remove_dir_all(shard_folder(&workspace, 1)).unwrap();
        run_of_shard(&workspace, 1, 2)
    };
    again().with_fault("abort", source.trim_end_matches(".wav")).ended_with(3);
    let merged = merge(&workspace, &[1, 2], "merged");
    assert_eq!(merged.code, 3, "{}", merged.stderr);
    assert!(
        merged.stderr.contains("1 calls of an earlier merge are in no shard any more"),
        "{}",
        merged.stderr
    );
    assert_eq!((files("calls"), files("waveforms"), files("quarantine")), (1, 1, 1));

    again().succeeded();
    assert_eq!(merge(&workspace, &[1, 2], "merged").code, 0);
    assert_eq!((files("calls"), files("waveforms"), files("quarantine")), (2, 2, 0));
    assert_eq!(merge(&workspace, &[1, 2], "new").code, 0);
    assert_same(&workspace.path("merged"), &workspace.path("new"));
}

#[test]
fn a_later_merge_makes_pages_as_they_were_and_reads_its_options_first() {
    let workspace = two_shards();
    let out = workspace.path("merged");
    let merge = |options: &[&str]| {
        let mut command = etalon();
        command.arg("merge").args([1, 2].map(|shard| shard_folder(&workspace, shard)));
        ended(command.arg("--out").arg(&out).args(options))
    };
    let refused = merge(&["--history", "/nowhere/at/all"]);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(!has_stored_call(&out) && !out.join("run.json").exists(), "something was written");
    assert_eq!(merge(&["--report-language", "en"]).code, 0);
    assert_eq!(merge(&[]).code, 0);
    assert_eq!(json(&out.join("report.json"))["language"], "en");
}

#[test]
fn what_people_said_of_the_calls_of_a_shard_is_in_the_whole() {
    let workspace = two_shards();
    let import = |folder: &Path, call: &str, verdict: &str| {
        let table = format!("call,rule,verdict,state\n{call},greeting.name,{verdict},draft\n");
        let table = workspace.write("verdicts.csv", table);
        let mut command = etalon();
        ended(command.args(["reviews", "import"]).arg(folder).arg(table).args(["--as", "Анна"]))
    };
    let calls = [1, 2].map(|shard| only_call(&shard_folder(&workspace, shard)));
    let ids = calls.each_ref().map(|call| call.file_stem().unwrap().to_str().unwrap());
    for (shard, id) in (1..).zip(ids) {
        let imported = import(&shard_folder(&workspace, shard), id, "pass");
        assert_eq!(imported.code, 0, "{}", imported.stderr);
    }
    let exported = |folder: &Path| {
        let table = workspace.path("exported.csv");
        succeeded(etalon().args(["reviews", "export"]).arg(folder).arg(&table));
        std::fs::read_to_string(table).unwrap()
    };
    let out = workspace.path("merged");
    // Twice, as after a merge that was broken off.
    for _ in 0..2 {
        assert_eq!(merge(&workspace, &[1, 2], "merged").code, 0);
        let table = exported(&out);
        assert!(ids.iter().all(|id| table.contains(&format!("\n{id};Анна;draft;"))), "{table}");
        assert_eq!(table.lines().count(), 3, "{table}");
    }
    // Both folders go on, each in its own way.
    assert_eq!(import(&out, ids[0], "na").code, 0);
    // Another second, by which the two answers are told apart.
    std::thread::sleep(Duration::from_millis(1100));
    assert_eq!(import(&shard_folder(&workspace, 1), ids[0], "cannot_tell").code, 0);
    let refused = merge(&workspace, &[1, 2], "merged");
    assert!(refused.code == 2 && refused.stderr.contains(ids[0]), "{}: {}", refused.code, refused.stderr);
    assert!(exported(&out).contains(";na;"));
}

#[test]
fn a_transcript_belongs_to_one_recording_of_all_shards() {
    let workspace = Workspace::new();
    let names = sample_names();
    for (name, copy) in names.iter().zip(["x/1.wav", "y/1.wav", "2.wav", "3.wav", "4.wav"]) {
        workspace.copy_sample(name, format!("in/{copy}"));
        let turns = json(&samples().join(format!("{name}.truth.json")))["turns"].clone();
        let stem = Path::new(copy).file_stem().unwrap().to_str().unwrap();
        workspace.write(format!("words/{stem}.json"), json!({ "turns": turns }).to_string());
    }
    std::fs::remove_file(workspace.path("words/4.json")).unwrap();
    let with_words = |run: Run| run.option("--transcripts", workspace.path("words"));
    let single = workspace.path("single");
    let run = Run::over(workspace.path("in"), &single).without_asr().option("--packs", PACKS);
    // The first two recordings claim the same transcript.
    with_words(run).ended_with(3);
    assert_eq!(json_lines(&single.join("failures.jsonl")).len(), 2);

    assert_eq!(plan(&workspace, &workspace.path("in"), 5).code, 0);
    assert_eq!(recordings(&workspace).iter().map(|(shard, _)| shard).max(), Some(&5));
    for shard in 1..=5 {
        with_words(run_of_shard(&workspace, shard, 5)).ended();
    }
    assert_eq!(merge(&workspace, &[1, 2, 3, 4, 5], "merged").code, 3);
    assert_same(&single, &workspace.path("merged"));
}

#[test]
fn a_copy_that_is_found_first_takes_nothing_from_its_call() {
    let workspace = Workspace::new();
    workspace.copy_sample(SHORTEST, "in/archive/copy.wav");
    workspace.copy_sample(SHORTEST, "in/call.wav");
    workspace.copy_sample("06-fast-talker", "in/other.wav");
    workspace.write("in/manifest.csv", "path,layout,agent_id\ncall.wav,agent_left,p04\n");
    for (name, stem) in [(SHORTEST, "call"), ("06-fast-talker", "other")] {
        let turns = json(&samples().join(format!("{name}.truth.json")))["turns"].clone();
        workspace.write(format!("words/{stem}.json"), json!({ "turns": turns }).to_string());
    }
    let config = workspace.write("etalon.toml", "[transcripts]\nmissing = \"fail\"\n");
    let with_words =
        |run: Run| run.option("--transcripts", workspace.path("words")).option("--config", &config);
    let single = workspace.path("single");
    let run = Run::over(workspace.path("in"), &single).without_asr().option("--packs", PACKS);
    with_words(run).succeeded();
    let (_, call) = calls_in(&single).into_iter().find(|(name, _)| name == "copy").unwrap();
    assert_eq!(call["call"]["agent_id"], "p04");
    assert_eq!(
        (&call["audio"]["layout"], &call["audio"]["layout_source"]),
        (&json!("agent_left"), &json!("manifest"))
    );

    assert_eq!(plan(&workspace, &workspace.path("in"), 2).code, 0);
    for shard in [1, 2] {
        with_words(run_of_shard(&workspace, shard, 2)).succeeded();
    }
    assert_eq!(merge(&workspace, &[1, 2], "merged").code, 0);
    assert_same(&single, &workspace.path("merged"));
}

/// Waits until a shard has stored a call and works on another, and sends its parent a signal.
fn stopped(workspace: &Workspace, shard: u32, mut run: Child, signal: &str) -> Option<i32> {
    let out = shard_folder(workspace, shard);
    // A call may be stored since an earlier start; that a worker lives says that signals are heard.
    let children = format!("/proc/{0}/task/{0}/children", run.id());
    let has_workers = || std::fs::read_to_string(&children).is_ok_and(|workers| !workers.trim().is_empty());
    let is_working = || has_workers() && has_stored_call(&out);
    assert!(comes_true_within(Duration::from_mins(2), is_working), "no call after two minutes");
    assert!(Command::new("kill").args([signal, &run.id().to_string()]).status().unwrap().success());
    run.wait().unwrap().code()
}

#[test]
fn a_shard_that_is_killed_goes_on_where_it_was() {
    let workspace = Workspace::new();
    Run::over(samples(), workspace.path("single")).without_asr().option("--packs", PACKS).succeeded();
    assert_eq!(plan(&workspace, &samples(), 2).code, 0);
    let wanted = format!("{SHORTEST}.wav");
    let shard = recordings(&workspace).into_iter().find(|(_, source)| *source == wanted).unwrap().0 as u32;
    run_of_shard(&workspace, 3 - shard, 2).succeeded();

    let hanging = || run_of_shard(&workspace, shard, 2).with_fault("hang", SHORTEST).spawned();
    assert_eq!(stopped(&workspace, shard, hanging(), "-KILL"), None);
    let unfinished = merge(&workspace, &[1, 2], "merged");
    assert_eq!(unfinished.code, 2);
    assert!(unfinished.stderr.contains(&format!("shard {shard} is not finished")), "{}", unfinished.stderr);
    assert_eq!(stopped(&workspace, shard, hanging(), "-TERM"), Some(130));
    run_of_shard(&workspace, shard, 2).succeeded();
    let summary = json(&shard_folder(&workspace, shard).join("run.json"));
    assert_eq!(summary["part"]["shard"], shard);
    // How many calls the stopped run had stored is a matter of moments.
    assert!(summary["processed"].as_u64() > Some(0) && summary["reused"].as_u64() > Some(0), "{summary}");

    assert_eq!(merge(&workspace, &[1, 2], "merged").code, 0);
    assert_same(&workspace.path("single"), &workspace.path("merged"));
}

#[test]
fn the_scheduler_says_which_shard_it_is() {
    let workspace = Workspace::new();
    assert_eq!(plan(&workspace, &samples(), 6).code, 0);
    let mut folders = 0;
    let mut run = |variables: &[(&str, &str)]| {
        folders += 1;
        let out = workspace.path(format!("out-{folders}"));
        let mut command = etalon();
        for name in ["SLURM_ARRAY_TASK_ID", "JOB_COMPLETION_INDEX"] {
            command.env_remove(name);
        }
        command.envs(variables.iter().copied()).args(["run", "--no-asr", "--plan"]);
        let ended = ended(command.arg(workspace.path("night.plan")).arg("--out").arg(&out));
        let shard = (ended.code == 0).then(|| json(&out.join("run.json"))["part"]["shard"].as_u64().unwrap());
        (ended, shard)
    };
    let array = |task| {
        [("SLURM_ARRAY_TASK_ID", task), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_COUNT", "6")]
    };
    assert_eq!(run(&array("4")).1, Some(4));
    assert_eq!(run(&[("JOB_COMPLETION_INDEX", "4")]).1, Some(5));
    let (nobody, _) = run(&[]);
    assert_eq!(nobody.code, 2);
    insta::assert_snapshot!("nobody_says_which_shard", workspace.shown(&nobody));
}

#[test]
fn a_recording_that_changed_since_the_plan_is_a_failure() {
    let workspace = Workspace::new();
    workspace.copy_sample(SHORTEST, "in/a.wav");
    workspace.copy_sample("06-fast-talker", "in/b.wav");
    assert_eq!(plan(&workspace, &workspace.path("in"), 1).code, 0);
    workspace.copy_sample("05-busy-client", "in/b.wav");
    run_of_shard(&workspace, 1, 1).ended_with(3);
    let failures = json_lines(&shard_folder(&workspace, 1).join("failures.jsonl"));
    assert_eq!((failures.len(), &failures[0]["kind"]), (1, &json!("still_written")));
    assert_eq!(failures[0]["source"], "b.wav");
}

/// Two finished shards of a plan over two recordings.
fn two_shards() -> Workspace {
    let workspace = Workspace::new();
    workspace.copy_sample(SHORTEST, "in/a.wav");
    workspace.copy_sample("06-fast-talker", "in/b.wav");
    assert_eq!(plan(&workspace, &workspace.path("in"), 2).code, 0);
    for shard in [1, 2] {
        run_of_shard(&workspace, shard, 2).succeeded();
    }
    workspace
}

fn only_call(folder: &Path) -> PathBuf {
    files_below(&folder.join("calls")).remove(0)
}

/// A copy of a folder under another name.
fn copied(folder: &Path, name: &str) -> PathBuf {
    let copy = folder.with_file_name(name);
    assert!(Command::new("cp").arg("-r").args([folder, &copy]).status().unwrap().success());
    copy
}

#[test]
fn shards_that_do_not_fit_together_are_refused() {
    let workspace = two_shards();
    let (first, second) = (shard_folder(&workspace, 1), shard_folder(&workspace, 2));
    let refused = |folders: &[&Path], out: &Path, part: &str| {
        let before = out.join("run.json").exists();
        let ended = ended(etalon().arg("merge").args(folders).arg("--out").arg(out));
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
        assert_eq!(out.join("run.json").exists(), before, "something was written");
    };
    let out = workspace.path("merged");
    refused(&[&second], &out, "1 of the plan's 2 shards are missing: 1;");
    refused(&[&first, &first], &out, "are both shard 1;");
    refused(&[&first, &second, &copied(&first, "copy")], &out, "are both shard 1;");
    refused(&[&first, &second], &second, "holds other results already");

    let single = workspace.path("single");
    Run::over(workspace.path("in"), &single).without_asr().succeeded();
    refused(&[&first, &single], &out, "is not the result folder of a shard");
    refused(&[&first, &second], &single, "holds other results already");
    refused(&[&first, &workspace.path("in")], &out, "holds no results");
    refused(&[&first, &workspace.path("in/a.wav")], &out, "holds no results");

    let with_packs = |packs: &str, folder: &str| {
        let out = workspace.path(folder);
        let run = Run::over("--no-asr", &out).option("--plan", workspace.path("night.plan"));
        run.option("--shard", "2/2").option("--packs", packs).succeeded();
        out
    };
    refused(&[&first, &with_packs("ru-230fz", "other-packs")], &out, "differ in their rule packs");

    let scored = copied(&second, "scored");
    succeeded(etalon().arg("score").arg(&scored).args(["--packs", "kcg-service"]));
    refused(&[&first, &scored], &out, "1 calls were judged by other packs than those of the shard's run");

    let limited = workspace.path("limited");
    let run = Run::over("--no-asr", &limited).option("--plan", workspace.path("night.plan"));
    run.option("--shard", "2/2").option("--packs", PACKS).option("--max-seconds", "3000").succeeded();
    refused(&[&first, &limited], &out, "differ in their limits or transcripts");
    let told = workspace.path("told");
    let run = Run::over("--no-asr", &told).option("--plan", workspace.path("night.plan"));
    let run = run.option("--shard", "2/2").option("--packs", PACKS);
    run.option("--transcripts", workspace.folder("words")).succeeded();
    refused(&[&first, &told], &out, "differ in their limits or transcripts");

    let other = copied(&second, "foreign");
    let call = only_call(&first);
    let foreign = other.join(call.strip_prefix(&first).unwrap());
    std::fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    std::fs::copy(&call, &foreign).unwrap();
    refused(&[&first, &other], &out, "holds 1 calls that its run did not find");
    let mut summary = json(&other.join("run.json"));
    summary["places"][call.file_stem().unwrap().to_str().unwrap()] = json!([]);
    std::fs::write(other.join("run.json"), summary.to_string()).unwrap();
    refused(&[&first, &other], &out, "1 calls are in ");

    summary["version"] = json!("0.0.9");
    std::fs::write(other.join("run.json"), summary.to_string()).unwrap();
    refused(&[&first, &other], &out, "was made by etalon 0.0.9, and this is ");

    let lost = copied(&second, "lost");
    std::fs::remove_file(only_call(&lost)).unwrap();
    refused(&[&first, &lost], &out, "holds 0 calls, and its run ended with 1;");

    // Another plan of the same recordings.
    let mut again = etalon();
    again.arg("plan").arg(workspace.path("in")).args(["--shards", "2", "--layout", "agent_left", "--out"]);
    assert_eq!(ended(again.arg(workspace.path("night.plan"))).code, 0);
    refused(&[&first, &with_packs(PACKS, "other-plan")], &out, "are shards of different plans");
    assert_eq!(merge(&workspace, &[1, 2], "merged").code, 0);
}

#[test]
fn a_shard_is_run_by_its_plan_and_into_its_own_folder() {
    let workspace = two_shards();
    let refused = |run: Run, part: &str| {
        let ended = run.ended_with(2);
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    };
    let plan = workspace.path("night.plan");
    let run = |out: &str| Run::over("--no-asr", workspace.path(out)).option("--plan", &plan);
    refused(run("shard-1").option("--shard", "2/2"), "holds results of another shard, plan or run");
    let without_plan = Run::over(workspace.path("in"), workspace.path("shard-1")).without_asr();
    refused(without_plan, "holds results of another shard, plan or run");
    refused(run("new").option("--shard", "2/3"), "the plan has 2");
    refused(run("new").option("--shard", "3/2"), "a shard is I/N");
    let config = workspace.write("etalon.toml", "[call]\nteam = \"t1\"\n");
    refused(
        run("new").option("--shard", "1/2").option("--config", config),
        "made with another configuration",
    );
    refused(run("new").option("--shard", "1/2").option("--manifest", "a.csv"), "cannot be used with");
    let whole = std::fs::read_to_string(&plan).unwrap();
    std::fs::write(&plan, "path,started_at\n").unwrap();
    refused(run("new").option("--shard", "1/2"), "line 1 is not that of a plan");
    std::fs::write(&plan, whole.trim_end().rsplit_once('\n').unwrap().0).unwrap();
    refused(run("new").option("--shard", "1/2"), "the plan is cut short");
    std::fs::write(&plan, whole.replacen("\"recording\":{\"shard\":2", "\"recording\":{\"shard\":9", 1))
        .unwrap();
    refused(run("new").option("--shard", "1/2"), "the plan was edited");
    std::fs::remove_file(&plan).unwrap();
    refused(run("new").option("--shard", "1/2"), "the plan can't be read");
    assert!(Command::new("mkfifo").arg(&plan).status().unwrap().success());
    refused(run("new").option("--shard", "1/2"), "is no file");
    assert!(!workspace.path("new").exists(), "a folder was made");
}
