//! Decides what to transcribe again: short windows with improbable text, and speech without words.

use crate::transcriber::RecognizedWindow;
use crate::window::Window;
use etalon_call::{Span, Word};

/// Longer windows already have nearly the full context in the first pass, seconds.
const SHORT_WINDOW_S: f64 = 20.0;

/// Mean log probability below which a window is transcribed again.
const BAD_LOG_PROBABILITY: f64 = -0.8;

/// The least mean log probability that is accepted for a window that may hold no speech.
const GOOD_LOG_PROBABILITY: f64 = -0.4;

/// More words a second than anybody says.
const WORDS_PER_SECOND_MAX: f64 = 7.0;

/// No-speech probability above which words in a stretch that had none need
/// [`GOOD_LOG_PROBABILITY`].
const NO_SPEECH_PROBABILITY: f64 = 0.6;

/// Longest window of a retried stretch, seconds: a repeated phrase is written once for each window.
pub(crate) const WINDOW_MAX_S: f64 = 4.0;

/// Longer stretches without a word are music or noise and are not transcribed again, seconds.
const UNRECOGNIZED_MAX_S: f64 = 30.0;

/// The least speech without a word that is transcribed again, seconds.
const UNRECOGNIZED_MIN_S: f64 = 2.0;

/// The same in a window with a repetition loop, seconds.
const UNRECOGNIZED_IN_LOOP_MIN_S: f64 = 0.6;

/// Accuracy of a word's start and end, seconds.
const WORD_EDGE_S: f64 = 0.2;

/// Whether a window is short and its text is improbable, too fast or a loop.
pub(crate) fn is_doubtful(window_s: f64, recognized: &RecognizedWindow) -> bool {
    let is_bad = recognized.mean_log_probability.is_none_or(|mean| mean < BAD_LOG_PROBABILITY);
    let is_too_fast = recognized.words.len() as f64 > 2.0 + WORDS_PER_SECOND_MAX * window_s;
    window_s < SHORT_WINDOW_S && (is_bad || is_too_fast || recognized.hit_repetition_loop)
}

/// Whether the second transcription of a window is more reliable than the first.
pub(crate) fn is_likelier(again: &RecognizedWindow, before: &RecognizedWindow) -> bool {
    let sense = |recognized: &RecognizedWindow| recognized.mean_log_probability.unwrap_or(f64::NEG_INFINITY);
    if again.hit_repetition_loop == before.hit_repetition_loop {
        sense(again) > sense(before)
    } else {
        before.hit_repetition_loop
    }
}

/// Whether the words found in a stretch that had none before are reliable enough to keep.
pub(crate) fn is_convincing(recognized: &RecognizedWindow) -> bool {
    let may_be_silent =
        recognized.no_speech_probability.is_some_and(|probability| probability > NO_SPEECH_PROBABILITY);
    let least = if may_be_silent { GOOD_LOG_PROBABILITY } else { BAD_LOG_PROBABILITY };
    !recognized.hit_repetition_loop
        && !recognized.words.is_empty()
        && recognized.mean_log_probability.is_some_and(|mean| mean >= least)
}

/// Stretches of speech without words, each as parts of regions: at least [`UNRECOGNIZED_MIN_S`] of
/// speech, or [`UNRECOGNIZED_IN_LOOP_MIN_S`] in a window of `hit_repetition_loop`. Words and
/// regions are sorted.
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
