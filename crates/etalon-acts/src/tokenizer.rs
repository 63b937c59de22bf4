//! Cuts text into word pieces: the most probable segmentation of each word (Kudo 2018,
//! [arXiv:1804.10959](https://arxiv.org/abs/1804.10959); the unigram model of XLM-R, Conneau et al.
//! 2020, with a reduced vocabulary).
//!
//! Case, quotation marks and the dots of «ё» don't reach the model: recognisers and people write
//! them as they like.

use etalon_text::{Piece, PieceVocabulary};

/// The model's character for the start of a word.
const WORD_START: char = '▁';

/// The first pieces of the vocabulary.
const BEGINNING: usize = 0;
pub(crate) const END: usize = 2;
const UNKNOWN: usize = 3;

/// The first piece that is text.
const FIRST_TEXT: usize = 4;

/// Pieces of a sentence at most, without beginning and end; what follows is not read.
const PIECES_AT_MOST: usize = 62;

/// How much less probable than the rarest piece an unknown letter is, as in the original.
const UNKNOWN_PENALTY: f64 = 10.0;

/// Cuts text into the indices of pieces.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    vocabulary: PieceVocabulary,
}

impl Tokenizer {
    pub(crate) fn new(pieces: Vec<Piece>) -> Self {
        let lowest = pieces.iter().skip(FIRST_TEXT).fold(0.0_f64, |least, piece| least.min(piece.score));
        let unknown = (UNKNOWN, lowest - UNKNOWN_PENALTY);
        Self { vocabulary: PieceVocabulary::new(pieces, FIRST_TEXT, unknown) }
    }

    /// The indices of a text's pieces, with beginning and end: 2 to 64.
    pub(crate) fn pieces(&self, text: &str) -> Vec<usize> {
        let mut numbers = vec![BEGINNING];
        for word in normalised(text).split(' ').filter(|word| !word.is_empty()) {
            if numbers.len() > PIECES_AT_MOST {
                break;
            }
            numbers.extend(self.cut(word));
        }
        numbers.truncate(1 + PIECES_AT_MOST);
        numbers.push(END);
        numbers
    }

    fn cut(&self, word: &str) -> Vec<usize> {
        let letters: Vec<char> = std::iter::once(WORD_START).chain(word.chars()).collect();
        self.vocabulary.cut(&letters)
    }
}

/// The text as the model was trained on it; `scripts/models/dialogue_acts/tokens.py` does the same.
fn normalised(text: &str) -> String {
    let mut normalised = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'ё' => normalised.push('е'),
            '«' | '»' | '“' | '”' | '„' | '"' | '‘' | '’' | '`' | '\u{301}' | '\u{307}' => {}
            '—' | '–' => normalised.push('-'),
            '…' => normalised.push_str("..."),
            letter if letter.is_whitespace() => normalised.push(' '),
            letter => normalised.push(letter),
        }
    }
    normalised
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenizer() -> Tokenizer {
        let piece = |text: &str, score: f64| Piece { text: text.to_owned(), score };
        Tokenizer::new(vec![
            piece("<s>", 0.0),
            piece("<pad>", 0.0),
            piece("</s>", 0.0),
            piece("<unk>", 0.0),
            piece("▁", -4.0),
            piece("▁да", -5.0),
            piece("д", -6.0),
            piece("а", -6.0),
            piece("да", -5.5),
            piece("е", -6.0),
        ])
    }

    #[test]
    fn a_text_is_cut_in_the_most_probable_way() {
        for (text, pieces) in [
            ("да", vec![0, 5, 2]),
            ("  ДА \t «да» ", vec![0, 5, 5, 2]),
            ("дада", vec![0, 5, 8, 2]),
            ("даё", vec![0, 5, 9, 2]),
            ("даж", vec![0, 5, 3, 2]),
            ("", vec![0, 2]),
            (" \t", vec![0, 2]),
        ] {
            assert_eq!(tokenizer().pieces(text), pieces, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_is_cut_off() {
        let pieces = tokenizer().pieces(&"да ".repeat(2000));
        assert_eq!(pieces.len(), 1 + PIECES_AT_MOST + 1);
        assert_eq!(pieces.last(), Some(&END));
    }
}
