//! Cuts text into word pieces: the most probable segmentation (Kudo 2018, arXiv:1804.10959;
//! `SentencePiece`'s unigram model) after a normalisation of its characters.

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

/// A word piece and the logarithm of its probability.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) score: f64,
}

/// Cuts text into the indices of pieces.
#[derive(Debug)]
pub(crate) struct Tokenizer {
    pieces: HashMap<String, (usize, f64)>,
    replaced: HashMap<String, String>,
    /// Length of the longest piece, characters.
    longest: usize,
    unknown_score: f64,
}

impl Tokenizer {
    pub(crate) fn new(pieces: Vec<Piece>, replaced: Vec<(String, String)>, unknown_score: f64) -> Self {
        let longest = pieces.iter().map(|piece| piece.text.chars().count()).max().unwrap_or(0);
        let numbered = pieces.into_iter().enumerate().skip(FIRST_PIECE);
        let pieces = numbered.map(|(number, piece)| (piece.text, (number, piece.score))).collect();
        Self { pieces, replaced: replaced.into_iter().collect(), longest, unknown_score }
    }

    /// The indices of a text's pieces, with beginning and end; an empty text is one unknown piece.
    pub(crate) fn pieces(&self, text: &str) -> Vec<usize> {
        let mut numbers = vec![BEGINNING];
        let cut = self.cut(&self.normalised(text));
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

    /// Viterbi search: for each position the best path to it.
    fn cut(&self, letters: &[char]) -> Vec<usize> {
        // For each position the score, the start of the last piece, and its index.
        let mut best = vec![(f64::NEG_INFINITY, 0, UNKNOWN); letters.len() + 1];
        best[0].0 = 0.0;
        let mut text = String::new();
        for start in 0..letters.len() {
            let score_here = best[start].0;
            let mut offer = |end: usize, score: f64, number: usize| {
                if score_here + score > best[end].0 {
                    best[end] = (score_here + score, start, number);
                }
            };
            text.clear();
            let mut has_single = false;
            for (length, letter) in letters[start..].iter().take(self.longest).enumerate() {
                text.push(*letter);
                if let Some(&(number, score)) = self.pieces.get(&text) {
                    offer(start + length + 1, score, number);
                    has_single |= length == 0;
                }
            }
            if !has_single {
                offer(start + 1, self.unknown_score, UNKNOWN);
            }
        }
        let mut numbers = Vec::new();
        let mut position = letters.len();
        while position > 0 {
            let (_, start, number) = best[position];
            numbers.push(number);
            position = start;
        }
        numbers.reverse();
        numbers
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
