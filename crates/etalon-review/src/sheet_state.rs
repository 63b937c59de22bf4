//! How far a sheet is.

use etalon_call::named_enum;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

named_enum! {
    /// How far a sheet is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
    pub enum SheetState {
        /// The reviewer is at work; nobody else sees it, and it counts nowhere.
        Draft = "draft",
        /// The agent can read it.
        Shared = "shared",
        /// The agent has read and accepted it.
        Acknowledged = "acknowledged",
        /// The agent contests it.
        Disputed = "disputed",
        /// A lead has decided the dispute.
        Resolved = "resolved",
        /// Nothing more is to be said.
        Closed = "closed",
    }
}

impl SheetState {
    /// Whether the answers of the sheet count.
    pub fn counts(self) -> bool {
        self != Self::Draft
    }

    /// Whether a lead has had the last word.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed)
    }
}
