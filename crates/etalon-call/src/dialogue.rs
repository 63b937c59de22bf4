use crate::{Role, Span, named_enum, round3};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Something that happened in the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
    /// Start, seconds from the start of the recording.
    pub start_s: f64,
    /// End, seconds from the start of the recording.
    pub end_s: f64,
}

impl Event {
    /// An event with its times rounded to milliseconds.
    pub fn new(kind: EventKind, start_s: f64, end_s: f64) -> Self {
        Self { kind, start_s: round3(start_s), end_s: round3(end_s) }
    }

    /// The time of the event.
    pub fn span(&self) -> Span {
        Span { start_s: self.start_s, end_s: self.end_s }
    }

    /// How long it lasts, seconds.
    pub fn duration_s(&self) -> f64 {
        self.end_s - self.start_s
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EventKind {
    /// Both sides spoke at once; of class `floor_taken` also where one was cut off and nobody spoke
    /// at once.
    Overlap {
        /// What kind of overlap it was.
        class: OverlapClass,
        /// Who began while the other was speaking.
        interrupter: Role,
        /// Who was speaking.
        interrupted: Role,
    },
    /// Nobody spoke.
    Silence {
        /// Whether it lies inside a hold.
        in_hold: bool,
    },
    /// The agent was away.
    Hold {
        /// Whether music was played.
        music: bool,
        /// Whether the agent said so before; null when the call was not transcribed.
        announced: Option<bool>,
    },
    /// Words of goodbye.
    Farewell {
        /// Who said them.
        speaker: Role,
    },
    /// Speech that is loud, far louder than the speaker's own median, and said with effort.
    Shouting {
        /// Who shouted.
        speaker: Role,
    },
    /// Speech of which no word was recognised.
    Unrecognized {
        /// Who spoke.
        speaker: Role,
    },
}

named_enum! {
    /// What kind of overlap two voices make (see `etalon-dialogue` for the definitions).
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum OverlapClass {
        /// A short sign of listening («угу») inside the other side's turn, which goes on.
        Backchannel = "backchannel",
        /// A start a little too early, at the end of a turn that was over anyway.
        Terminal = "terminal",
        /// Helping the other side, without taking over: finishing a sentence, reading back what is
        /// dictated, agreeing.
        Collaborative = "collaborative",
        /// Speaking up inside the other side's turn without getting the floor.
        Attempt = "attempt",
        /// Speaking up and going on while the other side falls silent: an interruption.
        FloorTaken = "floor_taken",
    }
}

/// The measured course of the dialogue.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metrics {
    /// Measures of each speaker by role.
    pub speakers: BTreeMap<String, SpeakerMetrics>,
    /// Times when nobody spoke, outside holds.
    pub silence: SilenceMetrics,
    /// Times when the agent was away.
    pub hold: HoldMetrics,
    /// Times when both spoke at once.
    pub overlap: OverlapMetrics,
    /// Overlaps in which one side took the floor from the other.
    pub interruptions: InterruptionMetrics,
    /// Overlaps in which one side spoke up and the other went on.
    #[serde(default)]
    pub attempts: InterruptionMetrics,
    /// What could not be measured on this recording, and why.
    pub unmeasurable: Vec<Unmeasurable>,
    /// Every threshold that the numbers depend on, by name with its unit.
    pub definitions: BTreeMap<String, f64>,
}

/// A measure that this recording cannot show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unmeasurable {
    /// The path of the measure inside `metrics`, for instance `interruptions`.
    pub metric: String,
    /// Why it was not measured.
    pub reason: String,
}

/// Measures of one speaker. What was not measured is null.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpeakerMetrics {
    /// Total length of the speaker's speech regions, seconds.
    pub talk_s: f64,
    /// This speaker's share of all talk, 0 to 1.
    pub talk_ratio: f64,
    /// Number of turns.
    pub turns: u32,
    /// Number of words; null when the call was not transcribed.
    pub words: Option<u32>,
    /// The mean confidence of the words, 0 to 1; null without words.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// Words over the speaker's own talk time, per minute.
    pub words_per_min: Option<f64>,
    /// Syllable nuclei over the speaker's own talk time, per second; from the signal.
    pub syllables_per_s: Option<f64>,
    /// Integrated loudness of the speaker's speech, LUFS (EBU R 128).
    pub loudness_lufs: Option<f64>,
    /// Loudness range of the speaker's speech, LU (EBU Tech 3342).
    pub loudness_range_lu: Option<f64>,
    /// Highest sample, decibels below full scale.
    pub peak_dbfs: Option<f64>,
    /// Share of samples at full scale inside speech, 0 to 1.
    pub clipped_ratio: Option<f64>,
    /// Longest turn, seconds.
    pub longest_turn_s: f64,
    /// Time from the end of the other side's turn to the start of this speaker's answer.
    pub response_latency_s: ResponseLatency,
}

/// Quantiles of the response latency, seconds; null without a single answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResponseLatency {
    /// The median.
    pub p50: Option<f64>,
    /// The 95th percentile.
    pub p95: Option<f64>,
}

/// Times when nobody spoke, between the first and the last speech, outside holds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SilenceMetrics {
    /// Together, seconds.
    pub total_s: f64,
    /// Share of the time between the first and the last speech, 0 to 1.
    pub ratio: f64,
    /// The longest one, seconds.
    pub longest_s: f64,
    /// How many.
    pub count: u32,
}

/// Times when the agent was away.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HoldMetrics {
    /// Together, seconds.
    pub total_s: f64,
    /// The longest one, seconds.
    pub longest_s: f64,
    /// How many.
    pub count: u32,
}

/// Times when both spoke at once; null where both share a channel.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OverlapMetrics {
    /// Together, seconds.
    pub total_s: Option<f64>,
    /// Share of all talk, 0 to 1.
    pub ratio: Option<f64>,
}

/// Overlaps of one class by who began them; null where both share a channel.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct InterruptionMetrics {
    /// By the agent.
    pub by_agent: Option<u32>,
    /// By the client.
    pub by_client: Option<u32>,
}
