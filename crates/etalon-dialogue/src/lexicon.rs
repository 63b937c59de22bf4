//! Lists of words and phrases, and where they occur among the words of a speaker.

use etalon_call::{Span, Word};
use etalon_text::{ListedWord, normalize_word};
use std::sync::LazyLock;

/// Signs of listening.
pub(crate) static BACKCHANNEL: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/backchannel.txt")));
/// Words of goodbye.
pub(crate) static FAREWELL: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/farewell.txt")));
/// What an agent says before leaving the line.
pub(crate) static HOLD_ANNOUNCEMENT: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/hold_announcement.txt")));

/// A list of phrases.
pub(crate) struct Lexicon {
    phrases: Vec<Phrase>,
}

/// Some words in a row.
struct Phrase {
    words: Vec<ListedWord>,
    /// Whether nothing may follow: «пока.» says goodbye, «пока не заплатите» does not.
    ends_the_utterance: bool,
}

/// A pause after a word that ends an utterance, seconds.
const PAUSE_S: f64 = 0.5;

impl Lexicon {
    /// Reads a list: a phrase a line, `#` begins a comment, a star at the end of a word stands for any
    /// ending, a full stop at the end of a line for the end of the utterance.
    fn parse(text: &str) -> Self {
        let phrase = |line: &str| {
            let words = line.split('#').next().unwrap_or_default().trim();
            let (words, ends_the_utterance) =
                words.strip_suffix('.').map_or((words, false), |words| (words, true));
            Phrase { words: words.split_whitespace().map(ListedWord::parse).collect(), ends_the_utterance }
        };
        let mut phrases: Vec<Phrase> =
            text.lines().map(phrase).filter(|phrase| !phrase.words.is_empty()).collect();
        // The longest phrase wins, so that «до свидания» is not cut into its parts.
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.words.len()));
        Self { phrases }
    }

    /// Whether the words are nothing but phrases of this list. False without words.
    pub(crate) fn covers(&self, words: &[&Word]) -> bool {
        let texts = normalised_words(words);
        let mut at = 0;
        while at < words.len() {
            match self.phrase_at(&words[at..], &texts[at..]) {
                Some(length) => at += length,
                None => return false,
            }
        }
        !words.is_empty()
    }

    /// The times of the phrases of this list among the words, in order.
    pub(crate) fn find(&self, words: &[&Word]) -> Vec<Span> {
        let texts = normalised_words(words);
        let mut found = Vec::new();
        let mut at = 0;
        while at < words.len() {
            if let Some(length) = self.phrase_at(&words[at..], &texts[at..]) {
                found.push(Span::new(words[at].start_s, words[at + length - 1].end_s));
                at += length;
            } else {
                at += 1;
            }
        }
        found
    }

    /// The number of words of the phrase that the words begin with.
    fn phrase_at(&self, words: &[&Word], texts: &[String]) -> Option<usize> {
        let is_here = |phrase: &&Phrase| {
            phrase.words.len() <= texts.len()
                && phrase.words.iter().zip(texts).all(|(pattern, text)| pattern.matches(text))
                && (!phrase.ends_the_utterance || ends_utterance(words, phrase.words.len() - 1))
        };
        self.phrases.iter().find(is_here).map(|phrase| phrase.words.len())
    }
}

/// Whether an utterance ends with word `last`: by its punctuation, or because nothing or a pause follows.
fn ends_utterance(words: &[&Word], last: usize) -> bool {
    words[last].text.as_str().ends_with(['.', '!', '?', '…'])
        || words.get(last + 1).is_none_or(|next| next.start_s - words[last].end_s >= PAUSE_S)
}

fn normalised_words(words: &[&Word]) -> Vec<String> {
    words.iter().map(|word| normalize_word(word.text.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<Word> {
        let word = |(index, text): (usize, &str)| Word::new(text, index as f64, index as f64 + 0.9, 1.0);
        text.split_whitespace().enumerate().map(word).collect()
    }

    fn check_covers(text: &str, expected: bool) {
        let words = words(text);
        assert_eq!(BACKCHANNEL.covers(&words.iter().collect::<Vec<_>>()), expected, "{text}");
    }

    #[test]
    fn a_backchannel_holds_nothing_but_signs_of_listening() {
        for (text, expected) in [
            ("Угу.", true),
            ("Да, да, понятно", true),
            ("Да, но", false),
            ("Иә", true),
            ("I see.", true),
            ("Да-да.", true),
            ("Mm-hmm.", true),
            ("", false),
        ] {
            check_covers(text, expected);
        }
    }

    #[test]
    fn a_farewell_is_found_with_its_times() {
        let words = words("Ну хорошо, всего доброго! До свидания.");
        let found = FAREWELL.find(&words.iter().collect::<Vec<_>>());
        assert_eq!(found, [Span::new(2.0, 3.9), Span::new(4.0, 5.9)]);
    }

    fn check_farewells(text: &str, expected: usize) {
        let words = words(text);
        let words: Vec<_> = words.iter().collect();
        assert_eq!(FAREWELL.find(&words).len(), expected, "{text}");
    }

    #[test]
    fn an_ambiguous_word_says_goodbye_only_at_the_end() {
        for (text, expected) in
            [("Ну пока.", 1), ("Пока не заплатите", 0), ("Ладно пока", 1), ("Всего вам доброго", 1)]
        {
            check_farewells(text, expected);
        }
    }
}
