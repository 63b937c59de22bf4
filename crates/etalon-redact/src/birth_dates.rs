//! Dates of birth.

use crate::conversation::{Conversation, Form, Link, Side};
use crate::cues::{Cue, Cues, is_cue};
use crate::found::Found;
use crate::lexicon::{CUES, MONTHS, UNITS};
use etalon_call::PersonalDataKind::BirthDate;

/// Words within which «родился» and the like make any date one of birth.
const NEAR: usize = 3;
/// Words within which they make a date one of birth that has a year of long ago.
const FAR: usize = 16;
/// The latest year that is long ago.
const LONG_AGO: u32 = 2016;
/// Words behind a date in which «рождения» may follow.
const BEHIND: usize = 3;
/// Most words of a date.
const LONGEST: usize = 10;
/// Most words between the numbers of a misheard date.
const GAP_MAX: usize = 3;
/// Most words between «родился» and such a date.
const BESIDE: usize = 2;
/// Most words of an answer before its date.
const ANSWER_BEGINS: usize = 4;
/// Most words of a question behind «рождения».
const QUESTION_ENDS: usize = 8;
/// Most digits of a date.
const DIGITS_MAX: usize = 10;

pub(crate) fn find(conversation: &Conversation<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (index, side) in conversation.sides.iter().enumerate() {
        let mut token = 0;
        while token < side.tokens.len() {
            let date = end_of_date(side, token);
            let misheard = end_of_misheard_date(side, token);
            let mut end = token;
            if date > token && is_of_birth(conversation, index, token, date) {
                end = date;
            }
            if misheard > token && is_told(conversation, index, token, misheard) {
                end = end.max(misheard);
            }
            token = if end > token {
                found.push(Found::new(BirthDate, index, side.words_of(&(token..end))));
                end
            } else {
                date.max(token + 1)
            };
        }
    }
    found
}

/// The end of numbers and months close together that begin at a token, as a recognizer makes them of
/// a date («13 войдя капря 68»); the token itself where there are not enough of them.
fn end_of_misheard_date(side: &Side<'_>, start: usize) -> usize {
    let is_part = |token: usize| {
        let said = &side.tokens[token];
        let is_number = !said.figures().is_empty() && !counts(side, token);
        said.form == Form::Date || is_number || MONTHS.has(&said.text)
    };
    if !is_part(start) {
        return start;
    }
    let mut end = start + 1;
    let mut parts = 1;
    for token in start + 1..side.tokens.len() {
        let said = &side.tokens[token];
        if said.link != Link::Inside || token > end + GAP_MAX || is_cue(&said.text) || said.is_mark() {
            break;
        }
        if is_part(token) {
            end = token + 1;
            parts += 1;
        }
    }
    if end < side.tokens.len() && is_year_word(&side.tokens[end].text) {
        end += 1;
    }
    let digits: usize = side.tokens[start..end].iter().map(|token| token.figures().len()).sum();
    if (parts >= 2 || digits >= 4) && digits <= DIGITS_MAX { end } else { start }
}

/// Whether numbers are an answer to «дата рождения?», or stand right beside «родился».
fn is_told(conversation: &Conversation<'_>, side: usize, start: usize, end: usize) -> bool {
    if is_before_birth(&conversation.sides[side], end) {
        return true;
    }
    let before_in_line = start - conversation.line_of(side, start).start;
    let cues = Cues::before(conversation, side, start);
    if cues.nearest(|_, _| true) != Some(Cue::Birth) {
        return false;
    }
    cues.distance(Cue::Birth).is_some_and(|distance| {
        let is_answer = before_in_line <= ANSWER_BEGINS
            && (before_in_line..=before_in_line + QUESTION_ENDS).contains(&distance);
        is_answer || distance <= BESIDE
    })
}

/// Whether «рождения» follows.
fn is_before_birth(side: &Side<'_>, end: usize) -> bool {
    let behind = side.texts_from(end.min(side.tokens.len() - 1), BEHIND);
    let is_pause = side.last_written(end - 1).ends_with([',', '.', ';', '?', '!']);
    let is_behind = end < side.tokens.len() && side.tokens[end].link == Link::Inside && !is_pause;
    is_behind && CUES.of("birth").is_in(&behind)
}

