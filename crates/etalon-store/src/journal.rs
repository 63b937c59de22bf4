//! The lines of `calls.jsonl` and `failures.jsonl`.

use etalon_call::{
    AudioFacts, Call, CallFacts, Evaluation, Event, FailureKind, Metrics, Pipeline, Redaction, Role, Stage,
    Turn, Utterance,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The schema name that every line of `calls.jsonl` carries.
pub const CALL_LINE_SCHEMA: &str = "etalon.call_line/1";

/// One line of `calls.jsonl`: a [`Call`] without the words of its turns and without activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CallLine {
    /// Always [`CALL_LINE_SCHEMA`] in this version.
    pub schema: String,
    /// What the centre knew of the call before anybody listened.
    pub call: CallFacts,
    /// What the recording is as a signal.
    pub audio: AudioFacts,
    /// What produced this result.
    pub pipeline: Pipeline,
    /// Who said what, in order of start time.
    pub turns: Vec<TurnLine>,
    /// The measured course of the dialogue.
    pub metrics: Metrics,
    /// What happened, in order of start time.
    pub events: Vec<Event>,
    /// The verdicts of the rule packs.
    pub evaluation: Evaluation,
    /// What was taken out of the call because it is personal data; absent where nothing was looked
    /// for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redaction: Option<Redaction>,
}

/// A turn without its words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TurnLine {
    /// Who spoke.
    pub speaker: Role,
    /// Start, seconds from the start of the recording.
    pub start_s: f64,
    /// End, seconds from the start of the recording.
    pub end_s: f64,
    /// What was said.
    pub text: Utterance,
    /// The language of the turn.
    pub language: String,
}

impl From<Call> for CallLine {
    fn from(call: Call) -> Self {
        Self {
            schema: CALL_LINE_SCHEMA.to_owned(),
            call: call.call,
            audio: call.audio,
            pipeline: call.pipeline,
            turns: call.turns.into_iter().map(TurnLine::from).collect(),
            metrics: call.metrics,
            events: call.events,
            evaluation: call.evaluation,
            redaction: call.redaction,
        }
    }
}

impl From<Turn> for TurnLine {
    fn from(turn: Turn) -> Self {
        Self {
            speaker: turn.speaker,
            start_s: turn.start_s,
            end_s: turn.end_s,
            text: turn.text,
            language: turn.language,
        }
    }
}

/// One line of `failures.jsonl`: a recording that gave no result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The recording's path as it was given.
    pub source: String,
    /// The first 16 hexadecimal digits of the audio's SHA-256, where it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The stage that gave up.
    pub stage: Stage,
    /// What kept it from a result.
    #[serde(default)]
    pub kind: FailureKind,
    /// Why, with the remedy; holds nothing that was said in the call.
    pub reason: String,
    /// Whether the same recording would fail again; what is not permanent is tried again by the
    /// next run.
    pub permanent: bool,
}
