//! The words of a call where they were said, and stretches of them.

use etalon_call::{Act, Role};

/// One word where it was said.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    /// The number of its spelling in the transcript.
    pub(crate) spelling: usize,
    /// The spelling of this word and the next one as one word, where the model may have torn a word
    /// apart.
    pub(crate) joined: Option<usize>,
    /// The word as the model wrote it.
    pub(crate) written: String,
    pub(crate) start_s: f64,
    pub(crate) end_s: f64,
    pub(crate) confidence: f64,
    pub(crate) turn: usize,
    /// The number of the word in its turn, counted from 0.
    pub(crate) word: usize,
    /// The number of its sentence in the call.
    pub(crate) sentence: usize,
    pub(crate) starts_sentence: bool,
    pub(crate) is_capitalized: bool,
}

/// A turn and the row of its words.
#[derive(Debug, Clone)]
pub(crate) struct TurnWords {
    pub(crate) speaker: Role,
    pub(crate) start_s: f64,
    pub(crate) end_s: f64,
    pub(crate) language: String,
    pub(crate) first: usize,
    pub(crate) end: usize,
    /// What the speaker does with its sentences; none where no model knows the language.
    pub(crate) acts: Option<Vec<SaidAct>>,
}

/// A dialogue act and the words that perform it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SaidAct {
    pub(crate) act: Act,
    pub(crate) probability: f64,
    pub(crate) words: Match,
}

/// A sentence of one turn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sentence {
    pub(crate) first: usize,
    pub(crate) end: usize,
}

/// Where a phrase was found: first token and the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Match {
    pub(crate) first: usize,
    pub(crate) end: usize,
}
