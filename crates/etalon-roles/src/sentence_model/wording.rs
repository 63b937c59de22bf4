//! The words of a sentence as features.

use etalon_text::tokens;
use std::collections::BTreeSet;

/// Lengths of the word beginnings and endings that are features: Russian and Kazakh endings mark
/// the person.
const BEGINNINGS: std::ops::RangeInclusive<usize> = 3..=5;
const ENDINGS: std::ops::RangeInclusive<usize> = 2..=4;

/// The features of a sentence: its words, pairs of neighbours, beginnings (`наз*`) and endings
/// (`*ите`) of words, and a question mark. All numbers are the same feature.
pub(super) fn signs(sentence: &str) -> BTreeSet<String> {
    let number =
        |word: String| if word.chars().all(|letter| letter.is_ascii_digit()) { "0".to_owned() } else { word };
    let words: Vec<String> = tokens(sentence).into_iter().map(number).collect();
    let mut signs: BTreeSet<String> = words.iter().cloned().collect();
    for word in &words {
        let letters: Vec<char> = word.chars().collect();
        let shorter = |length: &usize| *length < letters.len();
        let text = |part: &[char]| part.iter().collect::<String>();
        signs.extend(BEGINNINGS.filter(shorter).map(|length| text(&letters[..length]) + "*"));
        signs.extend(
            ENDINGS.filter(shorter).map(|length| format!("*{}", text(&letters[letters.len() - length..]))),
        );
    }
    signs.extend(words.windows(2).map(|pair| pair.join(" ")));
    if sentence.contains('?') {
        signs.insert("?".to_owned());
    }
    signs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_their_parts_and_pairs_are_signs() {
        let found = signs("Назовите 42?");
        let expected =
            ["*вите", "*ите", "*те", "0", "?", "наз*", "назо*", "назов*", "назовите", "назовите 0"];
        assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected);
        assert!(signs("").is_empty());
    }
}
