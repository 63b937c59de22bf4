//! Reviewing and correcting over HTTP.

use crate::fixture;
use crate::harness::{Browser, Served, folder, page_of, settings, with_people};
use etalon_call::Verdict;
use etalon_rules::{CallView, Pack, evaluate};
use etalon_serve::ServeSettings;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn answered(rule: &str, verdict: &str, comment: &str) -> Value {
    json!({"kind": "answered", "pack": "kcg-service", "rule": rule, "verdict": verdict, "comment": comment})
}

fn submit(
    browser: &Browser<'_>,
    call: &str,
    reviewer: &str,
    sequence: u32,
    changes: &[Value],
) -> (u16, Value) {
    let body = json!({"call": call, "reviewer": reviewer, "expected_sequence": sequence, "changes": changes});
    let answer = browser.post("/api/sheet", &body);
    (answer.status, answer.json())
}

fn verdict<'v>(state: &'v Value, rule: &str) -> &'v Value {
    state["verdicts"].as_array().unwrap().iter().find(|verdict| verdict["rule"] == rule).unwrap()
}

#[test]
fn a_sheet_goes_from_draft_to_resolved() {
    let (_folder, store) = folder(12);
    let served = Served::start(with_people(&store));
    let (reviewer, agent, lead) = (served.sign_in("Анна"), served.sign_in("Ольга"), served.sign_in("Мария"));
    let call = fixture::call(1).call;
    let id = call.id.as_str();
    let (status, told) = submit(&reviewer, id, "Анна", 0, &[answered("greeting.company", "fail", "")]);
    assert_eq!((status, told["error"].is_string()), (422, true), "{told}");
    let wrong = answered("greeting.company", "fail", "Компания не названа");
    let (status, state) = submit(&reviewer, id, "Анна", 0, &[wrong]);
    assert_eq!((status, &state["sheets"][0]["state"]), (200, &json!("draft")), "{state}");
    // The machine's verdict and the version of the pack come from the server.
    let answer = &state["sheets"][0]["answers"][0];
    assert_eq!((&answer["machine"], &answer["pack_version"]), (&json!("pass"), &json!("1")));
    assert_eq!(verdict(&state, "greeting.company")["verdict"], "pass");
    // Nobody else sees a draft.
    let hidden = agent.get(&format!("/api/call/{id}/review")).json();
    assert_eq!(hidden["sheets"], json!([]));
    assert!(!agent.get(&page_of(&fixture::call(1))).text().contains("Компания не названа"));
    let (status, state) = submit(&reviewer, id, "Анна", 1, &[json!({"kind": "shared"})]);
    assert_eq!((status, &verdict(&state, "greeting.company")["verdict"]), (200, &json!("fail")));
    let (status, _) = submit(&reviewer, id, "Анна", 2, &[json!({"kind": "disputed", "comment": "Нет"})]);
    assert_eq!(status, 403);
    let (status, _) = submit(&agent, id, "Анна", 2, &[json!({"kind": "disputed", "comment": "Я назвала"})]);
    assert_eq!(status, 200);
    let decision = json!({"pack": "kcg-service", "rule": "greeting.company", "verdict": "pass"});
    let resolved = json!({"kind": "resolved", "comment": "Слышно на 0:02", "decisions": [decision]});
    let (status, state) = submit(&lead, id, "Анна", 3, &[resolved]);
    assert_eq!(status, 200, "{state}");
    let found = verdict(&state, "greeting.company");
    assert_eq!(
        (&found["machine"], &found["verdict"], &found["source"]),
        (&json!("pass"), &json!("pass"), &json!("lead"))
    );
    let page = reviewer.get(&page_of(&fixture::call(1))).text();
    for said in ["Я назвала", "Слышно на 0:02", "решил руководитель", "спор решён"]
    {
        assert!(page.contains(said), "{said}");
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    while !lead.get("/data/calls.js").text().contains("\"resolved\"") {
        assert!(Instant::now() < deadline, "the list does not follow the reviews");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn two_servers_on_one_folder_meet_in_the_reviews() {
    let (_folder, store) = folder(2);
    let (first, second) = (Served::start(settings(&store)), Served::start(settings(&store)));
    let (left, right) = (first.local(), second.local());
    let id = fixture::call(0).call.id;
    let name = "Проверяющий";
    let saved = submit(&left, &id, name, 0, &[answered("hold.thanks", "na", "")]);
    assert_eq!(saved.0, 200, "{}", saved.1);
    let (status, told) = submit(&right, &id, name, 0, &[answered("greeting.company", "pass", "")]);
    assert_eq!(status, 409);
    assert_eq!(told["review"]["sheets"][0]["sequence"], 1, "{told}");
    assert!(told["remedy"].as_str().unwrap().contains("Сохраните ещё раз"));
    assert_eq!(submit(&right, &id, name, 1, &[answered("greeting.company", "pass", "")]).0, 200);
    let state = left.get(&format!("/api/call/{id}/review")).json();
    assert_eq!(state["sheets"][0]["answers"].as_array().unwrap().len(), 2);
}

#[test]
fn words_and_speakers_are_corrected_in_place() {
    let (_folder, store) = folder(1);
    let served = Served::start(settings(&store));
    let browser = served.local();
    let call = fixture::call(0);
    let correct = |sequence: u32, correction: Value| {
        let body = json!({"call": call.call.id, "expected_sequence": sequence, "corrections": [correction]});
        let answer = browser.post("/api/corrections", &body);
        (answer.status, answer.json())
    };
    let word = |word: usize, heard: &str, meant: &str| json!({"of": "word", "turn": 0, "word": word, "heard": heard, "meant": meant});
    let (status, state) = correct(0, word(2, "компания", "это наша компания"));
    assert_eq!(status, 200, "{state}");
    // The page shows three words in place of one; the last of them is corrected again.
    assert_eq!(correct(1, word(4, "компания", "фирма")).0, 200);
    assert_eq!(correct(2, json!({"of": "speaker", "turn": 1, "heard": "client", "meant": "agent"})).0, 200);
    let page = served.get(&page_of(&call)).text();
    for word in ["<span>это</span>", "<span>наша</span>", "<span>фирма</span>", "<span>«Вектор».</span>"]
    {
        assert!(page.contains(word), "{word}");
    }
    assert!(page.contains("class=\"turn agent\" data-turn=\"1\""), "{page}");
    // What the page does not show can't be corrected, and nobody overwrites another correction.
    assert_eq!(correct(3, word(0, "Вечер", "день")).0, 422);
    assert_eq!(correct(3, word(99, "a", "b")).0, 422);
    assert_eq!(correct(0, word(0, "Добрый", "Доброе")).0, 409);
    let stored = store.read_call(&call.call.id).unwrap().unwrap();
    assert_eq!(stored, call);
}

/// The list's data as its script reads it.
fn columns(browser: &Browser<'_>) -> Value {
    let script = browser.get("/data/calls.js").text();
    let json = script.split_once("const etalonCalls = ").unwrap().1.trim_end_matches(";\n");
    serde_json::from_str(json).unwrap()
}

#[test]
fn every_cell_of_a_rules_table_leads_to_exactly_its_calls() {
    let (_folder, store) = folder(12);
    let served = Served::start(with_people(&store));
    let (reviewer, lead, agent) = (served.sign_in("Анна"), served.sign_in("Мария"), served.sign_in("Ольга"));
    let rule = "greeting.company";
    let judge = |number: u32, verdict: &str, prefilled: bool| {
        let id = fixture::call(number).call.id;
        let answer = json!({"kind": "answered", "pack": "kcg-service", "rule": rule, "verdict": verdict,
                            "comment": "слышно иначе", "prefilled": prefilled});
        let (status, told) = submit(&reviewer, &id, "Анна", 0, &[answer, json!({"kind": "shared"})]);
        assert_eq!(status, 200, "{told}");
        id
    };
    // The machine says of all these that the standard was kept.
    let agreed = [judge(0, "pass", false), judge(1, "pass", false)];
    let missed = judge(2, "fail", false);
    let unclear = judge(4, "cannot_tell", false);
    judge(5, "pass", true);
    let page = || lead.get("/rules/kcg-service.greeting.company.html").text();
    let deadline = Instant::now() + Duration::from_secs(10);
    while !page().contains("проверок: 17 (нужно 20)") {
        assert!(Instant::now() < deadline, "the page does not follow the reviews: {}", page());
        std::thread::sleep(Duration::from_millis(50));
    }
    let text = page();
    // Recall is 0 of 1, which Wilson's interval puts between 0 and 79 %.
    assert!(text.contains("79") && text.contains("не считается: 1"), "{text}");
    let columns = columns(&lead);
    let calls_of = |human: &str| -> Vec<String> {
        let cell = format!("kcg-service/{rule}/pass/{human}");
        let link = format!("#answer={}\">", etalon_pages::percent_encoded(cell.as_bytes()));
        assert!(text.contains(&link), "{human}: {text}");
        let keys = columns["answers"]["keys"].as_array().unwrap();
        let place = keys.iter().position(|key| *key == json!(cell)).unwrap();
        let calls = columns["answers"]["calls"][place].as_array().unwrap().iter();
        let id = |call: &Value| columns["ids"][call.as_u64().unwrap() as usize].as_str().unwrap().to_owned();
        let mut ids: Vec<String> = calls.map(id).collect();
        ids.sort_unstable();
        ids
    };
    let mut agreed = agreed.to_vec();
    agreed.sort_unstable();
    assert_eq!(calls_of("pass"), agreed);
    assert_eq!((calls_of("fail"), calls_of("cannot_tell")), (vec![missed], vec![unclear]));
    // What people and the machine agree on is nothing for agents.
    assert!(!agent.get("/data/calls.js").text().contains(&format!("kcg-service/{rule}/")));
    assert!(!agent.get("/rules/kcg-service.greeting.company.html").text().contains("answer="));
}

#[test]
fn reviews_that_cannot_be_read_are_named_and_the_call_is_shown() {
    let (_folder, store) = folder(1);
    std::fs::write(store.directory().join("reviews.sqlite"), "это не база данных, а текст".repeat(100))
        .unwrap();
    let served = Served::start(settings(&store));
    let page = served.get(&page_of(&fixture::call(0)));
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Файл проверок повреждён") && page.text().contains("Добрый"));
    let answer = served.local().post(
        "/api/sheet",
        &json!({"call": fixture::call(0).call.id, "reviewer": "Проверяющий", "expected_sequence": 0,
                "changes": [answered("hold.thanks", "na", "")]}),
    );
    assert_eq!(answer.status, 500);
    assert!(answer.json()["remedy"].as_str().unwrap().contains("резервной копии"));
}

const PACK: &str = r#"
id = "test"
version = "1"
title = "Test"
language = "ru"

[[rules]]
id = "says.firm"
title = "Фирма названа"
text = "Оператор называет фирму."
source = { document = "Стандарт", section = "1" }
severity = "major"
points = 5
condition = { says = "agent", phrases = ["фирма"] }
reasons = { pass = "Фирма названа.", fail = "Фирма не названа." }
"#;

#[test]
fn a_corrected_word_flips_the_verdict_that_rests_on_it() {
    let (_folder, store) = folder(1);
    let pack = Pack::parse(PACK, "test").unwrap();
    let mut call = fixture::call(0);
    call.pipeline.packs = vec![pack.reference()];
    call.evaluation = evaluate(std::slice::from_ref(&pack), &CallView::from(&call));
    assert_eq!(call.evaluation.rules[0].verdict, Verdict::Fail, "{:?}", call.evaluation);
    store.write_call(&call).unwrap();
    let served = Served::start(ServeSettings { packs: vec![pack], ..settings(&store) });
    let browser = served.local();
    let word = json!({"of": "word", "turn": 0, "word": 2, "heard": "компания", "meant": "фирма"});
    let body = json!({"call": call.call.id, "expected_sequence": 0, "corrections": [word]});
    let answer = browser.post("/api/corrections", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let state = answer.json();
    let flip = json!({"pack": "test", "rule": "says.firm", "before": "fail", "after": "pass"});
    assert_eq!(state["flips"], json!([flip]));
    assert_eq!(verdict(&state, "says.firm")["verdict"], "pass");
    let page = served.get(&page_of(&call)).text();
    assert!(page.contains("После исправлений вердикты программы изменились"), "{page}");
    assert!(page.contains("Фирма названа: нарушено → соблюдено"), "{page}");
    assert_eq!(store.read_call(&call.call.id).unwrap().unwrap(), call);
}
