//! Looks for phrases in the words of a call.

mod assertion;
mod classes;
mod index;
mod steps;

use crate::language::phrase::{Item, Phrase, WordClass};
use crate::text::tokens::Match;
use crate::text::transcript::Transcript;
use crate::text::vocabulary::{Meanings, Vocabulary};
use index::WordIndex;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use steps::State;

/// Whether the items of a phrase must follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// In the order in which they are written.
    Fixed,
    /// In any order within so many words.
    Free { distance: usize },
}

/// What counts as a word of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Hearing {
    /// The word and what sounds so much like it that a model may have misheard it.
    Tolerant,
    /// The word as it is written, be it with a wrong vowel.
    AsWritten,
}

/// How a phrase is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MatchOptions {
    pub(crate) order: Order,
    /// Other words that may stand between two items.
    pub(crate) slack: usize,
    pub(crate) hearing: Hearing,
    /// Whether a negated phrase counts.
    pub(crate) counts_negated: bool,
    /// Whether words that report somebody else's count.
    pub(crate) counts_quoted: bool,
}

/// Finds a pack's phrases in one call.
#[derive(Debug)]
pub(crate) struct Matcher<'a> {
    pub(crate) transcript: &'a Transcript,
    /// Per spelling of the call, the pack's words that it can be.
    meanings: Vec<Meanings>,
    /// Per word of the pack, where the call has it.
    index: WordIndex,
    /// Where numbers and names are said.
    numbers: OnceCell<Vec<usize>>,
    names: OnceCell<Vec<usize>>,
    /// Per large group of phrases, by its address, those that the call has the words for.
    occurring: RefCell<HashMap<usize, Rc<[usize]>>>,
}

/// A group of more phrases is looked through once for a call, not at every word.
const LARGE_GROUP: usize = 64;

/// A phrase that the call has the words for, and the tokens at which it can begin, in order.
#[derive(Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) phrase: &'a Phrase,
    pub(crate) starts: Vec<usize>,
}

