//! Generated conversations with known personal data: phrases with slots, filled by a seed.

mod conversation;
mod measure;
mod names;
mod numerals;
mod phrases;
mod random;
#[path = "../../../etalon-text/tests/russian_cardinals/mod.rs"]
mod russian_cardinals;
mod values;

pub(crate) use measure::Measured;

/// The phrases that the detector was written with.
pub(crate) const FIRST: &str = include_str!("first.txt");
/// The phrases that were written before it was run.
pub(crate) const SECOND: &str = include_str!("second.txt");

/// Every phrase of a set so many times, and what is found in them.
pub(crate) fn measured(text: &str, seed: u64, rounds: usize) -> Measured {
    let phrases = phrases::phrases(text);
    let mut random = random::Random::new(seed);
    let mut measured = Measured::default();
    for _ in 0..rounds {
        for phrase in &phrases {
            measured.add(&phrase.conversation(&mut random));
        }
    }
    measured
}
