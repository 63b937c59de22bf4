//! The words of a turn as they are searched: spellings, stems and numbers, each where it was said.

use etalon_rules::stem_of;
use etalon_text::{normalize_word, numbers_in_digits};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;

/// Stems that a thread remembers. Calls share most of their words.
const CACHED_STEMS: usize = 100_000;

/// Stands for every mark inside a word: the tokenizer of the index cuts words at ASCII marks.
const INNER_MARK: char = '·';

/// A word where it was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpokenWord {
    /// Its spelling, as [`term_of`] gives it.
    pub(crate) term: String,
    /// Its stem.
    pub(crate) stem: String,
    /// Which piece of the text between spaces it is.
    pub(crate) piece: usize,
    /// Its letters in the text, without the marks around them, in characters.
    pub(crate) characters: Range<usize>,
}

/// A number in digits and the words that say it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpokenNumber {
    pub(crate) digits: String,
    /// The range of words.
    pub(crate) words: Range<usize>,
}

/// The words of one turn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SpokenWords {
    pub(crate) words: Vec<SpokenWord>,
    pub(crate) numbers: Vec<SpokenNumber>,
}

impl SpokenWords {
    /// The words of a text whose pieces stand between single spaces. Pieces without a letter or a
    /// digit are no words.
    pub(crate) fn of(text: &str) -> Self {
        let (mut words, mut spellings) = (Vec::new(), Vec::new());
        let mut start = 0;
        for (piece, written) in text.split(' ').enumerate() {
            let spelling = normalize_word(written);
            let term = term_of(&spelling);
            if !term.is_empty() {
                let characters = letters_in(written, start);
                words.push(SpokenWord { stem: stem_term_of(&spelling), term, piece, characters });
                spellings.push(spelling);
            }
            start += written.chars().count() + 1;
        }
        let spellings: Vec<&str> = spellings.iter().map(String::as_str).collect();
        let numbers = numbers_in_digits(&spellings).into_iter().filter(|word| word.is_number);
        let numbers = numbers
            .map(|number| SpokenNumber { digits: term_of(&number.text), words: number.words })
            .collect();
        Self { words, numbers }
    }

    /// One column of the index: a term of every word, in order.
    pub(crate) fn column<'a>(&'a self, term: impl Fn(&'a SpokenWord) -> &'a str) -> String {
        let terms: Vec<&str> = self.words.iter().map(term).collect();
        terms.join(" ")
    }

    /// The column of numbers.
    pub(crate) fn number_column(&self) -> String {
        let digits: Vec<&str> = self.numbers.iter().map(|number| number.digits.as_str()).collect();
        digits.join(" ")
    }
}

/// A normalized word as the index has it: letters and digits, with [`INNER_MARK`] for marks.
pub(crate) fn term_of(spelling: &str) -> String {
    let is_letter = |character: char| !character.is_control() && !character.is_whitespace();
    let of_term = |character: char| match character {
        mark if mark.is_ascii() && !mark.is_ascii_alphanumeric() => INNER_MARK,
        other => other,
    };
    spelling.chars().filter(|&character| is_letter(character)).map(of_term).collect()
}

/// The stem of a normalized word as the index has it: the stem of the stem that rules compare. The
/// stemmer takes the end of «кредит» for the ending of a verb and that of «кредитам» for one of a noun;
/// once more, and both are one word.
pub(crate) fn stem_term_of(spelling: &str) -> String {
    thread_local! {
        static STEMS: RefCell<HashMap<String, String>> = RefCell::default();
    }
    STEMS.with_borrow_mut(|stems| {
        if let Some(stem) = stems.get(spelling) {
            return stem.clone();
        }
        let stem = term_of(&stem_of(&stem_of(spelling)));
        if stems.len() < CACHED_STEMS {
            stems.insert(spelling.to_owned(), stem.clone());
        }
        stem
    })
}

/// Where a piece that begins at a character has its letters.
fn letters_in(piece: &str, start: usize) -> Range<usize> {
    let letters = || piece.chars().map(char::is_alphanumeric);
    let before = letters().take_while(|is_letter| !is_letter).count();
    let behind = letters().rev().take_while(|is_letter| !is_letter).count();
    start + before..(start + letters().count() - behind).max(start + before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_places_of_a_text() {
        let spoken = SpokenWords::of("Ещё «сорок две» тысячи, — из-за долга.");
        let terms: Vec<&str> = spoken.words.iter().map(|word| word.term.as_str()).collect();
        assert_eq!(terms, ["еще", "сорок", "две", "тысячи", "из·за", "долга"]);
        assert_eq!(spoken.words[5].stem, "долг");
        assert_eq!(spoken.words[1].characters, 5..10);
        assert_eq!(spoken.words[5].piece, 6);
        assert_eq!(spoken.numbers, [SpokenNumber { digits: "42000".to_owned(), words: 1..4 }]);
    }

    #[test]
    fn no_term_has_a_sign_that_the_index_cuts_at() {
        for word in ["a\"b", "d'или", "a\0b", "x*y", "10:30", "a(b", "\u{301}"] {
            let term = term_of(&normalize_word(word));
            assert!(term.chars().all(|sign| !sign.is_ascii() || sign.is_ascii_alphanumeric()), "{word:?}");
        }
    }
}
