//! All words that a pack looks for, each once, and which of them a word of a call can be.

use crate::text::words::{Spelling, WordPattern};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

/// The number of a word pattern in its pack's [`Vocabulary`].
pub(crate) type WordId = usize;

/// The patterns that a word can be, in the order of their numbers.
pub(crate) type Meanings = Arc<[Meaning]>;

/// A pattern that a word of a call can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub(crate) word: WordId,
    /// What it costs to take the one for the other; 0 for the word itself.
    pub(crate) cost: u8,
    /// Whether the word is written so, or only misspelt.
    pub(crate) is_as_written: bool,
}

/// Words cached for each pack. Calls share most of their words, so nearly every word has been met
/// before.
const CACHED_WORDS: usize = 200_000;

/// All word patterns of a pack, each once.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    patterns: Vec<WordPattern>,
    ids: HashMap<WordPattern, WordId>,
    known: HashSet<String>,
    known_stems: HashSet<String>,
    cached: RwLock<HashMap<String, Meanings>>,
}

impl Vocabulary {
    /// The number of patterns.
    pub(crate) fn len(&self) -> usize {
        self.patterns.len()
    }

    /// How a pattern is written, without its signs.
    pub(crate) fn letters(&self, word: WordId) -> &str {
        self.patterns.get(word).map_or("", WordPattern::letters)
    }

    /// The pattern's number; a new pattern gets the next one.
    pub(crate) fn id(&mut self, pattern: WordPattern) -> WordId {
        *self.ids.entry(pattern).or_insert_with_key(|pattern| {
            match pattern {
                WordPattern::Exact { letters, .. } => drop(self.known.insert(letters.clone())),
                WordPattern::Stem { stem, .. } => drop(self.known_stems.insert(stem.clone())),
                WordPattern::Prefix { .. } | WordPattern::Infix { .. } => {}
            }
            self.patterns.push(pattern.clone());
            self.patterns.len() - 1
        })
    }

    /// What a word of a call can be, in the order of the patterns' numbers.
    ///
    /// The answer depends on the word alone, so remembering it changes nothing but the time it
    /// takes.
    pub(crate) fn meanings(&self, word: &Spelling) -> Meanings {
        let cached = self.cached.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(meanings) = cached.get(&word.letters) {
            return Arc::clone(meanings);
        }
        drop(cached);
        let meanings = self.compare(word);
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        if cached.len() < CACHED_WORDS {
            cached.insert(word.letters.clone(), Arc::clone(&meanings));
        }
        meanings
    }

    fn compare(&self, word: &Spelling) -> Meanings {
        // A word that the pack has itself is no other word misheard.
        let is_known = self.known.contains(&word.letters) || self.known_stems.contains(&word.stem);
        let meaning = |(id, pattern): (WordId, &WordPattern)| {
            if pattern.is(word) {
                return Some(Meaning { word: id, cost: 0, is_as_written: true });
            }
            let cost = pattern.cost_as_misheard(word).filter(|_| !is_known)?;
            Some(Meaning { word: id, cost, is_as_written: pattern.is_misspelt_in(word) })
        };
        self.patterns.iter().enumerate().filter_map(meaning).collect()
    }
}
