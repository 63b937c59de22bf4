//! The phrases and lists of a pack.

use super::PackParser;
use crate::language::document::{Origin, Table, Value};
use crate::language::error::{PackError, PackErrorKind, help_for_unknown};
use crate::language::phrase::{
    CLASSES, List, Phrase, PhraseCompiler, PhraseError, REGULAR_EXPRESSION_SIGNS, lists_in, spelt_alike,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::Arc;

/// Words and other items that a list may have, those of the lists inside it included.
const LARGEST_LIST: usize = 2_000_000;

/// Words and other items that all different phrases of a pack may have, lists written out.
const ITEMS_AT_MOST: usize = 20_000_000;

/// A list as it is written.
struct WrittenList<'a> {
    name_span: Range<usize>,
    entries: Vec<Value<'a>>,
    /// The lists that it refers to and that the pack has.
    contains: BTreeSet<&'a str>,
}

/// Lists by their names.
type WrittenLists<'a> = BTreeMap<&'a str, WrittenList<'a>>;

impl PackParser<'_> {
    /// Compiles the lists, each after those that it contains.
    pub(super) fn read_lists(&mut self) {
        let Some(table) = self.root.read("lists", Value::table) else { return };
        let mut waiting: WrittenLists<'_> = table
            .own_names()
            .map(|(name, span, value)| (name, written(&table.origin, span, value)))
            .collect();
        let names: BTreeSet<&str> = waiting.keys().copied().collect();
        for list in waiting.values_mut() {
            list.contains = contained(list, &names);
        }
        let mut ready: Vec<&str> =
            waiting.iter().filter(|(_, list)| list.contains.is_empty()).map(|(name, _)| *name).collect();
        let containers = containers(&waiting);
        while let Some(name) = ready.pop() {
            let Some(list) = waiting.remove(name) else { continue };
            self.read_list(name, &list);
            for container in containers.get(name).into_iter().flatten() {
                let Some(container_list) = waiting.get_mut(container) else { continue };
                container_list.contains.remove(name);
                if container_list.contains.is_empty() {
                    ready.push(container);
                }
            }
        }
        if !waiting.is_empty() {
            table.origin.report(cycle(table.origin, &waiting));
            self.lists.extend(waiting.into_keys().map(|name| (name.to_owned(), List::default())));
        }
    }

    fn read_list(&mut self, name: &str, list: &WrittenList<'_>) {
        let origin = self.root.origin;
        let mut phrases = Vec::new();
        let mut items = 0_usize;
        for &entry in &list.entries {
            if let Some((phrase, more)) = self.phrase(entry) {
                phrases.push(phrase.items);
                items = items.saturating_add(more);
            }
        }
        check_entries(origin, &list.name_span, &list.entries, name);
        let list = if items > LARGEST_LIST {
            origin.report(origin.invalid(
                list.name_span.clone(),
                format!("the list `{name}` has more than {LARGEST_LIST} words with those of its lists"),
                "refer to fewer lists (`@name`) in it",
            ));
            List::default()
        } else {
            List::of(phrases, items)
        };
        self.lists.insert(name.to_owned(), list);
    }

    pub(super) fn phrases(&mut self, value: Value<'_>) -> Vec<Phrase> {
        let elements = value.elements();
        check_entries(value.origin, &value.span(), &elements, "phrases");
        let compiled = elements.into_iter().filter_map(|element| self.phrase(element));
        let (phrases, items): (Vec<Phrase>, Vec<usize>) = compiled.unzip();
        let items_before = self.items_read;
        self.items_read = items.into_iter().fold(items_before, usize::saturating_add);
        if items_before <= ITEMS_AT_MOST && self.items_read > ITEMS_AT_MOST {
            value.origin.report(value.invalid(
                format!(
                    "the phrases of the pack have more than {ITEMS_AT_MOST} words, each list written out"
                ),
                "refer to large lists less often; put a condition that uses one under [conditions]",
            ));
        }
        phrases
    }

    /// The phrases of a value, compiled once however many rules write the same ones.
    pub(super) fn shared_phrases(&mut self, value: Value<'_>) -> Arc<[Phrase]> {
        if let Some(known) = self.phrases.get(value.written()) {
            return Arc::clone(known);
        }
        let phrases: Arc<[Phrase]> = self.phrases(value).into();
        self.phrases.insert(value.written().to_owned(), Arc::clone(&phrases));
        phrases
    }

    /// A phrase and how many items it has, lists written out; nothing after an error was reported.
    fn phrase(&mut self, value: Value<'_>) -> Option<(Phrase, usize)> {
        let notation = value.origin.reported(value.text())?;
        let mut compiler = PhraseCompiler { lists: &self.lists, vocabulary: &mut self.vocabulary, items: 0 };
        match compiler.compile(notation) {
            Ok(phrase) => Some((phrase, compiler.items)),
            Err(error) => {
                value.origin.report(self.phrase_error(value, &error));
                None
            }
        }
    }

    fn phrase_error(&self, value: Value<'_>, error: &PhraseError) -> PackError {
        let (kind, message, help) = match error {
            PhraseError::UnknownList(name) => {
                let lists = self.root.read("lists", Value::table);
                let known: Vec<&str> =
                    lists.iter().flat_map(Table::own_names).map(|(known, _, _)| known).collect();
                let help =
                    help_for_unknown(name, known, format!("define it under [lists]: {name} = [\"…\"]"));
                (PackErrorKind::UnknownName, format!("no list has the name `{name}`"), help)
            }
            PhraseError::UnknownClass(name) => {
                let known = CLASSES.map(|(class, _)| class);
                let help = help_for_unknown(name, known, format!("write #{}", known.join(", #")));
                (PackErrorKind::UnknownName, format!("no class of words has the name `{name}`"), help)
            }
            error => {
                let (message, help) = told(error);
                (PackErrorKind::InvalidValue, message, help)
            }
        };
        value.origin.error(kind, value.span(), message, help)
    }
}

