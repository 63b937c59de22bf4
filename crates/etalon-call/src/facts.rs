use chrono::{DateTime, FixedOffset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the centre knew of a call before anybody listened: manifest, sidecar or file name.
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
    /// Columns of the manifest that etalon does not know, by name.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub tags: std::collections::BTreeMap<String, String>,
}

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The client called the centre.
    Inbound,
    /// The centre called the client.
    Outbound,
    /// Two employees talked.
    Internal,
}
