//! Detects text that the recognizer repeated although nobody did.
//!
//! People repeat themselves: six «алло» on a bad line, a «да» to every question. Repetitions are
//! therefore taken for a decoder loop only if they come faster than anybody speaks.

use crate::transcriber::RecognizedWord;
use etalon_text::normalize_word;
use std::cmp::Reverse;
use std::collections::HashSet;

/// The least number of repetitions in a row that is examined.
const REPEATS_MIN: usize = 4;

/// The longest phrase that is looked for in a loop, words.
const PHRASE_MAX: usize = 12;

/// The fastest speech, letters per second: fast speakers reach some twenty.
const LETTERS_PER_SECOND_MAX: f64 = 25.0;

/// Text with a higher compression ratio repeats itself: bytes over compressed bytes, with one byte
/// a letter. Speech of 30 s reaches 1.84, a phrase written eight times 5.95.
const COMPRESSION_RATIO_MAX: f64 = 2.4;

/// Texts of fewer words are not compressed: a few short answers look alike.
const COMPRESSED_WORDS_MIN: usize = 15;

/// A sequence of so many words that occurred before adds nothing new.
const SEQUENCE: usize = 3;

/// Indices of words that only repeat what precedes them; the first repetition stays.
pub(crate) fn loops(words: &[RecognizedWord]) -> Vec<usize> {
    let normal: Vec<String> = words.iter().map(|word| normalize_word(&word.text)).collect();
    let mut places = Vec::new();
    let mut start = 0;
    while start < normal.len() {
        let (phrase, repeats) = longest_run(&normal[start..]);
        let end = start + phrase * repeats;
        if repeats >= REPEATS_MIN && is_too_fast(&words[start..end], &normal[start..end], phrase) {
            places.extend(start + phrase..end);
        }
        start = end;
    }
    if places.is_empty() { irregular_loop(words, &normal) } else { places }
}

/// The length and the number of repetitions of the phrase at the start of `words` whose repetitions
/// cover the most words.
fn longest_run(words: &[String]) -> (usize, usize) {
    (1..=PHRASE_MAX.min(words.len()))
        .map(|phrase| {
            let repeats = words.chunks_exact(phrase).take_while(|chunk| *chunk == &words[..phrase]).count();
            (phrase, repeats)
        })
        .filter(|(_, repeats)| *repeats >= REPEATS_MIN)
        // The shortest phrase of those that cover the same words.
        .max_by_key(|(phrase, repeats)| (phrase * repeats, Reverse(*phrase)))
        .unwrap_or((1, 1))
}

/// Whether the median repetition of a phrase, or all of them together, take less time than it takes
/// to say them.
fn is_too_fast(words: &[RecognizedWord], normal: &[String], phrase: usize) -> bool {
    let shortest_s = letters(&normal[..phrase]) / LETTERS_PER_SECOND_MAX;
    let mut turn_s: Vec<f64> = words
        .chunks_exact(phrase)
        .zip(words.chunks_exact(phrase).skip(1))
        .filter_map(|(before, turn)| Some(turn.last()?.letters_end_s - before.last()?.letters_end_s))
        .collect();
    turn_s.sort_by(f64::total_cmp);
    let all_s: f64 = turn_s.iter().sum();
    turn_s.get(turn_s.len() / 2).is_some_and(|median_s| *median_s < shortest_s)
        || all_s < shortest_s * turn_s.len() as f64
}

/// Indices after the last new sequence of words, in text that repeats itself without a fixed
/// phrase, faster than anybody speaks.
fn irregular_loop(words: &[RecognizedWord], normal: &[String]) -> Vec<usize> {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Vec::new() };
    let rate = letters(normal) / (last.end_s - first.start_s).max(1e-3);
    if words.len() < COMPRESSED_WORDS_MIN
        || rate <= LETTERS_PER_SECOND_MAX
        || compression_ratio(&normal.join(" ")) <= COMPRESSION_RATIO_MAX
    {
        return Vec::new();
    }
    let mut known: HashSet<&[String]> = HashSet::new();
    let new = normal.windows(SEQUENCE).enumerate().filter(|(_, sequence)| known.insert(sequence)).last();
    let kept = new.map_or(words.len(), |(start, _)| start + SEQUENCE);
    (kept..words.len()).collect()
}

