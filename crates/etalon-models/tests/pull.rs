//! Downloads from a local server with correct or faulty behaviour.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use etalon_models::pull::{DownloadLimits, Wanted, download, take_from};
use etalon_models::{ModelError, sha256_hex};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Long enough for a busy machine.
const LIMITS: DownloadLimits = DownloadLimits { wait_max: Duration::from_secs(20), bytes_per_s_min: 1000.0 };

/// For servers that are slow on purpose.
const SHORT_LIMITS: DownloadLimits =
    DownloadLimits { wait_max: Duration::from_millis(300), bytes_per_s_min: 1000.0 };

/// The behaviour of the server.
#[derive(Clone, Copy)]
struct Behaviour {
    /// Whether it supports range requests.
    ranges: bool,
    /// Bytes of an answer after which it disconnects.
    cut_after: usize,
    /// The status that it sends instead of the file.
    refuses: Option<u16>,
    /// What it does when it has sent what it sends.
    then: Then,
}

/// What a server does with a connection at the end of an answer.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Closes,
    /// Says nothing more.
    StandsStill,
    /// Sends a byte every tenth of a second.
    Drips,
    /// Has told no length, and sends for ever.
    NeverEnds,
}

const GOOD: Behaviour = Behaviour { ranges: true, cut_after: usize::MAX, refuses: None, then: Then::Closes };

