//! Whether words are said to the other side: what accuses somebody needs a second sign beside a
//! phrase that other talk has too.

use super::Evaluator;
use crate::lexicon::{
    ADDRESSES, ADDRESSING_ENDINGS, NOT_ADDRESSING, OTHER_ACTORS, OTHERS_SPEECH, OWN_SUBJECTS, REFUTATIONS,
};
use crate::text::tokens::{Match, TurnWords};
use std::ops::Range;

/// Words before and behind a phrase, in its sentence, that can tell to whom it is said.
const ADDRESS_REACH: usize = 12;

/// Words between two phrases that stand for each other.
const PHRASES_APART: usize = 12;

/// Shortest verb of which the ending is looked at.
const VERB_LETTERS: usize = 5;

/// Words before a phrase that may tell who else acts or speaks.
const OTHERS_REACH: usize = 9;

/// Words before a verb of speech that may name its subject.
const SUBJECT_REACH: usize = 3;

/// Words behind the sentence in which it may be refuted.
const REFUTATION_REACH: usize = 8;

impl Evaluator<'_> {
    /// Keeps what is said to the other side as the speaker's own: with an address in the sentence
    /// or another of the phrases beside it, and neither told of others nor called untrue.
    pub(super) fn retain_addressed(&self, turn: &TurnWords, matches: &mut Vec<Match>) {
        let all = matches.clone();
        matches.retain(|found| {
            let is_beside = |other: &Match| {
                other.first >= found.end && other.first - found.end <= PHRASES_APART
                    || found.first >= other.end && found.first - other.end <= PHRASES_APART
            };
            let has_second_sign = self.is_addressed(turn, *found) || all.iter().any(is_beside);
            has_second_sign && !self.is_of_others(turn, *found) && !self.is_refuted(turn, *found)
        });
    }

    fn is_addressed(&self, turn: &TurnWords, found: Match) -> bool {
        let around = self.sentences_of(turn, found);
        let first = found.first.saturating_sub(ADDRESS_REACH).max(around.start);
        let end = (found.end + ADDRESS_REACH).min(around.end);
        (first..end).any(|token| is_address(self.transcript.letters(token)))
    }

    /// The words of the sentences that a match stands in.
    fn sentences_of(&self, turn: &TurnWords, found: Match) -> Range<usize> {
        let tokens = &self.transcript.tokens;
        let (first, last) = (tokens[found.first].sentence, tokens[found.end - 1].sentence);
        let is_of_them = |token: &usize| (first..=last).contains(&tokens[*token].sentence);
        let start = (turn.first..found.first).find(is_of_them).unwrap_or(found.first);
        let end = (found.end..turn.end).rfind(is_of_them).map_or(found.end, |token| token + 1);
        start..end
    }

    /// Whether somebody else does or says it: «мошенники могут …», «вам скажут, что …».
    fn is_of_others(&self, turn: &TurnWords, found: Match) -> bool {
        let sentences = self.sentences_of(turn, found);
        let before = found.first.saturating_sub(OTHERS_REACH).max(sentences.start)..found.first;
        before.clone().any(|token| {
            let letters = self.transcript.letters(token);
            let is_speech = || OTHERS_SPEECH.contains(letters) && !self.is_own_speech(&sentences, token);
            let is_actor = || OTHER_ACTORS.contains(letters) && !self.is_called_so(&sentences, token);
            is_actor() || is_speech() && self.reaches(token, found.first)
        })
    }

    /// Whether a verb of speech has the speaker for its subject: «мы вам говорили».
    fn is_own_speech(&self, sentences: &Range<usize>, verb: usize) -> bool {
        let before = verb.saturating_sub(SUBJECT_REACH).max(sentences.start)..verb;
        before.into_iter().any(|token| OWN_SUBJECTS.contains(self.transcript.letters(token)))
    }

    /// Whether the word before calls the other side so: «вы мошенник».
    fn is_called_so(&self, sentences: &Range<usize>, token: usize) -> bool {
        token > sentences.start && is_address(self.transcript.letters(token - 1))
    }

    /// Whether what is said begins in the clause of a verb of speech or in the next one.
    fn reaches(&self, verb: usize, token: usize) -> bool {
        (verb..token).filter(|&word| self.transcript.tokens[word].written.ends_with(',')).count() <= 1
    }

    /// Whether the sentence or the beginning of the next one calls it untrue or forbidden.
    fn is_refuted(&self, turn: &TurnWords, found: Match) -> bool {
        let sentences = self.sentences_of(turn, found);
        let end = (sentences.end + REFUTATION_REACH).min(turn.end);
        let words: Vec<&str> = (sentences.start..end).map(|token| self.transcript.letters(token)).collect();
        let begins_one =
            |start: usize| REFUTATIONS.iter().any(|phrase| phrase.length_in_words(&words[start..]).is_some());
        (0..words.len()).any(begins_one)
    }
}

fn is_address(letters: &str) -> bool {
    let is_verb = || {
        letters.chars().count() >= VERB_LETTERS
            && ADDRESSING_ENDINGS.iter().any(|ending| letters.ends_with(ending))
            && !NOT_ADDRESSING.contains(letters)
    };
    ADDRESSES.contains(letters) || is_verb()
}
