//! Which side of a service call says such a sentence, by its meaning.
//!
//! A logistic regression (Berkson 1944) over the vectors of `etalon-meaning`, with a ridge and with both sides weighted
//! alike. `corpus/sides.txt` is what it learns from, `examples/learn_sides.rs` how, `lexicons/sides.weights` what came of
//! it. A sentence is a weak sign; the sentences of a call together are a strong one.

use etalon_call::Word;
use etalon_meaning::{Encoder, Meaning};
use std::sync::{Arc, LazyLock};

mod learning;

/// One sentence tells no more than this, in natural logarithms of odds.
const SENTENCE_TELLS_AT_MOST: f64 = 2.0;

/// A longer pause ends a sentence, seconds.
const SENTENCE_PAUSE_S: f64 = 0.8;

/// A longer run of words is cut.
const SENTENCE_WORDS_AT_MOST: usize = 40;

/// What tells the sides apart: one number for each of a meaning's, and one that stands alone.
#[derive(Debug, Clone, PartialEq)]
pub struct SideModel {
    weights: Vec<f64>,
    bias: f64,
}

/// A sentence of one speaker. It has no `Debug`: what is said stays out of messages.
pub(crate) struct Sentence {
    pub(crate) start_s: f64,
    text: String,
    confidence: f64,
}

static EMBEDDED: LazyLock<Option<SideModel>> =
    LazyLock::new(|| SideModel::parse(include_str!("../lexicons/sides.weights")));

impl SideModel {
    /// What was learned from the corpus.
    pub(crate) fn embedded() -> Option<&'static Self> {
        EMBEDDED.as_ref()
    }

    /// The model as lines of text: the weights, then the number that stands alone.
    pub fn as_text(&self) -> String {
        self.weights
            .iter()
            .chain([&self.bias])
            .fold(String::new(), |text, weight| text + &format!("{weight:.3}\n"))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut weights = text.lines().map(|line| line.parse().ok()).collect::<Option<Vec<f64>>>()?;
        let bias = weights.pop()?;
        Some(Self { weights, bias })
    }

    /// The logarithm of the odds that the agent says so: positive for the agent, negative for the client.
    pub(crate) fn log_odds(&self, meaning: &Meaning) -> f64 {
        let terms = self.weights.iter().zip(meaning.values());
        self.bias + terms.map(|(weight, value)| weight * f64::from(*value)).sum::<f64>()
    }

    /// What sentences tell of their speaker, each as far as the recognizer is sure of it.
    pub(crate) fn evidence(&self, sentences: &[Sentence]) -> Vec<f64> {
        let Ok(encoder) = Encoder::embedded() else { return vec![0.0; sentences.len()] };
        let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        let meanings = encoder.remembered(&texts);
        // The encoder never learned Kazakh: what it makes of such a sentence means nothing.
        let told = |(sentence, meaning): (&Sentence, &Arc<Meaning>)| {
            if is_kazakh(&sentence.text) {
                return 0.0;
            }
            let log_odds = self.log_odds(meaning).clamp(-SENTENCE_TELLS_AT_MOST, SENTENCE_TELLS_AT_MOST);
            log_odds * sentence.confidence
        };
        sentences.iter().zip(&meanings).map(told).collect()
    }
}

/// The sentences of a speaker.
pub(crate) fn sentences(words: &[Word]) -> Vec<Sentence> {
    let goes_on = |one: &Word, next: &Word| {
        !ends_sentence(one.text.as_str()) && next.start_s - one.end_s <= SENTENCE_PAUSE_S
    };
    let runs = words.chunk_by(goes_on).flat_map(|run| run.chunks(SENTENCE_WORDS_AT_MOST));
    let sentence = |run: &[Word]| {
        let texts: Vec<&str> = run.iter().map(|word| word.text.as_str()).collect();
        Sentence {
            start_s: run.first().map_or(0.0, |word| word.start_s),
            text: texts.join(" "),
            confidence: run.iter().map(|word| word.confidence).sum::<f64>() / run.len().max(1) as f64,
        }
    };
    runs.map(sentence).collect()
}

fn ends_sentence(word: &str) -> bool {
    word.ends_with(['.', '?', '!', '…'])
}

/// Whether a sentence has letters that only Kazakh has.
fn is_kazakh(sentence: &str) -> bool {
    sentence.to_lowercase().contains(['ә', 'ғ', 'қ', 'ң', 'ө', 'ұ', 'ү', 'һ', 'і'])
}
