//! Cards, telephone numbers, passports, СНИЛС and ИИН.

use crate::checks::{is_iin, is_luhn, is_snils};
use crate::conversation::{Conversation, Form, Link};
use crate::cues::{Cue, Cues, OTHER_REACH};
use crate::found::Found;
use crate::lexicon::FILLERS;
use crate::runs::{Digits, is_plus, runs};
use etalon_call::PersonalDataKind as Kind;

/// Words within which «телефон» makes a short number one.
const SHORT_TELEPHONE_REACH: usize = 3;
/// Digits behind a number, or before it, that may belong to something else: a date, a code.
const REST_MAX: usize = 4;
/// Most numbers that are looked at together: whoever counts to a thousand dictates nothing.
const RUN_MAX: usize = 64;
/// Most words between series and number of a passport.
const SERIES_GAP: usize = 3;
/// The least digits that repeat a part of a number, after it or before it.
const ECHO_MIN: usize = 4;
/// The least that do so while it is dictated.
const ECHO_MEANWHILE_MIN: usize = 2;
/// Turns away from a number in which the other side may repeat it.
const ECHO_LINES: usize = 8;

/// All numbers of the conversation.
pub(crate) fn find(conversation: &Conversation<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut others: Vec<(usize, Vec<usize>)> = Vec::new();
    for side in 0..conversation.sides.len() {
        let runs = runs(&conversation.sides[side]);
        let passports = passports_in_two_parts(conversation, side, &runs);
        let taken = |run: &Vec<usize>| passports.iter().any(|passport| passport.contains(&run[0]));
        for run in runs.iter().filter(|run| !taken(run)) {
            for part in run.chunks(RUN_MAX) {
                classify(conversation, side, part, &mut found, &mut others);
            }
        }
        found.extend(passports.into_iter().map(|tokens| number(conversation, side, Kind::Passport, &tokens)));
        found.extend(passports_with_letters(conversation, side));
    }
    let echoes = echoes(conversation, &found, &others);
    found.extend(echoes);
    found
}

fn number(conversation: &Conversation<'_>, side: usize, kind: Kind, tokens: &[usize]) -> Found {
    let said = &conversation.sides[side].tokens;
    let first = tokens[0];
    // «плюс семь»
    let has_plus = kind == Kind::Telephone
        && first > 0
        && said[first].link == Link::Inside
        && is_plus(&said[first - 1].text);
    let first = if has_plus { first - 1 } else { first };
    let words = conversation.sides[side].words_of(&(first..tokens[tokens.len() - 1] + 1));
    let digits = tokens.iter().map(|&token| said[token].text.as_str()).collect();
    Found { kind, side, words, digits }
}

/// Looks for numbers in a run, in as many of its turns as possible.
fn classify(
    conversation: &Conversation<'_>,
    side: usize,
    run: &[usize],
    found: &mut Vec<Found>,
    others: &mut Vec<(usize, Vec<usize>)>,
) {
    let said = &conversation.sides[side].tokens;
    let turns: Vec<&[usize]> = run.chunk_by(|&left, &right| said[left].line == said[right].line).collect();
    let ends: Vec<usize> = turns
        .iter()
        .scan(0, |end, turn| {
            *end += turn.len();
            Some(*end)
        })
        .collect();
    let start_of = |turn: usize| if turn == 0 { 0 } else { ends[turn - 1] };
    for size in (1..=turns.len()).rev() {
        for first in 0..=turns.len() - size {
            let (start, end) = (start_of(first), ends[first + size - 1]);
            let parts = parts_of(conversation, side, &run[start..end]);
            if parts.is_empty() {
                continue;
            }
            found.extend(parts.into_iter().map(|(kind, tokens)| number(conversation, side, kind, &tokens)));
            for rest in [&run[..start], &run[end..]] {
                if !rest.is_empty() {
                    classify(conversation, side, rest, found, others);
                }
            }
            return;
        }
    }
    others.extend(turns.into_iter().map(|turn| (side, turn.to_vec())));
}

