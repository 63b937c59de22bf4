//! Packs of one's own: checked, added, kept with the results, and used again from there.

use crate::harness::{Ended, Workspace, ended, etalon, sample_names, succeeded};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A pack of one rule, which is kept when nobody is put on hold for longer than this.
fn pack(id: &str, longest_hold_s: u32) -> String {
    format!(
        "id = \"{id}\"\nversion = \"1\"\ntitle = \"Наш стандарт\"\n\n[[rules]]\nid = \"{id}.short_hold\"\n\
         title = \"Не держать на линии\"\ntext = \"Ожидание коротко.\"\nsource = {{ document = \"Стандарт\" }}\n\
         severity = \"minor\"\npoints = 1\n\
         condition = {{ event = \"hold\", lasting_s = {longest_hold_s}, at_most = 0 }}\n\
         reasons = {{ pass = \"Коротко.\", fail = \"Долго.\" }}\n"
    )
}

/// A workspace with two recordings of one name in two folders, and a third one.
fn recordings() -> Workspace {
    let workspace = Workspace::new();
    let names = sample_names();
    workspace.copy_sample(&names[0], "calls/day1/a.wav");
    workspace.copy_sample(&names[1], "calls/day2/a.wav");
    workspace.copy_sample(&names[2], "calls/day2/b_87011234567.wav");
    workspace
}

/// The ids of the packs that judged each stored call.
fn judged_by(workspace: &Workspace) -> Vec<Vec<String>> {
    let packs = |call: Value| {
        let packs = call["pipeline"]["packs"].as_array().unwrap().clone();
        packs.iter().map(|pack| pack["id"].as_str().unwrap().to_owned()).collect()
    };
    workspace.calls().into_iter().map(|(_, call)| packs(call)).collect()
}

/// The files in which the texts of packs are kept.
fn kept(workspace: &Workspace) -> Vec<PathBuf> {
    let Ok(files) = std::fs::read_dir(workspace.out().join("packs")) else { return vec![] };
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    files
}

fn explain(workspace: &Workspace, call: impl AsRef<Path>, rule: &str, arguments: &[&str]) -> Ended {
    let mut command = etalon();
    command.args(["rules", "explain"]).arg(call.as_ref()).arg(rule).args(arguments);
    ended(command.arg("--out").arg(workspace.out()))
}

#[test]
fn added_packs_apply_beside_the_others() {
    let workspace = recordings();
    let ours = workspace.write("ours.toml", pack("ours", 10));
    let theirs = workspace.write("theirs.toml", pack("theirs", 20));
    let run = workspace.run("calls").without_asr().option("--add-packs", &ours);
    run.option("--add-packs", &theirs).succeeded();
    let default = ["kcg-service", "collection-ethics", "conversation-skills", "voice-of-client"];
    let all: Vec<&str> = default.into_iter().chain(["ours", "theirs"]).collect();
    assert_eq!(judged_by(&workspace), vec![all; 3]);
    assert_eq!(kept(&workspace).len(), 6);

    workspace
        .run("calls")
        .without_asr()
        .option("--packs", "ru-230fz")
        .option("--add-packs", &ours)
        .succeeded();
    assert_eq!(judged_by(&workspace), vec![["ru-230fz", "ours"]; 3]);
    assert_eq!(kept(&workspace).len(), 2, "packs that judged no call are forgotten");
    let kept_source = |file: &PathBuf| std::fs::read_to_string(file).unwrap() == pack("ours", 10);
    assert!(kept(&workspace).iter().any(kept_source));

    succeeded(etalon().arg("score").arg(workspace.out()).arg("--add-packs").arg(&theirs));
    assert_eq!(judged_by(&workspace), vec![["ru-230fz", "ours", "theirs"]; 3]);
}

#[test]
fn two_packs_of_one_id_are_refused_with_both_places() {
    let workspace = recordings();
    let ours = workspace.write("ours.toml", pack("kcg-service", 10));
    let refused = workspace.run("calls").without_asr().option("--add-packs", &ours).ended_with(2);
    insta::assert_snapshot!("two_packs_of_one_id", workspace.shown(&refused));
}

