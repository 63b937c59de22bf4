//! Learns which side of a service call says what, and prints the numbers of
//! `lexicons/sides.weights`.
//!
//!     cargo run -p etalon-diarize --example learn_sides > crates/etalon-diarize/lexicons/sides.weights

#![expect(clippy::print_stdout, reason = "the numbers are the result")]

use etalon_roles::learn_sides;
use etalon_sentence::{Encoder, SentenceError};

fn main() -> Result<(), SentenceError> {
    print!("{}", learn_sides(Encoder::embedded()?).as_text());
    Ok(())
}
