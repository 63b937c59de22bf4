//! Filters for hallucinations: words that nobody said.
//!
//! Whisper fills silence and noise with phrases from the subtitles it was trained on, repeats
//! itself, and repeats the glossary in its prompt. The result counts removed words by reason and
//! marks them in their turn, so that the filters can be checked:
//!
//! | what | how it is detected | counted as |
//! |---|---|---|
//! | text without speech | low log probability, with the thresholds of Radford et al. 2022 (section 4.5): no-speech probability above 0.6 and mean log probability below −1; or a mean log probability below −1.5 alone, or below −0.5 with hardly a word in many seconds | `words_without_speech` |
//! | loops | a phrase, or text that compresses to less than 1/2.4, repeated faster than anybody speaks (`repetition`); the first repetition stays | `words_repeated` |
//! | credits of subtitles, descriptions of sounds | a list of phrases (`known_hallucinations`) | `words_invented` |
//! | the glossary | several of its entries in its order | `words_from_glossary` |

use crate::transcriber::{RecognizedWindow, RecognizedWord};
use crate::window::Window;
use crate::{known_hallucinations, repetition};
use etalon_call::{RemovalReason, RemovedWords, round3};
use etalon_text::normalize_word;

/// No-speech probability above which a window with improbable text holds no speech.
const NO_SPEECH_PROBABILITY: f64 = 0.6;

/// Mean log probability below which the text of a window that may hold no speech is improbable.
const UNLIKELY_LOG_PROBABILITY: f64 = -1.0;

/// Mean log probability below which the text of any window is improbable.
const SENSELESS_LOG_PROBABILITY: f64 = -1.5;

/// Mean log probability below which the text of a window with hardly any words is improbable.
const DOUBTED_LOG_PROBABILITY: f64 = -0.5;

/// People say two to three words a second. A long window with fewer than this holds something else.
const SPARSE_WORDS_PER_SECOND: f64 = 0.25;

/// The shortest window to which the limit on words per second applies, seconds.
const SPARSE_FROM_S: f64 = 8.0;

/// So many entries of the glossary in its order are an echo of the prompt.
const GLOSSARY_ENTRIES: usize = 3;

/// The words of a window after filtering, and what was removed.
#[derive(Default, PartialEq)]
pub struct WithoutHallucinations {
    /// The remaining words, in order of time.
    pub words: Vec<RecognizedWord>,
    /// The removed words: one entry for each run of adjacent words, in call time.
    pub removed: Vec<RemovedWords>,
}

/// Removes hallucinated words from a window.
///
/// `glossary` is the prompt of the window: entries separated by commas and full stops.
pub fn without_hallucinations(
    recognized: RecognizedWindow,
    window: &Window,
    glossary: &str,
) -> WithoutHallucinations {
    let is_senseless = is_senseless(&recognized, window.duration_s());
    let mut filtered = WithoutHallucinations { words: recognized.words, removed: Vec::new() };
    if is_senseless {
        filtered.remove(RemovalReason::WithoutSpeech, window, |words| (0..words.len()).collect());
    }
    filtered.remove(RemovalReason::FromGlossary, window, |words| echoes(words, glossary));
    filtered.remove(RemovalReason::Repeated, window, repetition::loops);
    filtered.remove(RemovalReason::Invented, window, known_hallucinations::credits);
    filtered
}

/// For each word of an imported window the reason to remove it; none for words to keep.
/// `duration_s` is the speech in the window, seconds.
pub fn removal_reasons(recognized: &RecognizedWindow, duration_s: f64) -> Vec<Option<RemovalReason>> {
    let words = &recognized.words;
    if !words.is_empty() && is_senseless(recognized, duration_s) {
        return vec![Some(RemovalReason::WithoutSpeech); words.len()];
    }
    let mut reasons = vec![None; words.len()];
    for place in repetition::loops(words) {
        reasons[place] = Some(RemovalReason::Repeated);
    }
    let kept: Vec<usize> = (0..words.len()).filter(|&place| reasons[place].is_none()).collect();
    let kept_words: Vec<RecognizedWord> = kept.iter().map(|&place| words[place].clone()).collect();
    for place in known_hallucinations::credits(&kept_words) {
        reasons[kept[place]] = Some(RemovalReason::Invented);
    }
    reasons
}

