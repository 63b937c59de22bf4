//! Results of the samples beside the versions of the stages that made them.
//!
//! Stored results are reused as long as their fingerprint stays. So whoever changes what a stage makes of the same input has to
//! raise the stage's `VERSION`; this test notices where that was forgotten. `ETALON_RECORD_GOLDEN=1` records anew.

use crate::harness::{Workspace, calls_in, json, root, sample_run, samples};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

fn golden_file() -> PathBuf {
    root().join("tests/golden/results.json")
}

/// The versions of the stages, by their names.
fn versions() -> Value {
    let versions = etalon_pipeline::stage_versions();
    versions.into_iter().map(|(stage, version)| (stage.to_owned(), Value::from(version))).collect()
}

/// SHA-256 of all calls of a result folder, without what names the program and its fingerprint.
fn digest_of(out: &Path) -> Value {
    let mut hash = Sha256::new();
    for (name, mut call) in calls_in(out) {
        let pipeline = call["pipeline"].as_object_mut().unwrap();
        pipeline
            .retain(|key, _| !["version", "fingerprint", "listening_fingerprint"].contains(&key.as_str()));
        hash.update(format!("{name} {call}\n"));
    }
    hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")).into()
}

/// The digests of this machine: without words, and with the words that its engine hears.
fn digests() -> Value {
    let without_words = Workspace::new();
    without_words.run(samples()).without_asr().succeeded();
    let with_words = sample_run();
    let engine = json(&with_words.out().join("run.json"))["engine"].as_str().unwrap().to_owned();
    json!({ "without words": digest_of(&without_words.out()), engine: digest_of(&with_words.out()) })
}

// Other processors compute transforms in another order, which may show in the last digit.
#[cfg(target_arch = "x86_64")]
#[test]
fn changed_results_have_a_changed_version() {
    let found = digests();
    if std::env::var_os("ETALON_RECORD_GOLDEN").is_some() {
        let golden = json!({ "versions": versions(), "results": found });
        std::fs::write(golden_file(), format!("{golden:#}\n")).unwrap();
        return;
    }
    let golden = json(&golden_file());
    // An engine that nobody has recorded can't be compared.
    let known = found.as_object().unwrap().iter().filter(|(what, _)| golden["results"].get(what).is_some());
    for (what, digest) in known {
        let is_same = golden["results"][what] == *digest;
        if golden["versions"] == versions() {
            assert!(is_same, "{what}: results changed; raise the VERSION of the stage, then record anew");
        } else {
            assert!(is_same, "{what}: results and versions changed; record anew");
        }
    }
    assert_eq!(golden["versions"], versions(), "versions changed; record anew");
    assert!(golden["results"].get("without words").is_some());
}
