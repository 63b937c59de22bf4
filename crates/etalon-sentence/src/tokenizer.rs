//! Cuts text into word pieces: the most probable segmentation (Kudo 2018, arXiv:1804.10959;
//! `SentencePiece`'s unigram model) after a normalisation of its characters.

use etalon_text::{Piece, PieceVocabulary};
use std::collections::HashMap;

/// The model's character for a space.
const SPACE: char = '▁';

/// The index of text that no piece covers.
const UNKNOWN: usize = 0;

/// The indices before and after each sentence.
const BEGINNING: usize = 1;
const END: usize = 2;

/// The first index of a text piece.
const FIRST_PIECE: usize = 3;

/// Cuts text into the indices of pieces.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    vocabulary: PieceVocabulary,
    replaced: HashMap<String, String>,
}

impl Tokenizer {
    pub(crate) fn new(pieces: Vec<Piece>, replaced: Vec<(String, String)>, unknown_score: f64) -> Self {
        let vocabulary = PieceVocabulary::new(pieces, FIRST_PIECE, (UNKNOWN, unknown_score));
        Self { vocabulary, replaced: replaced.into_iter().collect() }
    }

    /// The indices of a text's pieces, with beginning and end; an empty text is one unknown piece.
    pub(crate) fn pieces(&self, text: &str) -> Vec<usize> {
        let mut numbers = vec![BEGINNING];
        let cut = self.vocabulary.cut(&self.normalised(text));
        if cut.is_empty() {
            numbers.push(UNKNOWN);
        } else {
            numbers.extend(cut);
        }
        numbers.push(END);
        numbers
    }

    /// The characters as the model writes them; runs of spaces become one, and one space precedes
    /// the first word.
    fn normalised(&self, text: &str) -> Vec<char> {
        let mut letters: Vec<char> = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let one = first.len_utf8();
            let two = rest[one..].chars().next().map_or(one, |second| one + second.len_utf8());
            let found =
                [two, one].into_iter().find_map(|length| Some((length, self.replaced.get(&rest[..length])?)));
            let (length, written) =
                found.map_or((one, &rest[..one]), |(length, written)| (length, written.as_str()));
            for letter in written.chars() {
                if !letter.is_whitespace() {
                    if letters.is_empty() {
                        letters.push(SPACE);
                    }
                    letters.push(letter);
                } else if letters.last().is_some_and(|last| *last != SPACE) {
                    letters.push(SPACE);
                }
            }
            rest = &rest[length..];
        }
        while letters.last() == Some(&SPACE) {
            letters.pop();
        }
        letters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokenizer() -> Tokenizer {
        let piece = |text: &str, score: f64| Piece { text: text.to_owned(), score };
        Tokenizer::new(
            vec![
                piece("<unk>", 0.0),
                piece("<s>", 0.0),
                piece("</s>", 0.0),
                piece("▁", -4.0),
                piece("▁да", -5.0),
                piece("д", -6.0),
                piece("а", -6.0),
                piece("да", -5.5),
            ],
            vec![("ё".to_owned(), "е".to_owned()), ("\t".to_owned(), " ".to_owned())],
            -20.0,
        )
    }

    #[test]
    fn a_text_is_cut_in_the_most_probable_way() {
        for (text, pieces) in [
            ("да", vec![1, 4, 2]),
            ("  да \t да ", vec![1, 4, 4, 2]),
            ("дада", vec![1, 4, 7, 2]),
            ("даё", vec![1, 4, 0, 2]),
            ("<s>", vec![1, 3, 0, 0, 0, 2]),
            ("", vec![1, 0, 2]),
            (" \t", vec![1, 0, 2]),
        ] {
            assert_eq!(tokenizer().pieces(text), pieces, "{text:?}");
        }
    }
}
