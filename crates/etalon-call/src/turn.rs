use crate::{TurnAct, Utterance, named_enum, round3};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

named_enum! {
    /// Which side of the call is meant.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
    pub enum Role {
        /// The employee whose work is measured.
        Agent = "agent",
        /// The person the employee talks to.
        Client = "client",
        /// Nobody could tell.
        Unknown = "unknown",
    }
}

impl Role {
    /// The other side of the dialogue; the unknown has none but itself.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Agent => Self::Client,
            Self::Client => Self::Agent,
            Self::Unknown => Self::Unknown,
        }
    }
}

/// What one side said until it stopped or the other side took over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Turn {
    /// Who spoke.
    pub speaker: Role,
    /// Which speaker it was where the role of several is unknown, as `audio.roles` names them
    /// (`voice_2`, `channel_1`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown_speaker: Option<String>,
    /// Start, seconds from the start of the recording.
    pub start_s: f64,
    /// End, seconds from the start of the recording.
    pub end_s: f64,
    /// The words of the turn joined by spaces, as the model wrote them.
    pub text: Utterance,
    /// The language of the turn (`ru`, `kk`, `en`, …).
    pub language: String,
    /// The mean confidence of the words, 0 to 1; null without words.
    #[serde(default)]
    pub confidence: Option<f64>,
    /// The words with their times; empty when the call was not transcribed.
    pub words: Vec<Word>,
    /// Where words were removed because nobody said them, in order of time; absent where none were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<RemovedWords>,
    /// What the speaker does with each sentence, in order of the words; null where the model does
    /// not know the language of the turn, or where no model looked at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acts: Option<Vec<TurnAct>>,
}

impl Turn {
    /// A turn with its times rounded to milliseconds and its confidence taken from its words.
    pub fn new(
        speaker: Role,
        start_s: f64,
        end_s: f64,
        text: Utterance,
        language: String,
        words: Vec<Word>,
    ) -> Self {
        let confidence = mean_confidence(&words);
        Self {
            speaker,
            unknown_speaker: None,
            start_s: round3(start_s),
            end_s: round3(end_s),
            text,
            language,
            confidence,
            words,
            removed: Vec::new(),
            acts: None,
        }
    }

    /// The same turn so many seconds later.
    #[must_use]
    pub fn later(&self, seconds: f64) -> Self {
        let later_word = |word: &Word| Word {
            start_s: round3(word.start_s + seconds),
            end_s: round3(word.end_s + seconds),
            ..word.clone()
        };
        let later_removed = |removed: &RemovedWords| RemovedWords {
            start_s: round3(removed.start_s + seconds),
            end_s: round3(removed.end_s + seconds),
            ..removed.clone()
        };
        Self {
            start_s: round3(self.start_s + seconds),
            end_s: round3(self.end_s + seconds),
            words: self.words.iter().map(later_word).collect(),
            removed: self.removed.iter().map(later_removed).collect(),
            ..self.clone()
        }
    }

    /// How long the turn lasts, seconds.
    pub fn duration_s(&self) -> f64 {
        self.end_s - self.start_s
    }
}

/// The mean confidence of words, 0 to 1; none without words.
pub fn mean_confidence<'a>(words: impl IntoIterator<Item = &'a Word>) -> Option<f64> {
    let (count, sum) =
        words.into_iter().fold((0_usize, 0.0), |(count, sum), word| (count + 1, sum + word.confidence));
    (count > 0).then(|| round3(sum / count as f64))
}

/// One word with its place in the recording.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Word {
    /// The word with the punctuation that the model attached to it.
    pub text: Utterance,
    /// Start, seconds from the start of the recording.
    pub start_s: f64,
    /// End, seconds from the start of the recording.
    pub end_s: f64,
    /// The model's probability of the word, 0 to 1: the geometric mean over its tokens.
    pub confidence: f64,
}

impl Word {
    /// A word with its numbers rounded.
    pub fn new(text: impl Into<Utterance>, start_s: f64, end_s: f64, confidence: f64) -> Self {
        Self {
            text: text.into(),
            start_s: round3(start_s),
            end_s: round3(end_s),
            confidence: round3(confidence),
        }
    }
}

/// Words that stood in a row in the recognizer's text and were removed because nobody said them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RemovedWords {
    /// Why nobody can have said them.
    pub reason: RemovalReason,
    /// How many words were removed.
    pub words: u32,
    /// Where the recognizer placed the first of them, seconds from the start of the recording.
    pub start_s: f64,
    /// Where the recognizer placed the end of the last of them, seconds from the start of the
    /// recording.
    pub end_s: f64,
}

named_enum! {
    /// Why words of the recognizer were removed.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
    pub enum RemovalReason {
        /// They repeat the words before them faster than anybody speaks.
        Repeated = "repeated",
        /// They are a phrase that the model is known to invent.
        Invented = "invented",
        /// The model itself takes their window for one without speech, or can make no sense of it.
        WithoutSpeech = "without_speech",
        /// They only repeat the glossary that the model was given.
        FromGlossary = "from_glossary",
    }
}
