//! Measures the model of sides on conversations that it was not trained on.
//!
//!     sides_held_out
//!
//! Cross-validates over five parts of the conversations in `corpus/`. Prints how many sentences and
//! conversations get the right sides, and the factor by which the sum of a conversation's sentences
//! (at most 2 each) must be multiplied to give the log odds that fit best.

#![expect(clippy::print_stdout, reason = "the numbers are the result")]

use etalon_roles::{CONVERSATIONS, SentenceModel};
use etalon_sentence::{Encoder, SentenceError};

const PARTS: usize = 5;
const SENTENCE_TELLS_AT_MOST: f64 = 2.0;

fn main() -> Result<(), SentenceError> {
    let encoder = Encoder::embedded()?;
    let blocks = CONVERSATIONS.iter().flat_map(|text| text.split("\n\n"));
    let conversations: Vec<Vec<(bool, &str)>> = blocks.map(lines).filter(|lines| !lines.is_empty()).collect();
    let (mut right, mut all, mut sums) = (0, 0, Vec::new());
    for part in 0..PARTS {
        let is_here = |number: &usize| number % PARTS == part;
        let numbered = || conversations.iter().enumerate();
        let others =
            numbered().filter(|(number, _)| !is_here(number)).flat_map(|(_, lines)| lines.iter().copied());
        let model = SentenceModel::learn_from(others, encoder);
        for (_, lines) in numbered().filter(|(number, _)| is_here(number)) {
            let mut sum = 0.0;
            for (is_agent, line) in lines {
                for log_odds in model.judge(line, encoder) {
                    let for_truth = if *is_agent { log_odds } else { -log_odds };
                    right += usize::from(for_truth > 0.0);
                    all += 1;
                    sum += for_truth.clamp(-SENTENCE_TELLS_AT_MOST, SENTENCE_TELLS_AT_MOST);
                }
            }
            let has_both =
                lines.iter().any(|(is_agent, _)| *is_agent) && lines.iter().any(|(is_agent, _)| !is_agent);
            sums.extend(has_both.then_some(sum));
        }
    }
    let loss = |factor: f64| sums.iter().map(|sum| (-factor * sum).exp().ln_1p()).sum::<f64>();
    let best = (1..=40)
        .map(|step| 0.05 * f64::from(step))
        .min_by(|left, right| loss(*left).total_cmp(&loss(*right)));
    println!("sentences      {right} of {all} right");
    println!("conversations  {} of {} right", sums.iter().filter(|sum| **sum > 0.0).count(), sums.len());
    println!("best factor    {:.2}", best.unwrap_or_default());
    Ok(())
}

/// The lines of a conversation; true for the company's side.
fn lines(conversation: &str) -> Vec<(bool, &str)> {
    let lines = conversation.lines().filter_map(|line| line.split_once(": "));
    lines.filter(|(side, _)| matches!(*side, "A" | "C")).map(|(side, line)| (side == "A", line)).collect()
}
