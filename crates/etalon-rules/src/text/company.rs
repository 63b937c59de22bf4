//! Where the company's name is said, however the model wrote it.

use crate::lexicon::{COMPANY_ANNOUNCEMENTS, GENERIC_COMPANY_WORDS};
use crate::text::distance::edits_within;
use crate::text::phonetic_stream::{Heard, PhoneticStream};
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

/// A name as it is listened for.
struct Name {
    phonemes: Vec<u8>,
    /// The part that tells it from others.
    telling: Vec<u8>,
    telling_letters: String,
}

impl Name {
    fn new(spelling: &str) -> Option<Self> {
        let words: Vec<String> =
            spelling.split_whitespace().map(letters_of).filter(|word| !word.is_empty()).collect();
        let telling: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| !GENERIC_COMPANY_WORDS.contains(word)).collect();
        let telling_letters = if telling.is_empty() { words.concat() } else { telling.concat() };
        let phonemes = phonemes_of(&words.concat());
        let telling = phonemes_of(&telling_letters);
        (phonemes.len() >= 2).then_some(Self { phonemes, telling, telling_letters })
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

/// Whether a word is the name in some case: «Вектор», «Вектора».
fn is_form_of(name: &str, word: &str) -> bool {
    let inflected = word.strip_prefix(name).is_some_and(|ending| ending.chars().count() <= 2);
    word == name || (name.chars().count() >= 5 && inflected)
}

fn is_close(name: &[u8], word: &[u8]) -> bool {
    let allowed = u8::try_from(tolerated(name, TOLERATED_SHARE_ANNOUNCED)).unwrap_or(u8::MAX);
    edits_within(name, word, allowed).is_some()
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
