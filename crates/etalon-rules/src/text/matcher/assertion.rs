//! Whether words are said as the speaker's own, and not denied.

use super::{MatchOptions, Matcher};
use crate::language::phrase::Phrase;
use crate::lexicon::{
    NEGATIONS, OWN_REPORTING_VERBS, OWN_SUBJECTS, REPORTED_SPEAKERS, REPORTING_SUBJECTS, REPORTING_VERBS,
    VIEWS,
};
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
        self.denies(from..start, start) || self.denies_view(start, first)
    }

    /// Whether one of the words, as far as they stand in the same sentence as `token`, denies what
    /// follows.
    fn denies(&self, mut words: Range<usize>, token: usize) -> bool {
        let sentence = self.transcript.tokens[token].sentence;
        words.any(|word| {
            self.transcript.tokens[word].sentence == sentence
                && NEGATIONS.contains(self.transcript.letters(word))
                // «Нет, подождите» answers a question and denies nothing.
                && !self.transcript.tokens[word].written.ends_with(',')
        })
    }

    /// Whether what begins at a token is a view that somebody does not hold: «не думайте, что …».
    fn denies_view(&self, start: usize, first: usize) -> bool {
        let from = start.saturating_sub(VIEW_REACH).max(first);
        (from + 1..start).any(|word| {
            let is_view = VIEWS.contains(self.transcript.letters(word));
            let is_same_sentence =
                self.transcript.tokens[word].sentence == self.transcript.tokens[start].sentence;
            is_view && is_same_sentence && self.denies(word - 1..word, word)
        })
    }

    fn is_quoted(&self, start: usize, first: usize) -> bool {
        self.is_reported(start.saturating_sub(REPORT_REACH).max(first)..start, start)
    }

    /// Whether some words, as far as they stand in the same sentence as `token`, report what
    /// somebody else said.
    pub(crate) fn is_reported(&self, words: Range<usize>, token: usize) -> bool {
        let sentence = self.transcript.tokens[token].sentence;
        let before: Vec<&str> = words
            .filter(|&token| self.transcript.tokens[token].sentence == sentence)
            .map(|token| self.transcript.letters(token))
            .collect();
        let Some(verb) = before.iter().position(|letters| REPORTING_VERBS.contains(letters)) else {
            return false;
        };
        // «Я вам говорю: …» reports nobody: the speaker says it once more.
        let subject = before[..verb].iter().rfind(|letters| REPORTING_SUBJECTS.contains(letters));
        let is_own = OWN_REPORTING_VERBS.contains(before[verb])
            || subject.is_some_and(|subject| OWN_SUBJECTS.contains(subject));
        !is_own && before.iter().any(|letters| REPORTED_SPEAKERS.contains(letters))
    }
}

/// Words before a phrase that may hold the view it belongs to.
const VIEW_REACH: usize = 4;
