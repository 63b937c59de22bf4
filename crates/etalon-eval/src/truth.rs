//! Labelled calls: `NAME.truth.json` beside `NAME.wav`, schema `etalon.truth/1`.

use crate::diarization::SpeakerSegment;
use etalon_call::{Layout, OverlapClass, Role, Span, Utterance, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is true of one call. Fields that are not compared are kept by others and ignored here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Truth {
    /// Always `etalon.truth/1` in this version.
    pub schema: String,
    /// Which side is on which channel.
    pub layout: Layout,
    /// Facts that a manifest would hold, by its column names.
    #[serde(default)]
    pub call: BTreeMap<String, String>,
    /// Who said what.
    pub turns: Vec<TrueTurn>,
    /// What happened.
    #[serde(default)]
    pub events: Vec<TrueEvent>,
    /// The verdicts by rule id; a rule that is not listed was not judged.
    #[serde(default)]
    pub rules: BTreeMap<String, Verdict>,
    /// Who spoke when, where the truth is an RTTM file and says nothing else.
    #[serde(skip)]
    pub segments: Vec<SpeakerSegment>,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrueTurn {
    /// Who spoke.
    pub speaker: Role,
    /// Start, seconds from the start of the recording.
    pub start_s: f64,
    /// End, seconds from the start of the recording.
    pub end_s: f64,
    /// What was said.
    pub text: Utterance,
    /// The language (`ru`, `kk`, `en`, …); absent where nobody named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// When exactly, without the pauses inside the turn.
    #[serde(default)]
    pub speech: Vec<Span>,
}

/// Something that happened.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrueEvent {
    /// What it was; kinds that are not compared are ignored.
    pub kind: TrueEventKind,
    /// Start, seconds from the start of the recording.
    pub start_s: f64,
    /// End, seconds from the start of the recording.
    pub end_s: f64,
    /// What kind of overlap it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<OverlapClass>,
    /// Who began while the other was speaking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interrupter: Option<Role>,
    /// Who said goodbye.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<Role>,
    /// Whether a silence lies in a hold.
    #[serde(default)]
    pub in_hold: bool,
    /// Whether music was heard in a hold.
    #[serde(default)]
    pub music: bool,
}

/// Kinds of events that are labelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrueEventKind {
    /// Both sides spoke at once.
    Overlap,
    /// Nobody spoke.
    Silence,
    /// The agent was away.
    Hold,
    /// Words of goodbye.
    Farewell,
    /// Anything else.
    #[serde(other)]
    Other,
}

impl Truth {
    /// What an RTTM file says.
    pub fn of_segments(segments: Vec<SpeakerSegment>) -> Self {
        Self {
            schema: "etalon.truth/1".to_owned(),
            layout: Layout::Unknown,
            call: BTreeMap::new(),
            turns: Vec::new(),
            events: Vec::new(),
            rules: BTreeMap::new(),
            segments,
        }
    }
}

impl TrueEvent {
    /// When it happened.
    pub fn span(&self) -> Span {
        Span { start_s: self.start_s, end_s: self.end_s }
    }
}
