//! Which side of a service call says such a sentence, by what it means and how it is worded.
//!
//! A logistic regression (Berkson 1944) over the vectors of `etalon-meaning` and over the words, with a ridge and with both sides
//! weighted alike. `corpus/` is what it learns from, `examples/learn_sides.rs` how, `lexicons/sides.weights` what came of
//! it. Manners are left out first ([`crate::manners`]). A sentence is a weak sign; the sentences of a call together are a strong
//! one.

use crate::manners::without_manners;
use etalon_call::Word;
use etalon_meaning::{Encoder, Meaning};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

mod learning;
mod wording;

/// One sentence tells no more than this, in natural logarithms of odds.
const SENTENCE_TELLS_AT_MOST: f64 = 2.0;

/// A longer pause ends a sentence, seconds.
const SENTENCE_PAUSE_S: f64 = 0.8;

/// A longer run of words is cut.
const SENTENCE_WORDS_AT_MOST: usize = 40;

/// The length of a sentence's words as a vector, beside its meaning, whose length is one.
const WORDING_LENGTH: f64 = 2.0;

/// What tells the sides apart: one number for each of a meaning's, one for each sign of the wording, and one that stands alone.
#[derive(Debug, Clone, PartialEq)]
pub struct SideModel {
    meaning: Vec<f64>,
    wording: BTreeMap<String, f64>,
    bias: f64,
}

/// A sentence of one speaker. It has no `Debug`: what is said stays out of messages.
pub(crate) struct Sentence {
    pub(crate) start_s: f64,
    /// Without manners; empty where it was nothing else.
    text: String,
    confidence: f64,
}

static EMBEDDED: LazyLock<Option<SideModel>> =
    LazyLock::new(|| SideModel::parse(include_str!("../lexicons/sides.weights")));

impl SideModel {
    /// The conversations that it was learned from.
    pub const CORPUS: [&str; 5] = [
        include_str!("../corpus/sides.txt"),
        include_str!("../corpus/acts_ru_collection.txt"),
        include_str!("../corpus/acts_ru_service.txt"),
        include_str!("../corpus/acts_kk.txt"),
        include_str!("../corpus/acts_en.txt"),
    ];

    /// What was learned from the corpus.
    pub(crate) fn embedded() -> Option<&'static Self> {
        EMBEDDED.as_ref()
    }

    /// The model as lines of text: the numbers of a meaning and the one that stands alone, then each sign behind its number.
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

    fn parse(text: &str) -> Option<Self> {
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

    /// The logarithm of the odds that the agent says so: positive for the agent, negative for the client.
    fn log_odds(&self, sentence: &str, meaning: &Meaning) -> f64 {
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

    /// What sentences tell of their speaker, each as far as the recognizer is sure of it.
    pub(crate) fn evidence(&self, sentences: &[Sentence]) -> Vec<f64> {
        let Ok(encoder) = Encoder::embedded() else { return vec![0.0; sentences.len()] };
        let texts: Vec<&str> = sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        let meanings = encoder.remembered(&texts);
        let told = |(sentence, meaning): (&Sentence, &Arc<Meaning>)| {
            if sentence.text.is_empty() {
                return 0.0;
            }
            let log_odds = self.log_odds(&sentence.text, meaning);
            log_odds.clamp(-SENTENCE_TELLS_AT_MOST, SENTENCE_TELLS_AT_MOST) * sentence.confidence
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
            text: without_manners(&texts),
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
