//! Looks for phrases in the words of a call.

use crate::phrase::{Item, NEGATIONS, Phrase, WordClass};
use crate::transcript::Transcript;
use crate::vocabulary::{Meanings, Vocabulary, WordId};
use crate::words::{SAME_SOUND, WRONG_SOUND};
use std::ops::Range;

/// Where a phrase was found: first token and the one after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Match {
    pub(crate) first: usize,
    pub(crate) end: usize,
}

/// Whether the items of a phrase must follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// In the order in which they are written.
    Fixed,
    /// In any order within so many words.
    Free { distance: usize },
}

/// How a phrase is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct MatchOptions {
    pub(crate) order: Order,
    /// Other words that may stand between two items.
    pub(crate) slack: usize,
    /// Whether a negated phrase counts.
    pub(crate) counts_negated: bool,
    /// Whether words that report somebody else's count.
    pub(crate) counts_quoted: bool,
}

/// Sounds that must be there before any difference is forgiven: a short word alone has too many neighbours.
const SOUNDS_BEFORE_COST: u16 = 4;

/// Further sounds of a phrase for which a cost of one is forgiven: a wrong sound in four.
const SOUNDS_PER_COST: u16 = 2;

/// Words of fewer sounds («на», «вас») are in every call and prove nothing.
const LITTLE_WORD_SOUNDS: u16 = 4;

/// A word that the model was so sure of may differ by one sound only.
const SURE_CONFIDENCE: f64 = 0.9;

/// Words before a phrase that may hold the negation or the reporting verb.
const NEGATION_REACH: usize = 1;
const REPORT_REACH: usize = 4;

/// Finds a pack's phrases in one call.
#[derive(Debug)]
pub(crate) struct Matcher<'a> {
    pub(crate) transcript: &'a Transcript,
    /// Per spelling of the call, the pack's words that it can be.
    meanings: Vec<Meanings>,
    /// Per word of the pack, whether the call has it.
    is_in_call: Vec<bool>,
}

/// A way to have matched a part of a phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    /// The next token.
    position: usize,
    /// What the differences so far cost.
    cost: u16,
    /// Sounds of the words so far, by which the cost is judged.
    sounds: u16,
}

impl State {
    fn at(position: usize) -> Self {
        Self { position, cost: 0, sounds: 0 }
    }

    fn moved_to(self, position: usize) -> Self {
        Self { position, ..self }
    }

    fn is_affordable(self) -> bool {
        self.cost <= self.sounds.saturating_sub(SOUNDS_BEFORE_COST) / SOUNDS_PER_COST
    }
}

impl<'a> Matcher<'a> {
    pub(crate) fn new(transcript: &'a Transcript, vocabulary: &Vocabulary) -> Self {
        let meanings: Vec<Meanings> =
            transcript.spellings.iter().map(|spelling| vocabulary.meanings(spelling)).collect();
        let mut is_in_call = vec![false; vocabulary.len()];
        for &(word, _) in meanings.iter().flat_map(|meanings| meanings.iter()) {
            is_in_call[word] = true;
        }
        Self { transcript, meanings, is_in_call }
    }

    /// Whether the call has the words that the phrase cannot do without, wherever they are.
    pub(crate) fn may_occur(&self, phrase: &Phrase) -> bool {
        phrase.items.iter().all(|item| self.item_may_occur(item))
    }

    fn item_may_occur(&self, item: &Item) -> bool {
        match item {
            Item::Word(words) => words.iter().any(|&word| self.is_in_call[word]),
            Item::Group(phrases) => {
                phrases.iter().any(|items| items.iter().all(|item| self.item_may_occur(item)))
            }
            Item::Class(WordClass::Company) => !self.transcript.companies.is_empty(),
            Item::Class(WordClass::AgentFullName) => !self.transcript.agent_full_names.is_empty(),
            Item::Class(_) | Item::Optional(_) | Item::Gap(_) => true,
        }
    }

