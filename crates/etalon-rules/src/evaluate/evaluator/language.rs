//! Speech in a language that the words of a pack do not belong to.

use super::Evaluator;
use crate::evaluate::turn_language::{language_of, writes};
use crate::evaluate::wording;
use crate::language::phrase::{Item, Phrase};
use crate::text::tokens::{Match, TurnWords};
use crate::text::vocabulary::WordId;
use etalon_call::Role;
use std::collections::BTreeMap;

/// The code of ISO 639-2 for a language that nobody knows.
const UNDETERMINED: &str = "und";

/// Words in other languages matter from this share of what a side says on: a greeting or a thanks
/// changes no conversation's language.
const FOREIGN_SHARE: f64 = 0.2;

/// Fewer words than this tell no language: «Да, жақсы».
const FOREIGN_MIN_WORDS: usize = 4;

/// Phrases are written for another language too when this share of their words is, or this many:
/// a list for one language is no worse for the length of that for another.
const OWN_SHARE: f64 = 0.1;
const OWN_WORDS: usize = 8;

impl Evaluator<'_> {
    /// The same as [`foreign_between`](Self::foreign_between) for what these phrases look for: they
    /// may be written for the language of the side as well.
    pub(super) fn not_written_for(
        &self,
        phrases: &[Phrase],
        role: Role,
        window: (f64, f64),
    ) -> Option<String> {
        let cause = self.foreign_between(role, window)?;
        let mut languages =
            self.turns_of(role).filter_map(|turn| self.foreign_language(turn)).collect::<Vec<_>>();
        languages.dedup();
        let are_known = languages.iter().all(|language| self.are_written_for(phrases, language));
        (!are_known).then_some(cause)
    }

    fn are_written_for(&self, phrases: &[Phrase], language: &str) -> bool {
        let mut words = Vec::new();
        for phrase in phrases {
            words_of(&phrase.items, &mut words);
        }
        let own = words.iter().filter(|word| writes(language, self.vocabulary.letters(**word))).count();
        own >= OWN_WORDS || own > 0 && own as f64 >= OWN_SHARE * words.len() as f64
    }

    /// Why nothing can be concluded from what one side did not say between two times: it speaks
    /// another language than the pack there.
    pub(super) fn foreign_between(&self, role: Role, window: (f64, f64)) -> Option<String> {
        let foreign_turns = self.turns_of(role).filter(|turn| self.foreign_language(turn).is_some());
        if foreign_turns.map(|turn| turn.end - turn.first).sum::<usize>() < FOREIGN_MIN_WORDS {
            return None;
        }
        let (mut all, mut foreign) = (0, BTreeMap::<&str, usize>::new());
        for turn in self.turns_of(role) {
            let (first, end) = self.words_between(turn, window);
            let words = end.saturating_sub(first);
            all += words;
            if let Some(language) = self.foreign_language(turn) {
                *foreign.entry(language).or_default() += words;
            }
        }
        let words: usize = foreign.values().sum();
        let most = foreign.into_iter().max_by_key(|(_, words)| *words)?.0;
        (words > 0 && words as f64 >= FOREIGN_SHARE * all as f64)
            .then(|| wording::foreign_language(role, most))
    }

    /// Whether words that were found mean what the pack means by them: in a turn of another
    /// language only those that are written as that language is, or found by a phrase that is. A
    /// model that knows little of a language writes it in the letters of another.
    pub(super) fn is_in_its_language(&self, turn: &TurnWords, found: Match, phrase: &Phrase) -> bool {
        let is_written_so =
            |language| (found.first..found.end).any(|token| writes(language, self.transcript.letters(token)));
        self.foreign_language(turn)
            .is_none_or(|language| is_written_so(language) || self.is_phrase_of(phrase, language))
    }

    /// Whether a phrase has words that are written as this language is.
    fn is_phrase_of(&self, phrase: &Phrase, language: &str) -> bool {
        let mut words = Vec::new();
        words_of(&phrase.items, &mut words);
        words.iter().any(|word| writes(language, self.vocabulary.letters(*word)))
    }

    /// Whether every turn of a side is in a language of the pack or in one of these.
    pub(super) fn speaks_only(&self, role: Role, languages: &[&str]) -> bool {
        self.turns_of(role)
            .filter_map(|turn| self.foreign_language(turn))
            .all(|language| languages.contains(&language))
    }

    /// The language of a turn, where it is none of the pack's.
    pub(super) fn foreign_language<'t>(&self, turn: &'t TurnWords) -> Option<&'t str> {
        let language = language_of(self.transcript, turn);
        let is_known = !language.is_empty() && language != UNDETERMINED;
        (is_known && self.languages.iter().all(|known| known != language)).then_some(language)
    }
}

/// Adds the words of a phrase.
fn words_of(items: &[Item], words: &mut Vec<WordId>) {
    for item in items {
        match item {
            Item::Word(ids) => words.extend(ids.iter()),
            Item::Group(phrases) => {
                for phrase in phrases.iter() {
                    words_of(phrase, words);
                }
            }
            Item::Optional(item) => words_of(std::slice::from_ref(item), words),
            Item::Gap(_) | Item::Class(_) => {}
        }
    }
}
