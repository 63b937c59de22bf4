//! What people type of a call whose personal data was taken out.

#![allow(clippy::unwrap_used, reason = "the helpers of a test fail as the test does")]

mod common;

use common::{answer, at, new_store, person, reviews_file, stored_call, turn};
use etalon_call::{Call, Redaction, Role};
use etalon_review::{
    Change, Comment, Correction, CorrectionSubmission, HumanVerdict, Person, PersonRole, ReviewError,
    ReviewStore, SheetSubmission,
};
use tempfile::TempDir;

const TYPED: &str = "карта 5555 5555 5555 4444, телефон +7 701 222-33-44.";
const LEFT: &str = "карта [card] телефон [telephone]";

/// A call with its first turn; in `redacted` it is one whose personal data was taken out.
fn call(words: &[&str]) -> Call {
    stored_call(common::call("c1", "k1"), vec![turn(Role::Client, 0.0, words)])
}

fn redacted(words: &[&str]) -> Call {
    Call { redaction: Some(Redaction::default()), ..call(words) }
}

fn typed() -> Comment {
    Comment::new(TYPED).unwrap()
}

fn submit(store: &mut ReviewStore, call: &Call, author: &Person, sequence: u32, change: Change) {
    let submission = SheetSubmission {
        call: &call.call,
        redaction: call.redaction.as_ref(),
        reviewer: "Анна",
        author,
        at: at(1),
        expected_sequence: sequence,
        changes: vec![change],
    };
    store.submit(&submission).unwrap();
}

fn word(call: &Call, word: usize, meant: &str) -> Correction {
    let heard = &call.turns[0].words[word];
    Correction::Word { turn: 0, word, start_s: heard.start_s, heard: heard.text.clone(), meant: meant.into() }
}

fn correct(
    store: &mut ReviewStore,
    call: &Call,
    sequence: u32,
    corrections: Vec<Correction>,
) -> Result<u32, ReviewError> {
    let author = person("Анна", PersonRole::Reviewer, None);
    store.correct(&CorrectionSubmission {
        call,
        author: &author,
        at: at(2),
        expected_sequence: sequence,
        corrections,
    })
}

/// What stands in place of the words that were corrected, in the order of corrections.
fn meant(store: &ReviewStore) -> Vec<String> {
    let reviews = store.reviews().unwrap();
    let texts = reviews.corrections_of("c1").iter().filter_map(|recorded| match &recorded.correction {
        Correction::Word { meant, .. } => Some(meant.as_str().to_owned()),
        Correction::Speaker { .. } => None,
    });
    texts.collect()
}

#[track_caller]
fn check_absent(folder: &TempDir, texts: &[&str]) {
    let bytes = std::fs::read(reviews_file(folder)).unwrap();
    for text in texts {
        let is_there = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!is_there, "the file holds {text}");
    }
}

/// Every change that has a comment, in an order in which a sheet takes them.
fn changes() -> Vec<(Person, Change)> {
    let [anna, olga, lead] = [
        person("Анна", PersonRole::Reviewer, None),
        person("Ольга", PersonRole::Agent, Some("k1")),
        person("Мария", PersonRole::Lead, None),
    ];
    let rule = || answer("hold.thanks", HumanVerdict::Fail).with_comment(typed());
    vec![
        (anna.clone(), Change::Answered(rule())),
        (anna, Change::Shared { comment: typed() }),
        (olga.clone(), Change::Acknowledged { comment: typed() }),
        (olga, Change::Disputed { comment: typed(), rules: vec![] }),
        (lead.clone(), Change::Resolved { comment: typed(), decisions: vec![rule()] }),
        (lead, Change::Closed { comment: typed() }),
    ]
}

#[test]
fn comments_on_a_redacted_call_are_stored_without_personal_data() {
    let (folder, mut store) = new_store();
    let call = redacted(&["да"]);
    for ((author, change), sequence) in changes().into_iter().zip(0..) {
        submit(&mut store, &call, &author, sequence, change.clone());
        // The answer got lost on its way, and the browser sends the same again.
        submit(&mut store, &call, &author, sequence, change);
    }
    let events = store.events_after(0).unwrap();
    assert_eq!(events.len(), changes().len());
    for event in events {
        assert_eq!(event.change.comment().unwrap().as_str(), LEFT, "{event:?}");
    }
    check_absent(&folder, &["5555", "222-33"]);
}

