//! Number words to digits.

use crate::digit_groups::{is_digits, join_groups_with_zeros, join_spoken_groups, spoken_parts};
use crate::number::{Number, Writing};
use crate::vocabulary::{KAZAKH_TEN, Meaning, currency_in_full, is_kazakh, is_month, meaning};
use crate::written::{LONGEST_NUMBER, Piece, pieces};

/// A word or a part of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Word(String),
    Number(Meaning, Writing),
}

/// Numbers in digits, everything else as it is.
///
/// Takes words as [`tokens`](crate::tokens) or [`normalize_word`](crate::normalize_word) give them. Idempotent.
///
/// - Cardinals of all cases and ordinals become the same digits («пять», «пяти», «пятого», «5-го», «5го» → `5`),
///   Russian ones up to 10¹² and the basic ones of Kazakh and English.
/// - A number goes on as long as its parts get smaller: units behind tens, tens behind hundreds, hundreds behind
///   thousands. What does not fit begins a number of its own: «восемь семьсот один» → `8` `701`. An ordinal ends a
///   number; the day of a date begins one («четырнадцать тысяч двадцать восьмого ноября» → `14000` `28`).
///   Digits may stand for any part («12 тысяч 500», «20 седьмого»), but two numbers in digits are never added
///   («220 30 40»).
/// - «тысяч», «тыс», «млн» and the like multiply; «полтора» and «с половиной» count («две с половиной тысячи» →
///   `2500`). A fraction has a comma (`2,5`).
/// - Groups of three digits are one number when one begins with zero («12 000»), when a currency follows («14 550
///   рублей») or when there are two and the last is of whole hundreds («6 800», just as «шесть восемьсот»); whole
///   hundreds all through («сто двести») are a range. With a separator («12,000», «12.000») they always are one.
/// - Zeros in front are said one by one: «07» as «ноль семь» → `0` `7`; dates and times are split at their separators.
/// - A telephone number of eleven digits is split as it is said: `8` `701` `220` `30` `40`.
/// - Behind a number, «руб» and «р» are «рублей», «тг» «тенге», «коп» «копеек».
pub fn numbers_to_digits(tokens: &[String]) -> Vec<String> {
    let pieces: Vec<Piece> = tokens.iter().flat_map(|token| pieces(token)).collect();
    let items = items(&join_groups_with_zeros(&pieces));
    let words = in_digits(&items);
    join_spoken_groups(currencies_in_full(words))
}

fn items(pieces: &[Piece]) -> Vec<Item> {
    let mut items = Vec::with_capacity(pieces.len());
    let mut before: Option<&Piece> = None;
    let mut rest = pieces;
    while let Some((piece, mut behind)) = rest.split_first() {
        match piece {
            Piece::Digits { digits, ordinal } => push_digits(&mut items, digits, *ordinal),
            Piece::Decimal { thousandths } => items.push(part(*thousandths, false, Writing::Digits)),
            Piece::Word(word) if word == KAZAKH_TEN => {
                if let Some((unit, behind_unit)) = kazakh_unit(behind) {
                    items.push(part(10_000 + unit, false, Writing::Words));
                    behind = behind_unit;
                } else if before.is_some_and(is_kazakh_word) || behind.first().is_some_and(is_kazakh_word) {
                    items.push(part(10_000, false, Writing::Words));
                } else {
                    items.push(Item::Word(word.clone()));
                }
            }
            Piece::Word(word) => items.push(match meaning(word) {
                Some(meaning) => Item::Number(meaning, Writing::Words),
                None => Item::Word(word.clone()),
            }),
        }
        before = Some(piece);
        rest = behind;
    }
    items
}

fn part(thousandths: u64, ordinal: bool, writing: Writing) -> Item {
    Item::Number(Meaning::Part { thousandths, ordinal }, writing)
}

fn is_kazakh_word(piece: &Piece) -> bool {
    matches!(piece, Piece::Word(word) if is_kazakh(word))
}

/// The unit of «он бес» (fifteen) in thousandths, and what stands behind it.
fn kazakh_unit(pieces: &[Piece]) -> Option<(u64, &[Piece])> {
    let (Piece::Word(word), behind) = pieces.split_first()? else { return None };
    match meaning(word).filter(|_| is_kazakh(word))? {
        Meaning::Part { thousandths, .. } if (1_000..10_000).contains(&thousandths) => {
            Some((thousandths, behind))
        }
        _ => None,
    }
}

