//! What only a look inside can provoke: a full disk, a file that can't be written, a power cut.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

use super::*;
use crate::answer::{Answer, HumanVerdict, RuleKey};
use crate::comment::Comment;
use crate::people::PersonRole;
use etalon_call::Evaluation;

fn anna() -> Person {
    Person { name: "Анна".into(), role: PersonRole::Reviewer, agent_id: None }
}

fn answers(count: usize) -> Vec<Change> {
    let answer = |place| {
        let rule = RuleKey::new("p", format!("rule{place}"));
        Change::Answered(Answer::new(rule, HumanVerdict::Pass, &Evaluation::default(), &[]))
    };
    (0..count).map(answer).collect()
}

fn submit(
    store: &mut ReviewStore,
    expected_sequence: u32,
    changes: Vec<Change>,
) -> Result<Sheet, ReviewError> {
    let call = CallFacts { id: "c1".into(), ..CallFacts::default() };
    let at = DateTime::parse_from_rfc3339("2026-11-20T09:00:00+05:00").unwrap();
    let (reviewer, author) = ("Анна", &anna());
    store.submit(&SheetSubmission {
        call: &call,
        redaction: None,
        reviewer,
        author,
        at,
        expected_sequence,
        changes,
    })
}

fn store_with(count: usize) -> (tempfile::TempDir, ReviewStore) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = ReviewStore::open(&folder.path().join(REVIEWS_FILE)).unwrap();
    submit(&mut store, 0, answers(count)).unwrap();
    (folder, store)
}

#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let (_folder, mut store) = store_with(3);
    let before = store.events_after(0).unwrap();
    // Set to less than the file has, it stands for the pages that the file has now.
    let allow_pages = |store: &ReviewStore, count: i64| {
        store.connection.pragma_update_and_check(None, "max_page_count", count, |_| Ok(())).unwrap();
    };
    allow_pages(&store, 1);
    let error = submit(&mut store, 3, answers(1000)).unwrap_err();
    assert!(matches!(error, ReviewError::Store(StoreError::Full { .. })), "{error}");
    assert!(error.to_string().contains("free space and save again"));
    assert_eq!(store.events_after(0).unwrap(), before);
    allow_pages(&store, 1 << 20);
    assert_eq!(submit(&mut store, 3, answers(1000)).unwrap().sequence, 1003);
}

#[test]
fn a_file_that_cannot_be_written_is_told_and_loses_nothing() {
    let (_folder, mut store) = store_with(3);
    let before = store.events_after(0).unwrap();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
    store.connection = Connection::open_with_flags(&store.path, flags).unwrap();
    let error = submit(&mut store, 3, answers(1)).unwrap_err();
    assert!(matches!(error, ReviewError::Store(StoreError::ReadOnly { .. })), "{error}");
    assert_eq!(store.events_after(0).unwrap(), before);
}

#[test]
fn another_program_that_holds_the_file_is_waited_for_and_then_told() {
    let (_folder, mut store) = store_with(1);
    store.connection.busy_timeout(Duration::from_millis(50)).unwrap();
    let other = Connection::open(&store.path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = submit(&mut store, 1, answers(1)).unwrap_err();
    assert!(matches!(error, ReviewError::Store(StoreError::Busy { .. })), "{error}");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(submit(&mut store, 1, answers(1)).unwrap().sequence, 2);
}

#[test]
fn what_a_power_cut_interrupts_is_undone_and_the_rest_is_there() {
    let (folder, store) = store_with(3);
    let before = store.events_after(0).unwrap();
    // A cache of one page makes SQLite write into the file before the end of the transaction.
    store.connection.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE").unwrap();
    let row = "SELECT max(id) + 1, 'c2', 'Анна', max(sequence) - 2, author, role, at, change || printf('%9000s', '')";
    for place in 0..50 {
        let row = row.replace("max(sequence) - 2", &(place + 1).to_string());
        store.connection.execute(&format!("INSERT INTO events {row} FROM events"), []).unwrap();
    }
    let after = folder.path().join("after");
    std::fs::create_dir(&after).unwrap();
    for name in [REVIEWS_FILE.to_owned(), format!("{REVIEWS_FILE}-journal")] {
        std::fs::copy(folder.path().join(&name), after.join(&name)).unwrap();
    }
    let written = std::fs::metadata(after.join(REVIEWS_FILE)).unwrap().len();
    assert!(written > 100_000, "nothing was written before the cut: {written} bytes");
    let found = ReviewStore::open(&after.join(REVIEWS_FILE)).unwrap().events_after(0).unwrap();
    assert_eq!(found, before);
}

#[test]
fn a_piece_of_a_comment_is_blanked_and_in_no_page_of_the_file() {
    let (folder, mut store) = store_with(1);
    let call = CallFacts { id: "c1".into(), ..CallFacts::default() };
    let comment = Comment::new("как в 79005554433_a.wav, и там").unwrap();
    submit(&mut store, 1, vec![Change::Shared { comment }]).unwrap();
    let without = |text: &str| text.contains("79005554433").then(|| text.replace("79005554433_a.wav", "[…]"));
    let blanked = store.blank(without).unwrap();
    assert_eq!(blanked, [BlankedEvent { call: call.id, reviewer: Some("Анна".into()) }]);
    let events = store.events_after(0).unwrap();
    assert_eq!(events.len(), 2);
    let comment = events[1].change.comment().unwrap();
    assert_eq!(comment.as_str(), "как в […], и там");
    let bytes = std::fs::read(folder.path().join(REVIEWS_FILE)).unwrap();
    assert!(!bytes.windows(11).any(|window| window == b"79005554433"));
    assert!(store.blank(without).unwrap().is_empty());
}
