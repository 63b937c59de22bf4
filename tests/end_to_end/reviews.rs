//! What people say of calls, out of one folder and into another.

use crate::harness::{Run, Workspace, ended, etalon, files_below, json, sample, succeeded};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A folder with one call.
fn call_in(workspace: &Workspace) -> PathBuf {
    Run::over(sample("01-proper-hold"), workspace.out()).without_asr().succeeded();
    workspace.out()
}

fn import(folder: &Path, table: &Path, name: &str) -> crate::harness::Ended {
    ended(etalon().args(["reviews", "import"]).arg(folder).arg(table).args(["--as", name]))
}

#[test]
fn answers_go_into_the_folder_and_out_of_it() {
    let workspace = Workspace::new();
    let folder = call_in(&workspace);
    let nothing = ended(etalon().args(["reviews", "export"]).arg(&folder).arg(workspace.path("none.csv")));
    assert!(nothing.code == 1 && nothing.stderr.contains("nobody has reviewed"), "{}", nothing.stderr);

    // As a Russian Excel saves it.
    let text = "call;reviewer;rule;verdict;comment\r\n\
                01-proper-hold;Анна;manual.phone_silent;pass;=1+1\r\n\
                01-proper-hold;Анна;no.such;pass;\r\nabsent;Анна;manual.phone_silent;pass;\r\n";
    let table = workspace.write("verdicts.csv", encoding_rs::WINDOWS_1251.encode(text).0);
    let first = import(&folder, &table, "Мария");
    assert_eq!(first.code, 3, "{}", first.stderr);
    for part in [
        "answers: 1, sheets: 1, there already: 0, not taken: 2",
        "line 3: the call has no such rule",
        "line 4: the call is not in",
    ] {
        assert!(first.stderr.contains(part), "{}", first.stderr);
    }
    assert!(import(&folder, &table, "Мария").stderr.contains("answers: 0, sheets: 0, there already: 1"));

    let exported = workspace.path("reviews.csv");
    succeeded(etalon().args(["reviews", "export"]).arg(&folder).arg(&exported));
    let text = std::fs::read_to_string(&exported).unwrap();
    for part in ["\u{feff}call;reviewer;", ";Анна;shared;", ";Мария;kcg-service;", ";'=1+1\r\n"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // The same table measures the rule.
    let compared = succeeded(etalon().arg("eval").arg(&exported).arg(&folder).arg("--json")).stdout;
    let compared: Value = serde_json::from_str(&compared).unwrap();
    assert_eq!(compared["rules"]["rules"][0]["id"], "manual.phone_silent");
}

#[test]
fn an_answer_goes_to_the_one_call_that_is_named_or_to_none() {
    let workspace = Workspace::new();
    for (name, copy) in [("01-proper-hold", "in/1/x.wav"), ("02-rude-collector", "in/2/x.wav")] {
        workspace.copy_sample(name, copy);
    }
    workspace.run("in").without_asr().succeeded();
    let answered = |call: &str| {
        let table =
            workspace.write("verdicts.csv", format!("call,rule,verdict\n{call},manual.phone_silent,pass\n"));
        import(&workspace.out(), &table, "Мария")
    };
    for name in ["x", "x.wav"] {
        let refused = answered(name);
        assert_eq!(refused.code, 3, "{name}: {}", refused.stderr);
        assert!(
            refused.stderr.contains("line 2: 2 calls in this folder have this name"),
            "{}",
            refused.stderr
        );
    }
    assert_eq!(answered("2/x.wav").code, 0);
    let exported = workspace.path("reviews.csv");
    succeeded(etalon().args(["reviews", "export"]).arg(workspace.out()).arg(&exported));
    let calls = files_below(&workspace.out().join("calls"));
    let second = calls.iter().find(|path| json(path)["call"]["source"] == "2/x.wav").unwrap();
    let id = second.file_stem().unwrap().to_str().unwrap();
    let text = std::fs::read_to_string(&exported).unwrap();
    assert!(text.contains(&format!("\n{id};Мария;")), "{text}");

    // `eval` takes no guess either.
    let table = workspace.write("verdicts.csv", "call,rule,verdict\nx,manual.phone_silent,pass\n");
    let compared = succeeded(etalon().arg("eval").arg(&table).arg(workspace.out()).arg("--json"));
    let compared: Value = serde_json::from_str(&compared.stdout).unwrap();
    assert_eq!(compared["ambiguous_calls"], serde_json::json!(["x"]));
    assert_eq!(compared["rules"]["verdicts"], 0);
}

#[test]
fn who_may_not_bring_answers_in_is_refused() {
    let workspace = Workspace::new();
    let folder = call_in(&workspace);
    let table =
        workspace.write("verdicts.csv", "call,rule,verdict\n01-proper-hold,manual.phone_silent,pass\n");
    let people = workspace.write("people.toml", "[[people]]\nname = \"Анна\"\nrole = \"reviewer\"\n");
    let refused = |name: &str, people: &Path| {
        let mut command = etalon();
        command.args(["reviews", "import"]).arg(&folder).arg(&table).args(["--as", name]);
        ended(command.arg("--people").arg(people))
    };
    let reviewer = refused("Анна", &people);
    assert!(reviewer.code == 2 && reviewer.stderr.contains("may not exchange"), "{}", reviewer.stderr);
    let stranger = refused("Пётр", &people);
    assert!(stranger.code != 0 && stranger.stderr.contains("--as"), "{}", stranger.stderr);
    let wrong = workspace.write("wrong.toml", "[[people]]\nname = \"Анна\"\nrole = \"boss\"\n");
    let wrong = refused("Анна", &wrong);
    assert!(wrong.code == 2 && wrong.stderr.contains("line 3: the role should be"), "{}", wrong.stderr);
    let no_table = import(&folder, &workspace.write("empty.csv", "a,b\n"), "Мария");
    assert!(no_table.code == 2 && no_table.stderr.contains("no column `call`"), "{}", no_table.stderr);
}
