//! E-mail addresses, written and spoken.

use crate::conversation::{Conversation, Form, Link, Side};
use crate::found::Found;
use crate::lexicon::{CUES, MAIL};
use etalon_call::PersonalDataKind::Email;
use etalon_text::ends_sentence;
use std::ops::Range;

/// Words before the sign that may belong to the address.
const NAME_MAX: usize = 8;
/// Words behind the sign within which a zone must come.
const DOMAIN_MAX: usize = 5;
/// Words behind the sign that belong to a misheard address.
const MISHEARD_MAX: usize = 6;
/// Words behind the sign of an address without a dot, where one was asked for.
const WITHOUT_DOT_MAX: usize = 4;
/// Words before the sign within which «почта» asks for an address.
const ASKED_REACH: usize = 16;
/// Turns in which it does.
const ASKED_LINES: usize = 3;
/// The most words of an answer that is an address up to its zone.
const ANSWER_MAX: usize = 16;
/// Words before a domain within which «сайт» makes it no address.
const SITE_REACH: usize = 3;

pub(crate) fn find(conversation: &Conversation<'_>) -> Vec<Found> {
    let sides = conversation.sides.iter().enumerate();
    sides
        .flat_map(|(index, side)| {
            let mut found: Vec<Found> =
                written(side).map(|word| Found::new(Email, index, word..word + 1)).collect();
            found.extend(spoken(side).into_iter().map(|words| Found::new(Email, index, words)));
            for words in misheard(conversation, index).into_iter().chain(domains(conversation, index)) {
                if !found.iter().any(|known| known.overlaps(&words)) {
                    found.push(Found::new(Email, index, words));
                }
            }
            found
        })
        .collect()
}

/// Words with a sign between a name and a domain.
fn written<'s>(side: &'s Side<'_>) -> impl Iterator<Item = usize> + 's {
    let is_address = |written: &str| {
        written.split_once('@').is_some_and(|(name, domain)| {
            name.ends_with(char::is_alphanumeric)
                && domain.starts_with(char::is_alphanumeric)
                && domain.trim_end_matches(|mark: char| !mark.is_alphanumeric()).contains('.')
        })
    };
    side.words.iter().enumerate().filter(move |(_, word)| is_address(word.written)).map(|(index, _)| index)
}

/// «иванов собака мейл точка ру».
fn spoken(side: &Side<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (sign, token) in side.tokens.iter().enumerate() {
        if token.form != Form::Word || !MAIL.of("at").has(&token.text) {
            continue;
        }
        let Some(end) = end_of_domain(side, sign) else { continue };
        let start = start_of_name(side, sign, |at| is_pause(side, at) || side.last_written(at).contains('@'));
        if start < sign {
            found.push(side.words_of(&(start..end + 1)));
        }
    }
    found
}

/// «иванову в 46 собак от джамеил.com», «саша 81, собачка, янда косточка кум»: a sign in whatever
/// form, with something like a dot behind it, or where an address was asked for.
fn misheard(conversation: &Conversation<'_>, index: usize) -> Vec<Range<usize>> {
    let side = &conversation.sides[index];
    let mut found = Vec::new();
    for (sign, token) in side.tokens.iter().enumerate() {
        if token.form != Form::Word || !["собак", "собач"].iter().any(|stem| token.text.starts_with(stem))
        {
            continue;
        }
        let is_asked = is_asked(conversation, index, sign);
        let start = start_of_misheard_name(side, sign, is_asked);
        let following = side.texts_from(sign, MISHEARD_MAX + 1).len();
        let dot = (sign + 1..sign + following).find(|&at| is_like_a_dot(side, at));
        let end = match dot {
            Some(dot) => (dot + 2).min(sign + following),
            None if is_asked => sign + following.min(WITHOUT_DOT_MAX + 1),
            None => continue,
        };
        if start < sign || is_asked {
            found.push(side.words_of(&(start..end)));
        }
    }
    found
}

