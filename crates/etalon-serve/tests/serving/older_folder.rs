//! A folder of an earlier version is served, searched and reviewed like any other.

use crate::harness::{Served, page_of, settings};
use crate::search::{found, search};
use crate::{fixture, older};
use etalon_store::{CallLine, Store};
use std::fs;

#[test]
fn a_folder_of_version_0_1_0_is_served_and_searched() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let call = fixture::call(2);
    let (id, failed) = (call.call.id.clone(), call.evaluation.rules[1].clone());
    let path = folder.path().join("calls").join(&id[..2]);
    fs::create_dir_all(&path).unwrap();
    let document = older::as_of_0_1_0(serde_json::to_value(&call).unwrap());
    fs::write(path.join(format!("{id}.json")), document.to_string()).unwrap();
    let line = older::as_of_0_1_0(serde_json::to_value(CallLine::from(call)).unwrap());
    fs::write(folder.path().join("calls.jsonl"), format!("{line}\n")).unwrap();
    fs::write(folder.path().join("failures.jsonl"), older::FAILURE_WITHOUT_KIND).unwrap();
    let reviews = rusqlite::Connection::open(folder.path().join("reviews.sqlite")).unwrap();
    reviews.execute_batch(&older::reviews_of_version_1(&id, &failed.pack, &failed.id)).unwrap();
    drop(reviews);

    let served = Served::start(settings(&store));
    for address in ["/index.html", "/calls.html", "/rules.html", "/people.html", "/queue"] {
        assert_eq!(served.get(address).status, 200, "{address}");
    }
    let page = served.get(&page_of(&fixture::call(2)));
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Оператор перебил клиента") && page.text().contains("Анна"));
    assert!(served.get("/failures.html").text().contains("прежней версией"));
    let text = found(|| served.get(&search("компания")));
    assert!(text.contains(&id), "{text}");
}
