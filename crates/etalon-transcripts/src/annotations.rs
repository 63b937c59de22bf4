//! Text of a transcript that nobody said: marks of time, pauses, described sounds, control tokens.
//!
//! Programs write them in brackets, between asterisks or between notes: `[00:00:07]`, «(3 Sekunden
//! Pause)», `[музыка]`, `*смех*`, `♪ … ♪`, `<|0.00|>`. In square and angle brackets, asterisks and
//! notes stands no speech, except where a service hides personal data (`[PII]`). Round brackets may
//! hold what was said, so what stands in them has to be a number of seconds or to name a sound.

use etalon_text::{ListedPhrase, listed_phrases, tokens};
use std::sync::LazyLock;

/// The longest annotation, words.
const WORDS_MAX: usize = 12;

/// Units of a pause that is written as a number in round brackets.
const PAUSE_UNITS: [&str; 7] = ["s", "sec", "с", "сек", "секунд", "секунды", "секунда"];

const SOUNDS_TEXT: &str = include_str!("../lexicons/described_sounds.txt");
const REDACTIONS_TEXT: &str = include_str!("../lexicons/redactions.txt");

/// The lists, as they lie inside the program.
pub(crate) const EMBEDDED: [&str; 2] = [SOUNDS_TEXT, REDACTIONS_TEXT];

/// What tells a described sound.
static SOUNDS: LazyLock<Vec<ListedPhrase>> = LazyLock::new(|| listed_phrases(SOUNDS_TEXT));

/// What stands for speech that a service hides.
static REDACTIONS: LazyLock<Vec<ListedPhrase>> = LazyLock::new(|| listed_phrases(REDACTIONS_TEXT));

/// Which words of a segment belong to an annotation.
pub(crate) fn found_in(words: &[&str]) -> Vec<bool> {
    let mut is_annotation = vec![false; words.len()];
    let mut start = 0;
    while start < words.len() {
        let length = annotation_at(&words[start..]).unwrap_or(0);
        is_annotation[start..start + length].fill(true);
        start += length.max(1);
    }
    is_annotation
}

/// How many words the annotation at the beginning takes; none where there is none.
fn annotation_at(words: &[&str]) -> Option<usize> {
    let first = words.first()?;
    bracketed_at(words).or_else(|| is_time_mark(first).then_some(1))
}

fn bracketed_at(words: &[&str]) -> Option<usize> {
    let first = words.first()?;
    let mark = first.chars().next()?;
    let close = closing(mark)?;
    if mark == '*' && first.chars().all(|character| character == mark) {
        // A list of points, or a product.
        return None;
    }
    let length = length_until(words, mark, close)?;
    let text = words[..length].join(" ");
    let inner = text.trim_matches(|character: char| {
        character == mark || character == close || (is_outside(character) && character != '.')
    });
    is_nothing_said(mark, inner).then_some(length)
}

/// The mark that ends what a mark begins.
fn closing(mark: char) -> Option<char> {
    match mark {
        '[' => Some(']'),
        '(' => Some(')'),
        '{' => Some('}'),
        '<' => Some('>'),
        '【' => Some('】'),
        '*' | '♪' | '♫' | '#' => Some(mark),
        _ => None,
    }
}

/// How many words there are until the one that ends with the closing mark.
fn length_until(words: &[&str], mark: char, close: char) -> Option<usize> {
    let first = words[0].trim_start_matches(mark);
    if first.trim_end_matches(is_outside).ends_with(close) {
        return Some(1);
    }
    let others = words.iter().skip(1).take(WORDS_MAX - 1);
    others
        .map(|word| word.trim_end_matches(is_outside))
        .position(|word| word.ends_with(close))
        .map(|at| at + 2)
}

/// Signs that may follow the closing mark.
fn is_outside(character: char) -> bool {
    matches!(character, '.' | ',' | '!' | '?' | ';' | ':' | '…' | ' ' | '-' | '–' | '—')
}

