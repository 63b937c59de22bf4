//! Phrases of hand-written lists.

use crate::listed::ListedWord;

/// A listed phrase.
///
/// | written | stands for |
/// |---|---|
/// | `до свидания` | these words in a row |
/// | `стоп*` | every word that begins so |
/// | `до\|по` | one of the words |
/// | `..` | up to three other words |
/// | `пока.` | these words at the end of the utterance |
///
/// `W` is the type of a listed word, for lists that match words by more than their spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPhrase<W = ListedWord> {
    steps: Vec<Step<W>>,
    ends_the_utterance: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step<W> {
    /// One of these words.
    Word(Vec<W>),
    /// Up to [`GAP_WORDS`] other words.
    Gap,
}

/// Most words that `..` matches.
const GAP_WORDS: usize = 3;

impl<W: From<ListedWord>> ListedPhrase<W> {
    /// Reads a phrase in the notation above.
    pub fn parse(notation: &str) -> Self {
        let notation = notation.trim();
        let (words, ends_the_utterance) = match notation.strip_suffix('.') {
            Some(words) if !words.ends_with('.') => (words, true),
            _ => (notation, false),
        };
        Self { steps: words.split_whitespace().map(Step::parse).collect(), ends_the_utterance }
    }
}

impl<W: From<ListedWord>> Step<W> {
    fn parse(notation: &str) -> Self {
        match notation {
            ".." => Self::Gap,
            words => Self::Word(words.split('|').map(|word| W::from(ListedWord::parse(word))).collect()),
        }
    }
}

impl<W> ListedPhrase<W> {
    /// The number of steps: words and gaps.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether the phrase has no words.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether the phrase must end the utterance.
    pub fn ends_the_utterance(&self) -> bool {
        self.ends_the_utterance
    }

    /// The number of words, as few as possible, that the phrase matches at the beginning of
    /// `words`; none if it does not match.
    pub fn length_in<T>(&self, words: &[T], matches: impl Fn(&W, &T) -> bool + Copy) -> Option<usize> {
        length_of(&self.steps, words, matches)
    }
}

impl ListedPhrase {
    /// The same for words in the spelling of [`normalize_word`](crate::normalize_word).
    pub fn length_in_words(&self, words: &[impl AsRef<str>]) -> Option<usize> {
        self.length_in(words, |listed, word| listed.matches(word.as_ref()))
    }
}

fn length_of<W, T>(steps: &[Step<W>], words: &[T], matches: impl Fn(&W, &T) -> bool + Copy) -> Option<usize> {
    match steps.split_first() {
        None => Some(0),
        Some((Step::Word(alternatives), rest)) => {
            let (first, following) = words.split_first()?;
            let is_here = alternatives.iter().any(|listed| matches(listed, first));
            is_here.then(|| length_of(rest, following, matches)).flatten().map(|length| length + 1)
        }
        Some((Step::Gap, rest)) => (0..=GAP_WORDS.min(words.len()))
            .find_map(|skipped| length_of(rest, &words[skipped..], matches).map(|length| skipped + length)),
    }
}

/// The phrases of a list: one a line; `#` begins a comment. The longest come first, so that «до
/// свидания» is not matched in parts; phrases of one length keep the order of the list.
pub fn listed_phrases<W: From<ListedWord>>(text: &str) -> Vec<ListedPhrase<W>> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    let mut phrases: Vec<ListedPhrase<W>> =
        lines.map(ListedPhrase::parse).filter(|phrase| !phrase.is_empty()).collect();
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    phrases
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(notation: &str, text: &str, expected: Option<usize>) {
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(
            ListedPhrase::<ListedWord>::parse(notation).length_in_words(&words),
            expected,
            "{notation}: {text}"
        );
    }

    #[test]
    fn a_phrase_is_found_at_the_beginning() {
        for (notation, text, expected) in [
            ("до свидания", "до свидания и вам", Some(2)),
            ("до свидания", "до скорого", None),
            ("до свидания", "до", None),
            ("до|по свидани*", "по свиданиям", Some(2)),
            ("всего .. доброго", "всего вам самого доброго", Some(4)),
            ("всего .. доброго", "всего доброго доброго", Some(2)),
            ("всего .. доброго", "всего а б в г доброго", None),
            ("пока.", "пока", Some(1)),
        ] {
            check(notation, text, expected);
        }
    }

    #[test]
    fn a_list_has_its_longest_phrases_first() {
        let phrases = listed_phrases::<ListedWord>("# прощание\nпока.\n\nдо свидания # вежливо\n");
        assert_eq!(phrases, ["до свидания", "пока."].map(ListedPhrase::parse));
        assert_eq!(phrases.iter().map(ListedPhrase::ends_the_utterance).collect::<Vec<_>>(), [false, true]);
    }
}