    /// All places between two tokens of one turn where the phrase is said, left to right, without overlaps.
    ///
    /// `turn_first` is the turn's first token: what stands before the searched words can still deny them.
    pub(crate) fn find(
        &self,
        phrase: &Phrase,
        (first, end): (usize, usize),
        turn_first: usize,
        options: MatchOptions,
    ) -> Vec<Match> {
        let mut matches = Vec::new();
        let mut start = first;
        while start < end {
            let found_end = match options.order {
                Order::Fixed => self.end_in_order(phrase, start, end, options.slack),
                Order::Free { distance } => self.end_in_any_order(phrase, start, end.min(start + distance)),
            };
            match found_end {
                Some(found_end) if self.is_meant(phrase, start, turn_first, options) => {
                    matches.push(Match { first: start, end: found_end });
                    start = found_end;
                }
                _ => start += 1,
            }
        }
        matches
    }

    fn end_in_order(&self, phrase: &Phrase, start: usize, end: usize, slack: usize) -> Option<usize> {
        let states = self.follow(&phrase.items, State::at(start), end, slack);
        states.into_iter().filter(|state| state.is_affordable()).map(|state| state.position).min()
    }

    fn end_in_any_order(&self, phrase: &Phrase, start: usize, end: usize) -> Option<usize> {
        let mut taken: Vec<(usize, usize)> = Vec::new();
        let mut all = State::at(start);
        for item in phrase.items.iter().filter(|item| !matches!(item, Item::Gap(_) | Item::Optional(_))) {
            let (position, state) = (start..end).find_map(|position| {
                let state = self.step(item, State::at(position), end, 1).into_iter().min()?;
                let is_free = taken.iter().all(|&(from, until)| state.position <= from || position >= until);
                is_free.then_some((position, state))
            })?;
            taken.push((position, state.position));
            all.cost += state.cost;
            all.sounds += state.sounds;
        }
        let begins_here = taken.iter().any(|&(from, _)| from == start);
        let found_end = taken.iter().map(|&(_, until)| until).max();
        found_end.filter(|_| begins_here && all.is_affordable())
    }

