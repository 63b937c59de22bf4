//! What a later version wrote is left as it is, and the page says what to do.

use crate::fixture;
use crate::harness::{Served, folder, page_of, settings};
use crate::search::{found, search};
use etalon_pages::InterfaceLanguage;
use etalon_serve::ServeSettings;
use rusqlite::Connection;
use serde_json::json;
use std::fs;

const REMEDIES: [(InterfaceLanguage, &str); 3] = [
    (InterfaceLanguage::Russian, "Обновите etalon."),
    (InterfaceLanguage::Kazakh, "etalon-ды жаңартыңыз."),
    (InterfaceLanguage::English, "Update etalon."),
];

#[test]
fn reviews_of_a_later_version_are_left_alone_and_the_call_is_shown() {
    let (_folder, store) = folder(1);
    let path = store.directory().join("reviews.sqlite");
    let later =
        "PRAGMA application_id = 0x65746c72; PRAGMA user_version = 99; CREATE TABLE events (id INTEGER)";
    Connection::open(&path).unwrap().execute_batch(later).unwrap();
    let written = fs::read(&path).unwrap();
    for (language, remedy) in REMEDIES {
        let served = Served::start(ServeSettings { language, ..settings(&store) });
        let page = served.get(&page_of(&fixture::call(0)));
        assert!(page.status == 200 && page.text().contains(remedy), "{}", page.text());
        let answer =
            json!({"kind": "answered", "pack": "kcg-service", "rule": "hold.thanks", "verdict": "na"});
        let sheet = json!({"call": fixture::call(0).call.id, "reviewer": "Проверяющий",
                           "expected_sequence": 0, "changes": [answer]});
        let told = served.local().post("/api/sheet", &sheet);
        assert_eq!((told.status, told.json()["remedy"].as_str()), (500, Some(remedy)));
    }
    assert_eq!(fs::read(&path).unwrap(), written);
}

#[test]
fn a_call_of_a_later_version_is_not_taken_for_damaged() {
    let (_folder, store) = folder(2);
    let id = fixture::call(1).call.id;
    let path = store.directory().join("calls").join(&id[..2]).join(format!("{id}.json"));
    let later = fs::read_to_string(&path).unwrap().replacen("etalon.call/1", "etalon.call/2", 1);
    fs::write(&path, later).unwrap();
    for (language, remedy) in REMEDIES {
        let served = Served::start(ServeSettings { language, ..settings(&store) });
        let page = served.get(&page_of(&fixture::call(1)));
        assert!(page.status == 500 && page.text().contains(remedy), "{}", page.text());
        assert_eq!(served.get(&page_of(&fixture::call(0))).status, 200);
        // The others are found and judged.
        let text = found(|| served.get(&search("компания")));
        assert!(text.contains(&fixture::call(0).call.id) && !text.contains(&id), "{text}");
    }
}

#[test]
fn an_index_of_a_later_version_is_made_anew() {
    let (_folder, store) = folder(1);
    let later = "PRAGMA application_id = 0x65746c73; PRAGMA user_version = 99; CREATE TABLE calls (id TEXT)";
    Connection::open(store.directory().join("search.sqlite")).unwrap().execute_batch(later).unwrap();
    let served = Served::start(settings(&store));
    let text = found(|| served.get(&search("компания")));
    assert!(text.contains(&fixture::call(0).call.id), "{text}");
}