/// Zeros in front are numbers of their own; what is too long to be calculated with stays a word.
fn push_digits(items: &mut Vec<Item>, digits: &str, ordinal: bool) {
    let significant = digits.trim_start_matches('0');
    for _ in significant.len()..digits.len() {
        items.push(part(0, false, Writing::Digits));
    }
    if significant.is_empty() {
        return;
    }
    match significant.parse::<u64>() {
        Ok(value) if significant.len() <= LONGEST_NUMBER => {
            items.push(part(value * 1000, ordinal, Writing::Digits));
        }
        _ => items.push(Item::Word(significant.to_owned())),
    }
}

fn in_digits(items: &[Item]) -> Vec<String> {
    let mut words = Vec::with_capacity(items.len());
    let mut current: Option<Number> = None;
    let mut rest = items;
    while let Some((item, behind)) = rest.split_first() {
        rest = behind;
        match item {
            Item::Number(meaning, writing) => {
                let is_day = is_day_behind(current.as_ref(), *meaning, behind);
                if is_day || !current.as_mut().is_some_and(|number| number.accept(*meaning, *writing)) {
                    finish(current.replace(Number::starting_with(*meaning, *writing)), &mut words);
                }
            }
            Item::Word(word) if is_half(word, behind) && current.as_mut().is_some_and(Number::add_half) => {
                rest = &behind[1..];
            }
            Item::Word(word) if word == "and" && leads_on(current.as_ref(), behind) => {}
            Item::Word(word) => {
                finish(current.take(), &mut words);
                words.push(word.clone());
            }
        }
    }
    finish(current, &mut words);
    words
}

/// Whether the day of a date begins here and stands behind another number («четырнадцать тысяч двадцать восьмого
/// ноября»).
fn is_day_behind(current: Option<&Number>, meaning: Meaning, behind: &[Item]) -> bool {
    let (Some(number), Meaning::Part { thousandths, .. }) = (current, meaning) else { return false };
    // In words, one number reaches a day only from its tens («двадцать» and «восьмого»).
    let is_bare_tens = matches!(number.thousandths(), 20_000 | 30_000);
    let day = match behind {
        [Item::Word(word), ..] if is_month(word) && !(is_bare_tens && thousandths < 10_000) => thousandths,
        [Item::Number(Meaning::Part { thousandths: unit @ 1_000..10_000, .. }, _), Item::Word(word), ..]
            if is_month(word) && matches!(thousandths, 20_000 | 30_000) =>
        {
            thousandths + unit
        }
        _ => return false,
    };
    (1_000..=31_000).contains(&day)
}

/// «с половиной» begins here.
fn is_half(word: &str, behind: &[Item]) -> bool {
    word == "с" && matches!(behind.first(), Some(Item::Word(next)) if next == "половиной")
}

/// Whether "and" stands inside a number ("one hundred and five").
fn leads_on(current: Option<&Number>, behind: &[Item]) -> bool {
    let (Some(number), Some(Item::Number(next @ Meaning::Part { .. }, Writing::Words))) =
        (current, behind.first())
    else {
        return false;
    };
    number.is_after_multiplier() && number.clone().accept(*next, Writing::Words)
}

fn finish(number: Option<Number>, words: &mut Vec<String>) {
    let Some(thousandths) = number.map(|number| number.thousandths()) else { return };
    let (whole, fraction) = (thousandths / 1000, thousandths % 1000);
    if fraction == 0 {
        words.extend(spoken_parts(&whole.to_string()));
    } else {
        words.push(format!("{whole},{}", format!("{fraction:03}").trim_end_matches('0')));
    }
}

fn currencies_in_full(mut words: Vec<String>) -> Vec<String> {
    for position in 1..words.len() {
        let is_behind_number = is_number(&words[position - 1]);
        if let (true, Some(currency)) = (is_behind_number, currency_in_full(&words[position])) {
            currency.clone_into(&mut words[position]);
        }
    }
    words
}

fn is_number(word: &str) -> bool {
    word.split(',').all(is_digits)
}
