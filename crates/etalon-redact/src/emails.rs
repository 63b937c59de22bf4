//! E-mail addresses, written and spoken.

use crate::conversation::{Conversation, Form, Link, Side};
use crate::found::Found;
use crate::lexicon::MAIL;
use etalon_call::PersonalDataKind::Email;
use etalon_text::ends_sentence;

/// Words before the sign that may belong to the address.
const NAME_MAX: usize = 8;
/// Words behind the sign within which a zone must come.
const DOMAIN_MAX: usize = 5;

pub(crate) fn find(conversation: &Conversation<'_>) -> Vec<Found> {
    let sides = conversation.sides.iter().enumerate();
    sides
        .flat_map(|(index, side)| {
            let mut found: Vec<Found> =
                written(side).map(|word| Found::new(Email, index, word..word + 1)).collect();
            found.extend(spoken(side).into_iter().map(|words| Found::new(Email, index, words)));
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
fn spoken(side: &Side<'_>) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    for (sign, token) in side.tokens.iter().enumerate() {
        if token.form != Form::Word || !MAIL.of("at").has(&token.text) {
            continue;
        }
        let Some(end) = end_of_domain(side, sign) else { continue };
        let start = start_of_name(side, sign);
        if start < sign {
            found.push(side.tokens[start].words.start..side.tokens[end].words.end);
        }
    }
    found
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

/// The first token of the name before the sign; the sign itself where there is none.
fn start_of_name(side: &Side<'_>, sign: usize) -> usize {
    let mut start = sign;
    while start > 0 && sign - start < NAME_MAX && side.tokens[start].link == Link::Inside {
        let before = &side.tokens[start - 1];
        let last_word = side.last_written(start - 1);
        let is_pause = ends_sentence(last_word) || last_word.ends_with([',', ':']) || last_word.contains('@');
        if is_pause || MAIL.of("before").has(&before.text) && !MAIL.of("dot").has(&before.text) {
            break;
        }
        start -= 1;
    }
    start
}
