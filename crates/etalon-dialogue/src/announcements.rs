//! Decides whether the agent announced a hold.
//!
//! Only this module decides it. The `hold` event carries the answer, and rules read it there.

use crate::lexicon::HOLD_ANNOUNCEMENT;
use etalon_call::Word;

/// Whether a hold that begins at `hold_start_s` was announced: the agent says one of the phrases in
/// the last `window_s` seconds before falling silent. The client may speak after that.
///
/// `words` are the agent's, in order of time.
pub fn is_hold_announced(words: &[Word], hold_start_s: f64, window_s: f64) -> bool {
    let before = &words[..words.partition_point(|word| word.start_s < hold_start_s)];
    let Some(last) = before.last() else { return false };
    let first = before.partition_point(|word| word.end_s < last.end_s - window_s);
    !HOLD_ANNOUNCEMENT.find(&before[first..].iter().collect::<Vec<_>>()).is_empty()
}
