//! The other commands.

use crate::harness::{Workspace, ended, etalon, json, root, succeeded};
use serde_json::Value;

#[test]
fn committed_schemas_are_those_of_the_types() {
    let names = ended(etalon().arg("schema"));
    assert_eq!(names.code, 0);
    for name in names.stdout.lines() {
        let printed: Value = serde_json::from_str(&ended(etalon().args(["schema", name])).stdout).unwrap();
        let committed = json(&root().join(format!("docs/schemas/{name}.schema.json")));
        assert_eq!(printed, committed, "run `etalon schema --write docs/schemas`");
    }
    assert_eq!(names.stdout.lines().count(), std::fs::read_dir(root().join("docs/schemas")).unwrap().count());
}

#[test]
fn the_doctor_finds_this_machine_healthy_and_a_missing_folder_not() {
    let workspace = Workspace::new();
    let healthy = ended(etalon().args(["doctor", "--out"]).arg(workspace.out()));
    assert_eq!(healthy.code, 0, "{}", healthy.stdout);
    assert!(healthy.stdout.lines().count() >= 4);
    assert!(!workspace.out().exists(), "a check leaves nothing behind");
    let ill = ended(etalon().args(["doctor", "--out", "/proc/nowhere"]));
    assert_eq!(ill.code, 1, "{}", ill.stdout);
    assert!(ill.stdout.contains("FAIL"));
}

#[test]
fn the_embedded_model_is_what_the_registry_says() {
    succeeded(etalon().args(["models", "verify"]));
}

#[test]
fn built_in_packs_are_sound_and_their_examples_hold() {
    for command in ["check", "test"] {
        let ended = ended(etalon().args(["rules", command]));
        assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
        assert!(ended.stdout.contains("kcg-service"), "{}", ended.stdout);
    }
}

#[test]
fn every_command_explains_itself() {
    for (snapshot, command) in [
        ("help", &[][..]),
        ("help_run", &["run"]),
        ("help_plan", &["plan"]),
        ("help_merge", &["merge"]),
        ("help_watch", &["watch"]),
        ("help_score", &["score"]),
        ("help_report", &["report"]),
        ("help_search", &["search"]),
        ("help_eval", &["eval"]),
        ("help_reviews", &["reviews"]),
        ("help_reviews_import", &["reviews", "import"]),
        ("help_redact", &["redact"]),
        ("help_forget", &["forget"]),
        ("help_rules", &["rules"]),
        ("help_rules_check", &["rules", "check"]),
        ("help_rules_explain", &["rules", "explain"]),
        ("help_rules_test", &["rules", "test"]),
        ("help_rules_try", &["rules", "try"]),
        ("help_models", &["models"]),
        ("help_models_list", &["models", "list"]),
        ("help_models_pull", &["models", "pull"]),
        ("help_models_verify", &["models", "verify"]),
        ("help_bench", &["bench"]),
        ("help_schema", &["schema"]),
        ("help_doctor", &["doctor"]),
        ("help_completions", &["completions"]),
        ("help_manual", &["manual"]),
    ] {
        insta::assert_snapshot!(snapshot, succeeded(etalon().args(command).arg("--help")).stdout);
    }
}

#[test]
fn an_unknown_command_is_a_usage_error() {
    let workspace = Workspace::new();
    for (snapshot, arguments) in [
        ("unknown_command", &["frobnicate"][..]),
        ("run_without_input", &["run"]),
        ("no_command", &[]),
        ("unknown_schema", &["schema", "calls"]),
        ("unknown_model_to_verify", &["models", "verify", "large-v9"]),
    ] {
        insta::assert_snapshot!(snapshot, workspace.shown(&ended(etalon().args(arguments))));
    }
}

#[test]
fn a_model_that_was_brought_here_gets_its_place_and_a_wrong_one_does_not() {
    let workspace = Workspace::new();
    let brought = workspace.write("stick.bin", b"abc");
    let models = workspace.path("models");
    let pull = |arguments: &[&str]| {
        ended(
            etalon()
                .env("ETALON_MODELS", &models)
                .args(["models", "pull"])
                .args(arguments)
                .arg("--from")
                .arg(&brought),
        )
    };
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let mine = pull(&["mine", "--sha256", abc]);
    assert_eq!(mine.code, 0, "{}", mine.stderr);
    let path = models.join("ggml-mine.bin");
    assert_eq!(
        (mine.stdout.trim(), std::fs::read(&path).unwrap().as_slice()),
        (path.to_str().unwrap(), &b"abc"[..])
    );
    assert!(mine.stderr.contains("--model"), "{}", mine.stderr);
    for (snapshot, arguments) in [
        ("model_of_no_registry", &["mine"][..]),
        ("model_of_another_length", &["tiny"]),
        ("model_of_another_hash", &["tiny", "--sha256", abc]),
        ("model_that_leads_elsewhere", &["../mine", "--sha256", abc]),
    ] {
        let refused = pull(arguments);
        insta::assert_snapshot!(snapshot, workspace.shown(&refused));
    }
    // Files are listed with what they are worth.
    workspace.write("models/ggml-tiny.bin", b"abc");
    workspace.write("models/ggml-base.bin.part", b"abc");
    let list = ended(etalon().env("ETALON_MODELS", &models).args(["models", "list"]));
    let line = |name: &str| list.stdout.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
    assert!(line("base-q5_1").contains("built in"), "{}", list.stdout);
    assert!(line("tiny").contains("NOT VERIFIED"), "{}", list.stdout);
    assert!(line("base").contains("`etalon models pull base` resumes"), "{}", list.stdout);
    assert!(line("small").contains("not here"), "{}", list.stdout);
}
