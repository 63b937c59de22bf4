//! Whether words are said as the speaker's own, and not denied.

use super::{MatchOptions, Matcher};
use crate::language::phrase::Phrase;
use crate::lexicon::{
    DENIAL_CARRIERS, NEGATIONS, OWN_REPORTING_VERBS, OWN_SUBJECTS, REPORTED_SPEAKERS, REPORTING_SUBJECTS,
    REPORTING_VERBS, VIEWS,
};
use crate::text::tokens::Match;
use std::ops::Range;

/// Words before a phrase that may hold the negation or the reporting verb.
const NEGATION_REACH: usize = 6;
const REPORT_REACH: usize = 4;

/// Words behind an infinitive that may hold its negation: «звонить вам мы не будем».
const NEGATION_BEHIND_REACH: usize = 4;

/// Words before a phrase that may hold the view it belongs to.
const VIEW_REACH: usize = 4;

/// Makes a negation a polite request: «не могли бы вы».
const POLITE_PARTICLE: &str = "бы";

impl Matcher<'_> {
    /// Whether a phrase is said as the speaker's own and not denied; `first` is the first token
    /// that can deny it.
    pub(super) fn is_meant(
        &self,
        phrase: &Phrase,
        found: Match,
        first: usize,
        options: MatchOptions,
    ) -> bool {
        let is_negated = !phrase.is_negative && self.is_negated(found, first);
        let is_quoted = self.is_quoted(found.first, first);
        (options.counts_negated || !is_negated) && (options.counts_quoted || !is_quoted)
    }

    /// Whether a phrase is denied; «не думайте, что мы не приедем» denies a denial.
    fn is_negated(&self, found: Match, first: usize) -> bool {
        let is_denied = self.is_denied_before(found.first, first) || self.is_denied_behind(found);
        is_denied != self.denies_view(found.first, first)
    }

    /// Whether a negation in front reaches a token: «не придём», «никто не собирается к вам».
    fn is_denied_before(&self, start: usize, first: usize) -> bool {
        let from = start.saturating_sub(NEGATION_REACH).max(first);
        let mut between = (from..start).rev().take_while(|&word| self.leads_to(word, start));
        let mut is_polite = false;
        between.any(|word| {
            is_polite |= self.transcript.letters(word) == POLITE_PARTICLE;
            !is_polite && self.is_negation(word)
        })
    }

    /// Whether a word stands in the same clause as `token`, and a negation passes through it.
    fn leads_to(&self, word: usize, token: usize) -> bool {
        let letters = self.transcript.letters(word);
        let passes = NEGATIONS.contains(letters)
            || DENIAL_CARRIERS.contains(letters)
            || letters == POLITE_PARTICLE
            || word + 1 == token && NEGATIONS.contains(letters);
        passes && self.is_same_sentence(word, token) && !self.ends_clause(word)
    }

    /// Whether an infinitive is denied by what follows: «забрать квартиру никто не может».
    fn is_denied_behind(&self, found: Match) -> bool {
        let is_infinitive = |token: usize| {
            let letters = self.transcript.letters(token);
            letters.ends_with("ть") || letters.ends_with("ти") || letters.ends_with("чь")
        };
        if !(found.first..found.end).any(is_infinitive) || self.ends_clause(found.end - 1) {
            return false;
        }
        let until = (found.end + NEGATION_BEHIND_REACH).min(self.transcript.tokens.len());
        let mut behind = (found.end..until)
            .take_while(|&word| self.is_same_sentence(word, found.first) && !self.ends_clause(word - 1));
        behind.any(|word| self.is_negation(word) && self.carries_denial(word + 1))
    }

    fn carries_denial(&self, word: usize) -> bool {
        word < self.transcript.tokens.len() && DENIAL_CARRIERS.contains(self.transcript.letters(word))
    }

    fn is_negation(&self, word: usize) -> bool {
        // «Нет, подождите» answers a question and denies nothing.
        NEGATIONS.contains(self.transcript.letters(word)) && !self.ends_clause(word)
    }

    fn is_same_sentence(&self, word: usize, token: usize) -> bool {
        let tokens = &self.transcript.tokens;
        tokens.get(word).is_some_and(|word| word.sentence == tokens[token].sentence)
    }

    fn ends_clause(&self, word: usize) -> bool {
        self.transcript.tokens[word].written.ends_with([',', ';', ':'])
    }

    /// Whether what begins at a token is a view that somebody does not hold: «не думайте, что …».
    fn denies_view(&self, start: usize, first: usize) -> bool {
        let from = start.saturating_sub(VIEW_REACH).max(first);
        (from + 1..start).any(|word| {
            let is_view = VIEWS.contains(self.transcript.letters(word));
            is_view && self.is_same_sentence(word, start) && self.is_negation(word - 1)
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
