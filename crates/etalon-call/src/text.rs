use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something that was said in a call.
///
/// The text of a call must never reach a log, an error or a progress line. `Debug` therefore shows
/// a length instead of the text and there is no `Display`: whoever wants the text has to ask for it
/// by [`as_str`](Self::as_str), and only writers of results do.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Utterance(String);

impl Utterance {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<String> for Utterance {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Utterance {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Utterance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Utterance({} characters)", self.0.chars().count())
    }
}
