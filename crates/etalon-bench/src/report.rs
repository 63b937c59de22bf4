//! What `etalon bench --json` prints.

use crate::machine::Machine;
use crate::run::MeasuredRun;
use crate::shape::ModelShape;
use crate::statistics::Measured;
use etalon_call::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The schema name of a report.
pub const BENCH_SCHEMA: &str = "etalon.bench/1";

/// What was measured of a machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchReport {
    /// Always [`BENCH_SCHEMA`] in this version.
    pub schema: String,
    /// The version of etalon.
    pub version: String,
    /// When the measurement began, RFC 3339.
    pub started_at: String,
    /// What was measured on.
    pub machine: Machine,
    /// What was worked through.
    pub dump: DumpReport,
    /// How many calls were worked on at once.
    pub jobs: u32,
    /// How often each case was measured.
    pub repetitions: u32,
    /// Each model with each engine.
    pub cases: Vec<CaseReport>,
}

/// The recordings that were worked through.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DumpReport {
    /// What they were made of: `samples` inside the program, or a `folder`.
    pub made_of: String,
    /// How many.
    pub calls: u32,
    /// Their length together, seconds.
    pub audio_s: f64,
    /// Their files together, bytes.
    pub bytes: u64,
}

/// A model with an engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CaseReport {
    /// The speech model; null for runs without transcription.
    pub model: Option<ModelReport>,
    /// What computed the model, as `run.json` names it; null for runs without transcription.
    pub engine: Option<String>,
    /// Calls with a result in each run, the least of all repetitions.
    pub calls: u32,
    /// Calls an hour, from the start of `etalon run` to its end: its model loaded, tables and pages
    /// made.
    pub calls_per_hour: Measured,
    /// Hours of recordings an hour, in the same time.
    pub speed: Measured,
    /// How long the stages would have taken, spread evenly over all workers and without anything
    /// else, as a share of how long the run took, 0 to 1.
    pub efficiency: Measured,
    /// From the start of `etalon run` to its end, seconds.
    pub wall_s: Measured,
    /// Of that, before the first recording was looked at and after the last one was stored: inputs,
    /// tables, pages; seconds.
    pub before_and_after_s: Measured,
    /// Time on the processors, all processes together, seconds; null where the system does not say.
    pub processor_s: Option<Measured>,
    /// Half of the calls kept a worker busy no longer, seconds.
    pub call_p50_s: Option<Measured>,
    /// 95 of 100 calls kept a worker busy no longer, seconds.
    pub call_p95_s: Option<Measured>,
    /// The most memory that a worker held, bytes; null where the system does not say.
    pub worker_memory_bytes: Option<Measured>,
    /// The most memory that the process held which gives the workers their recordings, bytes.
    pub run_memory_bytes: Option<Measured>,
    /// The most memory that all processes held at a time, what they share counted once, bytes.
    pub memory_bytes: Option<Measured>,
    /// What was read from the disk, not from the system's cache, bytes.
    pub disk_read_bytes: Option<Measured>,
    /// Where the time went, in the order of the pipeline.
    pub stages: Vec<StageReport>,
}

/// A speech model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelReport {
    /// The model's name in the registry, or its file's name.
    pub name: String,
    /// Its shape, where its weights are random.
    pub shape: Option<ModelShape>,
    /// Tokens that a model with random weights decodes in every window; null for a real model, which
    /// decodes what is said.
    pub tokens_per_window: Option<u16>,
}

/// A stage of the pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageReport {
    /// The stage.
    pub stage: Stage,
    /// Time spent in it over all workers, seconds.
    pub busy_s: Measured,
    /// Hours of recordings that one processor gets through an hour, if it does nothing else; null
    /// where it took no time.
    pub speed: Option<Measured>,
}

impl CaseReport {
    /// Of all repetitions of a case; none where there are none.
    pub(crate) fn of(model: Option<ModelReport>, runs: &[MeasuredRun]) -> Option<Self> {
        let first = runs.first()?;
        let each = |value: &dyn Fn(&MeasuredRun) -> f64| Measured::of(runs.iter().map(value));
        let known = |value: &dyn Fn(&MeasuredRun) -> Option<f64>| Measured::of_known(runs.iter().map(value));
        let bytes = |bytes: Option<u64>| bytes.map(|bytes| bytes as f64);
        let wall_s = |run: &MeasuredRun| run.wall.as_secs_f64();
        Some(Self {
            model,
            engine: first.summary.engine.clone(),
            calls: runs.iter().map(MeasuredRun::calls).min().unwrap_or(0),
            calls_per_hour: each(&|run| f64::from(run.calls()) * 3600.0 / wall_s(run))?,
            speed: each(&|run| run.summary.audio_hours * 3600.0 / wall_s(run))?,
            efficiency: each(&MeasuredRun::efficiency)?,
            wall_s: each(&wall_s)?,
            before_and_after_s: each(&|run| (wall_s(run) - run.summary.wall_s).max(0.0))?,
            processor_s: known(&|run| run.account.processor.map(|time| time.as_secs_f64())),
            call_p50_s: known(&|run| run.summary.call_times.map(|times| times.p50_s)),
            call_p95_s: known(&|run| run.summary.call_times.map(|times| times.p95_s)),
            worker_memory_bytes: known(&|run| bytes(run.memory.worker_bytes())),
            run_memory_bytes: known(&|run| bytes(run.memory.run_bytes())),
            memory_bytes: known(&|run| bytes(run.memory.together_bytes())),
            disk_read_bytes: known(&|run| bytes(run.account.disk_read_bytes)),
            stages: first
                .summary
                .stages
                .iter()
                .filter_map(|stage| StageReport::of(stage.stage, runs))
                .collect(),
        })
    }
}

impl StageReport {
    fn of(stage: Stage, runs: &[MeasuredRun]) -> Option<Self> {
        let time = |run: &MeasuredRun| {
            let busy_s = run.summary.stages.iter().find(|time| time.stage == stage)?.busy_s;
            Some((busy_s, run.summary.audio_hours * 3600.0))
        };
        let speed = |(busy_s, audio_s): (f64, f64)| (busy_s > 0.0).then(|| audio_s / busy_s);
        Some(Self {
            stage,
            busy_s: Measured::of_known(runs.iter().map(|run| Some(time(run)?.0)))?,
            speed: Measured::of_known(runs.iter().map(|run| time(run).and_then(speed))),
        })
    }
}
