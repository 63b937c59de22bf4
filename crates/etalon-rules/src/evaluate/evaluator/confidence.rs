//! Whether the words that were recognised can be trusted.

use super::Evaluator;
use crate::evaluate::wording;
use crate::text::tokens::Match;
use etalon_call::Role;

/// The threshold among the definitions of a call's metrics. Without it every word is trusted.
const CONFIDENCE_MIN: &str = "confidence_min";

/// Fewer words than this have no mean worth speaking of.
const MIN_WORDS: usize = 3;

impl Evaluator<'_> {
    /// Why nothing can be concluded from the words of one side: on average they were recognised
    /// with less than the least confidence.
    pub(super) fn low_confidence_of_all(&self, role: Role) -> Option<String> {
        self.low_confidence(role, self.transcript.words_of(role), self.transcript.confidence_of(role))
    }

    /// The same for the words of one side in a stretch of time.
    pub(super) fn low_confidence_of(&self, role: Role, window: (f64, f64)) -> Option<String> {
        self.confidence_min()?;
        let (mut count, mut sum) = (0, 0.0);
        for turn in self.turns_of(role) {
            let (first, end) = self.words_between(turn, window);
            count += end.saturating_sub(first);
            sum += self.transcript.tokens[first..end].iter().map(|word| word.confidence).sum::<f64>();
        }
        self.low_confidence(role, count, sum / count.max(1) as f64)
    }

    fn low_confidence(&self, role: Role, words: usize, confidence: f64) -> Option<String> {
        let least = self.confidence_min()?;
        (words >= MIN_WORDS && confidence < least).then(|| wording::low_confidence(role, confidence, least))
    }

    /// Whether a match can be trusted: by its own words, or by the turn that it stands in.
    pub(super) fn is_sure_of(&self, found: Match) -> bool {
        let Some(least) = self.confidence_min() else { return true };
        let turn = &self.transcript.turns[self.transcript.tokens[found.first].turn];
        let is_sure = |first, end| self.transcript.confidence(first, end).is_none_or(|mean| mean >= least);
        is_sure(found.first, found.end) || is_sure(turn.first, turn.end)
    }

    fn confidence_min(&self) -> Option<f64> {
        self.view.metrics.definitions.get(CONFIDENCE_MIN).copied()
    }
}
