//! Notices of the system that something has changed in a folder.
//!
//! They only shorten a pause. A file server tells nobody what other machines write, and a system
//! that has no room for more notices gives none, so whoever waits for them looks from time to time
//! as well.

use notify::event::{AccessKind, AccessMode};
use notify::{ErrorKind, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the system has told of a change since somebody asked last.
#[derive(Debug)]
pub struct Notices {
    is_change: Arc<AtomicBool>,
    /// Tells nothing more when it is dropped.
    _watcher: RecommendedWatcher,
}

impl Notices {
    /// Notices of what changes in files and folders, and in all folders below them.
    ///
    /// # Errors
    ///
    /// When the system gives none.
    pub fn of<'a>(places: impl IntoIterator<Item = &'a PathBuf>) -> Result<Self, NoNotices> {
        let is_change = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_change);
        let mut watcher = notify::recommended_watcher(move |notice: notify::Result<notify::Event>| {
            // What can't be told may be a change.
            if notice.map_or(true, |notice| is_change_of(notice.kind)) {
                told.store(true, Ordering::Relaxed);
            }
        })?;
        for place in places {
            watcher.watch(place, RecursiveMode::Recursive)?;
        }
        Ok(Self { is_change, _watcher: watcher })
    }

    /// Whether something has changed since the last call.
    pub fn take(&self) -> bool {
        self.is_change.swap(false, Ordering::Relaxed)
    }
}

/// Why the system gives no notices of changes.
#[derive(Debug, thiserror::Error)]
pub enum NoNotices {
    /// It gives notice of as many folders as it may.
    #[error("the system gives notice of too many folders already; raise fs.inotify.max_user_watches")]
    Limit,
    /// It refuses for another reason.
    #[error("the system gives no notice of changes: {0}")]
    Refused(String),
}

impl From<notify::Error> for NoNotices {
    fn from(error: notify::Error) -> Self {
        match error.kind {
            ErrorKind::MaxFilesWatch => Self::Limit,
            ErrorKind::Io(error) => Self::Refused(error.to_string()),
            // The others would name paths.
            kind => Self::Refused(format!("{kind:?}")),
        }
    }
}

/// A file that is only read, as every round does, has not changed.
fn is_change_of(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::time::{Duration, Instant};

    const PATIENCE: Duration = Duration::from_secs(30);

    fn is_told_within(notices: &Notices, patience: Duration) -> bool {
        let since = Instant::now();
        while since.elapsed() < patience {
            if notices.take() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    #[test]
    fn what_is_written_is_told_and_what_is_read_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().to_owned();
        fs::create_dir(input.join("day")).unwrap();
        let notices = Notices::of([&input]).unwrap();
        fs::write(input.join("day/a.wav"), "one").unwrap();
        assert!(is_told_within(&notices, PATIENCE), "in a folder below");
        while is_told_within(&notices, Duration::from_millis(300)) {}
        assert_eq!(fs::read(input.join("day/a.wav")).unwrap(), b"one");
        assert!(!is_told_within(&notices, Duration::from_millis(300)), "it was only read");
        fs::rename(input.join("day/a.wav"), input.join("day/b.wav")).unwrap();
        assert!(is_told_within(&notices, PATIENCE), "another name");
        assert!(Notices::of([&input.join("nowhere")]).is_err());
    }
}
