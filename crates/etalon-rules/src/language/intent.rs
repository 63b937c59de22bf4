//! Intents: what somebody means, whatever the words, shown by sentences that mean it and sentences
//! that do not.

use crate::language::phrase::Phrase;
use crate::lexicon::{NEGATIONS, ORDINARY_SENTENCES};
use etalon_sentence::{Encoder, SentenceEmbedding, SentenceError};
use etalon_text::normalize_word;
use std::sync::OnceLock;

/// What a side of a call may mean.
#[derive(Debug)]
pub struct Intent {
    name: String,
    threshold: f64,
    /// Only what holds one of these phrases is compared at all.
    pub(crate) only_with: Vec<Phrase>,
    examples: Vec<String>,
    counterexamples: Vec<String>,
    /// The meanings of the sentences, found when the first call asks for them.
    sample: OnceLock<Result<Sample, SentenceError>>,
}

/// An intent as the pack writes it.
#[derive(Debug)]
pub(crate) struct IntentDefinition {
    pub(crate) name: String,
    pub(crate) threshold: f64,
    pub(crate) only_with: Vec<Phrase>,
    pub(crate) examples: Vec<String>,
    /// Sentences that do not mean it, those of the pack's other intents included.
    pub(crate) counterexamples: Vec<String>,
}

#[derive(Debug)]
struct Sample {
    affirmed: Vec<SentenceEmbedding>,
    /// Examples that hold a negation: what is denied is like what is affirmed, so the two are kept
    /// apart.
    denied: Vec<SentenceEmbedding>,
    counterexamples: Vec<SentenceEmbedding>,
}

/// Neighbours that are compared: one may be near by chance.
const NEIGHBOURS: usize = 2;

/// How much of the similarity to counterexamples is taken off.
const COUNTERWEIGHT: f64 = 0.5;

impl Intent {
    pub(crate) fn new(definition: IntentDefinition) -> Self {
        let ordinary = ORDINARY_SENTENCES.iter().map(|sentence| (*sentence).to_owned());
        Self {
            name: definition.name,
            threshold: definition.threshold,
            only_with: definition.only_with,
            examples: definition.examples,
            counterexamples: definition.counterexamples.into_iter().chain(ordinary).collect(),
            sample: OnceLock::new(),
        }
    }

    /// The name that conditions use.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The least similarity that counts.
    pub fn threshold(&self) -> f64 {
        self.threshold
    }

    /// How like a sentence is to this intent: its mean cosine to the two nearest examples, less
    /// half of that to the two nearest counterexamples; at most 1. A sentence with a negation is
    /// compared with examples that have one, and one without with those that have none.
    ///
    /// # Errors
    ///
    /// The sentence model inside the program is damaged.
    pub fn similarity_of(&self, sentence: &str) -> Result<f64, SentenceError> {
        let meanings = Encoder::embedded()?.encode(&[sentence]);
        let is_denied = holds_negation(sentence);
        meanings.first().map_or(Ok(f64::NEG_INFINITY), |meaning| self.similarity(meaning, Some(is_denied)))
    }

    /// The similarity of a meaning; `is_denied` is None where negations do not matter.
    pub(crate) fn similarity(
        &self,
        meaning: &SentenceEmbedding,
        is_denied: Option<bool>,
    ) -> Result<f64, SentenceError> {
        let sample = self.sample.get_or_init(|| self.learn()).as_ref().map_err(|error| *error)?;
        let (affirmed, denied) = (sample.affirmed.iter(), sample.denied.iter());
        let near = match is_denied {
            Some(true) => nearness(meaning, denied),
            Some(false) => nearness(meaning, affirmed),
            None => nearness(meaning, affirmed.chain(denied)),
        };
        let far = nearness(meaning, sample.counterexamples.iter()).unwrap_or(0.0);
        Ok(near.map_or(f64::NEG_INFINITY, |near| near - COUNTERWEIGHT * far))
    }

    fn learn(&self) -> Result<Sample, SentenceError> {
        let encoder = Encoder::embedded()?;
        let (denied, affirmed): (Vec<&String>, Vec<&String>) =
            self.examples.iter().partition(|sentence| holds_negation(sentence));
        Ok(Sample {
            affirmed: encoder.encode(&affirmed),
            denied: encoder.encode(&denied),
            counterexamples: encoder.encode(&self.counterexamples),
        })
    }
}

/// Mean similarity to the nearest neighbours.
fn nearness<'a>(
    meaning: &SentenceEmbedding,
    others: impl Iterator<Item = &'a SentenceEmbedding>,
) -> Option<f64> {
    let mut similarities: Vec<f64> = others.map(|other| meaning.similarity(other)).collect();
    similarities.sort_by(|left, right| right.total_cmp(left));
    similarities.truncate(NEIGHBOURS);
    // A neighbour that is missing counts as nothing: a single example may be near by chance.
    (!similarities.is_empty()).then(|| similarities.iter().sum::<f64>() / NEIGHBOURS as f64)
}

fn holds_negation(sentence: &str) -> bool {
    sentence.split_whitespace().any(|word| NEGATIONS.contains(&normalize_word(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent() -> Intent {
        let texts = |sentences: &[&str]| sentences.iter().map(|sentence| (*sentence).to_owned()).collect();
        Intent::new(IntentDefinition {
            name: "asks_to_call".to_owned(),
            threshold: 0.3,
            only_with: vec![],
            examples: texts(&["Перезвоните нам позже", "Позвоните нам завтра сами"]),
            counterexamples: texts(&["Я вам перезвоню"]),
        })
    }

    #[test]
    fn other_words_for_the_same_are_near_and_other_things_are_far() {
        let similarity = |sentence: &str| intent().similarity_of(sentence).expect("the model");
        assert!(similarity("Наберите нас завтра") > 0.3);
        assert!(similarity("Я вам завтра перезвоню") < 0.3);
        assert!(similarity("У меня нет денег") < 0.3);
    }

    #[test]
    fn what_is_denied_is_not_what_is_affirmed() {
        assert_eq!(intent().similarity_of("Не перезванивайте нам позже"), Ok(f64::NEG_INFINITY));
    }
}
