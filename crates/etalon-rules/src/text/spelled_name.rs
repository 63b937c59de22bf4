//! Names of letters: «KCG», which a model writes as «КСГ», «кэ цэ гэ» or «кей-си-джи».

use crate::lexicon::LETTER_NAMES;
use crate::text::distance::edits_within;
use crate::text::words::phonemes_of;

/// Longest word that is taken for an abbreviation.
const ABBREVIATION_LETTERS: usize = 5;

/// Shortest abbreviation: one letter alone is a word of its own.
const LETTERS_AT_LEAST: usize = 2;

/// Longest ending that a case adds to a word of a name.
const CASE_ENDING_LETTERS: usize = 2;

/// Words of a call that one name can be spread over.
const TOKENS_AT_MOST: usize = 8;

const VOWELS: &str = "аеиоуыэюяaeiouyәөұүі";

/// A part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// Any of the ways to write or say a letter.
    Letter(Vec<String>),
    /// A word as it sounds.
    Word { letters: String, phonemes: Vec<u8> },
}

/// A name with an abbreviation in it, as it is looked for letter by letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpelledName(Vec<Part>);

impl SpelledName {
    /// From the words of a name as it is written; none where no word is an abbreviation.
    pub(crate) fn new(words: &[&str]) -> Option<Self> {
        let mut parts = Vec::new();
        for word in words {
            let letters: String = word.chars().flat_map(char::to_lowercase).collect();
            if is_abbreviation(word) {
                parts.extend(letters.chars().map(|letter| Part::Letter(names_of(letter))));
            } else {
                parts.push(Part::Word { phonemes: phonemes_of(&letters), letters });
            }
        }
        let letters = parts.iter().filter(|part| matches!(part, Part::Letter(_))).count();
        (letters > 0 && (letters >= LETTERS_AT_LEAST || parts.len() > letters)).then_some(Self(parts))
    }

    /// How many of the words, from the first on, say the name.
    pub(crate) fn length_in(&self, words: &[&str]) -> Option<usize> {
        let mut said = String::new();
        for (taken, word) in words.iter().take(TOKENS_AT_MOST).enumerate() {
            said.extend(word.chars().filter(|letter| letter.is_alphanumeric()));
            if says(&self.0, &said) {
                return Some(taken + 1);
            }
        }
        None
    }
}

/// Whether a word is said letter by letter: a short one in capital letters or without vowels.
fn is_abbreviation(word: &str) -> bool {
    let letters = word.chars().count();
    let is_capital = letters >= LETTERS_AT_LEAST && word.chars().all(char::is_uppercase);
    let is_bare = !word.chars().flat_map(char::to_lowercase).any(|letter| VOWELS.contains(letter));
    letters <= ABBREVIATION_LETTERS && word.chars().all(char::is_alphabetic) && (is_capital || is_bare)
}

fn names_of(letter: char) -> Vec<String> {
    let written = letter.to_string();
    let listed = LETTER_NAMES.iter().map(|line| line.split_whitespace());
    let mut names: Vec<String> = listed
        .filter(|line| line.clone().next() == Some(written.as_str()))
        .flatten()
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        names.push(written);
    }
    names
}

fn says(parts: &[Part], said: &str) -> bool {
    let Some((part, behind)) = parts.split_first() else { return said.is_empty() };
    match part {
        Part::Letter(names) => {
            names.iter().any(|name| said.strip_prefix(name.as_str()).is_some_and(|rest| says(behind, rest)))
        }
        Part::Word { letters, phonemes } => {
            let ends = said.char_indices().map(|(position, letter)| position + letter.len_utf8());
            let (shortest, longest) = lengths_of(letters);
            ends.skip(shortest - 1).take(longest + 1 - shortest).any(|end| {
                let (word, rest) = said.split_at(end);
                is_word(letters, phonemes, word) && says(behind, rest)
            })
        }
    }
}

/// The numbers of letters with which a word can be heard.
fn lengths_of(letters: &str) -> (usize, usize) {
    let count = letters.chars().count();
    (count.saturating_sub(1).max(1), count + CASE_ENDING_LETTERS)
}

fn is_word(letters: &str, phonemes: &[u8], word: &str) -> bool {
    let is_form = word.strip_prefix(letters).is_some_and(|end| end.chars().count() <= CASE_ENDING_LETTERS);
    let allowed = u8::try_from(phonemes.len() / 5).unwrap_or(u8::MAX);
    is_form || edits_within(phonemes, &phonemes_of(word), allowed).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, said: &str, expected: Option<usize>) {
        let words: Vec<&str> = name.split([' ', '-']).collect();
        let spelled = SpelledName::new(&words).expect("an abbreviation");
        let said: Vec<&str> = said.split_whitespace().collect();
        assert_eq!(spelled.length_in(&said), expected, "{name}: {said:?}");
    }

    #[test]
    fn abbreviations_are_heard_however_they_are_written() {
        check("KCG", "ксг", Some(1));
        check("KCG", "kcg рады", Some(1));
        check("KCG", "к-с-г", Some(1));
        check("KCG", "кей си джи", Some(3));
        check("KCG", "кэ цэ гэ слушаем", Some(3));
        check("БТА", "бэ тэ а", Some(3));
        check("РСБ", "эрэсбэ", Some(1));
        check("МТ-Банк", "мт-банк", Some(1));
        check("МТ-Банк", "эм тэ банка", Some(3));
        check("T-Bank", "т-банк", Some(1));
        check("KCG", "касса", None);
        check("МТ-Банк", "смт банк", None);
    }

    #[test]
    fn ordinary_names_are_no_abbreviations() {
        for name in ["Опора", "Blue", "КОПИЛКА"] {
            assert_eq!(SpelledName::new(&[name]), None, "{name}");
        }
    }
}
