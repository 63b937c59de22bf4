//! Where people live.

use crate::conversation::{Conversation, Form, Link, Side};
use crate::cues::is_cue;
use crate::found::Found;
use crate::lexicon::{CUES, STREETS};
use crate::runs::{is_dictated, is_measured};
use etalon_call::PersonalDataKind::Address;
use etalon_text::ends_sentence;
use std::ops::Range;

/// Most words of a street's name.
const NAME_MAX: usize = 3;
/// Words before a street within which «живу» or «адрес» makes one without a number an address.
const HOME_REACH: usize = 10;
/// Turns in which they are looked for.
const HOME_LINES: usize = 3;
/// Words before a street in which its town may be named.
const TOWN_REACH: usize = 3;
/// Words before a number within which «живу» or «адрес» makes it a part of a misheard address.
const MISHEARD_REACH: usize = 8;
/// Words behind it among which the rest of the address is.
const MISHEARD_MAX: usize = 8;
/// The highest number of a house or a flat.
const HOUSE_MAX: u32 = 9999;

pub(crate) fn find(conversation: &Conversation<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for index in 0..conversation.sides.len() {
        let side = &conversation.sides[index];
        let mut token = 0;
        while token < side.tokens.len() {
            let address = address_at(conversation, index, token);
            token = match address {
                Some(tokens) => {
                    found.push(Found::new(Address, index, side.words_of(&tokens)));
                    tokens.end.max(token + 1)
                }
                None => token + 1,
            };
        }
    }
    let misheard = misheard(conversation, &found);
    found.extend(misheard);
    found
}

/// Numbers behind «адрес» or «живу» that belong to no address: their street was misheard
/// («переулоклинина 25»).
fn misheard(conversation: &Conversation<'_>, known: &[Found]) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (index, side) in conversation.sides.iter().enumerate() {
        for token in 0..side.tokens.len() {
            let words = &side.tokens[token].words;
            let is_known = known.iter().chain(&found).any(|one| one.side == index && one.overlaps(words));
            if is_known
                || !is_dictated(side, token)
                || is_alone(side, token)
                || is_sum_or_time(side, token)
                || !is_at_home(conversation, index, token)
            {
                continue;
            }
            let tokens = misheard_around(conversation, index, token);
            found.push(Found::new(Address, index, side.words_of(&tokens)));
        }
    }
    found
}

/// «живу одна»: one in words is no house.
fn is_alone(side: &Side<'_>, token: usize) -> bool {
    side.tokens[token].text == "1" && !side.written(token).contains('1')
}

/// «на 15 000», «с 10 до 14»: no house.
fn is_sum_or_time(side: &Side<'_>, token: usize) -> bool {
    let before = token.checked_sub(1).map_or("", |before| side.tokens[before].text.as_str());
    let is_high = side.tokens[token].text.parse::<u32>().is_ok_and(|number| number > HOUSE_MAX);
    is_high || CUES.of("range").has(before)
}

/// Whether «адрес» or «живу» is said shortly before a number, and no other number is asked for.
fn is_at_home(conversation: &Conversation<'_>, index: usize, token: usize) -> bool {
    let texts = conversation.texts_before(index, token, MISHEARD_REACH, HOME_LINES);
    let home = (0..texts.len()).rev().find(|&at| CUES.of("home").length_at(&texts[at..]).is_some());
    home.is_some_and(|home| !texts[home..].iter().any(|text| is_cue(text)))
}

/// The words around a number that may be its street, its house and its flat: of a short answer all.
fn misheard_around(conversation: &Conversation<'_>, index: usize, number: usize) -> Range<usize> {
    let side = &conversation.sides[index];
    let line = conversation.line_of(index, number);
    let texts: Vec<&str> = side.tokens[line.start..number].iter().map(|token| token.text.as_str()).collect();
    let end_of_cue = |at: usize| Some(line.start + at + CUES.of("home").length_at(&texts[at..])?);
    match (0..texts.len()).rev().find_map(end_of_cue) {
        None if line.len() <= MISHEARD_MAX => line,
        // «адрес переулоклинина. 25»
        Some(name) if number - name <= NAME_MAX => name..misheard_end(side, number),
        _ => misheard_street(side, first_house(side, number))..misheard_end(side, number),
    }
}

