//! Whether words are said as the speaker's own, and not denied.

use super::{MatchOptions, Matcher};
use crate::phrase::{NEGATIONS, Phrase};
use std::ops::Range;

/// Words before a phrase that may hold the negation or the reporting verb.
const NEGATION_REACH: usize = 1;
const REPORT_REACH: usize = 4;

impl Matcher<'_> {
    /// Whether a phrase that begins at a token is said as the speaker's own and not denied.
    pub(super) fn is_meant(
        &self,
        phrase: &Phrase,
        start: usize,
        first: usize,
        options: MatchOptions,
    ) -> bool {
        let is_negated = !phrase.is_negative && self.is_negated(start, first);
        let is_quoted = self.is_quoted(start, first);
        (options.counts_negated || !is_negated) && (options.counts_quoted || !is_quoted)
    }

    fn is_negated(&self, start: usize, first: usize) -> bool {
        let from = start.saturating_sub(NEGATION_REACH).max(first);
        let sentence = self.transcript.tokens[start].sentence;
        (from..start).any(|token| {
            self.transcript.tokens[token].sentence == sentence
                && NEGATIONS.contains(&self.transcript.letters(token))
                // «Нет, подождите» answers a question and denies nothing.
                && !self.transcript.tokens[token].written.ends_with(',')
        })
    }

    fn is_quoted(&self, start: usize, first: usize) -> bool {
        self.is_reported(start.saturating_sub(REPORT_REACH).max(first)..start, start)
    }

    /// Whether some words, as far as they stand in the same sentence as `token`, report what somebody else said.
    pub(crate) fn is_reported(&self, words: Range<usize>, token: usize) -> bool {
        let sentence = self.transcript.tokens[token].sentence;
        let before: Vec<&str> = words
            .filter(|&token| self.transcript.tokens[token].sentence == sentence)
            .map(|token| self.transcript.letters(token))
            .collect();
        let reports = |letters: &&str| REPORTING.iter().any(|verb| letters.starts_with(verb));
        before.iter().any(reports) && before.iter().any(|letters| OTHERS.contains(letters))
    }
}

const REPORTING: [&str; 6] = ["сказал", "говор", "написал", "обещал", "просил", "пишете"];

/// Whose words are reported: anybody's but the speaker's.
const OTHERS: [&str; 12] =
    ["вы", "вам", "вами", "он", "она", "они", "ему", "ей", "им", "клиент", "кто-то", "якобы"];
