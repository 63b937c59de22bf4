//! A pack tried over HTTP.

use crate::client::Answer;
use crate::fixture;
use crate::harness::{Served, folder, pack_asking_for, settings, with_people};
use etalon_rules::Pack;
use etalon_serve::ServeSettings;
use serde_json::{Value, json};
use std::sync::{Barrier, LazyLock};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Says of every call of the fixture that the firm is named, by another word than it was.
static PACK: LazyLock<String> = LazyLock::new(|| {
    pack_asking_for("kcg-service", ("greeting.company", "Фирма <b>названа</b>"), "наша фирма")
});

/// What a page sends to try the pack.
fn asked() -> Value {
    json!({"pack": *PACK, "hit": "fail"})
}

/// A server of a folder with so many calls.
fn served(calls: u32) -> (TempDir, Served) {
    let (folder, store) = folder(calls);
    (folder, Served::start(settings(&store)))
}

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
    let (_folder, served) = served(2);
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
    let foreign = crate::client::Request::post_json("/api/try", &asked())
        .header("origin", "https://example.org")
        .send(served.address);
    assert_eq!(foreign.status, 403);
}

#[test]
fn a_trial_ends_in_time_and_says_what_it_left_out() {
    let (_folder, store) = folder(6);
    let served = Served::start(ServeSettings { trial_time: Duration::ZERO, ..settings(&store) });
    let tried = served.local().post("/api/try", &asked());
    assert_eq!(tried.status, 200, "{}", tried.text());
    assert!(tried.text().contains("На 6 разговоров не хватило времени"), "{}", tried.text());
}

/// A folder of which a trial takes long enough for somebody else to come.
const MANY_CALLS: u32 = 1_000;

#[test]
fn of_two_who_try_at_once_one_is_told_to_come_again() {
    let (_folder, served) = served(MANY_CALLS);
    let (browser, asked) = (served.local(), asked());
    let together = Barrier::new(2);
    let answers = || {
        let ask = || {
            together.wait();
            browser.post("/api/try", &asked)
        };
        std::thread::scope(|scope| {
            let other = scope.spawn(ask);
            [ask(), other.join().unwrap()]
        })
    };
    let mut told = Vec::new();
    // One may have ended before the other was heard.
    for _ in 0..20 {
        told = answers().into();
        told.sort_by_key(|answer: &Answer| answer.status);
        assert_eq!(told[0].status, 200, "{}", told[0].text());
        if told[1].status != 200 {
            break;
        }
    }
    assert_eq!(told[1].status, 429, "{}", told[1].text());
    assert_eq!(told[1].json()["remedy"], "Повторите через полминуты.");
    // Whoever comes again has a turn.
    assert_eq!(browser.post("/api/try", &asked).status, 200);
}

#[test]
fn a_trial_whose_reader_left_still_takes_its_turn() {
    let (_folder, served) = served(MANY_CALLS);
    let (browser, asked) = (served.local(), asked());
    let deadline = Instant::now() + Duration::from_mins(1);
    // How long a trial takes, once it has a turn.
    let tried = || loop {
        let started = Instant::now();
        if browser.post("/api/try", &asked).status == 200 {
            return started.elapsed();
        }
        assert!(Instant::now() < deadline, "nobody has a turn any more");
        std::thread::sleep(Duration::from_millis(20));
    };
    let is_busy_behind_one_who_left = || {
        // Other tests may keep the machine busy meanwhile.
        let took = (0..3).map(|_| tried()).min().unwrap();
        browser.post_and_leave("/api/try", &asked, took / 8);
        // By then the server knows that nobody waits, and the trial still runs.
        std::thread::sleep(took / 8);
        browser.post("/api/try", &asked).status == 429
    };
    assert!((0..10).any(|_| is_busy_behind_one_who_left()), "two trials run at a time");
    tried();
}

#[test]
fn agents_and_readers_try_nothing() {
    let (_folder, store) = folder(2);
    let served = Served::start(with_people(&store));
    for (name, status) in [("Анна", 200), ("Мария", 200), ("Ольга", 403), ("Глеб", 403)] {
        let person = served.sign_in(name);
        assert_eq!(person.get("/try").status, status, "{name}");
        let tried = person.post("/api/try", &asked());
        assert_eq!(tried.status, status, "{name}: {}", tried.text());
    }
}
