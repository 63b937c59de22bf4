//! The other commands.

use crate::harness::{ended, etalon, json, root};
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
    let folder = tempfile::tempdir().unwrap();
    let healthy = ended(etalon().args(["doctor", "--out"]).arg(folder.path()));
    assert_eq!(healthy.code, 0, "{}", healthy.stdout);
    assert!(healthy.stdout.lines().count() >= 4);
    let ill = ended(etalon().args(["doctor", "--out", "/proc/nowhere"]));
    assert_eq!(ill.code, 1, "{}", ill.stdout);
    assert!(ill.stdout.contains("FAIL"));
}

#[test]
fn the_embedded_model_is_what_the_registry_says() {
    let ended = ended(etalon().args(["models", "verify"]));
    assert_eq!(ended.code, 0, "{}", ended.stderr);
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
fn an_unknown_command_is_a_usage_error() {
    for arguments in [&["frobnicate"][..], &["run"], &[]] {
        assert_eq!(ended(etalon().args(arguments)).code, 2, "{arguments:?}");
    }
}
