//! A folder with made-up calls, and a server on it.

use crate::client::{Answer, Request};
use crate::fixture;
use etalon_call::Call;
use etalon_pages::InterfaceLanguage;
use etalon_report::SoundMode;
use etalon_review::People;
use etalon_serve::{AccessToken, ServeSettings, Server};
use etalon_store::{CallLine, Store};
use std::net::SocketAddr;
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;

/// A token that tests know.
pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// People of every role; the agent is heard in every third call.
pub(crate) const PEOPLE: &str = r#"
[[people]]
name = "Анна"
role = "reviewer"

[[people]]
name = "Мария"
role = "lead"

[[people]]
name = "Ольга"
role = "agent"
agent_id = "a1"

[[people]]
name = "Глеб"
role = "reader"
"#;

/// A folder with so many calls and their lines.
pub(crate) fn folder(calls: u32) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let mut lines = store.create_file("calls.jsonl").unwrap();
    for number in 0..calls {
        let call = fixture::call(number);
        store.write_call(&call).unwrap();
        lines.write_json_line(&CallLine::from(call)).unwrap();
    }
    lines.commit().unwrap();
    (folder, store)
}

/// How a server is started.
pub(crate) fn settings(store: &Store) -> ServeSettings {
    ServeSettings {
        store: store.clone(),
        packs: Vec::new(),
        language: InterfaceLanguage::Russian,
        sound: SoundMode::Link,
        people: None,
        local_reviewer: "Проверяющий".to_owned(),
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        public_names: Vec::new(),
        token: None,
        trial_time: ServeSettings::TRIAL_TIME,
    }
}

/// The same with people.
pub(crate) fn with_people(store: &Store) -> ServeSettings {
    ServeSettings { people: Some(People::parse(PEOPLE).unwrap()), ..settings(store) }
}

/// The same for others than the people at this machine.
pub(crate) fn public(store: &Store) -> ServeSettings {
    let token = Some(AccessToken::parse(TOKEN).unwrap());
    ServeSettings { public_names: vec!["calls.example".to_owned()], token, ..settings(store) }
}

/// A server that runs until it is dropped.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub(crate) fn start(settings: ServeSettings) -> Self {
        let server = Server::bind(settings).unwrap();
        let address = server.address();
        let (end, ended) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            let ending = || async {
                let _ = ended.await;
                Ok(())
            };
            server.run_until(ending).unwrap();
        });
        Self { address, end: Some(end), thread: Some(thread) }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        Request::get(path).send(self.address)
    }

    /// The cookie and the token of somebody who signs in.
    pub(crate) fn sign_in(&self, name: &str) -> Browser<'_> {
        let form = format!("name={}&next=%2Findex.html", etalon_pages::percent_encoded(name.as_bytes()));
        let answer = Request::new("POST", "/sign-in")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("origin", &format!("http://{}", self.address))
            .body(form.as_bytes())
            .send(self.address);
        assert_eq!((answer.status, answer.header("location")), (303, Some("/index.html")), "{name}");
        let cookie = answer.cookie();
        let browser = Browser { served: self, cookie, token: String::new() };
        let token = token_of(&browser.get("/rules.html"));
        Browser { token, ..browser }
    }

    /// Whoever sits at this machine.
    pub(crate) fn local(&self) -> Browser<'_> {
        let token = token_of(&self.get("/rules.html"));
        Browser { served: self, cookie: String::new(), token }
    }

    /// Ends the server and waits for it.
    pub(crate) fn end(&mut self) {
        if let Some(end) = self.end.take() {
            let _ = end.send(());
        }
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.end();
        }
    }
}

fn token_of(page: &Answer) -> String {
    let text = page.text();
    let mark = "name=\"etalon-token\" content=\"";
    let start = text.find(mark).unwrap_or_else(|| panic!("{}: {text}", page.status)) + mark.len();
    text[start..].split('"').next().unwrap().to_owned()
}

/// Somebody with a session.
pub(crate) struct Browser<'s> {
    served: &'s Served,
    pub(crate) cookie: String,
    pub(crate) token: String,
}

impl Browser<'_> {
    pub(crate) fn get(&self, path: &str) -> Answer {
        Request::get(path).header("cookie", &self.cookie).send(self.served.address)
    }

    pub(crate) fn post(&self, path: &str, body: &serde_json::Value) -> Answer {
        self.request(path, body).send(self.served.address)
    }

    /// Sends something and goes away after a while, whether there is an answer or not.
    pub(crate) fn post_and_leave(&self, path: &str, body: &serde_json::Value, after: Duration) {
        self.request(path, body).send_and_leave(self.served.address, after);
    }

    fn request(&self, path: &str, body: &serde_json::Value) -> Request {
        Request::post_json(path, body)
            .header("cookie", &self.cookie)
            .header("origin", &format!("http://{}", self.served.address))
            .header("x-etalon-token", &self.token)
    }
}

/// The page of a call.
pub(crate) fn page_of(call: &Call) -> String {
    let id = &call.call.id;
    format!("/calls/{}/{id}.html", &id[..2])
}

/// A pack with one rule: the agent says a phrase.
pub(crate) fn pack_asking_for(pack: &str, (rule, title): (&str, &str), phrase: &str) -> String {
    format!(
        r#"
id = "{pack}"
version = "2"
title = "Test"
language = "ru"

[[rules]]
id = "{rule}"
title = "{title}"
text = "Оператор называет фирму."
source = {{ document = "Стандарт", section = "1" }}
severity = "major"
points = 5
condition = {{ says = "agent", phrases = ["{phrase}"] }}
reasons = {{ pass = "Фирма названа.", fail = "Фирма не названа." }}
"#
    )
}
