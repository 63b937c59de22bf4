//! Which sound beside the pages is played where the recording itself is gone.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test that called it")]

#[path = "../../etalon-store/tests/fixture/mod.rs"]
mod fixture;

use etalon_call::{Call, MutedRange, PersonalDataKind, Redaction, Role};
use etalon_pages::{Interface, InterfaceLanguage};
use etalon_report::{Listening, SoundMode};
use etalon_store::Store;
use std::collections::BTreeMap;

fn listening(store: &Store, mode: SoundMode) -> Listening {
    Listening::new(store, mode, Interface::of(InterfaceLanguage::Russian)).unwrap()
}

/// A call of which a telephone number must not be heard.
fn redacted() -> Call {
    let muted = MutedRange {
        start_s: 1.0,
        end_s: 2.0,
        speaker: Role::Client,
        kinds: vec![PersonalDataKind::Telephone],
        whole_turn: false,
    };
    let found = BTreeMap::from([("telephone".to_owned(), 1)]);
    Call { redaction: Some(Redaction { version: 1, found, muted: vec![muted] }), ..fixture::call(1) }
}

fn sound(call: &Call, extension: &str) -> String {
    let id = &call.call.id;
    format!("report/audio/{}/{id}.{extension}", &id[..2])
}

#[test]
fn a_sound_in_which_something_else_is_muted_is_deleted_and_not_played() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let (call, other) = (redacted(), fixture::call(2));
    let of_other = sound(&other, "opus");
    store.write_file(&of_other, b"x").unwrap();
    let listening = listening(&store, SoundMode::Link);
    for extension in ["wav", "opus", "muted.opus", "muted-0123456789abcdef.opus"] {
        let path = sound(&call, extension);
        store.write_file(&path, b"x").unwrap();
        assert!(listening.file_of(&call).is_err(), "{extension} is played");
        assert!(!folder.path().join(&path).exists(), "{extension} is left");
    }
    assert_eq!(listening.file_of(&other).ok(), Some(folder.path().join(of_other)));
}

#[test]
fn where_nothing_is_to_be_played_no_sound_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let call = fixture::call(1);
    let sounds = ["wav", "opus", "muted-0123456789abcdef.opus"].map(|extension| sound(&call, extension));
    let page = "report/index.html";
    for file in sounds.iter().map(String::as_str).chain([page]) {
        store.write_file(file, b"x").unwrap();
    }
    let is_left = |file: &String| folder.path().join(file).exists();
    listening(&store, SoundMode::Copy).remove_unwanted().unwrap();
    assert!(sounds.iter().all(is_left));
    listening(&store, SoundMode::None).remove_unwanted().unwrap();
    assert!(!sounds.iter().any(is_left));
    assert!(folder.path().join(page).exists());
}
