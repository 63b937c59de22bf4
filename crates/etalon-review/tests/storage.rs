//! The file of reviews: what is stored, what is refused, and that nothing gets lost.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod common;

use common::{answer, answered, at, call, new_store, person, reviews_file, share, stored_call, submission};
use etalon_call::{Role, Utterance};
use etalon_review::store::Lacking;
use etalon_review::{
    Change, Comment, Correction, CorrectionSubmission, HumanVerdict, PersonRole, ReviewError, ReviewStore,
    Reviews, SheetState, SheetSubmission, StoreError,
};
use rusqlite::Connection;
use std::process::{Command, Stdio};

#[test]
fn a_sheet_goes_from_draft_to_closed() {
    let (_folder, mut store) = new_store();
    let call = call("c1", "k1");
    let [anna, olga, lead] = [
        person("Анна", PersonRole::Reviewer, None),
        person("Ольга", PersonRole::Agent, Some("k1")),
        person("Мария", PersonRole::Lead, None),
    ];
    let comment = || Comment::new("нет, это музыка").unwrap();
    let rule = answered("hold.thanks", HumanVerdict::Fail);
    let decision = answer("hold.thanks", HumanVerdict::Pass);
    for (author, change, state) in [
        (&anna, rule, SheetState::Draft),
        (&anna, share(), SheetState::Shared),
        (&olga, Change::Acknowledged { comment: comment() }, SheetState::Acknowledged),
        (&olga, Change::Disputed { comment: comment(), rules: vec![] }, SheetState::Disputed),
        (&lead, Change::Resolved { comment: comment(), decisions: vec![decision] }, SheetState::Resolved),
        (&lead, Change::Closed { comment: Comment::default() }, SheetState::Closed),
    ] {
        let sequence = store.events_of("c1").unwrap().len() as u32;
        let sheet = store.submit(&submission(&call, "Анна", author, sequence, vec![change])).unwrap();
        assert_eq!((sheet.state, sheet.sequence), (state, sequence + 1));
    }
    let reviews = store.reviews().unwrap();
    let sheet = reviews.sheet("c1", "Анна").unwrap();
    let states: Vec<SheetState> = sheet.history.iter().map(|step| step.state).collect();
    assert_eq!(states, SheetState::ALL[1..]);
    assert_eq!(sheet.history[2].author, "Ольга");
    assert_eq!(sheet.answers.len() + sheet.decisions.len(), 2);
}

#[test]
fn what_was_said_in_another_file_is_taken_over_once_and_never_instead_of_something_else() {
    let (_of_shard, mut shard) = new_store();
    let (_of_whole, mut whole) = new_store();
    let (call, anna) = (call("c1", "k1"), person("Анна", PersonRole::Reviewer, None));
    let answer_in = |store: &mut ReviewStore, sequence: u32, second: i64| {
        let changes = vec![answered(&format!("rule{second}"), HumanVerdict::Pass)];
        let submission = submission(&call, "Анна", &anna, sequence, changes);
        store.submit(&SheetSubmission { at: at(second), ..submission }).unwrap();
    };
    let events = |store: &ReviewStore| store.events_after(0).unwrap();
    answer_in(&mut shard, 0, 1);
    answer_in(&mut shard, 1, 2);
    for expected in [2, 0] {
        let lacking = Lacking::of(events(&shard), &events(&whole));
        assert_eq!((lacking.events.len(), lacking.contradicting.len()), (expected, 0));
        whole.take_over(&lacking.events).unwrap();
        assert_eq!(
            whole.reviews().unwrap().sheet("c1", "Анна"),
            shard.reviews().unwrap().sheet("c1", "Анна")
        );
    }
    // What comes later in one of them goes on from there.
    answer_in(&mut shard, 2, 3);
    let lacking = Lacking::of(events(&shard), &events(&whole));
    assert_eq!((lacking.events.len(), lacking.contradicting.len()), (1, 0));
    answer_in(&mut whole, 2, 4);
    let lacking = Lacking::of(events(&shard), &events(&whole));
    assert_eq!((lacking.events, lacking.contradicting), (vec![], ["c1".to_owned()].into()));
}

