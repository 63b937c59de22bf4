//! The result folder: whole files, private files, one run at a time.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test that called it")]

mod fixture;

use etalon_call::{Call, FailureKind, Peak, Stage, Waveform};
use etalon_store::{
    Error, ErrorKind, Failure, KeptPack, RUN_SCHEMA, RecordingFiles, RecordingPlaces, RunSummary, StageTime,
    Store,
};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path().join("out")).unwrap();
    (folder, store)
}

/// A folder with one call, and the call's file.
fn stored_call() -> (tempfile::TempDir, Store, Call, PathBuf) {
    let (folder, store) = store();
    let call = fixture::call(1);
    store.write_call(&call).unwrap();
    let id = &call.call.id;
    let path = store.directory().join("calls").join(&id[..2]).join(format!("{id}.json"));
    (folder, store, call, path)
}

#[test]
fn a_stored_call_comes_back_as_it_was() {
    let (_folder, store) = store();
    let call = fixture::call(4);
    store.write_call(&call).unwrap();
    assert_eq!(store.read_call(&call.call.id).unwrap(), Some(call.clone()));
    let stored = store.stored_fingerprints(&call.call.id).unwrap();
    assert_eq!(stored.fingerprint, call.pipeline.fingerprint);
    assert_eq!(stored.listening_fingerprint, call.pipeline.listening_fingerprint);
    assert_eq!(store.call_ids().unwrap(), std::slice::from_ref(&call.call.id));
    store.remove_call(&call.call.id).unwrap();
    assert_eq!(store.read_call(&call.call.id).unwrap(), None);
}

#[test]
fn a_waveform_lies_beside_its_call_and_goes_with_it() {
    let (_folder, store) = store();
    let call = fixture::call(4);
    let id = &call.call.id;
    assert_eq!(store.read_waveform(id).unwrap(), None);
    let waveform = Waveform::new(8_000, 400, &[vec![Peak { min: -3, max: 5 }; 7]]);
    store.write_waveform(id, &waveform).unwrap();
    store.write_call(&call).unwrap();
    assert_eq!(store.read_waveform(id).unwrap(), Some(waveform));
    assert_eq!(store.call_ids().unwrap(), std::slice::from_ref(id));
    let path = store.directory().join("waveforms").join(&id[..2]).join(format!("{id}.dat"));
    fs::write(&path, b"no waveform").unwrap();
    assert_eq!(store.read_waveform(id).unwrap_err().kind(), ErrorKind::Corrupt);
    store.remove_call(id).unwrap();
    assert!(!path.exists());
}

#[test]
fn the_way_to_a_recording_comes_back_whatever_its_name() {
    let (_folder, store) = store();
    assert_eq!(store.read_recordings().unwrap(), RecordingPlaces::new());
    let one = |file: &str| RecordingFiles::One { file: file.into() };
    let sides = RecordingFiles::Sides {
        agent: "/записи/1-out.wav".into(),
        client: "/записи/1-in.wav".into(),
    };
    let mut places = RecordingPlaces::from([
        ("abcdef0123456789".to_owned(), vec![one("/a/запись.wav"), one("/b/\"\n<b>.wav")]),
        ("0123456789abcdef".to_owned(), vec![sides]),
    ]);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt as _;
        let file = std::ffi::OsString::from_vec(b"/caf\xe9.wav".to_vec()).into();
        places.insert("fedcba9876543210".to_owned(), vec![RecordingFiles::One { file }]);
    }
    store.write_recordings(&places).unwrap();
    assert_eq!(store.read_recordings().unwrap(), places);
    for damaged in [&b"{}\n"[..], b"\xff\xfe\n", b"\0"] {
        fs::write(store.directory().join("recordings.jsonl"), damaged).unwrap();
        assert_eq!(store.read_recordings().unwrap_err().kind(), ErrorKind::Corrupt);
    }
}

#[test]
fn an_id_cannot_lead_out_of_the_folder() {
    let (_folder, store) = store();
    for id in ["", "ab", "../../etc/passwd", "абвгдежз", "ABCDEF0123456789", "abcdef01/2345678"] {
        assert_eq!(store.read_call(id).unwrap_err().kind(), ErrorKind::Invalid, "{id}");
        assert_eq!(store.read_waveform(id).unwrap_err().kind(), ErrorKind::Invalid, "{id}");
    }
}

