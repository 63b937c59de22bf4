//! A pack tried over HTTP.

use crate::fixture;
use crate::harness::{Served, folder, pack_asking_for, settings, with_people};
use etalon_rules::Pack;
use etalon_serve::ServeSettings;
use serde_json::json;
use std::sync::LazyLock;

/// Says of every call of the fixture that the firm is named, by another word than it was.
static PACK: LazyLock<String> = LazyLock::new(|| {
    pack_asking_for("kcg-service", ("greeting.company", "Фирма <b>названа</b>"), "наша фирма")
});

#[test]
fn a_changed_rule_shows_what_appears_against_the_one_in_force() {
    let (_folder, store) = folder(6);
    let pack = Pack::parse(&PACK, "test").unwrap();
    let served = Served::start(ServeSettings { packs: vec![pack], ..settings(&store) });
    let browser = served.local();
    let form = browser.get("/try?pack=kcg-service&rule=greeting.company").text();
    assert!(form.contains("наша фирма") && form.contains("value=\"greeting.company\""), "{form}");
    let tried = browser.post("/api/try", &json!({"pack": *PACK, "rule": "greeting.company", "hit": "fail"}));
    let text = tried.text();
    assert_eq!(tried.status, 200, "{text}");
    // The rule in force passes all six calls, and this one fails them.
    for shown in ["6 → 0", "0 → 6", "2026-W47", &fixture::call(4).call.id] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    assert!(!text.contains("<b>названа"), "{text}");
    let stored = store.read_call(&fixture::call(4).call.id).unwrap().unwrap();
    assert_eq!(stored, fixture::call(4), "nothing is written");
}

#[test]
fn mistakes_are_told_with_their_lines_and_trials_are_bounded() {
    let (_folder, store) = folder(2);
    let served = Served::start(settings(&store));
    let browser = served.local();
    let wrong = PACK.replace("severity = \"major\"", "severity = \"grave\"");
    let told = browser.post("/api/try", &json!({"pack": wrong, "rule": "", "hit": "fail"}));
    assert_eq!(told.status, 422, "{}", told.text());
    let remedy = told.json()["remedy"].as_str().unwrap().to_owned();
    assert!(remedy.contains("pack.toml:12") && remedy.contains("grave"), "{remedy}");
    for (pack, rule, status) in [
        (PACK.clone(), "no.such", 422),
        (format!("{}# {}", *PACK, "x".repeat(300_000)), "", 413),
        (String::new(), "", 422),
    ] {
        let told = browser.post("/api/try", &json!({"pack": pack, "rule": rule, "hit": "fail"}));
        assert_eq!(told.status, status, "{}", told.text());
    }
    let foreign = crate::client::Request::post_json("/api/try", &json!({"pack": *PACK, "hit": "fail"}))
        .header("origin", "https://example.org")
        .send(served.address);
    assert_eq!(foreign.status, 403);
}

#[test]
fn agents_and_readers_try_nothing() {
    let (_folder, store) = folder(2);
    let served = Served::start(with_people(&store));
    for (name, status) in [("Анна", 200), ("Мария", 200), ("Ольга", 403), ("Глеб", 403)] {
        let person = served.sign_in(name);
        assert_eq!(person.get("/try").status, status, "{name}");
        let tried = person.post("/api/try", &json!({"pack": *PACK, "hit": "fail"}));
        assert_eq!(tried.status, status, "{name}: {}", tried.text());
    }
}
