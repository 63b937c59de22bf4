//! Trains a sentence model on examples.

use super::{SentenceModel, WORDING_LENGTH, is_kazakh, wording};
use etalon_sentence::Encoder;
use std::collections::{BTreeMap, BTreeSet};

/// Weight of the ridge, which prevents overfitting to the corpus.
const RIDGE: f64 = 1.0;

/// Training ends when no component of the gradient is larger …
const SLOPE_AT_MOST: f64 = 1e-3;

/// … or after so many steps.
const STEPS_AT_MOST: usize = 20_000;

/// The least number of sentences with a feature.
const SENTENCES_MIN: usize = 2;

/// Features with a smaller weight are left out of the model.
const SIGN_MIN_WEIGHT: f64 = 0.05;

impl SentenceModel {
    /// Trains on sentences without manners: those of the kind, with true, and others. The same
    /// sentences give the same model.
    pub(crate) fn learn(said: &BTreeSet<(bool, String)>, encoder: &Encoder) -> Self {
        let signs: Vec<BTreeSet<String>> = said.iter().map(|(_, text)| wording::signs(text)).collect();
        let known = frequent(&signs);
        let examples = examples(said, &signs, &known, encoder);
        let Weights { meaning, wording, bias } = descend(&examples, known.len());
        let wording = known.into_iter().map(|(sign, place)| (sign.to_owned(), wording[place]));
        let wording = wording.filter(|(_, weight)| weight.abs() >= SIGN_MIN_WEIGHT).collect();
        Self { meaning, wording, bias }
    }
}

/// The features of several sentences, each with its index.
fn frequent(signs: &[BTreeSet<String>]) -> BTreeMap<&str, usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for sign in signs.iter().flatten() {
        *counts.entry(sign).or_default() += 1;
    }
    counts.retain(|_, count| *count >= SENTENCES_MIN);
    counts.into_keys().enumerate().map(|(place, sign)| (sign, place)).collect()
}

/// A sentence of the corpus.
struct Example {
    meaning: Vec<f64>,
    /// The indices of its features, and the value of each of them.
    signs: Vec<usize>,
    share: f64,
    is_of_kind: f64,
    weight: f64,
}

fn examples(
    said: &BTreeSet<(bool, String)>,
    signs: &[BTreeSet<String>],
    known: &BTreeMap<&str, usize>,
    encoder: &Encoder,
) -> Vec<Example> {
    let texts: Vec<&str> = said.iter().map(|(_, text)| text.as_str()).collect();
    let meanings = encoder.encode(&texts);
    let of_kind = said.iter().filter(|(is_of_kind, _)| *is_of_kind).count();
    let share = |count: usize| said.len() as f64 / (2.0 * count.max(1) as f64);
    let (own_weight, other_weight) = (share(of_kind), share(said.len() - of_kind));
    said.iter()
        .zip(&meanings)
        .zip(signs)
        .map(|(((is_of_kind, text), meaning), signs)| {
            let signs: Vec<usize> =
                signs.iter().filter_map(|sign| known.get(sign.as_str()).copied()).collect();
            let counts = if is_kazakh(text) { 0.0 } else { 1.0 };
            Example {
                meaning: meaning.values().iter().map(|value| counts * f64::from(*value)).collect(),
                share: WORDING_LENGTH / (signs.len().max(1) as f64).sqrt(),
                signs,
                is_of_kind: f64::from(u8::from(*is_of_kind)),
                weight: if *is_of_kind { own_weight } else { other_weight },
            }
        })
        .collect()
}

/// The parameters of a model during training, or the gradient of the loss.
#[derive(Clone)]
struct Weights {
    meaning: Vec<f64>,
    wording: Vec<f64>,
    bias: f64,
}

impl Weights {
    fn zeros(meaning: usize, wording: usize) -> Self {
        Self { meaning: vec![0.0; meaning], wording: vec![0.0; wording], bias: 0.0 }
    }

    /// Combines each number with the one at the same place in `other`.
    fn combined(&self, other: &Self, combine: impl Fn(f64, f64) -> f64) -> Self {
        let all = |left: &[f64], right: &[f64]| {
            left.iter().zip(right).map(|(left, right)| combine(*left, *right)).collect()
        };
        Self {
            meaning: all(&self.meaning, &other.meaning),
            wording: all(&self.wording, &other.wording),
            bias: combine(self.bias, other.bias),
        }
    }

    fn largest(&self) -> f64 {
        let all = self.meaning.iter().chain(&self.wording).chain([&self.bias]);
        all.fold(0.0, |largest, part| largest.max(part.abs()))
    }

    fn log_odds(&self, example: &Example) -> f64 {
        let by_meaning: f64 =
            self.meaning.iter().zip(&example.meaning).map(|(weight, value)| weight * value).sum();
        let by_words: f64 = example.signs.iter().map(|&sign| self.wording[sign]).sum();
        self.bias + by_meaning + example.share * by_words
    }
}

/// Minimizes the loss by gradient descent with momentum (Nesterov 1983).
fn descend(examples: &[Example], signs: usize) -> Weights {
    let width = examples.first().map_or(0, |example| example.meaning.len());
    // No example's vector is longer than this, which bounds the curvature of the loss.
    let length_squared = 1.0 + 1.0 + WORDING_LENGTH * WORDING_LENGTH;
    let steepness = RIDGE + examples.iter().map(|example| example.weight).sum::<f64>() * length_squared / 4.0;
    let mut model = Weights::zeros(width, signs);
    let mut ahead = model.clone();
    for step in 0..STEPS_AT_MOST {
        let slope = slope(&ahead, examples);
        let next = ahead.combined(&slope, |at, slope| at - slope / steepness);
        let momentum = step as f64 / (step as f64 + 3.0);
        ahead = next.combined(&model, |next, before| next + momentum * (next - before));
        model = next;
        if slope.largest() < SLOPE_AT_MOST {
            break;
        }
    }
    model
}

/// The gradient of the loss.
fn slope(model: &Weights, examples: &[Example]) -> Weights {
    let mut slope = model.combined(model, |weight, _| RIDGE * weight);
    slope.bias = 0.0;
    for example in examples {
        let error = example.weight * (1.0 / (1.0 + (-model.log_odds(example)).exp()) - example.is_of_kind);
        for (slope, value) in slope.meaning.iter_mut().zip(&example.meaning) {
            *slope += error * value;
        }
        for &sign in &example.signs {
            slope.wording[sign] += error * example.share;
        }
        slope.bias += error;
    }
    slope
}