/// The end of what belongs to a number of a misheard address.
fn misheard_end(side: &Side<'_>, number: usize) -> usize {
    let mut end = number + 1;
    for token in number + 1..side.tokens.len().min(number + MISHEARD_MAX) {
        if side.tokens[token].link != Link::Inside || ends_sentence(side.last_written(token - 1)) {
            break;
        }
        // "150 Elm Avenue": in English the street follows.
        let is_word = side.tokens[token].form == Form::Word;
        let is_name = token - number <= NAME_MAX && is_word && is_latin(side, token);
        if is_name || is_dictated(side, token) || is_house(side, token) || is_street(side, token) {
            end = token + 1;
        }
    }
    end
}

/// The first of the words that name a house right before a number; the number itself where none do.
fn first_house(side: &Side<'_>, number: usize) -> usize {
    let mut first = number;
    while first > 0 && side.tokens[first].link == Link::Inside && is_house(side, first - 1) {
        first -= 1;
    }
    first
}

/// The tokens of the address whose street, or else whose house, is named here.
fn address_at(conversation: &Conversation<'_>, index: usize, token: usize) -> Option<Range<usize>> {
    let side = &conversation.sides[index];
    if is_street(side, token) {
        return street(conversation, index, token);
    }
    // «дом пять, квартира двенадцать»
    let end = houses(side, token);
    let named = (token..end).filter(|&at| is_house(side, at)).count();
    let numbers = (token..end).filter(|&at| is_number(side, at)).count();
    let is_address =
        named >= 2 && numbers >= 2 || named >= 1 && numbers >= 1 && is_home(conversation, index, token);
    (is_house(side, token) && is_address).then(|| misheard_street(side, token)..end)
}

/// The first token of what may be a street before a house, in words that a recognizer misheard:
/// «турица обая, дом 79, квартира 6».
fn misheard_street(side: &Side<'_>, house: usize) -> usize {
    let mut start = house;
    while start > 0
        && house - start < NAME_MAX
        && side.tokens[start].link == Link::Inside
        && is_of_name(side, start - 1)
        && !ends_sentence(side.last_written(start - 1))
    {
        start -= 1;
    }
    with_town(side, start)
}

fn street(conversation: &Conversation<'_>, index: usize, street: usize) -> Option<Range<usize>> {
    let side = &conversation.sides[index];
    let name = name_behind(side, street);
    let behind = houses(side, name.end);
    let before = name_before(side, street);
    let has_number = |range: Range<usize>| range.into_iter().any(|at| is_number(side, at));
    let (start, end) = if !name.is_empty()
        && has_number(name.end..behind)
        && !is_name_before(side, street, &before)
    {
        (street, behind)
    } else if !before.is_empty() && has_number(street + 1..houses(side, street + 1)) {
        (before.start, houses(side, street + 1))
    } else if !before.is_empty() && before.start > 0 && is_number(side, before.start - 1) {
        // "12 Baker Street"
        (before.start - 1, houses(side, street + 1))
    } else if is_home(conversation, index, street) && !(name.is_empty() && before.is_empty()) {
        if is_name_before(side, street, &before) { (before.start, street + 1) } else { (street, name.end) }
    } else {
        return None;
    };
    let start =
        if start > 0 && is_number(side, start - 1) && is_latin(side, street) { start - 1 } else { start };
    Some(with_town(side, start)..end.max(street + 1))
}

/// Whether the name of a street stands before its word, as in English and Kazakh and in «Ленинский
/// проспект».
fn is_name_before(side: &Side<'_>, street: usize, before: &Range<usize>) -> bool {
    let adjective = ["ский", "цкий", "ская", "цкая", "ное", "ском", "ской", "ная", "ный"];
    let text = &side.tokens[street].text;
    let is_behind_its_name = is_latin(side, street)
        || ["көше", "даңғыл", "ықшам", "шағын"].iter().any(|word| text.starts_with(word));
    !before.is_empty()
        && (is_behind_its_name
            || adjective.iter().any(|ending| side.tokens[street - 1].text.ends_with(ending)))
}

fn is_latin(side: &Side<'_>, token: usize) -> bool {
    side.tokens[token].text.is_ascii()
}

/// The name behind «улица».
fn name_behind(side: &Side<'_>, street: usize) -> Range<usize> {
    let start = street + 1;
    let mut end = start;
    while end < side.tokens.len()
        && end - start < NAME_MAX
        && side.tokens[end].link != Link::Apart
        && is_of_name(side, end)
    {
        end += 1;
    }
    // «улица 8 марта»: the number belongs to the name.
    if end == start && is_any_number(side, end) && end + 1 < side.tokens.len() && is_measured(side, end) {
        end += 2;
    }
    start..end
}

