//! Rules that only the other calls of a client can decide, and rules applied again to stored calls.

use crate::harness::{
    Ended, Run, assert_same, calls_in, contents, ended, etalon, json, root, sample, sample_names, succeeded,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A manifest of the first samples with a start each, all of one client, and its folder.
fn manifest(starts: &[&str], zone: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = vec!["path,started_at,client_ref,direction,client_time_zone,layout,agent_id".to_owned()];
    for (name, start) in sample_names().iter().zip(starts) {
        std::fs::copy(sample(name), folder.path().join(format!("{name}.wav"))).unwrap();
        lines.push(format!("{name}.wav,{start},d-1,outbound,{zone},agent_left,a1"));
    }
    let path = folder.path().join("night.csv");
    std::fs::write(&path, lines.join("\n")).unwrap();
    (folder, path)
}

/// A run with these packs, without transcription.
fn run(manifest: &Path, out: &Path, packs: &str) {
    Run::over(manifest, out).without_asr().option("--packs", packs).succeeded();
}

fn score(out: &Path, arguments: &[&str]) -> Ended {
    succeeded(etalon().arg("score").arg(out).args(arguments))
}

/// The verdicts and reasons of one rule, in order of the calls' sources.
fn verdicts(out: &Path, rule: &str) -> Vec<(String, String)> {
    calls_in(out)
        .iter()
        .map(|(_, call)| {
            let rules = call["evaluation"]["rules"].as_array().unwrap();
            let found = rules.iter().find(|found| found["id"] == rule).unwrap();
            let text = |key: &str| found[key].as_str().unwrap().to_owned();
            (text("verdict"), text("reason"))
        })
        .collect()
}

fn check(out: &Path, rule: &str, expected: &[&str]) {
    let found = verdicts(out, rule);
    let names: Vec<&str> = found.iter().map(|(verdict, _)| verdict.as_str()).collect();
    assert_eq!(names, expected, "{rule}: {found:?}");
}

const THREE_ON_ONE_DAY: [&str; 3] =
    ["2026-11-16T10:00:00+05:00", "2026-11-16T12:00:00+05:00", "2026-11-16T15:00:00+05:00"];

#[test]
fn three_calls_to_one_client_on_one_day_break_the_law() {
    let (_folder, night) = manifest(&THREE_ON_ONE_DAY, "Asia/Almaty");
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let by_jobs = |manifest: &Path, out: &Path, jobs: &str| {
        let run = Run::over(manifest, out).without_asr();
        run.option("--packs", "ru-230fz").option("--jobs", jobs).succeeded();
    };
    by_jobs(&night, first.path(), "1");
    check(first.path(), "law.ru.frequency", &["pass", "fail", "fail"]);
    let reason = &verdicts(first.path(), "law.ru.frequency")[2].1;
    assert!(reason.contains("3 (10:00, 12:00, 15:00)") && reason.contains("за 7 дней: 3"), "{reason}");
    assert!(first.path().join("ledger.sqlite").is_file());

    // The same night, call by call and by more hands.
    let header_and = |line: usize| {
        let text = std::fs::read_to_string(&night).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let part = night.with_file_name(format!("part-{line}.csv"));
        std::fs::write(&part, [lines[0], lines[line]].join("\n")).unwrap();
        part
    };
    for line in [3, 1, 2] {
        by_jobs(&header_and(line), second.path(), "3");
    }
    assert_same(first.path(), second.path());
    run(&night, second.path(), "ru-230fz");
    assert_same(first.path(), second.path());
}

#[test]
fn an_earlier_night_counts_from_its_folder_and_from_its_ledger() {
    let (_earlier_folder, earlier) = manifest(&THREE_ON_ONE_DAY, "Asia/Almaty");
    let night_before = tempfile::tempdir().unwrap();
    run(&earlier, night_before.path(), "ru-230fz");
    let (_folder, night) = manifest(&["2026-11-17T10:00:00+05:00"], "Asia/Almaty");
    let out = tempfile::tempdir().unwrap();
    run(&night, out.path(), "ru-230fz");
    check(out.path(), "law.ru.frequency", &["pass"]);
    for history in [night_before.path().to_owned(), night_before.path().join("ledger.sqlite")] {
        let with_history = Run::over(&night, out.path()).without_asr().option("--packs", "ru-230fz");
        with_history.option("--history", history).succeeded();
        check(out.path(), "law.ru.frequency", &["fail"]);
        run(&night, out.path(), "ru-230fz");
        check(out.path(), "law.ru.frequency", &["pass"]);
    }
    let ended = ended(etalon().arg("score").arg(out.path()).arg("--history").arg(&night));
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("ledger.sqlite"), "{}", ended.stderr);
}

