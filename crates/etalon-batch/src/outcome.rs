//! What comes out of one recording: the document that is stored, or why there is none.

use etalon_call::{FailureKind, Role, Stage, Waveform};
use etalon_pipeline::{CallError, Job, Pipeline, ProcessedCall, Worker, process};
use serde::{Deserialize, Serialize};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What came out of a recording.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum JobOutcome {
    /// A scored call.
    Call(CallDocument),
    /// Nothing, and why.
    NoResult(NoResult),
}

/// A scored call as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CallDocument {
    /// The call's JSON in one line, with the line's end.
    pub(crate) document: Vec<u8>,
    /// How its recording looks.
    pub(crate) waveform: Waveform,
    /// Length of the recording, seconds.
    pub(crate) audio_s: f64,
    /// The same, counting every channel that carries a side of its own.
    pub(crate) channel_s: f64,
}

/// Why a recording has no result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NoResult {
    pub(crate) stage: Stage,
    pub(crate) kind: FailureKind,
    pub(crate) reason: String,
    pub(crate) permanent: bool,
    /// The side whose file is to blame, where the call has a file for each side.
    #[serde(default)]
    pub(crate) side: Option<Role>,
}

/// Why a recording has no result that is being written, or was replaced, while it is heard.
pub(crate) const STILL_BEING_WRITTEN: &str =
    "changed while it was read: it is still being written, or was replaced; the next run tries it again";

/// Takes a recording through every stage, and through a stage that panics. What was heard has to be
/// what was hashed: a file that changes meanwhile has no result.
///
/// A panic is a mistake of ours; it must not take the other recordings of the run with it. The
/// panic's message is not kept, because it might hold what was said.
pub(crate) fn run_job(job: &Job, pipeline: &Pipeline, worker: &mut Worker) -> JobOutcome {
    if job.has_changed() {
        return still_being_written();
    }
    let outcome = heard(job, pipeline, worker);
    if job.has_changed() { still_being_written() } else { outcome }
}

fn still_being_written() -> JobOutcome {
    let reason = STILL_BEING_WRITTEN.to_owned();
    JobOutcome::NoResult(NoResult {
        stage: Stage::Intake,
        kind: FailureKind::StillWritten,
        reason,
        permanent: false,
        side: None,
    })
}

fn heard(job: &Job, pipeline: &Pipeline, worker: &mut Worker) -> JobOutcome {
    match catch_unwind(AssertUnwindSafe(|| process(job, pipeline, worker))) {
        Ok(Ok(processed)) => document_of(processed),
        Ok(Err(error)) => JobOutcome::NoResult(no_result_of(&error)),
        Err(_) => JobOutcome::NoResult(NoResult {
            stage: worker.clock.reached().unwrap_or(Stage::Decode),
            kind: FailureKind::Panic,
            reason: "made etalon panic; please report it with this file".to_owned(),
            permanent: true,
            side: None,
        }),
    }
}

fn document_of(ProcessedCall { call, waveform }: ProcessedCall) -> JobOutcome {
    let sides = if call.activity.unknown.is_empty() { call.audio.channels.min(2) } else { 1 };
    match serde_json::to_vec(&call) {
        Ok(mut document) => {
            document.push(b'\n');
            let audio_s = call.audio.duration_s;
            let channel_s = audio_s * f64::from(sides);
            JobOutcome::Call(CallDocument { document, waveform, audio_s, channel_s })
        }
        Err(_) => JobOutcome::NoResult(NoResult {
            stage: Stage::Store,
            kind: FailureKind::Panic,
            reason: "its result can't be written as JSON; please report it with this file".to_owned(),
            permanent: true,
            side: None,
        }),
    }
}

fn no_result_of(error: &CallError) -> NoResult {
    NoResult {
        stage: error.stage(),
        kind: error.kind(),
        reason: error.reason(),
        permanent: error.is_permanent(),
        side: error.side(),
    }
}
