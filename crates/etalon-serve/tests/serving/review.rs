//! Reviewing and correcting over HTTP.

use crate::client::Answer;
use crate::fixture;
use crate::harness::{Browser, Served, folder, pack_asking_for, page_of, settings, with_people};
use etalon_call::{Call, Redaction, Verdict};
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

fn correct_call(browser: &Browser<'_>, call: &str, sequence: u32, correction: &Value) -> Answer {
    let body = json!({"call": call, "expected_sequence": sequence, "corrections": [correction]});
    browser.post("/api/corrections", &body)
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
        let answer = correct_call(&browser, &call.call.id, sequence, &correction);
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

#[test]
fn what_is_typed_of_a_redacted_call_is_redacted_too() {
    let (folder, store) = folder(1);
    let call = Call { redaction: Some(Redaction::default()), ..fixture::call(0) };
    store.write_call(&call).unwrap();
    let served = Served::start(with_people(&store));
    let (reviewer, lead) = (served.sign_in("Анна"), served.sign_in("Мария"));
    let id = call.call.id.as_str();
    let typed = "карта 5555 5555 5555 4444, телефон +7 701 222-33-44";
    let shared = json!({"kind": "shared", "comment": typed});
    let (status, state) =
        submit(&reviewer, id, "Анна", 0, &[answered("greeting.company", "fail", typed), shared]);
    assert_eq!(status, 200, "{state}");
    let disputed = json!({"kind": "disputed", "comment": typed});
    let resolved = json!({"kind": "resolved", "comment": typed});
    let (status, state) = submit(&lead, id, "Анна", 2, &[disputed, resolved]);
    assert_eq!(status, 200, "{state}");
    assert_eq!(state["sheets"][0]["answers"][0]["comment"], "карта [card] телефон [telephone]");
    let number = json!({
        "of": "word", "turn": 0, "word": 2, "heard": "компания", "meant": "+7 701 222-33-44"
    });
    let corrected = correct_call(&reviewer, id, 0, &number);
    assert_eq!(corrected.status, 200, "{}", corrected.text());
    let database = std::fs::read(folder.path().join("reviews.sqlite")).unwrap();
    let shown = [
        state.to_string().into_bytes(),
        corrected.body,
        reviewer.get(&page_of(&call)).body,
        lead.get(&format!("/api/call/{id}/review")).body,
        database,
    ];
    for (place, bytes) in shown.iter().enumerate() {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("5555 5555") && !text.contains("222-33-44"), "{place}: {text}");
        assert!(text.contains("[telephone]"), "{place}: {text}");
    }
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
        let all: Vec<&str> = columns["ids"].as_str().unwrap().split(',').collect();
        let id = |call: &Value| all[call.as_u64().unwrap() as usize].to_owned();
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
fn a_blind_review_is_kept_blind_by_the_server() {
    let (_folder, store) = folder(12);
    let mut served = Served::start(with_people(&store));
    // Pressure is found in every fifth call.
    let call = fixture::call(3);
    let id = call.call.id.clone();
    let (blind, api) = (format!("{}?mode=blind", page_of(&call)), format!("/api/call/{id}/review"));
    let shows = |text: &str| text.contains("Угроза клиенту") || text.contains("data-machine");
    {
        let reviewer = served.sign_in("Анна");
        let queue = reviewer.get("/queue?mode=blind").text();
        assert!(queue.contains("?mode=blind#review") && !queue.contains("Критическое"), "{queue}");
        assert!(!shows(&reviewer.get(&blind).text()));
        // Whatever is asked for now: the page without the mode, and what the script reads.
        assert!(!shows(&reviewer.get(&page_of(&call)).text()));
        let state = reviewer.get(&api).json();
        assert_eq!((&state["verdicts"], &state["score"]), (&json!([]), &Value::Null));
        // Nobody is asked for a comment, which would tell what the machine said.
        let (status, state) =
            submit(&reviewer, &id, "Анна", 0, &[answered("ethics.no_pressure", "pass", "")]);
        assert_eq!(status, 200, "{state}");
        let answer = &state["sheets"][0]["answers"][0];
        assert_eq!((&answer["mode"], &answer["machine"]), (&json!("blind"), &Value::Null));
        let other = served.sign_in("Мария");
        assert!(shows(&other.get(&page_of(&call)).text()));
    }
    // The sheet is still blind after a restart, and open once it is shared.
    served.end();
    let served = Served::start(with_people(&store));
    let reviewer = served.sign_in("Анна");
    assert!(!shows(&reviewer.get(&page_of(&call)).text()));
    let (status, state) = submit(&reviewer, &id, "Анна", 1, &[json!({"kind": "shared"})]);
    assert_eq!((status, &state["sheets"][0]["answers"][0]["machine"]), (200, &json!("fail")), "{state}");
    assert!(reviewer.get(&page_of(&call)).text().contains("Угроза клиенту"));
}

#[test]
fn who_has_seen_the_verdicts_cannot_review_blind() {
    let (_folder, store) = folder(12);
    let served = Served::start(with_people(&store));
    let reviewer = served.sign_in("Анна");
    let (seen, fresh) = (fixture::call(3), fixture::call(8));
    assert!(reviewer.get(&page_of(&seen)).text().contains("Угроза клиенту"));
    let again = reviewer.get(&format!("{}?mode=blind", page_of(&seen))).text();
    assert!(again.contains("Вы уже видели вердикты") && again.contains("Угроза клиенту"));
    assert!(!reviewer.get(&format!("{}?mode=blind", page_of(&fresh))).text().contains("Угроза клиенту"));
    // Whoever wants to see them says so, and answers openly from then on.
    let revealed = reviewer.post("/api/reveal", &json!({"call": fresh.call.id}));
    assert_eq!(revealed.status, 200, "{}", revealed.text());
    assert!(reviewer.get(&page_of(&fresh)).text().contains("Угроза клиенту"));
    let (status, _) =
        submit(&reviewer, &fresh.call.id, "Анна", 0, &[answered("ethics.no_pressure", "pass", "")]);
    assert_eq!(status, 422, "an open answer that contradicts the machine needs a comment");
}

#[test]
fn a_correction_is_undone_and_searched_words_follow() {
    let (_folder, store) = folder(1);
    let served = Served::start(settings(&store));
    let browser = served.local();
    let call = fixture::call(0);
    let correct = |sequence: u32, correction: Value| {
        let answer = correct_call(&browser, &call.call.id, sequence, &correction);
        assert_eq!(answer.status, 200, "{}", answer.text());
    };
    let finds = |query: &str, expected: bool| {
        let path = format!("/search?q={}", etalon_pages::percent_encoded(query.as_bytes()));
        let deadline = Instant::now() + Duration::from_secs(10);
        while served.get(&path).text().contains("class=\"hit\"") != expected {
            assert!(Instant::now() < deadline, "{query}: {}", served.get(&path).text());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    finds("компания", true);
    correct(0, json!({"of": "word", "turn": 0, "word": 2, "heard": "компания", "meant": ""}));
    finds("компания", false);
    assert!(!served.get(&page_of(&call)).text().contains("<span>компания</span>"));
    assert!(served.get(&page_of(&call)).text().contains("undo-button"));
    correct(1, json!({"of": "undone", "sequence": 1}));
    finds("компания", true);
    let page = served.get(&page_of(&call)).text();
    assert!(page.contains("<span>компания</span>") && !page.contains("undo-button"), "{page}");
    let unknown = json!({"of": "undone", "sequence": 9});
    assert_eq!(correct_call(&browser, &call.call.id, 2, &unknown).status, 422);
}

/// A file system of its own that is as small as a test needs it; none where nobody may mount one.
#[cfg(target_os = "linux")]
struct SmallDisk(tempfile::TempDir);

#[cfg(target_os = "linux")]
impl SmallDisk {
    fn new(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={size}");
        let mounting = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        mounting.is_ok_and(|status| status.success()).then_some(Self(folder))
    }

    /// Fills the disk to its last byte.
    fn fill(&self) -> std::path::PathBuf {
        use std::io::Write as _;
        let path = self.0.path().join("filler");
        let mut filler = std::fs::File::create(&path).unwrap();
        while filler.write_all(&[0; 512]).is_ok() {}
        path
    }
}

#[cfg(target_os = "linux")]
impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_loses_nothing_and_is_told() {
    let Some(disk) = SmallDisk::new("2m") else {
        eprintln!("skipped: no file system can be mounted here");
        return;
    };
    let store = etalon_store::Store::create(disk.0.path()).unwrap();
    let call = fixture::call(0);
    store.write_call(&call).unwrap();
    let served = Served::start(settings(&store));
    let (browser, id, name) = (served.local(), call.call.id.as_str(), "Проверяющий");
    assert_eq!(submit(&browser, id, name, 0, &[answered("hold.thanks", "na", "")]).0, 200);
    let filler = disk.fill();
    let long = answered("greeting.company", "fail", &"Компания не названа. ".repeat(190));
    // The journal may still have room for a change or two; then there is none.
    let changes = |sequence: u32| submit(&browser, id, name, sequence, std::slice::from_ref(&long));
    let mut saved = 1;
    let told = loop {
        let (status, told) = changes(saved);
        match status {
            200 => saved += 1,
            507 => break told,
            _ => panic!("{status}: {told}"),
        }
        assert!(saved < 100, "the disk does not fill");
    };
    assert_eq!(told["error"], "Диск полон");
    assert!(told["remedy"].as_str().unwrap().contains("Ничего не потеряно"), "{told}");
    // What was stored before is whole, and the pages are served.
    let state = browser.get(&format!("/api/call/{id}/review")).json();
    assert_eq!(state["sheets"][0]["sequence"], saved, "{state}");
    assert_eq!(browser.get(&page_of(&call)).status, 200);
    std::fs::remove_file(filler).unwrap();
    assert_eq!(changes(saved).0, 200);
    let state = browser.get(&format!("/api/call/{id}/review")).json();
    assert_eq!(state["sheets"][0]["answers"].as_array().unwrap().len(), 2, "{state}");
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

#[test]
fn a_corrected_word_flips_the_verdict_that_rests_on_it() {
    let (_folder, store) = folder(1);
    let pack =
        Pack::parse(&pack_asking_for("test", ("says.firm", "Фирма названа"), "фирма"), "test").unwrap();
    let mut call = fixture::call(0);
    call.pipeline.packs = vec![pack.reference()];
    call.evaluation = evaluate(std::slice::from_ref(&pack), &CallView::from(&call));
    assert_eq!(call.evaluation.rules[0].verdict, Verdict::Fail, "{:?}", call.evaluation);
    store.write_call(&call).unwrap();
    let served = Served::start(ServeSettings { packs: vec![pack], ..settings(&store) });
    let browser = served.local();
    let word = json!({"of": "word", "turn": 0, "word": 2, "heard": "компания", "meant": "фирма"});
    let answer = correct_call(&browser, &call.call.id, 0, &word);
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