#[test]
fn hours_are_those_of_the_client() {
    let starts = ["2026-11-16T21:30:00+05:00", "2026-11-17T08:30:00+05:00", "2026-11-21T20:30:00+05:00"];
    for (zone, expected) in [
        ("Asia/Almaty", ["pass", "pass", "fail"]),
        ("Asia/Krasnoyarsk", ["fail", "pass", "fail"]),
        ("Europe/Moscow", ["pass", "fail", "pass"]),
        ("", ["unmeasurable", "unmeasurable", "unmeasurable"]),
    ] {
        let (_folder, night) = manifest(&starts, zone);
        let out = tempfile::tempdir().unwrap();
        run(&night, out.path(), "ru-230fz");
        check(out.path(), "law.ru.hours", &expected);
    }
}

#[test]
fn a_holiday_can_be_added_in_the_configuration() {
    let (folder, night) = manifest(&["2026-11-16T21:30:00+05:00"], "Asia/Almaty");
    let out = tempfile::tempdir().unwrap();
    run(&night, out.path(), "ru-230fz");
    check(out.path(), "law.ru.hours", &["pass"]);
    let config = folder.path().join("etalon.toml");
    std::fs::write(&config, "packs = [\"ru-230fz\"]\n[calendar]\ndays_off = [\"2026-11-16\"]\n").unwrap();
    let before = calls_in(out.path())[0].1["pipeline"]["packs"].clone();
    let told = score(out.path(), &["--config", config.to_str().unwrap()]).stdout;
    check(out.path(), "law.ru.hours", &["fail"]);
    assert!(told.contains("ru-230fz/law.ru.hours") && told.contains("a1"), "{told}");
    assert_ne!(calls_in(out.path())[0].1["pipeline"]["packs"], before, "the hash must tell the days");
}

/// A stored call to make others out of.
fn template() -> &'static Value {
    static TEMPLATE: OnceLock<Value> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let (_folder, night) = manifest(&[AGREEMENT.0], "Asia/Almaty");
        let out = tempfile::tempdir().unwrap();
        Run::over(&night, out.path()).without_asr().succeeded();
        calls_in(out.path()).swap_remove(0).1
    })
}