/// The numbers that a row of digits consists of; none where it is something else.
fn parts_of(conversation: &Conversation<'_>, side: usize, tokens: &[usize]) -> Vec<(Kind, Vec<usize>)> {
    let strict = |tokens: &[usize]| {
        if tokens.is_empty() {
            return None;
        }
        let cues = Cues::before(conversation, side, tokens[0]);
        kind_by_form(&Digits::of(conversation, side, tokens), &cues).map(|kind| (kind, tokens.to_vec()))
    };
    if let Some(whole) = strict(tokens) {
        return vec![whole];
    }
    let length = |tokens: &[usize]| {
        tokens.iter().map(|&token| conversation.sides[side].tokens[token].text.len()).sum::<usize>()
    };
    // One in a hundred numbers of eleven digits has the check digits of a СНИЛС by chance.
    let is_sure = |(kind, tokens): &(Kind, Vec<usize>)| {
        let cues = || Cues::before(conversation, side, tokens[0]);
        *kind != Kind::Snils || cues().distance(Cue::Snils).is_some()
    };
    for cut in 1..tokens.len() {
        let (left, right) = tokens.split_at(cut);
        match (strict(left), strict(right)) {
            (Some(left), Some(right)) => return vec![left, right],
            (Some(left), None) if length(right) <= REST_MAX && is_sure(&left) => return vec![left],
            (None, Some(right)) if length(left) <= REST_MAX && is_sure(&right) => return vec![right],
            _ => {}
        }
    }
    let cues = Cues::before(conversation, side, tokens[0]);
    let digits = Digits::of(conversation, side, tokens);
    kind_by_cue(&digits, &cues).map(|kind| (kind, tokens.to_vec())).into_iter().collect()
}

/// What digits are by their check digits and their form.
fn kind_by_form(digits: &Digits, cues: &Cues) -> Option<Kind> {
    let text = digits.text.as_str();
    let nearest = cues.nearest(|cue, distance| fits(cue, distance, digits));
    let is_other = cues.is_other() && cues.distance(Cue::Telephone).is_none();
    match text.len() {
        _ if is_card(text) => Some(Kind::Card),
        12 if is_iin(text) => Some(Kind::Iin),
        11 if is_snils(text) && (nearest == Some(Cue::Snils) || !is_telephone(text)) => Some(Kind::Snils),
        11 if nearest == Some(Cue::Snils) => Some(Kind::Snils),
        11 if is_mobile(text) || is_telephone(text) && !is_other => Some(Kind::Telephone),
        10 if nearest == Some(Cue::Passport) => Some(Kind::Passport),
        10 if is_mobile_in_groups(digits) && !is_other => Some(Kind::Telephone),
        10..=15 if digits.has_plus => Some(Kind::Telephone),
        _ if is_telephone(text)
            && digits.can_have(11)
            && text.len() < 11
            && !is_other
            && nearest.is_none() =>
        {
            Some(Kind::Telephone)
        }
        _ => None,
    }
}

/// What digits are because they were asked for.
fn kind_by_cue(digits: &Digits, cues: &Cues) -> Option<Kind> {
    match cues.nearest(|cue, distance| fits(cue, distance, digits))? {
        Cue::Card => Some(Kind::Card),
        Cue::Telephone => Some(Kind::Telephone),
        Cue::Passport => Some(Kind::Passport),
        Cue::Snils => Some(Kind::Snils),
        Cue::Iin => Some(Kind::Iin),
        Cue::Birth | Cue::Other => None,
    }
}

/// Whether digits may be what a cue names.
fn fits(cue: Cue, distance: usize, digits: &Digits) -> bool {
    let mut lengths = digits.lengths.iter();
    match cue {
        Cue::Card => lengths.any(|length| (15..=19).contains(length)),
        Cue::Telephone => {
            lengths.any(|length| (10..=15).contains(length))
                || distance <= SHORT_TELEPHONE_REACH
                    && digits.groups >= 2
                    && (6..=7).contains(&digits.text.len())
        }
        Cue::Passport => lengths.any(|length| (8..=10).contains(length)),
        Cue::Snils => digits.can_have(11),
        Cue::Iin => digits.can_have(12),
        Cue::Birth => false,
        Cue::Other => distance <= OTHER_REACH,
    }
}

