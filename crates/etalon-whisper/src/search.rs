//! Beam search: several texts of a window are decoded side by side, and the most probable one is
//! kept.
//!
//! After `OpenAI`'s `whisper/decoding.py` (`BeamSearchDecoder`, `MaximumLikelihoodRanker`): a
//! search is over when as many texts have ended as the beam is wide, and the text with the greatest
//! mean log probability wins. Texts that fall far behind are pruned (Lowerre 1976), so an
//! unambiguous window costs little more than greedy decoding. A beam of one is greedy decoding.

use crate::alignment::row_middles;
use crate::decoder::Sequence;
use crate::loops::without_loop;
use crate::weights::Weights;
use etalon_simd::Backend;
use etalon_simd::transformer as kernels;

/// A text whose log probability is this far below the best one's of the same length is pruned,
/// nats.
const BEHIND_MAX: f64 = 4.0;
/// Logits that share one search for their maximum.
const LOGITS_TOGETHER: usize = 512;

/// The texts of a window while they are decoded.
pub(crate) struct Search {
    beam_size: usize,
    live: Vec<Hypothesis>,
    ended: Vec<Hypothesis>,
}

/// A possible text of a window.
#[derive(Clone)]
pub(crate) struct Hypothesis {
    /// The decoder's cache of it.
    pub(crate) sequence: Sequence,
    /// Its tokens so far; the last one has not been fed yet.
    pub(crate) tokens: Vec<u32>,
    /// The probability of each token, including the end of the text.
    pub(crate) probabilities: Vec<f64>,
    /// The sum of their natural logarithms.
    pub(crate) log_probability: f64,
    /// Whether it was stopped in a repetition loop.
    pub(crate) hit_repetition_loop: bool,
}

/// A hypothesis and a possible next token.
struct Continuation {
    hypothesis: usize,
    token: u32,
    probability: f64,
    log_probability: f64,
}

impl Search {
    /// A search with a beam of `beam_size`; `sequence` has been fed the prefix.
    pub(crate) fn new(sequence: Sequence, beam_size: usize) -> Self {
        let nothing = Hypothesis {
            sequence,
            tokens: Vec::new(),
            probabilities: Vec::new(),
            log_probability: 0.0,
            hit_repetition_loop: false,
        };
        Self { beam_size: beam_size.max(1), live: vec![nothing], ended: Vec::new() }
    }

    /// The sequences of the live texts, each with the same tokens to be fed.
    pub(crate) fn inputs<'a>(
        &'a mut self,
        tokens: &'a [u32],
    ) -> impl Iterator<Item = (&'a mut Sequence, &'a [u32])> {
        self.live.iter_mut().map(move |hypothesis| (&mut hypothesis.sequence, tokens))
    }

    /// The sequences of the live texts, each with its last token.
    pub(crate) fn last_tokens(&mut self) -> impl Iterator<Item = (&mut Sequence, &[u32])> {
        self.live
            .iter_mut()
            .map(|Hypothesis { sequence, tokens, .. }| (sequence, &tokens[tokens.len().saturating_sub(1)..]))
    }

    /// Removes what was fed; alignment attention is kept from token `kept_from` on.
    pub(crate) fn restart(&mut self, kept_from: usize) {
        for hypothesis in &mut self.live {
            hypothesis.sequence.restart(kept_from);
        }
    }

    /// Extends the live texts by their next tokens, given a row of logits for each; no text becomes
    /// longer than `tokens_max`.
    pub(crate) fn advance<'a>(
        &mut self,
        backend: Backend,
        weights: &Weights,
        logits: impl Iterator<Item = &'a [f32]>,
        tokens_max: usize,
    ) {
        let vocabulary = &weights.vocabulary;
        let mut continuations: Vec<Continuation> = Vec::new();
        for (index, (hypothesis, logits)) in self.live.iter().zip(logits).enumerate() {
            let is_first = hypothesis.tokens.is_empty();
            let mask = if is_first { &vocabulary.first_mask } else { &vocabulary.mask };
            let next = next_tokens(backend, logits, mask, self.beam_size.saturating_add(1));
            continuations.extend(next.into_iter().map(|(token, log_probability)| Continuation {
                hypothesis: index,
                token: token.unwrap_or(vocabulary.end_of_text),
                probability: log_probability.exp().clamp(0.0, 1.0),
                log_probability: hypothesis.log_probability + log_probability,
            }));
        }
        // The sort is stable: equals stay in the order of their hypotheses and tokens.
        continuations.sort_by(|one, other| other.log_probability.total_cmp(&one.log_probability));
        let best = continuations.first().map_or(0.0, |best| best.log_probability);
        let mut live = Vec::new();
        for continuation in continuations {
            if live.len() == self.beam_size || continuation.log_probability < best - BEHIND_MAX {
                break;
            }
            let mut hypothesis = self.live[continuation.hypothesis].clone();
            hypothesis.push(&continuation);
            if continuation.token == vocabulary.end_of_text {
                self.ended.push(hypothesis);
            } else if let Some(kept) = without_loop(&hypothesis.tokens, || hypothesis.listened(weights)) {
                hypothesis.tokens.truncate(kept);
                hypothesis.hit_repetition_loop = true;
                self.ended.push(hypothesis);
            } else if hypothesis.tokens.len() >= tokens_max {
                self.ended.push(hypothesis);
            } else {
                live.push(hypothesis);
            }
            if self.ended.len() >= self.beam_size {
                live.clear();
                break;
            }
        }
        self.live = live;
    }

    /// Whether no text is live.
    pub(crate) fn is_over(&self) -> bool {
        self.live.is_empty()
    }

    /// The text with the greatest mean log probability; one without a loop is preferred.
    pub(crate) fn best(&self) -> Option<&Hypothesis> {
        // The first of equals, which ended first.
        self.ended.iter().rev().max_by(|one, other| {
            other
                .hit_repetition_loop
                .cmp(&one.hit_repetition_loop)
                .then(one.mean_log_probability().total_cmp(&other.mean_log_probability()))
        })
    }
}

