//! Where the company's name is said, however the model wrote it.

use crate::distance::edit_distance;
use crate::transcript::{Token, TurnWords};
use crate::words::{Spelling, sounds_of};

/// Share of a name's sounds that may be wrong: a name of three words keeps its outline through a telephone.
const TOLERATED_SHARE: f64 = 0.3;

/// The same after a word that announces a company («компания», «агентство»).
const TOLERATED_SHARE_ANNOUNCED: f64 = 0.4;

/// Names up to this many sounds are recognised only when every sound is right, or when announced.
const SHORT_NAME_SOUNDS: usize = 5;

const ANNOUNCING: [&str; 12] = [
    "компани",
    "агентств",
    "банк",
    "организаци",
    "фирм",
    "центр",
    "групп",
    "тоо",
    "ооо",
    "ао",
    "мфо",
    "коллекторск",
];

/// First token and the one after the last of every place where one of the spellings is said.
pub(crate) fn company_spans(
    tokens: &[Token],
    spellings: &[Spelling],
    turns: &[TurnWords],
    names: &[String],
) -> Vec<(usize, usize)> {
    let names: Vec<(Vec<u8>, usize)> = names
        .iter()
        .map(|name| (sounds_of(&letters_of(name)), name.split_whitespace().count()))
        .filter(|(sounds, _)| sounds.len() >= 2)
        .collect();
    let mut spans = Vec::new();
    for turn in turns {
        for first in turn.first..turn.end {
            let is_announced = announced(tokens, spellings, turn, first);
            for (name, words) in &names {
                let longest = (first + words + 2).min(turn.end);
                let best = (first + 1..=longest)
                    .map(|end| (end, share_of_errors(name, tokens, spellings, first, end)))
                    .min_by(|left, right| left.1.total_cmp(&right.1));
                if let Some((end, share)) = best
                    && share <= tolerated_share(name, is_announced)
                {
                    spans.push((first, end));
                }
            }
        }
    }
    spans
}

fn letters_of(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn tolerated_share(name: &[u8], is_announced: bool) -> f64 {
    match (name.len() <= SHORT_NAME_SOUNDS, is_announced) {
        (true, false) => 0.0,
        (true, true) | (false, false) => TOLERATED_SHARE,
        (false, true) => TOLERATED_SHARE_ANNOUNCED,
    }
}

fn share_of_errors(name: &[u8], tokens: &[Token], spellings: &[Spelling], first: usize, end: usize) -> f64 {
    let said: Vec<u8> = tokens[first..end]
        .iter()
        .flat_map(|token| spellings[token.spelling].sounds.iter().copied())
        .collect();
    edit_distance(name, &said) as f64 / name.len() as f64
}

/// Whether one of the two words before says that a company's name follows.
fn announced(tokens: &[Token], spellings: &[Spelling], turn: &TurnWords, first: usize) -> bool {
    let from = first.saturating_sub(2).max(turn.first);
    tokens[from..first]
        .iter()
        .map(|token| spellings[token.spelling].letters.as_str())
        .any(|letters| ANNOUNCING.iter().any(|announcing| letters.starts_with(announcing)))
}
