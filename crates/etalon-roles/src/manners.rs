//! What people say to be polite or rude, which tells nothing of whose side they are on.

use crate::lexicon::phrase;
use etalon_text::{ListedWord, normalize_word};
use std::sync::LazyLock;

/// Long phrases come first and take their words.
static PHRASES: LazyLock<Vec<Vec<ListedWord>>> = LazyLock::new(|| {
    let lines = include_str!("../lexicons/manners.txt").lines();
    let mut phrases: Vec<Vec<ListedWord>> =
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(phrase).collect();
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
    phrases
});

/// A sentence without its manners; the mark at its end stays.
pub(crate) fn without_manners(words: &[&str]) -> String {
    let spelt: Vec<String> = words.iter().map(|word| normalize_word(word)).collect();
    let mut is_manners = vec![false; words.len()];
    for phrase in PHRASES.iter() {
        for first in 0..(words.len() + 1).saturating_sub(phrase.len()) {
            let place = first..first + phrase.len();
            let is_said = phrase.iter().zip(&spelt[place.clone()]).all(|(listed, word)| listed.matches(word));
            if is_said && !is_manners[place.clone()].contains(&true) {
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
