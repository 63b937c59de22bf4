//! The parts of a stored call that are searched.

use etalon_call::{Call, CallFacts, Role, Turn, Utterance, Word};
use serde::Deserialize;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The parts of a stored call that are searched; the others are passed over while reading.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredCall {
    pub(crate) call: CallFacts,
    pub(crate) turns: Vec<StoredTurn>,
}

/// A turn of a stored call.
#[derive(Debug, Deserialize)]
pub(crate) struct StoredTurn {
    pub(crate) speaker: Role,
    pub(crate) start_s: f64,
    pub(crate) end_s: f64,
    text: Utterance,
    words: Vec<StoredWord>,
}

/// A word and its time.
#[derive(Debug, Deserialize)]
struct StoredWord {
    text: Utterance,
    start_s: f64,
}

impl From<Call> for StoredCall {
    fn from(call: Call) -> Self {
        Self { call: call.call, turns: call.turns.into_iter().map(StoredTurn::from).collect() }
    }
}

impl From<Turn> for StoredTurn {
    fn from(turn: Turn) -> Self {
        let Turn { speaker, start_s, end_s, text, words, .. } = turn;
        Self { speaker, start_s, end_s, text, words: words.into_iter().map(StoredWord::from).collect() }
    }
}

impl From<Word> for StoredWord {
    fn from(word: Word) -> Self {
        Self { text: word.text, start_s: word.start_s }
    }
}

impl StoredCall {
    /// A number that is another one when anything of the call that the index holds is another.
    pub(super) fn digest(&self) -> i64 {
        let mut hasher = DefaultHasher::new();
        let facts = &self.call;
        (&facts.source, facts.started_at, &facts.agent_id, &facts.agent_name).hash(&mut hasher);
        (&facts.team, &facts.manager, &facts.client_ref).hash(&mut hasher);
        for turn in &self.turns {
            (turn.speaker, turn.start_s.to_bits(), turn.end_s.to_bits(), turn.searched_text())
                .hash(&mut hasher);
        }
        // The bits alone count.
        hasher.finish() as i64
    }
}

impl StoredTurn {
    /// What was said, with single spaces between its pieces.
    pub(crate) fn searched_text(&self) -> String {
        let pieces: Vec<&str> = self.pieces().map(|(piece, _)| piece).collect();
        pieces.join(" ")
    }

    /// When a piece of the text begins, seconds: with its word, or evenly spread over the turn
    /// where the words have no times.
    pub(crate) fn start_of_piece_s(&self, piece: usize) -> f64 {
        if let Some(start_s) = self.pieces().nth(piece).and_then(|(_, start_s)| start_s) {
            return start_s;
        }
        let share = piece as f64 / self.pieces().count().max(1) as f64;
        self.start_s + share.min(1.0) * (self.end_s - self.start_s)
    }

    /// The pieces of the text between spaces, each with the time of its word.
    fn pieces(&self) -> impl Iterator<Item = (&str, Option<f64>)> {
        let of_words = self
            .words
            .iter()
            .flat_map(|word| word.text.as_str().split_whitespace().map(|piece| (piece, Some(word.start_s))));
        let text = if self.words.is_empty() { self.text.as_str() } else { "" };
        of_words.chain(text.split_whitespace().map(|piece| (piece, None)))
    }
}
