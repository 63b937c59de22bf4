//! Classifies sentences by meaning and wording.
//!
//! A logistic regression (Berkson 1944) over the vectors of `etalon-sentence` and over the words,
//! with ridge regularization and equal total weight of both classes. Manners are removed first
//! ([`crate::manners`]).

use crate::sentences::{Sentence, parts};
use etalon_sentence::{Encoder, SentenceEmbedding};
use std::collections::BTreeMap;
use std::fmt::Write as _;

mod learning;
mod wording;

/// The length of a sentence's word vector; that of its meaning is one.
const WORDING_LENGTH: f64 = 2.0;

/// A model of one kind of sentence: a weight for each dimension of the meaning and for each feature
/// of the wording, and a bias.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceModel {
    meaning: Vec<f64>,
    wording: BTreeMap<String, f64>,
    bias: f64,
}

impl SentenceModel {
    /// Trains on lines: those of the kind, with true, and others.
    pub fn learn_from<'a>(lines: impl Iterator<Item = (bool, &'a str)>, encoder: &Encoder) -> Self {
        let of_lines = |(is_of_kind, line)| parts(line).into_iter().map(move |part| (is_of_kind, part));
        Self::learn(&lines.flat_map(of_lines).collect(), encoder)
    }

    /// The log odds of each sentence of a line; sentences of only manners have none.
    pub fn judge(&self, line: &str, encoder: &Encoder) -> Vec<f64> {
        let parts = parts(line);
        let meanings = encoder.encode(&parts);
        parts.iter().zip(&meanings).map(|(part, meaning)| self.log_odds(part, meaning)).collect()
    }

    /// The model as lines of text: the weights of the meaning and the bias, then each feature after
    /// its weight.
    pub fn as_text(&self) -> String {
        let mut text = String::new();
        for weight in self.meaning.iter().chain([&self.bias]) {
            let _ = writeln!(text, "{weight:.3}");
        }
        for (sign, weight) in &self.wording {
            let _ = writeln!(text, "{weight:.2} {sign}");
        }
        text
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (mut meaning, mut wording) = (Vec::new(), BTreeMap::new());
        for line in text.lines() {
            match line.split_once(' ') {
                Some((weight, sign)) => drop(wording.insert(sign.to_owned(), weight.parse().ok()?)),
                None => meaning.push(line.parse().ok()?),
            }
        }
        let bias = meaning.pop()?;
        Some(Self { meaning, wording, bias })
    }

    /// The log odds that a sentence without manners is of the kind.
    pub(crate) fn log_odds(&self, sentence: &str, meaning: &SentenceEmbedding) -> f64 {
        let words: Vec<f64> =
            wording::signs(sentence).iter().filter_map(|sign| self.wording.get(sign)).copied().collect();
        let by_words = WORDING_LENGTH * words.iter().sum::<f64>() / (words.len().max(1) as f64).sqrt();
        // The encoder was not trained on Kazakh, so its vectors of Kazakh sentences mean nothing.
        if is_kazakh(sentence) {
            return self.bias + by_words;
        }
        let terms = self.meaning.iter().zip(meaning.values());
        self.bias + by_words + terms.map(|(weight, value)| weight * f64::from(*value)).sum::<f64>()
    }
}

/// Whether a sentence has letters that only Kazakh has.
fn is_kazakh(sentence: &str) -> bool {
    sentence.to_lowercase().contains(['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ', 'і'])
}

/// The log odds of each sentence in each model; 0 for sentences of only manners, or if a model is
/// unavailable.
pub(crate) fn log_odds<const MODELS: usize>(
    sentences: &[Sentence],
    models: [&SentenceModel; MODELS],
) -> Vec<[f64; MODELS]> {
    let Ok(encoder) = Encoder::embedded() else { return vec![[0.0; MODELS]; sentences.len()] };
    let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    let meanings = encoder.encode_cached(&texts);
    let judged = sentences.iter().zip(&meanings).map(|(sentence, meaning)| {
        if sentence.text.is_empty() {
            return [0.0; MODELS];
        }
        models.map(|model| model.log_odds(&sentence.text, meaning))
    });
    judged.collect()
}
