//! Kinds of words that cannot be written as lists.

use super::Matcher;
use crate::language::phrase::WordClass;
use crate::lexicon::{AMOUNT_WORDS, NAME_ENDINGS};
use etalon_text::numbers_in;

impl Matcher<'_> {
    /// The tokens at which a word of a kind can begin.
    pub(super) fn class_starts(&self, class: WordClass) -> Vec<usize> {
        let tokens = || 0..self.transcript.tokens.len();
        let firsts = |spans: &[(usize, usize)]| spans.iter().map(|span| span.0).collect();
        match class {
            WordClass::Company => firsts(&self.transcript.companies),
            WordClass::AgentFullName => firsts(&self.transcript.agent_full_names),
            WordClass::Number => self.number_tokens().to_vec(),
            WordClass::Name => {
                self.names.get_or_init(|| tokens().filter(|&token| self.is_name(token)).collect()).clone()
            }
            WordClass::AgentName => tokens()
                .filter(|&token| self.transcript.is_agent_name[self.transcript.tokens[token].spelling])
                .collect(),
        }
    }

    pub(super) fn is_number(&self, position: usize) -> bool {
        self.number_tokens().binary_search(&position).is_ok()
    }

    /// The tokens that tell a number or begin with a digit («5м»), in order.
    fn number_tokens(&self) -> &[usize] {
        self.numbers.get_or_init(|| {
            let tokens = 0..self.transcript.tokens.len();
            let words: Vec<&str> = tokens.clone().map(|token| self.transcript.letters(token)).collect();
            let mut is_number: Vec<bool> = words
                .iter()
                .map(|word| {
                    word.starts_with(|letter: char| letter.is_ascii_digit()) || AMOUNT_WORDS.contains(word)
                })
                .collect();
            for number in numbers_in(&words) {
                is_number[number.words].fill(true);
            }
            tokens.filter(|&token| is_number[token]).collect()
        })
    }

    pub(super) fn is_name(&self, position: usize) -> bool {
        let token = &self.transcript.tokens[position];
        let letters = self.transcript.letters(position);
        (token.is_capitalized && !token.starts_sentence)
            || (letters.chars().count() >= MIN_NAME_LETTERS
                && NAME_ENDINGS.iter().any(|ending| letters.ends_with(ending)))
    }
}

const MIN_NAME_LETTERS: usize = 5;
