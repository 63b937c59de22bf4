//! A word in its one form, with the words that it stands for.

use std::ops::Range;

/// A word of a text with its numbers in digits, and the words that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NormalizedWord {
    /// The word, or the number in digits.
    pub text: String,
    /// The range of words that say it. The parts of a telephone number share one.
    pub words: Range<usize>,
    /// Whether it is a number.
    pub is_number: bool,
}
