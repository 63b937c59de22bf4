//! What is to be transcribed again: short windows that went badly, and speech without words.

use crate::transcriber::RecognizedWindow;
use crate::window::Window;
use etalon_call::{Span, Word};

/// Windows longer than this are decoded in nearly the whole context the first time, seconds.
const SHORT_WINDOW_S: f64 = 20.0;

/// Mean log probability below which a window went badly.
const BAD_LOG_PROBABILITY: f64 = -0.8;

/// Mean log probability from which on a text is believed although the window may hold no speech.
const GOOD_LOG_PROBABILITY: f64 = -0.4;

/// More words a second than anybody says.
const WORDS_PER_SECOND_MAX: f64 = 7.0;

/// No-speech probability above which what is recognized in a stretch that was silent before is not
/// believed.
const NO_SPEECH_PROBABILITY: f64 = 0.6;

/// Stretches are transcribed again in windows of at most this length, seconds: a phrase said again
/// and again is written once for each of them.
pub(crate) const WINDOW_MAX_S: f64 = 4.0;

/// Longer stretches without a word are not transcribed again, seconds: they are music or noise.
const UNRECOGNIZED_MAX_S: f64 = 30.0;

/// So much speech without a word is transcribed again, seconds.
const UNRECOGNIZED_MIN_S: f64 = 2.0;

/// The same in a window in which the recognizer lost itself in a loop, seconds.
const UNRECOGNIZED_IN_LOOP_MIN_S: f64 = 0.6;

/// A word's edges are not known better than this, seconds.
const WORD_EDGE_S: f64 = 0.2;

/// Whether a window is short and was recognized badly.
pub(crate) fn is_doubtful(window_s: f64, recognized: &RecognizedWindow) -> bool {
    let is_bad = recognized.mean_log_probability.is_none_or(|mean| mean < BAD_LOG_PROBABILITY);
    let is_too_fast = recognized.words.len() as f64 > 2.0 + WORDS_PER_SECOND_MAX * window_s;
    window_s < SHORT_WINDOW_S && (is_bad || is_too_fast || recognized.hit_repetition_loop)
}

/// Whether what was recognized the second time is to be believed rather than what was recognized
/// the first time.
pub(crate) fn is_likelier(again: &RecognizedWindow, before: &RecognizedWindow) -> bool {
    let sense = |recognized: &RecognizedWindow| recognized.mean_log_probability.unwrap_or(f64::NEG_INFINITY);
    if again.hit_repetition_loop == before.hit_repetition_loop {
        sense(again) > sense(before)
    } else {
        before.hit_repetition_loop
    }
}

/// Whether what was recognized in a stretch by itself, where nothing was recognized before, was
/// said.
pub(crate) fn is_convincing(recognized: &RecognizedWindow) -> bool {
    let may_be_silent =
        recognized.no_speech_probability.is_some_and(|probability| probability > NO_SPEECH_PROBABILITY);
    let least = if may_be_silent { GOOD_LOG_PROBABILITY } else { BAD_LOG_PROBABILITY };
    !recognized.hit_repetition_loop
        && !recognized.words.is_empty()
        && recognized.mean_log_probability.is_some_and(|mean| mean >= least)
}

/// Speech without words, each stretch as its parts of regions: at least [`UNRECOGNIZED_MIN_S`] of
/// it, or [`UNRECOGNIZED_IN_LOOP_MIN_S`] in a window that `hit_repetition_loop`. Words and regions
/// are sorted.
pub(crate) fn stretches(words: &[Word], regions: &[Span], hit_repetition_loop: &[Window]) -> Vec<Vec<Span>> {
    let mut stretches: Vec<Vec<Span>> = vec![Vec::new()];
    for region in regions {
        let first = words.partition_point(|word| word.end_s <= region.start_s);
        let inside = words[first..].iter().take_while(|word| word.start_s < region.end_s);
        let mut start_s = region.start_s;
        for word in inside {
            add(&mut stretches, start_s, word.start_s - WORD_EDGE_S);
            stretches.push(Vec::new());
            start_s = word.end_s + WORD_EDGE_S;
        }
        add(&mut stretches, start_s, region.end_s);
    }
    stretches.retain(|stretch| {
        let speech_s: f64 = stretch.iter().map(Span::duration_s).sum();
        let is_in_loop = hit_repetition_loop
            .iter()
            .flat_map(|window| &window.pieces)
            .any(|piece| stretch.iter().any(|part| part.intersection(&piece.call).is_some()));
        let least_s = if is_in_loop { UNRECOGNIZED_IN_LOOP_MIN_S } else { UNRECOGNIZED_MIN_S };
        (least_s..UNRECOGNIZED_MAX_S).contains(&speech_s)
    });
    stretches
}

