//! How worker processes are watched, and what they may take.

use etalon_pipeline::{Job, SampleStorage};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;

/// The fewest bytes that a second of a recording takes whose header promises no length: 8 kbit/s.
const BYTES_PER_SECOND_MIN: f64 = 1000.0;

/// The longest time limit, seconds: ten years, which every clock can count.
const LIMIT_MAX_S: f64 = 315_360_000.0;

/// How worker processes are watched, and what they may take: the table `[workers]` of the
/// configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkerSettings {
    /// A recording's time limit for each second of its length, seconds. The default, 10, is
    /// generous for the largest model on a slow processor.
    pub limit_per_audio_s: f64,
    /// The shortest time limit, seconds.
    pub limit_min_s: f64,
    /// The most address space that one worker may take, MiB; no limit where it is not given. It has
    /// to hold the model and the longest recording, and is counted before it is used, so three
    /// times what a worker keeps resident is little.
    pub memory_max_mb: Option<u64>,
    /// The samples of a recording stay in a worker's memory up to so many MiB. Those of a longer
    /// one lie in temporary files of the result folder while it is transcribed. No result depends
    /// on it.
    pub samples_max_mb: u64,
}

/// A value of `[workers]` that can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerSettingsError {
    /// A time limit is no number of seconds.
    #[error("`{name}` has to be a number of seconds, 0 or more")]
    NotSeconds {
        /// The key.
        name: &'static str,
    },
    /// A worker is left no memory.
    #[error("`memory_max_mb` has to be more than 0; leave it out for no limit")]
    NoMemory,
    /// This system limits no memory.
    #[error("memory_max_mb: this system can't limit a process's memory")]
    NoMemoryLimit,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        let samples_max_mb = SampleStorage::default().memory_max_bytes >> 20;
        Self { limit_per_audio_s: 10.0, limit_min_s: 300.0, memory_max_mb: None, samples_max_mb }
    }
}

impl WorkerSettings {
    /// How long a worker may take for a recording.
    pub(crate) fn time_limit(&self, job: &Job) -> Duration {
        let limit_s = (length_s(job) * self.limit_per_audio_s).max(self.limit_min_s);
        Duration::from_secs_f64(limit_s.clamp(0.0, LIMIT_MAX_S))
    }

    pub(crate) fn memory_max_bytes(&self) -> Option<u64> {
        self.memory_max_mb.map(|megabytes| megabytes.saturating_mul(1 << 20))
    }

    /// Where a worker keeps the samples of a recording, for results in this folder.
    pub(crate) fn sample_storage(&self, results: &Path) -> SampleStorage {
        let memory_max_bytes = self.samples_max_mb.saturating_mul(1 << 20);
        SampleStorage { memory_max_bytes, ..SampleStorage::in_folder(results) }
    }

    /// Finds what the syntax allows and the program can't use.
    pub(crate) fn check(&self) -> Result<(), WorkerSettingsError> {
        for (name, value) in
            [("limit_per_audio_s", self.limit_per_audio_s), ("limit_min_s", self.limit_min_s)]
        {
            if value.is_nan() || value < 0.0 {
                return Err(WorkerSettingsError::NotSeconds { name });
            }
        }
        if self.memory_max_mb == Some(0) {
            return Err(WorkerSettingsError::NoMemory);
        }
        Ok(())
    }
}

/// The recording's length as its header promises it, or else the longest that its bytes could last.
fn length_s(job: &Job) -> f64 {
    if job.promised_s > 0.0 {
        return job.promised_s;
    }
    let bytes = |path| std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    job.paths().into_iter().map(bytes).max().unwrap_or(0) as f64 / BYTES_PER_SECOND_MIN
}
