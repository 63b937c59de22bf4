//! What the machine has: processor, memory, disk.

use super::{Check, Subject};
use crate::arguments::processors;
use etalon_asr::EngineChoice;
use etalon_batch::Config;
use etalon_store::nearest_existing;
use std::path::Path;

/// What a worker takes beside its speech model: its windows, one recording, and the other models.
/// An estimate (`docs/operations.md`).
const WORKER_BYTES: u64 = 450_000_000;

/// With less free space no run begins to make sense.
const DISK_MIN_BYTES: u64 = 100_000_000;

/// Less free space than this soon runs out, whatever the input is.
const DISK_LOW_BYTES: u64 = 1_000_000_000;

/// What results are taken to need of the size of the recordings. An assumption, not measured: it
/// only decides when somebody is warned.
const RESULTS_PER_INPUT: f64 = 0.1;

/// The processor and what the speech engine uses of it.
pub(super) fn processor(engine: EngineChoice) -> Check {
    Check::ok(Subject::Processor, format!("{} processors; {}", processors(), engine.compute_features()))
}

/// The speech model, as far as it decides how much memory a run takes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ModelMemory {
    /// The length of its file.
    pub(super) file_bytes: u64,
    /// Whether all workers of a run have one copy of its weights.
    pub(super) is_shared: bool,
}

/// Whether the free memory, of the machine or of the group of processes, holds the workers.
pub(super) fn memory(jobs: usize, model: ModelMemory, config: &Config) -> Check {
    match free_memory_bytes() {
        Ok(free_bytes) => judge_memory(free_bytes, jobs as u64, model, config.workers.memory_max_mb),
        Err(error) => Check::warning(Subject::Memory, format!("the free memory is not known: {error}")),
    }
}

/// The free memory that a new process of this group of processes would find.
fn free_memory_bytes() -> Result<u64, sysinfo::Error> {
    let system = sysinfo::System::new_with_specifics(
        sysinfo::RefreshKind::nothing().with_memory(sysinfo::MemoryRefreshKind::nothing().with_ram()),
    )?;
    let of_group = system.cgroup_limits().map_or(u64::MAX, |limits| limits.free_memory);
    Ok(system.available_memory().min(of_group))
}

/// Judges free memory. Packed weights take at most half as much again as their file, once for all
/// workers or once for each.
fn judge_memory(free_bytes: u64, jobs: u64, model: ModelMemory, memory_max_mb: Option<u64>) -> Check {
    let weights_bytes = model.file_bytes + model.file_bytes / 2;
    let whole_worker_bytes = weights_bytes + WORKER_BYTES;
    let (shared_bytes, worker_bytes) =
        if model.is_shared { (weights_bytes, WORKER_BYTES) } else { (0, whole_worker_bytes) };
    let needed_bytes = shared_bytes + jobs * worker_bytes;
    let detail =
        format!("{} free; {jobs} workers need about {}", gigabytes(free_bytes), gigabytes(needed_bytes));
    let fitting = free_bytes.saturating_sub(shared_bytes) / worker_bytes;
    let limit_bytes = memory_max_mb.map(|megabytes| megabytes << 20);
    if fitting == 0 {
        Check::failed(Subject::Memory, format!("{detail}; free some, or use a smaller model"))
    } else if free_bytes < needed_bytes {
        let threads = if model.is_shared { "" } else { ", or --workers threads" };
        Check::warning(Subject::Memory, format!("{detail}; use --jobs {fitting}{threads}"))
    } else if limit_bytes.is_some_and(|limit| limit < 3 * whole_worker_bytes) {
        // Shared weights are in the address space of every worker.
        let least_mb = (3 * whole_worker_bytes) >> 20;
        let remedy = format!("memory_max_mb of the configuration should be at least {least_mb}");
        Check::warning(Subject::Memory, format!("{detail}; {remedy}"))
    } else {
        Check::ok(Subject::Memory, detail)
    }
}

/// Whether the results of the input find room.
pub(super) fn disk(out: &Path, input_bytes: u64) -> Check {
    let place = nearest_existing(out);
    match free_bytes(place) {
        Ok(free_bytes) => judge_disk(free_bytes, input_bytes),
        Err(error) => {
            Check::failed(Subject::Disk, format!("{}: the free space is not known: {error}", place.display()))
        }
    }
}

fn judge_disk(free_bytes: u64, input_bytes: u64) -> Check {
    let needed_bytes = (input_bytes as f64 * RESULTS_PER_INPUT) as u64;
    let detail = format!("{} free", gigabytes(free_bytes));
    if free_bytes < DISK_MIN_BYTES {
        Check::failed(Subject::Disk, format!("{detail}; free some space, or choose another --out"))
    } else if free_bytes < DISK_LOW_BYTES.max(needed_bytes) {
        let needed = gigabytes(DISK_LOW_BYTES.max(needed_bytes));
        Check::warning(Subject::Disk, format!("{detail}; results may need up to {needed}"))
    } else {
        Check::ok(Subject::Disk, detail)
    }
}

#[cfg(unix)]
fn free_bytes(folder: &Path) -> std::io::Result<u64> {
    let space = rustix::fs::statvfs(folder)?;
    Ok(space.f_bavail.saturating_mul(space.f_frsize))
}

#[cfg(not(unix))]
fn free_bytes(_folder: &Path) -> std::io::Result<u64> {
    Err(std::io::ErrorKind::Unsupported.into())
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::super::Status;
    use super::*;

    const GIGABYTE: u64 = 1_000_000_000;

    fn check(found: &Check, expected: Status, part: &str) {
        assert!(found.status == expected && found.detail.contains(part), "{found:?}");
    }

    #[test]
    fn memory_has_to_hold_every_worker() {
        // A model of 100 MB makes a worker of 600 MB.
        let model = |is_shared| ModelMemory { file_bytes: GIGABYTE / 10, is_shared };
        let judge = |free, jobs, limit| judge_memory(free, jobs, model(false), limit);
        check(&judge(8 * GIGABYTE, 4, None), Status::Ok, "8.0 GB free; 4 workers need about 2.4 GB");
        check(&judge(2 * GIGABYTE, 4, None), Status::Warning, "--jobs 3");
        check(&judge(GIGABYTE / 2, 4, None), Status::Failed, "smaller model");
        check(&judge(8 * GIGABYTE, 1, Some(1000)), Status::Warning, "at least 1716");
        check(&judge(8 * GIGABYTE, 1, Some(2000)), Status::Ok, "");
        // Where its weights are shared, it is 150 MB once, and 450 MB for each worker.
        let judge = |free, jobs, limit| judge_memory(free, jobs, model(true), limit);
        check(&judge(8 * GIGABYTE, 3, None), Status::Ok, "3 workers need about 1.5 GB");
        check(&judge(GIGABYTE, 3, None), Status::Warning, "--jobs 1");
        check(&judge(8 * GIGABYTE, 1, Some(1000)), Status::Warning, "at least 1716");
    }

    #[test]
    fn results_have_to_find_room() {
        check(&judge_disk(50 * GIGABYTE, 100 * GIGABYTE), Status::Ok, "50.0 GB free");
        check(&judge_disk(5 * GIGABYTE, 100 * GIGABYTE), Status::Warning, "up to 10.0 GB");
        check(&judge_disk(GIGABYTE / 2, 0), Status::Warning, "up to 1.0 GB");
        check(&judge_disk(0, 0), Status::Failed, "--out");
    }
}