fn letters(words: &[String]) -> f64 {
    words.iter().map(|word| word.chars().count()).sum::<usize>() as f64
}

/// Bytes over compressed bytes (zlib): Whisper's measure of repetition, but with one byte for each
/// letter. A Cyrillic letter has two bytes in UTF-8, of which the first is nearly always the same,
/// so that every Cyrillic text would look repetitive.
fn compression_ratio(text: &str) -> f64 {
    let bytes: Vec<u8> = text.chars().map(|letter| (u32::from(letter) & 0xFF) as u8).collect();
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&bytes, 6);
    bytes.len() as f64 / compressed.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The remaining words, if each word takes `spoken_s` seconds.
    fn check(said: &str, spoken_s: f64, expected: &str) {
        let words: Vec<RecognizedWord> = said
            .split_whitespace()
            .enumerate()
            .map(|(index, text)| {
                RecognizedWord::between(text, spoken_s * index as f64, spoken_s * (index + 1) as f64)
            })
            .collect();
        let removed = loops(&words);
        let left = words.iter().enumerate().filter(|(place, _)| !removed.contains(place));
        let left: Vec<&str> = left.map(|(_, word)| word.text.as_str()).collect();
        assert_eq!(left.join(" "), expected, "{said} at {spoken_s} s");
    }

    #[test]
    fn what_there_was_time_to_say_stays_and_of_a_loop_the_first_turn() {
        for said in
            ["Да, верно. ".repeat(10), "До свидания! ".repeat(8), "Алло! ".repeat(6), "да ".repeat(30)]
        {
            let said = said.trim_end();
            check(said, 0.4, said);
            let first = &said[..said.find(['.', '!']).map_or(said.find(' ').unwrap(), |end| end + 1)];
            check(said, 0.04, first);
        }
        check("Я не знаю, я не знаю, я не знаю, я не знаю. Хорошо.", 0.05, "Я не знаю, Хорошо.");
        check("нет нет нет", 0.01, "нет нет нет");
        check("", 0.1, "");
    }

    #[test]
    fn a_loop_without_a_fixed_phrase_keeps_what_is_new() {
        let irregular = "ну вот и хорошо, и хорошо, и хорошо, и вот хорошо, вот и хорошо, и хорошо вот, и вот \
                         хорошо, и хорошо вот, и хорошо, ну и хорошо";
        let said = [irregular; 4].join(" ");
        check(&said, 0.3, &said);
        let words: Vec<RecognizedWord> =
            said.split_whitespace().map(|text| RecognizedWord::between(text, 0.0, 0.1)).collect();
        let left = words.len() - loops(&words).len();
        assert!((10..=irregular.split_whitespace().count() + SEQUENCE).contains(&left), "{left} words left");
    }

    #[test]
    fn true_text_compresses_the_same_in_every_script() {
        let russian = "здравствуйте меня зовут инна громова банк синица чем могу вам помочь да я вижу ваш платёж он \
                       поступил вчера вечером и зачислен на счёт полностью спасибо что сообщили хорошего дня вам до свидания";
        let english = "hello my name is inna from the blue tit bank how can i help you today yes i can see your payment it \
                       arrived last night and was booked to your account in full thank you for calling have a good day";
        for text in [russian, english] {
            let ratio = compression_ratio(text);
            assert!((1.0..1.84).contains(&ratio), "{ratio}");
            assert!(compression_ratio(&[text; 8].join(" ")) > COMPRESSION_RATIO_MAX);
        }
    }
}
