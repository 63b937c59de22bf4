//! Guards against words that nobody said.
//!
//! Whisper fills silence and noise with phrases of its training subtitles and sometimes falls into a loop. What is
//! removed here is counted in the result, so that nobody has to trust the guard blindly.

use crate::transcriber::HeardWord;
use etalon_call::TranscriptionCounts;
use etalon_text::normalize_word;

/// Phrases of subtitle credits that the model says over noise in Russian, Kazakh and English, in the form of
/// [`normalize_word`]; a name that follows is removed with them.
const INVENTED: [&[&str]; 11] = [
    &["субтитры", "сделал"],
    &["субтитры", "создавал"],
    &["субтитры", "подогнал"],
    &["субтитры", "делал"],
    &["редактор", "субтитров"],
    &["продолжение", "следует"],
    &["спасибо", "за", "просмотр"],
    &["подписывайтесь", "на", "канал"],
    &["подпишись", "на", "канал"],
    &["thanks", "for", "watching"],
    &["dimatorzok"],
];

/// Words after a credit that belong to it, when they are capitalised: names such as «А.Семкин».
const CREDIT_NAME_MAX: usize = 4;

/// A phrase repeated this often in a row is a loop of the model.
const LOOP_REPEATS: usize = 4;

/// The longest phrase, in words, that is looked for in a loop.
const LOOP_PHRASE_MAX: usize = 12;

/// The words without loops and invented credits; what is removed is added to `counts`.
pub fn without_invented_words(words: Vec<HeardWord>, counts: &mut TranscriptionCounts) -> Vec<HeardWord> {
    let heard = words.len();
    let words = without_loops(words);
    let looped = heard - words.len();
    let before = words.len();
    let words = without_credits(words);
    counts.words_repeated += u32::try_from(looped).unwrap_or(u32::MAX);
    counts.words_invented += u32::try_from(before - words.len()).unwrap_or(u32::MAX);
    words
}

/// Keeps the first of a phrase that is repeated [`LOOP_REPEATS`] times or more in a row.
fn without_loops(words: Vec<HeardWord>) -> Vec<HeardWord> {
    let normal: Vec<String> = words.iter().map(|word| normalize_word(&word.text)).collect();
    let mut keep = vec![true; words.len()];
    let mut start = 0;
    while start < normal.len() {
        let (phrase, repeats) = longest_loop(&normal[start..]);
        if repeats >= LOOP_REPEATS {
            keep[start + phrase..start + phrase * repeats].fill(false);
            start += phrase * repeats;
        } else {
            start += 1;
        }
    }
    words.into_iter().zip(keep).filter_map(|(word, keep)| keep.then_some(word)).collect()
}

/// The phrase at the start of `words` whose repetitions cover the most: its length and how often it stands there.
fn longest_loop(words: &[String]) -> (usize, usize) {
    (1..=LOOP_PHRASE_MAX.min(words.len()))
        .map(|phrase| {
            let repeats = words.chunks_exact(phrase).take_while(|chunk| *chunk == &words[..phrase]).count();
            (phrase, repeats)
        })
        .filter(|(_, repeats)| *repeats >= LOOP_REPEATS)
        .max_by_key(|(phrase, repeats)| phrase * repeats)
        .unwrap_or((1, 1))
}

fn without_credits(words: Vec<HeardWord>) -> Vec<HeardWord> {
    let normal: Vec<String> = words.iter().map(|word| normalize_word(&word.text)).collect();
    let mut keep = vec![true; words.len()];
    for start in 0..normal.len() {
        for phrase in INVENTED {
            if normal[start..].starts_with(&phrase.iter().map(ToString::to_string).collect::<Vec<_>>()) {
                let end = start + phrase.len();
                let names = words[end..]
                    .iter()
                    .take(CREDIT_NAME_MAX)
                    .take_while(|word| word.text.chars().next().is_some_and(char::is_uppercase))
                    .count();
                keep[start..end + names].fill(false);
            }
        }
    }
    words.into_iter().zip(keep).filter_map(|(word, keep)| keep.then_some(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(said: &str, expected: &str, repeated: u32, invented: u32) {
        let words = said
            .split_whitespace()
            .map(|text| HeardWord { text: text.into(), start_s: 0.0, end_s: 0.0, confidence: 1.0 })
            .collect();
        let mut counts = TranscriptionCounts::default();
        let kept = without_invented_words(words, &mut counts);
        let kept: Vec<&str> = kept.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(kept.join(" "), expected, "{said}");
        assert_eq!((counts.words_repeated, counts.words_invented), (repeated, invented), "{said}");
    }

    #[test]
    fn loops_and_credits_are_removed_and_counted() {
        check("Да, да, я слушаю.", "Да, да, я слушаю.", 0, 0);
        check("нет нет нет", "нет нет нет", 0, 0);
        check("Я не знаю, я не знаю, я не знаю, я не знаю, я не знаю. Хорошо.", "Я не знаю, Хорошо.", 12, 0);
        check("а а а а а а", "а", 5, 0);
        check("Субтитры сделал DimaTorzok", "", 0, 3);
        check("Редактор субтитров А.Семкин Корректор А.Егорова", "", 0, 5);
        check("Спасибо за ожидание. Продолжение следует...", "Спасибо за ожидание.", 0, 2);
        check("", "", 0, 0);
    }
}
