//! Words of hand-written lists.

use crate::tokens::normalize_word;

/// A listed word: the word itself or, with a star at its end (`стоп*`), every word with that
/// beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListedWord {
    /// This word and no other.
    Word(String),
    /// Every word with this beginning.
    Beginning(String),
}

impl ListedWord {
    /// Reads the notation; the spelling is that of [`normalize_word`].
    pub fn parse(notation: &str) -> Self {
        match notation.strip_suffix('*') {
            Some(beginning) => Self::Beginning(normalize_word(beginning)),
            None => Self::Word(normalize_word(notation)),
        }
    }

    /// Whether a word, in the spelling of [`normalize_word`], matches.
    pub fn matches(&self, word: &str) -> bool {
        match self {
            Self::Word(expected) => word == expected,
            Self::Beginning(beginning) => word.starts_with(beginning.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(notation: &str, word: &str, expected: bool) {
        assert_eq!(
            ListedWord::parse(notation).matches(&normalize_word(word)),
            expected,
            "{notation}: {word}"
        );
    }

    #[test]
    fn a_star_stands_for_any_ending() {
        check("стоп", "Стоп!", true);
        check("стоп", "стопка", false);
        check("стоп*", "Стопка", true);
        check("стоп*", "сто", false);
        check("ещё", "еще", true);
        check("да-да", "Да-да,", true);
    }
}
