//! Which side of a service call says such a sentence.
//!
//! `corpus/` is what the model learns from, `examples/learn_sides.rs` how, `lexicons/sides.weights`
//! what came of it. A sentence is a weak sign; the sentences of a call together are a strong one.

use crate::sentence_model::{SentenceModel, log_odds};
use crate::sentences::{Sentence, named_sentences};
use etalon_sentence::Encoder;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// One sentence tells no more than this, in natural logarithms of odds.
const SENTENCE_TELLS_AT_MOST: f64 = 2.0;

/// Conversations of service lines: lines that begin with `A:` are the company's, with `C:` the
/// client's.
pub const CONVERSATIONS: [&str; 5] = [
    include_str!("../corpus/sides.txt"),
    include_str!("../corpus/acts_ru_collection.txt"),
    include_str!("../corpus/acts_ru_service.txt"),
    include_str!("../corpus/acts_kk.txt"),
    include_str!("../corpus/acts_en.txt"),
];

static EMBEDDED: LazyLock<Option<SentenceModel>> =
    LazyLock::new(|| SentenceModel::parse(include_str!("../lexicons/sides.weights")));

/// Learns from the corpus what the company's side says rather than the client's.
pub fn learn_sides(encoder: &Encoder) -> SentenceModel {
    let said: BTreeSet<(bool, String)> = CONVERSATIONS
        .into_iter()
        .flat_map(named_sentences)
        .map(|(side, sentence)| (side == "A", sentence))
        .collect();
    SentenceModel::learn(&said, encoder)
}

/// What sentences tell of their speaker, each as far as the recognizer is sure of it: positive for
/// the agent, negative for the client.
pub(crate) fn evidence(sentences: &[Sentence]) -> f64 {
    let Some(model) = EMBEDDED.as_ref() else { return 0.0 };
    let told = |(sentence, [log_odds]): (&Sentence, [f64; 1])| {
        log_odds.clamp(-SENTENCE_TELLS_AT_MOST, SENTENCE_TELLS_AT_MOST) * sentence.confidence
    };
    sentences.iter().zip(log_odds(sentences, [model])).map(told).sum()
}
