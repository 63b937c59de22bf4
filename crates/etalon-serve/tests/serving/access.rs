//! Who is let in.

use crate::client::Request;
use crate::fixture;
use crate::harness::{Served, TOKEN, folder, page_of, public, settings, with_people};
use serde_json::json;

fn review_of(call: &str) -> serde_json::Value {
    let change = json!({"kind": "answered", "pack": "kcg-service", "rule": "hold.thanks", "verdict": "na"});
    json!({"call": call, "reviewer": "Проверяющий", "expected_sequence": 0, "changes": [change]})
}

#[test]
fn a_name_that_leads_here_by_a_trick_is_refused() {
    let (_folder, store) = folder(1);
    let served = Served::start(settings(&store));
    for (host, status) in [
        ("evil.example", 421),
        ("evil.example:80", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost", 200),
        ("LOCALHOST:1", 200),
        ("127.0.0.1:9", 200),
    ] {
        let answer = Request::get("/index.html").header("host", host).send(served.address);
        assert_eq!(answer.status, status, "{host}");
    }
}

#[test]
fn other_addresses_need_a_token_once() {
    let (_folder, store) = folder(1);
    let served = Served::start(public(&store));
    let ask = |path: &str, cookie: &str| {
        Request::get(path).header("host", "calls.example").header("cookie", cookie).send(served.address)
    };
    let page = page_of(&fixture::call(0));
    let refused = ask(&page, "");
    assert_eq!(refused.status, 401);
    assert!(refused.text().contains("Нужен ключ доступа") && !refused.text().contains("Добрый"));
    assert_eq!(ask("/data/calls.js", "").status, 401);
    assert_eq!(ask("/audio/00112233445566", "").status, 401);
    assert_eq!(ask("/assets/etalon.css", "").status, 200);
    let wrong = ask("/?token=0123456789abcdef", "");
    assert_eq!(wrong.status, 403);
    assert!(wrong.text().contains("Попросите новый адрес"));
    let admitted = ask(&format!("/?token={TOKEN}"), "");
    assert_eq!((admitted.status, admitted.header("location")), (303, Some("/")));
    let cookie = admitted.header("set-cookie").unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert_eq!(ask(&page, &admitted.cookie()).status, 200);
    assert_eq!(ask(&page, "etalon-1=00; etalon=11").status, 401);
    // Without a list of people, a token is for reading.
    let token = "anything";
    let answer = Request::post_json("/api/sheet", &review_of(&fixture::call(0).call.id))
        .header("host", "calls.example")
        .header("cookie", &admitted.cookie())
        .header("origin", "https://calls.example")
        .header("x-etalon-token", token)
        .send(served.address);
    assert_eq!(answer.status, 403);
}

#[test]
fn people_sign_in_by_a_name_of_the_list() {
    let (_folder, store) = folder(3);
    let served = Served::start(with_people(&store));
    let page = served.get("/calls.html?a=1");
    assert_eq!((page.status, page.header("location")), (303, Some("/sign-in?next=%2Fcalls.html%3Fa%3D1")));
    assert_eq!(served.get("/api/call/0011223344/review").status, 401);
    let sign_in = |name: &str, origin: &str| {
        Request::new("POST", "/sign-in")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", origin)
            .body(format!("name={name}").as_bytes())
            .send(served.address)
    };
    let own = format!("http://{}", served.address);
    let unknown = sign_in("<b>nobody", &own);
    assert_eq!(unknown.status, 403);
    assert!(unknown.text().contains("Такого имени в списке нет") && !unknown.text().contains("<b>"));
    assert_eq!(sign_in("%D0%90%D0%BD%D0%BD%D0%B0", "http://evil.example").status, 403);
    assert!(served.sign_in("анна").get("/index.html").text().contains("Анна"));
}

#[test]
fn a_link_in_a_letter_on_the_web_finds_the_session() {
    let (_folder, store) = folder(1);
    let served = Served::start(with_people(&store));
    let answer = Request::get("/calls.html")
        .header("sec-fetch-site", "cross-site")
        .header("sec-fetch-mode", "navigate")
        .send(served.address);
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("http-equiv=\"refresh\"") && !answer.text().contains("nav"));
}

#[test]
fn nothing_changes_without_the_token_or_from_elsewhere() {
    let (_folder, store) = folder(1);
    let served = Served::start(settings(&store));
    let browser = served.local();
    let call = fixture::call(0).call.id;
    let own = format!("http://{}", served.address);
    let headers = |names: &[(&str, &str)]| {
        let request = Request::post_json("/api/sheet", &review_of(&call));
        names.iter().fold(request, |request, (name, value)| request.header(name, value)).send(served.address)
    };
    let token = ("x-etalon-token", browser.token.as_str());
    for (given, status) in [
        (&[("origin", own.as_str())][..], 403),
        (&[("origin", own.as_str()), ("x-etalon-token", "0")], 403),
        (&[("origin", "http://evil.example"), token], 403),
        (&[("origin", "null"), token], 403),
        (&[("sec-fetch-site", "cross-site"), ("origin", own.as_str()), token], 403),
        (&[("sec-fetch-site", "same-site"), token], 403),
        (&[token], 403),
    ] {
        let answer = headers(given);
        assert_eq!(answer.status, status, "{given:?}: {}", answer.text());
        assert!(answer.json()["error"].is_string(), "{given:?}");
    }
    assert!(!store.directory().join("reviews.sqlite").exists());
    assert_eq!(headers(&[("sec-fetch-site", "same-origin"), token]).status, 200);
}
