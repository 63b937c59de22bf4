//! Digits that are said in a row.

use crate::conversation::{Conversation, Form, Link, Side, digits_of};
use crate::lexicon::{FILLERS, UNITS};
use std::collections::BTreeSet;

/// Most words between two digits that say nothing.
const FILLERS_MAX: usize = 3;

/// The digit tokens of each run of a side, in order.
pub(crate) fn runs(side: &Side<'_>) -> Vec<Vec<usize>> {
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut run: Vec<usize> = Vec::new();
    let mut fillers = 0;
    for (index, token) in side.tokens.iter().enumerate() {
        if token.link == Link::Apart {
            runs.push(std::mem::take(&mut run));
        }
        match token.form {
            Form::Digits if !is_measured(side, index) => {
                run.push(index);
                fillers = 0;
            }
            Form::Word if FILLERS.has(&token.text) && fillers < FILLERS_MAX => fillers += 1,
            _ => {
                runs.push(std::mem::take(&mut run));
                fillers = 0;
            }
        }
    }
    runs.push(run);
    runs.retain(|run| !run.is_empty());
    runs
}

/// Whether a number counts something: «15 минут». What is written together with a number behind it
/// («р900») is no unit of this one.
pub(crate) fn is_measured(side: &Side<'_>, token: usize) -> bool {
    let Some(next) = side.tokens.get(token + 1) else { return false };
    let is_unit = next.link == Link::Inside && next.form == Form::Word && UNITS.has(&next.text);
    is_unit && !side.written(token + 1).contains(|character: char| character.is_ascii_digit())
}

/// Whether a token is a number, in whatever form, that counts nothing: neither «15 минут» nor «сорок
/// тысяч триста».
pub(crate) fn is_dictated(side: &Side<'_>, index: usize) -> bool {
    let token = &side.tokens[index];
    let has_unit = || {
        side.words[token.words.clone()]
            .iter()
            .any(|word| UNITS.has(&etalon_text::normalize_word(word.written)))
    };
    !token.figures().is_empty() && !is_measured(side, index) && !has_unit()
}

/// The digits of a row of tokens.
#[derive(Debug)]
pub(crate) struct Digits {
    pub(crate) text: String,
    /// How many digits they may be, where words can be read in several ways: «двести тридцать» is
    /// `230` or `20030`.
    pub(crate) lengths: BTreeSet<usize>,
    /// Whether a plus stands in front.
    pub(crate) has_plus: bool,
    /// How many numbers they were said as.
    pub(crate) groups: usize,
}

impl Digits {
    pub(crate) fn of(conversation: &Conversation<'_>, side: usize, tokens: &[usize]) -> Self {
        let side = &conversation.sides[side];
        let text = tokens.iter().map(|&token| side.tokens[token].text.as_str()).collect();
        let mut lengths = BTreeSet::from([0]);
        for &token in tokens {
            let of_token = lengths_of(side, token);
            lengths =
                lengths.iter().flat_map(|sum| of_token.iter().map(move |length| sum + length)).collect();
        }
        let first = tokens[0];
        let has_plus = side.written(first).trim_start_matches('(').starts_with('+')
            || first > 0 && is_plus(&side.tokens[first - 1].text);
        Self { text, lengths, has_plus, groups: tokens.len() }
    }

    pub(crate) fn can_have(&self, length: usize) -> bool {
        self.lengths.contains(&length)
    }
}

/// The sign in front of an international number.
pub(crate) fn is_plus(word: &str) -> bool {
    word == "плюс" || word == "plus"
}

/// How many digits a number may be.
fn lengths_of(side: &Side<'_>, token: usize) -> BTreeSet<usize> {
    let token = &side.tokens[token];
    let as_read = BTreeSet::from([token.text.len()]);
    let parts: Option<Vec<usize>> = side.words[token.words.clone()]
        .iter()
        .map(|word| {
            let normalized = etalon_text::normalize_word(word.written);
            digits_of(&normalized).map(|digits| digits.len()).filter(|length| *length <= 3)
        })
        .collect();
    match parts {
        // In each reading the first word of a number gives its length.
        Some(parts) if (2..=4).contains(&parts.len()) => {
            let mut lengths = BTreeSet::from([parts[0]]);
            for part in &parts[1..] {
                let longer: Vec<usize> = lengths.iter().map(|length| length + part).collect();
                lengths.extend(longer);
            }
            lengths.extend(as_read);
            lengths
        }
        _ => as_read,
    }
}
