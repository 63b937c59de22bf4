//! What kind of sentence it is, by what it means and how it is worded.
//!
//! A logistic regression (Berkson 1944) over the vectors of `etalon-sentence` and over the words,
//! with a ridge and with the sentences of the kind and all others weighted alike. Manners are left
//! out first ([`crate::manners`]).

use crate::sentences::{Sentence, parts};
use etalon_sentence::{Encoder, SentenceEmbedding};
use std::collections::BTreeMap;
use std::fmt::Write as _;

mod learning;
mod wording;

/// The length of a sentence's words as a vector, beside its meaning, whose length is one.
const WORDING_LENGTH: f64 = 2.0;

/// What tells a kind of sentence: one number for each of a meaning's, one for each sign of the
/// wording, and one that stands alone.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceModel {
    meaning: Vec<f64>,
    wording: BTreeMap<String, f64>,
    bias: f64,
}

impl SentenceModel {
    /// Learns from lines: those of the kind, with true, and others.
    pub fn learn_from<'a>(lines: impl Iterator<Item = (bool, &'a str)>, encoder: &Encoder) -> Self {
        let of_lines = |(is_of_kind, line)| parts(line).into_iter().map(move |part| (is_of_kind, part));
        Self::learn(&lines.flat_map(of_lines).collect(), encoder)
    }

    /// The logarithms of the odds that the sentences of a line are of the kind; manners have none.
    pub fn judge(&self, line: &str, encoder: &Encoder) -> Vec<f64> {
        let parts = parts(line);
        let meanings = encoder.encode(&parts);
        parts.iter().zip(&meanings).map(|(part, meaning)| self.log_odds(part, meaning)).collect()
    }

    /// The model as lines of text: the numbers of a meaning and the one that stands alone, then
    /// each sign behind its number.
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

    /// The logarithm of the odds that a sentence without manners is of the kind.
    pub(crate) fn log_odds(&self, sentence: &str, meaning: &SentenceEmbedding) -> f64 {
        let words: Vec<f64> =
            wording::signs(sentence).iter().filter_map(|sign| self.wording.get(sign)).copied().collect();
        let by_words = WORDING_LENGTH * words.iter().sum::<f64>() / (words.len().max(1) as f64).sqrt();
        // The encoder never learned Kazakh: what it makes of such a sentence means nothing.
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

/// What each of some models makes of sentences, in logarithms of odds; nothing where only manners
/// are said, or no model can be had.
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
