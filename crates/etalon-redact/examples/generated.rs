//! Prints how much personal data is found in generated conversations, and how much of what is found
//! is none.
//!
//! `cargo run --release -p etalon-redact --example generated -- [SEED] [ROUNDS] [--mistakes]`

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement that people run")]

#[path = "../tests/generated/mod.rs"]
mod generated;

use generated::{FIRST, Measured, SECOND, measured};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<u64> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let seed = numbers.first().copied().unwrap_or(1);
    let rounds = numbers.get(1).copied().unwrap_or(40) as usize;
    for (name, phrases) in [("first", FIRST), ("second", SECOND)] {
        let Measured { by_kind, missed, invented } = measured(phrases, seed, rounds);
        println!(
            "{name} set\n{:<11} {:>8} {:>7} {:>7} {:>9}",
            "kind", "entities", "recall", "hidden", "precision"
        );
        for (kind, counts) in by_kind {
            println!(
                "{:<11} {:>8} {:>7.4} {:>7.4} {:>9.4}",
                kind.name(),
                counts.entities,
                counts.recall(),
                counts.hidden as f64 / counts.entities.max(1) as f64,
                counts.precision()
            );
        }
        if arguments.iter().any(|argument| argument == "--mistakes") {
            for (what, mistakes) in [("missed", missed), ("invented", invented)] {
                for (kind, text) in mistakes {
                    println!("{what} {}: {text}", kind.name());
                }
            }
        }
    }
}
