//! Times in a call that are bound to what happens in it.

/// The stretch of a call in which something is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    pub(crate) from: Anchor,
    /// Seconds added to the first anchor.
    pub(crate) from_s: f64,
    pub(crate) until: Anchor,
    /// Seconds added to the second anchor.
    pub(crate) until_s: f64,
}

impl Default for Window {
    fn default() -> Self {
        Self::CALL
    }
}

impl Window {
    /// The whole call.
    pub(crate) const CALL: Self =
        Self { from: Anchor::CallStart, from_s: 0.0, until: Anchor::CallEnd, until_s: 0.0 };

    /// Whether it is empty in every call.
    pub(crate) fn is_impossible(&self) -> bool {
        let runs_backwards = match (self.from, self.until) {
            (from, until) if from == until => true,
            // Nothing is before the start or after the end, and whoever speaks begins before
            // ending.
            (_, Anchor::CallStart)
            | (Anchor::CallEnd, _)
            | (Anchor::LastWord, Anchor::FirstWord)
            | (Anchor::AgentLastWord, Anchor::AgentFirstWord)
            | (Anchor::ClientLastWord, Anchor::ClientFirstWord)
            | (Anchor::FoundEnd, Anchor::FoundStart)
            | (Anchor::FoundTurnEnd, Anchor::FoundTurnStart) => true,
            _ => false,
        };
        runs_backwards && self.until_s <= self.from_s
    }

    /// Whether it needs a place that `each` or `some` found.
    pub(crate) fn needs_trigger(&self) -> bool {
        self.from.needs_trigger() || self.until.needs_trigger()
    }
}

/// A moment that every call has, or that lies around a found place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    CallStart,
    CallEnd,
    FirstWord,
    LastWord,
    AgentFirstWord,
    AgentLastWord,
    ClientFirstWord,
    ClientLastWord,
    /// The place that `each` or `some` found, and the turn it lies in.
    FoundStart,
    FoundEnd,
    FoundTurnStart,
    FoundTurnEnd,
    /// The nearest turns around the found place.
    NextAgentTurnStart,
    NextAgentTurnEnd,
    NextClientTurnStart,
    NextClientTurnEnd,
    PreviousAgentTurnStart,
    PreviousAgentTurnEnd,
    PreviousClientTurnStart,
    PreviousClientTurnEnd,
}

impl Anchor {
    /// All anchors by the names that packs use.
    pub(crate) const NAMES: [(&'static str, Self); 20] = [
        ("call_start", Self::CallStart),
        ("call_end", Self::CallEnd),
        ("first_word", Self::FirstWord),
        ("last_word", Self::LastWord),
        ("agent_first_word", Self::AgentFirstWord),
        ("agent_last_word", Self::AgentLastWord),
        ("client_first_word", Self::ClientFirstWord),
        ("client_last_word", Self::ClientLastWord),
        ("found_start", Self::FoundStart),
        ("found_end", Self::FoundEnd),
        ("found_turn_start", Self::FoundTurnStart),
        ("found_turn_end", Self::FoundTurnEnd),
        ("next_agent_turn_start", Self::NextAgentTurnStart),
        ("next_agent_turn_end", Self::NextAgentTurnEnd),
        ("next_client_turn_start", Self::NextClientTurnStart),
        ("next_client_turn_end", Self::NextClientTurnEnd),
        ("previous_agent_turn_start", Self::PreviousAgentTurnStart),
        ("previous_agent_turn_end", Self::PreviousAgentTurnEnd),
        ("previous_client_turn_start", Self::PreviousClientTurnStart),
        ("previous_client_turn_end", Self::PreviousClientTurnEnd),
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, anchor)| anchor)
    }

    pub(crate) fn needs_trigger(self) -> bool {
        !matches!(
            self,
            Self::CallStart
                | Self::CallEnd
                | Self::FirstWord
                | Self::LastWord
                | Self::AgentFirstWord
                | Self::AgentLastWord
                | Self::ClientFirstWord
                | Self::ClientLastWord
        )
    }
}
