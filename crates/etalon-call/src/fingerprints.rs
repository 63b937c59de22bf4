use serde::{Deserialize, Serialize};

/// Hashes of everything that a stored call depends on (see [`Pipeline`](crate::Pipeline)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    /// A hash over everything that the result depends on.
    pub fingerprint: String,
    /// The same without the packs; empty in results of versions that did not write it.
    #[serde(default)]
    pub listening_fingerprint: String,
}
