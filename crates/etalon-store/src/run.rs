use crate::passed_over::PassedOverCount;
use crate::quality::{CallQuality, Drift};
use etalon_call::{PackReference, Stage, round3};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema name of `run.json`.
pub const RUN_SCHEMA: &str = "etalon.run/1";

/// `run.json`: what one run did and how long it took. It holds timings, as do the copies of earlier
/// runs in `runs/`, and `etalon.prom`; no other result file does.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunSummary {
    /// Always [`RUN_SCHEMA`] in this version.
    pub schema: String,
    /// The version of etalon.
    pub version: String,
    /// The speech model's name; null for a run without transcription.
    pub model: Option<String>,
    /// What computed the speech model: the engine, and its instruction sets or accelerators; null
    /// for a run without transcription.
    pub engine: Option<String>,
    /// The rule packs, in the order in which they were applied.
    pub packs: Vec<PackReference>,
    /// The fingerprint of program, model, packs and configuration.
    pub fingerprint: String,
    /// When the run began, RFC 3339.
    pub started_at: String,
    /// When the watch began of which the run is a round, or its present day of 24 hours, RFC 3339;
    /// absent for any other run. The rounds of one such day are kept in `runs/` as one run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub watch_started_at: Option<String>,
    /// How many calls were worked on at once.
    pub jobs: u32,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// Recordings that the input held.
    pub recordings: u32,
    /// Recordings that this run worked through.
    pub processed: u32,
    /// Recordings whose stored result was current already, or needed only its rules applied again.
    pub reused: u32,
    /// Recordings whose stored result could not be read wholly, so that it was to be made again.
    #[serde(default)]
    pub redone: u32,
    /// Calls of earlier runs that were deleted, because their recordings have other bytes now.
    #[serde(default)]
    pub replaced: u32,
    /// Recordings that are the same as another one, byte for byte.
    pub duplicates: u32,
    /// Recordings that were forgotten on somebody's demand, and so were left alone.
    #[serde(default)]
    pub forgotten: u32,
    /// Recordings without a result, and rows of manifests that can't be used.
    pub failed: u32,
    /// Files of the inputs that were not taken for recordings, by reason.
    #[serde(default)]
    pub passed_over: Vec<PassedOverCount>,
    /// What was odd with inputs and manifests, one sentence each.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// Length of the recordings that this run worked through, hours.
    pub audio_hours: f64,
    /// The same, counting every channel that carries a side of its own, hours.
    pub channel_hours: f64,
    /// Time from start to end on the clock, seconds; of the rounds of a watch that are kept as one,
    /// with the pauses between them.
    pub wall_s: f64,
    /// Hours of audio per hour of wall clock, pauses between rounds left out; null where nothing was
    /// worked through.
    pub speed: Option<f64>,
    /// Hours of channels per hour of wall clock, in the same way; null where nothing was worked
    /// through.
    pub channel_speed: Option<f64>,
    /// Time by stage, in the order of the pipeline.
    pub stages: Vec<StageTime>,
    /// How long a worker was busy with one recording; null where nothing was worked through.
    #[serde(default)]
    pub call_times: Option<CallTimes>,
    /// What the calls are like that this run worked through, or this day of a watch: all of them
    /// first, then those of each queue; empty where it worked none through.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<CallQuality>,
    /// What is not as it was in earlier runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<Drift>,
    /// Where the recordings of this run and of earlier ones were found, by the ids of their calls:
    /// digests of paths, by which a recording is known that has other bytes than before.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub places: BTreeMap<String, Vec<String>>,
    /// Of which plan of shards the recordings are a part; absent for a run without a plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<PlanPart>,
}

/// One shard of a plan, or all of them together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanPart {
    /// SHA-256 of the plan's file, in hexadecimal.
    pub plan_sha256: String,
    /// How many shards the plan has.
    pub shards: u32,
    /// The shard, counted from 1; null where the shards were merged.
    pub shard: Option<u32>,
    /// How many calls have a result; 0 until the run has ended.
    pub calls: u32,
    /// SHA-256, in hexadecimal, over what decides which recordings have a result and with what
    /// words, and is in no fingerprint of a result: limits, and whether transcripts are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings_sha256: Option<String>,
}

impl PlanPart {
    /// Whether both are the same part of the same plan, however far and in whatever way it was run.
    pub fn is_same_as(&self, other: &Self) -> bool {
        (&self.plan_sha256, self.shards, self.shard) == (&other.plan_sha256, other.shards, other.shard)
    }
}

/// How long one stage took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageTime {
    /// The stage.
    pub stage: Stage,
    /// Recordings that went through the stage.
    pub recordings: u32,
    /// Time spent in it, summed over all threads, seconds.
    pub busy_s: f64,
}

/// How long a worker was busy with one recording, from its samples to its verdicts, over the
/// recordings of a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CallTimes {
    /// Half of the recordings took no longer, seconds.
    pub p50_s: f64,
    /// 95 of 100 recordings took no longer, seconds.
    pub p95_s: f64,
    /// The longest of them, seconds.
    pub max_s: f64,
}

impl CallTimes {
    /// Of the times of all recordings, which are sorted for it; none where there are none.
    pub fn of(times_s: &mut [f64]) -> Option<Self> {
        times_s.sort_by(f64::total_cmp);
        let max_s = *times_s.last()?;
        // The nearest rank: a time that was measured, and none in between.
        let rank = |percent: usize| (times_s.len() * percent).div_ceil(100).max(1) - 1;
        let at = |percent| times_s.get(rank(percent)).copied().unwrap_or(max_s);
        Some(Self { p50_s: round3(at(50)), p95_s: round3(at(95)), max_s: round3(max_s) })
    }
}

impl RunSummary {
    /// Adds the times of stages, in the order of the pipeline.
    pub fn add_stages(&mut self, added: &[StageTime]) {
        for added in added {
            match self.stages.iter_mut().find(|known| known.stage == added.stage) {
                Some(known) => {
                    known.recordings += added.recordings;
                    known.busy_s += added.busy_s;
                }
                None => self.stages.push(added.clone()),
            }
        }
        self.stages.sort_by_key(|time| time.stage);
    }

    /// Rounds the numbers and derives both speeds from the hours and the wall clock.
    #[must_use]
    pub fn with_speeds(mut self) -> Self {
        self.speed = speed(self.audio_hours, self.wall_s);
        self.channel_speed = speed(self.channel_hours, self.wall_s);
        self.audio_hours = round3(self.audio_hours);
        self.channel_hours = round3(self.channel_hours);
        self.wall_s = round3(self.wall_s);
        for stage in &mut self.stages {
            stage.busy_s = round3(stage.busy_s);
        }
        self
    }
}

fn speed(hours: f64, wall_s: f64) -> Option<f64> {
    (hours > 0.0 && wall_s > 0.0).then(|| round3(hours * 3600.0 / wall_s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        for (mut times_s, expected) in [
            (vec![], None),
            (vec![2.0], Some([2.0, 2.0, 2.0])),
            (vec![3.0, 1.0], Some([1.0, 3.0, 3.0])),
            (vec![4.0, 1.0, 2.0, 3.0], Some([2.0, 4.0, 4.0])),
            (hundred, Some([50.0, 95.0, 100.0])),
        ] {
            let found = CallTimes::of(&mut times_s).map(|times| [times.p50_s, times.p95_s, times.max_s]);
            assert_eq!(found, expected, "{times_s:?}");
        }
    }
}
