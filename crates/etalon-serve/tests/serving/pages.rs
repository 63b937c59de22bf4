//! The pages, what many people at once do, and two servers on one folder.

use crate::fixture;
use crate::harness::{Served, folder, page_of, settings, with_people};
use std::time::{Duration, Instant};

const PAGES: [&str; 9] = [
    "/index.html",
    "/calls.html",
    "/rules.html",
    "/rules/kcg-service.listening.no_interruption.html",
    "/people.html",
    "/people/agent-a1.html",
    "/failures.html",
    "/assets/etalon.css",
    "/assets/etalon.js",
];

#[test]
fn every_page_of_a_report_is_served_with_its_protection() {
    let (_folder, store) = folder(12);
    let served = Served::start(settings(&store));
    for path in PAGES {
        let answer = served.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
    }
    let call = served.get(&page_of(&fixture::call(3)));
    assert_eq!((call.status, call.header("cache-control")), (200, Some("no-store")));
    let text = call.text();
    assert!(text.contains("id=\"review\"") && text.contains("&lt;b&gt;слушаю&lt;/b&gt;"), "{text}");
    assert!(!text.contains("<b>слушаю") && !text.contains("<script>alert"));
    assert_eq!(served.get("/").header("location"), Some("index.html"));
}

#[test]
fn a_folder_without_a_roll_up_is_read_call_by_call() {
    let (_folder, store) = folder(0);
    std::fs::remove_file(store.directory().join("calls.jsonl")).unwrap();
    let calls: Vec<_> = (0..300).map(fixture::call).collect();
    store.write_calls(&calls).unwrap();
    let served = Served::start(settings(&store));
    let data = served.get("/data/calls.js").text();
    assert!(calls.iter().all(|call| data.contains(&call.call.id)));
}

#[test]
fn browsers_keep_the_data_of_the_list_until_it_changes() {
    let (_folder, store) = folder(5);
    let served = Served::start(settings(&store));
    let data = served.get("/data/calls.js");
    let tag = data.header("etag").unwrap().to_owned();
    assert!(data.text().contains(&fixture::call(4).call.id));
    let again =
        crate::client::Request::get("/data/calls.js").header("if-none-match", &tag).send(served.address);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let mut lines = store.create_file("calls.jsonl").unwrap();
    let line = etalon_store::CallLine::from(fixture::call(77));
    lines.write_json_line(&line).unwrap();
    lines.commit().unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while !served.get("/data/calls.js").text().contains(&line.call.id) {
        assert!(Instant::now() < deadline, "the list does not follow the folder");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn links_to_what_is_not_there_get_a_friendly_page() {
    let (_folder, store) = folder(3);
    let served = Served::start(settings(&store));
    for (path, expected) in [
        ("/calls/00/00112233445566.html", "Такого разговора здесь нет"),
        ("/calls/ab/cd.html", "Такого разговора здесь нет"),
        ("/calls/ab/ABCDEF0123456789.html", "Такого разговора здесь нет"),
        ("/rules/none.html", "Такой страницы нет"),
        ("/people/agent-x.html", "Такой страницы нет"),
        ("/nothing", "Такой страницы нет"),
    ] {
        let answer = served.get(path);
        assert_eq!(answer.status, 404, "{path}");
        let text = answer.text();
        assert!(text.contains(expected) && text.contains("href=\"/index.html\""), "{path}: {text}");
    }
    let told = served.get("/api/call/0011223344556677/review");
    assert_eq!(told.status, 404);
    assert!(told.json()["remedy"].as_str().unwrap().contains("списке"));
}

#[test]
fn two_hundred_readers_at_once_are_served() {
    let (_folder, store) = folder(40);
    let served = Served::start(settings(&store));
    let pages: Vec<String> = PAGES
        .iter()
        .map(|page| (*page).to_owned())
        .chain((0..11).map(|n| page_of(&fixture::call(n))))
        .collect();
    std::thread::scope(|scope| {
        for reader in 0..200 {
            let (served, pages) = (&served, &pages);
            scope.spawn(move || {
                for step in 0..3 {
                    let path = &pages[(reader + 7 * step) % pages.len()];
                    assert_eq!(served.get(path).status, 200, "{path}");
                }
            });
        }
    });
}

#[test]
fn agents_see_their_own_calls_and_nothing_of_others() {
    let (_folder, store) = folder(12);
    let served = Served::start(with_people(&store));
    let agent = served.sign_in("Ольга");
    let (own, other) = (fixture::call(1), fixture::call(2));
    assert_eq!(agent.get(&page_of(&own)).status, 200);
    for path in [
        page_of(&other),
        format!("/audio/{}", other.call.id),
        format!("/api/call/{}/review", other.call.id),
        "/people/agent-a2.html".to_owned(),
    ] {
        assert_eq!(agent.get(&path).status, 404, "{path}");
    }
    assert_eq!(agent.get("/failures.html").status, 403);
    let data = agent.get("/data/calls.js").text();
    assert!(data.contains(&own.call.id) && !data.contains(&other.call.id));
    for path in ["/index.html", "/calls.html", "/people.html", "/rules.html"] {
        let text = agent.get(path).text();
        assert!(!text.contains(&other.call.id) && !text.contains("Тестовый&gt; 2"), "{path}");
    }
    let all = served.sign_in("глеб").get("/data/calls.js").text();
    assert!(all.contains(&own.call.id) && all.contains(&other.call.id));
}

#[test]
fn a_server_ends_while_connections_are_open() {
    let (_folder, store) = folder(1);
    let mut served = Served::start(settings(&store));
    let _idle = std::net::TcpStream::connect(served.address).unwrap();
    assert_eq!(served.get("/index.html").status, 200);
    let begun = Instant::now();
    served.end();
    assert!(begun.elapsed() < Duration::from_secs(5));
}
