//! Polite and rude phrases, which say nothing about the speaker's side.

use etalon_text::{ListedPhrase, listed_phrases, normalize_word};
use std::sync::LazyLock;

/// Long phrases come first and take their words.
static PHRASES: LazyLock<Vec<ListedPhrase>> =
    LazyLock::new(|| listed_phrases(include_str!("../lexicons/manners.txt")));

/// A sentence without its manners; its final punctuation stays.
pub(crate) fn without_manners(words: &[&str]) -> String {
    let spelt: Vec<String> = words.iter().map(|word| normalize_word(word)).collect();
    let mut is_manners = vec![false; words.len()];
    for phrase in PHRASES.iter() {
        for first in 0..words.len() {
            let Some(length) = phrase.length_in_words(&spelt[first..]) else { continue };
            let place = first..first + length;
            if !is_manners[place.clone()].contains(&true) {
                is_manners[place].fill(true);
            }
        }
    }
    let kept = words.iter().zip(&is_manners).filter(|(_, is_manners)| !**is_manners);
    let mut sentence = kept.map(|(word, _)| *word).collect::<Vec<_>>().join(" ");
    let mark = words.last().and_then(|word| word.chars().last()).filter(|mark| ".?!…".contains(*mark));
    if let Some(mark) = mark.filter(|mark| !sentence.is_empty() && !sentence.ends_with(*mark)) {
        sentence.truncate(sentence.trim_end_matches([',', ';', ':', '-', '—', ' ']).len());
        sentence.push(mark);
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sentence: &str, expected: &str) {
        assert_eq!(without_manners(&sentence.split_whitespace().collect::<Vec<_>>()), expected, "{sentence}");
    }

    #[test]
    fn what_is_done_stays() {
        check("Здравствуйте, назовите, пожалуйста, номер договора.", "назовите, номер договора.");
        check("Ты что, идиот?", "Ты что?");
        check("Спасибо большое!", "");
        check("Deadbeat, when are you paying?", "when are you paying?");
        check("Сәлеметсіз бе, картам жұмыс істемейді", "картам жұмыс істемейді");
        check("", "");
    }
}
