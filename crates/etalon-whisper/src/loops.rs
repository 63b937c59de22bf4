//! Detects repetition loops of the decoder.
//!
//! People repeat themselves, too. Attention tells the two apart: if a phrase was said again,
//! attention has moved on; in a loop it goes back to the same stretch of the window.

use crate::alignment::POSITIONS_PER_SECOND;

/// The longest phrase whose repetitions are detected, tokens.
const PHRASE_MAX: usize = 24;
/// Shorter repetitions are ignored, tokens: attention is too inexact for single tokens.
const REPEATED_MIN: usize = 8;
/// The fastest speech, tokens per second: it limits how soon a phrase can be said again.
const TOKENS_PER_SECOND: f64 = 16.0;

/// If the tokens end in a loop, their number without the last repetition. `listened` returns the
/// middle of each token's attention, positions of the window.
pub(crate) fn without_loop(tokens: &[u32], listened: impl FnOnce() -> Vec<f64>) -> Option<usize> {
    let (phrase, repeats) = repetition(tokens)?;
    let first = tokens.len() - repeats * phrase;
    let listened = listened();
    let turns: Vec<f64> = listened.get(first..)?.chunks_exact(phrase).map(median).collect();
    // Only the last repetition counts: a phrase said twice may be written three times.
    let gone_on = turns.last()? - turns.get(turns.len().checked_sub(2)?)?;
    let least = phrase as f64 / TOKENS_PER_SECOND * POSITIONS_PER_SECOND;
    (gone_on < least).then_some(tokens.len() - phrase)
}

/// The length and the number of repetitions of the shortest phrase that the tokens end in at least
/// twice.
fn repetition(tokens: &[u32]) -> Option<(usize, usize)> {
    (1..=PHRASE_MAX.min(tokens.len() / 2)).find_map(|phrase| {
        let (before, last) = tokens.split_at(tokens.len() - phrase);
        let repeats = 1 + before.rchunks_exact(phrase).take_while(|earlier| *earlier == last).count();
        (repeats > 1 && repeats * phrase >= REPEATED_MIN).then_some((phrase, repeats))
    })
}

/// The median, because single tokens may attend elsewhere.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |index: usize| sorted.get(index).copied().unwrap_or(0.0);
    f64::midpoint(at(sorted.len().saturating_sub(1) / 2), at(sorted.len() / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens, and the middle of each one's attention, seconds.
    fn check(tokens: &[u32], listened_s: &[f64], expected: Option<usize>) {
        let listened = || listened_s.iter().map(|time_s| time_s * POSITIONS_PER_SECOND).collect();
        assert_eq!(without_loop(tokens, listened), expected, "{tokens:?}");
    }

    /// A phrase of the tokens 1 to `length`, repeated `repeats` times, each `later_s` after the
    /// last.
    fn check_repeated(length: u32, repeats: u32, later_s: f64, expected: Option<usize>) {
        let tokens: Vec<u32> = (0..repeats).flat_map(|_| 1..=length).collect();
        let listened: Vec<f64> = (0..repeats)
            .flat_map(|turn| (0..length).map(move |token| 0.1 * f64::from(token) + later_s * f64::from(turn)))
            .collect();
        check(&tokens, &listened, expected);
    }

    #[test]
    fn what_is_listened_to_again_is_a_loop_and_what_is_said_again_is_none() {
        check(&[], &[], None);
        check_repeated(4, 2, 0.0, Some(4));
        check_repeated(4, 2, 0.8, None);
        check_repeated(4, 8, 0.8, None);
        check_repeated(1, 16, 0.01, Some(15));
        check_repeated(1, 16, 0.2, None);
        // Too short.
        check_repeated(2, 3, 0.0, None);
        // A single token that attends elsewhere does not matter.
        check(&[1, 2, 3, 4, 1, 2, 3, 4], &[5.6, 0.3, 0.4, 0.7, 0.9, 1.1, 1.2, 1.6], None);
        // Said twice and written three times.
        check(
            &[1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4],
            &[0.1, 0.2, 0.3, 0.4, 1.1, 1.2, 1.3, 1.4, 1.1, 1.2, 1.3, 1.4],
            Some(8),
        );
        check(&[1, 2, 3, 4, 1, 2, 3, 5], &[0.0; 8], None);
    }
}
