//! `etalon doctor`: can this machine do the run? Nothing is changed, and nothing stays behind.

mod folders;
mod machine;
mod settings;

use crate::arguments::DoctorOptions;
use crate::exit::Exit;
use crate::output;
use schemars::JsonSchema;
use serde::Serialize;

/// The schema name of what `doctor --json` prints.
const DOCTOR_SCHEMA: &str = "etalon.doctor/1";

/// What `doctor --json` prints.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Diagnosis {
    /// Always `etalon.doctor/1` in this version.
    schema: &'static str,
    /// Whether nothing keeps a run from its end.
    healthy: bool,
    /// What was looked at, in a fixed order.
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Debug, PartialEq, Serialize, JsonSchema)]
struct Check {
    /// What it is.
    subject: Subject,
    /// What was found.
    status: Status,
    /// The particulars, with the remedy where something is wrong.
    detail: String,
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Subject {
    /// The processor, and what of it the speech engine uses.
    Processor,
    /// Free memory for the workers.
    Memory,
    /// The configuration file.
    Configuration,
    /// The speech model that a run would use.
    SpeechModel,
    /// The rule packs that a run would apply.
    RulePacks,
    /// The recordings, and whether they can be read.
    Input,
    /// Whether results can be written.
    Output,
    /// Free space for results.
    Disk,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Status {
    /// As it should be.
    Ok,
    /// A run would work, and somebody should know something.
    Warning,
    /// A run would not work.
    Failed,
}

impl Check {
    fn ok(subject: Subject, detail: impl Into<String>) -> Self {
        Self { subject, status: Status::Ok, detail: detail.into() }
    }

    fn warning(subject: Subject, detail: impl Into<String>) -> Self {
        Self { subject, status: Status::Warning, detail: detail.into() }
    }

    fn failed(subject: Subject, detail: impl Into<String>) -> Self {
        Self { subject, status: Status::Failed, detail: detail.into() }
    }
}

impl Subject {
    fn in_words(self) -> &'static str {
        match self {
            Self::Processor => "processor",
            Self::Memory => "memory",
            Self::Configuration => "configuration",
            Self::SpeechModel => "speech model",
            Self::RulePacks => "rule packs",
            Self::Input => "input",
            Self::Output => "output",
            Self::Disk => "disk",
        }
    }
}

/// Runs the command.
pub(crate) fn doctor(options: &DoctorOptions) -> anyhow::Result<Exit> {
    let diagnosis = diagnose(options);
    if options.json {
        output::json(&diagnosis)?;
    } else {
        for Check { subject, status, detail } in &diagnosis.checks {
            let mark = match status {
                Status::Ok => "ok  ",
                Status::Warning => "warn",
                Status::Failed => "FAIL",
            };
            output::data(&format!("{mark}  {:<14} {detail}\n", subject.in_words()))?;
        }
    }
    Ok(if diagnosis.healthy { Exit::Done } else { Exit::Fatal })
}

fn diagnose(options: &DoctorOptions) -> Diagnosis {
    let (configuration, config) = settings::configuration(options);
    let (speech_model, model_memory) = settings::speech_model(&config);
    let (input, input_bytes) = folders::input(&options.inputs, &config);
    let checks = vec![
        machine::processor(config.engine),
        machine::memory(options.jobs.number(), model_memory, &config),
        configuration,
        speech_model,
        settings::rule_packs(&config),
        input,
        folders::output(&options.out),
        machine::disk(&options.out, input_bytes),
    ];
    let healthy = checks.iter().all(|check| check.status != Status::Failed);
    Diagnosis { schema: DOCTOR_SCHEMA, healthy, checks }
}