fn is_card(digits: &str) -> bool {
    let is_of_a_bank = match digits.len() {
        16 => digits.starts_with(['2', '3', '4', '5', '6']),
        15 => digits.starts_with("34") || digits.starts_with("37"),
        18 | 19 => digits.starts_with(['5', '6']),
        _ => false,
    };
    is_of_a_bank && is_luhn(digits)
}

/// The country's code 7 or 8 and an area code of Russia or Kazakhstan.
fn is_telephone(digits: &str) -> bool {
    let mut digits = digits.chars();
    matches!(digits.next(), Some('7' | '8')) && matches!(digits.next(), Some('3' | '4' | '7' | '8' | '9'))
}

/// The country's code 7 or 8 and a mobile number: no contract is written so.
fn is_mobile(digits: &str) -> bool {
    ["79", "77", "89", "87"].iter().any(|code| digits.starts_with(code))
}

/// A mobile number without the country's code, as people group it: «926 123 45 67».
fn is_mobile_in_groups(digits: &Digits) -> bool {
    digits.text.starts_with(['9', '7']) && (3..=6).contains(&digits.groups)
}

/// «Серия 45 10 номер 123456»: series and number with a word between them.
fn passports_in_two_parts(
    conversation: &Conversation<'_>,
    side: usize,
    runs: &[Vec<usize>],
) -> Vec<Vec<usize>> {
    let said = &conversation.sides[side].tokens;
    let is_between = |text: &str| ["номер", "number", "нөмірі"].contains(&text) || FILLERS.has(text);
    let mut passports = Vec::new();
    for pair in runs.windows(2) {
        let [series, number] = pair else { continue };
        let gap = series[series.len() - 1] + 1..number[0];
        let is_near = gap.len() <= SERIES_GAP
            && said[gap.clone()].iter().all(|token| is_between(&token.text))
            && said[gap.start..=number[0]].iter().all(|token| token.link != Link::Apart);
        let digits = |tokens: &[usize]| Digits::of(conversation, side, tokens);
        let is_whole = digits(series).can_have(4) && digits(number).can_have(6);
        if is_near && is_whole && is_behind_passport(conversation, side, series[0]) {
            passports.push([series.as_slice(), number.as_slice()].concat());
        }
    }
    passports
}

/// «N12345678».
fn passports_with_letters(conversation: &Conversation<'_>, side: usize) -> Vec<Found> {
    let is_passport = |text: &str| {
        let digits = text.trim_start_matches(char::is_alphabetic);
        let letters = text[..text.len() - digits.len()].chars().count();
        (1..=2).contains(&letters)
            && (6..=9).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let tokens = conversation.sides[side].tokens.iter().enumerate();
    let candidates = tokens.filter(|(_, token)| token.form == Form::Word && is_passport(&token.text));
    candidates
        .filter(|(index, _)| is_behind_passport(conversation, side, *index))
        .map(|(index, _)| number(conversation, side, Kind::Passport, &[index]))
        .collect()
}

/// Whether «паспорт» and the like stand before a token, and nothing nearer says that it is no
/// passport.
fn is_behind_passport(conversation: &Conversation<'_>, side: usize, token: usize) -> bool {
    let nearest = Cues::before(conversation, side, token)
        .nearest(|cue, distance| cue == Cue::Passport || cue == Cue::Other && distance <= OTHER_REACH);
    nearest == Some(Cue::Passport)
}

/// Digits that repeat a part of a number, near it.
fn echoes(conversation: &Conversation<'_>, found: &[Found], others: &[(usize, Vec<usize>)]) -> Vec<Found> {
    let mut echoes = Vec::new();
    for (side, tokens) in others {
        let said = &conversation.sides[*side].tokens;
        let digits: String = tokens.iter().map(|&token| said[token].text.as_str()).collect();
        let line = said[tokens[0]].line;
        let is_echo = |found: &&Found| {
            let lines = found.lines(conversation);
            let least = if lines.contains(&line) { ECHO_MEANWHILE_MIN } else { ECHO_MIN };
            digits.len() >= least
                && found.digits.contains(&digits)
                && line + ECHO_LINES >= *lines.start()
                && line <= lines.end() + ECHO_LINES
        };
        if let Some(original) = found.iter().find(is_echo) {
            echoes.push(number(conversation, *side, original.kind, tokens));
        }
    }
    echoes
}
