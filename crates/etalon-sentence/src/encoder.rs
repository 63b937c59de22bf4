//! The encoder: from sentences to vectors.

use crate::SentenceError;
use crate::cache::Cache;
use crate::embedded::BYTES;
use crate::model::{Embeddings, read};
use crate::network::{Network, WIDTH};
use crate::tokenizer::Tokenizer;
use ndarray::Array2;
use std::sync::{Arc, OnceLock};

/// Pieces that go through the network together: enough to reuse each weight while it is in the
/// cache.
const PIECES_TOGETHER: usize = 384;

/// A longer sentence is cut off, which bounds the cost.
const PIECES_AT_MOST: usize = 256;

/// Turns sentences into vectors.
#[derive(Debug)]
pub struct Encoder {
    tokenizer: Tokenizer,
    embeddings: Embeddings,
    network: Network,
    cache: Cache,
}

/// The vector of a sentence: 512 numbers of length one.
#[derive(Debug, Clone, PartialEq)]
pub struct SentenceEmbedding(Box<[f32]>);

impl SentenceEmbedding {
    /// The cosine of the angle between two vectors, −1 to 1; larger for sentences closer in
    /// meaning.
    ///
    /// It depends on the two sentences only, not on others that were encoded with them.
    pub fn similarity(&self, other: &Self) -> f64 {
        // Eight parallel sums: the order of additions is fixed, and the compiler can vectorise
        // them.
        let mut sums = [0.0_f32; 8];
        for (ones, others) in self.0.chunks_exact(8).zip(other.0.chunks_exact(8)) {
            for ((sum, one), other) in sums.iter_mut().zip(ones).zip(others) {
                *sum += one * other;
            }
        }
        f64::from(sums.iter().sum::<f32>()).clamp(-1.0, 1.0)
    }

    /// The 512 numbers.
    pub fn values(&self) -> &[f32] {
        &self.0
    }
}

impl Encoder {
    /// The embedded encoder, unpacked on first use: some 25 ms and 20 MB.
    ///
    /// # Errors
    ///
    /// None unless the program is damaged; see [`SentenceError`].
    pub fn embedded() -> Result<&'static Self, SentenceError> {
        static ENCODER: OnceLock<Result<Encoder, SentenceError>> = OnceLock::new();
        ENCODER.get_or_init(|| Self::from_bytes(BYTES)).as_ref().map_err(|error| *error)
    }

    /// Loads a model file in the format of `scripts/dev models sentence`.
    ///
    /// # Errors
    ///
    /// When the bytes are not such a file or are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SentenceError> {
        let (tokenizer, embeddings, network) = read(bytes)?;
        Ok(Self { tokenizer, embeddings, network, cache: Cache::default() })
    }

    /// The vectors of sentences, in the same order. One call with many is faster than many calls.
    pub fn encode<Sentence: AsRef<str>>(&self, sentences: &[Sentence]) -> Vec<SentenceEmbedding> {
        let mut meanings = Vec::with_capacity(sentences.len());
        let mut waiting: Vec<Vec<usize>> = Vec::new();
        let mut pieces_waiting = 0;
        for sentence in sentences {
            let mut pieces = self.tokenizer.pieces(sentence.as_ref());
            pieces.truncate(PIECES_AT_MOST);
            if pieces_waiting + pieces.len() > PIECES_TOGETHER {
                meanings.extend(self.encode_together(&std::mem::take(&mut waiting)));
                pieces_waiting = 0;
            }
            pieces_waiting += pieces.len();
            waiting.push(pieces);
        }
        meanings.extend(self.encode_together(&waiting));
        meanings
    }

    /// The vectors of sentences, in the same order. Recent ones come from a cache: agents repeat
    /// the same sentences.
    pub fn encode_cached<Sentence: AsRef<str>>(&self, sentences: &[Sentence]) -> Vec<Arc<SentenceEmbedding>> {
        let known: Vec<Option<Arc<SentenceEmbedding>>> =
            sentences.iter().map(|sentence| self.cache.recall(sentence.as_ref())).collect();
        let unknown: Vec<&str> = sentences
            .iter()
            .zip(&known)
            .filter(|(_, known)| known.is_none())
            .map(|(text, _)| text.as_ref())
            .collect();
        let mut computed = self.encode(&unknown).into_iter().map(Arc::new);
        let recalled = sentences.iter().zip(known);
        let meanings = recalled.filter_map(|(sentence, known)| {
            known.or_else(|| {
                let meaning = computed.next()?;
                self.cache.keep(sentence.as_ref(), &meaning);
                Some(meaning)
            })
        });
        meanings.collect()
    }

    fn encode_together(&self, sentences: &[Vec<usize>]) -> Vec<SentenceEmbedding> {
        if sentences.is_empty() {
            return Vec::new();
        }
        let lengths: Vec<usize> = sentences.iter().map(Vec::len).collect();
        let mut embedded = Array2::zeros((lengths.iter().sum(), WIDTH));
        for (mut row, &piece) in embedded.rows_mut().into_iter().zip(sentences.iter().flatten()) {
            if let Some(vector) = row.as_slice_mut() {
                self.embeddings.read_into(piece, vector);
            }
        }
        let vectors = self.network.apply(&embedded, &lengths);
        vectors
            .rows()
            .into_iter()
            .map(|vector| SentenceEmbedding(vector.to_vec().into_boxed_slice()))
            .collect()
    }
}
