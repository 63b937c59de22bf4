//! Follows the items of a phrase through the words, and counts what the differences cost.

use super::index::joined;
use super::{Hearing, LARGE_GROUP, Matcher};
use crate::language::phrase::{Item, WordClass};
use crate::lexicon::NEGATIONS;
use crate::text::vocabulary::{Meaning, WordId};
use crate::text::words::{SAME_PHONEMES, WRONG_PHONEMES};

/// Sounds that must be there before any difference is forgiven: a short word alone has too many
/// neighbours.
const SOUNDS_BEFORE_COST: u16 = 4;

/// Further phonemes of a phrase for which a cost of one is forgiven: a wrong sound in four.
const SOUNDS_PER_COST: u16 = 2;

/// Words of fewer phonemes («на», «вас») are in every call and prove nothing.
const LITTLE_WORD_SOUNDS: u16 = 4;

/// A word that the model was so sure of may differ by one sound only.
const SURE_CONFIDENCE: f64 = 0.9;

/// A way to have matched a part of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct State {
    /// The next token.
    pub(super) position: usize,
    /// What the differences so far cost.
    pub(super) cost: u16,
    /// Sounds of the words so far, by which the cost is judged.
    pub(super) phonemes: u16,
    hearing: Hearing,
}

impl State {
    pub(super) fn at(position: usize, hearing: Hearing) -> Self {
        Self { position, cost: 0, phonemes: 0, hearing }
    }

    fn moved_to(self, position: usize) -> Self {
        Self { position, ..self }
    }

    pub(super) fn is_affordable(self) -> bool {
        self.cost <= self.phonemes.saturating_sub(SOUNDS_BEFORE_COST) / SOUNDS_PER_COST
    }
}

