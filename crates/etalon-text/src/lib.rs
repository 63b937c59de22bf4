//! Normalizes words for rules and scorers: one spelling, one form of numbers. Says where sentences
//! end, and cuts text into the word pieces of models.
//!
//! A person writes «сорок две тысячи» where a recogniser writes «42 000» or «42 тыс.»; both become
//! `42000`. A spoken number has one form, whoever wrote it and however: [`normalized`] is
//! idempotent, and the rules for adjacent numbers are the same for words and digits.
//!
//! | written | becomes |
//! |---|---|
//! | «двенадцать тысяч пятьсот», «12 тысяч 500», «12 500 рублей», «12,500» | `12500` |
//! | «двадцать пятого», «25-го», «20 пятого» | `25` |
//! | «полторы тысячи», «1,5 тысячи», «две с половиной» | `1500`, `1500`, `2,5` |
//! | «восемь семьсот один», «8 701», «8-701» | `8` `701` |
//! | «ноль семь», «07» | `0` `7` |
//! | «10:30», «05.12.2026» | `10` `30`, `5` `12` `2026` |
//!
//! See [`numbers_to_digits`] for the rules. [`telephone`] gives numbers by which somebody is called
//! their one form.

#![forbid(unsafe_code)]

mod digit_groups;
mod listed;
mod normalized_word;
mod number;
mod numbers;
mod phrases;
mod pieces;
mod sentence_end;
pub mod telephone;
mod tokens;
mod vocabulary;
mod written;

pub use listed::ListedWord;
pub use normalized_word::NormalizedWord;
pub use numbers::{SpokenNumber, numbers_in, numbers_in_digits, numbers_to_digits};
pub use phrases::{ListedPhrase, listed_phrases};
pub use pieces::{Piece, PieceVocabulary};
pub use sentence_end::ends_sentence;
pub use tokens::{normalize_word, tokens};

/// The words of a text with its numbers in digits: [`tokens`], then [`numbers_to_digits`].
///
/// Idempotent: the result, joined with spaces, gives itself.
pub fn normalized(text: &str) -> Vec<String> {
    numbers_to_digits(&tokens(text))
}
