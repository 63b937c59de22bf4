//! Rows of numbers that are none of the known forms.
//!
//! A recognizer loses digits, adds some, and writes a row in its own ways («7.4. 0.9.», «4-5-1-3-3»,
//! «а4,5,2»), so that neither length nor check digits are right. Whoever dictates such a row says a
//! number all the same: it is found, and its kind is guessed. Numbers that count something, dates,
//! and rows behind «договор» and the like stay.

use crate::conversation::{Conversation, Form, Link, SaidWord, Side, Token};
use crate::cues::{Cue, Cues, OTHER_REACH, is_cue};
use crate::found::Found;
use crate::lexicon::{CUES, FILLERS, MONTHS, STREETS, UNITS};
use crate::runs::is_dictated;
use etalon_call::PersonalDataKind as Kind;

/// Most words in a row inside of it that are no numbers and no fillers.
const GAP_MAX: usize = 2;
/// The least digits of a row that was asked for or announced.
const ASKED_FOR_MIN: usize = 5;
/// The least digits of such a row that is a single number: shorter ones may be sums.
const ASKED_FOR_ALONE_MIN: usize = 7;
/// Digits by which people name the end of a number, and how far before them they say so.
const LAST_DIGITS: usize = 4;
const ENDING_REACH: usize = 8;
const ENDING_LINES: usize = 2;
/// The least digits of a row of which nothing says what it is.
const UNASKED_MIN: usize = 6;
/// The least numbers that it consists of.
const UNASKED_NUMBERS_MIN: usize = 4;
/// The least digits of one that consists of fewer: no sum has so many.
const UNASKED_ALONE_MIN: usize = 9;
/// The least digits by which the other side repeats a part of a number.
const ECHO_MIN: usize = 4;
/// Turns away from a number in which it does so.
const ECHO_LINES: usize = 2;
/// Most digits that are no more than a date behind «родился».
const BIRTH_MAX: usize = 8;

/// Adds the rows that look dictated to the known numbers, and to each of these what is left of its
/// row.
pub(crate) fn complete(conversation: &Conversation<'_>, known: &mut Vec<Found>) {
    let mut unknown = Vec::new();
    for (index, side) in conversation.sides.iter().enumerate() {
        for row in rows(side) {
            if !grow(side, index, &row, known) {
                unknown.push((index, row));
            }
        }
    }
    let no_data: Vec<String> = unknown
        .iter()
        .filter(|(side, row)| told(conversation, *side, row) == Some(Cue::Other))
        .map(|(side, row)| digits_of(&conversation.sides[*side], row))
        .collect();
    // The number of a contract is none where it is repeated, either.
    unknown.retain(|(side, row)| !no_data.contains(&digits_of(&conversation.sides[*side], row)));
    let mut others = Vec::new();
    for (side, row) in unknown {
        match kind_of(conversation, side, &row) {
            Some(kind) => known.push(found(&conversation.sides[side], side, kind, &row)),
            None => others.push((side, row)),
        }
    }
    let echoes: Vec<Found> = others
        .iter()
        .filter_map(|(side, row)| {
            let kind = kind_of_echo(conversation, *side, row, known)?;
            Some(found(&conversation.sides[*side], *side, kind, row))
        })
        .collect();
    known.extend(echoes);
}

/// The tokens of each row that are numbers.
fn rows(side: &Side<'_>) -> Vec<Vec<usize>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut gap = 0;
    for (index, token) in side.tokens.iter().enumerate() {
        if token.link == Link::Apart {
            rows.push(std::mem::take(&mut row));
        }
        if is_dictated(side, index) {
            if row.last().is_some_and(|&last| gap > 0 && !is_misheard_between(side, last, index)) {
                rows.push(std::mem::take(&mut row));
            }
            row.push(index);
            gap = 0;
            continue;
        }
        gap += usize::from(!FILLERS.has(&token.text));
        if gap > GAP_MAX || is_border(token) {
            rows.push(std::mem::take(&mut row));
        }
    }
    rows.push(row);
    rows.iter().flat_map(|row| without_dates(side, row)).filter(|row| !row.is_empty()).collect()
}