impl Matcher<'_> {
    /// All ways to match the items one after another.
    pub(super) fn follow(&self, items: &[Item], start: State, end: usize, slack: usize) -> Vec<State> {
        let mut states = vec![start];
        let mut has_begun = false;
        let mut after_gap = false;
        for item in items {
            let skips = if has_begun && !after_gap { slack } else { 0 };
            let mut next: Vec<State> = Vec::new();
            for &state in &states {
                self.follow_item(item, state, (end, slack), skips, &mut next);
            }
            next.sort_unstable();
            next.dedup_by_key(|state| (state.position, state.cost));
            states = next;
            if states.is_empty() {
                break;
            }
            after_gap = matches!(item, Item::Gap(_));
            has_begun |= !matches!(item, Item::Optional(_) | Item::Gap(_));
        }
        states
    }

    fn follow_item(
        &self,
        item: &Item,
        state: State,
        (end, slack): (usize, usize),
        skips: usize,
        next: &mut Vec<State>,
    ) {
        match item {
            Item::Gap(words) => {
                next.extend(
                    self.skipping(state.position, end, *words).map(|position| state.moved_to(position)),
                );
            }
            Item::Optional(inner) => {
                next.push(state);
                self.follow_item(inner, state, (end, slack), skips, next);
            }
            Item::Word(_) | Item::Group(_) | Item::Class(_) => {
                for position in self.skipping(state.position, end, skips) {
                    next.extend(self.step(item, state.moved_to(position), end, slack));
                }
            }
        }
    }

    /// The positions reachable by leaving out up to `words` words; a negation is never left out.
    fn skipping(&self, position: usize, end: usize, words: usize) -> impl Iterator<Item = usize> {
        let can_skip = move |skipped: usize| {
            let token = position + skipped;
            token < end && !NEGATIONS.contains(self.transcript.letters(token))
        };
        let reach = (0..words).take_while(|&skipped| can_skip(skipped)).count();
        position..=position + reach
    }

    pub(super) fn step(&self, item: &Item, state: State, end: usize, slack: usize) -> Vec<State> {
        let position = state.position;
        match item {
            Item::Word(words) => {
                if position >= end {
                    vec![]
                } else {
                    self.step_word(words, state, end)
                }
            }
            Item::Group(alternatives) if alternatives.len() > LARGE_GROUP => {
                let occurring = self.occurring(alternatives);
                let occurring = occurring.iter().map(|&place| &alternatives[place]);
                occurring.flat_map(|items| self.follow(items, state, end, slack)).collect()
            }
            Item::Group(alternatives) => {
                alternatives.iter().flat_map(|items| self.follow(items, state, end, slack)).collect()
            }
            Item::Class(class) => {
                self.class_ends(*class, position, end).map(|end| state.moved_to(end)).collect()
            }
            Item::Optional(_) | Item::Gap(_) => self.follow(std::slice::from_ref(item), state, end, slack),
        }
    }

    /// The word at a position, or the word that it makes with the next one where the model tore a
    /// word apart.
    fn step_word(&self, words: &[WordId], state: State, end: usize) -> Vec<State> {
        let token = &self.transcript.tokens[state.position];
        let after = |words_taken: usize, spelling: usize, cost: u8| State {
            position: state.position + words_taken,
            cost: state.cost + u16::from(cost),
            phonemes: state.phonemes + self.telling_sounds(spelling),
            ..state
        };
        if let Some(cost) = self.least_cost(words, state, token.spelling) {
            return vec![after(1, token.spelling, cost)];
        }
        let joined =
            joined(self.transcript, &self.meanings, state.position).filter(|_| state.position + 1 < end);
        let cost = joined.and_then(|joined| Some((joined, self.least_cost(words, state, joined)?)));
        cost.filter(|&(_, cost)| cost <= SAME_PHONEMES)
            .map(|(joined, cost)| after(2, joined, cost + SAME_PHONEMES))
            .into_iter()
            .collect()
    }

    /// The phonemes of a word that make a phrase recognisable; those of little words do not.
    fn telling_sounds(&self, spelling: usize) -> u16 {
        let phonemes = self.transcript.spellings[spelling].phonemes.len() as u16;
        if phonemes < LITTLE_WORD_SOUNDS { 0 } else { phonemes }
    }

    fn least_cost(&self, words: &[WordId], state: State, spelling: usize) -> Option<u8> {
        let token = &self.transcript.tokens[state.position];
        let is_wanted = |meaning: &&Meaning| {
            let is_heard = state.hearing == Hearing::Tolerant || meaning.is_as_written;
            is_heard && words.binary_search(&meaning.word).is_ok()
        };
        let cost = self.meanings[spelling].iter().filter(is_wanted).map(|meaning| meaning.cost).min()?;
        // A name inside a sentence is written with a capital letter and is no misheard common word.
        let is_name = token.is_capitalized && !token.starts_sentence;
        let is_too_far = cost > WRONG_PHONEMES && token.confidence >= SURE_CONFIDENCE || cost > 0 && is_name;
        (!is_too_far).then_some(cost)
    }

    fn class_ends(&self, class: WordClass, position: usize, end: usize) -> impl Iterator<Item = usize> {
        let ends_of = |spans: &[(usize, usize)]| -> Vec<usize> {
            spans.iter().filter(|span| span.0 == position).map(|span| span.1).collect()
        };
        let ends: Vec<usize> = match class {
            WordClass::Company => ends_of(&self.transcript.companies),
            WordClass::AgentFullName => ends_of(&self.transcript.agent_full_names),
            _ if position >= end => Vec::new(),
            WordClass::Number => {
                vec![position + 1].into_iter().filter(|_| self.is_number(position)).collect()
            }
            WordClass::Name => vec![position + 1].into_iter().filter(|_| self.is_name(position)).collect(),
            WordClass::AgentName => {
                let spelling = self.transcript.tokens[position].spelling;
                vec![position + 1].into_iter().filter(|_| self.transcript.is_agent_name[spelling]).collect()
            }
        };
        ends.into_iter().filter(move |&class_end| class_end <= end)
    }
}
