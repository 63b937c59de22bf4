//! Personal data in generated conversations with known truth: recall and precision of every kind.
//!
//! `cargo run -p etalon-redact --example generated -- [SEED] [ROUNDS] [--mistakes]` prints the table.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod generated;

use generated::{Measured, measured};

/// Conversations of each line.
const ROUNDS: usize = 40;
const RECALL_MIN: f64 = 0.98;
const PRECISION_MIN: f64 = 0.9;

fn check(phrases: &str, seed: u64) {
    let Measured { by_kind, missed, invented } = measured(phrases, seed, ROUNDS);
    for kind in etalon_call::PersonalDataKind::ALL {
        let counts = by_kind[&kind];
        let missed: Vec<_> = missed.iter().filter(|(of, _)| *of == kind).take(5).collect();
        let invented: Vec<_> = invented.iter().filter(|(of, _)| *of == kind).take(5).collect();
        assert!(counts.entities >= 50, "{kind:?}: too few to measure");
        assert!(counts.recall() >= RECALL_MIN, "{kind:?}: recall {:.3}: {missed:#?}", counts.recall());
        assert!(
            counts.precision() >= PRECISION_MIN,
            "{kind:?}: precision {:.3}: {invented:#?}",
            counts.precision()
        );
    }
}

#[test]
fn personal_data_is_found() {
    check(generated::FIRST, 1);
}

#[test]
fn personal_data_is_found_in_phrases_that_the_detector_was_not_written_for() {
    check(generated::SECOND, 2);
}