/// The end of the date that begins at a token; the token itself where none does.
fn end_of_date(side: &Side<'_>, start: usize) -> usize {
    let first = &side.tokens[start];
    if first.form == Form::Word && !MONTHS.has(&first.text) {
        return start;
    }
    let mut end = start;
    while end < side.tokens.len() && end - start < LONGEST {
        let token = &side.tokens[end];
        let is_part = match token.form {
            Form::Date => true,
            Form::Digits => {
                value(&token.text).is_some_and(|value| value <= 99 || is_year(value)) && !counts(side, end)
            }
            Form::Word => MONTHS.has(&token.text) || is_connector(&token.text) || is_kazakh_ten(side, end),
        };
        if !is_part || end > start && token.link == Link::Apart {
            break;
        }
        end += 1;
    }
    while end > start && side.tokens[end - 1].form == Form::Word && !ends_date(&side.tokens[end - 1].text) {
        end -= 1;
    }
    if is_date(side, start, end) { end } else { start }
}

/// «он» before a month: ten in Kazakh, which is he in Russian.
fn is_kazakh_ten(side: &Side<'_>, token: usize) -> bool {
    side.tokens[token].text == "он" && side.tokens.get(token + 1).is_some_and(|next| MONTHS.has(&next.text))
}

fn value(digits: &str) -> Option<u32> {
    digits.parse().ok()
}

fn is_year(value: u32) -> bool {
    (1900..2100).contains(&value)
}

/// Whether a number counts something that is no part of a date.
fn counts(side: &Side<'_>, token: usize) -> bool {
    side.tokens.get(token + 1).is_some_and(|next| {
        next.form == Form::Word
            && UNITS.has(&next.text)
            && !MONTHS.has(&next.text)
            && !is_connector(&next.text)
    })
}

/// Words inside a date.
fn is_connector(word: &str) -> bool {
    is_year_word(word) || ["числа", "of", "the", "in", "ден", "месяца"].contains(&word)
}

fn is_year_word(word: &str) -> bool {
    ["год", "года", "году", "г", "гр", "жылы", "жылғы", "жылдың", "ж"].contains(&word)
}

fn ends_date(word: &str) -> bool {
    is_year_word(word) || MONTHS.has(word)
}

/// Whether the tokens are day, month and year, day and month, or a year.
fn is_date(side: &Side<'_>, start: usize, end: usize) -> bool {
    let tokens = &side.tokens[start..end];
    let numbers: Vec<u32> = numbers(side, start, end);
    let has_month = tokens.iter().any(|token| token.form == Form::Word && MONTHS.has(&token.text));
    let has_year_word = tokens.iter().any(|token| is_year_word(&token.text));
    tokens.iter().any(|token| token.form == Form::Date)
        || has_month && !numbers.is_empty()
        || has_year_word && !numbers.is_empty()
        || matches!(numbers[..], [day, month, year] | [day, month, year, _]
            if (1..=31).contains(&day) && (1..=12).contains(&month) && (year <= 99 || is_year(year)))
        || matches!(numbers[..], [year] if is_year(year))
}

/// The numbers of a date; zeros in front of a digit are no numbers.
fn numbers(side: &Side<'_>, start: usize, end: usize) -> Vec<u32> {
    let tokens = side.tokens[start..end].iter().filter(|token| token.form == Form::Digits);
    tokens.filter_map(|token| value(&token.text)).filter(|value| *value > 0).collect()
}

fn is_of_birth(conversation: &Conversation<'_>, side: usize, start: usize, end: usize) -> bool {
    let said = &conversation.sides[side];
    if is_before_birth(said, end) {
        return true;
    }
    let cues = Cues::before(conversation, side, start);
    let Some(distance) = cues.distance(Cue::Birth) else { return false };
    let is_other = cues.distance(Cue::Other).is_some_and(|other| other < distance);
    !is_other && (distance <= NEAR || distance <= FAR && is_long_ago(said, start, end))
}

/// Whether the year of a date is known and long ago.
fn is_long_ago(side: &Side<'_>, start: usize, end: usize) -> bool {
    let is_long_ago = |year: u32| matches!(year, 1900..=LONG_AGO | 0..=16 | 30..=99);
    let written = side.tokens[start..end].iter().find(|token| token.form == Form::Date);
    if let Some(date) = written {
        let parts = date.text.split(['.', '/', '-']).filter_map(value);
        return parts.max().is_some_and(is_long_ago);
    }
    let numbers = numbers(side, start, end);
    match numbers[..] {
        // "nineteen eighty five"
        [.., 19, year @ 1..=99] if numbers.len() >= 3 => year > 0,
        [first, _] | [first, _, _] if is_year(first) => is_long_ago(first),
        [.., year] if numbers.len() >= 2 => is_long_ago(year),
        [year] => is_year(year) && is_long_ago(year),
        _ => false,
    }
}
