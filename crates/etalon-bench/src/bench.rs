//! The measurement: a dump, each case run over it several times, and what came out.

use crate::dump::{self, Dump, DumpSettings, forget_cached};
use crate::error::BenchError;
use crate::machine::Machine;
use crate::report::{BENCH_SCHEMA, BenchReport, CaseReport, DumpReport, ModelReport};
use crate::run::{MeasuredRun, measure};
use crate::shape::ModelShape;
use chrono::{SecondsFormat, Utc};
use etalon_call::round3;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;

/// What is to be measured.
#[derive(Debug, Clone)]
pub struct BenchSettings {
    /// The program whose `run` is measured.
    pub program: PathBuf,
    /// The recordings.
    pub dump: DumpSettings,
    /// The speech models, each of which is measured with each engine; without any, runs without
    /// transcription are measured.
    pub models: Vec<ModelChoice>,
    /// The engines by their names.
    pub engines: Vec<String>,
    /// Tokens that a model with random weights decodes in every window; none for what is
    /// [typical](crate::shape::typical_tokens_per_window) of calls of that length.
    pub tokens_per_window: Option<u16>,
    /// How many calls are worked on at once.
    pub jobs: u32,
    /// How often each case is measured, 1 and up.
    pub repetitions: u32,
    /// The configuration file of the runs.
    pub config: Option<PathBuf>,
    /// The folder for everything that is made, of which nothing is left behind; none for the
    /// system's folder of temporary files.
    pub scratch: Option<PathBuf>,
}

/// A speech model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelChoice {
    /// A name of the registry or a file.
    Named(String),
    /// A shape, with random weights.
    Shaped(ModelShape),
}

/// A model with an engine, and what was measured of it.
struct Case {
    /// What messages call it.
    name: String,
    model: Option<ModelReport>,
    /// What tells `etalon run` of them.
    arguments: Vec<OsString>,
    /// The model's file, where it was written here.
    file: Option<PathBuf>,
    runs: Vec<MeasuredRun>,
}

/// Measures this machine. `report_step` is told of each run before it begins.
///
/// # Errors
///
/// Where the dump can't be made, a run fails, or `stop` is set.
pub fn bench(
    settings: &BenchSettings,
    stop: &AtomicBool,
    report_step: &dyn Fn(&str),
) -> Result<BenchReport, BenchError> {
    let started_at = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let scratch = scratch(settings.scratch.as_deref())?;
    report_step("making the dump");
    let dump = dump::make(&settings.dump, &scratch.path().join("dump"), stop)?;
    let tokens_per_window = settings.tokens_per_window.unwrap_or_else(|| dump.typical_tokens_per_window());
    let mut cases = cases(settings, tokens_per_window, scratch.path(), report_step)?;
    // Case after case in every repetition, so that what disturbs the machine for a while disturbs
    // all.
    for repetition in 1..=settings.repetitions {
        for case in &mut cases {
            report_step(&format!("run {repetition} of {}: {}", settings.repetitions, case.name));
            case.measure(settings, &dump, scratch.path(), stop)?;
        }
    }
    let cases = cases.into_iter().filter_map(|case| CaseReport::of(case.model, &case.runs)).collect();
    Ok(BenchReport {
        schema: BENCH_SCHEMA.to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at,
        machine: Machine::this(),
        dump: DumpReport {
            made_of: if settings.dump.recordings.is_some() { "folder" } else { "samples" }.to_owned(),
            calls: dump.calls,
            audio_s: round3(dump.audio_s),
            bytes: dump.bytes,
        },
        jobs: settings.jobs,
        repetitions: settings.repetitions,
        cases,
    })
}

fn scratch(folder: Option<&Path>) -> Result<TempDir, BenchError> {
    let folder = folder.map_or_else(std::env::temp_dir, Path::to_owned);
    let mut builder = tempfile::Builder::new();
    builder.prefix("etalon-bench-");
    builder.tempdir_in(&folder).map_err(BenchError::io("make a folder in", folder))
}

/// Each model with each engine; models that are asked for by their shape are written.
fn cases(
    settings: &BenchSettings,
    tokens_per_window: u16,
    scratch: &Path,
    report_step: &dyn Fn(&str),
) -> Result<Vec<Case>, BenchError> {
    if settings.models.is_empty() {
        return Ok(vec![Case {
            name: "without transcription".to_owned(),
            model: None,
            arguments: vec!["--no-asr".into()],
            file: None,
            runs: vec![],
        }]);
    }
    let mut cases = Vec::new();
    for model in &settings.models {
        let (report, argument, file) = match model {
            ModelChoice::Named(name) => {
                let report = ModelReport { name: name.clone(), shape: None, tokens_per_window: None };
                (report, OsString::from(name), None)
            }
            ModelChoice::Shaped(shape) => {
                report_step(&format!("making a model with random weights: {}", shape.name()));
                let file = shape.write(tokens_per_window, scratch)?;
                let report = ModelReport {
                    name: format!("random {}", shape.name()),
                    shape: Some(*shape),
                    tokens_per_window: Some(tokens_per_window),
                };
                (report, file.clone().into_os_string(), Some(file))
            }
        };
        for engine in &settings.engines {
            cases.push(Case {
                name: format!("{}, engine {engine}", report.name),
                model: Some(report.clone()),
                arguments: vec!["--model".into(), argument.clone(), "--engine".into(), engine.into()],
                file: file.clone(),
                runs: vec![],
            });
        }
    }
    Ok(cases)
}

impl Case {
    /// Measures one run more.
    fn measure(
        &mut self,
        settings: &BenchSettings,
        dump: &Dump,
        scratch: &Path,
        stop: &AtomicBool,
    ) -> Result<(), BenchError> {
        let out = scratch.join("results");
        dump.forget_cached();
        if let Some(file) = &self.file {
            forget_cached(file);
        }
        let mut command = Command::new(&settings.program);
        command.arg("run").arg(&dump.folder).arg("--out").arg(&out).args(&self.arguments);
        command.args(["--json", "--no-progress", "--settle", "0", "--jobs"]).arg(settings.jobs.to_string());
        if let Some(config) = &settings.config {
            command.arg("--config").arg(config);
        }
        let run = measure(command, scratch, stop);
        fs::remove_dir_all(&out).or_else(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Ok(()),
            _ => Err(BenchError::io("remove", &out)(error)),
        })?;
        self.runs.push(run?);
        Ok(())
    }
}
