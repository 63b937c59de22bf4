//! Which recordings have come to rest.
//!
//! The times of a file are those of the machine that wrote it, or of the file server, and programs
//! set them as they like. So they are only compared with each other: a recording has settled when
//! this process has seen it unchanged for long enough by its own clock.

use crate::intake::contradicts_its_header;
use etalon_pipeline::FileState;
use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How much longer a file has to stay unchanged whose header tells another length than it has: its
/// recorder, or the copy, may only have paused.
const CONTRADICTION: u32 = 5;

/// What has been seen of each file.
#[derive(Debug)]
pub(super) struct Settling {
    settle: Duration,
    seen: HashMap<PathBuf, Seen>,
}

#[derive(Debug)]
struct Seen {
    state: FileState,
    /// When it was first seen in this state.
    since: Instant,
    /// When it is worth a look whether it has settled; none where it has.
    due: Option<Instant>,
}

impl Settling {
    /// Files settle when they have not changed for so long.
    pub(super) fn within(settle: Duration) -> Self {
        Self { settle, seen: HashMap::new() }
    }

    /// The files that have not settled yet. Others than these are forgotten.
    pub(super) fn growing(&mut self, paths: &[PathBuf], now: Instant) -> BTreeSet<PathBuf> {
        let mut growing = BTreeSet::new();
        let mut before = std::mem::take(&mut self.seen);
        for path in paths {
            // Whatever is gone meanwhile waits for its coming back.
            let Ok(state) = FileState::of(path) else {
                growing.insert(path.clone());
                continue;
            };
            let known = before.remove(path).filter(|seen| seen.state == state);
            let seen = known.unwrap_or(Seen { state, since: now, due: Some(now + self.settle) });
            let seen = self.looked_at(path, seen, now);
            if seen.due.is_some() {
                growing.insert(path.clone());
            }
            self.seen.insert(path.clone(), seen);
        }
        growing
    }

    /// When the next of the growing files may have settled.
    pub(super) fn next(&self) -> Option<Instant> {
        self.seen.values().filter_map(|seen| seen.due).min()
    }

    fn looked_at(&self, path: &Path, seen: Seen, now: Instant) -> Seen {
        if seen.due.is_none_or(|due| now < due) {
            return seen;
        }
        // To open a file makes a file server tell its state anew, which the system may have kept.
        let opened = File::open(path).and_then(|file| file.metadata());
        if let Ok(metadata) = opened
            && seen.state != FileState::from(&metadata)
        {
            return Seen { state: FileState::from(&metadata), since: now, due: Some(now + self.settle) };
        }
        let last = seen.since + self.settle * CONTRADICTION;
        let waits = now < last && contradicts_its_header(path);
        Seen { due: waits.then_some(last), ..seen }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const SETTLE: Duration = Duration::from_mins(1);

    /// A WAV file of 8-bit sound whose header promises so many bytes.
    fn wave(promised: u32, bytes: usize) -> Vec<u8> {
        let mut file = Vec::from(*b"RIFF");
        file.extend((36 + promised).to_le_bytes());
        file.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data");
        file.extend(promised.to_le_bytes());
        file.extend(std::iter::repeat_n(128, bytes));
        file
    }

    /// Writes the contents one after the other, each half a minute after the last; when it has
    /// settled, in half minutes since the first.
    fn check(contents: &[Vec<u8>], expected: u32) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        let mut settling = Settling::within(SETTLE);
        let (start, step) = (Instant::now(), SETTLE / 2);
        let settled = (0..20).find(|look| {
            if let Some(content) = contents.get(*look as usize) {
                fs::write(&path, content).unwrap();
            }
            let growing = settling.growing(std::slice::from_ref(&path), start + step * *look);
            assert_eq!(settling.next().is_some(), !growing.is_empty());
            growing.is_empty()
        });
        assert_eq!(settled, Some(expected));
    }

    #[test]
    fn a_recording_settles_when_it_has_not_changed_for_long_enough() {
        check(&[wave(100, 100)], 2);
        check(&[wave(100, 20), wave(100, 60), wave(100, 100)], 4);
        // Its header is as one leaves it who did not come to an end.
        check(&[wave(100, 20)], 2 * CONTRADICTION);
        check(&[wave(100, 20), wave(100, 20), wave(100, 20), wave(100, 100)], 5);
    }

    #[test]
    fn its_times_do_not_matter_and_without_a_settling_time_all_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        fs::write(&path, wave(100, 20)).unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_hours(1000);
        File::options().append(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        let now = Instant::now();
        let paths = std::slice::from_ref(&path);
        assert_eq!(Settling::within(SETTLE).growing(paths, now).len(), 1);
        assert!(Settling::within(Duration::ZERO).growing(paths, now).is_empty());
    }

    #[test]
    fn what_is_gone_is_not_taken() {
        let gone = PathBuf::from("/nowhere/at/all.wav");
        let mut settling = Settling::within(Duration::ZERO);
        assert_eq!(settling.growing(std::slice::from_ref(&gone), Instant::now()).len(), 1);
        assert_eq!(settling.next(), None);
    }
}
