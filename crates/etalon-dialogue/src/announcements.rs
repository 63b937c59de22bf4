//! Whether the agent said that the client will have to wait.
//!
//! This is the one place that decides it: the event `hold` carries the answer, and rules read it
//! there.

use crate::lexicon::HOLD_ANNOUNCEMENT;
use etalon_call::Word;

/// Whether a hold that begins at `hold_start_s` was announced: one of the phrases is among what the
/// agent says in the last `window_s` seconds before falling silent. What the client says after that
/// does not matter.
///
/// `words` are the agent's, in order.
pub fn is_hold_announced(words: &[Word], hold_start_s: f64, window_s: f64) -> bool {
    let before = &words[..words.partition_point(|word| word.start_s < hold_start_s)];
    let Some(last) = before.last() else { return false };
    let first = before.partition_point(|word| word.end_s < last.end_s - window_s);
    !HOLD_ANNOUNCEMENT.find(&before[first..].iter().collect::<Vec<_>>()).is_empty()
}