    /// All ways to match the items one after another.
    fn follow(&self, items: &[Item], start: State, end: usize, slack: usize) -> Vec<State> {
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
            token < end && !NEGATIONS.contains(&self.transcript.letters(token))
        };
        let reach = (0..words).take_while(|&skipped| can_skip(skipped)).count();
        position..=position + reach
    }

    fn step(&self, item: &Item, state: State, end: usize, slack: usize) -> Vec<State> {
        let position = state.position;
        match item {
            Item::Word(words) => {
                if position >= end {
                    vec![]
                } else {
                    self.step_word(words, state, end)
                }
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

    /// The word at a position, or the word that it makes with the next one where the model tore a word apart.
    fn step_word(&self, words: &[WordId], state: State, end: usize) -> Vec<State> {
        let token = &self.transcript.tokens[state.position];
        let after = |words_taken: usize, spelling: usize, cost: u8| State {
            position: state.position + words_taken,
            cost: state.cost + u16::from(cost),
            sounds: state.sounds + self.telling_sounds(spelling),
        };
        if let Some(cost) = self.least_cost(words, state.position, token.spelling) {
            return vec![after(1, token.spelling, cost)];
        }
        let joined = token.joined.filter(|_| state.position + 1 < end);
        let cost = joined.and_then(|joined| Some((joined, self.least_cost(words, state.position, joined)?)));
        cost.filter(|&(_, cost)| cost <= SAME_SOUND)
            .map(|(joined, cost)| after(2, joined, cost + SAME_SOUND))
            .into_iter()
            .collect()
    }

    /// The sounds of a word that make a phrase recognisable; those of little words do not.
    fn telling_sounds(&self, spelling: usize) -> u16 {
        let sounds = self.transcript.spellings[spelling].sounds.len() as u16;
        if sounds < LITTLE_WORD_SOUNDS { 0 } else { sounds }
    }

    fn least_cost(&self, words: &[WordId], position: usize, spelling: usize) -> Option<u8> {
        let token = &self.transcript.tokens[position];
        let is_wanted = |meaning: &&(WordId, u8)| words.binary_search(&meaning.0).is_ok();
        let cost = self.meanings[spelling].iter().filter(is_wanted).map(|&(_, cost)| cost).min()?;
        // A name inside a sentence is written with a capital letter and is no misheard common word.
        let is_name = token.is_capitalized && !token.starts_sentence;
        let is_too_far = cost > WRONG_SOUND && token.confidence >= SURE_CONFIDENCE || cost > 0 && is_name;
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

    fn is_number(&self, position: usize) -> bool {
        let letters = self.transcript.letters(position);
        letters.starts_with(|letter: char| letter.is_ascii_digit())
            || NUMERALS.iter().any(|numeral| letters.starts_with(numeral))
    }

    fn is_name(&self, position: usize) -> bool {
        let token = &self.transcript.tokens[position];
        let letters = self.transcript.letters(position);
        (token.is_capitalized && !token.starts_sentence)
            || (letters.chars().count() >= MIN_NAME_LETTERS
                && NAME_ENDINGS.iter().any(|ending| letters.ends_with(ending)))
    }

    /// Whether a phrase that begins at a token is said as the speaker's own and not denied.
    fn is_meant(&self, phrase: &Phrase, start: usize, first: usize, options: MatchOptions) -> bool {
        let is_negated = !phrase.is_negative && self.is_negated(start, first);
        let is_quoted = self.is_quoted(start, first);
        (options.counts_negated || !is_negated) && (options.counts_quoted || !is_quoted)
    }

    fn is_negated(&self, start: usize, first: usize) -> bool {
        let from = start.saturating_sub(NEGATION_REACH).max(first);
        let sentence = self.transcript.tokens[start].sentence;
        (from..start).any(|token| {
            self.transcript.tokens[token].sentence == sentence
                && NEGATIONS.contains(&self.transcript.letters(token))
                // «Нет, подождите» answers a question and denies nothing.
                && !self.transcript.tokens[token].written.ends_with(',')
        })
    }

    fn is_quoted(&self, start: usize, first: usize) -> bool {
        self.is_reported(start.saturating_sub(REPORT_REACH).max(first)..start, start)
    }

    /// Whether some words, as far as they stand in the same sentence as `token`, report what somebody else said.
    pub(crate) fn is_reported(&self, words: Range<usize>, token: usize) -> bool {
        let sentence = self.transcript.tokens[token].sentence;
        let before: Vec<&str> = words
            .filter(|&token| self.transcript.tokens[token].sentence == sentence)
            .map(|token| self.transcript.letters(token))
            .collect();
        let reports = |letters: &&str| REPORTING.iter().any(|verb| letters.starts_with(verb));
        before.iter().any(reports) && before.iter().any(|letters| OTHERS.contains(letters))
    }
}

const REPORTING: [&str; 6] = ["сказал", "говор", "написал", "обещал", "просил", "пишете"];

/// Whose words are reported: anybody's but the speaker's.
const OTHERS: [&str; 12] =
    ["вы", "вам", "вами", "он", "она", "они", "ему", "ей", "им", "клиент", "кто-то", "якобы"];

const MIN_NAME_LETTERS: usize = 5;

const NAME_ENDINGS: [&str; 42] = [
    "овны",
    "евны",
    "овне",
    "евне",
    "овной",
    "евной",
    "овну",
    "евну",
    "овичем",
    "евичем",
    "овичу",
    "евичу",
    "овича",
    "евича",
    "овым",
    "евым",
    "ович",
    "евич",
    "овна",
    "евна",
    "ична",
    "ова",
    "ева",
    "ина",
    "ская",
    "ский",
    "цкая",
    "цкий",
    "енко",
    "баев",
    "баева",
    "беков",
    "бекова",
    "улы",
    "кызы",
    "ов",
    "ев",
    "ин",
    "ян",
    "янц",
    "швили",
    "чук",
];

const NUMERALS: [&str; 38] = [
    "один",
    "одна",
    "одну",
    "одного",
    "два",
    "две",
    "двух",
    "двадцат",
    "двест",
    "двенадцат",
    "три",
    "трех",
    "трист",
    "тринадцат",
    "тридцат",
    "четыр",
    "пят",
    "шест",
    "семь",
    "семи",
    "семнадцат",
    "семьдесят",
    "семьсот",
    "восем",
    "восьм",
    "девят",
    "десят",
    "одиннадцат",
    "сорок",
    "сто",
    "ста",
    "тысяч",
    "миллион",
    "ноль",
    "полтор",
    "половин",
    "процент",
    "нол",
];
