//! Converts number words to digits.

use crate::digit_groups::{is_digits, join_groups_with_zeros, join_spoken_groups};
use crate::normalized_word::NormalizedWord;
use crate::number::{Number, Writing};
use crate::vocabulary::{
    HALF, KAZAKH_TEN, Meaning, currency_in_full, is_kazakh, is_month, is_multiplier, meaning,
};
use crate::written::{LONGEST_NUMBER, Piece, pieces};
use std::ops::Range;

/// A word or a part of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Word(String),
    Number(Meaning, Writing),
}

/// Converts numbers to digits and keeps everything else.
///
/// Takes words as [`tokens`](crate::tokens) or [`normalize_word`](crate::normalize_word) return
/// them. Idempotent.
///
/// - Cardinals of all cases and ordinals become the same digits («пять», «пяти», «пятого», «5-го»,
///   «5го» → `5`): Russian ones up to 10¹², and the basic ones of Kazakh and English.
/// - A number continues as long as its parts get smaller: units after tens, tens after hundreds,
///   hundreds after thousands. A part that does not fit begins a new number: «восемь семьсот один»
///   → `8` `701`. An ordinal ends a number; the day of a date begins one («четырнадцать тысяч
///   двадцать восьмого ноября» → `14000` `28`). Digits may replace any part («12 тысяч 500», «20
///   седьмого»), but two numbers in digits are never added («220 30 40»).
/// - «тысяч», «тыс», «млн» and the like multiply. «полтора» and «с половиной» are recognized («две
///   с половиной тысячи» → `2500`), as are «тысяч пять» (`5000`), «полтысячи» and «пол тысячи»
///   (`500`). A fraction has a comma (`2,5`).
/// - Groups of three digits are one number if one begins with zero («12 000»), if a currency
///   follows («14 550 рублей»), or if there are two and the last is whole hundreds («6 800», like
///   «шесть восемьсот»). Whole hundreds throughout («сто двести») are a range. Groups with a
///   separator («12,000», «12.000») are always one number.
/// - Leading zeros are separate: «07» as «ноль семь» → `0` `7`. Dates and times are split at their
///   separators.
/// - A telephone number of eleven digits is split as people say it: `8` `701` `220` `30` `40`.
/// - After a number, «руб» and «р» become «рублей», «тг» «тенге», «коп» «копеек».
pub fn numbers_to_digits(tokens: &[String]) -> Vec<String> {
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    numbers_in_digits(&tokens).into_iter().map(|word| word.text).collect()
}

/// The words that [`numbers_to_digits`] returns, with the words that each of them stands for.
pub fn numbers_in_digits(words: &[&str]) -> Vec<NormalizedWord> {
    let words = spoken(words).into_iter().flat_map(Spoken::in_digits).collect();
    join_spoken_groups(currencies_in_full(words))
}

/// A number among words.
#[derive(Debug, Clone, PartialEq)]
pub struct SpokenNumber {
    /// The number, from 0 to below 10¹², with three decimal places.
    pub value: f64,
    /// The range of words that say it.
    pub words: Range<usize>,
    /// Whether it is an ordinal («восьмого», «8-го»), as the days of dates are.
    pub is_ordinal: bool,
}

/// The numbers among words, in order.
///
/// Takes words as [`tokens`](crate::tokens) or [`normalize_word`](crate::normalize_word) return
/// them and combines them like [`numbers_to_digits`], with two differences. Adjacent numbers
/// («шесть восемьсот», «14 550») stay apart, because only their use shows whether they are a sum or
/// two numbers. A telephone number of eleven digits without spaces is left out. A word such as
/// «10:30» has several numbers.
pub fn numbers_in(words: &[&str]) -> Vec<SpokenNumber> {
    let number = |spoken: Spoken| match spoken {
        Spoken::Number(number, words) if !number.is_telephone_number() => Some(SpokenNumber {
            value: number.thousandths() as f64 / 1000.0,
            words,
            is_ordinal: number.is_ordinal(),
        }),
        _ => None,
    };
    spoken(words).into_iter().filter_map(number).collect()
}

/// A word, or a number with the words that say it.
enum Spoken {
    Word(String, Range<usize>),
    Number(Number, Range<usize>),
}

impl Spoken {
    fn in_digits(self) -> Vec<NormalizedWord> {
        match self {
            Self::Word(text, words) => {
                let is_number = is_number(&text);
                vec![NormalizedWord { text, words, is_number }]
            }
            Self::Number(number, words) => {
                let parts = number.in_digits().into_iter();
                parts.map(|text| NormalizedWord { text, words: words.clone(), is_number: true }).collect()
            }
        }
    }
}

fn spoken(words: &[&str]) -> Vec<Spoken> {
    let (mut all, mut word_of) = (Vec::new(), Vec::new());
    for (position, word) in words.iter().enumerate() {
        all.extend(pieces(word));
        word_of.resize(all.len(), position);
    }
    put_together(&items(&join_groups_with_zeros(&all), &word_of))
}

/// Items, each with the range of its words.
#[derive(Default)]
struct Items {
    items: Vec<Item>,
    words: Vec<Range<usize>>,
}

impl Items {
    fn push(&mut self, item: Item, words: &Range<usize>) {
        self.items.push(item);
        self.words.push(words.clone());
    }

    /// Leading zeros are numbers of their own; a number too long to compute stays a word.
    fn push_digits(&mut self, digits: &str, ordinal: bool, words: &Range<usize>) {
        let significant = digits.trim_start_matches('0');
        for _ in significant.len()..digits.len() {
            self.push(part(0, false, Writing::Digits), words);
        }
        if significant.is_empty() {
            return;
        }
        let item = match significant.parse::<u64>() {
            Ok(value) if significant.len() <= LONGEST_NUMBER => part(value * 1000, ordinal, Writing::Digits),
            _ => Item::Word(significant.to_owned()),
        };
        self.push(item, words);
    }
}

