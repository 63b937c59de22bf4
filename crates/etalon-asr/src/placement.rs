//! Maps words from window time to call time, into the speech regions.
//!
//! Every word is placed in a speech region of the signal. The regions of all words of a window are
//! chosen together, so that the words keep their order (dynamic programming over words and
//! regions). A word belongs to the region in which it begins, or to the nearest one. If the regions
//! of a window lie far apart in the call, the last word of a sentence stays with the words before
//! it unless it clearly begins in a later region. A word far from all speech is dropped and
//! counted.

use crate::TranscriptionSettings;
use crate::transcriber::RecognizedWord;
use crate::window::Window;
use etalon_call::{Span, TranscriptionCounts, Word};

/// The shortest duration of a word, seconds.
const WORD_MIN_S: f64 = 0.04;

/// A slowly spoken word takes at most this long, seconds, plus [`LETTER_MAX_S`] for each letter.
/// The model only gives the end of a word; the silence before it is not part of it.
const WORD_MAX_S: f64 = 0.25;

/// The longest duration of one letter, seconds.
const LETTER_MAX_S: f64 = 0.09;

/// The longest that a word goes on after its last letter, seconds.
const FADING_MAX_S: f64 = 0.4;

/// Regions further apart than this in the call are separate moments, seconds.
const MOMENT_GAP_S: f64 = 1.0;

/// The last word of a sentence is separated from the words before it by such a gap only if it lies
/// this much closer to the later region, seconds of window time.
const SENTENCE_END_S: f64 = 0.5;

/// Maps the words of one window to call time and into `regions`.
pub fn place(
    recognized: &[RecognizedWord],
    window: &Window,
    regions: &[Span],
    settings: &TranscriptionSettings,
    counts: &mut TranscriptionCounts,
) -> Vec<Word> {
    let speech = speech_in(window, regions);
    let near: Vec<&RecognizedWord> =
        recognized.iter().filter(|word| is_near(word, &speech, settings.word_shift_max_s)).collect();
    counts.words_outside_activity += u32::try_from(recognized.len() - near.len()).unwrap_or(u32::MAX);
    let place_of_each = places_of(&near, &speech);
    near.into_iter()
        .zip(place_of_each)
        .map(|(word, place)| {
            let span = into_speech(spoken(word), &speech[place]);
            Word::new(word.text.as_str(), span.start_s, span.end_s, word.confidence)
        })
        .collect()
}

/// A speech region inside a window.
#[derive(Debug, Clone, Copy)]
struct WindowSpeech {
    in_window: Span,
    /// Call time minus window time, seconds.
    shift_s: f64,
}

impl WindowSpeech {
    /// Distance between a moment and the region in window time, seconds.
    fn distance_s(&self, moment_s: f64) -> f64 {
        (self.in_window.start_s - moment_s).max(moment_s - self.in_window.end_s).max(0.0)
    }

    /// Pause in the call between this region and a later one, seconds.
    fn gap_before_s(&self, other: &Self) -> f64 {
        other.in_window.start_s + other.shift_s - self.in_window.end_s - self.shift_s
    }
}

/// The parts of the regions that the window's pieces contain.
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

fn is_near(word: &RecognizedWord, speech: &[WindowSpeech], shift_max_s: f64) -> bool {
    let spoken = spoken(word);
    speech.iter().any(|place| closeness(&spoken, &place.in_window) >= -shift_max_s)
}

/// The region of each word: the cheapest sequence of regions that never goes back.
fn places_of(words: &[&RecognizedWord], speech: &[WindowSpeech]) -> Vec<usize> {
    let mut before = vec![0.0; speech.len()];
    let mut came_from: Vec<Vec<usize>> = Vec::with_capacity(words.len());
    for (index, word) in words.iter().enumerate() {
        let ends_sentence = index > 0 && is_sentence_end(word) && !is_sentence_end(words[index - 1]);
        let (mut costs, mut sources) = (Vec::with_capacity(speech.len()), Vec::with_capacity(speech.len()));
        for (place, region) in speech.iter().enumerate() {
            let parted = |from: usize| {
                let is_far = from < place && speech[from].gap_before_s(region) > MOMENT_GAP_S;
                if ends_sentence && is_far { SENTENCE_END_S } else { 0.0 }
            };
            // The first of equals: a word stays in the region of the word before it.
            let (from, cost) = (0..=place)
                .map(|from| (from, before[from] + parted(from)))
                .rev()
                .min_by(|one, other| one.1.total_cmp(&other.1))
                .unwrap_or((place, before[place]));
            costs.push(cost + region.distance_s(word.onset_s));
            sources.push(from);
        }
        before = costs;
        came_from.push(sources);
    }
    let last = (0..speech.len()).min_by(|one, other| before[*one].total_cmp(&before[*other]));
    let mut place = last.unwrap_or(0);
    let mut places = Vec::with_capacity(words.len());
    for sources in came_from.iter().rev() {
        places.push(place);
        place = sources.get(place).copied().unwrap_or(0);
    }
    places.reverse();
    places
}

fn is_sentence_end(word: &RecognizedWord) -> bool {
    word.text.trim_end_matches(['»', '"', ')']).ends_with(['.', '?', '!', '…'])
}

/// The longest time that the word can occupy, in window time.
fn spoken(word: &RecognizedWord) -> Span {
    let longest_s = WORD_MAX_S + LETTER_MAX_S * word.text.chars().count() as f64;
    let letters_end_s = word.letters_end_s.max(word.start_s + WORD_MIN_S);
    let start_s = word.start_s.max(letters_end_s - longest_s);
    Span {
        start_s: start_s.min(word.onset_s),
        end_s: word.end_s.clamp(letters_end_s, letters_end_s + FADING_MAX_S),
    }
}

