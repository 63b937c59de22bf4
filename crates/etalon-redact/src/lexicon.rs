//! The lists in `lexicons/`.

use etalon_text::{ListedPhrase, listed_phrases, normalize_word};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

const CUES_TEXT: &str = include_str!("../lexicons/cues.txt");
const UNITS_TEXT: &str = include_str!("../lexicons/units.txt");
const FILLERS_TEXT: &str = include_str!("../lexicons/fillers.txt");
const DIGIT_WORDS_TEXT: &str = include_str!("../lexicons/digit_words.txt");
const MONTHS_TEXT: &str = include_str!("../lexicons/months.txt");
const STREETS_TEXT: &str = include_str!("../lexicons/streets.txt");
const MAIL_TEXT: &str = include_str!("../lexicons/mail.txt");
const FIRST_NAMES_TEXT: &str = include_str!("../lexicons/first_names.txt");
const SURNAMES_TEXT: &str = include_str!("../lexicons/surnames.txt");

pub(crate) const EMBEDDED: &[&str] = &[
    CUES_TEXT,
    UNITS_TEXT,
    FILLERS_TEXT,
    DIGIT_WORDS_TEXT,
    MONTHS_TEXT,
    STREETS_TEXT,
    MAIL_TEXT,
    FIRST_NAMES_TEXT,
    SURNAMES_TEXT,
];

pub(crate) static CUES: LazyLock<Sections> = LazyLock::new(|| Sections::parse(CUES_TEXT));
pub(crate) static UNITS: LazyLock<Phrases> = LazyLock::new(|| Phrases::parse(UNITS_TEXT));
pub(crate) static FILLERS: LazyLock<Phrases> = LazyLock::new(|| Phrases::parse(FILLERS_TEXT));
pub(crate) static MONTHS: LazyLock<Phrases> = LazyLock::new(|| Phrases::parse(MONTHS_TEXT));
pub(crate) static STREETS: LazyLock<Sections> = LazyLock::new(|| Sections::parse(STREETS_TEXT));
pub(crate) static MAIL: LazyLock<Sections> = LazyLock::new(|| Sections::parse(MAIL_TEXT));
pub(crate) static FIRST_NAMES: LazyLock<HashSet<String>> = LazyLock::new(|| words(FIRST_NAMES_TEXT));
pub(crate) static SURNAMES: LazyLock<HashMap<String, HashSet<String>>> =
    LazyLock::new(|| sections(SURNAMES_TEXT).into_iter().map(|(name, text)| (name, words(&text))).collect());

/// The digit that each noun stands for: «семёрки» is `7`.
pub(crate) static DIGIT_WORDS: LazyLock<HashMap<String, char>> = LazyLock::new(|| {
    let lines = DIGIT_WORDS_TEXT.lines().filter(|line| !line.starts_with('#'));
    let entries = lines.filter_map(|line| Some((line.chars().next()?, line.split_once(' ')?.1)));
    entries
        .flat_map(|(digit, words)| words.split('|').map(move |word| (normalize_word(word), digit)))
        .collect()
});

/// Listed phrases.
pub(crate) struct Phrases(Vec<ListedPhrase>);

impl Phrases {
    fn parse(text: &str) -> Self {
        Self(listed_phrases(text))
    }

    /// How many words the longest phrase takes that begins here; none where none does.
    pub(crate) fn length_at(&self, words: &[&str]) -> Option<usize> {
        self.0.iter().find_map(|phrase| phrase.length_in_words(words))
    }

    /// Whether a phrase is among the words.
    pub(crate) fn is_in(&self, words: &[&str]) -> bool {
        (0..words.len()).any(|start| self.length_at(&words[start..]).is_some())
    }

    /// Whether this one word is a phrase.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.0.iter().any(|phrase| phrase.len() == 1 && phrase.length_in_words(&[word]).is_some())
    }
}

/// Lists of phrases by their names.
pub(crate) struct Sections(HashMap<String, Phrases>);

impl Sections {
    fn parse(text: &str) -> Self {
        Self(sections(text).into_iter().map(|(name, text)| (name, Phrases::parse(&text))).collect())
    }

    /// The list of this name.
    pub(crate) fn of(&self, name: &str) -> &Phrases {
        &self.0[name]
    }
}

/// The text behind each `[name]`.
fn sections(text: &str) -> Vec<(String, String)> {
    let mut sections: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push((name.to_owned(), String::new()));
        } else if let Some((_, section)) = sections.last_mut() {
            section.push_str(line);
            section.push('\n');
        }
    }
    sections
}

/// The words of a text without comments.
fn words(text: &str) -> HashSet<String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).map(normalize_word).collect()
}
