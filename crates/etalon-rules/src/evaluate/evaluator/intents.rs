//! Intents in what is said: which stretches of a turn are compared, and which of them count.

use super::Evaluator;
use crate::evaluate::finding::Place;
use crate::language::condition::Says;
use crate::language::intent::Intent;
use crate::lexicon::NEGATIONS;
use crate::text::tokens::Match;
use crate::text::tokens::{Sentence, TurnWords};
use etalon_sentence::SentenceError;

/// A single word has no meaning of its own to compare.
const WORDS_AT_LEAST: usize = 2;

/// Longer stretches mean several things at once.
const WORDS_AT_MOST: usize = 24;

/// A clause of more words is a sentence without punctuation; it is also looked at in windows.
const CLAUSE_WORDS: usize = 10;
const WINDOW_WORDS: usize = 7;
const WINDOW_STEP: usize = 3;

/// Words before an intended stretch that may report somebody else's words.
const REPORT_REACH: usize = 4;

impl Evaluator<'_> {
    /// Where the intents of a condition are heard: the words, and the place that is shown.
    pub(super) fn meant(
        &self,
        says: &Says,
        window: (f64, f64),
    ) -> Result<Vec<(Match, Place)>, SentenceError> {
        let compared = self.compared(says, window);
        // All at once: the fewer times the network's weights are fetched, the better.
        let stretches: Vec<Match> = compared.iter().flat_map(|(_, stretches)| stretches).copied().collect();
        self.transcript.find_meanings(&stretches)?;
        let mut heard: Vec<(Match, f64)> = Vec::new();
        for (intent, stretches) in &compared {
            heard.extend(self.likely(says, intent, stretches)?);
        }
        heard.retain(|(stretch, _)| self.confidence(*stretch) >= says.confidence);
        let shown = |(stretch, similarity): (Match, f64)| {
            let place = self.place(stretch.first, stretch.end);
            (stretch, Place { similarity: Some(similarity), ..place })
        };
        Ok(best_apart(heard).into_iter().map(shown).collect())
    }

    /// The greatest similarity of what is said in a window to one of the intents.
    pub(super) fn greatest_similarity(
        &self,
        says: &Says,
        window: (f64, f64),
    ) -> Result<Option<f64>, SentenceError> {
        let compared = self.compared(says, window);
        let stretches: Vec<Match> = compared.iter().flat_map(|(_, stretches)| stretches).copied().collect();
        self.transcript.find_meanings(&stretches)?;
        let mut greatest: Option<f64> = None;
        for (intent, stretches) in &compared {
            for stretch in stretches {
                let Some(meaning) = self.transcript.meaning(*stretch) else { continue };
                let is_denied = (!says.options.counts_negated).then(|| self.holds_negation(*stretch));
                let similarity = intent.similarity(&meaning, is_denied)?;
                greatest = Some(greatest.map_or(similarity, |known| known.max(similarity)));
            }
        }
        Ok(greatest)
    }

    /// Which stretches are compared with which intent.
    fn compared<'s>(&self, says: &'s Says, window: (f64, f64)) -> Vec<(&'s Intent, Vec<Match>)> {
        let mut compared = Vec::new();
        for intent in &says.intents {
            let gate = self.matcher.candidates(&intent.only_with, says.options.order);
            if gate.is_empty() && !intent.only_with.is_empty() {
                continue;
            }
            let passes = |turn: &TurnWords, stretch: &Match| {
                let words = (stretch.first, stretch.end);
                let holds =
                    |candidate| !self.matcher.find(candidate, words, turn.first, says.options).is_empty();
                intent.only_with.is_empty() || gate.iter().any(holds)
            };
            let mut stretches = Vec::new();
            let understood = self.turns_of(says.by).filter(|turn| self.foreign_language(turn).is_none());
            for turn in understood {
                let (first, end) = self.words_between(turn, window);
                let of_turn = self.stretches(turn, first, end).into_iter();
                stretches.extend(
                    of_turn
                        .filter(|stretch| passes(turn, stretch) && self.may_be_meant(says, turn, *stretch)),
                );
            }
            compared.push((intent.as_ref(), stretches));
        }
        compared
    }

    fn may_be_meant(&self, says: &Says, turn: &TurnWords, stretch: Match) -> bool {
        let is_quoted = !says.options.counts_quoted
            && self.matcher.is_reported(
                stretch.first.saturating_sub(REPORT_REACH).max(turn.first)..stretch.end,
                stretch.first,
            );
        let is_wanted_kind = says.in_question.is_none_or(|wanted| {
            let questions = self.questions(turn, Some(true));
            let touches = |question: &Match| stretch.first < question.end && stretch.end > question.first;
            questions.iter().any(touches) == wanted
        });
        !is_quoted && is_wanted_kind && !self.is_excluded(says, turn, stretch)
    }

    fn likely(
        &self,
        says: &Says,
        intent: &Intent,
        stretches: &[Match],
    ) -> Result<Vec<(Match, f64)>, SentenceError> {
        let mut likely = Vec::new();
        for stretch in stretches {
            let Some(meaning) = self.transcript.meaning(*stretch) else { continue };
            let is_denied = (!says.options.counts_negated).then(|| self.holds_negation(*stretch));
            let similarity = intent.similarity(&meaning, is_denied)?;
            if similarity >= intent.threshold() {
                likely.push((*stretch, similarity));
            }
        }
        Ok(likely)
    }

    fn holds_negation(&self, stretch: Match) -> bool {
        (stretch.first..stretch.end).any(|token| NEGATIONS.contains(self.transcript.letters(token)))
    }

    /// What of a turn is compared with intents: its sentences, their clauses alone and in pairs,
    /// and windows over clauses that go on and on.
    fn stretches(&self, turn: &TurnWords, first: usize, end: usize) -> Vec<Match> {
        let mut stretches = Vec::new();
        for sentence in self.transcript.sentences(turn) {
            let sentence = Sentence { first: sentence.first.max(first), end: sentence.end.min(end) };
            if sentence.first >= sentence.end {
                continue;
            }
            stretches.push(Match { first: sentence.first, end: sentence.end });
            let clauses = self.clauses(sentence);
            stretches.extend(clauses.windows(2).map(|pair| Match { first: pair[0].first, end: pair[1].end }));
            for clause in clauses {
                stretches.push(clause);
                if clause.end - clause.first > CLAUSE_WORDS {
                    let starts = (clause.first..clause.end - WINDOW_WORDS).step_by(WINDOW_STEP);
                    stretches.extend(starts.map(|start| Match { first: start, end: start + WINDOW_WORDS }));
                    stretches.push(Match { first: clause.end - WINDOW_WORDS, end: clause.end });
                }
            }
        }
        stretches.retain(|stretch| (WORDS_AT_LEAST..=WORDS_AT_MOST).contains(&(stretch.end - stretch.first)));
        stretches.sort_unstable();
        stretches.dedup();
        stretches
    }

    fn clauses(&self, sentence: Sentence) -> Vec<Match> {
        let mut clauses = Vec::new();
        let mut first = sentence.first;
        for token in sentence.first..sentence.end {
            let ends = self.transcript.tokens[token].written.ends_with([',', ';', ':', '—', '–']);
            if ends || token + 1 == sentence.end {
                clauses.push(Match { first, end: token + 1 });
                first = token + 1;
            }
        }
        clauses
    }
}

/// Of stretches that overlap, the likeliest; then in order.
fn best_apart(mut heard: Vec<(Match, f64)>) -> Vec<(Match, f64)> {
    heard.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    let mut apart: Vec<(Match, f64)> = Vec::new();
    for (stretch, similarity) in heard {
        if apart.iter().all(|(other, _)| stretch.end <= other.first || stretch.first >= other.end) {
            apart.push((stretch, similarity));
        }
    }
    apart.sort_by_key(|(stretch, _)| *stretch);
    apart
}
