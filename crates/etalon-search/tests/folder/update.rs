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
    let document = fs::read(folder.store.directory().join(format!("calls/00/{}.json", id(1)))).unwrap();
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
    let path = folder.store.directory().join(format!("calls/00/{}.json", id(2)));
    let content = fs::read_to_string(&path).unwrap();
    fs::write(&path, content.replace("кредит", "кретин")).unwrap();
    assert_eq!(folder.update(), Updated { removed: 1, unreadable: 1, ..Updated::default() });
    assert_eq!((turns(&folder, "кредит"), turns(&folder, "кретин")), (1, 0));
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
