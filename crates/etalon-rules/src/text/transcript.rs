//! The words of a call, prepared once for all rules of all packs.

use crate::lexicon::{LEADING_PARTICLES, QUESTION_WORDS, QUESTION_WORDS_AFTER_COMMA};
use crate::text::company::company_spans;
use crate::text::phonetic_stream::PhoneticStream;
use crate::text::tokens::{Match, SaidAct, Sentence, Token, TurnWords};
use crate::text::words::{Spelling, phonemes_of};
use etalon_call::{CallFacts, Role, Turn, TurnAct};
use etalon_sentence::{Encoder, SentenceEmbedding, SentenceError};
use etalon_text::ends_sentence;
use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

/// Everything that was said, as a row of words with the turns they belong to.
#[derive(Debug)]
pub(crate) struct Transcript {
    pub(crate) tokens: Vec<Token>,
    pub(crate) spellings: Vec<Spelling>,
    pub(crate) turns: Vec<TurnWords>,
    /// Where the company's name is said: first token and the one after the last.
    pub(crate) companies: Vec<(usize, usize)>,
    /// Per spelling, whether it is a part of the agent's name.
    pub(crate) is_agent_name: Vec<bool>,
    /// Where the agent says the own name in full.
    pub(crate) agent_full_names: Vec<(usize, usize)>,
    /// How many words each role says, in the order of `ROLES`.
    words_of: [usize; ROLES.len()],
    /// The mean confidence of each role's words, in the order of `ROLES`; 1 without words.
    confidence_of: [f64; ROLES.len()],
    /// The meanings of what rules have asked for so far.
    meanings: RefCell<HashMap<Match, Arc<SentenceEmbedding>>>,
}

const ROLES: [Role; 3] = [Role::Agent, Role::Client, Role::Unknown];

impl Transcript {
    pub(crate) fn new(facts: &CallFacts, turns: &[Turn]) -> Self {
        let mut builder = Builder::default();
        for turn in turns {
            builder.add(turn);
        }
        let Builder { tokens, spellings, turns, .. } = builder;
        let companies = company_spans(&tokens, &spellings, &turns, &facts.company);
        let is_agent_name = agent_name_parts(facts, &spellings);
        let agent_full_names = agent_full_names(facts, &tokens, &spellings, &turns);
        let confidence_of = ROLES.map(|role| {
            let of_role = turns.iter().filter(|turn| turn.speaker == role);
            let words = of_role.flat_map(|turn| &tokens[turn.first..turn.end]);
            let (count, sum) =
                words.fold((0_usize, 0.0), |(count, sum), word| (count + 1, sum + word.confidence));
            if count > 0 { sum / count as f64 } else { 1.0 }
        });
        let words_of = ROLES.map(|role| {
            let its_turns = turns.iter().filter(|turn| turn.speaker == role);
            its_turns.map(|turn| turn.end - turn.first).sum()
        });
        let meanings = RefCell::default();
        Self {
            tokens,
            spellings,
            turns,
            companies,
            is_agent_name,
            agent_full_names,
            words_of,
            confidence_of,
            meanings,
        }
    }

    pub(crate) fn spelling(&self, token: usize) -> &Spelling {
        &self.spellings[self.tokens[token].spelling]
    }

    pub(crate) fn letters(&self, token: usize) -> &str {
        &self.spelling(token).letters
    }

    /// The sentences of one turn, in order.
    pub(crate) fn sentences(&self, turn: &TurnWords) -> Vec<Sentence> {
        let mut sentences: Vec<Sentence> = Vec::new();
        for token in turn.first..turn.end {
            match sentences.last_mut() {
                Some(last) if !self.tokens[token].starts_sentence => last.end = token + 1,
                _ => sentences.push(Sentence { first: token, end: token + 1 }),
            }
        }
        sentences
    }

    /// The sentences that a row of words stands in: first token and the one after the last. Of more
    /// words than `at_most`, those around the row.
    pub(crate) fn sentences_around(&self, first: usize, end: usize, at_most: usize) -> (usize, usize) {
        let turn = &self.turns[self.tokens[first].turn];
        let sentences = self.sentences(turn);
        let begins = sentences.iter().rfind(|sentence| sentence.first <= first);
        let ends = sentences.iter().find(|sentence| sentence.end >= end);
        let from = begins.map_or(first, |sentence| sentence.first);
        let until = ends.map_or(end, |sentence| sentence.end).max(end);
        let beside = at_most.saturating_sub(end - first) / 2;
        if until - from <= at_most {
            (from, until)
        } else {
            (from.max(first.saturating_sub(beside)), until.min(end + beside))
        }
    }

