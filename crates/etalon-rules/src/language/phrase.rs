//! The notation of phrases.
//!
//! ```text
//! phrase  = item { item }             the items in this order; one other word may stand between two of them
//! item    = atom [ "?" ]              with "?" the item may be missing
//! atom    = word { "|" word }         one of the words
//!         | "(" phrase { "|" phrase } ")"   one of the phrases: inside brackets a bar parts phrases, not words
//!         | ".." [ number ]           up to so many other words (3 when no number is given)
//!         | "@" list                  a phrase of a named list
//!         | "#" class                 a kind of word: #number #name #company #agent_name #agent_full_name
//! word    = "слово"                   any form with the same stem
//!         | "=слово"                  this form only
//!         | "слов*"                   any word that begins so
//!         | "*слов*"                  any word that holds it, for words that a model glues together
//! ```

use crate::lexicon::NEGATIONS;
use crate::text::vocabulary::{Vocabulary, WordId};
use crate::text::words::WordPattern;
use std::collections::HashMap;
use std::sync::Arc;

/// A word of some kind, where the kind cannot be written as a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordClass {
    /// A number in digits or as a word.
    Number,
    /// A word written as a name is: a capital letter inside a sentence, or the ending of a
    /// patronymic or surname.
    Name,
    /// The company's name in one of the spellings that the call's facts give.
    Company,
    /// A part of the agent's name as the call's facts give it.
    AgentName,
    /// The agent's first name and surname together as the call's facts give them.
    AgentFullName,
}

/// One step of a phrase.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Item {
    /// One of these words, in the order of their numbers.
    Word(Arc<[WordId]>),
    /// One of these phrases. A list has them once, however often phrases refer to it.
    Group(Arc<[Vec<Item>]>),
    Optional(Box<Item>),
    Gap(usize),
    Class(WordClass),
}

/// A phrase ready to be looked for.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    pub(crate) items: Vec<Item>,
    /// Whether it begins with a negation of its own.
    pub(crate) is_negative: bool,
    /// Whether it cannot be found without the company's name, which the call's facts must give.
    pub(crate) needs_company: bool,
}

/// What is wrong with a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PhraseError {
    /// Something that is no item stands at this text.
    Unexpected(String),
    /// A group that is not closed.
    Unclosed,
    /// A phrase without a word.
    Empty,
    /// A list that the pack does not have.
    UnknownList(String),
    /// A class that does not exist.
    UnknownClass(String),
    /// A word with a sign in it that no word of a call has.
    Sign { word: String, sign: char },
    /// Something in braces, which a reason fills in and a phrase does not.
    Placeholder(String),
    /// A word with a full stop where a regular expression has one.
    Wildcard(String),
    /// A word without a letter or digit.
    NoLetter(String),
    /// A word of Latin and Cyrillic letters.
    MixedAlphabets(String),
    /// Brackets within brackets, too many to be meant.
    TooDeep,
}

/// What a phrase is compiled with: the lists that are known already, and the pack's words.
pub(crate) struct PhraseCompiler<'a> {
    pub(crate) lists: &'a HashMap<String, List>,
    pub(crate) vocabulary: &'a mut Vocabulary,
    /// Items compiled so far, lists written out.
    pub(crate) items: usize,
}

/// A named list, compiled once.
#[derive(Debug)]
pub(crate) struct List {
    /// One of its phrases.
    item: Item,
    /// How many items it has, those of the lists inside it included.
    items: usize,
}

impl List {
    /// The list of some phrases with so many items.
    pub(crate) fn of(phrases: Vec<Vec<Item>>, items: usize) -> Self {
        Self { item: group_of(phrases), items: items.max(1) }
    }
}

impl Default for List {
    fn default() -> Self {
        Self::of(Vec::new(), 0)
    }
}

/// Signs of regular expressions that no phrase has.
pub(crate) const REGULAR_EXPRESSION_SIGNS: &str = r"[]{}^$\+*";

/// Brackets within brackets that a phrase may have.
const DEEPEST_BRACKETS: usize = 32;

/// Words a bare `..` may stand for.
const DEFAULT_GAP_WORDS: usize = 3;

