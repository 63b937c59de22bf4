//! What a watch tells of what waits.

use crate::output;
use etalon_batch::BatchError;
use etalon_batch::watch::{Backlog, Look};
use etalon_store::Failure;
use std::time::{Duration, Instant, SystemTime};

/// A backlog that stays the same is told again after this.
const TELL_AGAIN: Duration = Duration::from_mins(1);

/// What was told last.
#[derive(Default)]
pub(super) struct Told {
    backlog: Option<(Backlog, Instant)>,
    unavailable: String,
}

impl Told {
    /// Tells what waits, where that is something else than before or some time has passed.
    pub(super) fn tell(&mut self, look: &Look) {
        let unavailable = said_of(&look.unavailable);
        if unavailable != self.unavailable {
            for line in unavailable.lines() {
                output::alert(&format!("waiting: {line}"));
            }
            self.unavailable = unavailable;
        }
        let counts = |backlog: &Backlog| Backlog { oldest: None, ..*backlog };
        let now = counts(&look.backlog);
        let is_new = self.backlog.is_none_or(|(told, since)| {
            told != now || (now != Backlog::default() && since.elapsed() >= TELL_AGAIN)
        });
        if is_new {
            output::message(&backlog_line(&look.backlog, SystemTime::now()));
            self.backlog = Some((now, Instant::now()));
        }
    }
}

/// What is wrong with inputs, without their names.
fn said_of(failures: &[Failure]) -> String {
    if failures.is_empty() {
        return String::new();
    }
    BatchError::NothingToDo { failures: failures.to_vec() }.to_string()
}

fn backlog_line(backlog: &Backlog, now: SystemTime) -> String {
    let age = backlog.age(now).map_or_else(String::new, |age| format!(", the oldest {} old", in_words(age)));
    let parts = [
        (backlog.waiting, format!("to be processed{age}")),
        (backlog.growing, "still being written".to_owned()),
        (backlog.to_retry, "to be tried again later".to_owned()),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    if parts.is_empty() { "backlog: nothing".to_owned() } else { format!("backlog: {}", parts.join("; ")) }
}

fn in_words(time: Duration) -> String {
    let seconds = time.as_secs();
    match (seconds / 3600, seconds / 60 % 60) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backlog_is_told_in_words() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(100);
        for (waiting, minutes, growing, to_retry, expected) in [
            (0, None, 0, 0, "backlog: nothing"),
            (3, Some(2), 0, 0, "backlog: 3 to be processed, the oldest 2 min old"),
            (
                1,
                Some(61),
                2,
                0,
                "backlog: 1 to be processed, the oldest 1 h 1 min old; 2 still being written",
            ),
            (0, None, 0, 4, "backlog: 4 to be tried again later"),
        ] {
            let oldest = minutes.map(|minutes| now - Duration::from_mins(minutes));
            assert_eq!(backlog_line(&Backlog { waiting, oldest, growing, to_retry }, now), expected);
        }
        let ahead = Backlog { waiting: 1, oldest: Some(now + TELL_AGAIN), ..Backlog::default() };
        assert_eq!(backlog_line(&ahead, now), "backlog: 1 to be processed, the oldest 0 s old");
    }
}
