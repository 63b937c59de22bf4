//! Lists of phrases, and where they are said.

use etalon_call::Word;
use etalon_text::{ListedWord, tokens};

/// The lines of a list but for comments and empty ones: what stands before the first space, and the phrase behind it.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

/// The words of a phrase; a star stands for any ending.
pub(crate) fn phrase(text: &str) -> Vec<ListedWord> {
    text.split_whitespace().map(ListedWord::parse).collect()
}

/// Words in one spelling with the time at which each begins, seconds.
pub(crate) fn spoken(words: &[Word]) -> Vec<(String, f64)> {
    words
        .iter()
        .flat_map(|word| tokens(word.text.as_str()).into_iter().map(|token| (token, word.start_s)))
        .collect()
}

/// Where a phrase is said: the places of its first word.
pub(crate) fn occurrences(phrase: &[ListedWord], spoken: &[(String, f64)]) -> Vec<usize> {
    spoken
        .windows(phrase.len().max(1))
        .enumerate()
        .filter(|(_, window)| phrase.iter().zip(*window).all(|(listed, (word, _))| listed.matches(word)))
        .map(|(place, _)| place)
        .collect()
}
