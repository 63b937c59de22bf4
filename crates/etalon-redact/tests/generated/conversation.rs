//! A generated conversation with its truth.

use etalon_call::{PersonalDataKind, Role, Turn, Word};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Russian,
    Kazakh,
    English,
}

/// Personal data in a conversation: the words that say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entity {
    pub(crate) kind: PersonalDataKind,
    /// Turn and word of each of its words.
    pub(crate) words: Vec<(usize, usize)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Conversation {
    pub(crate) turns: Vec<Turn>,
    pub(crate) entities: Vec<Entity>,
}

/// Seconds that a word takes.
const WORD_S: f64 = 0.4;
/// Seconds between turns.
const PAUSE_S: f64 = 0.3;

/// A conversation that grows turn by turn.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    turns: Vec<(Role, Vec<String>)>,
    pub(crate) entities: Vec<Entity>,
}

impl Builder {
    pub(crate) fn begin_turn(&mut self, speaker: Role) {
        self.turns.push((speaker, Vec::new()));
    }

    pub(crate) fn speaker(&self) -> Role {
        self.turns.last().unwrap().0
    }

    /// Adds words and says where they stand.
    pub(crate) fn say(&mut self, text: &str) -> Vec<(usize, usize)> {
        let turn = self.turns.len() - 1;
        let words = &mut self.turns[turn].1;
        text.split_whitespace()
            .map(|word| {
                words.push(word.to_owned());
                (turn, words.len() - 1)
            })
            .collect()
    }

    /// Punctuation behind the last word.
    pub(crate) fn punctuate(&mut self, mark: &str) {
        if let Some(word) = self.turns.last_mut().and_then(|(_, words)| words.last_mut()) {
            word.push_str(mark);
        }
    }

    /// The conversation; without case and punctuation where a recognizer writes none.
    pub(crate) fn finish(mut self, is_bare: bool) -> Conversation {
        if is_bare {
            for word in self.turns.iter_mut().flat_map(|(_, words)| words) {
                *word = bare(word);
            }
        }
        let mut turns = Vec::new();
        let mut time_s = 0.0;
        for (speaker, words) in self.turns {
            let start_s = time_s;
            let words: Vec<Word> = words
                .into_iter()
                .map(|word| {
                    let begin_s = time_s;
                    time_s += WORD_S;
                    Word::new(word, begin_s, time_s, 0.9)
                })
                .collect();
            let text = words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
            turns.push(Turn::new(speaker, start_s, time_s, text.into(), "ru".to_owned(), words));
            time_s += PAUSE_S;
        }
        Conversation { turns, entities: self.entities }
    }
}

fn bare(word: &str) -> String {
    let is_mark = |character: char| ",?!;:…".contains(character);
    word.to_lowercase().trim_matches(is_mark).trim_end_matches('.').to_owned()
}
