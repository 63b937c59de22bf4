//! The phrases and lists of a pack.

use super::PackParser;
use crate::language::document::Value;
use crate::language::error::{PackError, PackErrorKind};
use crate::language::phrase::{Item, Phrase, PhraseCompiler, PhraseError, count_of_items, lists_in};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Words and other items that a list may have, those of the lists inside it included.
const LARGEST_LIST: usize = 200_000;

impl PackParser<'_> {
    /// Compiles the lists, each after those that it contains.
    pub(super) fn read_lists(&mut self) -> Result<(), PackError> {
        let Some(value) = self.root.get("lists") else { return Ok(()) };
        let table = value.table()?;
        let mut waiting: BTreeMap<&str, (std::ops::Range<usize>, Vec<Value<'_>>)> =
            table.own_names().map(|(name, span, value)| (name, (span, value.elements()))).collect();
        while !waiting.is_empty() {
            let mut ready = None;
            for (name, (_, entries)) in &waiting {
                if !is_waiting_for(entries, &waiting)? {
                    ready = Some(*name);
                    break;
                }
            }
            let Some(name) = ready else { return Err(self.cycle(&waiting)) };
            let (span, entries) = waiting.remove(name).unwrap_or_default();
            let mut phrases = Vec::new();
            for entry in entries {
                phrases.push(self.items(entry)?);
            }
            if count_of_items(&phrases) > LARGEST_LIST {
                return Err(table.origin.error(
                    PackErrorKind::InvalidValue,
                    span,
                    format!("the list `{name}` has more than {LARGEST_LIST} words with those of its lists"),
                    "refer to fewer lists (`@name`) in it",
                ));
            }
            self.lists.insert(name.to_owned(), phrases);
        }
        Ok(())
    }

    pub(super) fn cycle(
        &self,
        waiting: &BTreeMap<&str, (std::ops::Range<usize>, Vec<Value<'_>>)>,
    ) -> PackError {
        let path = cycle_among(waiting);
        let span = path.first().and_then(|name| waiting.get(name)).map(|(span, _)| span.clone());
        let first = path.first().copied().unwrap_or_default();
        self.root.origin.error(
            PackErrorKind::Cycle,
            span.unwrap_or_default(),
            format!("these lists contain each other: {} → {first}", path.join(" → ")),
            "take one of the references (`@name`) out",
        )
    }

    pub(super) fn items(&mut self, value: Value<'_>) -> Result<Vec<Item>, PackError> {
        let notation = value.text()?;
        let mut compiler = PhraseCompiler { lists: &self.lists, vocabulary: &mut self.vocabulary };
        compiler.items(notation).map_err(|error| phrase_error(value, &error))
    }

    pub(super) fn phrases(&mut self, values: &[Value<'_>]) -> Result<Vec<Phrase>, PackError> {
        values.iter().map(|&value| self.phrase(value)).collect()
    }

    /// The phrases of a value, compiled once however many rules write the same ones.
    pub(super) fn shared_phrases(&mut self, value: Value<'_>) -> Result<Arc<[Phrase]>, PackError> {
        if let Some(known) = self.phrases.get(value.written()) {
            return Ok(Arc::clone(known));
        }
        let phrases: Arc<[Phrase]> = self.phrases(&value.elements())?.into();
        self.phrases.insert(value.written().to_owned(), Arc::clone(&phrases));
        Ok(phrases)
    }

    pub(super) fn phrase(&mut self, value: Value<'_>) -> Result<Phrase, PackError> {
        let notation = value.text()?;
        let mut compiler = PhraseCompiler { lists: &self.lists, vocabulary: &mut self.vocabulary };
        compiler.compile(notation).map_err(|error| phrase_error(value, &error))
    }
}

/// Lists of which each contains the next one and the last one the first, beginning with the first
/// in the alphabet.
fn cycle_among<'a>(waiting: &BTreeMap<&'a str, (std::ops::Range<usize>, Vec<Value<'_>>)>) -> Vec<&'a str> {
    // Every waiting list waits for another one, so that following them comes back to a list that
    // was met.
    let next = |name: &str| -> Option<&'a str> {
        let (_, entries) = waiting.get(name)?;
        let texts = entries.iter().filter_map(|entry| entry.text().ok());
        let mut inside = texts.flat_map(lists_in);
        inside.find_map(|name| waiting.get_key_value(name.as_str()).map(|(name, _)| *name))
    };
    let mut path: Vec<&'a str> = waiting.keys().next().copied().into_iter().collect();
    while let Some(name) = path.last().and_then(|last| next(last)) {
        if let Some(start) = path.iter().position(|met| *met == name) {
            let mut cycle = path.split_off(start);
            let first = cycle.iter().enumerate().min_by_key(|(_, name)| **name).map_or(0, |(index, _)| index);
            cycle.rotate_left(first);
            return cycle;
        }
        path.push(name);
    }
    path
}

/// Whether a list refers to one that is not compiled yet.
fn is_waiting_for(
    entries: &[Value<'_>],
    waiting: &BTreeMap<&str, (std::ops::Range<usize>, Vec<Value<'_>>)>,
) -> Result<bool, PackError> {
    for entry in entries {
        if lists_in(entry.text()?).iter().any(|name| waiting.contains_key(name.as_str())) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn phrase_error(value: Value<'_>, error: &PhraseError) -> PackError {
    let (kind, message, help) = match error {
        PhraseError::Unexpected(text) => (
            PackErrorKind::InvalidValue,
            format!("`{text}` is out of place in the phrase"),
            "write words, (a|b), word?, .., @list or #class",
        ),
        PhraseError::Unclosed => {
            (PackErrorKind::InvalidValue, "a bracket is not closed".to_owned(), "add the missing `)`")
        }
        PhraseError::Empty => (
            PackErrorKind::InvalidValue,
            "the phrase holds no word".to_owned(),
            "write at least one word that must be said",
        ),
        PhraseError::UnknownList(name) => {
            (PackErrorKind::UnknownName, format!("no list has the name `{name}`"), "define it under [lists]")
        }
        PhraseError::Sign { word, sign } => (
            PackErrorKind::InvalidValue,
            format!("`{word}` can never be said: no word has a `{sign}` in it"),
            "phrases are no regular expressions: write words, (a|b), word?, .., word* or =word",
        ),
        PhraseError::MixedAlphabets(word) => (
            PackErrorKind::InvalidValue,
            format!("`{word}` can never be said: it has Latin and Cyrillic letters"),
            "type the word again in one alphabet",
        ),
        PhraseError::TooDeep => (
            PackErrorKind::InvalidValue,
            "the phrase has too many brackets within brackets".to_owned(),
            "take brackets out, or give a part of the phrase a name under [lists]",
        ),
        PhraseError::UnknownClass(name) => (
            PackErrorKind::UnknownName,
            format!("no class of words has the name `{name}`"),
            "write #number, #name, #company, #agent_name or #agent_full_name",
        ),
    };
    value.origin.error(kind, value.span(), message, help)
}
