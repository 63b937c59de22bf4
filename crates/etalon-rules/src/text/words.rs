//! Words as phrases see them: spelling, stem and sound.

use crate::text::distance::edits_within;
use etalon_text::normalize_word;
use rust_stemmers::{Algorithm, Stemmer};

/// What of a word is compared.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum WordPattern {
    /// The spelling, letter by letter (`=слово`).
    Exact { letters: String, phonemes: Vec<u8> },
    /// The beginning of the word (`слов*`).
    Prefix { letters: String, phonemes: Vec<u8> },
    /// A part of the word (`*слов*`).
    Infix { letters: String, phonemes: Vec<u8> },
    /// The stem, whatever the ending (`слово`).
    Stem { stem: String, stem_sounds: Vec<u8>, phonemes: Vec<u8> },
}

/// A word of a call, prepared once for all phrases.
#[derive(Debug, Clone)]
pub(crate) struct Spelling {
    pub(crate) letters: String,
    pub(crate) stem: String,
    pub(crate) phonemes: Vec<u8>,
    pub(crate) stem_sounds: Vec<u8>,
}

/// What it costs when a word is spelt otherwise and phonemes the same.
pub(crate) const SAME_PHONEMES: u8 = 1;

/// What a wrong, missing or additional sound costs.
pub(crate) const WRONG_PHONEMES: u8 = 2;

/// Shortest exact word, prefix or infix, in phonemes, of which another spelling is accepted.
const SAME_SOUND_MIN: usize = 6;

/// Shortest exact word that may be recognised with an error in it, in phonemes.
const TOLERANT_EXACT_SOUNDS: usize = 9;

/// Shortest prefix that may be recognised with an error in it, in phonemes.
const TOLERANT_PREFIX_SOUNDS: usize = 9;

impl WordPattern {
    /// A pattern from its notation: `=exact`, `prefix*`, `*infix*` or a word of which the stem
    /// counts.
    pub(crate) fn parse(notation: &str) -> Option<Self> {
        if let Some(infix) = notation.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')) {
            let letters = Some(normalize_word(infix)).filter(|word| !word.is_empty())?;
            let phonemes = phonemes_of(&letters);
            return Some(Self::Infix { letters, phonemes });
        }
        if notation.starts_with('*') || (notation.starts_with('=') && notation.ends_with('*')) {
            return None;
        }
        if let Some(exact) = notation.strip_prefix('=') {
            let letters = Some(normalize_word(exact)).filter(|word| !word.is_empty())?;
            let phonemes = phonemes_of(&letters);
            return Some(Self::Exact { letters, phonemes });
        }
        if let Some(prefix) = notation.strip_suffix('*') {
            let letters = Some(normalize_word(prefix)).filter(|word| !word.is_empty())?;
            let phonemes = phonemes_of(&letters);
            return Some(Self::Prefix { letters, phonemes });
        }
        let word = Some(normalize_word(notation)).filter(|word| !word.is_empty())?;
        let stem = stem_of(&word);
        let (stem_sounds, phonemes) = (phonemes_of(&stem), phonemes_of(&word));
        Some(Self::Stem { stem, stem_sounds, phonemes })
    }

    /// Whether the call's word is this very word.
    pub(crate) fn is(&self, word: &Spelling) -> bool {
        match self {
            Self::Exact { letters, .. } => word.letters == *letters,
            Self::Prefix { letters, .. } => word.letters.starts_with(letters.as_str()),
            Self::Infix { letters, .. } => word.letters.contains(letters.as_str()),
            Self::Stem { stem, .. } => word.stem == *stem,
        }
    }

    /// What it costs to take the call's word for this one misheard; nothing when it is another
    /// word.
    ///
    /// Another spelling of the same phonemes costs [`SAME_PHONEMES`], each wrong sound
    /// [`WRONG_PHONEMES`].
    pub(crate) fn cost_as_misheard(&self, word: &Spelling) -> Option<u8> {
        // A model changes the alphabet with the language: «talking» is no «долг».
        if is_latin(self.letters()) != is_latin(&word.letters) {
            return None;
        }
        match self {
            Self::Exact { phonemes, .. } => {
                let allowed = u8::from(phonemes.len() >= TOLERANT_EXACT_SOUNDS);
                (phonemes.len() >= SAME_SOUND_MIN && phonemes.first() == word.phonemes.first())
                    .then(|| edits_within(phonemes, &word.phonemes, allowed))
                    .flatten()
                    .map(cost_of_edits)
            }
            Self::Infix { phonemes, .. } => {
                let is_heard = || word.phonemes.windows(phonemes.len()).any(|part| part == phonemes);
                (phonemes.len() >= SAME_SOUND_MIN && is_heard()).then_some(SAME_PHONEMES)
            }
            Self::Prefix { phonemes, .. } => prefix_cost(phonemes, &word.phonemes),
            // A misspelt ending can leave another stem behind, so the whole words are compared too.
            Self::Stem { stem_sounds, phonemes, .. } => {
                heard_cost(stem_sounds, &word.stem_sounds).or_else(|| heard_cost(phonemes, &word.phonemes))
            }
        }
    }
}

