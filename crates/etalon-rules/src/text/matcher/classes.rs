//! Kinds of words that cannot be written as lists.

use super::Matcher;
use crate::language::phrase::WordClass;
use crate::lexicon::NAME_ENDINGS;

impl Matcher<'_> {
    /// The tokens at which a word of a kind can begin.
    pub(super) fn class_starts(&self, class: WordClass) -> Vec<usize> {
        let tokens = || 0..self.transcript.tokens.len();
        let firsts = |spans: &[(usize, usize)]| spans.iter().map(|span| span.0).collect();
        match class {
            WordClass::Company => firsts(&self.transcript.companies),
            WordClass::AgentFullName => firsts(&self.transcript.agent_full_names),
            WordClass::Number => {
                self.numbers.get_or_init(|| tokens().filter(|&token| self.is_number(token)).collect()).clone()
            }
            WordClass::Name => {
                self.names.get_or_init(|| tokens().filter(|&token| self.is_name(token)).collect()).clone()
            }
            WordClass::AgentName => tokens()
                .filter(|&token| self.transcript.is_agent_name[self.transcript.tokens[token].spelling])
                .collect(),
        }
    }

    pub(super) fn is_number(&self, position: usize) -> bool {
        let letters = self.transcript.letters(position);
        letters.starts_with(|letter: char| letter.is_ascii_digit())
            || NUMERALS.iter().any(|numeral| letters.starts_with(numeral))
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

const NUMERALS: [&str; 38] = [
    "один",
    "одна",
    "одну",
    "одного",
    "два",
    "две",
    "двух",
    "двадцат",
    "двест",
    "двенадцат",
    "три",
    "трех",
    "трист",
    "тринадцат",
    "тридцат",
    "четыр",
    "пят",
    "шест",
    "семь",
    "семи",
    "семнадцат",
    "семьдесят",
    "семьсот",
    "восем",
    "восьм",
    "девят",
    "десят",
    "одиннадцат",
    "сорок",
    "сто",
    "ста",
    "тысяч",
    "миллион",
    "ноль",
    "полтор",
    "половин",
    "процент",
    "нол",
];
