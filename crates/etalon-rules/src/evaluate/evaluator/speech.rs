//! Conditions over what is said.

use super::Evaluator;
use crate::evaluate::finding::{Finding, Place};
use crate::evaluate::moments::window_in_call;
use crate::evaluate::wording;
use crate::language::condition::{Says, Speaks};
use crate::language::window::Window;
use crate::lexicon::{ASKING_WORDS, QUESTION_TAGS};
use crate::text::matcher::{Candidate, Hearing, MatchOptions};
use crate::text::tokens::Match;
use crate::text::tokens::TurnWords;
use etalon_call::Role;

/// Words around a phrase in which an excluding phrase makes it void.
const EXCLUSION_REACH: usize = 6;

/// Words of a stretch that was searched in vain, quoted as evidence.
const SEARCHED_WORDS: usize = 40;

/// Share of words by nobody known above which the roles of a call count as unknown.
const UNKNOWN_SHARE: f64 = 0.2;

impl Evaluator<'_> {
    pub(super) fn says(&self, says: &Says, found: Option<&Place>) -> Finding {
        let Some(window) = self.window(&says.window, found) else {
            return self.cannot_hear(says).unwrap_or_else(|| Finding::of(false));
        };
        // What is looked for around one place is not asked again, and a long call has many places.
        if says.window.needs_trigger() {
            return self.cannot_hear(says).unwrap_or_else(|| self.said_between(says, window));
        }
        let asked = (says.number, window.0.to_bits(), window.1.to_bits());
        if let Some(heard) = self.heard.borrow().get(&asked) {
            return heard.clone();
        }
        let finding = self.cannot_hear(says).unwrap_or_else(|| self.said_between(says, window));
        self.heard.borrow_mut().insert(asked, finding.clone());
        finding
    }

    /// Whether it is known that the words are said nowhere in the call.
    pub(super) fn is_said_nowhere(&self, says: &Says) -> bool {
        let whole_call = (0.0, self.view.audio.duration_s);
        says.at_least > 0 && self.cannot_hear(says).is_none() && self.said_between(says, whole_call).fails()
    }

    /// Why nothing can be told of what a condition asks for, whatever the window.
    fn cannot_hear(&self, says: &Says) -> Option<Finding> {
        if let Some(cause) = self.speech_unmeasurable(says.by) {
            return Some(Finding::unmeasurable(cause));
        }
        let needs_company =
            !says.phrases.is_empty() && says.phrases.iter().all(|phrase| phrase.needs_company);
        (needs_company && self.view.call.company.is_empty())
            .then(|| Finding::unmeasurable(wording::COMPANY_UNKNOWN))
    }

    fn said_between(&self, says: &Says, window: (f64, f64)) -> Finding {
        let mut matches: Vec<Match> = Vec::new();
        let candidates = self.matcher.candidates(says.phrases.iter(), says.options.order);
        let asks_for_any_sentence = says.phrases.is_empty() && says.intents.is_empty() && says.acts.is_none();
        let (parts, at_most): (Vec<&[Candidate<'_>]>, usize) = if asks_for_any_sentence {
            (vec![&[]], usize::MAX)
        } else if says.first_of_each {
            (candidates.chunks(1).collect(), 1)
        } else {
            (candidates.chunks(candidates.len().max(1)).collect(), usize::MAX)
        };
        for part in parts {
            let found = self
                .turns_to_search(says, part)
                .into_iter()
                .flat_map(|turn| self.said_in_turn(says, part, turn, window));
            matches.extend(found.take(at_most));
        }
        matches.sort_unstable();
        let mut places: Vec<Place> = matches.iter().map(|found| self.place(found.first, found.end)).collect();
        if places.len() < says.at_least && !says.intents.is_empty() {
            match self.meant(says, window) {
                Ok(meant) => {
                    matches.extend(meant.iter().map(|(stretch, _)| *stretch));
                    places.extend(meant.into_iter().map(|(_, place)| place));
                }
                Err(error) => return Finding::unmeasurable(wording::sentence_model_unreadable(error)),
            }
            places.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
        }
        if let Some(acts) = says.acts.as_ref().filter(|_| places.len() < says.at_least) {
            let performed = self.performed(says, acts, window);
            if performed.is_empty()
                && let Some(finding) = self.doubtful(says, acts, window)
            {
                return finding;
            }
            matches.extend(performed.iter().map(|(words, _)| *words));
            places.extend(performed.into_iter().map(|(_, place)| place));
            places.sort_by(|left, right| left.start_s.total_cmp(&right.start_s));
        }
        if places.is_empty() {
            return self.not_said(says, window);
        }
        if places.len() < says.at_least
            && let Some(finding) = self.not_understood_between(says, window)
        {
            return finding;
        }
        let sure = matches.iter().filter(|found| self.is_sure_of(**found)).count();
        if sure < says.at_least && says.at_least <= places.len() {
            return Finding::unmeasurable(wording::ONLY_UNSURE_WORDS);
        }
        Finding::of(places.len() >= says.at_least).with_places(places)
    }

    /// Nothing was said of what was looked for; what was said instead is shown.
    pub(super) fn not_said(&self, says: &Says, window: (f64, f64)) -> Finding {
        if says.at_least > 0
            && let Some(finding) = self.not_understood_between(says, window)
        {
            return finding;
        }
        let mut finding = Finding::of(says.at_least == 0);
        if says.acts.is_some() {
            finding.doubt = self.not_written_for(&says.phrases, says.by, window);
        }
        if says.window != Window::CALL {
            if let Some(cause) = self.low_confidence_of(says.by, window) {
                return Finding::unmeasurable(cause);
            }
            finding.searched = self.searched(says.by, window);
        }
        finding
    }

    /// The turns of the side in question in which one of the phrases can begin; all of them where
    /// any sentence counts.
    fn turns_to_search(&self, says: &Says, candidates: &[Candidate<'_>]) -> Vec<&TurnWords> {
        if candidates.is_empty() {
            return self.turns_of(says.by).collect();
        }
        let starts = candidates.iter().flat_map(|candidate| &candidate.starts);
        let mut turns: Vec<usize> = starts.map(|&start| self.transcript.tokens[start].turn).collect();
        turns.sort_unstable();
        turns.dedup();
        let turns = turns.into_iter().map(|turn| &self.transcript.turns[turn]);
        turns.filter(|turn| turn.speaker == says.by).collect()
    }

    fn said_in_turn(
        &self,
        says: &Says,
        candidates: &[Candidate<'_>],
        turn: &TurnWords,
        window: (f64, f64),
    ) -> Vec<Match> {
        if candidates.is_empty() {
            let (first, end) = self.words_between(turn, window);
            let mut sentences = self.questions(turn, says.in_question);
            sentences.retain(|sentence| sentence.first >= first && sentence.end <= end);
            return sentences;
        }
        let words = self.words_between(turn, window);
        let mut matches: Vec<Match> = candidates
            .iter()
            .flat_map(|candidate| {
                let found = self.matcher.find(candidate, words, turn.first, says.options);
                found.into_iter().filter(|found| self.is_in_its_language(turn, *found, candidate.phrase))
            })
            .collect();
        if matches.is_empty() {
            return matches;
        }
        matches.sort_unstable();
        matches.dedup_by(|right, left| right.first < left.end);
        matches.retain(|found| {
            !self.is_excluded(says, turn, *found) && self.confidence(*found) >= says.confidence
        });
        if says.is_addressed {
            self.retain_addressed(turn, &mut matches);
        }
        if let Some(wanted) = says.in_question {
            let questions = self.questions(turn, Some(true)).into_iter();
            // «Меня зовут Павел Соколов, чем могу помочь?»: what stands before is told, not asked.
            let asked: Vec<Match> =
                if wanted { questions.collect() } else { questions.map(|it| self.asking_part(it)).collect() };
            let is_asked = |found: &Match| {
                asked.iter().any(|question| found.first < question.end && found.end > question.first)
            };
            matches.retain(|found| is_asked(found) == wanted);
        }
        matches
    }

    /// Mean confidence of the words of a match.
    pub(super) fn confidence(&self, found: Match) -> f64 {
        self.transcript.confidence(found.first, found.end).unwrap_or(0.0)
    }

    pub(super) fn is_excluded(&self, says: &Says, turn: &TurnWords, found: Match) -> bool {
        let first = found.first.saturating_sub(EXCLUSION_REACH).max(turn.first);
        let end = (found.end + EXCLUSION_REACH).min(turn.end);
        let candidates = self.matcher.candidates(says.unless.iter(), says.options.order);
        let options = MatchOptions { hearing: Hearing::Tolerant, ..says.options };
        candidates
            .iter()
            .any(|candidate| !self.matcher.find(candidate, (first, end), turn.first, options).is_empty())
    }

    /// The part of a question that asks: what stands behind its last comma or, without commas,
    /// from its last question word on; all of it where that part only asks for a yes.
    fn asking_part(&self, question: Match) -> Match {
        let words = question.first + 1..question.end;
        let ends_clause =
            |token: &usize| self.transcript.tokens[token - 1].written.ends_with([',', ';', '—']);
        let asks = |token: &usize| ASKING_WORDS.contains(self.transcript.letters(*token));
        let start = words.clone().rfind(ends_clause).or_else(|| words.clone().rfind(asks));
        let is_tag = |start: usize| {
            (start..question.end).all(|token| QUESTION_TAGS.contains(self.transcript.letters(token)))
        };
        start.filter(|&start| !is_tag(start)).map_or(question, |first| Match { first, ..question })
    }

    pub(super) fn questions(&self, turn: &TurnWords, wanted: Option<bool>) -> Vec<Match> {
        let wanted = wanted.unwrap_or(true);
        self.transcript
            .sentences(turn)
            .into_iter()
            .filter(|sentence| self.transcript.is_question(*sentence) == wanted)
            .map(|sentence| Match { first: sentence.first, end: sentence.end })
            .collect()
    }

    pub(super) fn speaks(&self, speaks: &Speaks, found: Option<&Place>) -> Finding {
        if let Some(cause) = self.speech_unmeasurable(speaks.by) {
            return Finding::unmeasurable(cause);
        }
        let Some(window) = self.window(&speaks.window, found) else { return Finding::of(false) };
        let words: usize = self
            .turns_of(speaks.by)
            .map(|turn| self.words_between(turn, window))
            .map(|(first, end)| end.saturating_sub(first))
            .sum();
        if words < speaks.at_least_words
            && let Some(cause) = self.lost_between(speaks.by, window)
        {
            return Finding::unmeasurable(cause);
        }
        Finding::of(words >= speaks.at_least_words).with_places(self.spoken(speaks.by, window))
    }

    pub(super) fn turns_of(&self, role: Role) -> impl Iterator<Item = &TurnWords> {
        self.transcript.turns.iter().filter(move |turn| turn.speaker == role)
    }

    /// The words of a turn whose middle lies in the window: words decide, not turns.
    pub(super) fn words_between(&self, turn: &TurnWords, (from_s, until_s): (f64, f64)) -> (usize, usize) {
        let middle_s = |token: usize| {
            let token = &self.transcript.tokens[token];
            f64::midpoint(token.start_s, token.end_s)
        };
        let inside = |token: &usize| (from_s..=until_s).contains(&middle_s(*token));
        let first = (turn.first..turn.end).find(inside).unwrap_or(turn.end);
        let end = (first..turn.end).rfind(inside).map_or(first, |token| token + 1);
        (first, end)
    }

    pub(super) fn place(&self, first: usize, end: usize) -> Place {
        let (first_word, last_word) = (&self.transcript.tokens[first], &self.transcript.tokens[end - 1]);
        Place {
            start_s: first_word.start_s,
            end_s: last_word.end_s.max(first_word.start_s),
            speaker: Some(self.transcript.speaker(first)),
            tokens: Some((first, end)),
            quote: self.transcript.quote(first, end),
            label: None,
            similarity: None,
            act: None,
        }
    }

    /// What one side says in a stretch of time, turn by turn, no more words than evidence needs.
    pub(super) fn spoken(&self, role: Role, window: (f64, f64)) -> Vec<Place> {
        let mut left = SEARCHED_WORDS;
        let mut places = Vec::new();
        for turn in self.turns_of(role) {
            let (first, end) = self.words_between(turn, window);
            let end = end.min(first + left);
            if first < end {
                left -= end - first;
                places.push(self.place(first, end));
            }
        }
        places
    }

    /// Why nothing can be said about the words of one side.
    pub(super) fn speech_unmeasurable(&self, role: Role) -> Option<String> {
        if !self.view.transcribed {
            return Some(wording::NOT_TRANSCRIBED.to_owned());
        }
        let all = self.transcript.tokens.len();
        if all == 0 {
            return Some(wording::NO_WORDS.to_owned());
        }
        if self.transcript.words_of(Role::Unknown) as f64 > UNKNOWN_SHARE * all as f64 {
            return Some(wording::ROLES_UNKNOWN.to_owned());
        }
        if role == Role::Agent && self.transcript.words_of(Role::Agent) == 0 {
            return Some(wording::NO_WORDS_OF_AGENT.to_owned());
        }
        self.lost_most_of(role)
            .or_else(|| self.too_few_words_of(role))
            .or_else(|| self.low_confidence_of_all(role))
    }

    /// Why the phrases of the pack can't be looked for in the words of one side.
    pub(crate) fn words_unmeasurable(&self, role: Role) -> Option<String> {
        let whole_call = (0.0, self.view.audio.duration_s);
        self.speech_unmeasurable(role).or_else(|| self.foreign_between(role, whole_call))
    }

    /// The finding where what was not found between two times may have been said all the same. Acts
    /// are told in every language that their model knows, whatever the phrases beside them are
    /// written for.
    fn not_understood_between(&self, says: &Says, window: (f64, f64)) -> Option<Finding> {
        if let Some(cause) = self.lost_between(says.by, window) {
            return Some(Finding::unmeasurable(cause));
        }
        if says.acts.is_some() {
            return self.without_acts(says, window).map(Finding::unmeasurable);
        }
        let cause = self.not_written_for(&says.phrases, says.by, window)?;
        Some(Finding::in_another_language(says.by, cause))
    }

    /// Where something was looked for in vain: what was said there instead, or the time itself.
    fn searched(&self, role: Role, window: (f64, f64)) -> Vec<Place> {
        let said = self.spoken(role, window);
        let (from_s, until_s) = (window.0.max(0.0), window.1.min(self.view.audio.duration_s));
        if said.is_empty() && from_s < until_s {
            return vec![Place::of_time(from_s, until_s, wording::NOTHING_SAID.to_owned())];
        }
        said
    }

    pub(super) fn window(&self, window: &Window, found: Option<&Place>) -> Option<(f64, f64)> {
        window_in_call(window, self.transcript, self.view.audio.duration_s, found)
    }
}
