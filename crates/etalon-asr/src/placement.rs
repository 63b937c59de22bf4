//! Words from window time to call time, into the regions where the signal holds speech.
//!
//! The model places words where it likes, also over pauses. The signal is asked first: a word is put into the speech
//! region that it overlaps most, one that falls between two regions is moved to the nearer of them if that is close,
//! and one that is far from all speech is dropped and counted.

use crate::TranscriptionSettings;
use crate::transcriber::HeardWord;
use crate::window::Window;
use etalon_call::{Span, TranscriptionCounts, Word};

/// The shortest time a word is given, seconds.
const WORD_MIN_S: f64 = 0.04;

/// A slowly spoken word takes at most this long, seconds, and as much again for each of its letters as
/// [`LETTER_MAX_S`] says. The model only tells when a word is over; the silence before it is not part of it.
const WORD_MAX_S: f64 = 0.25;

/// The longest time that one letter of a word takes, seconds.
const LETTER_MAX_S: f64 = 0.09;

/// Maps the words of one window to call time and into `regions`.
pub fn place(
    heard: &[HeardWord],
    window: &Window,
    regions: &[Span],
    settings: &TranscriptionSettings,
    counts: &mut TranscriptionCounts,
) -> Vec<Word> {
    let speech = speech_in(window, regions);
    let mut placed = Vec::with_capacity(heard.len());
    for word in heard {
        match into_speech(spoken(word), &speech, settings.word_shift_max_s) {
            Some(span) => {
                placed.push(Word::new(word.text.as_str(), span.start_s, span.end_s, word.confidence));
            }
            None => counts.words_outside_activity += 1,
        }
    }
    placed
}

/// A speech region inside a window.
#[derive(Debug, Clone, Copy)]
struct WindowSpeech {
    in_window: Span,
    /// What has to be added to a window time to get the call time.
    shift_s: f64,
}

/// The parts of the regions that lie in the window's pieces.
fn speech_in(window: &Window, regions: &[Span]) -> Vec<WindowSpeech> {
    let mut speech = Vec::new();
    for piece in &window.pieces {
        let shift_s = piece.call.start_s - piece.window_start_s;
        for part in regions.iter().filter_map(|region| region.intersection(&piece.call)) {
            let in_window = Span { start_s: part.start_s - shift_s, end_s: part.end_s - shift_s };
            speech.push(WindowSpeech { in_window, shift_s });
        }
    }
    speech
}

/// When the word can have been spoken at most, in window time.
fn spoken(word: &HeardWord) -> Span {
    let longest_s = WORD_MAX_S + LETTER_MAX_S * word.text.chars().count() as f64;
    let end_s = word.end_s.max(word.start_s + WORD_MIN_S);
    Span { start_s: word.start_s.max(end_s - longest_s), end_s }
}

/// The part of the word that lies in speech, in call time.
fn into_speech(word: Span, speech: &[WindowSpeech], shift_max_s: f64) -> Option<Span> {
    let place = speech.iter().filter(|place| closeness(&word, &place.in_window) >= -shift_max_s).max_by(
        |left, right| closeness(&word, &left.in_window).total_cmp(&closeness(&word, &right.in_window)),
    )?;
    let region = place.in_window;
    let shortest_s = WORD_MIN_S.min(region.duration_s());
    let start_s = word.start_s.clamp(region.start_s, region.end_s - shortest_s);
    let end_s = word.end_s.clamp(start_s + shortest_s, region.end_s.max(start_s + shortest_s));
    Some(Span { start_s: start_s + place.shift_s, end_s: end_s + place.shift_s })
}

/// Seconds that two spans share, or minus the seconds between them.
fn closeness(one: &Span, other: &Span) -> f64 {
    one.end_s.min(other.end_s) - one.start_s.max(other.start_s)
}

/// Puts the words of a channel in order, so that no word begins before the one that was said before it has ended.
pub fn settle(words: &mut [Word]) {
    let mut previous_end_s = 0.0_f64;
    for word in words {
        if word.start_s < previous_end_s {
            let middle_s = word.end_s.min(previous_end_s);
            *word = Word::new(
                word.text.clone(),
                middle_s.max(word.start_s),
                word.end_s.max(middle_s),
                word.confidence,
            );
        }
        previous_end_s = previous_end_s.max(word.end_s);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::pack;

    fn check(word: [f64; 2], expected: Option<[f64; 2]>) {
        // Regions 1–2 s and 5–6 s: in the window they lie at 0.1–1.1 and 1.5–2.5 (padding 0.1, joint 0.2).
        let regions = [Span::new(1.0, 2.0), Span::new(5.0, 6.0)];
        let settings = TranscriptionSettings { padding_s: 0.1, joint_s: 0.2, ..Default::default() };
        let window = pack(&regions, &[], 10.0, &settings).remove(0);
        let heard = HeardWord { text: "да".into(), start_s: word[0], end_s: word[1], confidence: 0.5 };
        let mut counts = TranscriptionCounts::default();
        let placed = place(&[heard], &window, &regions, &settings, &mut counts);
        assert_eq!(placed.first().map(|word| [word.start_s, word.end_s]), expected, "{word:?}");
        assert_eq!(counts.words_outside_activity, u32::from(expected.is_none()));
    }

    #[test]
    fn words_come_to_lie_in_speech() {
        check([0.3, 0.6], Some([1.2, 1.5]));
        check([1.7, 2.0], Some([5.2, 5.5]));
        // Into the padding, over the joint, beyond the end.
        check([0.0, 0.3], Some([1.0, 1.2]));
        check([1.0, 1.45], Some([1.92, 2.0]));
        check([2.5, 2.9], Some([5.96, 6.0]));
        // The silence before a word is not part of it: this one was said after the joint.
        check([0.8, 1.6], Some([5.0, 5.1]));
    }

    #[test]
    fn words_far_from_speech_are_dropped() {
        let window =
            Window { pieces: vec![crate::window::Piece { call: Span::new(0.0, 20.0), window_start_s: 0.0 }] };
        let heard = HeardWord { text: "музыка".into(), start_s: 10.0, end_s: 11.0, confidence: 0.9 };
        let mut counts = TranscriptionCounts::default();
        let regions = [Span::new(0.0, 2.0)];
        assert!(
            place(&[heard], &window, &regions, &TranscriptionSettings::default(), &mut counts).is_empty()
        );
        assert_eq!(counts.words_outside_activity, 1);
    }

    #[test]
    fn words_never_run_backwards() {
        let mut words = [
            Word::new("раз", 1.0, 2.0, 1.0),
            Word::new("два", 1.5, 1.8, 1.0),
            Word::new("три", 2.0, 2.5, 1.0),
        ];
        settle(&mut words);
        let starts: Vec<f64> = words.iter().map(|word| word.start_s).collect();
        assert!(starts.is_sorted(), "{starts:?}");
    }
}
