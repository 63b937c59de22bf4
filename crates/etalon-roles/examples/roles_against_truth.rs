//! Measures how often the agent is found from the words of labelled dialogues.
//!
//!     roles_against_truth FOLDER…
//!
//! Every `*.truth.json` is judged by its text alone: whole and its beginning, with both sides, with
//! one alone, and with other manners. Prints how many roles are right, unknown and wrong, and how
//! well the probabilities are calibrated.

#![expect(clippy::print_stdout, reason = "the table is the result")]

use etalon_call::{Role, Word};
use etalon_eval::Truth;
use etalon_roles::{CallContext, guess_agent};
use std::error::Error;
use std::path::{Path, PathBuf};

/// Beginnings of a call, seconds.
const BEGINNINGS_S: [f64; 4] = [8.0, 15.0, 30.0, f64::INFINITY];

/// Prefixes that make an agent rude; none of them is in the list of manners.
const RUDE: [&str; 8] = [
    "ты вообще соображаешь,",
    "не морочь мне голову,",
    "хватит ныть,",
    "какой же ты тугой,",
    "я с кем разговариваю,",
    "ну и бред,",
    "you people are unbelievable,",
    "quit whining,",
];

/// Prefixes that make a client very polite; none of them is in the list of manners.
const POLITE: [&str; 6] = [
    "с большим удовольствием,",
    "очень вам признательна,",
    "не сочтите за труд,",
    "если позволите,",
    "i would be grateful,",
    "that is very kind of you,",
];

/// Greetings, thanks and pleas that are removed from one side.
const COURTESIES: [&str; 14] = [
    "здравствуйте",
    "добрый",
    "день",
    "вечер",
    "утро",
    "пожалуйста",
    "спасибо",
    "благодарю",
    "извините",
    "простите",
    "свидания",
    "please",
    "thank",
    "сәлеметсіз",
];

/// How the manners of the speakers are changed.
#[derive(Clone, Copy, PartialEq)]
enum Manners {
    AsTheyAre,
    /// The agent insults, the client pleads.
    RudeAgent,
    /// The agent uses no courtesies, the client one before every turn.
    Swapped,
}

/// Counts of the answers, and their probabilities.
#[derive(Default)]
struct Answers {
    right: usize,
    unknown: usize,
    wrong: usize,
    /// The probability of the true hypothesis.
    of_truth: Vec<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut truths = Vec::new();
    for folder in std::env::args_os().skip(1) {
        for path in labelled(Path::new(&folder))? {
            let truth: Truth = serde_json::from_slice(&std::fs::read(&path)?)?;
            truths.push((path, truth));
        }
    }
    let mut all = Answers::default();
    println!("{} dialogues\n", truths.len());
    println!("{:<16} {:>9} {:>6} {:>8} {:>6} {:>7}", "", "seconds", "right", "unknown", "wrong", "Brier");
    let manners = [
        ("both sides", Manners::AsTheyAre),
        ("rude agent", Manners::RudeAgent),
        ("courtesy swapped", Manners::Swapped),
    ];
    for (name, manners) in manners {
        for beginning_s in BEGINNINGS_S {
            let mut answers = Answers::default();
            for (path, truth) in &truths {
                let said = [Role::Agent, Role::Client].map(|role| words(truth, role, beginning_s, manners));
                if said.iter().all(Vec::is_empty) {
                    continue;
                }
                let guess = guess_agent(&said.each_ref().map(Vec::as_slice), &CallContext::default());
                if guess.agent() == Some(1) {
                    println!("wrong: {} ({name}, {beginning_s} s)", path.display());
                }
                answers.add(guess.probabilities[0], guess.agent().map(|agent| agent == 0));
            }
            answers.print(name, beginning_s);
            all.of_truth.append(&mut answers.of_truth);
        }
    }
    for (name, role) in [("agent alone", Role::Agent), ("client alone", Role::Client)] {
        for beginning_s in BEGINNINGS_S {
            let mut answers = Answers::default();
            for (path, truth) in &truths {
                let said = words(truth, role, beginning_s, Manners::AsTheyAre);
                if said.is_empty() {
                    continue;
                }
                let guess = guess_agent(&[&said], &CallContext::default());
                let is_agent = role == Role::Agent;
                let probability =
                    if is_agent { guess.probabilities[0] } else { 1.0 - guess.probabilities[0] };
                let known = guess.agent().is_some() || guess.is_not_agent(0);
                let is_right = known.then(|| guess.agent().is_some() == is_agent);
                if is_right == Some(false) {
                    println!("wrong: {} ({name}, {beginning_s} s)", path.display());
                }
                answers.add(probability, is_right);
            }
            answers.print(name, beginning_s);
            all.of_truth.append(&mut answers.of_truth);
        }
    }
    all.print_reliability();
    Ok(())
}