/// The part of the word that lies in the region, in call time.
fn into_speech(word: Span, place: &WindowSpeech) -> Span {
    let region = place.in_window;
    let shortest_s = WORD_MIN_S.min(region.duration_s());
    let start_s = word.start_s.clamp(region.start_s, region.end_s - shortest_s);
    let end_s = word.end_s.clamp(start_s + shortest_s, region.end_s.max(start_s + shortest_s));
    Span { start_s: start_s + place.shift_s, end_s: end_s + place.shift_s }
}

/// Overlap of two spans, seconds; negative: the distance between them.
fn closeness(one: &Span, other: &Span) -> f64 {
    one.end_s.min(other.end_s) - one.start_s.max(other.start_s)
}

/// Sorts the words of a speaker and removes overlaps: no word begins before the previous one ends.
pub fn put_in_order(words: &mut [Word]) {
    // Words of stretches that were transcribed again lie between earlier words. The sort is stable.
    words.sort_by(|one, other| one.start_s.total_cmp(&other.start_s));
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
        // Regions 1–2 s and 5–6 s: in the window they lie at 0.1–1.1 and 1.5–2.5 (padding 0.1,
        // joint 0.2).
        let regions = [Span::new(1.0, 2.0), Span::new(5.0, 6.0)];
        let settings = TranscriptionSettings { padding_s: 0.1, joint_s: 0.2, ..Default::default() };
        let window = pack(&regions, &[], 10.0, &settings).remove(0);
        let recognized = RecognizedWord::between("да", word[0], word[1]);
        let mut counts = TranscriptionCounts::default();
        let placed = place(&[recognized], &window, &regions, &settings, &mut counts);
        assert_eq!(placed.first().map(|word| [word.start_s, word.end_s]), expected, "{word:?}");
        assert_eq!(counts.words_outside_activity, u32::from(expected.is_none()));
    }

    #[test]
    fn words_come_to_lie_in_speech() {
        check([0.3, 0.6], Some([1.2, 1.5]));
        check([1.7, 2.0], Some([5.2, 5.5]));
        // In the padding, across the joint, after the end.
        check([0.0, 0.3], Some([1.0, 1.2]));
        check([0.85, 1.25], Some([1.75, 2.0]));
        check([2.5, 2.9], Some([5.96, 6.0]));
        // The silence before a word is not part of it: this one follows the joint.
        check([0.8, 1.6], Some([5.0, 5.1]));
    }

    /// Words with their ends and onsets (seconds of a window with regions at 0.1–1.1 and 1.5–2.5
    /// s), and the region that each word belongs to.
    fn check_row(words: &[(&str, f64, f64)], second_start_s: f64, expected: &[usize]) {
        let regions = [Span::new(1.0, 2.0), Span::new(second_start_s, second_start_s + 1.0)];
        let settings = TranscriptionSettings { padding_s: 0.1, joint_s: 0.2, ..Default::default() };
        let window = pack(&regions, &[], 100.0, &settings).remove(0);
        let mut start_s = 0.0;
        let recognized: Vec<RecognizedWord> = words
            .iter()
            .map(|&(text, end_s, onset_s)| {
                let word = RecognizedWord {
                    text: text.into(),
                    start_s,
                    letters_end_s: end_s,
                    end_s,
                    onset_s,
                    confidence: 0.5,
                };
                start_s = end_s;
                word
            })
            .collect();
        let placed = place(&recognized, &window, &regions, &settings, &mut TranscriptionCounts::default());
        let found: Vec<usize> = placed.iter().map(|word| usize::from(word.start_s > 2.5)).collect();
        assert_eq!(found, expected, "{words:?}");
        assert!(placed.is_sorted_by(|one, next| one.start_s <= next.start_s), "{words:?}");
    }

    #[test]
    fn a_word_belongs_where_it_begins_and_ends_the_sentence_it_belongs_to() {
        // The alignment of the word ends after the start of the next region.
        check_row(&[("сколько", 0.6, 0.4), ("минут?", 1.9, 0.9), ("Две.", 2.4, 2.2)], 30.0, &[0, 0, 1]);
        // Between the regions, nearer to the later one: only the last word of a sentence stays in
        // the earlier one.
        check_row(&[("одну", 0.9, 0.5), ("минуту?", 1.45, 1.38)], 30.0, &[0, 0]);
        check_row(&[("одну", 0.9, 0.5), ("минуту", 1.45, 1.38), ("ещё", 2.0, 1.8)], 30.0, &[0, 1, 1]);
        check_row(&[("одну", 0.9, 0.5), ("минуту?", 1.45, 1.38)], 2.8, &[0, 1]);
        // Clearly in the later region.
        check_row(&[("номер", 0.9, 0.5), ("пять.", 2.3, 2.1)], 30.0, &[0, 1]);
        // A sentence of one word has no words before it.
        check_row(&[("Да.", 0.9, 0.5), ("Нет.", 1.6, 1.38)], 30.0, &[0, 1]);
    }

    #[test]
    fn words_far_from_speech_are_dropped() {
        let window =
            Window { pieces: vec![crate::window::Piece { call: Span::new(0.0, 20.0), window_start_s: 0.0 }] };
        let recognized = RecognizedWord::between("музыка", 10.0, 11.0);
        let mut counts = TranscriptionCounts::default();
        let regions = [Span::new(0.0, 2.0)];
        assert!(
            place(&[recognized], &window, &regions, &TranscriptionSettings::default(), &mut counts)
                .is_empty()
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
        put_in_order(&mut words);
        let starts: Vec<f64> = words.iter().map(|word| word.start_s).collect();
        assert!(starts.is_sorted(), "{starts:?}");
    }
}
