//! Where the company's name is said, however the model wrote it.

use crate::distance::edit_distance;
use crate::transcript::{Token, TurnWords};
use crate::words::{Spelling, sounds_of};

/// Share of a name's sounds that may be wrong: a name of three words keeps its outline through a telephone.
const TOLERATED_SHARE: f64 = 0.3;

/// The same after a word that announces a company («компания», «агентство»).
const TOLERATED_SHARE_ANNOUNCED: f64 = 0.4;

/// Names up to this many sounds are easily mistaken for another word: alone, they must be spelt right.
const SHORT_NAME_SOUNDS: usize = 6;

/// Words that many companies have in their names: they announce a name and do not tell which one.
const GENERIC: [&str; 17] = [
    "компания",
    "компании",
    "агентство",
    "агентства",
    "коллекторское",
    "коллекторского",
    "коллекторская",
    "банк",
    "банка",
    "организация",
    "организации",
    "фирма",
    "фирмы",
    "тоо",
    "ооо",
    "ао",
    "мфо",
];

/// Other words after which a company's name is expected.
const ANNOUNCING: [&str; 6] = ["из", "беспокоит", "приветствует", "звонит", "представляю", "сотрудник"];

/// A name as it is compared: what tells it from others.
struct Name {
    letters: String,
    sounds: Vec<u8>,
    words: usize,
}

impl Name {
    fn new(spelling: &str) -> Option<Self> {
        let words: Vec<String> = spelling
            .split_whitespace()
            .map(|word| {
                word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
            })
            .filter(|word: &String| !word.is_empty())
            .collect();
        let telling: Vec<&str> =
            words.iter().map(String::as_str).filter(|word| !GENERIC.contains(word)).collect();
        let kept = if telling.is_empty() { words.iter().map(String::as_str).collect() } else { telling };
        let letters: String = kept.concat();
        let sounds = sounds_of(&letters);
        (sounds.len() >= 2).then_some(Self { sounds, words: kept.len(), letters })
    }

    fn is_short(&self) -> bool {
        self.sounds.len() <= SHORT_NAME_SOUNDS
    }
}

/// First token and the one after the last of every place where one of the spellings is said.
pub(crate) fn company_spans(
    tokens: &[Token],
    spellings: &[Spelling],
    turns: &[TurnWords],
    names: &[String],
) -> Vec<(usize, usize)> {
    let names: Vec<Name> = names.iter().filter_map(|name| Name::new(name)).collect();
    let generic: Vec<Vec<u8>> = GENERIC.iter().map(|word| sounds_of(word)).collect();
    let mut spans = Vec::new();
    for turn in turns {
        for first in turn.first..turn.end {
            let is_announced = is_announced(tokens, spellings, &generic, turn.first, first);
            for name in &names {
                let last_end = (first + name.words + 2).min(turn.end);
                spans.extend(
                    name_end(name, tokens, spellings, (first, last_end), is_announced)
                        .map(|end| (first, end)),
                );
            }
        }
    }
    spans
}

/// Where a name that begins at a token ends.
fn name_end(
    name: &Name,
    tokens: &[Token],
    spellings: &[Spelling],
    (first, last_end): (usize, usize),
    is_announced: bool,
) -> Option<usize> {
    if name.is_short() && !is_announced {
        let letters = &spellings[tokens.get(first)?.spelling].letters;
        return is_form_of(&name.letters, letters).then_some(first + 1);
    }
    let tolerated = if is_announced { TOLERATED_SHARE_ANNOUNCED } else { TOLERATED_SHARE };
    (first + 1..=last_end)
        .map(|end| (end, share_of_errors(name, &tokens[first..end], spellings)))
        .min_by(|left, right| left.1.total_cmp(&right.1))
        .filter(|&(_, share)| share <= tolerated)
        .map(|(end, _)| end)
}

/// Whether a word is the name in some case: «Вектор», «Вектора».
fn is_form_of(name: &str, word: &str) -> bool {
    let inflected = word.strip_prefix(name).is_some_and(|ending| ending.chars().count() <= 2);
    word == name || (name.chars().count() >= 5 && inflected)
}

fn share_of_errors(name: &Name, said: &[Token], spellings: &[Spelling]) -> f64 {
    let sounds: Vec<u8> =
        said.iter().flat_map(|token| spellings[token.spelling].sounds.iter().copied()).collect();
    edit_distance(&name.sounds, &sounds) as f64 / name.sounds.len() as f64
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
        let sounds_generic = |word: &Vec<u8>| {
            word.len() >= 5 && crate::distance::edits_within(word, &spelling.sounds, 2).is_some()
        };
        GENERIC.contains(&spelling.letters.as_str())
            || ANNOUNCING.contains(&spelling.letters.as_str())
            || generic.iter().any(sounds_generic)
    })
}