/// Whether what stands between these marks was not said.
fn is_nothing_said(mark: char, inner: &str) -> bool {
    let words = tokens(inner);
    let is_listed = |list: &[ListedPhrase], at: usize| {
        list.iter().any(|phrase| phrase.length_in_words(&words[at..]).is_some())
    };
    match mark {
        // Round brackets may hold what was said in other words.
        '(' => {
            is_pause(inner)
                || is_time_mark(&format!("({inner}"))
                || (0..words.len()).any(|at| is_listed(&SOUNDS, at))
        }
        // A number sign stands before all kinds of words.
        '#' => is_time_mark(inner),
        '*' | '♪' | '♫' => true,
        _ => words.is_empty() || !(0..words.len()).all(|at| is_listed(&REDACTIONS, at)),
    }
}

/// `2.5`, `.`, `3 s`, «3 сек.»: a pause in round brackets. A whole number without a unit may repeat
/// what was said: «пять (5)».
fn is_pause(inner: &str) -> bool {
    let number = inner.trim_end_matches(|character: char| character.is_alphabetic() || character == '.');
    let unit = inner[number.len()..].trim_matches('.').to_lowercase();
    let is_number = number.trim().chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ','));
    is_number && (PAUSE_UNITS.contains(&unit.as_str()) || (unit.is_empty() && inner.contains(['.', ','])))
}

/// `00:00:07`, `[00:07.42]`, `#00:00:07-3#`. Hours and minutes alone, «в 12:30», are said.
fn is_time_mark(text: &str) -> bool {
    let is_bracketed = text.starts_with(['[', '(', '{', '<', '#']);
    let inner = text.trim_matches(|character: char| !character.is_alphanumeric());
    let times = || inner.split(['-', '>', ' ', '–']).filter(|time| !time.is_empty());
    let is_number = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_digit())
            && part.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '.' | ','))
    };
    let is_exact = |time: &str| match time.matches(':').count() {
        0 => false,
        1 => time.contains(['.', ',']),
        _ => true,
    };
    times().all(|time| time.split(':').all(is_number))
        && inner.contains(':')
        && (is_bracketed || times().any(is_exact))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a text.
    fn check(text: &str, expected: &str) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_annotation = found_in(&words);
        let left = words.iter().zip(is_annotation).filter(|(_, is_annotation)| !is_annotation);
        let left: Vec<&str> = left.map(|(word, _)| *word).collect();
        assert_eq!(left.join(" "), expected, "{text}");
    }

    #[test]
    fn times_pauses_and_sounds_are_no_words() {
        for text in [
            "[00:00:07]",
            "[00:07]",
            "(00:07)",
            "00:00:07",
            "00:07.420",
            "01:02:03,456",
            "#00:00:07-3#",
            "[00:00:07.420 --> 00:00:10.195]",
            "<|0.00|>",
            "<unk>",
            "(3 Sekunden Pause)",
            "(пауза 3 с)",
            "(2.5)",
            "(.)",
            "(3 s)",
            "(5 сек.)",
            "[музыка]",
            "[ Музыка играет ]",
            "*смех*",
            "*звонит телефон*",
            "(смеётся)",
            "(неразборчиво).",
            "[BLANK_AUDIO]",
            "[inaudible],",
            "♪ ля ля ля ♪",
            "{шум}",
        ] {
            check(text, "");
            check(&format!("да {text} нет"), "да нет");
        }
    }

    #[test]
    fn what_was_said_stays() {
        for text in [
            "в 12:30 или в 9:05",
            "Стоимость: пять тысяч",
            "пять тысяч (5000) рублей",
            "банк (тот самый) и ещё",
            "[PII] проживаю",
            "[ИМЯ], здравствуйте",
            "№ 5, # семь восемь",
            "2*2 и *",
            "* первое * второе",
            "пять (5) рублей",
            "5 < 6",
            "(не закрыто и дальше",
            "10:00-18:00",
        ] {
            check(text, text);
        }
    }
}
