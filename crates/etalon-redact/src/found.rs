use etalon_call::PersonalDataKind;
use std::ops::Range;

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
}