fn add(stretches: &mut [Vec<Span>], start_s: f64, end_s: f64) {
    if let Some(stretch) = stretches.last_mut()
        && start_s < end_s
    {
        stretch.push(Span { start_s, end_s });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::Piece;

    fn check(words: &[[f64; 2]], regions: &[[f64; 2]], hit_repetition_loop: bool, expected: &[&[[f64; 2]]]) {
        let words: Vec<Word> =
            words.iter().map(|&[start_s, end_s]| Word::new("да", start_s, end_s, 1.0)).collect();
        let regions: Vec<Span> = regions.iter().copied().map(Span::from).collect();
        let window = Window { pieces: vec![Piece { call: Span::new(0.0, 100.0), window_start_s: 0.0 }] };
        let hit_repetition_loop: &[Window] =
            if hit_repetition_loop { std::slice::from_ref(&window) } else { &[] };
        let found: Vec<Vec<[f64; 2]>> = stretches(&words, &regions, hit_repetition_loop)
            .into_iter()
            .map(|stretch| {
                stretch.into_iter().map(|part| Span::new(part.start_s, part.end_s).into()).collect()
            })
            .collect();
        assert_eq!(found, expected, "{words:?} in {regions:?}");
    }

    #[test]
    fn speech_without_words_is_found() {
        check(&[], &[], false, &[]);
        check(&[[1.0, 1.4]], &[[1.0, 1.5]], false, &[]);
        check(&[[1.0, 1.4]], &[[1.0, 1.5], [3.0, 6.0], [8.0, 8.5]], false, &[&[[3.0, 6.0], [8.0, 8.5]]]);
        check(&[[1.0, 1.4], [9.0, 9.5]], &[[1.0, 5.0], [9.0, 10.0]], false, &[&[[1.6, 5.0]]]);
        check(&[[1.0, 1.4], [2.5, 3.0]], &[[1.0, 3.0]], false, &[]);
        check(&[[1.0, 1.4], [2.5, 3.0]], &[[1.0, 3.0]], true, &[&[[1.6, 2.3]]]);
        // Music.
        check(&[], &[[1.0, 35.0]], false, &[]);
    }

    #[test]
    fn what_went_badly_is_heard_again_and_the_likelier_text_stays() {
        let recognized = |sense: Option<f64>, hit_repetition_loop: bool| RecognizedWindow {
            mean_log_probability: sense,
            hit_repetition_loop,
            ..RecognizedWindow::default()
        };
        assert!(!is_doubtful(2.0, &recognized(Some(-0.3), false)));
        assert!(
            is_doubtful(2.0, &recognized(Some(-1.2), false)) && is_doubtful(2.0, &recognized(None, false))
        );
        assert!(
            is_doubtful(2.0, &recognized(Some(-0.1), true))
                && !is_doubtful(25.0, &recognized(Some(-1.2), true))
        );
        assert!(is_likelier(&recognized(Some(-0.5), false), &recognized(Some(-0.1), true)));
        assert!(is_likelier(&recognized(Some(-0.5), false), &recognized(Some(-0.9), false)));
        assert!(!is_likelier(&recognized(Some(-0.1), true), &recognized(Some(-0.9), false)));
        assert!(!is_likelier(&recognized(None, false), &recognized(Some(-0.9), false)));
    }
}
