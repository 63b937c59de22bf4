//! Classifies sentences by the side of a service call.
//!
//! The model is trained on `corpus/` by `examples/learn_sides.rs` and stored in
//! `lexicons/sides.weights`. A single sentence is weak evidence; all sentences of a call are
//! strong.

use crate::sentence_model::{SentenceModel, log_odds};
use crate::sentences::{Sentence, named_sentences};
use etalon_sentence::Encoder;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Largest weight of one sentence, natural log odds.
const SENTENCE_TELLS_AT_MOST: f64 = 2.0;

/// Conversations of service lines: lines with `A:` are the company's, with `C:` the client's.
pub const CONVERSATIONS: [&str; 5] = [
    include_str!("../corpus/sides.txt"),
    include_str!("../corpus/acts_ru_collection.txt"),
    include_str!("../corpus/acts_ru_service.txt"),
    include_str!("../corpus/acts_kk.txt"),
    include_str!("../corpus/acts_en.txt"),
];

static EMBEDDED: LazyLock<Option<SentenceModel>> =
    LazyLock::new(|| SentenceModel::parse(include_str!("../lexicons/sides.weights")));

/// Trains a model to separate the company's side from the client's.
pub fn learn_sides(encoder: &Encoder) -> SentenceModel {
    let said: BTreeSet<(bool, String)> = CONVERSATIONS
        .into_iter()
        .flat_map(named_sentences)
        .map(|(side, sentence)| (side == "A", sentence))
        .collect();
    SentenceModel::learn(&said, encoder)
}

/// The evidence of sentences, each weighted by its confidence: positive for the agent, negative for
/// the client.
pub(crate) fn evidence(sentences: &[Sentence]) -> f64 {
    let Some(model) = EMBEDDED.as_ref() else { return 0.0 };
    let told = |(sentence, [log_odds]): (&Sentence, [f64; 1])| {
        log_odds.clamp(-SENTENCE_TELLS_AT_MOST, SENTENCE_TELLS_AT_MOST) * sentence.confidence
    };
    sentences.iter().zip(log_odds(sentences, [model])).map(told).sum()
}
