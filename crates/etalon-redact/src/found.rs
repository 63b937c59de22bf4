use crate::conversation::Conversation;
use etalon_call::PersonalDataKind;
use std::ops::{Range, RangeInclusive};

/// Personal data in the stream of one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: PersonalDataKind,
    pub(crate) side: usize,
    /// The words of the side.
    pub(crate) words: Range<usize>,
    /// The digits of a number; empty for anything else.
    pub(crate) digits: String,
}

impl Found {
    /// Something that is no number.
    pub(crate) fn new(kind: PersonalDataKind, side: usize, words: Range<usize>) -> Self {
        Self { kind, side, words, digits: String::new() }
    }

    /// The lines from the first in which it is said to the last.
    pub(crate) fn lines(&self, conversation: &Conversation<'_>) -> RangeInclusive<usize> {
        let words = &conversation.sides[self.side].words;
        words[self.words.start].line..=words[self.words.end - 1].line
    }

    /// Whether it has some of these words of its side.
    pub(crate) fn overlaps(&self, words: &Range<usize>) -> bool {
        self.words.start < words.end && words.start < self.words.end
    }
}