#[test]
fn comments_on_other_calls_stay_as_they_were_typed() {
    let (_folder, mut store) = new_store();
    let (author, change) = changes().remove(0);
    submit(&mut store, &call(&["да"]), &author, 0, change);
    assert_eq!(store.events_after(0).unwrap()[0].change.comment(), Some(&typed()));
}

#[test]
fn corrections_bring_no_personal_data_back() {
    let check = |words: &[&str], corrections: &[(usize, &str)], expected: &[&str]| {
        let (_folder, mut store) = new_store();
        let call = redacted(words);
        let corrections = corrections.iter().map(|(place, meant)| word(&call, *place, meant)).collect();
        correct(&mut store, &call, 0, corrections).unwrap();
        assert_eq!(meant(&store), expected, "{words:?}");
    };
    check(&["Добрый", "день"], &[(1, "вечер")], &["вечер"]);
    check(&["мой", "номер", "[telephone]"], &[(2, "+7 701 222-33-44")], &["[telephone]"]);
    check(&["да", "кода"], &[(1, "карта 5555 5555 5555 4444, записали?")], &["карта [card] записали?"]);
    // A surname is known by its neighbours, and so is a number that is put together.
    check(&["это", "сидров", "Иван", "Петрович", "вас"], &[(1, "Сидоров")], &["[surname]"]);
    check(
        &["мой", "номер", "[telephone]", "да"],
        &[(2, "8 926 123"), (3, "45 67")],
        &["8 926 123", "[telephone]"],
    );
    // A word in whose place nothing was said, and one that is put back.
    check(&["да", "да"], &[(1, "")], &[""]);
    check(&["моя", "карта", "[card]"], &[(2, "[card]")], &["[card]"]);
}

#[test]
fn a_correction_of_a_word_that_a_redacted_call_does_not_have_is_refused() {
    let (_folder, mut store) = new_store();
    let stale = word(&call(&["Сидоров"]), 0, "Сидорова");
    let refused = correct(&mut store, &redacted(&["[surname]"]), 0, vec![stale]);
    assert!(matches!(refused, Err(ReviewError::NoCorrection)));
    assert_eq!(store.events_after(0).unwrap(), []);
}

#[test]
fn reviews_of_before_lose_personal_data_when_their_call_is_redacted() {
    let (folder, mut store) = new_store();
    let before = call(&["это", "Цой", "Иван", "Петрович", "да"]);
    for ((author, change), sequence) in changes().into_iter().zip(0..) {
        submit(&mut store, &before, &author, sequence, change);
    }
    let corrections = vec![word(&before, 1, "Сидоров"), word(&before, 4, "нет")];
    correct(&mut store, &before, 0, corrections).unwrap();
    let other = Call { call: common::call("c2", "k1"), ..before };
    let (author, change) = changes().remove(0);
    submit(&mut store, &other, &author, 0, change);
    let stored = store.events_after(0).unwrap();
    let path = reviews_file(&folder);
    assert_eq!(ReviewStore::redact(&path, |_| None).unwrap(), 0);
    assert_eq!(store.events_after(0).unwrap(), stored);

    let after = redacted(&["это", "[surname]", "Иван", "Петрович", "да"]);
    let redacted_call = |id: &str| (id == "c1").then(|| after.clone());
    assert_eq!(ReviewStore::redact(&path, redacted_call).unwrap(), changes().len() + 1);
    // The word that is gone loses its correction, and the other one is what it was.
    assert_eq!(meant(&store), ["[…]", "нет"]);
    check_absent(&folder, &["Цой", "Сидоров"]);
    let events = store.events_after(0).unwrap();
    for (event, stored) in events.iter().zip(&stored) {
        let is_of_other = event.call_id == "c2";
        assert_eq!((event.id, event.at, &event.author), (stored.id, stored.at, &stored.author));
        let expected = if is_of_other { TYPED } else { LEFT };
        assert!(event.change.comment().is_none_or(|comment| comment.as_str() == expected), "{event:?}");
    }
    assert_eq!(ReviewStore::redact(&path, redacted_call).unwrap(), 0, "once more changes nothing");

    // Events are protected as before, and the file goes on.
    let connection = rusqlite::Connection::open(&path).unwrap();
    assert!(connection.execute("UPDATE events SET author = 'x'", []).is_err());
    drop(connection);
    correct(&mut store, &after, 2, vec![word(&after, 0, "я")]).unwrap();
}

#[test]
fn a_folder_without_reviews_has_nothing_to_redact() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(ReviewStore::redact(&reviews_file(&folder), |_| None).unwrap(), 0);
    assert!(!reviews_file(&folder).exists());
}