impl Candidate<'_> {
    /// The possible starts from one token up to another.
    pub(crate) fn starts_between(&self, first: usize, end: usize) -> &[usize] {
        let from = self.starts.partition_point(|&start| start < first);
        let until = self.starts.partition_point(|&start| start < end);
        &self.starts[from..until.max(from)]
    }
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(transcript: &'a Transcript, vocabulary: &Vocabulary) -> Self {
        let meanings: Vec<Meanings> =
            transcript.spellings.iter().map(|spelling| vocabulary.meanings(spelling)).collect();
        let index = WordIndex::new(transcript, &meanings, vocabulary.len());
        Self {
            transcript,
            meanings,
            index,
            numbers: OnceCell::new(),
            names: OnceCell::new(),
            occurring: RefCell::default(),
        }
    }

    /// The phrases that can be found in this call at all: those whose words it has, wherever they
    /// are.
    ///
    /// Most phrases of most packs end here, so this looks at nothing but the index.
    pub(crate) fn candidates<'p>(
        &self,
        phrases: impl IntoIterator<Item = &'p Phrase>,
        order: Order,
    ) -> Vec<Candidate<'p>> {
        let may_occur = phrases.into_iter().filter(|phrase| self.may_occur(phrase));
        may_occur.map(|phrase| Candidate { phrase, starts: self.starts(phrase, order) }).collect()
    }

    fn may_occur(&self, phrase: &Phrase) -> bool {
        self.items_may_occur(&phrase.items)
    }

    fn items_may_occur(&self, items: &[Item]) -> bool {
        items.iter().all(|item| self.item_may_occur(item))
    }

    /// The places in a large group of the phrases that can be found in this call at all.
    fn occurring(&self, phrases: &[Vec<Item>]) -> Rc<[usize]> {
        let address = phrases.as_ptr().addr();
        if let Some(known) = self.occurring.borrow().get(&address) {
            return Rc::clone(known);
        }
        let places = phrases.iter().enumerate().filter(|(_, items)| self.items_may_occur(items));
        let occurring: Rc<[usize]> = places.map(|(place, _)| place).collect();
        self.occurring.borrow_mut().insert(address, Rc::clone(&occurring));
        occurring
    }

    fn item_may_occur(&self, item: &Item) -> bool {
        match item {
            Item::Word(words) => words.iter().any(|&word| self.index.has(word)),
            Item::Group(phrases) if phrases.len() > LARGE_GROUP => !self.occurring(phrases).is_empty(),
            Item::Group(phrases) => phrases.iter().any(|items| self.items_may_occur(items)),
            Item::Class(WordClass::Company) => !self.transcript.companies.is_empty(),
            Item::Class(WordClass::AgentFullName) => !self.transcript.agent_full_names.is_empty(),
            Item::Class(_) | Item::Optional(_) | Item::Gap(_) => true,
        }
    }

    /// The tokens at which a phrase can begin, in order.
    fn starts(&self, phrase: &Phrase, order: Order) -> Vec<usize> {
        let mut starts = Vec::new();
        match order {
            Order::Fixed => self.add_starts(&phrase.items, &mut starts),
            Order::Free { .. } => {
                phrase.items.iter().for_each(|item| self.add_starts(std::slice::from_ref(item), &mut starts));
            }
        }
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    fn add_starts(&self, items: &[Item], starts: &mut Vec<usize>) {
        for item in items {
            match item {
                Item::Word(words) => words.iter().for_each(|&word| starts.extend(self.index.places(word))),
                Item::Group(phrases) if phrases.len() > LARGE_GROUP => {
                    self.occurring(phrases)
                        .iter()
                        .for_each(|&place| self.add_starts(&phrases[place], starts));
                }
                Item::Group(phrases) => phrases.iter().for_each(|items| self.add_starts(items, starts)),
                Item::Optional(inner) => {
                    self.add_starts(std::slice::from_ref(inner), starts);
                    continue;
                }
                Item::Gap(_) => starts.extend(0..self.transcript.tokens.len()),
                Item::Class(class) => starts.extend(self.class_starts(*class)),
            }
            return;
        }
        // Nothing of this need be said, so it begins wherever the next part does.
        starts.extend(0..self.transcript.tokens.len());
    }

    /// All places between two tokens of one turn where a phrase is said, left to right, without
    /// overlaps.
    ///
    /// `turn_first` is the turn's first token: what stands before the searched words can still deny them.
    pub(crate) fn find(
        &self,
        candidate: &Candidate<'_>,
        (first, end): (usize, usize),
        turn_first: usize,
        options: MatchOptions,
    ) -> Vec<Match> {
        let phrase = candidate.phrase;
        let mut matches: Vec<Match> = Vec::new();
        for &start in candidate.starts_between(first, end) {
            if matches.last().is_some_and(|last| start < last.end) {
                continue;
            }
            let found_end = match options.order {
                Order::Fixed => self.end_in_order(phrase, start, end, options),
                Order::Free { distance } => {
                    self.end_in_any_order(phrase, start, end.min(start + distance), options.hearing)
                }
            };
            let found = found_end.map(|end| Match { first: start, end });
            matches.extend(found.filter(|found| self.is_meant(phrase, *found, turn_first, options)));
        }
        matches
    }

    fn end_in_order(
        &self,
        phrase: &Phrase,
        start: usize,
        end: usize,
        options: MatchOptions,
    ) -> Option<usize> {
        let states = self.follow(&phrase.items, State::at(start, options.hearing), end, options.slack);
        states.into_iter().filter(|state| state.is_affordable()).map(|state| state.position).min()
    }

    fn end_in_any_order(&self, phrase: &Phrase, start: usize, end: usize, hearing: Hearing) -> Option<usize> {
        let mut taken: Vec<(usize, usize)> = Vec::new();
        let mut all = State::at(start, hearing);
        for item in phrase.items.iter().filter(|item| !matches!(item, Item::Gap(_) | Item::Optional(_))) {
            let (position, state) = (start..end).find_map(|position| {
                let state = self.step(item, State::at(position, hearing), end, 1).into_iter().min()?;
                let is_free = taken.iter().all(|&(from, until)| state.position <= from || position >= until);
                is_free.then_some((position, state))
            })?;
            taken.push((position, state.position));
            all.cost += state.cost;
            all.phonemes += state.phonemes;
        }
        let begins_here = taken.iter().any(|&(from, _)| from == start);
        let found_end = taken.iter().map(|&(_, until)| until).max();
        found_end.filter(|_| begins_here && all.is_affordable())
    }
}
