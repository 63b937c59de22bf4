//! The forms of a query's words, and the spellings of its numbers, in the turns that it finds.

use crate::matcher::phrase_spans;
use crate::query::{Expression, Item, Phrase, Query};
use crate::search::FoundTurn;
use crate::words::SpokenWords;
use etalon_rules::stem_of;
use etalon_text::normalize_word;
use std::collections::BTreeMap;

/// Most forms of a word, and spellings of a number.
const FORMS_AT_MOST: usize = 12;

/// What hits have for the words of a query.
#[derive(Debug, Default)]
pub(super) struct Forms {
    /// Per stem of the index, words of which each has another stem for rules.
    of_stems: BTreeMap<String, Vec<String>>,
    /// Per number, the rows of words that say it.
    of_numbers: BTreeMap<Vec<String>, Vec<Vec<String>>>,
}

impl Forms {
    pub(super) fn of(query: &Query, hits: &[FoundTurn]) -> Self {
        let mut forms = Self::default();
        let mut items = Vec::new();
        query.parts.iter().for_each(|part| add_items(&part.asked, &mut items));
        for item in &items {
            if let Item::Stem { stem, word } = item {
                forms.of_stems.entry(stem.clone()).or_default().push(word.clone());
            }
        }
        for hit in hits {
            let spoken = SpokenWords::of(&hit.text);
            let pieces: Vec<&str> = hit.text.split(' ').collect();
            let spelling = |word: usize| {
                let piece = spoken.words.get(word).and_then(|word| pieces.get(word.piece));
                piece.map(|piece| normalize_word(piece)).unwrap_or_default()
            };
            for item in &items {
                forms.add(item, &spoken, spelling);
            }
        }
        for words in forms.of_stems.values_mut() {
            keep_other_stems(words);
        }
        forms
    }

    fn add(&mut self, item: &Item, spoken: &SpokenWords, spelling: impl Fn(usize) -> String) {
        let phrase = Phrase { items: vec![item.clone()] };
        for span in phrase_spans(&phrase, spoken) {
            let words: Vec<String> = span.map(&spelling).collect();
            if !words.iter().all(|word| is_writable(word)) {
                continue;
            }
            match item {
                Item::Stem { stem, .. } => self.of_stems.entry(stem.clone()).or_default().extend(words),
                Item::Number(digits) => {
                    let spellings = self.of_numbers.entry(digits.clone()).or_default();
                    if !spellings.contains(&words) && spellings.len() < FORMS_AT_MOST {
                        spellings.push(words);
                    }
                }
                Item::Exact(_) | Item::Prefix(_) => {}
            }
        }
    }

    /// Words that together have every form of a stem that was met; the one that was asked for first.
    pub(super) fn words(&self, stem: &str) -> &[String] {
        self.of_stems.get(stem).map_or(&[], Vec::as_slice)
    }

    /// The rows of words that say a number; in digits where nobody has said it.
    pub(super) fn spellings(&self, digits: &[String]) -> Vec<Vec<String>> {
        let met = self.of_numbers.get(digits).cloned().unwrap_or_default();
        if met.is_empty() {
            vec![digits.iter().map(|digits| digits.replace('·', ",")).collect()]
        } else {
            met
        }
    }
}

fn add_items<'q>(asked: &'q Expression, items: &mut Vec<&'q Item>) {
    match asked {
        Expression::Phrase(phrase) => items.extend(&phrase.items),
        Expression::Near(near) => {
            items.extend(near.operands.iter().flatten().flat_map(|phrase| &phrase.items));
        }
        Expression::All(parts) | Expression::Any(parts) => {
            for part in parts {
                add_items(part, items);
            }
        }
        Expression::Not(excluded) => add_items(excluded, items),
    }
}

/// Whether a phrase of a pack can be written with a word.
fn is_writable(word: &str) -> bool {
    let has_latin = word.chars().any(|letter| letter.is_ascii_alphabetic());
    let has_cyrillic = word.chars().any(|letter| ('\u{400}'..='\u{52f}').contains(&letter));
    let is_of_word = |letter: char| letter.is_alphanumeric() || "-',".contains(letter);
    !word.is_empty() && word.chars().all(is_of_word) && !(has_latin && has_cyrillic)
}

/// Keeps one word of each stem that rules tell apart.
fn keep_other_stems(words: &mut Vec<String>) {
    let mut stems: Vec<String> = Vec::new();
    words.retain(|word| {
        let stem = stem_of(word);
        let is_new = !stems.contains(&stem) && stems.len() < FORMS_AT_MOST;
        if is_new {
            stems.push(stem);
        }
        is_new
    });
}