impl WithoutHallucinations {
    /// Removes the words at the indices that `find` returns.
    fn remove(
        &mut self,
        reason: RemovalReason,
        window: &Window,
        find: impl Fn(&[RecognizedWord]) -> Vec<usize>,
    ) {
        let mut is_removed = vec![false; self.words.len()];
        for place in find(&self.words) {
            is_removed[place] = true;
        }
        let places: Vec<usize> = (0..self.words.len()).filter(|&place| is_removed[place]).collect();
        for row in places.chunk_by(|one, next| one + 1 == *next) {
            let words = &self.words[row[0]..=row[row.len() - 1]];
            let (first, last) = (&words[0], &words[words.len() - 1]);
            self.removed.push(RemovedWords {
                reason,
                words: u32::try_from(words.len()).unwrap_or(u32::MAX),
                start_s: round3(window.call_time_s(first.start_s)),
                end_s: round3(window.call_time_s(last.letters_end_s)),
            });
        }
        let mut is_removed = is_removed.into_iter();
        self.words.retain(|_| !is_removed.next().unwrap_or(false));
    }
}

/// Whether the recognizer's own probabilities indicate that the window holds no speech.
fn is_senseless(recognized: &RecognizedWindow, duration_s: f64) -> bool {
    let sense = recognized.mean_log_probability.unwrap_or(0.0);
    let may_be_silent =
        recognized.no_speech_probability.is_some_and(|probability| probability > NO_SPEECH_PROBABILITY);
    let is_sparse =
        duration_s >= SPARSE_FROM_S && (recognized.words.len() as f64) < SPARSE_WORDS_PER_SECOND * duration_s;
    sense < SENSELESS_LOG_PROBABILITY
        || (is_sparse && sense < DOUBTED_LOG_PROBABILITY)
        || (may_be_silent
            && (sense < UNLIKELY_LOG_PROBABILITY || known_hallucinations::is_lonely(&recognized.words)))
}

/// Indices of words that repeat the glossary: nobody says so many of its entries in its order.
fn echoes(words: &[RecognizedWord], glossary: &str) -> Vec<usize> {
    let entries: Vec<(usize, String)> = glossary
        .split([',', '.'])
        .enumerate()
        .flat_map(|(entry, text)| etalon_text::tokens(text).into_iter().map(move |word| (entry, word)))
        .collect();
    if entries.is_empty() {
        return Vec::new();
    }
    let normal: Vec<String> = words.iter().map(|word| normalize_word(&word.text)).collect();
    let mut places = Vec::new();
    let mut start = 0;
    while start < normal.len() {
        match longest_echo(&normal[start..], &entries) {
            Some(length) => {
                places.extend(start..start + length);
                start += length;
            }
            None => start += 1,
        }
    }
    places
}