#[test]
fn who_saw_an_older_sheet_is_told_and_nothing_is_lost() {
    let (_folder, mut store) = new_store();
    let (call, anna) = (call("c1", "k1"), person("Анна", PersonRole::Reviewer, None));
    let first = submission(&call, "Анна", &anna, 0, vec![answered("a", HumanVerdict::Pass)]);
    store.submit(&first).unwrap();
    // The answer got lost on its way, and the browser sends the same again.
    assert_eq!(store.submit(&first).unwrap().sequence, 1);
    let late = submission(&call, "Анна", &anna, 0, vec![answered("a", HumanVerdict::Na), share()]);
    let error = store.submit(&late).unwrap_err();
    assert!(matches!(error, ReviewError::Conflict { expected: 0, found: 1 }), "{error}");
    // All of a submission or nothing: the second change is refused.
    let twice = submission(&call, "Анна", &anna, 1, vec![share(), share()]);
    assert!(matches!(store.submit(&twice), Err(ReviewError::NotInThisState { .. })));
    assert_eq!(store.events_after(0).unwrap().len(), 1);
}

#[test]
fn two_reviewers_have_two_sheets() {
    let (_folder, mut store) = new_store();
    let call = call("c1", "k1");
    for name in ["Анна", "Пётр"] {
        let reviewer = person(name, PersonRole::Reviewer, None);
        store
            .submit(&submission(&call, name, &reviewer, 0, vec![answered("a", HumanVerdict::Pass)]))
            .unwrap();
    }
    // One person has one sheet, however the name is typed.
    let anna = person("Анна", PersonRole::Reviewer, None);
    store.submit(&submission(&call, " анна", &anna, 1, vec![answered("b", HumanVerdict::Pass)])).unwrap();
    assert_eq!(store.reviews().unwrap().sheets_of("c1").count(), 2);
}

#[test]
fn corrections_have_a_sequence_of_their_own() {
    let (_folder, mut store) = new_store();
    let call = stored_call(call("c1", "k1"), vec![]);
    let anna = person("Анна", PersonRole::Reviewer, None);
    let correction = |meant: &str| Correction::Word {
        turn: 0,
        word: 1,
        start_s: 0.5,
        heard: Utterance::from("колекцион"),
        meant: Utterance::from(meant),
    };
    let submission = |expected_sequence, correction| CorrectionSubmission {
        call: &call,
        author: &anna,
        at: at(1),
        expected_sequence,
        corrections: vec![correction],
    };
    assert_eq!(store.correct(&submission(0, correction("Коллекшн"))).unwrap(), 1);
    let late = store.correct(&submission(0, correction("Коллекшен")));
    assert!(matches!(late, Err(ReviewError::Conflict { expected: 0, found: 1 })));
    let empty =
        Correction::Word { turn: 0, word: 0, start_s: 0.0, heard: Utterance::default(), meant: "a".into() };
    assert!(matches!(store.correct(&submission(1, empty)), Err(ReviewError::NoCorrection)));
    let speaker = Correction::Speaker { turn: 0, start_s: 0.0, heard: Role::Agent, meant: Role::Client };
    assert_eq!(store.correct(&submission(1, speaker)).unwrap(), 2);
    assert_eq!(store.reviews().unwrap().corrections_of("c1").len(), 2);
}

#[test]
fn events_are_never_changed() {
    let (folder, mut store) = new_store();
    let (call, anna) = (call("c1", "k1"), person("Анна", PersonRole::Reviewer, None));
    store.submit(&submission(&call, "Анна", &anna, 0, vec![answered("a", HumanVerdict::Pass)])).unwrap();
    let before = store.events_after(0).unwrap();
    let connection = Connection::open(reviews_file(&folder)).unwrap();
    let columns = "call_id, reviewer, sequence, author, role, at, change";
    for statement in [
        "UPDATE events SET author = 'x'".to_owned(),
        "DELETE FROM events".to_owned(),
        format!("INSERT OR REPLACE INTO events SELECT 1, {columns} FROM events"),
        format!("INSERT INTO events SELECT 2, {columns} FROM events"),
        "INSERT INTO events VALUES (2, 'c1', 'Анна', 3, 'x', 'lead', 't', '{}')".to_owned(),
        "INSERT INTO events VALUES (9, 'c1', 'Анна', 2, 'x', 'lead', 't', '{}')".to_owned(),
        "INSERT INTO events VALUES (NULL, 'c1', 'Анна', 2, 'x', 'lead', 't', '{}')".to_owned(),
    ] {
        assert!(connection.execute(&statement, []).is_err(), "{statement}");
    }
    assert_eq!(store.events_after(0).unwrap(), before);
}