impl PhraseCompiler<'_> {
    /// A phrase from its notation.
    pub(crate) fn compile(&mut self, notation: &str) -> Result<Phrase, PhraseError> {
        let items = self.items(notation)?;
        let is_negative = begins_with_negation(notation);
        let needs_company = notation.contains("#company");
        Ok(Phrase { items, is_negative, needs_company })
    }

    /// The items of a phrase from its notation.
    fn items(&mut self, notation: &str) -> Result<Vec<Item>, PhraseError> {
        let tokens = tokens_of(notation);
        if deepest_brackets(&tokens) > DEEPEST_BRACKETS {
            return Err(PhraseError::TooDeep);
        }
        let mut position = 0;
        let items = self.sequence(&tokens, &mut position)?;
        if let Some(token) = tokens.get(position) {
            return Err(PhraseError::Unexpected(token.clone()));
        }
        let has_word = items.iter().any(|item| !matches!(item, Item::Gap(_) | Item::Optional(_)));
        if has_word { Ok(items) } else { Err(PhraseError::Empty) }
    }

    fn sequence(&mut self, tokens: &[String], position: &mut usize) -> Result<Vec<Item>, PhraseError> {
        let mut items = Vec::new();
        while let Some(token) = tokens.get(*position) {
            match token.as_str() {
                ")" | "|" => break,
                "?" => {
                    let item = items.pop().ok_or_else(|| PhraseError::Unexpected("?".to_owned()))?;
                    items.push(Item::Optional(Box::new(item)));
                    *position += 1;
                }
                "(" => {
                    *position += 1;
                    items.push(self.group(tokens, position)?);
                }
                _ => {
                    items.push(self.atom(token)?);
                    *position += 1;
                }
            }
        }
        Ok(items)
    }

    fn group(&mut self, tokens: &[String], position: &mut usize) -> Result<Item, PhraseError> {
        let mut alternatives = Vec::new();
        loop {
            let alternative = self.sequence(tokens, position)?;
            if alternative.is_empty() {
                return Err(PhraseError::Empty);
            }
            alternatives.push(alternative);
            match tokens.get(*position).map(String::as_str) {
                Some("|") => *position += 1,
                Some(")") => {
                    *position += 1;
                    return Ok(group_of(alternatives));
                }
                _ => return Err(PhraseError::Unclosed),
            }
        }
    }

    fn atom(&mut self, token: &str) -> Result<Item, PhraseError> {
        let kinds = token.split('|').filter(|part| part.starts_with(['@', '#'])).count();
        if kinds > 0 && token.contains('|') {
            let parts: Result<Vec<Item>, PhraseError> =
                token.split('|').map(|part| self.atom(part)).collect();
            return parts.map(|parts| group_of(parts.into_iter().map(|part| vec![part]).collect()));
        }
        self.items = self.items.saturating_add(1);
        if let Some(words) = token.strip_prefix("..") {
            let words = if words.is_empty() { Some(DEFAULT_GAP_WORDS) } else { words.parse().ok() };
            return words.map(Item::Gap).ok_or_else(|| PhraseError::Unexpected(token.to_owned()));
        }
        if let Some(class) = token.strip_prefix('#') {
            return word_class(class).map(Item::Class);
        }
        if let Some(name) = token.strip_prefix('@') {
            let list = self.lists.get(name).ok_or_else(|| PhraseError::UnknownList(name.to_owned()))?;
            self.items = self.items.saturating_add(list.items);
            return Ok(list.item.clone());
        }
        token
            .split('|')
            .map(|word| {
                check_word(word)?;
                WordPattern::parse(word).ok_or_else(|| PhraseError::Unexpected(token.to_owned()))
            })
            .map(|pattern| pattern.map(|pattern| self.vocabulary.id(pattern)))
            .collect::<Result<_, _>>()
            .map(one_of_words)
    }
}

/// Refuses a word that no word of a call can be.
fn check_word(notation: &str) -> Result<(), PhraseError> {
    if notation.starts_with('{') && notation.ends_with('}') {
        return Err(PhraseError::Placeholder(notation.to_owned()));
    }
    let word = notation.trim_start_matches(['=', '*']).trim_end_matches('*');
    let has_letter = word.contains(char::is_alphanumeric);
    if notation.contains(".*") || (word.starts_with('.') && has_letter) {
        return Err(PhraseError::Wildcard(notation.to_owned()));
    }
    let is_of_word = |letter: char| letter.is_alphanumeric() || "-'’.,:…«»\u{301}".contains(letter);
    if let Some(sign) = word.chars().find(|&letter| !is_of_word(letter)) {
        return Err(PhraseError::Sign { word: notation.to_owned(), sign });
    }
    if !has_letter && !word.is_empty() {
        return Err(PhraseError::NoLetter(notation.to_owned()));
    }
    let has_latin = word.chars().any(|letter| letter.is_ascii_alphabetic());
    let has_cyrillic = word.chars().any(|letter| ('\u{400}'..='\u{52f}').contains(&letter));
    if has_latin && has_cyrillic {
        return Err(PhraseError::MixedAlphabets(notation.to_owned()));
    }
    Ok(())
}

fn deepest_brackets(tokens: &[String]) -> usize {
    let mut depth = 0_usize;
    let depths = tokens.iter().map(|token| {
        depth = match token.as_str() {
            "(" => depth + 1,
            ")" => depth.saturating_sub(1),
            _ => depth,
        };
        depth
    });
    depths.max().unwrap_or_default()
}

