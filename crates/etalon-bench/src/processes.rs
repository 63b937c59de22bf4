//! What the system counts of a run and its workers.

use crate::machine::{kilobytes_of, value_of};
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

/// How often processes are looked at.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How often their memory is added up, which takes the system some milliseconds a gigabyte.
const ADD_UP_EVERY: Duration = Duration::from_secs(1);

/// The memory of a run, as it was seen from time to time.
#[derive(Debug, Default)]
pub(crate) struct MemoryWatch {
    /// The most that each worker held, by its number, bytes.
    workers: BTreeMap<u32, u64>,
    /// The most that the run's own process held, bytes.
    run_bytes: u64,
    /// The most that all held together, what they share counted once, bytes.
    together_bytes: u64,
    added_up: Option<Instant>,
}

impl MemoryWatch {
    /// Looks at a run and its workers.
    pub(crate) fn look(&mut self, run: u32) {
        let workers = children_of(run);
        self.run_bytes = self.run_bytes.max(most_resident_bytes(run).unwrap_or(0));
        for &worker in &workers {
            let known = self.workers.entry(worker).or_default();
            *known = (*known).max(most_resident_bytes(worker).unwrap_or(0));
        }
        if self.added_up.is_none_or(|before| before.elapsed() >= ADD_UP_EVERY) && !workers.is_empty() {
            let together =
                workers.iter().chain([&run]).filter_map(|process| proportional_bytes(*process)).sum();
            self.together_bytes = self.together_bytes.max(together);
            self.added_up = Some(Instant::now());
        }
    }

    /// The most that a worker held, bytes; none where none was seen.
    pub(crate) fn worker_bytes(&self) -> Option<u64> {
        self.workers.values().copied().max().filter(|bytes| *bytes > 0)
    }

    /// The most that the run's own process held, bytes; none where it was not seen.
    pub(crate) fn run_bytes(&self) -> Option<u64> {
        Some(self.run_bytes).filter(|bytes| *bytes > 0)
    }

    /// The most that all held together, bytes; none where they were not seen.
    pub(crate) fn together_bytes(&self) -> Option<u64> {
        Some(self.together_bytes).filter(|bytes| *bytes > 0)
    }
}

/// What the system has counted of the processes that this one started and that have ended, with all
/// that these had started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    /// Bytes that came from a disk, beside those of this process itself.
    pub(crate) disk_read_bytes: Option<u64>,
    /// Time on the processors.
    pub(crate) processor: Option<Duration>,
}

impl Account {
    /// As it stands now.
    pub(crate) fn now() -> Self {
        let io = fs::read_to_string("/proc/self/io").unwrap_or_default();
        Self {
            disk_read_bytes: value_of(&io, "read_bytes").and_then(|bytes| bytes.parse().ok()),
            processor: fs::read_to_string("/proc/self/stat").ok().and_then(|text| processor_time(&text)),
        }
    }

    /// What was added since.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            disk_read_bytes: self
                .disk_read_bytes
                .zip(before.disk_read_bytes)
                .map(|(now, before)| now.saturating_sub(before)),
            processor: self.processor.zip(before.processor).map(|(now, before)| now.saturating_sub(before)),
        }
    }
}

/// What follows the number and the name in `/proc/PID/stat`: its fields from the third on. A name
/// may hold anything, closing brackets too.
fn after_name(stat: &str) -> Option<impl Iterator<Item = &str>> {
    stat.rsplit_once(')').map(|(_, fields)| fields.split_ascii_whitespace())
}

/// Of children that have ended: the 16th and the 17th field of `/proc/PID/stat`.
fn processor_time(stat: &str) -> Option<Duration> {
    let mut numbers = after_name(stat)?.skip(13).map(str::parse::<u64>);
    let ticks = numbers.next()?.ok()? + numbers.next()?.ok()?;
    Some(Duration::from_secs_f64(ticks as f64 / ticks_per_second()))
}

#[cfg(unix)]
fn ticks_per_second() -> f64 {
    rustix::param::clock_ticks_per_second() as f64
}

#[cfg(not(unix))]
fn ticks_per_second() -> f64 {
    100.0
}

/// The processes that a process has started.
fn children_of(parent: u32) -> Vec<u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(|process| parent_of(*process) == Some(parent)).collect()
}

fn parent_of(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    after_name(&stat)?.nth(1)?.parse().ok()
}

fn most_resident_bytes(process: u32) -> Option<u64> {
    kilobytes_of(&fs::read_to_string(format!("/proc/{process}/status")).ok()?, "VmHWM")
}

/// What a process holds, of what it shares with others its part.
fn proportional_bytes(process: u32) -> Option<u64> {
    kilobytes_of(&fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?, "Pss")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_process_is_seen_with_its_children() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let mut watch = MemoryWatch::default();
        // A process that has just begun holds next to nothing.
        let since = Instant::now();
        while watch.worker_bytes().is_none_or(|bytes| bytes <= 1 << 14) && since.elapsed().as_secs() < 10 {
            watch.look(std::process::id());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let (run, worker, together) = (watch.run_bytes(), watch.worker_bytes(), watch.together_bytes());
        assert!(run.unwrap() > 1 << 20 && worker.unwrap() > 1 << 14, "{run:?} {worker:?}");
        assert!(together.unwrap() < run.unwrap() + worker.unwrap());
        assert!(MemoryWatch::default().worker_bytes().is_none());
    }

    #[test]
    fn ended_children_are_accounted_for() {
        let before = Account::now();
        let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        assert!(Command::new("sh").args(["-c", busy]).status().unwrap().success());
        let used = Account::now().since(before);
        assert!(used.processor.unwrap() >= Duration::from_millis(10), "{used:?}");
        assert!(used.disk_read_bytes.is_some());
        let text = "7 (a) b) S 1 7 7 0 -1 4 1 2 3 4 5 6 300 200 20 0";
        let expected = 500.0 / ticks_per_second();
        assert_eq!(processor_time(text), Some(Duration::from_secs_f64(expected)));
        assert_eq!(processor_time("odd"), None);
    }
}
