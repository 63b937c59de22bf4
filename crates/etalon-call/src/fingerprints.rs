use serde::{Deserialize, Serialize};

/// What a stored call depends on, as hashes (see [`Pipeline`](crate::Pipeline)).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    /// Of all that the result depends on.
    pub fingerprint: String,
    /// The same without the packs; empty in results of versions that did not write it.
    #[serde(default)]
    pub listening_fingerprint: String,
}
