//! Measures how often the kind of a call is recognized from its words.
//!
//!     kinds_against_truth FILE… FOLDER…
//!
//! A file holds transcripts of machines, one a line: a kind, a colon, the text. A folder holds
//! labelled dialogues (`*.truth.json`), which are judged whole, by their first 15 seconds, and by
//! one side alone. Prints for each kind how many are right, unknown and wrong, and how well the
//! probabilities are calibrated.

#![expect(clippy::print_stdout, reason = "the table is the result")]

use etalon_call::{CallKind, Role, Word};
use etalon_eval::Truth;
use etalon_roles::kind_of_call;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

#[derive(Default)]
struct Answers {
    right: usize,
    unknown: usize,
    wrong: usize,
    /// The probability of each answer, and whether it is right.
    said: Vec<(f64, bool)>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut all: BTreeMap<String, Answers> = BTreeMap::new();
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        if path.is_dir() {
            for entry in std::fs::read_dir(&path)? {
                let path = entry?.path();
                if path.to_string_lossy().ends_with(".truth.json") {
                    dialogue(
                        &serde_json::from_slice(&std::fs::read(&path)?)?,
                        &mut all,
                        &path.to_string_lossy(),
                    );
                }
            }
            continue;
        }
        for line in std::fs::read_to_string(&path)?.lines().filter(|line| !line.starts_with('#')) {
            let Some((kind, text)) = line.split_once(": ") else { continue };
            let words = spread(text, 0.0, 0.4 * text.split_whitespace().count() as f64, f64::INFINITY);
            let found = kind_of_call(&[&words], &[]);
            count(&mut all, kind, kind, found.as_ref(), line);
        }
    }
    println!("{:<28} {:>6} {:>8} {:>6}", "", "right", "unknown", "wrong");
    let mut said: Vec<(f64, bool)> = Vec::new();
    for (name, answers) in &all {
        println!("{name:<28} {:>6} {:>8} {:>6}", answers.right, answers.unknown, answers.wrong);
        said.extend(&answers.said);
    }
    println!("\n{:>11} {:>8} {:>7} {:>6}", "said", "answers", "mean", "right");
    for bounds in [0.7, 0.8, 0.9, 0.95, 0.99, 1.01].windows(2) {
        let here: Vec<&(f64, bool)> =
            said.iter().filter(|(said, _)| (bounds[0]..bounds[1]).contains(said)).collect();
        let count = here.len().max(1) as f64;
        let mean = here.iter().map(|(said, _)| said).sum::<f64>() / count;
        let right = here.iter().filter(|(_, is_right)| *is_right).count() as f64 / count;
        println!("{:>5.2}–{:<5.2} {:>8} {mean:>7.3} {right:>6.3}", bounds[0], bounds[1].min(1.0), here.len());
    }
    Ok(())
}

/// A labelled dialogue counts as right if it is recognized as a dialogue or a third person.
fn dialogue(truth: &Truth, all: &mut BTreeMap<String, Answers>, name: &str) {
    let of = |role: Role, until_s: f64| -> Vec<Word> {
        let turns = truth.turns.iter().filter(|turn| turn.speaker == role);
        turns.flat_map(|turn| spread(turn.text.as_str(), turn.start_s, turn.end_s, until_s)).collect()
    };
    for (what, until_s) in [("dialogue", f64::INFINITY), ("dialogue, 15 s", 15.0)] {
        let said = [of(Role::Agent, until_s), of(Role::Client, until_s)];
        let found = kind_of_call(&said.each_ref().map(Vec::as_slice), &[]);
        count(all, what, "dialogue", found.as_ref(), name);
    }
    for (what, role) in [("dialogue, agent alone", Role::Agent), ("dialogue, client alone", Role::Client)] {
        let said = of(role, f64::INFINITY);
        count(all, what, "dialogue", kind_of_call(&[&said], &[]).as_ref(), name);
    }
}

fn count(all: &mut BTreeMap<String, Answers>, what: &str, kind: &str, found: Option<&CallKind>, place: &str) {
    let answers = all.entry(what.to_owned()).or_default();
    let Some(found) = found else {
        answers.unknown += 1;
        println!("unknown: {what}: {place}");
        return;
    };
    let is_right = found.name.name() == kind || (kind == "dialogue" && found.name.is_dialogue());
    answers.said.push((found.probability, is_right));
    if is_right {
        answers.right += 1;
    } else {
        answers.wrong += 1;
        println!("{} {:.3}: {what}: {place}", found.name.name(), found.probability);
    }
}

/// The words of a text, spread evenly over a time and cut off at another one.
fn spread(text: &str, start_s: f64, end_s: f64, until_s: f64) -> Vec<Word> {
    let each_s = (end_s - start_s) / text.split_whitespace().count().max(1) as f64;
    let words = text.split_whitespace().enumerate().map(|(place, word)| {
        let at_s = start_s + each_s * place as f64;
        Word::new(word, at_s, at_s + 0.9 * each_s, 1.0)
    });
    words.filter(|word| word.end_s <= until_s).collect()
}
