//! Searching, and what waits for people.

use crate::client::Answer;
use crate::fixture;
use crate::harness::{Browser, Served, folder, settings, with_people};
use serde_json::json;
use std::time::{Duration, Instant};

/// What a search finds once the index is there.
pub(crate) fn found(ask: impl Fn() -> Answer) -> String {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let answer = ask();
        assert_eq!(answer.status, 200, "{}", answer.text());
        if !answer.text().contains("Указатель слов") {
            return answer.text();
        }
        assert!(Instant::now() < deadline, "the index is not made");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub(crate) fn search(query: &str) -> String {
    format!("/search?q={}", etalon_pages::percent_encoded(query.as_bytes()))
}

#[test]
fn what_was_said_is_found_with_a_link_to_its_second() {
    let (_folder, store) = folder(30);
    let served = Served::start(settings(&store));
    let text = found(|| served.get(&search("оператор: компании")));
    let id = fixture::call(0).call.id;
    assert!(text.contains("30 реплик") && text.contains("<mark>компания</mark>"), "{text}");
    assert!(text.contains("rel=\"next\""));
    let next = served.get(&format!("{}&offset=20", search("оператор: компании"))).text();
    assert!(next.contains("rel=\"prev\"") && !next.contains("rel=\"next\""));
    let all = text + &next;
    assert!(all.contains(&format!("calls/{}/{id}.html#t=1.5", &id[..2])), "{all}");
    assert!(!all.contains("<b>слушаю"));
    let mistaken = served.get(&search("<b> соседка: слово"));
    assert_eq!(mistaken.status, 200);
    assert!(mistaken.text().contains("^^^") && !mistaken.text().contains("<b>"), "{}", mistaken.text());
    let rule = served.get(&format!("{}&rule=1", search("компания"))).text();
    assert!(rule.contains("[[rules]]") && rule.contains("search.found"), "{rule}");
    assert_eq!(served.get("/search?offset=many").status, 400);
    assert_eq!(served.get(&format!("/search?q={}", "a".repeat(5000))).status, 200);
}

#[test]
fn agents_search_in_their_own_calls() {
    let (_folder, store) = folder(9);
    let served = Served::start(with_people(&store));
    let (agent, lead) = (served.sign_in("Ольга"), served.sign_in("Мария"));
    assert!(found(|| lead.get(&search("компания"))).contains("9 реплик"));
    let own = found(|| agent.get(&search("компания")));
    assert!(own.contains("3 реплики") && own.contains(&fixture::call(1).call.id), "{own}");
    assert!(!own.contains(&fixture::call(2).call.id));
}

#[test]
fn the_queue_holds_what_waits_for_each_person() {
    let (_folder, store) = folder(12);
    let served = Served::start(with_people(&store));
    let (reviewer, agent) = (served.sign_in("Анна"), served.sign_in("Ольга"));
    // Pressure is found in every fifth call.
    let critical = fixture::call(3).call;
    let page = reviewer.get("/queue").text();
    assert!(page.contains(&critical.id) && page.contains("Критическое"), "{page}");
    assert!(agent.get("/queue").text().contains("Ничего не ждёт"));
    let own = fixture::call(1).call.id;
    let post = |browser: &Browser<'_>, sequence: u32, changes: serde_json::Value| {
        let body =
            json!({"call": own, "reviewer": "Анна", "expected_sequence": sequence, "changes": changes});
        let answer = browser.post("/api/sheet", &body);
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    let pass =
        json!({"kind": "answered", "pack": "kcg-service", "rule": "greeting.company", "verdict": "pass"});
    post(&reviewer, 0, json!([pass]));
    assert!(reviewer.get("/queue").text().contains("черновик"));
    assert!(!agent.get("/queue").text().contains(&own));
    post(&reviewer, 1, json!([{"kind": "shared"}]));
    assert!(agent.get("/queue").text().contains("передан оператору"));
}