/// The name before «проспект», «көшесі», "street".
fn name_before(side: &Side<'_>, street: usize) -> Range<usize> {
    let mut start = street;
    while start > 0
        && street - start < 2
        && side.tokens[start].link == Link::Inside
        && is_of_name(side, start - 1)
        && !is_pause(side, start - 1)
    {
        start -= 1;
    }
    start..street
}

fn is_pause(side: &Side<'_>, token: usize) -> bool {
    side.last_written(token).ends_with([',', '.', '!', '?', ':', ';', '…'])
}

fn is_of_name(side: &Side<'_>, token: usize) -> bool {
    let said = &side.tokens[token];
    said.form == Form::Word
        && !STREETS.of("no_name").has(&said.text)
        && !STREETS.of("town").has(&said.text)
        && !is_house(side, token)
        && !is_street(side, token)
        && !CUES.of("home").has(&said.text)
}

/// The end of houses and flats with their numbers.
fn houses(side: &Side<'_>, start: usize) -> usize {
    let mut end = start;
    let mut numbers = 0;
    while end < side.tokens.len() && side.tokens[end].link != Link::Apart {
        if is_house(side, end) {
            end += 1;
        } else if is_number(side, end) {
            numbers += 1;
            end += 1;
        } else if numbers > 0 && is_letter_of_house(side, end) || is_number_word(side, end) {
            end += 1;
        } else {
            break;
        }
    }
    // A word of a house without its number is none («дом у нас большой»), but in Kazakh it follows.
    let is_kazakh = |at: usize| ["үй", "пәтер"].iter().any(|word| side.tokens[at].text.starts_with(word));
    while end > start
        && !is_number(side, end - 1)
        && !is_letter_of_house(side, end - 1)
        && !is_kazakh(end - 1)
    {
        end -= 1;
    }
    end
}

/// «дом 5 а».
fn is_letter_of_house(side: &Side<'_>, token: usize) -> bool {
    let text = &side.tokens[token].text;
    text.chars().count() == 1
        && "абвгдabcd".contains(text.as_str())
        && side.tokens[token].link == Link::Inside
}

/// «номер» between a house and its number.
fn is_number_word(side: &Side<'_>, token: usize) -> bool {
    ["номер", "number"].contains(&side.tokens[token].text.as_str())
        && side.tokens.get(token + 1).is_some_and(|next| next.form == Form::Digits)
}

fn is_street(side: &Side<'_>, token: usize) -> bool {
    let said = &side.tokens[token];
    said.form == Form::Word && STREETS.of("street").has(&said.text)
}

fn is_house(side: &Side<'_>, token: usize) -> bool {
    let said = &side.tokens[token];
    said.form == Form::Word && STREETS.of("house").has(&said.text)
}

/// A number of a house or a flat.
fn is_number(side: &Side<'_>, token: usize) -> bool {
    is_any_number(side, token) && !is_measured(side, token)
}

fn is_any_number(side: &Side<'_>, token: usize) -> bool {
    side.tokens.get(token).is_some_and(|said| {
        said.form == Form::Digits && said.text.parse::<u32>().is_ok_and(|number| number <= HOUSE_MAX)
    })
}

/// The first token with the town before a street: «город Казань, улица …», «Алматы қаласы, …».
fn with_town(side: &Side<'_>, start: usize) -> usize {
    let first = start.saturating_sub(TOWN_REACH);
    let Some(town) = (first..start).rev().find(|&at| STREETS.of("town").has(&side.tokens[at].text)) else {
        return start;
    };
    let is_inside = (town + 1..=start).all(|at| side.tokens[at].link != Link::Apart);
    if !is_inside {
        return start;
    }
    let is_behind_its_name = ["қала", "ауыл"].iter().any(|word| side.tokens[town].text.starts_with(word));
    if is_behind_its_name && town > 0 && side.tokens[town].link == Link::Inside { town - 1 } else { town }
}

/// Whether somebody says or asks where they live.
fn is_home(conversation: &Conversation<'_>, index: usize, token: usize) -> bool {
    CUES.of("home").is_in(&conversation.texts_before(index, token, HOME_REACH, HOME_LINES))
}
