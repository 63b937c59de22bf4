//! Speech in a language that the words of a pack do not belong to.

use super::Evaluator;
use crate::evaluate::turn_language::{language_of, writes};
use crate::evaluate::wording;
use crate::text::tokens::{Match, TurnWords};
use etalon_call::Role;
use std::collections::BTreeMap;

/// The code of ISO 639-2 for a language that nobody knows.
const UNDETERMINED: &str = "und";

/// Words in other languages matter from this share of what a side says on: a greeting or a thanks
/// changes no conversation's language.
const FOREIGN_SHARE: f64 = 0.2;

impl Evaluator<'_> {
    /// Why nothing can be concluded from what one side did not say between two times: it speaks
    /// another language than the pack there.
    pub(super) fn foreign_between(&self, role: Role, window: (f64, f64)) -> Option<String> {
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
    /// language only those that are written as that language is.
    pub(super) fn is_in_its_language(&self, turn: &TurnWords, found: Match) -> bool {
        let is_written_so =
            |language| (found.first..found.end).any(|token| writes(language, self.transcript.letters(token)));
        self.foreign_language(turn).is_none_or(is_written_so)
    }

    /// The language of a turn, where it is none of the pack's.
    pub(super) fn foreign_language<'t>(&self, turn: &'t TurnWords) -> Option<&'t str> {
        let language = language_of(self.transcript, turn);
        let is_known = !language.is_empty() && language != UNDETERMINED;
        (is_known && self.languages.iter().all(|known| known != language)).then_some(language)
    }
}