/// Whether the words between two numbers may be digits that were misheard («один, ныль, семь»), and
/// do not name the second («возраст 60, стаж 42»).
fn is_misheard_between(side: &Side<'_>, left: usize, right: usize) -> bool {
    if side.tokens[left].line != side.tokens[right].line {
        return true;
    }
    let length = |token: usize| side.tokens[token].figures().len();
    let pauses = |token: usize| side.last_written(token).ends_with([',', '.', ';', '?', '!']);
    // «77 УР 123456», «не сорок четыре, а сорок два»
    let belongs = |token: usize| {
        let written = side.written(token);
        FILLERS.has(&side.tokens[token].text)
            || CUES.of("correction").has(&side.tokens[token].text)
            || written.chars().count() <= 2 && written.chars().all(char::is_uppercase)
    };
    (left + 1..right).all(belongs)
        || length(left).abs_diff(length(right)) <= 1 && pauses(left) == pauses(right - 1)
}

/// «120 000», «18 340»: thousands in groups inside of a sentence are sums.
fn is_of_sums(conversation: &Conversation<'_>, side: usize, row: &[usize]) -> bool {
    let said = &conversation.sides[side];
    // A mark before it says something, too, so that a redacted text stays as it is.
    let line = conversation.line_of(side, row[0]);
    let is_answer = said.tokens[line.start..row[0]].iter().all(|token| FILLERS.has(&token.text));
    // What is said in words has no groups, and single digits alone make no sum.
    let is_in_figures =
        row.iter().all(|&token| said.written(token).contains(|one: char| one.is_ascii_digit()));
    let parts = parts_between_pauses(&said.words[said.words_of(&(row[0]..row[row.len() - 1] + 1))]);
    let has_groups = parts.iter().any(|groups| groups.len() > 1 || groups.iter().any(|one| is_grouped(one)));
    !is_answer && is_in_figures && has_groups && parts.iter().all(|groups| is_sum(groups))
}

/// The written groups of digits of each part: «120 000, 47 350» has two parts of two groups.
fn parts_between_pauses<'t>(words: &[SaidWord<'t>]) -> Vec<Vec<&'t str>> {
    let is_digit = |character: char| character.is_ascii_digit();
    let mut parts = Vec::new();
    for part in words.split_inclusive(|word| !word.written.ends_with(is_digit)) {
        let groups = part.iter().map(|word| word.written.trim_matches(|mark: char| !is_digit(mark)));
        let groups: Vec<&str> = groups.filter(|group| !group.is_empty()).collect();
        if !groups.is_empty() {
            parts.push(groups);
        }
    }
    parts
}

/// «15,000», "39.99": one number with thousands or hundredths.
fn is_grouped(written: &str) -> bool {
    let parts: Vec<&str> = written.split([',', '.']).collect();
    matches!(parts[..], [first, last] if first.len() <= 3 && !first.is_empty() && (2..=3).contains(&last.len()))
}

/// Whether written groups of digits are one sum.
fn is_sum(groups: &[&str]) -> bool {
    let is_figures = |group: &&str| group.bytes().all(|byte| byte.is_ascii_digit());
    match *groups {
        [one] => one.len() <= 3 || is_grouped(one),
        [first, thousands] => {
            groups.iter().all(is_figures)
                && first.len() <= 3
                && thousands.len() == 3
                && !first.starts_with('0')
        }
        [first, _, thousands] => first.len() <= 3 && thousands == "000",
        _ => false,
    }
}

/// Whether a row ends here: what comes next is another number, or this one is none that is dictated.
fn is_border(token: &Token) -> bool {
    let is_of_an_address = || ["house", "street"].iter().any(|list| STREETS.of(list).has(&token.text));
    token.form == Form::Date
        || token.is_mark()
        || token.text.chars().any(|character| character.is_ascii_digit())
        || UNITS.has(&token.text)
        || MONTHS.has(&token.text)
        || is_cue(&token.text)
        || CUES.of("apart").has(&token.text)
        || is_of_an_address()
}

/// The parts of a row between dates: day, month and year in figures.
fn without_dates(side: &Side<'_>, row: &[usize]) -> Vec<Vec<usize>> {
    let value = |token: usize| side.tokens[token].text.parse::<u32>().unwrap_or(u32::MAX);
    let mut parts = Vec::new();
    let mut part = Vec::new();
    let mut rest = row;
    while let Some((&first, behind)) = rest.split_first() {
        rest = match *rest {
            [day, month, year, ref behind @ ..] if is_date(value(day), value(month), value(year)) => {
                parts.push(std::mem::take(&mut part));
                behind
            }
            _ => {
                part.push(first);
                behind
            }
        };
    }
    parts.push(part);
    parts
}