/// How many words at the start match the glossary in order, if they span enough of its entries.
fn longest_echo(words: &[String], entries: &[(usize, String)]) -> Option<usize> {
    (0..entries.len())
        .filter_map(|from| {
            let same = words.iter().zip(&entries[from..]).take_while(|(word, (_, entry))| *word == entry);
            let length = same.count();
            let last = length.checked_sub(1)?;
            let entries_said = entries[from + last].0 - entries[from].0 + 1;
            (entries_said >= GLOSSARY_ENTRIES).then_some(length)
        })
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::Piece;
    use etalon_call::{Span, TranscriptionCounts};

    const GLOSSARY: &str = "Цессия, пеня, исполнительное производство. Компания «Вектор». Инна Громова.";

    /// Words of 0.3 s each, one after another.
    fn words_of(said: &str) -> Vec<RecognizedWord> {
        said.split_whitespace()
            .enumerate()
            .map(|(index, text)| RecognizedWord::between(text, 0.3 * index as f64, 0.3 * (index + 1) as f64))
            .collect()
    }

    fn guard(recognized: RecognizedWindow) -> (String, TranscriptionCounts) {
        let call = Span::new(10.0, 10.0 + 0.3 * recognized.words.len() as f64);
        let window = Window { pieces: vec![Piece { call, window_start_s: 0.0 }] };
        let filtered = without_hallucinations(recognized, &window, GLOSSARY);
        let kept: Vec<&str> = filtered.words.iter().map(|word| word.text.as_str()).collect();
        (kept.join(" "), counts_of(&filtered))
    }

    fn counts_of(filtered: &WithoutHallucinations) -> TranscriptionCounts {
        let mut counts = TranscriptionCounts::default();
        for removed in &filtered.removed {
            counts.count_removed(removed);
        }
        counts
    }

    fn check(said: &str, expected: &str, repeated: u32, invented: u32) {
        let recognized = RecognizedWindow { words: words_of(said), ..RecognizedWindow::default() };
        let (kept, counts) = guard(recognized);
        assert_eq!(kept, expected, "{said}");
        assert_eq!((counts.words_repeated, counts.words_invented), (repeated, invented), "{said}");
    }

    #[test]
    fn what_is_said_again_and_again_stays() {
        for said in ["Да, да, я слушаю.", &"Да. ".repeat(6), &"До свидания. ".repeat(8), "нет нет нет", ""]
        {
            check(said.trim_end(), said.trim_end(), 0, 0);
        }
    }

    #[test]
    fn loops_are_removed_and_counted() {
        let mut recognized =
            RecognizedWindow { words: words_of(&"и всё. ".repeat(12)), ..RecognizedWindow::default() };
        for word in &mut recognized.words {
            (word.start_s, word.letters_end_s) = (word.start_s / 10.0, word.letters_end_s / 10.0);
        }
        let (kept, counts) = guard(recognized);
        assert_eq!((kept.as_str(), counts.words_repeated), ("и всё.", 22));
    }

    #[test]
    fn credits_and_descriptions_of_sounds_are_removed_and_counted() {
        check("Субтитры сделал DimaTorzok", "", 0, 3);
        check("Редактор субтитров А.Семкин Корректор А.Егорова", "", 0, 5);
        check("Спасибо за ожидание. Продолжение следует...", "Спасибо за ожидание.", 0, 2);
        check("Thank you for watching!", "", 0, 4);
        check("ТРЕВОЖНАЯ МУЗЫКА", "", 0, 2);
        check("Продолжение следует... Я вас слушаю.", "Я вас слушаю.", 0, 2);
        check("Субтитры созданы сообществом Amara.org", "", 0, 4);
        check("Редактор субтитров А. Иванова. Да.", "Да.", 0, 4);
        check("Субтитры сделал DimaTorzok. Да, слушаю.", "Да, слушаю.", 0, 3);
        check("Спасибо, что смотрели! До свидания.", "До свидания.", 0, 3);
        check("Это ВТБ, звонок записывается", "Это ВТБ, звонок записывается", 0, 0);
        check("Спасибо за внимание", "Спасибо за внимание", 0, 0);
        check("У вас музыка играет", "У вас музыка играет", 0, 0);
    }

    #[test]
    fn the_glossary_read_out_is_removed_and_its_words_in_speech_are_not() {
        let check = |said: &str, expected: &str, removed: u32| {
            let (kept, counts) =
                guard(RecognizedWindow { words: words_of(said), ..RecognizedWindow::default() });
            assert_eq!((kept.as_str(), counts.words_from_glossary), (expected, removed), "{said}");
        };
        check("Цессия, пеня, исполнительное производство.", "", 4);
        check("Алло. Пеня, исполнительное производство. Компания «Вектор».", "Алло.", 5);
        let speech = "Компания «Вектор», меня зовут Инна Громова, это пеня, исполнительное производство";
        check(speech, speech, 0);
    }

    #[test]
    fn what_the_model_doubts_itself_is_removed_and_counted() {
        let check = |said: &str, no_speech: f64, sense: f64, removed: u32| {
            let recognized = RecognizedWindow {
                words: words_of(said),
                no_speech_probability: Some(no_speech),
                mean_log_probability: Some(sense),
                ..RecognizedWindow::default()
            };
            let (kept, counts) = guard(recognized);
            assert_eq!(counts.words_without_speech, removed, "{said} {no_speech} {sense}");
            assert_eq!(kept.is_empty(), removed > 0, "{said} {no_speech} {sense}");
        };
        check("Я вас слушаю", 0.1, -0.3, 0);
        check("Я вас слушаю", 0.9, -0.3, 0);
        check("Я вас слушаю", 0.1, -1.2, 0);
        check("Я вас слушаю", 0.9, -1.2, 3);
        check("Я вас слушаю", 0.1, -1.8, 3);
        check("Спасибо.", 0.1, -0.3, 0);
        check("Спасибо.", 0.9, -0.3, 1);
    }

    #[test]
    fn a_doubtful_word_in_many_seconds_is_removed_and_counted() {
        let check = |said: &str, window_s: f64, sense: f64, removed: u32| {
            let piece = Piece { call: Span::new(10.0, 10.0 + window_s), window_start_s: 0.0 };
            let recognized = RecognizedWindow {
                words: words_of(said),
                mean_log_probability: Some(sense),
                ..RecognizedWindow::default()
            };
            let filtered = without_hallucinations(recognized, &Window { pieces: vec![piece] }, "");
            assert_eq!(counts_of(&filtered).words_without_speech, removed, "{said} {window_s} {sense}");
        };
        check("Буу!", 20.0, -1.2, 1);
        check("Буу!", 20.0, -0.3, 0);
        check("Буу!", 2.0, -1.2, 0);
        check("Алло. Я вас слушаю. Говорите, пожалуйста.", 20.0, -1.2, 0);
    }

    #[test]
    fn each_row_of_removed_words_has_its_reason_and_its_place_in_the_call() {
        let check = |said: &str, expected: &[(RemovalReason, u32, f64, f64)]| {
            let recognized = RecognizedWindow { words: words_of(said), ..RecognizedWindow::default() };
            // The second piece lies 20 s later in the call.
            let pieces = [(10.0, 11.5, 0.0), (31.5, 60.0, 1.5)].map(|(start_s, end_s, window_start_s)| {
                Piece { call: Span::new(start_s, end_s), window_start_s }
            });
            let filtered = without_hallucinations(recognized, &Window { pieces: pieces.into() }, GLOSSARY);
            let found: Vec<(RemovalReason, u32, f64, f64)> = filtered
                .removed
                .iter()
                .map(|removed| (removed.reason, removed.words, removed.start_s, removed.end_s))
                .collect();
            assert_eq!(found, expected, "{said}");
        };
        check("Алло, я вас слушаю", &[]);
        check("Спасибо. Продолжение следует...", &[(RemovalReason::Invented, 2, 10.3, 10.9)]);
        check(
            "Продолжение следует... Я вас хорошо слышу. Субтитры сделал DimaTorzok",
            &[(RemovalReason::Invented, 2, 10.0, 10.6), (RemovalReason::Invented, 3, 31.8, 32.7)],
        );
        check(
            "Алло. Пеня, исполнительное производство. Компания «Вектор». Спасибо. Субтитры сделал DimaTorzok",
            &[(RemovalReason::FromGlossary, 5, 10.3, 31.8), (RemovalReason::Invented, 3, 32.1, 33.0)],
        );
    }
}
