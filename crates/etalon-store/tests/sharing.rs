//! Who may read a result folder.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use etalon_store::{RunSummary, Store};
use std::collections::BTreeSet;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

/// The mode and the group of a file or folder.
fn rights(path: &Path) -> (u32, u32) {
    let metadata = std::fs::metadata(path).unwrap();
    (metadata.permissions().mode() & 0o7777, metadata.gid())
}

/// A group that this user may give files to: for root any, else the user's own.
fn a_group(folder: &Path) -> u32 {
    let own = rights(folder).1;
    if own == 0 { 4711 } else { own }
}

#[test]
fn a_group_reads_what_is_there_and_what_comes() {
    let top = tempfile::tempdir().unwrap();
    let out = top.path().join("out");
    let group = a_group(top.path());
    let store = Store::create(&out).unwrap();
    let lock = store.lock().unwrap();
    store.write_file("tables/before.parquet", b"").unwrap();
    store.write_file("search.sqlite", b"").unwrap();
    let before = rights(&out.join("tables/before.parquet"));
    assert_eq!(before.0, 0o600);

    store.share_with_group(&lock, group).unwrap();
    store.write_run(&RunSummary::default()).unwrap();
    store.write_file("report/calls/one.html", b"").unwrap();
    store.write_files(&[("tables/after.parquet".to_owned(), Vec::new())]).unwrap();
    for (name, mode) in [
        ("", 0o2750),
        ("calls", 0o2750),
        ("tables", 0o2750),
        ("tables/before.parquet", 0o640),
        ("tables/after.parquet", 0o640),
        ("run.json", 0o640),
        ("report", 0o2750),
        ("report/calls", 0o2750),
        ("report/calls/one.html", 0o640),
    ] {
        assert_eq!(rights(&out.join(name)), (mode, group), "{name}");
    }
    for (name, mode) in [(".lock", 0o600), ("search.sqlite", 0o600)] {
        assert_eq!(rights(&out.join(name)).0, mode, "{name}");
    }
}

#[test]
fn what_is_taken_over_from_a_closed_folder_can_be_read_by_the_group() {
    let top = tempfile::tempdir().unwrap();
    let group = a_group(top.path());
    let name = "calls/ab/abcdef0123456789.json";
    let shard = Store::create(top.path().join("shard")).unwrap();
    shard.write_file(name, b"a call").unwrap();
    let (closed, open) = (top.path().join("closed"), top.path().join("open"));
    let whole = Store::create(&closed).unwrap();
    whole.take_over(&shard, &BTreeSet::new()).unwrap();
    assert_eq!([rights(&closed.join("calls/ab")).0, rights(&closed.join(name)).0], [0o700, 0o600]);

    let whole = Store::create(&open).unwrap();
    let lock = whole.lock().unwrap();
    whole.share_with_group(&lock, group).unwrap();
    // The second time the files are there already, and are copied.
    for _ in 0..2 {
        whole.take_over(&shard, &BTreeSet::new()).unwrap();
        assert_eq!(rights(&open.join("calls/ab")), (0o2750, group));
        assert_eq!(rights(&open.join(name)), (0o640, group));
    }
    assert_eq!(rights(&top.path().join("shard")).0, 0o700, "the shard's folder stays closed");
}

#[test]
fn nobody_is_let_in_by_the_folder_around_it() {
    let top = tempfile::tempdir().unwrap();
    for mode in [0o2750, 0o2775, 0o777] {
        std::fs::set_permissions(top.path(), std::fs::Permissions::from_mode(mode)).unwrap();
        let out = top.path().join(format!("out-{mode:o}"));
        let store = Store::create(&out).unwrap();
        store.write_file("report/index.html", b"").unwrap();
        for (name, expected) in [("", 0o700), ("report", 0o700), ("report/index.html", 0o600)] {
            assert_eq!(rights(&out.join(name)).0 & 0o777, expected, "{mode:o} {name}");
        }
    }
}