/// The tables as the first version made them.
const FIRST_VERSION: &str = "
PRAGMA application_id = 0x65746c72; PRAGMA user_version = 1;
CREATE TABLE events (
    id INTEGER PRIMARY KEY, call_id TEXT NOT NULL CHECK (call_id <> ''), reviewer TEXT CHECK (reviewer <> ''),
    sequence INTEGER NOT NULL CHECK (sequence > 0), author TEXT NOT NULL CHECK (author <> ''), role TEXT NOT NULL,
    at TEXT NOT NULL, change TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_of_subject ON events (call_id, coalesce(reviewer, ''), sequence);
INSERT INTO events VALUES (1, 'c1', 'Анна', 1, 'Анна', 'reviewer', '2026-11-20T09:15:00+05:00',
    '{\"kind\":\"answered\",\"pack\":\"p\",\"rule\":\"a\",\"verdict\":\"pass\"}');
";

#[test]
fn a_file_of_the_first_version_becomes_one_of_this_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = reviews_file(&folder);
    Connection::open(&path).unwrap().execute_batch(FIRST_VERSION).unwrap();
    // It can be read as it is, for instance by a report in a folder that can't be written.
    let read = ReviewStore::open_read_only(&path).unwrap().unwrap().events_after(0).unwrap();
    let version = || -> i64 {
        let connection = Connection::open(&path).unwrap();
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    };
    assert_eq!(version(), 1);
    let mut store = ReviewStore::open(&path).unwrap();
    assert_eq!((store.events_after(0).unwrap(), version()), (read, 2));
    let (call, anna) = (call("c1", "k1"), person("Анна", PersonRole::Reviewer, None));
    assert_eq!(store.submit(&submission(&call, "Анна", &anna, 1, vec![share()])).unwrap().sequence, 2);
    assert!(Connection::open(&path).unwrap().execute("DELETE FROM events", []).is_err());
}

#[test]
fn what_is_no_file_of_reviews_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = reviews_file(&folder);
    let message = |path: &std::path::Path| ReviewStore::open(path).unwrap_err().to_string();

    std::fs::write(&path, "это не база данных, а текст, и он длиннее ста байтов: ".repeat(40)).unwrap();
    let content = std::fs::read(&path).unwrap();
    assert!(message(&path).contains("is no file of reviews"), "{}", message(&path));
    assert_eq!(std::fs::read(&path).unwrap(), content);

    std::fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE calls (id TEXT)").unwrap();
    assert!(message(&path).contains("is no file of reviews"));

    let foreign = || std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    Connection::open(&path)
        .unwrap()
        .execute_batch("PRAGMA journal_mode = wal; CREATE TABLE calls (id TEXT)")
        .unwrap();
    let before = foreign();
    assert!(message(&path).contains("is no file of reviews"));
    assert_eq!(foreign(), before, "its journal stays, too");

    std::fs::remove_file(&path).unwrap();
    let newer =
        "PRAGMA application_id = 0x65746c72; PRAGMA user_version = 99; CREATE TABLE events (id INTEGER)";
    Connection::open(&path).unwrap().execute_batch(newer).unwrap();
    let told = message(&path);
    assert!(told.contains("is of version 99") && told.ends_with("update etalon"), "{told}");
    assert!(matches!(ReviewStore::open_read_only(&path), Err(StoreError::Newer { found: 99, .. })));
    assert!(matches!(
        ReviewStore::open(folder.path()),
        Err(StoreError::Io { .. } | StoreError::ReadOnly { .. })
    ));
    let nowhere = folder.path().join("no/such/folder.sqlite");
    assert!(matches!(ReviewStore::open(&nowhere), Err(StoreError::Io { .. })));
    assert!(ReviewStore::open_read_only(&nowhere).unwrap().is_none());
}

