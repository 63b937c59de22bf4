use crate::{Act, Role, Utterance, named_enum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The verdicts of the rule packs on one call, and the score.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Evaluation {
    /// 0 to 100 over the rules that were measured; 0 where a critical rule failed; null where less
    /// of the standard was measured than a score needs (`metrics.definitions.score_coverage_min`).
    pub score: Option<f64>,
    /// The points of the rules that were measured (`pass`, `fail`) over those of the rules that
    /// apply (`unmeasurable` too), 0 to 1; null where no rule applies.
    #[serde(default)]
    pub score_coverage: Option<f64>,
    /// Why there is no score; null where there is one.
    #[serde(default)]
    pub score_unmeasurable: Option<String>,
    /// Whether a critical rule failed.
    pub critical: bool,
    /// Whether anybody answered the agent: false where nobody speaks, a machine answers, or the agent
    /// alone is heard. Null in results of versions that did not say so.
    #[serde(default)]
    pub answered: Option<bool>,
    /// One result a rule, in the order of the packs.
    pub rules: Vec<RuleResult>,
    /// What the two sides agreed on.
    pub agreements: Agreements,
    /// The stages of the conversation that were found, in order of start time; null where none
    /// could be looked for.
    pub stages: Option<Vec<ConversationStage>>,
    /// Ids of the stages that the packs expect and that were not found; those that could not be
    /// looked for are not among them; null where none could.
    #[serde(default)]
    pub stages_missing: Option<Vec<String>>,
    /// Ids of the stages that were found only before one that the packs expect earlier; null where
    /// none could be looked for.
    #[serde(default)]
    pub stages_misordered: Option<Vec<String>>,
    /// What the client spoke of: ids of the packs' topics; null where none could be listened for.
    pub topics: Option<Vec<String>>,
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
    /// Points earned; null where nothing was judged (`na`, `unmeasurable`).
    pub points: Option<f64>,
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
    /// What was said there, in whole sentences; empty for what is not speech.
    pub quote: Utterance,
    /// What is there where no words are, in the pack's language: `ожидание, 17 с`; absent where
    /// there is a quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// How like the words are to the intent found in them, at most 1; absent where no intent was
    /// found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub likeness: Option<f64>,
    /// The dialogue act that was found in the words; absent where a rule asked for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Act>,
    /// How probable the act is, 0 to 1; absent without an act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

/// What the two sides agreed on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Agreements {
    /// Whether the client promised to pay; null where the words that would show it could not be
    /// judged.
    #[serde(default)]
    pub promised_to_pay: Option<bool>,
    /// The client's promise to pay; null where there is none.
    pub promise_to_pay: Option<PromiseToPay>,
    /// Whether a call back was agreed; null where the words that would show it could not be judged.
    #[serde(default)]
    pub agreed_callback: Option<bool>,
    /// The call back that was agreed; null where there is none.
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
    /// When, with the offset of the client's clock; null when no time was named, or only one that
    /// was over when the call began.
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
