use crate::{Role, named_enum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a recording is as a signal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AudioFacts {
    /// Length of the recording, seconds.
    pub duration_s: f64,
    /// Samples per second and channel, as recorded.
    pub rate_hz: u32,
    /// Channels, as recorded.
    pub channels: u16,
    /// How the samples are stored: `pcm16`, `mulaw`, `alaw`, …
    pub codec: String,
    /// Which side is on which channel.
    pub layout: Layout,
    /// How the layout is known.
    pub layout_source: LayoutSource,
    /// What was wrong with the recording and was repaired or reported.
    pub defects: Vec<Defect>,
    /// What is said that shows who is the agent; null when the call was not transcribed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<RoleEvidence>,
}

impl AudioFacts {
    /// A faultless stereo recording from a telephone line whose layout is declared: agent on the
    /// left.
    pub fn declared_stereo(duration_s: f64) -> Self {
        Self {
            duration_s,
            rate_hz: 8_000,
            channels: 2,
            codec: "pcm16".to_owned(),
            layout: Layout::AgentLeft,
            layout_source: LayoutSource::Config,
            defects: vec![],
            roles: None,
        }
    }
}

/// Who is the agent, from what is said.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleEvidence {
    /// One for each channel or voice.
    pub hypotheses: Vec<RoleHypothesis>,
    /// Who told the roles; absent where nobody did, so that they are taken from what is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told_by: Option<LayoutSource>,
    /// The weightiest evidence, in order of time.
    pub cues: Vec<RoleCue>,
}

/// That one speaker is the agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleHypothesis {
    /// `channel_1` and so on, or `voice_1` and so on where speakers share a channel.
    pub speaker: String,
    /// The role that the speaker has in this result.
    pub role: Role,
    /// How probable it is from what is said alone that this is the agent, 0 to 1.
    pub agent_probability: f64,
}

/// A phrase of the list by which sides are told apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoleCue {
    /// Who said it.
    pub speaker: String,
    /// The phrase as the list has it; `company`, `agent_name` or `answers_first` for evidence of
    /// another kind.
    pub cue: String,
    /// Evidence for the agent (positive) or the client (negative): the logarithm of odds.
    pub weight: f64,
    /// When it was said first, seconds from the start of the recording.
    pub start_s: f64,
}

named_enum! {
    /// Which side of the call is on which channel.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum Layout {
        /// The agent on the first channel, the client on the second.
        AgentLeft = "agent_left",
        /// The client on the first channel, the agent on the second.
        AgentRight = "agent_right",
        /// Both on one channel.
        Mono = "mono",
        /// Two channels that carry the same signal.
        DualMono = "dual_mono",
        /// Nobody could tell.
        Unknown = "unknown",
    }
}

named_enum! {
    /// How the layout of a call is known.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum LayoutSource {
        /// The command line or the configuration says so.
        Config = "config",
        /// The manifest says so for this call.
        Manifest = "manifest",
        /// The recording itself shows it: one channel, or the same signal on two.
        Signal = "signal",
        /// The names of the speakers in a transcript that was made elsewhere say so.
        Transcript = "transcript",
        /// What is said on the channels shows it.
        Text = "text",
        /// The voices show it.
        Voice = "voice",
        /// It is not known.
        Unknown = "unknown",
    }
}

/// Something wrong with a recording that was repaired or must be known to read the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Defect {
    /// A short stable name, for instance `data_length_zero`.
    pub kind: String,
    /// What was found and what was done, with its numbers.
    pub detail: String,
}

impl Defect {
    /// A defect with its explanation.
    pub fn new(kind: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { kind: kind.into(), detail: detail.into() }
    }
}