/// A result folder with calls: each with its start and what the agent says.
fn stored(calls: &[(&str, &str)]) -> TempDir {
    let out = tempfile::tempdir().unwrap();
    for (number, (started_at, said)) in calls.iter().enumerate() {
        let mut call = template().clone();
        // It is not the call that was written any more.
        call.as_object_mut().unwrap().remove("checksum");
        call["pipeline"]["model"] = json!("base-q5_1");
        let id = format!("{number:016x}");
        let words: Vec<Value> = said
            .split_whitespace()
            .zip(1u32..)
            .map(|(word, at)| {
                json!({"text": word, "start_s": at, "end_s": f64::from(at) + 0.5, "confidence": 0.9})
            })
            .collect();
        call["call"]["id"] = json!(id);
        call["call"]["source"] = json!(format!("{number}.wav"));
        call["call"]["started_at"] = json!(started_at);
        call["call"]["client_ref"] = json!("d-1");
        call["call"]["agent_id"] = json!(format!("a{}", number % 2));
        call["events"] = json!([]);
        call["activity"] =
            json!({"agent": [[1, words.len() + 1]], "client": [[words.len() + 1, words.len() + 2]]});
        let end_s = words.len() + 1;
        let answer = json!({"text": "Хорошо.", "start_s": end_s, "end_s": end_s + 1, "confidence": 0.9});
        call["turns"] = json!([
            {"speaker": "agent", "start_s": 1.0, "end_s": end_s, "text": said, "language": "ru", "words": words},
            {"speaker": "client", "start_s": end_s, "end_s": end_s + 1, "text": "Хорошо.", "language": "ru",
             "words": [answer]},
        ]);
        let path = out.path().join("calls").join(&id[..2]).join(format!("{id}.json"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, call.to_string()).unwrap();
    }
    out
}

const AGREEMENT: (&str, &str) = ("2026-11-16T14:00:00+05:00", "Я перезвоню вам завтра в два часа дня.");

#[test]
fn an_agreed_call_back_is_kept_or_not() {
    let later = |started_at| (started_at, "Добрый день, как договорились.");
    for (calls, expected) in [
        (vec![AGREEMENT, later("2026-11-17T14:10:00+05:00")], "pass"),
        (vec![AGREEMENT, later("2026-11-17T17:10:00+05:00")], "fail"),
        (vec![AGREEMENT], "unmeasurable"),
    ] {
        let out = stored(&calls);
        score(out.path(), &["--packs", "kcg-service"]);
        assert_eq!(verdicts(out.path(), "callback.on_time")[0].0, expected, "{calls:?}");
    }
}

/// A copy of a built-in pack in which one line is another.
fn changed_pack(folder: &Path, from: &str, to: &str) -> PathBuf {
    let packs = root().join("crates/etalon-rules/packs");
    let source = std::fs::read_to_string(packs.join("ru-230fz.toml")).unwrap();
    assert!(source.contains(from), "the pack has no {from}");
    let path = folder.join("changed.toml");
    std::fs::write(&path, source.replacen(from, to, 1)).unwrap();
    path
}

#[test]
fn a_changed_pack_flips_verdicts_and_an_unchanged_one_changes_no_byte() {
    let (folder, night) = manifest(&THREE_ON_ONE_DAY, "Asia/Almaty");
    let out = tempfile::tempdir().unwrap();
    run(&night, out.path(), "ru-230fz");
    let before = contents(out.path());
    assert!(score(out.path(), &[]).stdout.contains("no verdict flipped"));
    assert!(before == contents(out.path()), "an unchanged pack must change nothing");

    let pack = changed_pack(folder.path(), "per_day = 1, per_week = 2", "per_day = 2, per_week = 9");
    let pack = pack.to_str().unwrap();
    let told = score(out.path(), &["--pack", pack, "--dry-run", "--json"]).stdout;
    assert!(before == contents(out.path()), "a dry run must write nothing");
    let told: Value = serde_json::from_str(&told).unwrap();
    let flip = json!({"pack": "ru-230fz", "rule": "law.ru.frequency", "before": "fail", "after": "pass", "calls": 1});
    assert_eq!((&told["rules"], &told["changed"]), (&json!([flip]), &json!(3)));
    assert_eq!(told["agents"][0]["agent"], "a1");

    insta::assert_snapshot!("table_of_flips", score(out.path(), &["--packs", pack]).stdout);
    check(out.path(), "law.ru.frequency", &["pass", "pass", "fail"]);
    let sha256 = |call: &Value| call["pipeline"]["packs"][0]["sha256"].clone();
    assert_eq!(
        sha256(&calls_in(out.path())[0].1),
        sha256(&json!({"pipeline": told_packs(out.path(), pack)}))
    );

    // A run with the same pack has nothing left to do, and one with the old pack needs no audio to be heard again.
    run(&night, out.path(), pack);
    assert_eq!(json(&out.path().join("run.json"))["processed"], 0);
    run(&night, out.path(), "ru-230fz");
    assert_eq!(json(&out.path().join("run.json"))["processed"], 0);
    assert!(before == contents(out.path()), "the old pack gives the old bytes");
}

/// The packs that a dry run names.
fn told_packs(out: &Path, pack: &str) -> Value {
    let told = score(out, &["--packs", pack, "--dry-run", "--json"]).stdout;
    serde_json::from_str::<Value>(&told).unwrap()
}

#[test]
fn a_damaged_call_stops_nothing() {
    let out = stored(&[AGREEMENT, ("2026-11-17T14:10:00+05:00", "Добрый день.")]);
    let damaged = out.path().join("calls/00/0000000000000001.json");
    std::fs::write(&damaged, "{\"call\": ").unwrap();
    let told = ended(etalon().arg("score").arg(out.path()).args(["--packs", "kcg-service"]));
    assert_eq!(told.code, 3, "{}", told.stderr);
    assert_eq!(std::fs::read(&damaged).unwrap(), b"{\"call\": ");
    let failures = std::fs::read_to_string(out.path().join("failures.jsonl")).unwrap();
    assert!(failures.contains("0000000000000001"), "{failures}");
}

/// The text with `N` for the lines of the pack, which move with every edit of it.
fn without_line_numbers(text: &str) -> String {
    let mut parts = text.split("строка ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, part| {
        assert!(part.starts_with(|first: char| first.is_ascii_digit()), "a line has a number: {part}");
        told + "строка N" + part.trim_start_matches(|digit: char| digit.is_ascii_digit())
    })
}

