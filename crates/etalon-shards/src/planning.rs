//! Recordings into a plan.

use crate::balance::deal_out;
use crate::error::ShardError;
use crate::plan_file::{PLAN_SCHEMA, PlanHeader, PlannedRecording, ShardPlan, ShardSize, absolute};
use etalon_audio::Limits;
use etalon_batch::intake::Intake;
use etalon_batch::same_bytes::{HashedInput, hash_inputs, join_calls};
use etalon_pipeline::LimitSettings;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// The bytes of a second of a recording where no other recording tells: 16 bits at 8 kHz, or twice 8.
const BYTES_PER_SECOND: f64 = 16_000.0;

/// Deals the recordings of `intake` out to so many shards, of about the same length.
///
/// Every recording is read once. Recordings of the same bytes are in one shard, and are listened to
/// once. The same recordings give the same plan, in whatever order they were named. What can't be read
/// is a failure of the plan, as it would be of a run.
///
/// # Errors
///
/// [`ShardError::Stopped`] when `stop` becomes true.
pub fn plan(
    intake: Intake,
    shards: u32,
    limits: &LimitSettings,
    facts_sha256: String,
    stop: &AtomicBool,
) -> Result<ShardPlan, ShardError> {
    let hashed = hash_inputs(intake.inputs, None, &Limits::from(limits), stop);
    if stop.load(Ordering::Relaxed) {
        return Err(ShardError::Stopped);
    }
    let bytes_per_second = BytesPerSecond::of(&hashed);
    let mut recordings: Vec<PlannedRecording> =
        hashed.iter().filter_map(|hashed| planned(hashed, &bytes_per_second)).collect();
    let joined = join_calls(hashed);
    let own_names: BTreeMap<&str, &str> = joined
        .by_bytes
        .iter()
        .flatten()
        .flat_map(|job| job.also_found_as.iter().map(|name| (name.as_str(), job.source.as_str())))
        .collect();
    for recording in &mut recordings {
        recording.same_call_as = own_names.get(recording.source.as_str()).map(|name| (*name).to_owned());
    }
    let sizes = deal_out_groups(&mut recordings, shards);
    recordings.sort_by(|left, right| (left.shard, &left.source).cmp(&(right.shard, &right.source)));
    let mut failures = intake.failures;
    failures.extend(joined.failures);
    let header = PlanHeader {
        schema: PLAN_SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        facts_sha256,
        shards: sizes,
        lines: recordings.len() + failures.len() + intake.passed_over.len(),
        warnings: intake.warnings.iter().map(ToString::to_string).collect(),
    };
    Ok(ShardPlan { header, recordings, failures, passed_over: intake.passed_over })
}

/// A recording of no shard yet; none where it could not be read.
fn planned(hashed: &HashedInput, bytes_per_second: &BytesPerSecond) -> Option<PlannedRecording> {
    let HashedInput { input, hash, bytes, promised_s } = hashed;
    let files = hash.as_ref().ok()?;
    let is_length_guessed = *promised_s <= 0.0;
    let audio_s = if is_length_guessed {
        *bytes as f64 / bytes_per_second.of_file(first_path(hashed))
    } else {
        *promised_s
    };
    Some(PlannedRecording {
        shard: 0,
        source: input.source.clone(),
        files: input.files.paths().into_iter().map(absolute).collect(),
        sha256: files.sha256.clone(),
        bytes: *bytes,
        audio_s: (audio_s * 1000.0).round() / 1000.0,
        is_length_guessed,
        same_call_as: None,
        facts: input.facts.clone().into(),
    })
}

/// Gives each recording its shard, and says how much is in each. Recordings of the same bytes go
/// together: they are listened to once.
fn deal_out_groups(recordings: &mut [PlannedRecording], shards: u32) -> Vec<ShardSize> {
    let mut groups: BTreeMap<String, Vec<&mut PlannedRecording>> = BTreeMap::new();
    for recording in recordings {
        groups.entry(recording.sha256.clone()).or_default().push(recording);
    }
    let length_s = |group: &Vec<&mut PlannedRecording>| {
        group.iter().map(|recording| recording.audio_s).fold(0.0, f64::max)
    };
    let lengths_ms: Vec<u64> =
        groups.values().map(|group| (length_s(group) * 1000.0).round() as u64).collect();
    let mut sizes: Vec<ShardSize> =
        (1..=shards).map(|shard| ShardSize { shard, ..ShardSize::default() }).collect();
    let mut lengths_of_shards_ms = vec![0_u64; sizes.len()];
    let dealt = deal_out(&lengths_ms, sizes.len());
    for ((group, length_ms), place) in groups.into_values().zip(lengths_ms).zip(dealt) {
        let size = &mut sizes[place];
        lengths_of_shards_ms[place] += length_ms;
        for recording in group {
            recording.shard = size.shard;
            size.recordings += 1;
            size.bytes += recording.bytes;
        }
    }
    for (size, length_ms) in sizes.iter_mut().zip(lengths_of_shards_ms) {
        size.audio_s = length_ms as f64 / 1000.0;
    }
    sizes
}

/// How many bytes a second of the recordings takes whose headers tell their length, by extension.
struct BytesPerSecond {
    by_extension: BTreeMap<String, f64>,
}

impl BytesPerSecond {
    fn of(hashed: &[HashedInput]) -> Self {
        let mut totals: BTreeMap<String, (u64, f64)> = BTreeMap::new();
        for hashed in hashed.iter().filter(|hashed| hashed.promised_s > 0.0 && hashed.hash.is_ok()) {
            let (bytes, seconds) = totals.entry(extension(first_path(hashed))).or_default();
            *bytes += hashed.bytes;
            *seconds += hashed.promised_s;
        }
        let rates =
            totals.into_iter().map(|(extension, (bytes, seconds))| (extension, bytes as f64 / seconds));
        Self { by_extension: rates.filter(|(_, rate)| *rate > 0.0).collect() }
    }

    fn of_file(&self, path: &Path) -> f64 {
        self.by_extension.get(&extension(path)).copied().unwrap_or(BYTES_PER_SECOND)
    }
}

fn first_path(hashed: &HashedInput) -> &Path {
    hashed.input.files.paths().first().copied().unwrap_or(Path::new(""))
}

fn extension(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().to_lowercase()
}
