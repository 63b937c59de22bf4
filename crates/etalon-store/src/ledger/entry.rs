//! One call as the ledger keeps it.

use chrono::{DateTime, FixedOffset};
use etalon_call::{Agreements, CallFacts, Direction, Evaluation, PackReference};
use etalon_rules::client_time;
use serde::Deserialize;

/// What is kept of one call: facts and agreements, nothing that was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The call's id.
    pub id: String,
    /// The recording's path as it was given.
    pub source: String,
    /// The client's or the debt's reference.
    pub client_ref: Option<String>,
    /// The agent's identifier.
    pub agent_id: Option<String>,
    /// Who called whom.
    pub direction: Option<Direction>,
    /// When the call began, with the offset of the agent's clock.
    pub started_at: Option<DateTime<FixedOffset>>,
    /// The same moment on the client's clock, where it is known.
    pub client_time: Option<DateTime<FixedOffset>>,
    /// Whether anybody answered; nothing in results of versions that did not say so.
    pub answered: Option<bool>,
    /// The call back that was agreed.
    pub callback: Option<AgreedCallback>,
    /// The promise to pay.
    pub promise: Option<Promise>,
}

/// A call back that was agreed, with its time where one was named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreedCallback {
    /// The agreed time.
    pub at: Option<DateTime<FixedOffset>>,
}

/// A promise to pay.
#[derive(Debug, Clone, PartialEq)]
pub struct Promise {
    /// How much, where an amount was named.
    pub amount: Option<f64>,
    /// The currency as it was named.
    pub currency: Option<String>,
    /// By when, `YYYY-MM-DD`.
    pub date: Option<String>,
}

/// The parts of a stored call that a ledger needs; the others are passed over while reading.
#[derive(Debug, Clone, Deserialize)]
pub struct StoredCall {
    /// What the centre knew of the call.
    pub call: CallFacts,
    /// What produced the result.
    pub pipeline: StoredPipeline,
    evaluation: StoredEvaluation,
}

/// The packs of a stored call.
#[derive(Debug, Clone, Deserialize)]
pub struct StoredPipeline {
    /// The packs in the order in which they were applied.
    pub packs: Vec<PackReference>,
}

#[derive(Debug, Clone, Deserialize)]
struct StoredEvaluation {
    #[serde(default)]
    answered: Option<bool>,
    agreements: Agreements,
}

impl Entry {
    /// The entry of a call.
    pub fn new(call: &CallFacts, evaluation: &Evaluation) -> Self {
        Self::of(call, evaluation.answered, &evaluation.agreements)
    }

    fn of(call: &CallFacts, answered: Option<bool>, agreements: &Agreements) -> Self {
        Self {
            id: call.id.clone(),
            source: call.source.clone(),
            client_ref: call.client_ref.clone(),
            agent_id: call.agent_id.clone(),
            direction: call.direction,
            started_at: call.started_at,
            client_time: client_time(call).ok(),
            answered,
            callback: agreements.callback.as_ref().map(|callback| AgreedCallback { at: callback.at }),
            promise: agreements.promise_to_pay.as_ref().map(|promise| Promise {
                amount: promise.amount,
                currency: promise.currency.clone(),
                date: promise.date.clone(),
            }),
        }
    }

    /// Whether the centre called the client and somebody answered, as far as it is known. An attempt
    /// that nobody answers is no contact that a law counts.
    pub fn is_contact(&self) -> bool {
        !matches!(self.direction, Some(Direction::Inbound | Direction::Internal))
            && self.answered != Some(false)
    }
}

impl From<&StoredCall> for Entry {
    fn from(stored: &StoredCall) -> Self {
        let StoredEvaluation { answered, agreements } = &stored.evaluation;
        Self::of(&stored.call, *answered, agreements)
    }
}
