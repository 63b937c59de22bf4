//! The moments of one call that anchors name.

use crate::evaluate::finding::Place;
use crate::language::window::{Anchor, Window};
use crate::text::tokens::TurnWords;
use crate::text::transcript::Transcript;
use etalon_call::Role;

/// A turn counts as the answer even when it began this much before the end of what it answers.
const EARLY_ANSWER_S: f64 = 1.0;

/// The window's start and end in the call, seconds; nothing where the call has no such moment.
pub(crate) fn window_in_call(
    window: &Window,
    transcript: &Transcript,
    duration_s: f64,
    found: Option<&Place>,
) -> Option<(f64, f64)> {
    let moments = Moments { transcript, duration_s, found };
    let from_s = moments.at(window.from)? + window.from_s;
    let until_s = moments.at(window.until)? + window.until_s;
    (from_s <= until_s).then_some((from_s, until_s))
}

struct Moments<'a> {
    transcript: &'a Transcript,
    duration_s: f64,
    found: Option<&'a Place>,
}

impl Moments<'_> {
    fn at(&self, anchor: Anchor) -> Option<f64> {
        match anchor {
            Anchor::CallStart => Some(0.0),
            Anchor::CallEnd => Some(self.duration_s),
            Anchor::FirstWord => self.first_word_s(None),
            Anchor::LastWord => self.last_word_s(None),
            Anchor::AgentFirstWord => self.first_word_s(Some(Role::Agent)),
            Anchor::AgentLastWord => self.last_word_s(Some(Role::Agent)),
            Anchor::ClientFirstWord => self.first_word_s(Some(Role::Client)),
            Anchor::ClientLastWord => self.last_word_s(Some(Role::Client)),
            Anchor::FoundStart => self.found.map(|found| found.start_s),
            Anchor::FoundEnd => self.found.map(|found| found.end_s),
            Anchor::FoundTurnStart => {
                self.found_turn().map_or_else(|| self.at(Anchor::FoundStart), |turn| Some(turn.start_s))
            }
            Anchor::FoundTurnEnd => {
                self.found_turn().map_or_else(|| self.at(Anchor::FoundEnd), |turn| Some(turn.end_s))
            }
            Anchor::NextAgentTurnStart => self.next(Role::Agent).map(|turn| turn.start_s),
            Anchor::NextAgentTurnEnd => self.next(Role::Agent).map(|turn| turn.end_s),
            Anchor::NextClientTurnStart => self.next(Role::Client).map(|turn| turn.start_s),
            Anchor::NextClientTurnEnd => self.next(Role::Client).map(|turn| turn.end_s),
            Anchor::PreviousAgentTurnStart => self.previous(Role::Agent).map(|turn| turn.start_s),
            Anchor::PreviousAgentTurnEnd => self.previous(Role::Agent).map(|turn| turn.end_s),
            Anchor::PreviousClientTurnStart => self.previous(Role::Client).map(|turn| turn.start_s),
            Anchor::PreviousClientTurnEnd => self.previous(Role::Client).map(|turn| turn.end_s),
        }
    }

    fn first_word_s(&self, role: Option<Role>) -> Option<f64> {
        self.turns_of(role).map(|turn| self.transcript.tokens[turn.first].start_s).reduce(f64::min)
    }

    fn last_word_s(&self, role: Option<Role>) -> Option<f64> {
        self.turns_of(role).map(|turn| self.transcript.tokens[turn.end - 1].end_s).reduce(f64::max)
    }

    fn turns_of(&self, role: Option<Role>) -> impl DoubleEndedIterator<Item = &TurnWords> {
        let is_theirs = move |turn: &&TurnWords| role.is_none_or(|role| turn.speaker == role);
        self.transcript.turns.iter().filter(is_theirs).filter(|turn| turn.first < turn.end)
    }

    fn found_turn(&self) -> Option<&TurnWords> {
        let (first, _) = self.found?.tokens?;
        self.transcript.turns.get(self.transcript.tokens.get(first)?.turn)
    }

    fn next(&self, role: Role) -> Option<&TurnWords> {
        let found = self.found?;
        let own_turn_start_s = self.found_turn().map_or(found.start_s, |turn| turn.start_s);
        let earliest_s = self.at(Anchor::FoundTurnEnd)? - EARLY_ANSWER_S;
        self.turns_of(Some(role)).find(|turn| turn.start_s >= earliest_s && turn.start_s > own_turn_start_s)
    }

    fn previous(&self, role: Role) -> Option<&TurnWords> {
        let own_turn_start_s = self.at(Anchor::FoundTurnStart)?;
        self.turns_of(Some(role)).rfind(|turn| turn.start_s < own_turn_start_s)
    }
}