fn is_date(day: u32, month: u32, year: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month) && (1900..2100).contains(&year)
}

/// Gives the numbers of a row that belong to no known number to the known one beside them. False
/// where no number of the row is known.
fn grow(side: &Side<'_>, index: usize, row: &[usize], known: &mut [Found]) -> bool {
    let words = |token: usize| side.tokens[token].words.clone();
    let owner_of = |&token: &usize| {
        known.iter().position(|found| found.side == index && found.words.contains(&words(token).start))
    };
    let owners: Vec<Option<usize>> = row.iter().map(owner_of).collect();
    for (place, &token) in row.iter().enumerate() {
        let before = owners[..=place].iter().rev().flatten().next();
        if let Some(&owner) = before.or_else(|| owners[place..].iter().flatten().next()) {
            let grown = &mut known[owner].words;
            grown.start = grown.start.min(words(token).start);
            grown.end = grown.end.max(words(token).end);
        }
    }
    owners.iter().any(Option::is_some)
}

/// What a row is that was asked for or announced, or that is long.
fn kind_of(conversation: &Conversation<'_>, side: usize, row: &[usize]) -> Option<Kind> {
    if is_of_sums(conversation, side, row) {
        return None;
    }
    let digits = digits_of(&conversation.sides[side], row).len();
    let is_enough = digits >= ASKED_FOR_MIN && row.len() > 1
        || digits >= ASKED_FOR_ALONE_MIN
        || digits == LAST_DIGITS && is_ending(conversation, side, row[0]);
    match told(conversation, side, row) {
        Some(Cue::Other) => None,
        Some(Cue::Card) => is_enough.then_some(Kind::Card),
        Some(Cue::Telephone) => is_enough.then_some(Kind::Telephone),
        Some(Cue::Passport) => is_enough.then_some(Kind::Passport),
        Some(Cue::Snils) => is_enough.then_some(Kind::Snils),
        Some(Cue::Iin) => is_enough.then_some(Kind::Iin),
        Some(Cue::Birth) if digits <= BIRTH_MAX => None,
        Some(Cue::Birth) | None => {
            let is_long = digits >= UNASKED_MIN && row.len() >= UNASKED_NUMBERS_MIN;
            (is_long || digits >= UNASKED_ALONE_MIN).then(|| kind_of_length(digits))
        }
    }
}

/// Whether somebody says or asks how a number ends: «последние четыре цифры карты».
fn is_ending(conversation: &Conversation<'_>, side: usize, token: usize) -> bool {
    CUES.of("ending").is_in(&conversation.texts_before(side, token, ENDING_REACH, ENDING_LINES))
}

/// The nearest word before a row that says what it is.
fn told(conversation: &Conversation<'_>, side: usize, row: &[usize]) -> Option<Cue> {
    let cues = Cues::before(conversation, side, row[0]);
    cues.nearest_of_any_length(|cue, distance| cue != Cue::Other || distance <= OTHER_REACH)
}

/// The kind whose numbers have about so many digits.
fn kind_of_length(digits: usize) -> Kind {
    match digits {
        14.. => Kind::Card,
        12 | 13 => Kind::Iin,
        _ => Kind::Telephone,
    }
}

/// The kind of the number of the other side that a row beside it repeats, rightly heard or not.
fn kind_of_echo(
    conversation: &Conversation<'_>,
    side: usize,
    row: &[usize],
    known: &[Found],
) -> Option<Kind> {
    let said = &conversation.sides[side];
    let (first, last) = (said.tokens[row[0]].line, said.tokens[row[row.len() - 1]].line);
    let is_beside = |found: &&Found| {
        let lines = found.lines(conversation);
        found.side != side && first <= lines.end() + ECHO_LINES && *lines.start() <= last + ECHO_LINES
    };
    let is_echo = digits_of(said, row).len() >= ECHO_MIN;
    if is_echo { known.iter().find(is_beside).map(|found| found.kind) } else { None }
}

fn found(said: &Side<'_>, side: usize, kind: Kind, row: &[usize]) -> Found {
    let words = said.words_of(&(row[0]..row[row.len() - 1] + 1));
    Found { kind, side, words, digits: digits_of(said, row) }
}

fn digits_of(said: &Side<'_>, row: &[usize]) -> String {
    row.iter().map(|&token| said.tokens[token].figures()).collect()
}
