//! The index follows the stored calls, and is never trusted when it is damaged.

use crate::fixture::{Folder, id};
use etalon_search::{
    INDEX_FILE, Rebuilt, SearchError, SearchIndex, SearchRequest, Updated, VERSION, remove, update,
};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

fn index_of(folder: &Folder) -> PathBuf {
    folder.store.directory().join(INDEX_FILE)
}

fn turns(folder: &Folder, query: &str) -> usize {
    let index = SearchIndex::open(&folder.store).unwrap();
    index.search(&SearchRequest::new(query.parse().unwrap())).unwrap().turns
}

#[test]
fn new_changed_and_removed_calls_are_followed() {
    let folder = Folder::new();
    folder.add(1, &["О: кредит"]).add(2, &["К: кредит"]);
    assert_eq!(
        folder.update(),
        Updated { indexed: 2, rebuilt: Some(Rebuilt::Missing), ..Updated::default() }
    );
    assert_eq!(turns(&folder, "кредит"), 2);
    assert_eq!(folder.update(), Updated::default(), "nothing has changed");

    folder.add(3, &["К: кредит и займ"]).add(1, &["О: займ"]);
    folder.store.remove_call(&id(2)).unwrap();
    assert_eq!(folder.update(), Updated { indexed: 2, removed: 1, ..Updated::default() });
    assert_eq!((turns(&folder, "кредит"), turns(&folder, "займ")), (1, 2));
}

#[test]
fn a_call_that_says_the_same_is_not_indexed_again() {
    let folder = Folder::new();
    folder.add(1, &["О: кредит"]);
    folder.update();
    let document = fs::read(folder.file(1)).unwrap();
    let document = String::from_utf8(document).unwrap();
    let judged = document.split(",\"checksum\"").next().unwrap().to_owned() + ",\"score\":1}\n";
    folder.store.write_call_document(&id(1), judged.as_bytes()).unwrap();
    assert_eq!(folder.update(), Updated::default());
    assert_eq!(turns(&folder, "кредит"), 1);
}

#[test]
fn a_damaged_call_is_counted_and_not_found() {
    let folder = Folder::new();
    folder.add(1, &["О: кредит"]).add(2, &["О: кредит"]);
    folder.update();
    let path = folder.file(2);
    let content = fs::read_to_string(&path).unwrap();
    fs::write(&path, content.replace("кредит", "кретин")).unwrap();
    assert_eq!(folder.update(), Updated { removed: 1, unreadable: 1, ..Updated::default() });
    assert_eq!((turns(&folder, "кредит"), turns(&folder, "кретин")), (1, 0));
}

#[test]
fn a_damaged_call_is_counted_by_every_update() {
    let folder = Folder::new();
    folder.add(1, &["О: кредит"]).add(2, &["О: кредит"]).date_back(1, 3600);
    fs::write(folder.file(2), "{").unwrap();
    folder.date_back(2, 3600);
    assert_eq!(folder.update().indexed, 1);
    assert_eq!(folder.update(), Updated { unreadable: 1, ..Updated::default() });
    folder.add(2, &["К: кредит"]);
    assert_eq!(folder.update(), Updated { indexed: 1, ..Updated::default() });
}

#[test]
fn calls_are_followed_in_a_folder_that_has_long_been_known() {
    let folder = Folder::new();
    for number in 1..=3 {
        folder.add(number, &["О: кредит"]).date_back(number, 3600);
    }
    folder.update();
    let check = |change: &str, expected: Updated, found: usize| {
        assert_eq!(folder.update(), expected, "{change}");
        assert_eq!(folder.update(), Updated::default(), "after {change}");
        assert_eq!(turns(&folder, "кредит"), found, "{change}");
    };
    check("nothing", Updated::default(), 3);
    folder.add(4, &["О: кредит"]).date_back(4, 1800);
    check("a new call", Updated { indexed: 1, ..Updated::default() }, 4);
    folder.add(1, &["О: займ о"]).date_back(1, 1800);
    check("another call", Updated { indexed: 1, ..Updated::default() }, 3);
    folder.store.remove_call(&id(2)).unwrap();
    check("a call less", Updated { removed: 1, ..Updated::default() }, 2);
    folder.date_back(3, 7200);
    check("an earlier date", Updated::default(), 2);
    fs::remove_dir_all(folder.store.directory().join("calls/00")).unwrap();
    check("no folder", Updated { removed: 3, ..Updated::default() }, 0);
    folder.add(2, &["О: кредит"]);
    check("a new folder", Updated { indexed: 1, ..Updated::default() }, 1);
    fs::remove_dir_all(folder.store.directory().join("calls/00")).unwrap();
    check("no folder, shortly after", Updated { removed: 1, ..Updated::default() }, 0);
}