/// Serves one file and records the `Range` of every request, empty if there is none.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(file: Vec<u8>, behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/ggml-test.bin", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        // The thread ends with the test process.
        std::thread::spawn(move || {
            for connection in listener.incoming() {
                let (file, log) = (file.clone(), Arc::clone(&log));
                std::thread::spawn(move || answer(&connection.unwrap(), &file, behaviour, &log));
            }
        });
        Self { url, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn answer(mut connection: &TcpStream, file: &[u8], behaviour: Behaviour, log: &Mutex<Vec<String>>) {
    let mut range = String::new();
    for line in BufReader::new(connection).lines() {
        let line = line.unwrap().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("range: ") {
            value.clone_into(&mut range);
        }
    }
    log.lock().unwrap().push(range.clone());
    let from: usize =
        range.strip_prefix("bytes=").and_then(|range| range.strip_suffix('-')?.parse().ok()).unwrap_or(0);
    let (status, header, body) = match behaviour.refuses {
        Some(status) => (status, String::new(), &b"gone"[..]),
        None if behaviour.ranges && from >= file.len() && from > 0 => (416, String::new(), &b""[..]),
        None if behaviour.ranges && from > 0 => {
            let header = format!("Content-Range: bytes {from}-{}/{}\r\n", file.len() - 1, file.len());
            (206, header, &file[from..])
        }
        None => (200, String::new(), file),
    };
    let length = match behaviour.then {
        Then::NeverEnds => String::new(),
        _ => format!("Content-Length: {}\r\n", body.len()),
    };
    let head = format!("HTTP/1.1 {status} X\r\n{length}Connection: close\r\n{header}\r\n");
    let _ = connection.write_all(head.as_bytes());
    let _ = connection.write_all(&body[..body.len().min(behaviour.cut_after)]);
    match behaviour.then {
        Then::Closes => {}
        Then::StandsStill => std::thread::sleep(Duration::from_mins(10)),
        Then::Drips => {
            while connection.write_all(b"x").is_ok() {
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        Then::NeverEnds => while connection.write_all(&[0; 1 << 10]).is_ok() {},
    }
}

/// A file with varying content.
fn file() -> Vec<u8> {
    (0..1_000_000_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn wanted(folder: &Path) -> Wanted {
    Wanted::of_user("test", &sha256_hex(&file()), folder).unwrap()
}

/// The outcome of a download.
struct Outcome {
    result: Result<(), ModelError>,
    /// The requested ranges.
    asked: Vec<String>,
    part_kept: bool,
}

/// Downloads with the bytes of `part` already stored.
fn outcome(behaviour: Behaviour, part: &[u8]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let wanted = wanted(&folder.path().join("models"));
    if !part.is_empty() {
        std::fs::create_dir(folder.path().join("models")).unwrap();
        std::fs::write(wanted.part(), part).unwrap();
    }
    let server = Server::start(file(), behaviour);
    let mut reports = Vec::new();
    let limits = if behaviour.then == Then::Closes { LIMITS } else { SHORT_LIMITS };
    let result = download(&server.url, &wanted, &limits, &mut |here, total| reports.push((here, total)));
    if result.is_ok() {
        assert_eq!(std::fs::read(&wanted.path).unwrap(), file());
        assert!(wanted.is_here() && !wanted.part().exists());
        assert_eq!(reports.last(), Some(&(1_000_000, Some(1_000_000))));
    } else {
        assert!(!wanted.path.exists(), "a file that was not verified has got its name");
    }
    Outcome { result, asked: server.asked(), part_kept: wanted.part().exists() }
}

fn check(behaviour: Behaviour, part: &[u8], asked: &[&str]) {
    let outcome = outcome(behaviour, part);
    assert!(outcome.result.is_ok(), "{:?}", outcome.result);
    assert_eq!(outcome.asked, asked);
}

#[test]
fn a_download_is_verified_and_goes_on_where_it_was_cut_off() {
    check(GOOD, b"", &[""]);
    check(GOOD, &file()[..400_000], &["bytes=400000-"]);
    // A server without ranges sends the file from its beginning.
    check(Behaviour { ranges: false, ..GOOD }, &file()[..400_000], &["bytes=400000-"]);
    // The stored part is longer than the server's file.
    check(GOOD, &[file(), vec![0]].concat(), &["bytes=1000001-", ""]);
    // A broken connection is reopened.
    let cut = Behaviour { cut_after: 300_000, ..GOOD };
    check(cut, b"", &["", "bytes=300000-", "bytes=600000-", "bytes=900000-"]);
}

#[test]
fn what_is_here_is_kept_when_the_connection_breaks_too_often() {
    let outcome_of = |cut_after| outcome(Behaviour { cut_after, ..GOOD }, b"");
    let broken = outcome_of(100_000);
    let error = broken.result.unwrap_err();
    assert!(matches!(error, ModelError::CutOff { stored: 500_000, total: Some(1_000_000), .. }), "{error}");
    assert!(broken.part_kept && !error.is_permanent());
    assert!(error.to_string().contains("run the same command again"), "{error}");
    // No bytes at all: no retry.
    let silent = outcome_of(0);
    assert!(matches!(silent.result, Err(ModelError::CutOff { stored: 0, .. })), "{:?}", silent.result);
    assert_eq!(silent.asked.len(), 1);
}

#[test]
fn a_server_that_stands_still_or_creeps_is_left() {
    for then in [Then::StandsStill, Then::Drips] {
        let since = Instant::now();
        // Each connection brings a tenth of the file, and there are fewer attempts than that.
        let slow = outcome(Behaviour { cut_after: 100_000, then, ..GOOD }, b"");
        assert!(matches!(slow.result, Err(ModelError::CutOff { .. })), "{:?}", slow.result);
        assert!(slow.part_kept && since.elapsed() < Duration::from_mins(1), "{:?}", since.elapsed());
    }
}

#[test]
fn a_body_without_end_fills_no_disk() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = Wanted { size: Some(1_000_000), ..wanted(folder.path()) };
    for (file, then) in [(file(), Then::NeverEnds), ([file(), vec![0]].concat(), Then::Closes)] {
        let server = Server::start(file, Behaviour { ranges: false, then, ..GOOD });
        let mut most = 0;
        let error =
            download(&server.url, &wanted, &LIMITS, &mut |here, _| most = most.max(here)).unwrap_err();
        assert!(matches!(error, ModelError::TooLong { max_bytes: 1_000_000, .. }), "{error}");
        assert!(error.is_permanent() && most <= 1_000_000 && !wanted.part().exists());
    }
}

#[test]
fn a_range_that_nobody_asked_for_is_refused() {
    for status in [206, 416] {
        let outcome = outcome(Behaviour { refuses: Some(status), ..GOOD }, b"");
        let error = outcome.result.unwrap_err();
        assert!(matches!(error, ModelError::Refused { status: found, .. } if found == status), "{error}");
        assert_eq!(outcome.asked, [""]);
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_part_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let (wanted, other) = (wanted(folder.path()), folder.path().join("other"));
    for by_download in [true, false] {
        std::fs::write(&other, "somebody's").unwrap();
        std::os::unix::fs::symlink(&other, wanted.part()).unwrap();
        if by_download {
            download(&Server::start(file(), GOOD).url, &wanted, &LIMITS, &mut |_, _| {}).unwrap();
        } else {
            let brought = folder.path().join("brought");
            std::fs::write(&brought, file()).unwrap();
            take_from(&brought, &wanted).unwrap();
        }
        assert_eq!(std::fs::read(&other).unwrap(), b"somebody's");
        std::fs::remove_file(&wanted.path).unwrap();
    }
}

#[test]
fn another_file_is_refused_and_thrown_away() {
    let other = outcome(GOOD, &[7; 1000]);
    assert!(matches!(other.result, Err(ModelError::WrongDigest { .. })), "{:?}", other.result);
    assert!(!other.part_kept);
}

#[test]
fn a_server_without_the_file_is_named() {
    for (status, permanent) in [(404, true), (503, false)] {
        let error = outcome(Behaviour { refuses: Some(status), ..GOOD }, b"").result.unwrap_err();
        assert!(
            error.to_string().contains(&status.to_string()) && error.is_permanent() == permanent,
            "{error}"
        );
    }
}

#[test]
fn without_a_network_the_message_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = wanted(folder.path());
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for url in [format!("http://{closed}/x.bin"), "http://no-such-host.invalid/x.bin".to_owned()] {
        let error = download(&url, &wanted, &LIMITS, &mut |_, _| {}).unwrap_err();
        let message = error.to_string();
        assert!(matches!(error, ModelError::Unreachable { .. }), "{message}");
        for part in ["etalon models pull test --from FILE", wanted.path.to_str().unwrap()] {
            assert!(message.contains(part), "{message}");
        }
    }
}

#[test]
fn a_file_that_was_brought_here_is_verified_and_copied() {
    let folder = tempfile::tempdir().unwrap();
    let brought = folder.path().join("stick.bin");
    std::fs::write(&brought, file()).unwrap();
    let wanted = wanted(&folder.path().join("models"));
    take_from(&brought, &wanted).unwrap();
    assert!(wanted.is_here());
    let entry = etalon_models::registry().unwrap().remove(1);
    let other = Wanted::of_registry(&entry, folder.path());
    assert!(matches!(take_from(&brought, &other), Err(ModelError::WrongSize { .. })) && !other.path.exists());
    std::fs::write(&brought, &file()[1..]).unwrap();
    let again = Wanted { path: folder.path().join("again.bin"), ..wanted };
    assert!(
        matches!(take_from(&brought, &again), Err(ModelError::WrongDigest { .. })) && !again.path.exists()
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_and_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let wanted = Wanted::of_user("mine", &sha256_hex(b""), &folder.path().join("models")).unwrap();
    for no_file in [pipe.as_path(), Path::new("/dev/zero"), folder.path()] {
        let refused = take_from(no_file, &wanted);
        assert!(matches!(refused, Err(ModelError::NotAFile { .. })), "{}: {refused:?}", no_file.display());
    }
    assert!(!wanted.part().exists());
}

#[test]
fn a_name_or_a_hash_that_is_none_is_refused() {
    let sha256 = sha256_hex(b"");
    for (name, sha256) in [("../x", sha256.as_str()), ("", &sha256), ("x", "60ed"), ("x", &"g".repeat(64))] {
        assert!(matches!(Wanted::of_user(name, sha256, Path::new("")), Err(ModelError::Wanted(_))), "{name}");
    }
}
