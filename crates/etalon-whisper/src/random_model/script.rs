//! What the decoder of a model with random weights says.
//!
//! At each position one token of a Russian text follows, and after as many tokens as asked for the
//! end of the text. At every [`DOUBT_EVERY`]th token a second one is nearly as probable, so that the
//! beam has work, too.

use super::random::Random;
use crate::file::Header;
use crate::vocabulary::Vocabulary;
use std::collections::BTreeMap;

/// At every so many tokens another one is nearly as probable.
const DOUBT_EVERY: usize = 8;

/// How much longer the embedding of the token that follows is than that of the token before: so much
/// of it is in the embedding of a position.
pub(crate) const CERTAINTY: f32 = 3.0;

/// The same for the token that is nearly as probable: 1.5 nats behind.
const DOUBT: f32 = 2.75;

/// The logit of a token whose embedding the decoder gives back. All the other tokens together weigh
/// as much as one with 12.
pub(crate) const LOGIT: f32 = 25.0;

/// The first position that predicts text: start, language and task are before it.
const FIRST_TEXT_POSITION: usize = 3;

/// The language that the model detects.
const LANGUAGE: &str = "ru";

/// What the decoder says.
pub(crate) struct Script {
    width: usize,
    /// Position by position, the token that follows and how much of it, and another one.
    positions: BTreeMap<usize, Vec<(u32, f32)>>,
    end_of_text: u32,
    /// The first position after which the text ends.
    end: usize,
}

impl Script {
    pub(crate) fn new(header: &Header, tokens: Vec<Vec<u8>>, tokens_per_window: usize) -> Self {
        let is_cyrillic = |bytes: &[u8]| {
            std::str::from_utf8(bytes).is_ok_and(|text| {
                text.chars().count() > 1 && text.chars().all(|letter| ('а'..='я').contains(&letter))
            })
        };
        let numbered = || tokens.iter().zip(0_u32..);
        let begins: Vec<u32> = numbered()
            .filter(|(bytes, _)| bytes.strip_prefix(b" ").is_some_and(is_cyrillic))
            .map(|(_, id)| id)
            .collect();
        let goes_on: Vec<u32> =
            numbered().filter(|(bytes, _)| is_cyrillic(bytes)).map(|(_, id)| id).collect();
        let mut random = Random::of("script");
        let mut one_of =
            |ids: &[u32]| ids.get(random.bits() as usize % ids.len().max(1)).copied().unwrap_or(0);
        let end = FIRST_TEXT_POSITION + tokens_per_window;
        let mut positions = BTreeMap::new();
        for (index, position) in (FIRST_TEXT_POSITION..end).enumerate() {
            // Two to three tokens a word, as Russian has them.
            let ids = if matches!(index % 7, 0 | 2 | 5) { &begins } else { &goes_on };
            let mut next = vec![(one_of(ids), CERTAINTY)];
            if index % DOUBT_EVERY == DOUBT_EVERY - 1 {
                next.push((one_of(ids), DOUBT));
            }
            positions.insert(position, next);
        }
        let vocabulary = Vocabulary::new(header, tokens, header.vocabulary);
        if let Some(language) = vocabulary.language_token(LANGUAGE) {
            positions.insert(0, vec![(language, CERTAINTY)]);
        }
        Self { width: header.text_width, positions, end_of_text: vocabulary.end_of_text, end }
    }

    /// The embedding of a token.
    pub(crate) fn embedding(&self, token: u32) -> Vec<f32> {
        let mut random = Random::new(u64::from(token));
        (0..self.width).map(|_| LOGIT / self.width as f32 * random.next()).collect()
    }

    /// The embedding of a position.
    pub(crate) fn position(&self, position: usize) -> Vec<f32> {
        let end = [(self.end_of_text, CERTAINTY)];
        let next = match self.positions.get(&position) {
            Some(next) => next.as_slice(),
            None if position >= self.end => &end,
            None => &[],
        };
        let mut sum = vec![0.0; self.width];
        for (token, share) in next {
            for (sum, value) in sum.iter_mut().zip(self.embedding(*token)) {
                *sum += share * value;
            }
        }
        sum
    }
}