/// One of several words, in the order of their numbers.
fn one_of_words(mut words: Vec<WordId>) -> Item {
    words.sort_unstable();
    words.dedup();
    Item::Word(words.into())
}

/// One of several phrases; those of a single word become one item, which is faster to look for.
fn group_of(alternatives: Vec<Vec<Item>>) -> Item {
    let mut words: Vec<WordId> = Vec::new();
    let mut phrases: Vec<Vec<Item>> = Vec::new();
    for alternative in alternatives {
        match alternative.as_slice() {
            [Item::Word(more)] => words.extend(more.iter()),
            _ => phrases.push(alternative),
        }
    }
    if phrases.is_empty() {
        return one_of_words(words);
    }
    if !words.is_empty() {
        phrases.push(vec![one_of_words(words)]);
    }
    Item::Group(phrases.into())
}

/// The classes of words by the names that packs use.
pub(crate) const CLASSES: [(&str, WordClass); 5] = [
    ("number", WordClass::Number),
    ("name", WordClass::Name),
    ("company", WordClass::Company),
    ("agent_name", WordClass::AgentName),
    ("agent_full_name", WordClass::AgentFullName),
];

fn word_class(name: &str) -> Result<WordClass, PhraseError> {
    let known = CLASSES.iter().find(|(known, _)| *known == name);
    known.map(|&(_, class)| class).ok_or_else(|| PhraseError::UnknownClass(name.to_owned()))
}

/// A notation in the one spelling that all notations of the same phrase share.
pub(crate) fn spelt_alike(notation: &str) -> String {
    tokens_of(&notation.to_lowercase().replace('ё', "е")).join(" ")
}

/// Splits a notation into words, brackets, question marks and the bars that stand between phrases.
/// Inside brackets a bar stands between phrases, outside between words.
fn tokens_of(notation: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut word = String::new();
    let mut depth = 0_usize;
    for letter in notation.chars() {
        depth = match letter {
            '(' => depth + 1,
            ')' => depth.saturating_sub(1),
            _ => depth,
        };
        let glues_words = letter == '|' && depth == 0 && !word.is_empty();
        if letter.is_whitespace() || ("()?|".contains(letter) && !glues_words) {
            if !word.is_empty() {
                tokens.push(std::mem::take(&mut word));
            }
            if !letter.is_whitespace() {
                tokens.push(letter.to_string());
            }
        } else {
            word.push(letter);
        }
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    tokens
}

/// The names of the lists that a phrase refers to.
pub(crate) fn lists_in(notation: &str) -> Vec<String> {
    let tokens = tokens_of(notation);
    let parts = tokens.iter().flat_map(|token| token.split('|'));
    parts.filter_map(|part| part.strip_prefix('@')).map(str::to_owned).collect()
}

fn begins_with_negation(notation: &str) -> bool {
    let first = tokens_of(notation).into_iter().find(|token| token != "(").unwrap_or_default();
    first.split('|').any(|word| NEGATIONS.contains(word.trim_start_matches('=')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(notation: &str) -> Result<Phrase, PhraseError> {
        let mut lists = HashMap::new();
        let mut vocabulary = Vocabulary::default();
        let mut compiler = PhraseCompiler { lists: &lists, vocabulary: &mut vocabulary, items: 0 };
        let word = compiler.items("привет").expect("a word");
        lists.insert("hello".to_owned(), List::of(vec![word], 1));
        PhraseCompiler { lists: &lists, vocabulary: &mut vocabulary, items: 0 }.compile(notation)
    }

    #[test]
    fn every_item_of_the_notation_is_understood() {
        for (notation, items) in [
            ("меня зовут", 2),
            ("добр* (утро|день)", 2),
            ("доброе|добрый день", 2),
            ("вы? подождите .. минут*", 4),
            ("@hello #company ..5 =это", 4),
            ("(до свидания|всего (доброго|хорошего))", 1),
        ] {
            assert_eq!(compile(notation).expect(notation).items.len(), items, "{notation}");
        }
    }

    #[test]
    fn mistakes_in_the_notation_are_named() {
        for (notation, error) in [
            ("", PhraseError::Empty),
            ("слово?", PhraseError::Empty),
            ("(до свидания", PhraseError::Unclosed),
            ("до) свидания", PhraseError::Unexpected(")".to_owned())),
            ("@нет", PhraseError::UnknownList("нет".to_owned())),
            ("#нет", PhraseError::UnknownClass("нет".to_owned())),
            ("..x слово", PhraseError::Unexpected("..x".to_owned())),
        ] {
            assert_eq!(compile(notation).err(), Some(error), "{notation}");
        }
    }
}