#[test]
fn results_are_explained_and_scored_by_the_packs_that_are_kept_with_them() {
    let workspace = recordings();
    let ours = workspace.write("ours.toml", pack("ours", 10));
    workspace.run("calls").without_asr().option("--add-packs", &ours).succeeded();
    std::fs::remove_file(&ours).unwrap();

    for call in ["day1/a.wav", "b_87011234567.wav", "B_87011234567", "DAY2\\b_87011234567.wav"] {
        let explained = explain(&workspace, call, "ours.short_hold", &[]);
        assert_eq!(explained.code, 0, "{call}: {}", explained.stderr);
        assert!(explained.stdout.contains("«Не держать на линии», пакет ours 1"), "{}", explained.stdout);
        assert!(explained.stdout.contains("строка 12"), "the kept pack has its lines: {}", explained.stdout);
    }
    let recording = workspace.path("calls/day1/a.wav");
    assert_eq!(explain(&workspace, &recording, "ours.short_hold", &[]).code, 0);
    let renamed = workspace.path("renamed.wav");
    std::fs::copy(&recording, &renamed).unwrap();
    assert_eq!(
        explain(&workspace, &renamed, "ours.short_hold", &[]).code,
        0,
        "the same bytes are the same call"
    );
    let calls = workspace.calls();
    let id = calls[0].1["call"]["id"].as_str().unwrap();
    assert_eq!(explain(&workspace, &id[..8], "ours.short_hold", &[]).code, 0);

    let several = explain(&workspace, "a.wav", "ours.short_hold", &[]);
    assert_eq!(several.code, 1);
    assert!(several.stderr.contains("2 calls are called a.wav"), "{}", several.stderr);
    assert_eq!(several.stderr.lines().count(), 3, "{}", several.stderr);
    let none = explain(&workspace, "c.wav", "ours.short_hold", &[]);
    assert!(none.code == 1 && none.stderr.contains("no recording c.wav"), "{}", none.stderr);

    let report = succeeded(etalon().arg("report").arg(workspace.out()));
    assert!(report.stderr.contains("3 calls"), "{}", report.stderr);
    let page = std::fs::read_to_string(workspace.out().join("report/index.html")).unwrap();
    assert!(page.contains("Не держать на линии"), "the report knows what kept rules are called");

    let scored = succeeded(etalon().arg("score").arg(workspace.out()));
    assert!(scored.stdout.contains("no verdict flipped"), "{}", scored.stdout);
    assert_eq!(judged_by(&workspace)[0].last().unwrap(), "ours");
}

#[test]
fn calls_of_other_packs_are_judged_like_the_rest_and_that_is_said() {
    let workspace = recordings();
    let ours = workspace.write("ours.toml", pack("ours", 10));
    let run = |input: &str, ours: &Path| workspace.run(input).without_asr().option("--packs", ours);
    run("calls", &ours).succeeded();
    let changed = workspace.write("ours.toml", pack("ours", 5));
    run("calls/day1", &changed).succeeded();
    assert_eq!(kept(&workspace).len(), 2, "both versions judged calls");
    let scored = succeeded(etalon().arg("score").arg(workspace.out()));
    assert!(scored.stderr.contains("1 of 3 calls were judged by other packs"), "{}", scored.stderr);
    assert_eq!(kept(&workspace).len(), 1);
}

#[test]
fn a_kept_pack_that_was_changed_is_damaged() {
    let workspace = recordings();
    let ours = workspace.write("ours.toml", pack("ours", 10));
    workspace.run("calls").without_asr().option("--packs", &ours).succeeded();
    let kept = kept(&workspace);
    std::fs::write(&kept[0], pack("ours", 99)).unwrap();
    let explained = explain(&workspace, "day1/a.wav", "ours.short_hold", &[]);
    assert!(explained.code == 1 && explained.stderr.contains("is damaged"), "{}", explained.stderr);
    workspace.run("calls").without_asr().option("--packs", &ours).succeeded();
    assert_eq!(std::fs::read_to_string(&kept[0]).unwrap(), pack("ours", 10), "a run keeps it again");
}

/// What an author writes for himself, with words of a call.
const EXAMPLE: &str = "# Зверобоев просил так.\n[[rules.examples]]\nkind = \"positive\"\nexpect = \"pass\"\n\
                       call = \"К: Карта 4111111111111111.\"\n";

