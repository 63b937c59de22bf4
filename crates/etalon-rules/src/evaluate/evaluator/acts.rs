//! Dialogue acts in what is said: which count, and which a person has to listen to.

use super::Evaluator;
use crate::evaluate::finding::{Finding, Place};
use crate::evaluate::wording;
use crate::language::condition::{Acts, Says};
use crate::text::matcher::{Hearing, MatchOptions};
use crate::text::tokens::{Match, SaidAct, TurnWords};
use std::ops::RangeInclusive;

impl Evaluator<'_> {
    /// Where one of the acts is performed: the sentence, and the place that is shown.
    pub(super) fn performed(&self, says: &Says, acts: &Acts, window: (f64, f64)) -> Vec<(Match, Place)> {
        let mut performed = Vec::new();
        for said in self.said_acts(says, acts, window, acts.at_least..=1.0) {
            if performed.last().is_none_or(|(words, _)| *words != said.words) {
                performed.push((said.words, self.place_of_act(&said)));
            }
        }
        performed
    }

    /// The finding where an act is too probable to pass over and not sure enough to count.
    pub(super) fn doubtful(&self, says: &Says, acts: &Acts, window: (f64, f64)) -> Option<Finding> {
        let doubtful = self.said_acts(says, acts, window, acts.doubtful_from..=acts.at_least);
        let likeliest = doubtful.iter().max_by(|one, other| one.probability.total_cmp(&other.probability))?;
        let places = doubtful.iter().map(|said| self.place_of_act(said)).collect();
        Some(Finding::unmeasurable(wording::doubtful_act(likeliest.act)).with_places(places))
    }

    /// Why acts can't be told in a stretch of time: the model does not know the language.
    pub(super) fn without_acts(&self, says: &Says, window: (f64, f64)) -> Option<String> {
        says.acts.as_ref()?;
        let is_said = |turn: &&TurnWords| {
            let (first, end) = self.words_between(turn, window);
            first < end
        };
        let unknown = self.turns_of(says.by).filter(is_said).find(|turn| turn.acts.is_none())?;
        Some(wording::no_acts_in_language(says.by, &unknown.language))
    }

    /// What is said of the acts in a window, in order, likeliest first where a sentence performs
    /// several.
    fn said_acts(
        &self,
        says: &Says,
        acts: &Acts,
        window: (f64, f64),
        probability: RangeInclusive<f64>,
    ) -> Vec<SaidAct> {
        let mut said = Vec::new();
        for turn in self.turns_of(says.by) {
            let (first, end) = self.words_between(turn, window);
            let counts = |said: &&SaidAct| {
                acts.any_of.contains(&said.act)
                    && probability.contains(&said.probability)
                    && said.words.first < end
                    && said.words.end > first
                    && self.is_act_meant(says, turn, said.words)
            };
            said.extend(turn.acts.iter().flatten().filter(counts).copied());
        }
        said.sort_by(|one, other| {
            one.words.cmp(&other.words).then(other.probability.total_cmp(&one.probability))
        });
        said
    }

    /// Whether a sentence is of the kind that is asked for, and holds nothing that speaks against it.
    fn is_act_meant(&self, says: &Says, turn: &TurnWords, words: Match) -> bool {
        let is_wanted_kind = says.in_question.is_none_or(|wanted| {
            let questions = self.questions(turn, Some(true));
            questions.iter().any(|question| words.first < question.end && words.end > question.first)
                == wanted
        });
        let options = MatchOptions { hearing: Hearing::Tolerant, ..says.options };
        let speaks_against = self.matcher.candidates(says.unless.iter(), says.options.order);
        let is_excluded = speaks_against.iter().any(|candidate| {
            !self.matcher.find(candidate, (words.first, words.end), turn.first, options).is_empty()
        });
        is_wanted_kind && !is_excluded && self.confidence(words) >= says.confidence
    }

    fn place_of_act(&self, said: &SaidAct) -> Place {
        let place = self.place(said.words.first, said.words.end);
        Place { act: Some((said.act, said.probability)), ..place }
    }
}