#[test]
fn an_explanation_shows_what_each_part_saw() {
    let out = stored(&[AGREEMENT, ("2026-11-17T17:10:00+05:00", "Добрый день, наш разговор записывается.")]);
    score(out.path(), &["--packs", "kcg-service"]);
    let explained = |call: &str, rule: &str, arguments: &[&str]| {
        without_line_numbers(
            &succeeded(etalon().args(["rules", "explain", call, rule]).args(arguments)).stdout,
        )
    };
    let file = out.path().join("calls/00/0000000000000000.json");
    insta::assert_snapshot!("callback", explained(file.to_str().unwrap(), "callback.on_time", &[]));
    let folder = out.path().to_str().unwrap();
    let law = ["--out", folder, "--packs", "ru-230fz"];
    insta::assert_snapshot!("hours", explained("0000000000000001", "law.ru.hours", &law));
    insta::assert_snapshot!("frequency", explained("0000000000000001", "law.ru.frequency", &law));

    let unknown = ended(etalon().args(["rules", "explain", "0000000000000001", "no.such"]).args(law));
    assert!(unknown.code != 0 && unknown.stderr.contains("no.such"), "{}", unknown.stderr);
    let nowhere = ended(etalon().args(["rules", "explain", "0000000000000001", "law.ru.hours"]));
    assert!(nowhere.code != 0 && nowhere.stderr.contains("--out"), "{}", nowhere.stderr);
}

#[test]
fn reviewers_say_how_far_a_rule_can_be_trusted() {
    let out = stored(&[AGREEMENT, ("2026-11-17T17:10:00+05:00", "Добрый день.")]);
    score(out.path(), &["--packs", "kcg-service"]);
    let reviews = out.path().join("reviews.csv");
    std::fs::write(&reviews, "call,rule,verdict\n0.wav,callback.on_time,pass\n1,callback.on_time,na\n")
        .unwrap();
    let eval = |arguments: &[&str]| {
        succeeded(etalon().arg("eval").arg(&reviews).arg(out.path()).args(arguments)).stdout
    };
    let compared: Value = serde_json::from_str(&eval(&["--json", "--save"])).unwrap();
    let rule = &compared["rules"]["rules"][0];
    assert_eq!((&rule["calls"], &rule["fail"]["precision"]), (&json!(2), &json!(0.0)));
    assert_eq!(rule["wrong"], json!([{"call": "0.wav", "truth": "pass", "found": "fail"}]));
    insta::assert_snapshot!("table_of_rules", eval(&[]));
    score(out.path(), &[]);
    let page = std::fs::read_to_string(out.path().join("report/rules.html")).unwrap();
    assert!(page.contains("Точность") && page.contains("n=1"), "the page lacks the precision");
}
