//! Learning which side says what.

use super::{SideModel, ends_sentence};
use etalon_meaning::{Encoder, Meaning};

/// Weight of the ridge that keeps the regression from learning the corpus by heart.
const RIDGE: f64 = 1.0;

/// The regression is found when no part of its slope is larger.
const SLOPE_AT_MOST: f64 = 1e-4;

/// Steps after which it is taken as it is.
const STEPS_AT_MOST: usize = 20_000;

impl SideModel {
    /// Learns from a corpus: lines that begin with `A:` are the company's, with `C:` the client's, all others are left out.
    pub fn learn(corpus: &str, encoder: &Encoder) -> Self {
        let lines = corpus.lines().filter_map(|line| line.split_once(": "));
        let mut said: Vec<(bool, String)> = lines
            .filter(|(side, _)| matches!(*side, "A" | "C"))
            .flat_map(|(side, line)| parts(line).into_iter().map(move |part| (side == "A", part)))
            .collect();
        said.sort();
        said.dedup();
        let texts: Vec<&str> = said.iter().map(|(_, text)| text.as_str()).collect();
        let meanings = encoder.encode(&texts);
        let agents = said.iter().filter(|(is_agent, _)| *is_agent).count();
        let share = |count: usize| said.len() as f64 / (2.0 * count.max(1) as f64);
        let (agent_weight, client_weight) = (share(agents), share(said.len() - agents));
        let examples: Vec<Example<'_>> = said
            .iter()
            .zip(&meanings)
            .map(|((is_agent, _), meaning)| Example {
                meaning,
                is_agent: f64::from(u8::from(*is_agent)),
                weight: if *is_agent { agent_weight } else { client_weight },
            })
            .collect();
        descend(&examples)
    }
}

/// A sentence of the corpus.
struct Example<'a> {
    meaning: &'a Meaning,
    is_agent: f64,
    weight: f64,
}

/// The regression with the smallest loss: steps down its slope with momentum (Nesterov 1983).
fn descend(examples: &[Example<'_>]) -> SideModel {
    let width = examples.first().map_or(0, |example| example.meaning.values().len());
    // Meanings have the length one, so this is the steepest that the slope can change.
    let steepness = RIDGE + examples.iter().map(|example| example.weight).sum::<f64>() / 2.0;
    let mut model = SideModel { weights: vec![0.0; width], bias: 0.0 };
    let mut ahead = model.clone();
    for step in 0..STEPS_AT_MOST {
        let slope = slope(&ahead, examples);
        let next = SideModel {
            weights: ahead
                .weights
                .iter()
                .zip(&slope.weights)
                .map(|(at, slope)| at - slope / steepness)
                .collect(),
            bias: ahead.bias - slope.bias / steepness,
        };
        let momentum = step as f64 / (step as f64 + 3.0);
        let further = |next: f64, before: f64| next + momentum * (next - before);
        ahead = SideModel {
            weights: next
                .weights
                .iter()
                .zip(&model.weights)
                .map(|(next, before)| further(*next, *before))
                .collect(),
            bias: further(next.bias, model.bias),
        };
        model = next;
        if slope.weights.iter().chain([&slope.bias]).all(|part| part.abs() < SLOPE_AT_MOST) {
            break;
        }
    }
    model
}

/// How the loss changes with each number of a model.
fn slope(model: &SideModel, examples: &[Example<'_>]) -> SideModel {
    let mut slope =
        SideModel { weights: model.weights.iter().map(|weight| RIDGE * weight).collect(), bias: 0.0 };
    for Example { meaning, is_agent, weight } in examples {
        let error = weight * (1.0 / (1.0 + (-model.log_odds(meaning)).exp()) - is_agent);
        for (slope, value) in slope.weights.iter_mut().zip(meaning.values()) {
            *slope += error * f64::from(*value);
        }
        slope.bias += error;
    }
    slope
}

/// The sentences of a line.
fn parts(line: &str) -> Vec<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.chunk_by(|one, _| !ends_sentence(one)).map(|part| part.join(" ")).collect()
}