fn written<'a>(origin: &Origin<'a>, name_span: Range<usize>, value: Value<'a>) -> WrittenList<'a> {
    let entries = value.elements();
    let texts = entries.into_iter().filter(|entry| origin.reported(entry.text()).is_some());
    WrittenList { name_span, entries: texts.collect(), contains: BTreeSet::new() }
}

/// The lists among `names` that a list refers to.
fn contained<'a>(list: &WrittenList<'_>, names: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let texts = list.entries.iter().filter_map(|entry| entry.text().ok());
    let referring = texts.filter(|text| text.contains('@'));
    referring.flat_map(lists_in).filter_map(|name| names.get(name.as_str()).copied()).collect()
}

/// The lists that refer to each list.
fn containers<'a>(lists: &WrittenLists<'a>) -> HashMap<&'a str, Vec<&'a str>> {
    let mut containers: HashMap<&str, Vec<&str>> = HashMap::new();
    for (container, list) in lists {
        for contained in &list.contains {
            containers.entry(contained).or_default().push(container);
        }
    }
    containers
}

/// Reports a list without phrases, which nothing can match, and phrases that stand there twice.
fn check_entries(origin: Origin<'_>, span: &Range<usize>, entries: &[Value<'_>], name: &str) {
    if entries.is_empty() {
        origin.report(origin.invalid(
            span.clone(),
            format!("`{name}` holds no phrase, so nothing can match"),
            "write at least one phrase, or take it out",
        ));
    }
    let mut lines: HashMap<String, usize> = HashMap::new();
    for entry in entries {
        let Ok(notation) = entry.text() else { continue };
        let line = origin.line_of(&entry.span());
        if let Some(first) = lines.insert(spelt_alike(notation), line) {
            origin.report(entry.invalid(
                format!("`{notation}` stands in line {first} already"),
                "take one of them out, or correct the one that was meant otherwise",
            ));
        }
    }
}

fn cycle(origin: Origin<'_>, waiting: &WrittenLists<'_>) -> PackError {
    let path = cycle_among(waiting);
    let first = path.first().copied().unwrap_or_default();
    let span = waiting.get(first).map(|list| list.name_span.clone());
    origin.error(
        PackErrorKind::Cycle,
        span.unwrap_or_default(),
        format!("these lists contain each other: {} → {first}", path.join(" → ")),
        "take one of the references (`@name`) out",
    )
}

/// Lists of which each contains the next one and the last one the first, beginning with the first
/// in the alphabet.
fn cycle_among<'a>(waiting: &WrittenLists<'a>) -> Vec<&'a str> {
    // Every waiting list waits for another one, so that following them comes back to a list that
    // was met.
    let mut path: Vec<&'a str> = waiting.keys().next().copied().into_iter().collect();
    let mut places: HashMap<&str, usize> = path.iter().map(|name| (*name, 0)).collect();
    let next = |name: &str| waiting.get(name)?.contains.iter().find_map(|inner| waiting.get_key_value(inner));
    while let Some((&name, _)) = path.last().and_then(|last| next(last)) {
        if let Some(&start) = places.get(name) {
            let mut cycle = path.split_off(start);
            let first = cycle.iter().enumerate().min_by_key(|(_, name)| **name).map_or(0, |(index, _)| index);
            cycle.rotate_left(first);
            return cycle;
        }
        places.insert(name, path.len());
        path.push(name);
    }
    path
}

/// What is wrong with a phrase, and what to do.
fn told(error: &PhraseError) -> (String, String) {
    let (message, help) = match error {
        PhraseError::Unexpected(text) => (
            format!("`{text}` is out of place in the phrase"),
            "write words, (a|b), word?, .., @list or #class",
        ),
        PhraseError::Unclosed => ("a bracket is not closed".to_owned(), "add the missing `)`"),
        PhraseError::Empty => {
            ("the phrase holds no word".to_owned(), "write at least one word that must be said")
        }
        PhraseError::Sign { word, sign } => {
            let help = if REGULAR_EXPRESSION_SIGNS.contains(*sign) {
                "phrases are no regular expressions: write words, (a|b), word?, .., word* or =word"
            } else {
                "words are compared without signs: leave it out"
            };
            (format!("`{word}` can never be said: no word has a `{sign}` in it"), help)
        }
        PhraseError::Placeholder(text) => {
            let known = CLASSES.map(|(class, _)| class);
            let help = help_for_unknown(
                text.trim_matches(['{', '}']),
                known,
                format!("what a call fills in is written #{}", known.join(", #")),
            );
            return (
                format!("nothing is filled in for `{text}` in a phrase"),
                help.replace("mean `", "mean `#"),
            );
        }
        PhraseError::Wildcard(word) => (
            format!("`{word}` can never be said: a full stop stands for itself"),
            "phrases are no regular expressions: write word* for any ending and .. for other words",
        ),
        PhraseError::NoLetter(word) => (
            format!("`{word}` can never be said: it has no letter and no digit"),
            "words are compared without punctuation: leave it out",
        ),
        PhraseError::MixedAlphabets(word) => (
            format!("`{word}` can never be said: it has Latin and Cyrillic letters"),
            "type the word again in one alphabet",
        ),
        PhraseError::TooDeep => (
            "the phrase has too many brackets within brackets".to_owned(),
            "take brackets out, or give a part of the phrase a name under [lists]",
        ),
        // These two know the names of the pack.
        PhraseError::UnknownList(name) | PhraseError::UnknownClass(name) => {
            (format!("`{name}` is not known"), "define it")
        }
    };
    (message, help.to_owned())
}
