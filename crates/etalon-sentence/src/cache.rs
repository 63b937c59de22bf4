//! A cache of recent sentence vectors.

use crate::SentenceEmbedding;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Vectors in each of the two generations, of two kilobytes each: 32 MB at most in total.
const KEPT_AT_MOST: usize = 8192;

/// Caches vectors of sentences. A vector depends on its sentence alone, so results do not change.
///
/// Requested sentences go into the younger generation. When it is full, the older one is dropped.
#[derive(Debug, Default)]
pub(crate) struct Cache(RwLock<Generations>);

#[derive(Debug, Default)]
struct Generations {
    younger: HashMap<Box<str>, Arc<SentenceEmbedding>>,
    older: HashMap<Box<str>, Arc<SentenceEmbedding>>,
}

impl Cache {
    pub(crate) fn recall(&self, sentence: &str) -> Option<Arc<SentenceEmbedding>> {
        let generations = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(meaning) = generations.younger.get(sentence) {
            return Some(Arc::clone(meaning));
        }
        let meaning = generations.older.get(sentence).map(Arc::clone)?;
        drop(generations);
        self.keep(sentence, &meaning);
        Some(meaning)
    }

    pub(crate) fn keep(&self, sentence: &str, meaning: &Arc<SentenceEmbedding>) {
        let mut generations = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if generations.younger.len() >= KEPT_AT_MOST {
            generations.older = std::mem::take(&mut generations.younger);
        }
        generations.younger.insert(sentence.into(), Arc::clone(meaning));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Encoder;

    #[test]
    fn what_is_asked_for_is_kept_and_the_rest_is_forgotten() {
        let meaning = Arc::new(Encoder::embedded().expect("the model").encode(&["Да"]).remove(0));
        let cache = Cache::default();
        cache.keep("first", &meaning);
        for number in 0..3 * KEPT_AT_MOST {
            cache.keep(&number.to_string(), &meaning);
            if number % KEPT_AT_MOST == 0 {
                assert!(cache.recall("first").is_some(), "{number}");
            }
        }
        assert!(cache.recall("first").is_some());
        assert!(cache.recall("0").is_none());
        let generations = cache.0.read().expect("no panic");
        assert!(generations.younger.len() + generations.older.len() <= 2 * KEPT_AT_MOST);
    }

    #[test]
    fn a_remembered_meaning_is_the_computed_one() {
        let encoder = Encoder::embedded().expect("the model");
        let sentences = ["Перезвоните позже", "Добрый день", "Перезвоните позже"];
        let computed = encoder.encode(&sentences);
        for _ in 0..2 {
            let encode_cached = encoder.encode_cached(&sentences);
            assert!(encode_cached.iter().map(AsRef::as_ref).eq(&computed));
        }
    }
}
