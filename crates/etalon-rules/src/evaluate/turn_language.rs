//! Which language a turn is in, where its letters tell more than the model did.

use crate::text::tokens::TurnWords;
use crate::text::transcript::Transcript;
use etalon_call::Role;
use std::collections::BTreeMap;

const KAZAKH_LETTERS: [char; 9] = ['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ', 'і'];

/// Shorter turns («алло», «ok») belong to no language.
const MIN_WORDS: usize = 2;

/// Turns of the client in a language that the agent does not speak in this call.
pub(crate) fn foreign_turns(transcript: &Transcript) -> Vec<&TurnWords> {
    let mut agent_words: BTreeMap<&str, usize> = BTreeMap::new();
    for turn in transcript.turns.iter().filter(|turn| turn.speaker == Role::Agent) {
        *agent_words.entry(language_of(transcript, turn)).or_default() += turn.end - turn.first;
    }
    transcript
        .turns
        .iter()
        .filter(|turn| turn.speaker == Role::Client && turn.end - turn.first >= MIN_WORDS)
        .filter(|turn| !agent_words.contains_key(language_of(transcript, turn)))
        .collect()
}

/// The language of a turn: that of its letters where they leave no doubt, otherwise the one that
/// was declared or recognised.
pub(crate) fn language_of<'a>(transcript: &Transcript, turn: &'a TurnWords) -> &'a str {
    let words = (turn.end - turn.first).max(1);
    let count = |is_such: fn(char) -> bool| {
        (turn.first..turn.end).filter(|&token| transcript.letters(token).chars().any(is_such)).count()
    };
    if 3 * count(is_kazakh) >= words {
        "kk"
    } else if 3 * count(|letter| letter.is_ascii_alphabetic()) >= 2 * words && turn.language == "ru" {
        "en"
    } else if 3 * count(is_cyrillic) >= 2 * words && turn.language == "en" {
        "ru"
    } else {
        &turn.language
    }
}

/// Whether a word is written with letters by which a language differs from Russian.
pub(crate) fn writes(language: &str, word: &str) -> bool {
    match language {
        "kk" => word.chars().any(is_kazakh),
        "en" => word.chars().any(|letter| letter.is_ascii_alphabetic()),
        _ => false,
    }
}

fn is_kazakh(letter: char) -> bool {
    KAZAKH_LETTERS.contains(&letter)
}

fn is_cyrillic(letter: char) -> bool {
    ('а'..='я').contains(&letter) || letter == 'ё'
}
