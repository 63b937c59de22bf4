//! A ledger gives the same bytes for the same calls and can be read again.

use chrono::DateTime;
use etalon_call::{
    Agreements, CallFacts, Callback, Direction, Evaluation, Evidence, PromiseToPay, Utterance,
};
use etalon_store::{Entry, Ledger};

fn entry(number: u32, day: u32, agreed: Option<&str>) -> Entry {
    let evidence = Evidence {
        start_s: 1.0,
        end_s: 2.0,
        speaker: None,
        quote: Utterance::from("оплачу девятого"),
        label: None,
        likeness: None,
        act: None,
        probability: None,
    };
    let facts = CallFacts {
        id: format!("{number:016x}"),
        source: format!("{number}.wav"),
        started_at: DateTime::parse_from_rfc3339(&format!("2026-11-{day:02}T09:15:00+05:00")).ok(),
        direction: number.is_multiple_of(5).then_some(Direction::Inbound),
        client_ref: (number != 3).then(|| format!("d-{}", number % 4)),
        agent_id: Some("a17".to_owned()),
        tags: [("client_utc_offset".to_owned(), "+07:00".to_owned())].into(),
        ..CallFacts::default()
    };
    let agreements = Agreements {
        promised_to_pay: None,
        agreed_callback: None,
        promise_to_pay: number.is_multiple_of(2).then(|| PromiseToPay {
            amount: Some(12_500.0),
            currency: None,
            date: Some("2026-11-25".to_owned()),
            evidence: evidence.clone(),
        }),
        callback: agreed.map(|at| Callback { at: DateTime::parse_from_rfc3339(at).ok(), evidence }),
    };
    let answered = (!number.is_multiple_of(11)).then_some(number.is_multiple_of(3));
    Entry::new(&facts, &Evaluation { answered, agreements, ..Evaluation::default() })
}

fn entries() -> Vec<Entry> {
    let mut entries: Vec<Entry> = (0..200).map(|number| entry(number, 1 + number / 10, None)).collect();
    entries.push(entry(1002, 2, Some("2026-11-03T11:20:00+07:00")));
    entries.push(entry(1003, 2, Some("у меня нет времени")));
    entries
}

#[test]
fn the_order_of_calls_changes_no_byte() {
    let ledger = Ledger::new(entries());
    let mut shuffled = entries();
    shuffled.reverse();
    shuffled.extend(entries());
    let again = Ledger::new(shuffled);
    assert_eq!(ledger, again);
    let bytes = ledger.to_bytes(&ledger.history()).unwrap();
    assert!(bytes == again.to_bytes(&again.history()).unwrap());
    assert!(!bytes.windows(8).any(|window| window == "оплачу".as_bytes().split_at(8).0), "words of a call");
}

#[test]
fn what_is_written_is_read_again() {
    let ledger = Ledger::new(entries());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    std::fs::write(&path, ledger.to_bytes(&ledger.history()).unwrap()).unwrap();
    let read = Ledger::open(&path).unwrap();
    assert_eq!(read, ledger);
    assert_eq!(read.history(), ledger.history());
    assert_eq!(ledger.clone().with_earlier(read), ledger);
}

#[test]
fn a_damaged_ledger_is_refused() {
    let ledger = Ledger::new(entries());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let whole = ledger.to_bytes(&ledger.history()).unwrap();
    let mut refused = 0;
    for place in (0..whole.len()).step_by(97) {
        let mut changed = whole.clone();
        changed[place] ^= 0x15;
        std::fs::write(&path, changed).unwrap();
        match Ledger::open(&path) {
            // A byte that nobody reads.
            Ok(read) => assert_eq!(read, ledger, "byte {place}"),
            Err(_) => refused += 1,
        }
        std::fs::write(&path, &whole[..place]).unwrap();
        assert!(Ledger::open(&path).is_err(), "cut at {place}");
    }
    assert!(refused > 0);
}

#[cfg(unix)]
#[test]
fn a_ledger_that_is_a_pipe_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert!(Ledger::open(&path).is_err());
}

/// The tables of version 1, which did not say whether anybody answered.
const FIRST_VERSION: &str = "
PRAGMA application_id = 0x65746c6e; PRAGMA user_version = 1;
CREATE TABLE calls (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, client_ref TEXT, agent_id TEXT, direction TEXT, started_at TEXT,
    started_s INTEGER, client_time TEXT
) WITHOUT ROWID;
CREATE TABLE callbacks (
    call_id TEXT PRIMARY KEY REFERENCES calls (id), agreed_at TEXT, outcome TEXT, called_at TEXT
) WITHOUT ROWID;
CREATE TABLE promises (
    call_id TEXT PRIMARY KEY REFERENCES calls (id), amount REAL, currency TEXT, date TEXT
) WITHOUT ROWID;
INSERT INTO calls VALUES ('0000000000000001', '1.wav', 'd-1', 'a17', 'outbound', '2026-11-02T09:15:00+05:00',
    1762056900, NULL);
";

#[test]
fn a_ledger_of_the_first_version_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    rusqlite::Connection::open(&path).unwrap().execute_batch(FIRST_VERSION).unwrap();
    assert_eq!(Ledger::open(&path).unwrap().history().contacts("d-1").count(), 1);
}

#[test]
fn a_ledger_of_a_later_version_is_told_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.sqlite");
    let later = FIRST_VERSION.replace("user_version = 1", "user_version = 99");
    rusqlite::Connection::open(&path).unwrap().execute_batch(&later).unwrap();
    let error = Ledger::open(&path).unwrap_err().to_string();
    assert!(error.contains("version 99") && error.ends_with("update etalon"), "{error}");
}

#[test]
fn an_attempt_that_nobody_answered_is_no_contact() {
    let contacts = |answered: Option<bool>| {
        let ledger = Ledger::new(vec![Entry { answered, ..entry(1, 2, None) }]);
        ledger.history().contacts("d-1").count()
    };
    assert_eq!([None, Some(true), Some(false)].map(contacts), [1, 1, 0]);
}

#[test]
fn a_file_that_is_no_ledger_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.csv");
    std::fs::write(&path, "id,started_at\n").unwrap();
    let error = Ledger::open(&path).unwrap_err().to_string();
    assert!(error.contains("calls.csv") && error.contains("ledger.sqlite"), "{error}");
    assert!(Ledger::open(&folder.path().join("missing.sqlite")).is_err());
}