/// «на ванно.36 батюшка мил.com», "Alex, 26 at Mocca.com": a zone behind a dot, whose sign may be
/// misheard, where an address was asked for or a number stands before it.
fn domains(conversation: &Conversation<'_>, index: usize) -> Vec<Range<usize>> {
    let side = &conversation.sides[index];
    let mut found = Vec::new();
    for dot in 0..side.tokens.len() {
        let Some(end) = end_of_zone(side, dot) else { continue };
        let line = conversation.line_of(index, dot);
        let first_before = |most: usize| dot.saturating_sub(most).max(line.start);
        let texts_before = |most: usize| -> Vec<&str> {
            side.tokens[first_before(most)..dot].iter().map(|token| token.text.as_str()).collect()
        };
        if MAIL.of("site").is_in(&texts_before(SITE_REACH)) {
            continue;
        }
        let is_asked = is_asked(conversation, index, dot);
        let is_announced = CUES.of("mail").is_in(&texts_before(ASKED_REACH));
        let start = if is_asked && !is_announced {
            first_before(ANSWER_MAX)
        } else {
            let has_sign =
                side.tokens[dot].link == Link::Inside && MAIL.of("at").has(&side.tokens[dot - 1].text);
            start_of_misheard_name(side, dot - usize::from(has_sign), is_asked)
        };
        if is_asked || side.tokens[start..=dot].iter().any(|token| !token.figures().is_empty()) {
            found.push(side.words_of(&(start..end)));
        }
    }
    found
}

/// The end of a zone with its dot, which is one word or two («точка ру»).
fn end_of_zone(side: &Side<'_>, dot: usize) -> Option<usize> {
    if has_zone(side, dot) {
        return Some(dot + 1);
    }
    let next = side.tokens.get(dot + 1).filter(|next| next.link == Link::Inside)?;
    (is_like_a_dot(side, dot) && MAIL.of("zone").has(&next.text)).then_some(dot + 2)
}

/// Whether «почта» is said before a token, by whichever side.
fn is_asked(conversation: &Conversation<'_>, index: usize, token: usize) -> bool {
    CUES.of("mail").is_in(&conversation.texts_before(index, token, ASKED_REACH, ASKED_LINES))
}

/// A dot, a word that ends like one, or a domain with its dot.
fn is_like_a_dot(side: &Side<'_>, token: usize) -> bool {
    let text = side.tokens[token].text.as_str();
    has_zone(side, token) || MAIL.of("dot").has(text) || text.ends_with("точка") || text.ends_with("точку")
}

/// A domain with its dot: «мил.com».
fn has_zone(side: &Side<'_>, token: usize) -> bool {
    side.words[side.tokens[token].words.clone()].iter().any(|word| {
        let written = word.written.trim_end_matches(|mark: char| !mark.is_alphanumeric()).to_lowercase();
        written.rsplit_once('.').is_some_and(|(name, zone)| !name.is_empty() && MAIL.of("zone").has(zone))
    })
}

/// The first token of a name before the sign. Whoever was asked may pause anywhere, others only
/// behind a number.
fn start_of_misheard_name(side: &Side<'_>, sign: usize, is_asked: bool) -> usize {
    let goes_on = |at: usize| is_asked || !side.tokens[at].figures().is_empty();
    start_of_name(side, sign, |at| is_pause(side, at) && !goes_on(at))
}

/// The first token of the name before the sign, behind the word that ends something else; the sign
/// itself where there is none.
fn start_of_name(side: &Side<'_>, sign: usize, ends: impl Fn(usize) -> bool) -> usize {
    let mut start = sign;
    while start > 0 && sign - start < NAME_MAX && side.tokens[start].link == Link::Inside {
        let before = &side.tokens[start - 1].text;
        let is_no_name = MAIL.of("before").has(before) && !MAIL.of("dot").has(before);
        if is_no_name || ends(start - 1) {
            break;
        }
        start -= 1;
    }
    start
}

fn is_pause(side: &Side<'_>, token: usize) -> bool {
    let last = side.last_written(token);
    ends_sentence(last) || last.ends_with([',', ':'])
}

/// The last token of the domain behind the sign.
fn end_of_domain(side: &Side<'_>, sign: usize) -> Option<usize> {
    let texts = side.texts_from(sign, DOMAIN_MAX + 2);
    let (is_dot, is_zone) = (|at: usize| is(&texts, at, "dot"), |at: usize| is(&texts, at, "zone"));
    let with_dot =
        (2..texts.len().saturating_sub(1)).find(|&at| is_dot(at) && is_zone(at + 1)).map(|at| at + 1);
    // A recognizer may write «mail.ru», which has no word for its dot.
    let provider = (1..texts.len().min(3)).find(|&at| is(&texts, at, "provider"));
    let end = with_dot.or_else(|| provider.map(|at| if is_zone(at + 1) { at + 1 } else { at }))?;
    Some(sign + end)
}

fn is(texts: &[&str], at: usize, list: &str) -> bool {
    texts.get(at).is_some_and(|text| MAIL.of(list).has(text))
}