impl Hypothesis {
    /// The mean natural logarithm of the tokens' probabilities, including the end of the text.
    pub(crate) fn mean_log_probability(&self) -> f64 {
        self.log_probability / self.probabilities.len().max(1) as f64
    }

    /// The middle of each token's attention, positions.
    fn listened(&self, weights: &Weights) -> Vec<f64> {
        let heads = weights.alignment_heads.len();
        let rows = weights.vocabulary.prefix_rows();
        row_middles(&self.sequence.alignment(), heads, self.sequence.heard(), rows)
    }

    fn push(&mut self, continuation: &Continuation) {
        self.tokens.push(continuation.token);
        self.probabilities.push(continuation.probability);
        self.log_probability = continuation.log_probability;
    }
}

/// The most probable tokens, at most `count`, with their natural log probabilities; no token if the
/// logits are not numbers.
fn next_tokens(backend: Backend, logits: &[f32], mask: &[f32], count: usize) -> Vec<(Option<u32>, f64)> {
    let parts = || logits.chunks(LOGITS_TOGETHER).zip(mask.chunks(LOGITS_TOGETHER)).enumerate();
    let maxima: Vec<f32> =
        parts().map(|(_, (logits, mask))| kernels::masked_maximum(backend, logits, mask)).collect();
    let largest = maxima.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total = f64::from(kernels::masked_exponential_sum(backend, logits, mask, largest)).max(1.0).ln();
    let least = largest - BEHIND_MAX as f32;
    let mut next: Vec<(Option<u32>, f64)> = Vec::new();
    for (part, (logits, mask)) in parts().filter(|(part, _)| maxima[*part] >= least) {
        for (place, (logit, mask)) in logits.iter().zip(mask).enumerate() {
            if logit + mask >= least {
                let token = (part * LOGITS_TOGETHER + place) as u32;
                next.push((Some(token), f64::from(logit + mask - largest) - total));
            }
        }
    }
    if next.is_empty() {
        return vec![(None, 0.0)];
    }
    next.sort_by(|one, other| other.1.total_cmp(&one.1));
    next.truncate(count);
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_probable_tokens_come_first_and_masked_ones_never() {
        let mut logits = vec![0.0_f32; 2 * LOGITS_TOGETHER];
        (logits[3], logits[700], logits[900], logits[5]) = (9.0, 10.0, 10.0, 20.0);
        let mut mask = vec![0.0; logits.len()];
        mask[5] = f32::NEG_INFINITY;
        let tokens = |count| {
            let next = next_tokens(Backend::SCALAR, &logits, &mask, count);
            next.into_iter().map(|(token, _)| token).collect::<Vec<_>>()
        };
        assert_eq!(tokens(1), [Some(700)]);
        assert_eq!(tokens(5), [Some(700), Some(900), Some(3)]);
        let total: f64 =
            next_tokens(Backend::SCALAR, &logits, &mask, 5).iter().map(|(_, log)| log.exp()).sum();
        assert!(total > 0.9 && total <= 1.0, "{total}");
        assert_eq!(next_tokens(Backend::SCALAR, &[f32::NAN; 8], &[0.0; 8], 2), [(None, 0.0)]);
    }
}
