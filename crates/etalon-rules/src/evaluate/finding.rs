//! What a condition found in a call.

use etalon_call::{Evidence, Role, Utterance, round3};

/// Whether a condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Truth {
    /// It holds.
    Holds,
    /// It does not hold.
    Fails,
    /// The recording cannot show it, for this reason.
    Unmeasurable(String),
}

/// A place in the call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) start_s: f64,
    pub(crate) end_s: f64,
    pub(crate) speaker: Option<Role>,
    /// First token and the one after the last, where it is speech.
    pub(crate) tokens: Option<(usize, usize)>,
    pub(crate) quote: String,
    /// How like it is to the intent that was found.
    pub(crate) similarity: Option<f64>,
}

/// The result of a condition: whether it holds, where that was seen, and what to tell.
#[derive(Debug, Clone)]
pub(crate) struct Finding {
    pub(crate) truth: Truth,
    /// What was found.
    pub(crate) places: Vec<Place>,
    /// Where something was looked for in vain.
    pub(crate) searched: Vec<Place>,
    /// The measure that decided.
    pub(crate) value: Option<f64>,
    /// Reasons of the parts that were not met.
    pub(crate) reasons: Vec<String>,
}

impl Finding {
    pub(crate) fn new(truth: Truth) -> Self {
        Self { truth, places: vec![], searched: vec![], value: None, reasons: vec![] }
    }

    /// A finding that holds or fails.
    pub(crate) fn of(holds: bool) -> Self {
        Self::new(if holds { Truth::Holds } else { Truth::Fails })
    }

    pub(crate) fn unmeasurable(cause: impl Into<String>) -> Self {
        Self::new(Truth::Unmeasurable(cause.into()))
    }

    pub(crate) fn with_places(mut self, places: Vec<Place>) -> Self {
        self.places = places;
        self
    }

    pub(crate) fn with_value(mut self, value: f64) -> Self {
        self.value = Some(value);
        self
    }

    pub(crate) fn holds(&self) -> bool {
        self.truth == Truth::Holds
    }

    pub(crate) fn fails(&self) -> bool {
        self.truth == Truth::Fails
    }

    /// Takes over where another finding looked and what it found.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.places.extend(other.places);
        self.searched.extend(other.searched);
        self.reasons.extend(other.reasons);
        self.value = self.value.or(other.value);
    }

    /// The places to listen to: what was found, or else where it was missed; in order of time, each
    /// once.
    pub(crate) fn evidence(&self, at_most: usize) -> Vec<Evidence> {
        let mut places: Vec<&Place> =
            if self.places.is_empty() { &self.searched } else { &self.places }.iter().collect();
        places.sort_by(|left, right| {
            left.start_s.total_cmp(&right.start_s).then(left.end_s.total_cmp(&right.end_s))
        });
        places.dedup_by(|right, left| right == left);
        places.truncate(at_most);
        places.into_iter().map(Place::evidence).collect()
    }
}

impl Place {
    pub(crate) fn evidence(&self) -> Evidence {
        Evidence {
            start_s: round3(self.start_s),
            end_s: round3(self.end_s),
            speaker: self.speaker,
            quote: Utterance::from(self.quote.as_str()),
            likeness: self.similarity.map(round3),
        }
    }
}