#[test]
fn a_call_that_is_replaced_at_once_by_one_of_its_size_is_read_again() {
    let replace = |folder: &Folder, _: &[u8]| {
        folder.add(1, &["К: нектар"]);
    };
    let write_over = |folder: &Folder, other: &[u8]| fs::write(folder.file(1), other).unwrap();
    for (name, change) in [("replaced", &replace as &dyn Fn(&Folder, &[u8])), ("written over", &write_over)] {
        let folder = Folder::new();
        let other = fs::read(folder.add(1, &["К: нектар"]).file(1)).unwrap();
        folder.add(1, &["К: кредит"]);
        let before = fs::metadata(folder.file(1)).unwrap();
        folder.update();
        change(&folder, &other);
        // A file system that counts in seconds gives both the same date.
        let file = fs::File::options().write(true).open(folder.file(1)).unwrap();
        file.set_modified(before.modified().unwrap()).unwrap();
        assert_eq!(file.metadata().unwrap().len(), before.len(), "{name}");
        assert_eq!(folder.update(), Updated { indexed: 1, ..Updated::default() }, "{name}");
        assert_eq!((turns(&folder, "кредит"), turns(&folder, "нектар")), (0, 1), "{name}");
    }
}

#[test]
fn an_index_that_cannot_be_trusted_is_made_anew() {
    let other_version = |path: &PathBuf| {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.pragma_update(None, "user_version", VERSION - 1).unwrap();
    };
    let without_table = |path: &PathBuf| {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch("DROP TABLE calls").unwrap();
    };
    let overwrite =
        |path: &PathBuf| fs::write(path, "no database at all, and long enough to be read").unwrap();
    let cut = |path: &PathBuf| {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        drop(connection);
        let length = fs::metadata(path).unwrap().len();
        fs::File::options().write(true).open(path).unwrap().set_len(length / 3).unwrap();
    };
    let empty = |path: &PathBuf| fs::write(path, "").unwrap();
    for (name, harm, reason) in [
        ("version", &other_version as &dyn Fn(&PathBuf), Rebuilt::OtherVersion),
        ("table", &without_table, Rebuilt::Damaged),
        ("text", &overwrite, Rebuilt::Damaged),
        ("cut", &cut, Rebuilt::Damaged),
        ("empty", &empty, Rebuilt::OtherVersion),
    ] {
        let folder = Folder::new();
        folder.add(1, &["О: кредит"]);
        folder.update();
        harm(&index_of(&folder));
        let updated = folder.update();
        assert_eq!((updated.rebuilt, updated.indexed), (Some(reason), 1), "{name}");
        assert_eq!(turns(&folder, "кредит"), 1, "{name}");
    }
}

#[test]
fn damage_that_shows_while_searching_is_told_from_other_errors() {
    let folder = Folder::new();
    assert!(matches!(SearchIndex::open(&folder.store), Err(SearchError::NoIndex { .. })));
    folder.add(1, &["О: кредит"]);
    folder.update();
    let index = SearchIndex::open(&folder.store).unwrap();
    let writer = rusqlite::Connection::open(index_of(&folder)).unwrap();
    writer.execute_batch("DROP TABLE turns").unwrap();
    let error = index.search(&SearchRequest::new("кредит".parse().unwrap())).unwrap_err();
    assert!(error.is_mended_by_rebuild(), "{error}");
}

#[test]
fn an_update_can_be_interrupted_and_goes_on_later() {
    let folder = Folder::new();
    folder.add(1, &["О: кредит"]);
    let updated = update(&folder.store, &AtomicBool::new(true)).unwrap();
    assert!(updated.is_interrupted && updated.indexed == 0);
    assert_eq!(folder.update(), Updated { indexed: 1, ..Updated::default() });
}

#[test]
fn a_running_run_is_not_disturbed() {
    let folder = Folder::new();
    folder.add(1, &["О: кредит"]);
    let lock = folder.store.lock().unwrap();
    assert_eq!(folder.update().indexed, 1);
    folder.add(2, &["О: кредит"]);
    assert_eq!(folder.store.remove_stale_temporary_files(&lock).unwrap(), 0);
    assert_eq!(folder.update().indexed, 1);
}

#[test]
fn readers_go_on_while_the_index_is_made_anew() {
    let folder = Folder::new();
    folder.add(1, &["О: кредит"]);
    let index = folder.index();
    remove(&folder.store).unwrap();
    folder.add(2, &["О: кредит"]);
    assert_eq!(folder.update().indexed, 2);
    let request = SearchRequest::new("кредит".parse().unwrap());
    assert_eq!(index.search(&request).unwrap().turns, 1);
    assert_eq!(folder.index().search(&request).unwrap().turns, 2);
}

#[cfg(unix)]
#[test]
fn the_index_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    folder.add(1, &["О: кредит"]);
    let _index = folder.index();
    let names: Vec<PathBuf> =
        fs::read_dir(folder.store.directory()).unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in names.iter().filter(|path| path.is_file()) {
        let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
}
