//! Recordings that are not taken up again: each of them ended the program that worked on it, twice.

use etalon_call::Stage;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `quarantine/<id>.json`: a recording that ended its worker twice.
///
/// It holds for one fingerprint: another version, model, pack or configuration may get through, so
/// it tries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quarantined {
    /// The call's id.
    pub id: String,
    /// The recording's path as it was given.
    pub source: String,
    /// The stage that it had reached.
    pub stage: Stage,
    /// How the worker ended, with the remedy; holds nothing that was said in the call.
    pub reason: String,
    /// The fingerprint that its result would have carried.
    pub fingerprint: String,
}