fn labelled(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.to_string_lossy().ends_with(".truth.json"));
    paths.sort();
    Ok(paths)
}

/// The words of one side until a time; each takes time in proportion to its letters.
fn words(truth: &Truth, role: Role, until_s: f64, manners: Manners) -> Vec<Word> {
    let mut words = Vec::new();
    for (number, turn) in truth.turns.iter().filter(|turn| turn.speaker == role).enumerate() {
        let mut texts: Vec<&str> = turn.text.as_str().split_whitespace().collect();
        let letters: usize = texts.iter().map(|text| text.chars().count() + 1).sum();
        let seconds_a_letter = (turn.end_s - turn.start_s) / letters.max(1) as f64;
        let mut start_s = turn.start_s;
        let mut in_time = 0;
        for text in &texts {
            start_s += seconds_a_letter * (text.chars().count() + 1) as f64;
            in_time += usize::from(start_s <= until_s);
        }
        texts.truncate(in_time);
        let said = with_manners(&texts, role, number, manners);
        let each_s = (turn.end_s - turn.start_s) / said.len().max(1) as f64;
        words.extend(said.iter().enumerate().map(|(place, text)| {
            let start_s = turn.start_s + each_s * place as f64;
            Word::new(*text, start_s, start_s + 0.9 * each_s, 1.0)
        }));
    }
    words
}

fn with_manners<'a>(texts: &[&'a str], role: Role, number: usize, manners: Manners) -> Vec<&'a str> {
    let plain = |text: &&&str| {
        let word = text.to_lowercase();
        let word = word.trim_matches(|letter: char| !letter.is_alphabetic());
        !COURTESIES.contains(&word)
    };
    let before = match (manners, role) {
        (Manners::AsTheyAre, _) => return texts.to_vec(),
        (Manners::RudeAgent, Role::Agent) => RUDE[number % RUDE.len()],
        (Manners::RudeAgent, _) => POLITE[number % POLITE.len()],
        (Manners::Swapped, Role::Agent) => "",
        (Manners::Swapped, _) => ["Добрый день,", "Будьте добры,", "Спасибо,"][number % 3],
    };
    let kept: Vec<&str> =
        if role == Role::Agent { texts.iter().filter(plain).copied().collect() } else { texts.to_vec() };
    if kept.is_empty() { kept } else { before.split_whitespace().chain(kept).collect() }
}

impl Answers {
    fn add(&mut self, probability: f64, is_right: Option<bool>) {
        match is_right {
            Some(true) => self.right += 1,
            Some(false) => self.wrong += 1,
            None => self.unknown += 1,
        }
        self.of_truth.push(probability);
    }

    fn print(&self, name: &str, beginning_s: f64) {
        let brier: f64 = self.of_truth.iter().map(|probability| (1.0 - probability).powi(2)).sum();
        let seconds = if beginning_s.is_finite() { format!("{beginning_s:.0}") } else { "all".to_owned() };
        let brier = brier / self.of_truth.len().max(1) as f64;
        let Self { right, unknown, wrong, .. } = self;
        println!("{name:<16} {seconds:>9} {right:>6} {unknown:>8} {wrong:>6} {brier:>7.3}");
    }

    /// Prints the calibration: the stated probabilities and how often they were true.
    fn print_reliability(&self) {
        println!("\n{:>11} {:>8} {:>9} {:>6}", "said", "answers", "mean", "true");
        let bounds = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0 + f64::EPSILON];
        let mut error = 0.0;
        for bound in bounds.windows(2) {
            let sure = self.of_truth.iter().map(|&truth| (truth.max(1.0 - truth), truth >= 0.5));
            let here: Vec<(f64, bool)> =
                sure.filter(|(said, _)| (bound[0]..bound[1]).contains(said)).collect();
            let count = here.len().max(1) as f64;
            let mean = here.iter().map(|(said, _)| said).sum::<f64>() / count;
            let share = here.iter().filter(|(_, is_true)| *is_true).count() as f64 / count;
            error += (mean - share).abs() * here.len() as f64 / self.of_truth.len().max(1) as f64;
            println!(
                "{:>5.2}–{:<5.2} {:>8} {mean:>9.3} {share:>6.3}",
                bound[0],
                bound[1].min(1.0),
                here.len()
            );
        }
        println!("expected calibration error {error:.3}");
    }
}