#[test]
fn a_pack_is_kept_under_its_hash_until_it_is_forgotten() {
    let (_folder, store) = store();
    let sha256 = "0f".repeat(32);
    let pack = |source: &str, days: &str| KeptPack { source: source.to_owned(), added_days: days.to_owned() };
    assert_eq!((store.kept_packs().unwrap(), store.kept_pack(&sha256).unwrap()), (vec![], None));
    for kept in [pack("id = \"a\"\n", ""), pack("id = \"b\"\n", "off 01-07\n")] {
        store.keep_pack(&sha256, &kept).unwrap();
        assert!(store.is_as_kept(&sha256, &kept).unwrap());
        assert_eq!(store.kept_pack(&sha256).unwrap(), Some(kept));
        assert_eq!(store.kept_packs().unwrap(), std::slice::from_ref(&sha256));
    }
    for changed in [pack("id = \"c\"\n", "off 01-07\n"), pack("id = \"b\"\n", "")] {
        assert!(!store.is_as_kept(&sha256, &changed).unwrap());
    }
    store.forget_pack(&sha256).unwrap();
    store.forget_pack(&sha256).unwrap();
    assert_eq!(fs::read_dir(store.directory().join("packs")).unwrap().count(), 0);
    for id in ["", "0f", "../../../etc/passwd", &"ё".repeat(32), &"0F".repeat(32)] {
        assert_eq!(store.kept_pack(id).unwrap_err().kind(), ErrorKind::Invalid, "{id}");
    }
}

#[test]
fn a_damaged_call_is_named_without_its_content() {
    let (_folder, store, call, path) = stored_call();
    let content = fs::read_to_string(&path).unwrap();
    for damaged in [
        content.chars().take(1000).collect(),
        content.replace("\"start_s\":0.5", "\"start_s\":\"секретные слова\""),
        content.replacen(&call.call.id, "00000000deadbeef", 1),
        content.replacen("\"metrics\":", "\"measures\":", 1),
        content.replacen(etalon_call::CALL_SCHEMA, "etalon.call/0", 1),
        // Every number is still one, and every verdict.
        content.replacen("0.5", "0.6", 1),
        // Another program has written the same value again.
        serde_json::to_string(&serde_json::from_str::<serde_json::Value>(&content).unwrap()).unwrap(),
        String::new(),
    ] {
        fs::write(&path, damaged).unwrap();
        let error = store.read_call(&call.call.id).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Corrupt);
        assert!(error.is_permanent());
        assert!(!error.to_string().contains("секретные"), "{error}");
        assert!(store.is_damaged(&call.call.id).unwrap());
    }
    assert_eq!(store.stored_fingerprints(&call.call.id), None);
}

#[test]
fn what_a_later_etalon_wrote_is_told_from_damage() {
    let (_folder, store, call, path) = stored_call();
    let content = fs::read_to_string(&path).unwrap();
    let later = content.replacen(etalon_call::CALL_SCHEMA, "etalon.call/2", 1);
    let mut without_checksum: serde_json::Value = serde_json::from_str(&later).unwrap();
    without_checksum.as_object_mut().unwrap().remove("checksum").unwrap();
    for written in [
        // Of the shape that this version knows, and of another.
        without_checksum.to_string(),
        later.replacen("\"metrics\":", "\"measures\":", 1),
        later,
    ] {
        fs::write(&path, &written).unwrap();
        let error = store.read_call(&call.call.id).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Newer, "{error}");
        assert!(error.is_permanent() && error.to_string().ends_with("update etalon"), "{error}");
        assert!(store.is_damaged(&call.call.id).is_err(), "it would be made anew");
    }
}

