//! Stored files that were damaged, cut, changed by hand, or are of an earlier version.

use super::{HANGS, Night, Numbers, ended_within, rounds, say};
use crate::harness::{Workspace, contents, ended, etalon};
use std::fs;
use std::path::{Path, PathBuf};

/// What may happen to a file.
#[derive(Debug, Clone, Copy)]
enum Damage {
    Gone,
    Empty,
    Cut,
    Garbage,
    Zeroed,
    OneByte,
    SomethingBehind,
    AnotherFile,
    Folder,
    Pipe,
}

const DAMAGES: [Damage; 10] = [
    Damage::Gone,
    Damage::Empty,
    Damage::Cut,
    Damage::Garbage,
    Damage::Zeroed,
    Damage::OneByte,
    Damage::SomethingBehind,
    Damage::AnotherFile,
    Damage::Folder,
    Damage::Pipe,
];

fn damage(path: &Path, how: Damage, other: &Path, numbers: &mut Numbers) {
    let bytes = fs::read(path).unwrap();
    let place = (numbers.next() * bytes.len() as f64) as usize;
    match how {
        Damage::Gone => fs::remove_file(path).unwrap(),
        Damage::Empty => fs::write(path, b"").unwrap(),
        Damage::Cut => fs::write(path, &bytes[..place]).unwrap(),
        Damage::Garbage => fs::write(path, b"\x00\xffgarbage{[").unwrap(),
        Damage::Zeroed => fs::write(path, vec![0; bytes.len()]).unwrap(),
        Damage::OneByte => {
            let mut changed = bytes;
            if let Some(byte) = changed.get_mut(place) {
                *byte ^= 1;
            }
            fs::write(path, changed).unwrap();
        }
        Damage::SomethingBehind => fs::write(path, [bytes, b"\n{}".to_vec()].concat()).unwrap(),
        Damage::AnotherFile => fs::write(path, fs::read(other).unwrap()).unwrap(),
        Damage::Folder | Damage::Pipe => {
            fs::remove_file(path).unwrap();
            let make = if matches!(how, Damage::Folder) { "mkdir" } else { "mkfifo" };
            assert!(std::process::Command::new(make).arg(path).status().unwrap().success());
        }
    }
}

/// A copy of the results of the undisturbed run.
fn copied(night: &Night, workspace: &Workspace) -> PathBuf {
    for (name, content) in contents(&night.expected()) {
        workspace.write(Path::new("out").join(name), content);
    }
    let run = fs::read(night.expected().join("run.json")).unwrap();
    workspace.write("out/run.json", run);
    workspace.out()
}

/// The files of a result folder by their kind: one of each.
const KINDS: [&str; 14] = [
    "calls/",
    "waveforms/",
    "packs/",
    "tables/calls.parquet",
    "tables/turns.parquet",
    "report/index.html",
    "report/calls/",
    "calls.jsonl",
    "incidents.jsonl",
    "failures.jsonl",
    "passed_over.jsonl",
    "recordings.jsonl",
    "ledger.sqlite",
    "run.json",
];

#[test]
fn whatever_is_damaged_is_made_anew() {
    let (night, mut numbers, mut done) = (Night::of_one(), Numbers(13), 0);
    let of_kind = |out: &Path, kind: &str| -> Vec<PathBuf> {
        let files = crate::harness::files_below(out).into_iter();
        files.filter(|path| path.strip_prefix(out).unwrap().to_str().unwrap().starts_with(kind)).collect()
    };
    for _ in 0..rounds(1, 5) {
        for (place, kind) in KINDS.iter().enumerate() {
            for (number, how) in DAMAGES.iter().enumerate() {
                // Every file meets every damage in the long form, and some of them in the short one.
                if !super::is_long() && (3 * place + number) % 7 != 0 {
                    continue;
                }
                // A changed byte of a waveform is another picture, which nobody can tell from the
                // true one. Results of earlier versions have no waveforms, and nothing is listened
                // to again for a picture; a folder in its place is told, and leaves none when it is
                // taken away.
                if matches!((*kind, how), ("waveforms/", Damage::OneByte | Damage::Gone | Damage::Folder)) {
                    continue;
                }
                let workspace = Workspace::new();
                let out = copied(night, &workspace);
                let files = of_kind(&out, kind);
                assert!(!files.is_empty(), "{kind}");
                let other = of_kind(&out, KINDS[(place + 3) % KINDS.len()]).remove(0);
                damage(&files[0], *how, &other, &mut numbers);
                let after = format!("{how:?} of {kind}");
                let first = ended_within(night.run(&out).into_command(), HANGS, &after);
                done += 1;
                // What stands in the place of a file and can't be replaced is told, and nothing is lost.
                if matches!(how, Damage::Folder | Damage::Pipe) && first.code == Some(1) {
                    let name = files[0].file_name().unwrap().to_str().unwrap();
                    assert!(first.stderr.contains(name), "{after}: {}", first.stderr);
                    let _ = fs::remove_dir(&files[0]).or_else(|_| fs::remove_file(&files[0]));
                    night.check_completed(&out, &after);
                } else {
                    assert_eq!(first.code, Some(0), "{after}: {}", first.stderr);
                    night.check_same(&out, &after);
                }
            }
        }
    }
    say(&format!("{done} damaged files of {} kinds: made anew or told, every tree the same", KINDS.len()));
}

#[test]
fn a_damaged_result_is_told_by_every_command_that_reads_it() {
    let night = Night::of_all();
    for how in [Damage::Empty, Damage::Cut, Damage::OneByte, Damage::AnotherFile, Damage::Pipe] {
        let workspace = Workspace::new();
        let out = copied(night, &workspace);
        let calls: Vec<PathBuf> =
            crate::harness::files_below(&out.join("calls")).into_iter().take(2).collect();
        damage(&calls[0], how, &calls[1], &mut Numbers(14));
        for command in ["report", "score"] {
            let ended = ended(etalon().arg(command).arg(&out));
            assert_eq!(ended.code, 3, "{command} after {how:?}: {}", ended.stderr);
            assert!(
                ended.stderr.contains("not in the report: calls/"),
                "{command} after {how:?}: {}",
                ended.stderr
            );
        }
        night.check_completed(&out, &format!("{how:?} of a call"));
    }
}

#[test]
fn a_damaged_ledger_of_an_earlier_night_is_refused() {
    let night = Night::of_all();
    let workspace = Workspace::new();
    let whole = fs::read(night.expected().join("ledger.sqlite")).unwrap();
    let (mut numbers, mut refused) = (Numbers(15), 0);
    let rounds = rounds(10, 150);
    for round in 0..rounds {
        let mut bytes = whole.clone();
        let place = (numbers.next() * bytes.len() as f64) as usize;
        match round % 3 {
            0 => bytes.truncate(place),
            1 => bytes[place] ^= 0x15,
            _ => bytes[place..].iter_mut().take(64).for_each(|byte| *byte = 0),
        }
        if bytes == whole {
            continue;
        }
        let ledger = workspace.write("earlier.sqlite", &bytes);
        let out = copied(night, &workspace);
        let ended = ended(etalon().arg("score").arg(&out).arg("--history").arg(&ledger));
        match ended.code {
            2 => refused += 1,
            // Space between pages that nobody reads.
            0 => night.check_same(&out, "a damaged ledger that says what it said"),
            code => panic!("{code}: {}", ended.stderr),
        }
    }
    say(&format!("{rounds} damaged ledgers as `--history`: {refused} refused, the others without effect"));
}
