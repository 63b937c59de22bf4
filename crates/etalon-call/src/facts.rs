use crate::named_enum;
use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the centre knew of a call before anybody listened (manifest, sidecar or file name), and
/// what kind it turned out to be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CallFacts {
    /// The first 16 hexadecimal digits of the audio's SHA-256.
    pub id: String,
    /// The recording's path as it was given.
    pub source: String,
    /// Other paths under which the same recording was met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_found_as: Vec<String>,
    /// SHA-256 of the recording's bytes, in hexadecimal.
    pub audio_sha256: String,
    /// When the call began, with the offset of the agent's clock.
    pub started_at: Option<DateTime<FixedOffset>>,
    /// Who called whom.
    pub direction: Option<Direction>,
    /// The agent's identifier in the centre.
    pub agent_id: Option<String>,
    /// The agent's name.
    pub agent_name: Option<String>,
    /// The agent's team.
    pub team: Option<String>,
    /// The team's manager.
    pub manager: Option<String>,
    /// The client's or the debt's reference.
    pub client_ref: Option<String>,
    /// Which side hung up (`agent` or `client`), where the telephone system tells.
    pub hung_up_by: Option<crate::Role>,
    /// Spellings of the company's name, the one used on the line first.
    #[serde(default)]
    pub company: Vec<String>,
    /// What kind of conversation it is, from what is said; absent where nothing was transcribed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<CallKind>,
    /// Columns of the manifest that etalon does not know, by name.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub tags: std::collections::BTreeMap<String, String>,
}

named_enum! {
    /// Who called whom.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum Direction {
        /// The client called the centre.
        Inbound = "inbound",
        /// The centre called the client.
        Outbound = "outbound",
        /// Two employees talked.
        Internal = "internal",
    }
}

/// What kind of conversation a call is, and how that is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CallKind {
    /// The kind.
    pub name: ConversationKind,
    /// How sure that is, 0 to 1.
    pub probability: f64,
    /// The phrases that speak for it, in order of time; none for a dialogue.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cues: Vec<KindCue>,
}

/// A phrase by which a call was taken for something other than a dialogue with the client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KindCue {
    /// The phrase as the list has it, never the words that were said.
    pub cue: String,
    /// How much it says, in natural logarithms of odds.
    pub weight: f64,
    /// When it was said first, seconds.
    pub start_s: f64,
}

named_enum! {
    /// Who is heard in a call.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
    pub enum ConversationKind {
        /// Both sides talk.
        Dialogue = "dialogue",
        /// Somebody other than the client answers for the client.
        ThirdPerson = "third_person",
        /// An answering machine answers.
        Voicemail = "voicemail",
        /// An operator announces that nobody can be reached.
        Unavailable = "unavailable",
        /// A menu or the announcements of a queue.
        Ivr = "ivr",
    }
}

impl ConversationKind {
    /// Whether people talk with each other, so that the standard of a conversation applies.
    pub fn is_dialogue(self) -> bool {
        matches!(self, Self::Dialogue | Self::ThirdPerson)
    }
}
