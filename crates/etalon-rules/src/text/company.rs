//! Where the company's name is said, however the model wrote it.

use crate::lexicon::{COMPANY_ANNOUNCEMENTS, GENERIC_COMPANY_WORDS};
use crate::text::distance::edits_within;
use crate::text::phonetic_stream::{Heard, PhoneticStream};
use crate::text::spelled_name::SpelledName;
use crate::text::tokens::{Token, TurnWords};
use crate::text::words::{Spelling, phonemes_of};
use etalon_call::Role;

/// Share of a name's phonemes that may be wrong: a name of several words keeps its outline through
/// a telephone.
const TOLERATED_SHARE: f64 = 0.34;

/// The same for the part of a name that tells it from others.
const TOLERATED_SHARE_TELLING: f64 = 0.5;

/// The same for a short name right after a word that announces it.
const TOLERATED_SHARE_ANNOUNCED: f64 = 0.4;

/// Names up to this many phonemes are easily mistaken for another word: unannounced, they must be
/// spelt right.
const SHORT_NAME_SOUNDS: usize = 8;

/// Names of fewer phonemes are looked for by their letters alone.
const CLOSE_NAME_SOUNDS: usize = 3;

/// A name as it is listened for.
struct Name {
    phonemes: Vec<u8>,
    /// The part that tells it from others.
    telling: Vec<u8>,
    telling_letters: String,
    /// The name letter by letter, and the part that tells it from others so, where it has
    /// abbreviations.
    spelled: Vec<SpelledName>,
}

impl Name {
    fn new(spelling: &str) -> Option<Self> {
        let written: Vec<&str> = words_of(spelling).collect();
        let words: Vec<String> = written.iter().map(|word| letters_of(word)).collect();
        let telling: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| !GENERIC_COMPANY_WORDS.contains(word)).collect();
        let telling_letters = if telling.is_empty() { words.concat() } else { telling.concat() };
        let phonemes = phonemes_of(&words.concat());
        let telling = phonemes_of(&telling_letters);
        let spelled: Vec<SpelledName> = spelled(&written).collect();
        (phonemes.len() >= 2 || !spelled.is_empty()).then_some(Self {
            phonemes,
            telling,
            telling_letters,
            spelled,
        })
    }

    /// Whether the place holds more than the words that all companies have.
    fn tells(&self, heard: &Heard, stream: &PhoneticStream) -> bool {
        self.telling.len() == self.phonemes.len()
            || stream
                .find(&self.telling, tolerated(&self.telling, TOLERATED_SHARE_TELLING))
                .iter()
                .any(|telling| telling.sound_end.abs_diff(heard.sound_end) <= 4)
    }
}

/// The words of a name; a hyphen parts them too.
fn words_of(spelling: &str) -> impl Iterator<Item = &str> {
    let is_between = |letter: char| letter.is_whitespace() || matches!(letter, '-' | '‐' | '‑' | '–');
    let words = spelling.split(is_between);
    words
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()))
        .filter(|word| !word.is_empty())
}

/// What is looked for letter by letter: the whole name, and what tells it from others.
fn spelled(written: &[&str]) -> impl Iterator<Item = SpelledName> {
    let is_telling = |word: &&&str| !GENERIC_COMPANY_WORDS.contains(&letters_of(word));
    let telling: Vec<&str> = written.iter().filter(is_telling).copied().collect();
    [SpelledName::new(written), SpelledName::new(&telling)].into_iter().flatten()
}

fn letters_of(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn tolerated(phonemes: &[u8], share: f64) -> usize {
    (phonemes.len() as f64 * share) as usize
}

/// First token and the one after the last of every place where the agent says one of the spellings.
pub(crate) fn company_spans(
    tokens: &[Token],
    spellings: &[Spelling],
    turns: &[TurnWords],
    names: &[String],
) -> Vec<(usize, usize)> {
    let names: Vec<Name> = names.iter().filter_map(|name| Name::new(name)).collect();
    let generic: Vec<Vec<u8>> = GENERIC_COMPANY_WORDS.iter().map(phonemes_of).collect();
    let mut spans = Vec::new();
    for turn in turns.iter().filter(|turn| turn.speaker != Role::Client) {
        let stream = PhoneticStream::of(turn, tokens, spellings);
        for name in &names {
            if name.phonemes.len() > SHORT_NAME_SOUNDS {
                let heard = stream.find(&name.phonemes, tolerated(&name.phonemes, TOLERATED_SHARE));
                spans.extend(
                    heard
                        .iter()
                        .filter(|heard| name.tells(heard, &stream))
                        .map(|heard| (heard.first, heard.end)),
                );
            }
            spans.extend(spelled_in(name, turn, tokens, spellings));
            if name.telling.len() <= SHORT_NAME_SOUNDS {
                let is_said = |token: &usize| {
                    let spelling = &spellings[tokens[*token].spelling];
                    is_form_of(&name.telling_letters, &spelling.letters)
                        || (is_close(&name.telling, &spelling.phonemes)
                            && is_announced(tokens, spellings, &generic, turn.first, *token))
                };
                spans.extend((turn.first..turn.end).filter(is_said).map(|token| (token, token + 1)));
            }
        }
    }
    spans.sort_unstable();
    spans.dedup();
    spans
}

/// Where a turn has a name letter by letter.
fn spelled_in(
    name: &Name,
    turn: &TurnWords,
    tokens: &[Token],
    spellings: &[Spelling],
) -> Vec<(usize, usize)> {
    if name.spelled.is_empty() {
        return vec![];
    }
    let words: Vec<&str> =
        tokens[turn.first..turn.end].iter().map(|token| spellings[token.spelling].letters.as_str()).collect();
    let at = |start: usize| {
        let behind = &words[start..];
        let lengths = name.spelled.iter().filter_map(|spelled| spelled.length_in(behind));
        lengths.max().map(|length| (turn.first + start, turn.first + start + length))
    };
    (0..turn.end - turn.first).filter_map(at).collect()
}

/// Whether a word is the name in some case: «Вектор», «Вектора».
fn is_form_of(name: &str, word: &str) -> bool {
    let word: &str = &letters_of(word);
    let inflected = word.strip_prefix(name).is_some_and(|ending| ending.chars().count() <= 2);
    word == name && name.chars().count() >= 2 || (name.chars().count() >= 5 && inflected)
}

fn is_close(name: &[u8], word: &[u8]) -> bool {
    let allowed = u8::try_from(tolerated(name, TOLERATED_SHARE_ANNOUNCED)).unwrap_or(u8::MAX);
    name.len() >= CLOSE_NAME_SOUNDS && edits_within(name, word, allowed).is_some()
}

/// Whether one of the two words before says that a company's name follows.
fn is_announced(
    tokens: &[Token],
    spellings: &[Spelling],
    generic: &[Vec<u8>],
    turn_first: usize,
    first: usize,
) -> bool {
    let from = first.saturating_sub(2).max(turn_first);
    tokens[from..first].iter().map(|token| &spellings[token.spelling]).any(|spelling| {
        let sounds_generic =
            |word: &Vec<u8>| word.len() >= 5 && edits_within(word, &spelling.phonemes, 2).is_some();
        GENERIC_COMPANY_WORDS.contains(&spelling.letters)
            || COMPANY_ANNOUNCEMENTS.contains(&spelling.letters)
            || generic.iter().any(sounds_generic)
    })
}
