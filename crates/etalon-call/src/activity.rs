use crate::{Role, round3};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A stretch of time, written as `[start_s, end_s]`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
#[schemars(with = "[f64; 2]")]
pub struct Span {
    /// Start, seconds from the start of the recording.
    pub start_s: f64,
    /// End, seconds from the start of the recording.
    pub end_s: f64,
}

impl Span {
    /// A span with its times rounded to milliseconds.
    pub fn new(start_s: f64, end_s: f64) -> Self {
        Self { start_s: round3(start_s), end_s: round3(end_s) }
    }

    /// How long it lasts, seconds.
    pub fn duration_s(&self) -> f64 {
        self.end_s - self.start_s
    }

    /// The time that both spans share, if any.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        let start_s = self.start_s.max(other.start_s);
        let end_s = self.end_s.min(other.end_s);
        (start_s < end_s).then_some(Self { start_s, end_s })
    }
}

impl From<[f64; 2]> for Span {
    fn from([start_s, end_s]: [f64; 2]) -> Self {
        Self { start_s, end_s }
    }
}

impl From<Span> for [f64; 2] {
    fn from(span: Span) -> Self {
        [span.start_s, span.end_s]
    }
}

/// Speech regions by role, in order of start time; regions of one role never touch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Activity {
    /// When the agent speaks.
    #[serde(default)]
    pub agent: Vec<Span>,
    /// When the client speaks.
    #[serde(default)]
    pub client: Vec<Span>,
    /// When somebody speaks of whom it is not known which side they are on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Span>,
}

impl Activity {
    /// The regions of one role.
    pub fn of(&self, role: Role) -> &[Span] {
        match role {
            Role::Agent => &self.agent,
            Role::Client => &self.client,
            Role::Unknown => &self.unknown,
        }
    }

    /// The regions of one role, to be changed.
    pub fn of_mut(&mut self, role: Role) -> &mut Vec<Span> {
        match role {
            Role::Agent => &mut self.agent,
            Role::Client => &mut self.client,
            Role::Unknown => &mut self.unknown,
        }
    }
}
