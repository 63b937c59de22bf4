//! Where in a call each word of a pack stands.

use crate::text::tokens::Token;
use crate::text::transcript::{TORN_PART_LETTERS, Transcript};
use crate::text::vocabulary::{Meanings, WordId};
use crate::text::words::SAME_PHONEMES;

/// The tokens of each word, word after word.
#[derive(Debug)]
pub(super) struct WordIndex {
    /// Per word, where its tokens begin in `tokens`; one more at the end.
    begins: Vec<u32>,
    tokens: Vec<u32>,
}

impl WordIndex {
    pub(super) fn new(transcript: &Transcript, meanings: &[Meanings], words: usize) -> Self {
        let mut begins = vec![0_u32; words + 1];
        for (word, _) in occurrences(transcript, meanings) {
            begins[word + 1] += 1;
        }
        for word in 0..words {
            begins[word + 1] += begins[word];
        }
        let mut next = begins.clone();
        let mut places = vec![0_u32; begins[words] as usize];
        for (word, token) in occurrences(transcript, meanings) {
            places[next[word] as usize] = token as u32;
            next[word] += 1;
        }
        Self { begins, tokens: places }
    }

    pub(super) fn has(&self, word: WordId) -> bool {
        self.begins[word] < self.begins[word + 1]
    }

    /// The tokens that can be a word, or its beginning where the model tore it apart.
    pub(super) fn places(&self, word: WordId) -> impl Iterator<Item = usize> {
        let (first, end) = (self.begins[word] as usize, self.begins[word + 1] as usize);
        self.tokens[first..end].iter().map(|&token| token as usize)
    }
}

fn occurrences<'a>(
    transcript: &'a Transcript,
    meanings: &'a [Meanings],
) -> impl Iterator<Item = (WordId, usize)> + 'a {
    transcript.tokens.iter().enumerate().flat_map(move |(number, token)| {
        let alone = meanings[token.spelling].iter();
        let joined = joined(transcript, meanings, number).map(|joined| meanings[joined].iter());
        let joined = joined.into_iter().flatten().filter(|meaning| meaning.cost <= SAME_PHONEMES);
        alone.chain(joined).map(move |meaning| (meaning.word, number))
    })
}

/// The spelling of a token and the next one as one word, where a model may have torn it apart: not
/// where the first part is a long word that the pack knows, as in «перезвонить и».
pub(super) fn joined(transcript: &Transcript, meanings: &[Meanings], token: usize) -> Option<usize> {
    let &Token { spelling, joined, .. } = &transcript.tokens[token];
    let is_part = || transcript.spellings[spelling].letters.chars().count() <= TORN_PART_LETTERS;
    let is_known = || meanings[spelling].iter().any(|meaning| meaning.cost == 0);
    joined.filter(|_| is_part() || !is_known())
}
