use crate::{Role, Span, named_enum};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

named_enum! {
    /// A kind of personal data that may be said in a call.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
    pub enum PersonalDataKind {
        /// The number of a bank card.
        Card = "card",
        /// A telephone number.
        Telephone = "telephone",
        /// The number of a passport or an identity card.
        Passport = "passport",
        /// The number of a Russian pension insurance account (СНИЛС).
        Snils = "snils",
        /// The individual identification number of Kazakhstan (ИИН).
        Iin = "iin",
        /// An e-mail address.
        Email = "email",
        /// Where somebody lives.
        Address = "address",
        /// When somebody was born.
        BirthDate = "birth_date",
        /// A family name.
        Surname = "surname",
    }
}

impl PersonalDataKind {
    /// What stands in a text in its place: `[card]`.
    pub fn mark(self) -> String {
        format!("[{}]", self.name())
    }

    /// The kind whose mark a word is; none where it is any other word.
    pub fn of_mark(word: &str) -> Option<Self> {
        word.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
    }
}

/// What was taken out of a call because it is personal data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Redaction {
    /// The version of the detector.
    pub version: u32,
    /// How many pieces of personal data were found, by kind.
    pub found: BTreeMap<String, u32>,
    /// What must not be heard, in order of time.
    pub muted: Vec<MutedRange>,
}

/// A stretch of a recording that must not be heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MutedRange {
    /// Start, seconds from the start of the recording.
    pub start_s: f64,
    /// End, seconds from the start of the recording.
    pub end_s: f64,
    /// Who speaks there.
    pub speaker: Role,
    /// What is said there.
    pub kinds: Vec<PersonalDataKind>,
    /// Whether the whole turn is muted, because the times of its words are not known well enough.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole_turn: bool,
}

impl MutedRange {
    /// The stretch.
    pub fn span(&self) -> Span {
        Span { start_s: self.start_s, end_s: self.end_s }
    }
}

impl Redaction {
    /// The stretches that must not be heard.
    pub fn spans(&self) -> Vec<Span> {
        self.muted.iter().map(MutedRange::span).collect()
    }
}
