//! Lists of phrases, and where they are said.

use etalon_call::Word;
use etalon_text::{ListedPhrase, ListedWord, tokens};
use std::ops::Range;

/// The lines of a list without comments and empty ones: the text before the first space, and the
/// phrase after it.
pub(crate) fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
}

/// Normalized words with their start times, seconds.
pub(crate) fn spoken(words: &[Word]) -> Vec<(String, f64)> {
    words
        .iter()
        .flat_map(|word| tokens(word.text.as_str()).into_iter().map(|token| (token, word.start_s)))
        .collect()
}

/// Where a phrase is said: the range of its words each time.
pub(crate) fn occurrences(phrase: &ListedPhrase, spoken: &[(String, f64)]) -> Vec<Range<usize>> {
    let matches = |listed: &ListedWord, (word, _): &(String, f64)| listed.matches(word);
    let place = |first: usize| Some(first..first + phrase.length_in(&spoken[first..], matches)?);
    (0..spoken.len()).filter_map(place).collect()
}
