//! Who asks.

use etalon_review::Person;
use std::sync::Arc;

/// Who asks.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) person: Arc<Person>,
    /// What every request that changes something must carry.
    pub(crate) token: String,
}
