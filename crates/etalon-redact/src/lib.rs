//! Finds personal data in what was said.
//!
//! [`find`] looks through the turns of a call, [`find_in_text`] through a text: card numbers,
//! telephone numbers, passports, СНИЛС, ИИН, e-mail addresses, addresses, dates of birth and
//! surnames, written in digits or said in words, in Russian, Kazakh and English. Numbers are read
//! by `etalon-text`.
//!
//! - Each side's words are one stream. Digits that are dictated over several turns are one number,
//!   whatever the other side says meanwhile, and what the other side repeats of them is found too.
//! - A number is of a kind by its check digits, by its form, or by what was asked for: the nearest
//!   word before it that names a number («карта», «договор») decides. After «номер карты», digits
//!   are a card though their sum is wrong: a recognizer mishears digits.
//! - A date is one of birth where «родился», «дата рождения» and the like stand beside it.
//!
//! [`redact`] takes what is found out of a call and says which stretches of its recording must not
//! be heard; [`redacted_text`] does so with a text.
//!
//! The lists in `lexicons/` hold what the detector knows of words.

#![forbid(unsafe_code)]

mod addresses;
mod birth_dates;
mod checks;
mod conversation;
mod cues;
mod dictated;
mod emails;
mod find;
mod finding;
mod found;
mod lexicon;
mod muted;
mod names;
mod numbers;
mod redact;
mod runs;
mod surnames;
mod text;

pub use find::find;
pub use finding::{Finding, Place};
pub use redact::{VERSION, redact};
pub use text::{TextFinding, find_in_text, redacted_text};

/// The lists inside the program.
pub const EMBEDDED: &[&str] = lexicon::EMBEDDED;
