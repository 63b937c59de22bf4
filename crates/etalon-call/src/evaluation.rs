use crate::{Role, Utterance, named_enum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The verdicts of the rule packs on one call, and the score.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evaluation {
    /// 0 to 100 over the rules that applied; 0 where a critical rule failed; null when no rule
    /// applied.
    pub score: Option<f64>,
    /// Whether a critical rule failed.
    pub critical: bool,
    /// One result a rule, in the order of the packs.
    pub rules: Vec<RuleResult>,
    /// What the two sides agreed on.
    pub agreements: Agreements,
    /// The stages of the conversation that were found, in order of start time.
    pub stages: Vec<ConversationStage>,
    /// Ids of the stages that the packs expect and that were not found; those that could not be
    /// looked for are not among them.
    #[serde(default)]
    pub stages_missing: Vec<String>,
    /// Ids of the stages that were found only before one that the packs expect earlier.
    #[serde(default)]
    pub stages_misordered: Vec<String>,
    /// What the client spoke of: ids of the packs' topics.
    pub topics: Vec<String>,
    /// What kind of conversation it was: an id of the packs' call types; null where none was
    /// recognised.
    #[serde(default)]
    pub call_type: Option<String>,
    /// The client's answer to a survey's question, 0 to 10; null where none was asked for or heard.
    #[serde(default)]
    pub nps: Option<u8>,
}

/// What one rule says of one call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleResult {
    /// The pack that the rule comes from.
    pub pack: String,
    /// The rule's id.
    pub id: String,
    /// What the rule says.
    pub verdict: Verdict,
    /// How much a failure matters.
    pub severity: Severity,
    /// Points earned.
    pub points: f64,
    /// Points that could be earned; they count only for `pass` and `fail`.
    pub max_points: f64,
    /// Why, in the pack's language.
    pub reason: String,
    /// Where to listen.
    pub evidence: Vec<Evidence>,
}

named_enum! {
    /// What a rule says of a call.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    pub enum Verdict {
        /// The standard was kept.
        Pass = "pass",
        /// The standard was broken.
        Fail = "fail",
        /// The rule does not apply to this call.
        Na = "na",
        /// The rule applies, but this recording cannot show it.
        Unmeasurable = "unmeasurable",
    }
}

named_enum! {
    /// How much a failure matters.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    pub enum Severity {
        /// A blemish.
        Minor = "minor",
        /// A breach of the standard.
        Major = "major",
        /// A breach that makes the whole score 0 and the call an incident.
        Critical = "critical",
    }
}

/// A place in the recording that shows why a verdict was given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// Start, seconds from the start of the recording.
    pub start_s: f64,
    /// End, seconds from the start of the recording.
    pub end_s: f64,
    /// Who is heard there; null when it is about both or nobody.
    pub speaker: Option<Role>,
    /// What was said there; empty for what is not speech.
    pub quote: Utterance,
    /// How like the words are to the intent found in them, at most 1; absent where no intent was
    /// found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likeness: Option<f64>,
}

/// What the two sides agreed on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agreements {
    /// The client promised to pay.
    pub promise_to_pay: Option<PromiseToPay>,
    /// A call back was agreed.
    pub callback: Option<Callback>,
}

/// A promise to pay.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PromiseToPay {
    /// How much, in the currency below; null when no amount was named.
    pub amount: Option<f64>,
    /// The currency as it was named.
    pub currency: Option<String>,
    /// By when, `YYYY-MM-DD`; null when no date was named.
    pub date: Option<String>,
    /// Where to listen.
    pub evidence: Evidence,
}

/// A call back that was agreed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Callback {
    /// When, with the offset of the client's clock; null when no time was named.
    pub at: Option<chrono::DateTime<chrono::FixedOffset>>,
    /// Where to listen.
    pub evidence: Evidence,
}

/// A stage of the conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ConversationStage {
    /// The stage's id in the pack, for instance `greeting`.
    pub id: String,
    /// Start, seconds from the start of the recording.
    pub start_s: f64,
    /// End, seconds from the start of the recording.
    pub end_s: f64,
}
