//! Trains the model of the sides of a service call and prints `lexicons/sides.weights`.
//!
//!     cargo run -p etalon-roles --example learn_sides > crates/etalon-roles/lexicons/sides.weights

#![expect(clippy::print_stdout, reason = "the numbers are the result")]

use etalon_roles::learn_sides;
use etalon_sentence::{Encoder, SentenceError};

fn main() -> Result<(), SentenceError> {
    print!("{}", learn_sides(Encoder::embedded()?).as_text());
    Ok(())
}