#[test]
fn a_damaged_event_is_named_without_its_content() {
    let (folder, store) = new_store();
    let insert = "INSERT INTO events VALUES (1, 'c1', 'Анна', 1, 'Анна', 'reviewer', 'вчера', '{}')";
    Connection::open(reviews_file(&folder)).unwrap().execute(insert, []).unwrap();
    let message = store.events_after(0).unwrap_err().to_string();
    assert!(message.contains("event 1") && !message.contains("Анна"), "{message}");
}

#[cfg(unix)]
#[test]
fn a_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, _store) = new_store();
    let mode = std::fs::metadata(reviews_file(&folder)).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// As a child process of other tests, appends to their file until it is done or killed. By itself it
/// appends to a file of its own. It tells every event that is saved.
#[test]
fn events_are_told_once_they_are_saved() {
    use std::io::Write as _;
    let own = tempfile::tempdir().unwrap();
    let path = std::env::var_os("REVIEWS").map_or_else(|| reviews_file(&own), Into::into);
    let name = std::env::var("REVIEWER").unwrap_or_else(|_| "Анна".to_owned());
    let count: u32 = std::env::var("COUNT").map_or(3, |count| count.parse().unwrap());
    let mut store = ReviewStore::open(&path).unwrap();
    let (call, reviewer) = (call("c1", "k1"), person(&name, PersonRole::Reviewer, None));
    for sequence in 0..count {
        let change = answered(&format!("rule{sequence}"), HumanVerdict::Pass);
        store.submit(&submission(&call, &name, &reviewer, sequence, vec![change])).unwrap();
        println!("saved {}", sequence + 1);
        std::io::stdout().flush().unwrap();
    }
    assert_eq!(store.reviews().unwrap().sheet("c1", &name).unwrap().sequence, count);
}

fn spawn(path: &std::path::Path, reviewer: &str, count: u32) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "events_are_told_once_they_are_saved", "--nocapture"])
        .env("REVIEWS", path)
        .env("REVIEWER", reviewer)
        .env("COUNT", count.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn two_programs_that_write_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = reviews_file(&folder);
    // Both make the file, too.
    let children = ["Анна", "Пётр"].map(|reviewer| spawn(&path, reviewer, 25));
    for child in children {
        assert!(child.wait_with_output().unwrap().status.success());
    }
    let reviews = ReviewStore::open(&path).unwrap().reviews().unwrap();
    let sequences: Vec<u32> = reviews.sheets_of("c1").map(|sheet| sheet.sequence).collect();
    assert_eq!(sequences, [25, 25]);
}

#[test]
fn a_program_that_is_killed_loses_nothing_that_it_saved() {
    use std::io::{BufRead as _, BufReader};
    let folder = tempfile::tempdir().unwrap();
    let path = reviews_file(&folder);
    let mut child = spawn(&path, "Анна", 100_000);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let saved = |line: &str| line.rsplit_once("saved ").and_then(|(_, count)| count.parse::<u32>().ok());
    let mut told = 0;
    for line in lines.by_ref() {
        told = saved(&line).unwrap_or(told);
        if told >= 20 {
            child.kill().unwrap();
            break;
        }
    }
    told = lines.filter_map(|line| saved(&line)).last().unwrap_or(told);
    child.wait().unwrap();
    let store = ReviewStore::open(&path).unwrap();
    let found = store.reviews().unwrap().sheet("c1", "Анна").unwrap().sequence;
    // The last one may have been saved and not told.
    assert!((told..=told + 1).contains(&found), "told {told}, found {found}");
}

#[test]
fn other_programs_are_heard_of_without_reading_everything_again() {
    let (folder, mut store) = new_store();
    let (call, anna) = (call("c1", "k1"), person("Анна", PersonRole::Reviewer, None));
    let other = ReviewStore::open(&reviews_file(&folder)).unwrap();
    let mut known = other.reviews().unwrap();
    assert_eq!(known, Reviews::default());
    store.submit(&submission(&call, "Анна", &anna, 0, vec![answered("a", HumanVerdict::Pass)])).unwrap();
    assert!(other.update(&mut known).unwrap());
    assert!(!other.update(&mut known).unwrap());
    assert_eq!(known, store.reviews().unwrap());
}
