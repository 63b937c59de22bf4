//! Time to tell the acts of a sentence, on one core.
//!
//! `cargo bench -p etalon-acts --bench act_sentences` reads the dialogues of one
//! style of models/corpus, and reports the median and the range of several rounds.

use etalon_acts::Recognizer;
use etalon_call::{Role, Turn};
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 9;
const DIALOGUES: &str = include_str!("../../models/corpus/housing/dialogues.txt");

#[expect(clippy::print_stdout, reason = "a benchmark's result is its output")]
fn main() -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let recognizer = Recognizer::embedded()?;
    println!("reading the model: {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    let calls: Vec<Vec<Turn>> = DIALOGUES.split("\n\n").map(turns).collect();
    let sentences: usize = calls.iter().map(Vec::len).sum();
    let mut times_ms: Vec<f64> = (0..ROUNDS).map(|_| round_ms(recognizer, &calls)).collect();
    times_ms.sort_by(f64::total_cmp);
    let per_sentence = |round: usize| times_ms[round] / sentences as f64;
    println!(
        "{:.2} ms a sentence ({:.2} to {:.2}), median of {ROUNDS} rounds over {sentences} sentences",
        per_sentence(ROUNDS / 2),
        per_sentence(0),
        per_sentence(ROUNDS - 1)
    );
    Ok(())
}

/// Every sentence is a turn.
fn turns(dialogue: &str) -> Vec<Turn> {
    dialogue.lines().filter_map(turn).collect()
}

/// The sentence of `A: sentence [acts]`.
fn turn(line: &str) -> Option<Turn> {
    let (side, labelled) = line.split_once(": ")?;
    let speaker = match side {
        "A" => Role::Agent,
        "C" => Role::Client,
        _ => return None,
    };
    let (text, _) = labelled.rsplit_once(" [")?;
    Some(Turn::new(speaker, 0.0, 1.0, text.into(), "ru".to_owned(), vec![]))
}

fn round_ms(recognizer: &Recognizer, calls: &[Vec<Turn>]) -> f64 {
    let started = Instant::now();
    for call in calls {
        let mut turns = call.clone();
        recognizer.recognize(&mut turns);
        black_box(turns);
    }
    started.elapsed().as_secs_f64() * 1e3
}