#[test]
fn packs_are_kept_without_examples_and_comments() {
    let workspace = recordings();
    let whole = pack("ours", 10) + EXAMPLE;
    let ours = workspace.write("ours.toml", &whole);
    workspace.run("calls").without_asr().option("--packs", &ours).succeeded();
    let files = kept(&workspace);
    let check = || {
        assert_eq!(kept(&workspace), files);
        assert_eq!(std::fs::read_to_string(&files[0]).unwrap().trim_end(), pack("ours", 10).trim_end());
        assert_eq!(explain(&workspace, "day1/a.wav", "ours.short_hold", &[]).code, 0);
    };
    check();
    let run = workspace.run("calls").without_asr().option("--packs", &ours).succeeded();
    assert!(run.stderr.contains("0 processed, 3 done before"), "{}", run.stderr);

    // An earlier version kept the whole text.
    std::fs::write(&files[0], &whole).unwrap();
    std::fs::remove_file(files[0].with_extension("digest")).unwrap();
    assert_eq!(explain(&workspace, "day1/a.wav", "ours.short_hold", &[]).code, 0);
    let scored = succeeded(etalon().arg("score").arg(workspace.out()));
    assert!(scored.stdout.contains("no verdict flipped"), "{}", scored.stdout);
    check();
}

#[test]
fn results_without_kept_packs_are_used_as_before() {
    let workspace = recordings();
    workspace.run("calls").without_asr().option("--packs", "ru-230fz").succeeded();
    std::fs::remove_dir_all(workspace.out().join("packs")).unwrap();
    assert_eq!(explain(&workspace, "day1/a.wav", "law.ru.hours", &[]).code, 0);
    succeeded(etalon().arg("report").arg(workspace.out()));
    succeeded(etalon().arg("score").arg(workspace.out()));
    assert_eq!(kept(&workspace).len(), 1);

    let ours = workspace.write("ours.toml", pack("ours", 10));
    workspace.run("calls").without_asr().option("--packs", &ours).succeeded();
    std::fs::remove_dir_all(workspace.out().join("packs")).unwrap();
    let scored = ended(etalon().arg("score").arg(workspace.out()));
    assert!(scored.code == 2 && scored.stderr.contains("give its file with --packs"), "{}", scored.stderr);
    let explained =
        explain(&workspace, "day1/a.wav", "ours.short_hold", &["--packs", ours.to_str().unwrap()]);
    assert_eq!(explained.code, 0, "{}", explained.stderr);
}

#[test]
fn the_mistakes_of_all_packs_are_told_at_once() {
    let workspace = Workspace::new();
    let wrong = pack("ours", 10).replace("severity", "severty").replace("\"hold\"", "\"holds\"");
    let ours = workspace.write("ours.toml", wrong);
    let theirs = workspace.write("theirs.toml", pack("theirs", 10).replace("at_most = 0", "at_most = -1"));
    let absent = workspace.path("absent.toml");
    let check = |arguments: &[&str]| {
        ended(etalon().args(["rules", "check"]).args([&ours, &theirs, &absent]).args(arguments))
    };
    let told = check(&[]);
    assert_eq!(told.code, 2);
    insta::assert_snapshot!("mistakes_of_all_packs", workspace.shown(&told));
    let told: Value = serde_json::from_str(&check(&["--json"]).stdout).unwrap();
    let problems = told["problems"].as_array().unwrap();
    let places: Vec<(&Value, &Value)> =
        problems.iter().map(|problem| (&problem["line"], &problem["kind"])).collect();
    let expected = [
        (json!(10), json!("missing_key")),
        (json!(12), json!("invalid_value")),
        (json!(12), json!("invalid_value")),
        (Value::Null, json!("unreadable")),
    ];
    assert_eq!(places, expected.each_ref().map(|(line, kind)| (line, kind)), "{problems:?}");
    let run = workspace.run("calls").without_asr().option("--packs", &ours).option("--packs", &theirs);
    workspace.copy_sample(&sample_names()[0], "calls/a.wav");
    let refused = run.ended_with(2);
    assert!(refused.stderr.contains("ours.toml:12:"), "{}", refused.stderr);
    assert!(refused.stderr.contains("theirs.toml:12:"), "{}", refused.stderr);
}

#[test]
fn a_rule_without_examples_is_warned_of_and_a_failing_example_has_a_line() {
    let workspace = Workspace::new();
    let ours = workspace.write("ours.toml", pack("ours", 10));
    let checked = succeeded(etalon().args(["rules", "check"]).arg(&ours));
    assert!(checked.stderr.contains("ours.toml:6:6: the rule `ours.short_hold` has no examples"));
    let example =
        "[[rules.examples]]\nkind = \"positive\"\nexpect = \"fail\"\ncall = \"\"\"\nО: Да.\nК: Да.\"\"\"\n";
    let ours = workspace.write("ours.toml", pack("ours", 10) + example);
    let tested = ended(etalon().args(["rules", "test"]).arg(&ours));
    assert_eq!(tested.code, 1);
    assert!(tested.stdout.contains("ours.toml:16:10: ours.short_hold, example 1: expected fail, found pass"));
}