    /// Whether a sentence asks: by its question mark or, where the model wrote none, by how a part
    /// of it begins.
    pub(crate) fn is_question(&self, sentence: Sentence) -> bool {
        let last = &self.tokens[sentence.end - 1].written;
        if last.contains('?') {
            return true;
        }
        // A model that wrote a full stop heard a statement; one that wrote nothing heard neither.
        !last.ends_with(['.', '!', '…']) && self.begins_as_question(sentence)
    }

    fn begins_as_question(&self, sentence: Sentence) -> bool {
        let opening = (sentence.first..sentence.end)
            .map(|token| self.letters(token))
            .find(|letters| !LEADING_PARTICLES.contains(letters));
        let after_comma = |token: &usize| self.tokens[token - 1].written.ends_with(',');
        opening.is_some_and(|letters| QUESTION_WORDS.contains(letters))
            || (sentence.first + 1..sentence.end)
                .filter(after_comma)
                .any(|token| QUESTION_WORDS_AFTER_COMMA.contains(self.letters(token)))
    }

    /// What was said from one token up to another, as the model wrote it.
    pub(crate) fn quote(&self, first: usize, end: usize) -> String {
        let words: Vec<&str> = self.tokens[first..end].iter().map(|token| token.written.as_str()).collect();
        words.join(" ")
    }

    /// The mean confidence of a role's words; 1 without words.
    pub(crate) fn confidence_of(&self, role: Role) -> f64 {
        let known = ROLES.iter().zip(self.confidence_of).find(|(known, _)| **known == role);
        known.map_or(1.0, |(_, confidence)| confidence)
    }

    /// The mean confidence of the words in a row; none of no words.
    pub(crate) fn confidence(&self, first: usize, end: usize) -> Option<f64> {
        let words = &self.tokens[first..end];
        let sum: f64 = words.iter().map(|word| word.confidence).sum();
        (!words.is_empty()).then(|| sum / words.len() as f64)
    }

    /// How many words a role says.
    pub(crate) fn words_of(&self, role: Role) -> usize {
        ROLES.iter().zip(self.words_of).find(|(known, _)| **known == role).map_or(0, |(_, words)| words)
    }

    /// Finds out what stretches of speech mean, so that [`meaning`](Self::meaning) knows it; each
    /// is computed once, whatever number of rules ask for it.
    pub(crate) fn find_meanings(&self, stretches: &[Match]) -> Result<(), SentenceError> {
        let mut known = self.meanings.borrow_mut();
        let mut unknown: Vec<Match> =
            stretches.iter().filter(|stretch| !known.contains_key(stretch)).copied().collect();
        unknown.sort_unstable();
        unknown.dedup();
        if !unknown.is_empty() {
            let quotes: Vec<String> =
                unknown.iter().map(|stretch| self.quote(stretch.first, stretch.end)).collect();
            known.extend(unknown.into_iter().zip(Encoder::embedded()?.encode_cached(&quotes)));
        }
        Ok(())
    }

    /// What a stretch of speech means, where it was found out.
    pub(crate) fn meaning(&self, stretch: Match) -> Option<Arc<SentenceEmbedding>> {
        self.meanings.borrow().get(&stretch).map(Arc::clone)
    }

    pub(crate) fn speaker(&self, token: usize) -> Role {
        self.turns[self.tokens[token].turn].speaker
    }
}

/// Where a model tears a word apart, one of the parts is a little word.
pub(crate) const TORN_PART_LETTERS: usize = 3;

#[derive(Default)]
struct Builder {
    tokens: Vec<Token>,
    spellings: Vec<Spelling>,
    known: HashMap<String, usize>,
    turns: Vec<TurnWords>,
    sentence: usize,
}

impl Builder {
    fn add(&mut self, turn: &Turn) {
        let first = self.tokens.len();
        let number = self.turns.len();
        self.sentence += 1;
        let mut starts_sentence = true;
        for (word, (written, start_s, end_s, confidence)) in timed_words(turn).into_iter().enumerate() {
            let spelling = self.spelling(written);
            if !self.spellings[spelling].letters.is_empty() {
                self.tokens.push(Token {
                    spelling,
                    joined: None,
                    written: written.to_owned(),
                    start_s,
                    end_s,
                    confidence,
                    turn: number,
                    word,
                    sentence: self.sentence,
                    starts_sentence,
                    is_capitalized: is_capitalized(written),
                });
                starts_sentence = false;
            }
            if ends_sentence(written) {
                self.sentence += usize::from(!starts_sentence);
                starts_sentence = true;
            }
        }
        self.join_words(first);
        self.turns.push(TurnWords {
            speaker: turn.speaker,
            start_s: turn.start_s,
            end_s: turn.end_s,
            language: turn.language.clone(),
            first,
            end: self.tokens.len(),
            acts: self.said_acts(turn, first),
        });
    }

