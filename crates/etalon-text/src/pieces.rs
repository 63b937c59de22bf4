//! Text into word pieces: the most probable segmentation under a unigram model (Kudo 2018,
//! [arXiv:1804.10959](https://arxiv.org/abs/1804.10959)).

use std::collections::HashMap;

/// A word piece and the logarithm of its probability.
#[derive(Debug, Clone)]
pub struct Piece {
    /// The piece as it stands in the text.
    pub text: String,
    /// The natural logarithm of its probability.
    pub score: f64,
}

/// Pieces with numbers, and what a letter costs that none of them covers.
#[derive(Debug, Clone)]
pub struct PieceVocabulary {
    pieces: HashMap<String, (usize, f64)>,
    /// Length of the longest piece, characters.
    longest: usize,
    unknown: usize,
    unknown_score: f64,
}

impl PieceVocabulary {
    /// The vocabulary of `pieces`, numbered in their order; those before `first` mean something to a
    /// model and are no text. A letter that no piece covers has the number `unknown` and a score.
    pub fn new(pieces: Vec<Piece>, first: usize, (unknown, unknown_score): (usize, f64)) -> Self {
        let longest = pieces.iter().map(|piece| piece.text.chars().count()).max().unwrap_or(0);
        let numbered = pieces.into_iter().enumerate().skip(first);
        let pieces = numbered.map(|(number, piece)| (piece.text, (number, piece.score))).collect();
        Self { pieces, longest, unknown, unknown_score }
    }

    /// The numbers of the most probable pieces of a text, in order (Viterbi search).
    pub fn cut(&self, letters: &[char]) -> Vec<usize> {
        // For each position the score, the start of the last piece, and its number.
        let mut best = vec![(f64::NEG_INFINITY, 0, self.unknown); letters.len() + 1];
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
                offer(start + 1, self.unknown_score, self.unknown);
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

    #[test]
    fn the_most_probable_pieces_are_found() {
        let piece = |text: &str, score: f64| Piece { text: text.to_owned(), score };
        let pieces = vec![
            piece("<unk>", 0.0),
            piece("да", -5.5),
            piece("д", -6.0),
            piece("а", -6.0),
            piece("дад", -4.0),
        ];
        let vocabulary = PieceVocabulary::new(pieces, 1, (0, -20.0));
        for (text, expected) in
            [("", vec![]), ("да", vec![1]), ("дада", vec![4, 3]), ("даж", vec![1, 0]), ("<unk>", vec![0; 5])]
        {
            assert_eq!(vocabulary.cut(&text.chars().collect::<Vec<_>>()), expected, "{text}");
        }
    }
}
