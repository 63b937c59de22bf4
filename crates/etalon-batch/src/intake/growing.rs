//! Which recordings are still being written.
//!
//! A file that was changed a moment ago is looked at twice, a moment apart. Only what has changed
//! meanwhile is growing: a folder that was just copied is taken as it is. How long the moment is
//! depends on the file. A header that accounts for every byte was most likely written at the end,
//! so a short look is enough; a header that promises more than there is, or none, says nothing, and
//! a recorder with a slow codec writes a block only every few seconds.

use etalon_audio::Limits;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// How long a file is watched whose header accounts for all its bytes.
const SHORT_LOOK: Duration = Duration::from_millis(400);

/// How long any other file is watched: 4 KiB of GSM, which the C library writes at once, last 2.5 s.
const LONG_LOOK: Duration = Duration::from_secs(3);

/// How often a stop is looked for.
const TICK: Duration = Duration::from_millis(50);

/// Extensions of containers whose header has the length of the sound.
const WITH_LENGTH: [&str; 6] = ["wav", "wave", "wav49", "w64", "rf64", "bw64"];

/// Names of defects that say that header and bytes disagree about the length.
const LENGTH_DEFECTS: [&str; 2] = ["data_", "container_length"];

/// What changes while a file is written.
type State = (u64, Option<SystemTime>);

/// The files that are still being written, of those changed within the last `settle`.
///
/// When `stop` becomes true, the files are looked at for the second time at once.
pub(super) fn growing(paths: &[PathBuf], settle: Duration, stop: &AtomicBool) -> BTreeSet<PathBuf> {
    let now = SystemTime::now();
    let young: Vec<(&Path, State)> = paths
        .iter()
        .filter_map(|path| Some((path.as_path(), state(path)?)))
        .filter(|(_, (_, changed))| changed.is_some_and(|changed| distance(changed, now) < settle))
        .collect();
    let (complete, others): (Vec<_>, Vec<_>) = young.into_iter().partition(|(path, _)| is_complete(path));
    let since = Instant::now();
    let mut growing = BTreeSet::new();
    for (files, look) in [(complete, SHORT_LOOK), (others, LONG_LOOK)] {
        if !files.is_empty() {
            wait(since, look.min(settle), stop);
        }
        let changed = files.into_iter().filter(|(path, before)| state(path).as_ref() != Some(before));
        growing.extend(changed.map(|(path, _)| path.to_owned()));
    }
    growing
}

fn wait(since: Instant, look: Duration, stop: &AtomicBool) {
    while since.elapsed() < look && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(TICK.min(look));
    }
}

fn state(path: &Path) -> Option<State> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.len(), metadata.modified().ok()))
}

/// How far two moments lie apart; a clock may be behind that of a file server.
fn distance(left: SystemTime, right: SystemTime) -> Duration {
    right.duration_since(left).unwrap_or_else(|error| error.duration())
}

/// Whether the header tells another length than the file has: it was cut off, or nobody has written
/// its end yet.
pub(crate) fn contradicts_its_header(path: &Path) -> bool {
    has_length(path) && !is_complete(path)
}

/// Whether the header of such a file has the length of the sound.
fn has_length(path: &Path) -> bool {
    WITH_LENGTH.contains(&&*super::folder::extension(path))
}

/// Whether the header accounts for every byte.
fn is_complete(path: &Path) -> bool {
    has_length(path)
        && etalon_audio::open(path, &Limits::default()).is_ok_and(|decoder| {
            let disagrees = |kind: &str| LENGTH_DEFECTS.iter().any(|known| kind.starts_with(known));
            !decoder.into_defects().iter().any(|defect| disagrees(&defect.kind))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn check(settle_s: u64, age_s: u64, expected: bool) {
        let folder = tempfile::tempdir().unwrap();
        let (grown, still) = (folder.path().join("a.wav"), folder.path().join("b.gsm"));
        for path in [&grown, &still] {
            fs::write(path, b"RIFF").unwrap();
        }
        let changed = SystemTime::now() - Duration::from_secs(age_s);
        for path in [&grown, &still] {
            fs::File::options().append(true).open(path).unwrap().set_modified(changed).unwrap();
        }
        let (path, settle) = (grown.clone(), Duration::from_secs(settle_s));
        let writer = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(150));
            fs::File::options().append(true).open(path).unwrap().write_all(b"more").unwrap();
        });
        let found = growing(&[grown.clone(), still.clone()], settle, &AtomicBool::new(false));
        writer.join().unwrap();
        assert_eq!(found.contains(&grown), expected, "settle {settle_s} s, age {age_s} s");
        assert!(!found.contains(&still));
    }

    #[test]
    fn only_what_changes_is_growing_and_only_the_young_is_watched() {
        check(60, 0, true);
        check(60, 600, false);
        check(0, 0, false);
    }
}
