//! The built-in packs keep what they promise: they parse, and every example in them gives its verdict.

use etalon_standards::{Pack, built_in, built_in_ids, test_examples};

fn built_in_packs() -> Vec<Pack> {
    built_in_ids()
        .iter()
        .map(|id| Pack::parse(built_in(id).expect("a source"), id).unwrap_or_else(|error| panic!("{error}")))
        .collect()
}

#[test]
fn every_example_gives_its_verdict() {
    for pack in built_in_packs() {
        let failures = test_examples(&pack);
        let told: Vec<String> = failures.iter().map(|failure| format!("{failure:?}")).collect();
        assert!(failures.is_empty(), "{}:\n{}", pack.id(), told.join("\n"));
    }
}

#[test]
fn every_rule_that_a_recording_can_show_has_four_examples() {
    for pack in built_in_packs() {
        for rule in pack.rules().iter().filter(|rule| !rule.is_manual()) {
            assert!(rule.examples().len() >= 4, "{}: {}", pack.id(), rule.id());
        }
    }
}