#[test]
fn a_folder_of_a_later_run_is_refused() {
    let (_folder, store) = store();
    for (run, is_refused) in [
        (r#"{"schema": "etalon.run/2", "recordings": {"all": 5}}"#, true),
        (r#"{"schema": "etalon.run/1"}"#, false),
        ("cut sh", false),
    ] {
        fs::write(store.directory().join("run.json"), run).unwrap();
        for opened in [Store::open(store.directory()), Store::create(store.directory())] {
            let kind = opened.map(|_| ()).map_err(|error| error.kind());
            assert_eq!(kind, if is_refused { Err(ErrorKind::Newer) } else { Ok(()) }, "{run}");
        }
    }
}

#[test]
fn a_call_of_a_version_without_checksums_is_read() {
    let (_folder, store, call, path) = stored_call();
    let mut value: serde_json::Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    value.as_object_mut().unwrap().remove("checksum").unwrap();
    fs::write(&path, value.to_string()).unwrap();
    assert_eq!(store.read_call(&call.call.id).unwrap(), Some(call));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_damaged_and_keeps_nobody_waiting() {
    let (_folder, store) = store();
    let folder = store.directory().join("calls/ab/abcdef0123456789.json");
    fs::create_dir_all(folder).unwrap();
    assert!(store.is_damaged("abcdef0123456789").unwrap());
}

#[test]
fn temporary_files_of_a_run_in_a_folder_below_are_left_alone() {
    let (_folder, store) = store();
    let inner = Store::create(store.directory().join("monday")).unwrap();
    let _inner_lock = inner.lock().unwrap();
    let unfinished = inner.create_file("calls.jsonl").unwrap();
    let lock = store.lock().unwrap();
    store.remove_stale_temporary_files(&lock).unwrap();
    unfinished.commit().unwrap();
    // Nobody holds this one yet, and it may be about to be a result folder.
    let to_be = store.directory().join("tuesday/calls");
    fs::create_dir_all(&to_be).unwrap();
    fs::write(to_be.join(".etalon-new.tmp"), "").unwrap();
    assert_eq!(store.remove_stale_temporary_files(&lock).unwrap(), 0);
    // What an interrupted run of the same folder left is deleted.
    fs::write(store.directory().join("calls/.etalon-left.tmp"), "").unwrap();
    assert_eq!(store.remove_stale_temporary_files(&lock).unwrap(), 1);
}

#[test]
fn a_second_run_finds_the_folder_locked() {
    let (_folder, store) = store();
    let lock = store.lock().unwrap();
    let error = store.clone().lock().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    assert!(!error.is_permanent());
    drop(lock);
    store.lock().unwrap();
}

#[cfg(unix)]
#[test]
fn a_lock_that_is_no_file_is_refused() {
    let (_folder, store) = store();
    let lock = store.directory().join(".lock");
    let elsewhere = store.directory().join("elsewhere");
    std::os::unix::fs::symlink(&elsewhere, &lock).unwrap();
    assert_eq!(store.lock().unwrap_err().kind(), ErrorKind::Corrupt);
    assert!(!elsewhere.exists(), "a file was made through a link");
    fs::remove_file(&lock).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&lock).status().unwrap().success());
    assert_eq!(store.lock().unwrap_err().kind(), ErrorKind::Corrupt);
}

#[test]
fn a_probe_writes_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    Store::probe(&folder.path().join("new/results")).unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert_eq!(Store::probe(&file).unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(Store::probe(Path::new("/proc/nowhere")).unwrap_err().kind(), ErrorKind::Io);
}

#[test]
fn an_unfinished_file_does_not_exist() {
    let (_folder, store) = store();
    store.write_file("report/index.html", b"first").unwrap();
    let mut file = store.create_file("report/index.html").unwrap();
    file.write_all(b"half").unwrap();
    drop(file);
    let path = store.directory().join("report/index.html");
    assert_eq!(fs::read(&path).unwrap(), b"first");
    let mut file = store.create_file("report/index.html").unwrap();
    file.write_all(b"whole").unwrap();
    file.commit().unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"whole");
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn what_a_killed_writer_left_is_cleaned_up_and_nothing_else() {
    let (_folder, store) = store();
    store.write_call(&fixture::call(0)).unwrap();
    let leftover = store.directory().join("calls/.etalon-Xy12.tmp");
    fs::write(&leftover, "half").unwrap();
    fs::write(store.directory().join("notes.tmp"), "the user's own").unwrap();
    let lock = store.lock().unwrap();
    assert_eq!(store.remove_stale_temporary_files(&lock).unwrap(), 1);
    assert!(!leftover.exists());
    assert!(store.directory().join("notes.tmp").exists());
    assert_eq!(store.call_ids().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn results_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, store) = store();
    let call = fixture::call(0);
    store.write_call(&call).unwrap();
    let _lock = store.lock().unwrap();
    let calls = store.directory().join("calls");
    let folder = calls.join(&call.call.id[..2]);
    let file = folder.join(format!("{}.json", call.call.id));
    for (path, expected) in [
        (store.directory(), 0o700),
        (&calls, 0o700),
        (&folder, 0o700),
        (&file, 0o600),
        (&store.directory().join(".lock"), 0o600),
    ] {
        let mode = fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, expected, "{}", path.display());
    }
}

#[test]
fn failures_are_sorted_and_read_back() {
    let (_folder, store) = store();
    let failure = |source: &str| Failure {
        id: None,
        source: source.to_owned(),
        stage: Stage::Decode,
        kind: FailureKind::Empty,
        reason: "не аудиофайл".to_owned(),
        permanent: true,
    };
    store.write_failures(&[failure("b.wav"), failure("a.wav"), failure("b.wav")]).unwrap();
    assert_eq!(store.read_failures().unwrap(), [failure("a.wav"), failure("b.wav")]);
}

#[test]
fn a_folder_without_results_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Store::open(folder.path()), Err(Error::Missing { .. })));
}