    /// The acts of a turn whose first token is `first`, with the tokens that perform them.
    fn said_acts(&self, turn: &Turn, first: usize) -> Option<Vec<SaidAct>> {
        let tokens = &self.tokens[first..];
        let place_of = |word: u32| first + tokens.partition_point(|token| token.word < word as usize);
        let said = |act: &TurnAct| SaidAct {
            act: act.act,
            probability: act.probability,
            words: Match { first: place_of(act.from_word), end: place_of(act.to_word) },
        };
        let has_words = |act: &SaidAct| act.words.first < act.words.end;
        Some(turn.acts.as_ref()?.iter().map(said).filter(has_words).collect())
    }

    /// Notes for each short word what it is together with the next one.
    fn join_words(&mut self, first: usize) {
        for token in first..self.tokens.len().saturating_sub(1) {
            let [word, next] =
                [token, token + 1].map(|token| &self.spellings[self.tokens[token].spelling].letters);
            let is_short = |word: &String| word.chars().count() <= TORN_PART_LETTERS;
            if is_short(word) || is_short(next) {
                let joined = format!("{word}{next}");
                self.tokens[token].joined = Some(self.spelling(&joined));
            }
        }
    }

    fn spelling(&mut self, written: &str) -> usize {
        if let Some(&known) = self.known.get(written) {
            return known;
        }
        self.spellings.push(Spelling::new(written));
        self.known.insert(written.to_owned(), self.spellings.len() - 1);
        self.spellings.len() - 1
    }
}

/// The words of a turn with times; a text without word times is spread evenly over the turn.
fn timed_words(turn: &Turn) -> Vec<(&str, f64, f64, f64)> {
    if !turn.words.is_empty() {
        return turn
            .words
            .iter()
            .map(|word| (word.text.as_str(), word.start_s, word.end_s, word.confidence))
            .collect();
    }
    let words: Vec<&str> = turn.text.as_str().split_whitespace().collect();
    let step_s = turn.duration_s() / words.len().max(1) as f64;
    let start_of = |index: usize| turn.start_s + step_s * index as f64;
    words.iter().enumerate().map(|(index, word)| (*word, start_of(index), start_of(index + 1), 1.0)).collect()
}

fn is_capitalized(written: &str) -> bool {
    let mut letters = written.chars().filter(|letter| letter.is_alphabetic());
    letters.next().is_some_and(char::is_uppercase)
}

fn agent_name_parts(facts: &CallFacts, spellings: &[Spelling]) -> Vec<bool> {
    let parts: Vec<Vec<u8>> = facts
        .agent_name
        .iter()
        .flat_map(|name| name.split_whitespace())
        .map(|part| phonemes_of(&part.to_lowercase()))
        .filter(|phonemes| phonemes.len() > 1)
        .collect();
    spellings.iter().map(|spelling| parts.iter().any(|part| sounds_like(part, &spelling.phonemes))).collect()
}

/// Share of a full name's phonemes that may be wrong.
const TOLERATED_NAME_SHARE: f64 = 0.25;

fn agent_full_names(
    facts: &CallFacts,
    tokens: &[Token],
    spellings: &[Spelling],
    turns: &[TurnWords],
) -> Vec<(usize, usize)> {
    let parts: Vec<String> =
        facts.agent_name.iter().flat_map(|name| name.split_whitespace()).map(str::to_lowercase).collect();
    if parts.len() < 2 {
        return vec![];
    }
    let forward = phonemes_of(&parts.concat());
    let backward = phonemes_of(&parts.iter().rev().map(String::as_str).collect::<String>());
    let at_most = (forward.len() as f64 * TOLERATED_NAME_SHARE) as usize;
    let mut names: Vec<(usize, usize)> = turns
        .iter()
        .filter(|turn| turn.speaker != Role::Client)
        .map(|turn| PhoneticStream::of(turn, tokens, spellings))
        .flat_map(|stream| [stream.find(&forward, at_most), stream.find(&backward, at_most)].concat())
        .map(|heard| (heard.first, heard.end))
        .collect();
    names.sort_unstable();
    names
}

/// Whether a word is a name as the model may have heard it: one sound in four may differ.
pub(crate) fn sounds_like(name: &[u8], word: &[u8]) -> bool {
    let allowed = u8::try_from(name.len() / 4).unwrap_or(u8::MAX);
    crate::text::distance::edits_within(name, word, allowed).is_some()
}
