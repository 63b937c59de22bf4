//! Hearing a call: ranges, and recordings that are not there.

use crate::client::Request;
use crate::fixture;
use crate::harness::{Served, settings};
use etalon_call::{AudioFacts, Call};
use etalon_store::{CallLine, RecordingFiles, RecordingPlaces, Store};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Half a second of a stereo telephone recording.
fn recording() -> Vec<u8> {
    let samples: Vec<u8> =
        (0..8000_i32).flat_map(|at| ((at % 100 * 200 - 10_000) as i16).to_le_bytes()).collect();
    let (rate_hz, channels, bytes) = (8000_u32, 2_u16, samples.len() as u32);
    let mut file = Vec::new();
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + bytes).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&channels.to_le_bytes());
    file.extend_from_slice(&rate_hz.to_le_bytes());
    file.extend_from_slice(&(rate_hz * 4).to_le_bytes());
    file.extend_from_slice(&4_u16.to_le_bytes());
    file.extend_from_slice(&16_u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&bytes.to_le_bytes());
    file.extend_from_slice(&samples);
    file
}

fn folder() -> (tempfile::TempDir, Store, Call) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(folder.path().join("out")).unwrap();
    let file = folder.path().join("запись.wav");
    std::fs::write(&file, recording()).unwrap();
    let mut digest = String::new();
    for byte in Sha256::digest(recording()) {
        write!(digest, "{byte:02x}").unwrap();
    }
    let mut call = fixture::call(0);
    call.call.audio_sha256 = digest;
    call.audio = AudioFacts { rate_hz: 8000, ..AudioFacts::declared_stereo(0.5) };
    store.write_call(&call).unwrap();
    let mut lines = store.create_file("calls.jsonl").unwrap();
    lines.write_json_line(&CallLine::from(call.clone())).unwrap();
    lines.commit().unwrap();
    let places = RecordingPlaces::from([(call.call.id.clone(), vec![RecordingFiles::One { file }])]);
    store.write_recordings(&places).unwrap();
    (folder, store, call)
}

#[test]
fn a_player_gets_the_parts_that_it_asks_for() {
    let (_folder, store, call) = folder();
    let served = Served::start(settings(&store));
    let path = format!("/audio/{}", call.call.id);
    let page = served.get(&crate::harness::page_of(&call)).text();
    assert!(page.contains(&format!("src=\"../..{path}\"")), "{page}");
    let whole = served.get(&path);
    assert_eq!(whole.status, 200);
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    let content_type = whole.header("content-type").unwrap();
    assert!(content_type == "audio/wav" || content_type == "audio/ogg", "{content_type}");
    let size = whole.body.len();
    for (range, status, expected) in [
        ("bytes=0-3", 206, whole.body[..4].to_vec()),
        ("bytes=10-", 206, whole.body[10..].to_vec()),
        ("bytes=-7", 206, whole.body[size - 7..].to_vec()),
    ] {
        let part = Request::get(&path).header("range", range).send(served.address);
        assert_eq!((part.status, part.body == expected), (status, true), "{range}");
    }
    let beyond = Request::get(&path).header("range", "bytes=99999999-").send(served.address);
    assert_eq!(beyond.status, 416);
    let head = Request::new("HEAD", &path).send(served.address);
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn a_recording_that_was_moved_away_is_missed_and_named() {
    let (folder, store, call) = folder();
    std::fs::remove_file(folder.path().join("запись.wav")).unwrap();
    let served = Served::start(settings(&store));
    let answer = served.get(&format!("/audio/{}", call.call.id));
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("Записи нет"));
    let page = served.get(&crate::harness::page_of(&call)).text();
    assert!(page.contains("запись.wav"), "{page}");
}
