//! Lists of words and phrases, and where a speaker says them.

use crate::heard::{HeardWord, Spelling};
use etalon_call::{Span, Word};
use etalon_text::{ListedPhrase, listed_phrases, normalize_word};
use std::sync::LazyLock;

/// Backchannels.
pub(crate) static BACKCHANNEL: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/backchannel.txt")));
/// Agreement, praise and thanks: reactions that do not claim the floor.
pub(crate) static ASSENT: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::parse(concat!(
        include_str!("../lexicons/backchannel.txt"),
        "\n",
        include_str!("../lexicons/assent.txt")
    ))
});
/// Complaints of being interrupted.
pub(crate) static INTERRUPTED: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/interrupted.txt")));
/// Admissions of interrupting.
pub(crate) static INTERRUPTING: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/interrupting.txt")));
/// Words that no sentence ends with.
pub(crate) static HANGING: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/hanging.txt")));
/// Words that turn an agreement into an objection.
pub(crate) static CONTRAST: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/contrast.txt")));
/// What a transcript writes for a sound that is not speech.
pub(crate) static NO_SPEECH: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/no_speech.txt")));
/// Words of goodbye.
pub(crate) static FAREWELL: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/farewell.txt")));
/// What brings something to somebody's notice.
pub(crate) static NOTICE: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/notice.txt")));
/// Announcements of a hold.
pub(crate) static HOLD_ANNOUNCEMENT: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::parse(include_str!("../lexicons/hold_announcement.txt")));

/// A list of phrases, matched by spelling or sound.
pub(crate) struct Lexicon {
    phrases: Vec<ListedPhrase<HeardWord>>,
}

/// The shortest pause that ends an utterance, seconds.
const PAUSE_S: f64 = 0.5;

impl Lexicon {
    fn parse(text: &str) -> Self {
        Self { phrases: listed_phrases(text) }
    }

    /// Whether the words end with one of the phrases.
    pub(crate) fn ends(&self, words: &[&Word]) -> bool {
        let texts = spellings(words);
        (0..words.len()).any(|at| self.phrase_at(&words[at..], &texts[at..]) == Some(words.len() - at))
    }

    /// Whether the words consist of phrases of this list only. False without words.
    pub(crate) fn covers(&self, words: &[&Word]) -> bool {
        let texts = spellings(words);
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
        let texts = spellings(words);
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

    /// The number of words in the phrase at the start of `words`, if there is one.
    fn phrase_at(&self, words: &[&Word], texts: &[Spelling]) -> Option<usize> {
        let length = |phrase: &ListedPhrase<HeardWord>| {
            let length = phrase.length_in(texts, HeardWord::matches)?;
            (!phrase.ends_the_utterance() || ends_utterance(words, length - 1)).then_some(length)
        };
        self.phrases.iter().find_map(length)
    }
}

/// Whether an utterance ends with word `last`: by its punctuation, by a pause, or as the last word.
fn ends_utterance(words: &[&Word], last: usize) -> bool {
    words[last].text.as_str().ends_with(['.', '!', '?', '…'])
        || words.get(last + 1).is_none_or(|next| next.start_s - words[last].end_s >= PAUSE_S)
}

fn spellings(words: &[&Word]) -> Vec<Spelling> {
    words.iter().map(|word| Spelling::of(&normalize_word(word.text.as_str()))).collect()
}

/// The embedded lists.
pub(crate) const EMBEDDED: [&str; 10] = [
    include_str!("../lexicons/backchannel.txt"),
    include_str!("../lexicons/assent.txt"),
    include_str!("../lexicons/interrupted.txt"),
    include_str!("../lexicons/interrupting.txt"),
    include_str!("../lexicons/hanging.txt"),
    include_str!("../lexicons/contrast.txt"),
    include_str!("../lexicons/no_speech.txt"),
    include_str!("../lexicons/farewell.txt"),
    include_str!("../lexicons/notice.txt"),
    include_str!("../lexicons/hold_announcement.txt"),
];

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