impl WordPattern {
    /// The letters that are looked for.
    pub(crate) fn letters(&self) -> &str {
        match self {
            Self::Exact { letters, .. } | Self::Prefix { letters, .. } | Self::Infix { letters, .. } => {
                letters
            }
            Self::Stem { stem, .. } => stem,
        }
    }

    /// Whether the call's word is this one misspelt and no other: only vowels that sound alike
    /// without stress and doubled letters differ («приедим», «колекция»).
    pub(crate) fn is_misspelt_in(&self, word: &Spelling) -> bool {
        let expected = unstressed(self.letters());
        if expected.len() < MISSPELT_LETTERS_AT_LEAST {
            return false;
        }
        match self {
            Self::Exact { .. } => unstressed(&word.letters) == expected,
            Self::Prefix { .. } => unstressed(&word.letters).starts_with(&expected),
            Self::Infix { .. } => {
                unstressed(&word.letters).windows(expected.len()).any(|part| part == expected)
            }
            Self::Stem { .. } => unstressed(&word.stem) == expected,
        }
    }
}

/// Shorter words that differ in a vowel are different words.
const MISSPELT_LETTERS_AT_LEAST: usize = 4;

/// The letters with vowels that sound alike without stress made equal, doubled letters once.
fn unstressed(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word
        .chars()
        .map(|letter| match letter {
            'о' => 'а',
            'е' | 'э' | 'я' | 'ы' => 'и',
            other => other,
        })
        .collect();
    letters.dedup();
    letters
}

fn is_latin(word: &str) -> bool {
    word.chars().any(|letter| letter.is_ascii_alphabetic())
}

impl Spelling {
    pub(crate) fn new(word: &str) -> Self {
        let letters = normalize_word(word);
        let stem = stem_of(&letters);
        let phonemes = phonemes_of(&letters);
        let stem_sounds = phonemes_of(&stem);
        Self { letters, stem, phonemes, stem_sounds }
    }
}

/// Errors of recognition in a word: none up to three phonemes, the same phonemes up to five, one
/// wrong sound up to eight, else two.
fn heard_cost(pattern: &[u8], word: &[u8]) -> Option<u8> {
    let allowed = match pattern.len() {
        0..=3 => return None,
        4..=5 => 0,
        6..=8 => 1,
        _ => 2,
    };
    // The first sound is rarely misheard, and keeping it rules out most words that merely rhyme.
    if allowed < 2 && pattern.first() != word.first() {
        return None;
    }
    edits_within(pattern, word, allowed).map(cost_of_edits)
}

fn prefix_cost(pattern: &[u8], word: &[u8]) -> Option<u8> {
    if pattern.len() >= SAME_SOUND_MIN && word.starts_with(pattern) {
        return Some(SAME_PHONEMES);
    }
    if pattern.len() < TOLERANT_PREFIX_SOUNDS || pattern.first() != word.first() {
        return None;
    }
    let shortest = pattern.len().saturating_sub(1);
    (shortest..=pattern.len() + 1)
        .filter_map(|length| word.get(..length))
        .find_map(|beginning| edits_within(pattern, beginning, 1))
        .map(cost_of_edits)
}

fn cost_of_edits(edits: u8) -> u8 {
    if edits == 0 { SAME_PHONEMES } else { edits * WRONG_PHONEMES }
}

/// The stem of a word, in the spelling of [`normalize_word`]: what phrases compare, whatever the
/// ending. Snowball's stemmer for English takes words with Latin letters, that for Russian all others.
pub fn stem_of(word: &str) -> String {
    let algorithm = if is_latin(word) { Algorithm::English } else { Algorithm::Russian };
    Stemmer::create(algorithm).stem(word).into_owned()
}

