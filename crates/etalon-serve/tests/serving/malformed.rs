//! Requests that no browser sends.

use crate::client::{Request, answer_to};
use crate::fixture;
use crate::harness::{Served, folder, settings};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn odd_addresses_reach_no_file() {
    let (folder, store) = folder(1);
    std::fs::write(folder.path().join("secret.txt"), "тайна").unwrap();
    let served = Served::start(settings(&store));
    for path in [
        "/../secret.txt",
        "/calls/../../secret.txt",
        "/calls/..%2f..%2fsecret.txt/x.html",
        "/%2e%2e/secret.txt",
        "/assets/../secret.txt",
        "/audio/..%2f..%2fsecret.txt",
        "/audio/%00",
        "/audio/%ff%fe",
        "/calls/aa/aa%00.html",
        "/calls/%D1%8F/%D1%8F.html",
        "/rules/..%2f..%2fsecret.txt",
        "//secret.txt",
        "/secret.txt",
        "/api/call/..%2fsecret/review",
    ] {
        let answer = served.get(path);
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.text().contains("тайна"), "{path}");
    }
}

#[test]
fn odd_requests_are_refused_and_the_server_goes_on() {
    let (_folder, store) = folder(1);
    let served = Served::start(settings(&store));
    let host = format!("host: {}\r\n", served.address);
    let long = "x".repeat(200_000);
    let many = "x-same: 1\r\n".repeat(500);
    let requests = [
        "\r\n\r\n".to_owned(),
        "GET\r\n\r\n".to_owned(),
        "\u{0}\u{1}\u{2}\r\n\r\n".to_owned(),
        "GET / HTTP/9.9\r\n\r\n".to_owned(),
        "GET /index.html HTTP/1.1\r\n\r\n".to_owned(),
        format!("GET /{long} HTTP/1.1\r\n{host}\r\n"),
        format!("GET / HTTP/1.1\r\n{host}x: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{host}{many}\r\n"),
        format!("POST /api/sheet HTTP/1.1\r\n{host}content-length: -1\r\n\r\n"),
        format!("POST /api/sheet HTTP/1.1\r\n{host}content-length: 5\r\ncontent-length: 6\r\n\r\nhello!"),
        format!(
            "POST /api/sheet HTTP/1.1\r\n{host}transfer-encoding: chunked\r\nconnection: close\r\n\r\nZZ\r\n"
        ),
        format!("TRACE / HTTP/1.1\r\n{host}connection: close\r\n\r\n"),
    ];
    // Some of them are waited for until the server loses its patience.
    std::thread::scope(|scope| {
        for bytes in &requests {
            let address = served.address;
            scope.spawn(move || {
                if let Some(answer) = answer_to(address, bytes.as_bytes()) {
                    assert!((400..500).contains(&answer.status), "{bytes:.60}: {}", answer.status);
                }
            });
        }
    });
    for method in ["PUT", "DELETE", "PATCH", "POST", "FOO"] {
        let answer = Request::new(method, "/index.html").send(served.address);
        assert!([400, 403, 405].contains(&answer.status), "{method}: {}", answer.status);
    }
    let browser = served.local();
    let call = fixture::call(0).call.id;
    let send = |body: &[u8], content_type: &str| {
        Request::new("POST", "/api/sheet")
            .header("content-type", content_type)
            .header("origin", &format!("http://{}", served.address))
            .header("x-etalon-token", &browser.token)
            .body(body)
            .send(served.address)
    };
    let deep = "[".repeat(100_000);
    let change = json!({"kind": "answered", "pack": "p", "rule": "none", "verdict": "pass"});
    let unknown_rule =
        json!({"call": call, "reviewer": "Проверяющий", "expected_sequence": 0, "changes": [change]});
    let without = json!({"call": call, "reviewer": "Проверяющий", "expected_sequence": 0, "changes": []});
    let strange = json!({"call": "../../x", "reviewer": "a", "expected_sequence": 0, "changes": [change]});
    for (body, content_type, status) in [
        (&b"{}"[..], "text/plain", 415),
        (b"{}", "application/json", 400),
        (b"not json", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (deep.as_bytes(), "application/json", 400),
        (unknown_rule.to_string().as_bytes(), "application/json", 400),
        (without.to_string().as_bytes(), "application/json", 400),
        (strange.to_string().as_bytes(), "application/json", 404),
        (" ".repeat(2 << 20).as_bytes(), "application/json", 413),
    ] {
        let answer = send(body, content_type);
        assert_eq!(answer.status, status, "{:.40}: {}", String::from_utf8_lossy(body), answer.text());
        assert!(answer.json()["remedy"].is_string());
    }
    assert!(!store.directory().join("reviews.sqlite").exists());
    assert_eq!(served.get("/index.html").status, 200);
}

#[test]
fn slow_clients_are_dropped_and_hold_up_nobody() {
    let (_folder, store) = folder(1);
    let served = Served::start(settings(&store));
    let mut slow: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = TcpStream::connect(served.address).unwrap();
            stream.write_all(b"GET /index.html HTTP/1.1\r\nho").unwrap();
            stream
        })
        .collect();
    assert_eq!(served.get("/index.html").status, 200);
    let stream = &mut slow[0];
    stream.set_read_timeout(Some(Duration::from_secs(25))).unwrap();
    let mut rest = Vec::new();
    // The server closes it, with or without a word.
    stream.read_to_end(&mut rest).unwrap();
}
