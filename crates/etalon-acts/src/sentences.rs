//! Turns into sentences.

use etalon_call::Turn;
use etalon_text::ends_sentence;

/// A longer stretch without the end of a sentence is cut here, or before at a comma.
const WORDS_AT_MOST: usize = 28;

/// A stretch that is cut at a comma has at least so many words.
const WORDS_AT_LEAST: usize = 12;

/// Words of a turn that belong together: from the first up to the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub(crate) first: usize,
    pub(crate) end: usize,
}

/// The words of a turn as they are written: those with times or, without any, those of its text.
pub(crate) fn words(turn: &Turn) -> Vec<&str> {
    if turn.words.is_empty() {
        turn.text.as_str().split_whitespace().collect()
    } else {
        turn.words.iter().map(|word| word.text.as_str()).collect()
    }
}

/// The sentences of a turn, in order. A recogniser may write no full stops: what goes on and on is
/// cut.
pub(crate) fn sentences(words: &[&str]) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut first = 0;
    for (index, word) in words.iter().enumerate() {
        if ends_sentence(word) || index + 1 == words.len() {
            cut(&words[first..=index], first, &mut sentences);
            first = index + 1;
        }
    }
    sentences
}

/// Appends a sentence, in parts where it is too long; `offset` is its first word.
fn cut(words: &[&str], offset: usize, sentences: &mut Vec<Sentence>) {
    let mut first = 0;
    while words.len() - first > WORDS_AT_MOST {
        let part = &words[first..first + WORDS_AT_MOST];
        let comma = part.iter().rposition(|word| word.ends_with([',', ';', ':']));
        let length = comma.map_or(WORDS_AT_MOST, |comma| comma + 1);
        let length = if length >= WORDS_AT_LEAST { length } else { WORDS_AT_MOST };
        sentences.push(Sentence { first: offset + first, end: offset + first + length });
        first += length;
    }
    sentences.push(Sentence { first: offset + first, end: offset + words.len() });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(usize, usize)]) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let found: Vec<(usize, usize)> =
            sentences(&words).iter().map(|sentence| (sentence.first, sentence.end)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn turns_are_cut_into_sentences() {
        check("", &[]);
        check("Да", &[(0, 1)]);
        check("Добрый день. «Вы готовы?» Тогда начнём", &[(0, 2), (2, 4), (4, 6)]);
        let long = format!("{} слово, {}", "слово ".repeat(19), "слово ".repeat(30));
        check(&long, &[(0, 20), (20, 48), (48, 50)]);
        check(&"слово ".repeat(60), &[(0, 28), (28, 56), (56, 60)]);
    }

    proptest::proptest! {
        #[test]
        fn every_word_is_in_one_sentence(text in "([а-я]{1,3}[.,!?…]? ){0,200}") {
            let words: Vec<&str> = text.split_whitespace().collect();
            let mut next = 0;
            for sentence in sentences(&words) {
                proptest::prop_assert!(sentence.first == next && sentence.end > sentence.first);
                proptest::prop_assert!(sentence.end - sentence.first <= WORDS_AT_MOST);
                next = sentence.end;
            }
            proptest::prop_assert_eq!(next, words.len());
        }
    }
}
