//! Trains the models of machine kinds and prints `lexicons/kinds.weights`.
//!
//!     cargo run -p etalon-roles --example learn_kinds > crates/etalon-roles/lexicons/kinds.weights

#![expect(clippy::print_stdout, reason = "the numbers are the result")]

use etalon_roles::{learn_kinds, learned_kinds_as_text};
use etalon_sentence::{Encoder, SentenceError};

fn main() -> Result<(), SentenceError> {
    print!("{}", learned_kinds_as_text(&learn_kinds(Encoder::embedded()?)));
    Ok(())
}
