//! The built-in packs keep what they promise: they parse, and every example in them gives its verdict.

use etalon_rules::{ExampleKind, Pack, built_in, built_in_ids, test_examples};

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
fn every_rule_that_a_recording_can_show_has_an_example_of_every_kind() {
    use ExampleKind::{AsrDamaged, NearMiss, Negative, Positive};
    for pack in built_in_packs() {
        for rule in pack.rules().iter().filter(|rule| !rule.is_manual()) {
            for kind in [Positive, Negative, NearMiss, AsrDamaged] {
                let has_one = rule.examples().iter().any(|example| example.kind() == kind);
                assert!(has_one, "{}: {} has no {kind:?}", pack.id(), rule.id());
            }
        }
    }
}

/// What the documents ask of a call, by pack.
const ASKED: [(&str, &[&str]); 3] = [
    (
        "kcg-service",
        &[
            "greeting.time_of_day",
            "greeting.company",
            "greeting.name",
            "language.understandable",
            "jargon.explained",
            "voice.volume",
            "voice.tempo",
            "understanding.checked",
            "listening.no_interruption",
            "hold.announced",
            "hold.apology",
            "hold.permission",
            "hold.thanks",
            "hold.max_2_min",
            "callback.on_time",
            "questions.answered",
            "callback.contact_taken",
            "focus.no_side_talk",
            "service.no_website_redirect",
            "closing.client_first",
            "service.own_callback",
            "courtesy.polite",
            "courtesy.colleague_full_name",
            "manual.phone_silent",
            "manual.colleague_phone",
            "manual.full_information",
        ],
    ),
    (
        "collection-ethics",
        &[
            "ethics.empathy",
            "ethics.no_pressure",
            "ethics.calm",
            "ethics.confidentiality",
            "dialogue.structure",
            "legal.consequences_explained",
            "incident.anti_client",
            "outcome.promise_to_pay",
        ],
    ),
    (
        "conversation-skills",
        &[
            "skills.back_to_goal",
            "skills.transfer",
            "skills.paraphrase",
            "skills.offer_conditions",
            "skills.solution_offered",
        ],
    ),
];

#[test]
fn everything_that_is_asked_of_a_call_is_a_rule() {
    let packs = built_in_packs();
    for (id, asked) in ASKED {
        let pack = packs.iter().find(|pack| pack.id() == id).expect(id);
        for rule in asked {
            assert!(pack.rules().iter().any(|known| known.id() == *rule), "{id}: {rule}");
        }
    }
}