#[test]
fn a_file_that_holds_the_same_bytes_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let file = |name: &str, content: &str| (name.to_owned(), content.as_bytes().to_vec());
    let path = |name: &str| folder.path().join(name);
    store.write_changed_files(vec![file("report/a", "one"), file("report/b", "two")]).unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_hours(1000);
    for name in ["report/a", "report/b"] {
        fs::File::options().append(true).open(path(name)).unwrap().set_modified(long_ago).unwrap();
    }
    let files = vec![file("report/a", "one"), file("report/b", "six"), file("report/c", "ten")];
    store.write_changed_files(files).unwrap();
    let found = ["report/a", "report/b", "report/c"].map(|name| {
        let is_old = fs::metadata(path(name)).unwrap().modified().unwrap() == long_ago;
        (is_old, fs::read_to_string(path(name)).unwrap())
    });
    assert_eq!(found, [(true, "one".into()), (false, "six".into()), (false, "ten".into())]);
}

#[test]
fn the_rounds_of_a_watch_take_one_place_among_the_kept_runs() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path()).unwrap();
    let round = |started_at: &str, processed| RunSummary {
        started_at: started_at.to_owned(),
        watch_started_at: Some("2026-11-28T20:00:00Z".to_owned()),
        processed,
        ..RunSummary::default()
    };
    let kept = || -> Vec<u32> {
        etalon_store::kept_runs(folder.path()).unwrap().iter().map(|run| run.processed).collect()
    };
    store.keep_run(&round("2026-11-28T20:00:00Z", 1)).unwrap();
    store.keep_run(&round("2026-11-28T20:00:00Z", 3)).unwrap();
    assert_eq!(kept(), [3]);
    // A round that was killed leaves what is kept of those before it.
    store.write_run(&round("2026-11-28T23:00:00Z", 0)).unwrap();
    store.keep_earlier_run().unwrap();
    assert_eq!(kept(), [3]);
    // The first round of a watch, killed.
    let first = RunSummary {
        watch_started_at: Some("2026-11-29T20:00:00Z".to_owned()),
        ..round("2026-11-29T20:00:07Z", 0)
    };
    store.write_run(&first).unwrap();
    store.keep_earlier_run().unwrap();
    assert_eq!(kept(), [3, 0]);
}

#[test]
fn a_run_knows_its_speed_only_where_it_worked() {
    let run = |audio_hours, wall_s| {
        RunSummary {
            passed_over: Vec::new(),
            warnings: Vec::new(),
            schema: RUN_SCHEMA.to_owned(),
            version: "0.1.0".to_owned(),
            model: None,
            engine: None,
            packs: vec![],
            fingerprint: String::new(),
            started_at: "2026-11-21T01:00:00+05:00".to_owned(),
            watch_started_at: None,
            jobs: 2,
            interrupted: false,
            recordings: 3,
            processed: 3,
            reused: 0,
            redone: 0,
            replaced: 0,
            duplicates: 0,
            forgotten: 0,
            failed: 0,
            quality: Vec::new(),
            drift: Vec::new(),
            audio_hours,
            channel_hours: 2.0 * audio_hours,
            wall_s,
            speed: None,
            channel_speed: None,
            stages: vec![StageTime { stage: Stage::Decode, recordings: 3, busy_s: 0.123_456 }],
            call_times: None,
            places: [("abcdef0123456789".to_owned(), vec!["0123456789abcdef".to_owned()])].into(),
            part: None,
        }
        .with_speeds()
    };
    let worked = run(0.5, 90.0);
    assert_eq!((worked.speed, worked.channel_speed), (Some(20.0), Some(40.0)));
    assert_eq!(worked.stages[0].busy_s.to_bits(), 0.123_f64.to_bits());
    assert_eq!(run(0.0, 90.0).speed, None);
    let (_folder, store) = store();
    store.write_run(&worked).unwrap();
    assert_eq!(store.read_run().unwrap(), Some(worked));
}

#[test]
fn calls_written_together_are_those_written_one_by_one() {
    let (_one, one) = store();
    let (_many, many) = store();
    let calls: Vec<_> = (0..40).map(fixture::call).collect();
    for call in &calls {
        one.write_call(call).unwrap();
    }
    many.write_calls(&calls).unwrap();
    many.write_calls(&calls[..3]).unwrap();
    many.write_calls(&[]).unwrap();
    assert_eq!(one.call_ids().unwrap(), many.call_ids().unwrap());
    for call in &calls {
        assert_eq!(many.read_call(&call.call.id).unwrap().as_ref(), Some(call));
    }
    let lock = many.lock().unwrap();
    assert_eq!(many.remove_stale_temporary_files(&lock).unwrap(), 0);
}