/// `word_of` is the index of the word that each piece was cut from, before pieces were joined.
fn items(pieces: &[(Piece, usize)], word_of: &[usize]) -> Items {
    let mut items = Items::default();
    let mut before: Option<&Piece> = None;
    let mut rest = pieces;
    let mut first_piece = 0;
    while let Some(((piece, count), mut behind)) = rest.split_first() {
        let words = |count: usize| word_of[first_piece]..word_of[first_piece + count - 1] + 1;
        let mut taken = *count;
        match piece {
            Piece::Digits { digits, ordinal } => items.push_digits(digits, *ordinal, &words(taken)),
            Piece::Decimal { thousandths } => {
                items.push(part(*thousandths, false, Writing::Digits), &words(taken));
            }
            Piece::Word(word) if word == KAZAKH_TEN => {
                if let Some((unit, behind_unit)) = kazakh_unit(behind) {
                    taken += 1;
                    items.push(part(10_000 + unit, false, Writing::Words), &words(taken));
                    behind = behind_unit;
                } else if before.is_some_and(is_kazakh_word)
                    || behind.first().is_some_and(|(next, _)| is_kazakh_word(next))
                {
                    items.push(part(10_000, false, Writing::Words), &words(taken));
                } else {
                    items.push(Item::Word(word.clone()), &words(taken));
                }
            }
            Piece::Word(word) if word == HALF && behind.first().is_some_and(is_multiplier_word) => {
                items.push(part(500, false, Writing::Words), &words(taken));
            }
            Piece::Word(word) => {
                let item = match meaning(word) {
                    Some(meaning) => Item::Number(meaning, Writing::Words),
                    None => Item::Word(word.clone()),
                };
                items.push(item, &words(taken));
            }
        }
        first_piece += taken;
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

fn is_multiplier_word((piece, _): &(Piece, usize)) -> bool {
    matches!(piece, Piece::Word(word) if is_multiplier(word))
}

/// The unit of «он бес» (fifteen) in thousandths, and the pieces after it.
fn kazakh_unit(pieces: &[(Piece, usize)]) -> Option<(u64, &[(Piece, usize)])> {
    let ((Piece::Word(word), _), behind) = pieces.split_first()? else { return None };
    match meaning(word).filter(|_| is_kazakh(word))? {
        Meaning::Part { thousandths, .. } if (1_000..10_000).contains(&thousandths) => {
            Some((thousandths, behind))
        }
        _ => None,
    }
}

fn put_together(items: &Items) -> Vec<Spoken> {
    let mut spoken = Vec::with_capacity(items.items.len());
    let mut current: Option<(Number, Range<usize>)> = None;
    let mut rest = items.items.as_slice();
    let mut words = items.words.iter();
    while let (Some((item, behind)), Some(place)) = (rest.split_first(), words.next()) {
        rest = behind;
        match item {
            Item::Number(meaning, writing) => {
                let number = current.as_mut().map(|(number, _)| number);
                let is_day = is_day_behind(number.as_deref(), *meaning, behind);
                if !is_day && number.is_some_and(|number| number.accept(*meaning, *writing)) {
                    extend(&mut current, place);
                } else {
                    let next = (Number::starting_with(*meaning, *writing), place.clone());
                    finish(current.replace(next), &mut spoken);
                }
            }
            Item::Word(word)
                if is_half(word, behind) && current.as_mut().is_some_and(|(number, _)| number.add_half()) =>
            {
                rest = &behind[1..];
                extend(&mut current, words.next().unwrap_or(place));
            }
            Item::Word(word) if word == "and" && leads_on(current.as_ref(), behind) => {}
            Item::Word(word) => {
                finish(current.take(), &mut spoken);
                spoken.push(Spoken::Word(word.clone(), place.clone()));
            }
        }
    }
    finish(current, &mut spoken);
    spoken
}

fn extend(current: &mut Option<(Number, Range<usize>)>, place: &Range<usize>) {
    if let Some((_, words)) = current {
        words.end = place.end;
    }
}

fn finish(current: Option<(Number, Range<usize>)>, spoken: &mut Vec<Spoken>) {
    spoken.extend(current.map(|(number, words)| Spoken::Number(number, words)));
}

/// Whether the day of a date begins here, after another number («четырнадцать тысяч двадцать
/// восьмого ноября»).
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

/// Whether «с половиной» begins here.
fn is_half(word: &str, behind: &[Item]) -> bool {
    word == "с" && matches!(behind.first(), Some(Item::Word(next)) if next == "половиной")
}

/// Whether "and" is inside a number ("one hundred and five").
fn leads_on(current: Option<&(Number, Range<usize>)>, behind: &[Item]) -> bool {
    let (Some((number, _)), Some(Item::Number(next @ Meaning::Part { .. }, Writing::Words))) =
        (current, behind.first())
    else {
        return false;
    };
    number.is_after_multiplier() && number.clone().accept(*next, Writing::Words)
}

fn currencies_in_full(mut words: Vec<NormalizedWord>) -> Vec<NormalizedWord> {
    for position in 1..words.len() {
        let is_behind_number = words[position - 1].is_number;
        if let (true, Some(currency)) = (is_behind_number, currency_in_full(&words[position].text)) {
            currency.clone_into(&mut words[position].text);
        }
    }
    words
}

fn is_number(word: &str) -> bool {
    word.split(',').all(is_digits)
}
