//! Calls that are to be forgotten are in no file afterwards, and are not listened to again.

use crate::harness::{
    Ended, Run, Workspace, assert_same, ended, etalon, files_below, json, json_lines, sample_names, succeeded,
};
use crate::spoken::{add_call, holds};
use crate::transcripts::mono;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

/// What the client says whose calls are forgotten.
const SAID: &str = "персиковый бегемот";

/// The digits of that client's number.
const CLIENT: &str = "9005554433";

/// Two calls of the client, one of them in quarantine, and one of somebody else, with everything
/// that a result folder has: reviews, an index, pages.
fn folder(workspace: &Workspace) -> PathBuf {
    add_call(workspace, 0, "first", SAID);
    add_call(workspace, 1, "second", "спасибо");
    add_call(workspace, 2, "third-79005554433", SAID);
    workspace.write("in/fourth-79005554433.wav", "a letter and no recording");
    workspace.write(
        "in/manifest.csv",
        "path,client_ref,started_at\nfirst.wav,8 (900) 555-44-33,2026-01-10T10:00:00+05:00\n\
         second.wav,k-2,2026-11-20T10:00:00+05:00\nthird-79005554433.wav,+79005554433,\n",
    );
    run(workspace).with_fault("abort", "third-79005554433").ended_with(3);
    let table = workspace.write(
        "reviews.csv",
        format!("call,rule,verdict,comment\nfirst.wav,manual.phone_silent,pass,{SAID}\n"),
    );
    let mut import = etalon();
    succeeded(import.args(["reviews", "import"]).arg(workspace.out()).arg(table).args(["--as", "Мария"]));
    assert!(
        succeeded(etalon().arg("search").arg(workspace.out()).arg("бегемот")).stdout.contains("first.wav")
    );
    succeeded(etalon().arg("report").arg(workspace.out()));
    workspace.out()
}

fn run(workspace: &Workspace) -> Run {
    workspace.run("in").without_asr().option("--transcripts", workspace.path("words"))
}

fn forget(out: &Path, arguments: &[&str]) -> Ended {
    ended(etalon().arg("forget").arg("--out").arg(out).args(arguments))
}

fn files_with(out: &Path, text: &str) -> Vec<PathBuf> {
    files_below(out).into_iter().filter(|path| holds(path, text)).collect()
}

/// Writes samples under names of their own, with the reference and another number of each client.
fn add_calls_of(workspace: &Workspace, calls: &[(&str, &str, &str)]) {
    let mut manifest = "path,client_ref,contact,layout\n".to_owned();
    for ((name, client, contact), sample) in calls.iter().zip(sample_names()) {
        workspace.copy_sample(&sample, format!("in/{name}.wav"));
        writeln!(manifest, "{name}.wav,{client},{contact},agent_left").unwrap();
    }
    workspace.write("in/manifest.csv", manifest);
}

/// The paths of the recordings of the calls that are left.
fn sources(out: &Path) -> Vec<String> {
    let lines = json_lines(&out.join("calls.jsonl"));
    let mut sources: Vec<String> =
        lines.iter().map(|line| line["call"]["source"].as_str().unwrap().to_owned()).collect();
    sources.sort();
    sources
}

fn id_of(out: &Path, source: &str) -> String {
    let lines = json_lines(&out.join("calls.jsonl"));
    let line = lines.iter().find(|line| line["call"]["source"] == source).unwrap();
    line["call"]["id"].as_str().unwrap().to_owned()
}

