//! What people put right is found as they say it was said.

use crate::fixture::Folder;
use crate::whole;
use etalon_review::{Correction, CorrectionSubmission, People, REVIEWS_FILE, ReviewStore};
use etalon_search::{SearchIndex, SearchPage, SearchRequest, Updated};

/// Corrects the third word of the first turn, «компания».
fn correct(folder: &Folder, sequence: u32, meant: &str) {
    let call = whole::call(0);
    let people = People::parse("[[people]]\nname = \"Вера\"\nrole = \"reviewer\"\n").unwrap();
    let word = &call.turns[0].words[2];
    let correction = Correction::Word {
        turn: 0,
        word: 2,
        start_s: word.start_s,
        heard: word.text.clone(),
        meant: meant.into(),
    };
    let submission = CorrectionSubmission {
        call: &call,
        author: people.named("Вера").unwrap(),
        at: "2026-11-27T10:00:00+05:00".parse().unwrap(),
        expected_sequence: sequence,
        corrections: vec![correction],
    };
    let path = folder.store.directory().join(REVIEWS_FILE);
    ReviewStore::open(&path).unwrap().correct(&submission).unwrap();
}

fn found(folder: &Folder, query: &str) -> SearchPage {
    let index = SearchIndex::open(&folder.store).unwrap();
    index.search(&SearchRequest::new(query.parse().unwrap())).unwrap()
}

#[test]
fn a_corrected_word_is_found_at_its_time_and_the_misheard_one_is_not() {
    let folder = Folder::new();
    folder.store.write_call(&whole::call(0)).unwrap();
    folder.store.write_call(&whole::call(1)).unwrap();
    folder.update();
    assert_eq!(found(&folder, "компания").turns, 2);
    correct(&folder, 0, "микрофинансовая организация");
    assert_eq!(folder.update(), Updated { indexed: 1, ..Updated::default() });
    assert_eq!(folder.update(), Updated::default(), "nothing has changed");
    let page = found(&folder, "микрофинансовой организации");
    assert_eq!((page.turns, found(&folder, "компания").turns), (1, 1));
    let hit = &page.hits[0];
    assert!(hit.is_current && (hit.start_s - 1.5).abs() < 1e-9, "{hit:?}");
    assert!(hit.snippet.text.as_str().contains("микрофинансовая"), "{hit:?}");
    // A word that nobody said is not found, and comes back with what the machine heard.
    correct(&folder, 1, "");
    folder.update();
    assert_eq!((found(&folder, "организация").turns, found(&folder, "компания").turns), (0, 1));
    correct(&folder, 2, "компания");
    folder.update();
    assert_eq!(found(&folder, "компания").turns, 2);
}

#[test]
fn reviews_that_cannot_be_read_keep_nobody_from_searching() {
    let folder = Folder::new();
    folder.store.write_call(&whole::call(0)).unwrap();
    std::fs::write(folder.store.directory().join(REVIEWS_FILE), "no database".repeat(500)).unwrap();
    folder.update();
    assert_eq!(found(&folder, "компания").turns, 1);
}