/// The word as it phonemes over a telephone: unstressed vowels, voiced and voiceless pairs and
/// doubled letters fall together, Latin and Kazakh letters become the nearest Russian ones.
pub(crate) fn phonemes_of(word: &str) -> Vec<u8> {
    let mut phonemes: Vec<u8> = Vec::with_capacity(word.len());
    // The ending of «доброго» is spoken with a «в».
    let spoken =
        word.strip_suffix("го").filter(|rest| rest.ends_with(['о', 'е'])).map(|rest| format!("{rest}во"));
    for letter in spoken.as_deref().unwrap_or(word).chars() {
        for &sound in sound_of(letter) {
            if phonemes.last() != Some(&sound) {
                phonemes.push(sound);
            }
        }
    }
    phonemes
}

fn sound_of(letter: char) -> &'static [u8] {
    match letter {
        'а' | 'о' | 'ә' | 'ө' | 'a' | 'o' => b"a",
        'е' | 'и' | 'э' | 'ё' | 'й' | 'ы' | 'і' | 'я' | 'e' | 'i' | 'y' => b"i",
        'у' | 'ю' | 'ұ' | 'ү' | 'u' => b"u",
        'б' | 'п' | 'b' | 'p' => b"p",
        'в' | 'ф' | 'v' | 'w' | 'f' => b"f",
        'г' | 'к' | 'ғ' | 'қ' | 'g' | 'k' | 'c' | 'q' => b"k",
        'д' | 'т' | 'd' | 't' => b"t",
        'ж' | 'ш' | 'щ' | 'j' => b"s",
        'з' | 'с' | 'ц' | 'z' | 's' => b"c",
        'ч' => b"h",
        'л' | 'l' => b"l",
        'м' | 'm' => b"m",
        'н' | 'ң' | 'n' => b"n",
        'р' | 'r' => b"r",
        'х' | 'һ' | 'h' => b"x",
        'x' => b"kc",
        '0' => b"0",
        '1' => b"1",
        '2' => b"2",
        '3' => b"3",
        '4' => b"4",
        '5' => b"5",
        '6' => b"6",
        '7' => b"7",
        '8' => b"8",
        '9' => b"9",
        _ => b"",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, word: &str, expected: Option<u8>) {
        let pattern_of_word = WordPattern::parse(pattern).expect("a pattern");
        let spelling = Spelling::new(word);
        let cost =
            if pattern_of_word.is(&spelling) { Some(0) } else { pattern_of_word.cost_as_misheard(&spelling) };
        assert_eq!(cost, expected, "{pattern} ~ {word}");
    }

    #[test]
    fn words_are_known_by_stem_prefix_or_spelling() {
        check("ожидание", "ожидания,", Some(0));
        check("ещё", "Еще", Some(0));
        check("=ждать", "ждать", Some(0));
        check("=ждать", "ждали", None);
        check("перезвон*", "перезвоните", Some(0));
        check("перезвон*", "позвоните", None);
        check("*видани*", "досвитание", Some(1));
        check("*видани*", "ожидание", None);
        check("сайт", "сад", None);
        check("не", "нет", None);
    }

    #[test]
    fn no_word_is_heard_in_another_alphabet() {
        check("долг*", "dolgi", None);
        check("*кредит*", "creditor", None);
        check("операция", "operation", None);
    }

    #[test]
    fn a_misspelt_word_differs_in_unstressed_vowels_alone() {
        let is_misspelt = |pattern: &str, word: &str| {
            WordPattern::parse(pattern).expect("a pattern").is_misspelt_in(&Spelling::new(word))
        };
        assert!(is_misspelt("=приедем", "приедим") && is_misspelt("колекц*", "коллекция"));
        assert!(!is_misspelt("=сдадим", "сдатим") && !is_misspelt("диагноз*", "диагностика"));
    }

    #[test]
    fn errors_of_recognition_are_forgiven_in_long_words_only() {
        check("здравствуйте", "здраствуйти", Some(2));
        check("всего", "всево", Some(1));
        check("=сможете", "сможите", Some(1));
        check("реструктуризац*", "реструктаризацию", Some(2));
        check("удержание", "удиржание", Some(1));
        check("день", "дань", None);
        check("вечер", "ветер", None);
    }
}