fn copy(from: &Path, to: &Path) {
    for path in files_below(from) {
        let target = to.join(path.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(path, target).unwrap();
    }
}

#[test]
fn a_client_is_in_no_file_afterwards() {
    let workspace = Workspace::new();
    let out = folder(&workspace);
    let id = id_of(&out, "first.wav");
    for text in [SAID, CLIENT, &id, "first.wav"] {
        assert!(files_with(&out, text).len() >= 3, "{text} is hardly anywhere, and would be found nowhere");
    }
    let forgotten = forget(&out, &["--client", "+7 900 555 44 33"]);
    assert_eq!(forgotten.code, 0, "{}{}", forgotten.stdout, forgotten.stderr);
    for part in [
        "calls                            1",
        "quarantined recordings           1",
        "review events",
        "found in none",
    ] {
        assert!(forgotten.stdout.contains(part), "{part}: {}", forgotten.stdout);
    }
    for text in [SAID, CLIENT, &id, "first.wav", "third-7900"] {
        assert_eq!(files_with(&out, text), Vec::<PathBuf>::new(), "{text}");
    }
    assert!(!files_with(&out, "second.wav").is_empty());
    assert!(succeeded(etalon().arg("search").arg(&out).arg("спасибо")).stdout.contains("second.wav"));

    let again = run(&workspace).ended();
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(again.stderr.contains("3 recordings were forgotten"), "{}", again.stderr);
    let summary = json(&out.join("run.json"));
    assert_eq!((&summary["forgotten"], &summary["processed"]), (&Value::from(3), &Value::from(0)));
    for text in [SAID, CLIENT, &id, "first.wav", "third-7900"] {
        assert_eq!(files_with(&out, text), Vec::<PathBuf>::new(), "{text} came back");
    }
}

#[test]
fn kept_packs_hold_no_words_of_forgotten_calls() {
    let workspace = Workspace::new();
    let out = folder(&workspace);
    let rule = ["бегемот", "--as-rule", "manual.animal"];
    let rule = succeeded(etalon().arg("search").arg(&out).args(rule)).stdout;
    assert!(rule.contains(SAID), "{rule}");
    let pack = workspace.write("rule.toml", &rule);
    run(&workspace).option("--add-packs", pack).ended_with(3);
    // An earlier version kept examples as well.
    let kept = files_with(&out.join("packs"), "manual.animal");
    assert_eq!(kept.len(), 1);
    std::fs::write(&kept[0], rule).unwrap();
    std::fs::remove_file(kept[0].with_extension("digest")).unwrap();
    let forgotten = forget(&out, &["--client", "+7 900 555 44 33"]);
    assert_eq!(forgotten.code, 0, "{}{}", forgotten.stdout, forgotten.stderr);
    assert_eq!(files_with(&out, SAID), Vec::<PathBuf>::new());
    assert_eq!(files_with(&out.join("packs"), "manual.animal"), kept, "it judged the call that is left");
}

#[test]
fn what_is_forgotten_stays_forgotten_however_often_it_is_asked_for() {
    let workspace = Workspace::new();
    let out = folder(&workspace);
    let id = id_of(&out, "first.wav");
    let before = workspace.path("before");
    copy(&out, &before);
    let dry = forget(&out, &["--call", &id, "--dry-run"]);
    assert!(
        dry.code == 0 && dry.stdout.contains(&id) && dry.stderr.contains("nothing was changed"),
        "{}",
        dry.stderr
    );
    assert_same(&before, &out);

    assert_eq!(forget(&out, &["--call", &id, "--json"]).code, 0);
    let after = workspace.path("after");
    copy(&out, &after);
    let again = forget(&out, &["--call", &id]);
    assert!(again.code == 0 && again.stderr.contains("there is nothing to forget"), "{}", again.stderr);
    assert_same(&after, &out);
    assert_eq!(json_lines(&out.join("forgotten.jsonl")).len(), 1);
}

#[test]
fn old_calls_are_forgotten_by_the_command_line_or_the_configuration() {
    let workspace = Workspace::new();
    let out = folder(&workspace);
    let wrong = forget(&out, &["--older-than", "soon"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("90d, 12w, 3y"), "{}", wrong.stderr);
    assert_eq!(forget(&out, &[]).code, 2, "nothing was asked for");
    let silent = workspace.write("silent.toml", "language = \"ru\"\n");
    let silent = forget(&out, &["--config", silent.to_str().unwrap()]);
    assert!(silent.code == 2 && silent.stderr.contains("says nothing of retention"), "{}", silent.stderr);
    let unclear = workspace.write("unclear.toml", "[retention]\nolder_than = \"soon\"\n");
    let for_run = workspace.run("in").without_asr().option("--config", &unclear).ended();
    for refused in [for_run, forget(&out, &["--config", unclear.to_str().unwrap()])] {
        assert!(refused.code == 2 && refused.stderr.contains("90d, 12w, 3y"), "{}", refused.stderr);
    }

    let nothing = forget(&out, &["--older-than", "100y"]);
    assert!(nothing.code == 0 && nothing.stderr.contains("nothing to forget"), "{}", nothing.stderr);
    let ageless = "2 recordings that failed or are in quarantine have no start";
    assert!(nothing.stderr.contains(ageless), "{}", nothing.stderr);
    let config = workspace.write("etalon.toml", "[retention]\nolder_than = \"100y\"\n");
    assert!(forget(&out, &["--config", config.to_str().unwrap()]).stderr.contains("nothing to forget"));
    // The first call began in January 2026, and a day has passed since whenever this test runs.
    let old = forget(&out, &["--older-than", "1d", "--json"]);
    assert_eq!(old.code, 0, "{}", old.stderr);
    let proof: Value = serde_json::from_str(&old.stdout).unwrap();
    assert!(
        proof["removed"]["calls"].as_u64().unwrap() >= 1
            && proof["checked"]["leftovers"] == Value::from(Vec::<u8>::new())
    );
    assert_eq!(files_with(&out, "first.wav"), Vec::<PathBuf>::new());
}

#[test]
fn a_command_that_was_killed_is_finished_by_the_same_command() {
    let workspace = Workspace::new();
    let out = folder(&workspace);
    let id = id_of(&out, "first.wav");
    let whole = workspace.path("whole");
    copy(&out, &whole);
    assert_eq!(forget(&whole, &["--call", &id]).code, 0);
    std::fs::remove_file(whole.join("reviews.sqlite")).unwrap();
    let mut was_interrupted = 0;
    for round in 0..12 {
        let killed = workspace.path(format!("killed-{round}"));
        copy(&out, &killed);
        let mut command = etalon();
        command.arg("forget").arg("--out").arg(&killed).args(["--call", &id]);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(8 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        was_interrupted += usize::from(killed.join(".forgetting.json").exists());
        // Other commands bring nothing back meanwhile.
        if round % 3 == 0 {
            succeeded(etalon().arg("report").arg(&killed));
        }
        let finished = forget(&killed, &["--call", &id]);
        assert_eq!(finished.code, 0, "{}{}", finished.stdout, finished.stderr);
        assert!(!killed.join(".forgetting.json").exists());
        for text in [id.as_str(), "first.wav"] {
            assert_eq!(files_with(&killed, text), Vec::<PathBuf>::new(), "round {round}: {text}");
        }
        // A database counts how often it was written to.
        std::fs::remove_file(killed.join("reviews.sqlite")).unwrap();
        assert_same(&whole, &killed);
    }
    assert!(was_interrupted > 0, "no round killed the command in the midst of its work");
}

#[test]
fn what_is_forgotten_in_a_shard_or_in_the_whole_stays_forgotten_when_shards_are_merged() {
    let workspace = Workspace::new();
    for (sample, name) in ["first", "second", "third"].into_iter().enumerate() {
        add_call(&workspace, sample, name, SAID);
    }
    let (plan, merged) = (workspace.path("night.plan"), workspace.path("merged"));
    let shards = [workspace.path("shard-1"), workspace.path("shard-2")];
    succeeded(etalon().arg("plan").arg(workspace.path("in")).args(["--shards", "2", "--out"]).arg(&plan));
    for (number, shard) in shards.iter().enumerate() {
        Run::over("--no-asr", shard)
            .option("--plan", &plan)
            .option("--shard", format!("{}/2", number + 1))
            .option("--transcripts", workspace.path("words"))
            .succeeded();
    }
    let merge = || ended(etalon().arg("merge").args(&shards).arg("--out").arg(&merged));
    assert_eq!(merge().code, 0);
    assert_eq!(json_lines(&merged.join("calls.jsonl")).len(), 3);
    let (first, second) = (id_of(&merged, "first.wav"), id_of(&merged, "second.wav"));

    let holds_first = |shard: &&PathBuf| !files_with(shard, &first).is_empty();
    let shard = shards.iter().find(holds_first).unwrap();
    assert_eq!(forget(shard, &["--call", &first]).code, 0);
    let again = merge();
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(again.stderr.contains("2 calls of 2 shards"), "{}", again.stderr);
    for text in [first.as_str(), "first.wav"] {
        assert_eq!(files_with(&merged, text), Vec::<PathBuf>::new(), "{text}");
    }

    // The shards still hold what is forgotten in the whole.
    assert_eq!(forget(&merged, &["--call", &second]).code, 0);
    assert!(shards.iter().any(|shard| !files_with(shard, "second.wav").is_empty()));
    let again = merge();
    assert!(again.code == 0 && again.stderr.contains("1 calls of 2 shards"), "{}", again.stderr);
    for text in [first.as_str(), "first.wav", &second, "second.wav"] {
        assert_eq!(files_with(&merged, text), Vec::<PathBuf>::new(), "{text}");
    }
    assert_eq!(json_lines(&merged.join("forgotten.jsonl")).len(), 2);
    assert_eq!(json(&merged.join("run.json"))["part"]["calls"], 1);
}

#[test]
fn numbers_that_end_alike_are_those_of_two_clients() {
    for (client, other) in [("10000000123", "20000000123"), ("+375291234567", "+75291234567")] {
        let workspace = Workspace::new();
        add_calls_of(&workspace, &[("a", client, ""), ("b", other, "")]);
        workspace.run("in").without_asr().succeeded();
        let out = workspace.out();
        let dry = forget(&out, &["--client", client, "--dry-run"]);
        assert!(dry.stdout.contains(client) && !dry.stdout.contains(other), "{}", dry.stdout);
        let forgotten = forget(&out, &["--client", client]);
        assert_eq!(forgotten.code, 0, "{}{}", forgotten.stdout, forgotten.stderr);
        assert_eq!(sources(&out), ["b.wav"], "{client}");
    }
}

#[test]
fn a_client_is_known_by_the_name_of_a_recording_whether_it_failed_or_not() {
    let workspace = Workspace::new();
    add_calls_of(&workspace, &[("79005554433_1", "", ""), ("b", "k-2611200", "")]);
    workspace.write("in/79005554433_2.wav", b"RIFF\0\0\0\0WAVEfmt bad");
    workspace.write("in/2026-11-20/09-15-00_a.wav", b"RIFF\0\0\0\0WAVEfmt worse");
    workspace.run("in").without_asr().ended_with(3);
    let out = workspace.out();
    let forgotten = forget(&out, &["--client", "8 900 555-44-33"]);
    assert_eq!(forgotten.code, 0, "{}{}", forgotten.stdout, forgotten.stderr);
    assert_eq!(files_with(&out, CLIENT), Vec::<PathBuf>::new());

    // The digits of a date and a time are no client's.
    assert_eq!(forget(&out, &["--client", "k-2611200"]).code, 0);
    assert_eq!(sources(&out), Vec::<String>::new());
    assert!(!files_with(&out, "09-15-00_a.wav").is_empty());
}

#[test]
fn a_call_that_may_be_the_clients_stays_and_is_named() {
    let workspace = Workspace::new();
    add_calls_of(&workspace, &[("a", "k-7000", "+79005554433"), ("b", "k-8000", "")]);
    workspace.run("in").without_asr().succeeded();
    let out = workspace.out();
    let id = id_of(&out, "a.wav");
    let nothing = forget(&out, &["--client", "8 900 555-44-33"]);
    assert_eq!(nothing.code, 3, "{}", nothing.stderr);
    for part in [format!("may be the client's, and stays: {id}"), "that say it of other calls".to_owned()] {
        assert!(nothing.stdout.contains(&part), "{part}: {}", nothing.stdout);
    }
    assert_eq!(sources(&out), ["a.wav", "b.wav"]);
    assert_eq!(forget(&out, &["--call", &id]).code, 0);
    let proof = forget(&out, &["--client", "8 900 555-44-33"]);
    assert!(proof.code == 0 && proof.stdout.contains("found in none\n"), "{}", proof.stdout);
}

#[test]
fn what_people_wrote_of_other_calls_is_blanked_in_part() {
    let workspace = Workspace::new();
    add_calls_of(&workspace, &[("79005554433_a", "+79005554433", ""), ("b", "k-7000", "")]);
    workspace.run("in").without_asr().succeeded();
    let out = workspace.out();
    let comment = "как в 79005554433_a.wav";
    let table = workspace
        .write("reviews.csv", format!("call,rule,verdict,comment\nb.wav,greeting.name,fail,{comment}\n"));
    let mut import = etalon();
    succeeded(import.args(["reviews", "import"]).arg(&out).arg(table).args(["--as", "Ли"]));
    let forgotten = forget(&out, &["--client", "+79005554433"]);
    assert_eq!(forgotten.code, 0, "{}{}", forgotten.stdout, forgotten.stderr);
    let blanked = "blanked in part: a comment in the sheet of Ли";
    assert!(forgotten.stdout.contains(blanked), "{}", forgotten.stdout);
    assert_eq!(files_with(&out, CLIENT), Vec::<PathBuf>::new());
    assert!(holds(&out.join("reviews.sqlite"), "как в […]"));
    assert!(!out.join(".forgetting.json").exists());
}

#[test]
fn a_file_that_no_etalon_wrote_is_named_and_keeps_nothing_pending() {
    let workspace = Workspace::new();
    add_calls_of(&workspace, &[("a", "+79005554433", "")]);
    workspace.run("in").without_asr().succeeded();
    let out = workspace.out();
    workspace.write("out/notes.txt", "позвонить +79005554433");
    for _ in 0..2 {
        let forgotten = forget(&out, &["--client", "89005554433"]);
        let is_named = forgotten.stdout.contains("left: notes.txt (client)");
        assert!(forgotten.code == 1 && is_named, "{}{}", forgotten.stdout, forgotten.stderr);
        assert!(!out.join(".forgetting.json").exists());
    }
    std::fs::remove_file(out.join("notes.txt")).unwrap();
    assert_eq!(forget(&out, &["--client", "89005554433"]).code, 0);
}

#[test]
fn a_call_of_two_files_stays_forgotten_however_they_are_put_together() {
    let workspace = Workspace::new();
    let config = workspace.write(
        "etalon.toml",
        "[[sides]]\nagent = \"*-out\"\nclient = \"*-in\"\n[call]\nclient_ref = \"k-7000\"\n",
    );
    let run = || workspace.run("in").without_asr().option("--config", &config).succeeded();
    let counts = || {
        let summary = json(&workspace.out().join("run.json"));
        (summary["forgotten"].as_u64().unwrap(), summary["processed"].as_u64().unwrap())
    };
    // One side alone, to which the other one comes later.
    workspace.write("in/a-out.wav", mono("02-rude-collector"));
    run();
    assert_eq!(forget(&workspace.out(), &["--client", "k-7000"]).code, 0);
    workspace.write("in/a-in.wav", mono("05-busy-client"));
    // Somebody else's side is the same silence, for instance.
    workspace.write("in/b-out.wav", mono("02-rude-collector"));
    workspace.write("in/b-in.wav", mono("06-fast-talker"));
    run();
    assert_eq!(counts(), (1, 1));
    assert_eq!(sources(&workspace.out()), ["b-out.wav"]);
    // Both sides, each of which is a recording of its own later. Two have the same bytes.
    assert_eq!(forget(&workspace.out(), &["--client", "k-7000"]).code, 0);
    std::fs::remove_file(workspace.path("in/a-in.wav")).unwrap();
    workspace.run("in").without_asr().succeeded();
    assert_eq!(counts(), (2, 0));
}

#[test]
fn an_id_that_no_call_has_is_named() {
    let workspace = Workspace::new();
    let out = folder(&workspace);
    let id = id_of(&out, "first.wav");
    let forgotten = forget(&out, &["--call", &id.to_uppercase(), "--call", "0123456789abcdef"]);
    assert_eq!(forgotten.code, 3, "{}", forgotten.stderr);
    assert!(forgotten.stderr.contains("no call has the id 0123456789abcdef;"), "{}", forgotten.stderr);
    assert_eq!(files_with(&out, &id), Vec::<PathBuf>::new());
    assert_eq!(forget(&out, &["--call", &id]).code, 0, "it was forgotten");
}
