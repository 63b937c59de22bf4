//! Calls in which a critical rule failed.

use chrono::{DateTime, FixedOffset};
use etalon_call::{Call, Evidence, Severity, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One line of `incidents.jsonl`: a critical rule that failed in one call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Incident {
    /// The call's id.
    pub id: String,
    /// The recording's path as it was given.
    pub source: String,
    /// When the call began.
    pub started_at: Option<DateTime<FixedOffset>>,
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
    /// The pack that the rule comes from.
    pub pack: String,
    /// The rule's id.
    pub rule: String,
    /// Why, in the pack's language.
    pub reason: String,
    /// Where to listen.
    pub evidence: Vec<Evidence>,
}

/// The incidents of one call, in the order of its rules.
pub(crate) fn incidents(call: &Call) -> impl Iterator<Item = Incident> + '_ {
    let facts = &call.call;
    call.evaluation
        .rules
        .iter()
        .filter(|rule| rule.verdict == Verdict::Fail && rule.severity == Severity::Critical)
        .map(|rule| Incident {
            id: facts.id.clone(),
            source: facts.source.clone(),
            started_at: facts.started_at,
            agent_id: facts.agent_id.clone(),
            agent_name: facts.agent_name.clone(),
            team: facts.team.clone(),
            manager: facts.manager.clone(),
            client_ref: facts.client_ref.clone(),
            pack: rule.pack.clone(),
            rule: rule.id.clone(),
            reason: rule.reason.clone(),
            evidence: rule.evidence.clone(),
        })
}
