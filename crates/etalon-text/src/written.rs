//! Numbers as written: digits with separators, endings and hyphens.

use crate::vocabulary::{currency_in_full, is_ending, is_multiplier, meaning};

/// A part of a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A word, unchanged.
    Word(String),
    /// Digits only.
    Digits { digits: String, ordinal: bool },
    /// A number with a fraction, in thousandths.
    Decimal { thousandths: u64 },
}

/// Longest number that is computed, digits; longer ones stay as written.
pub(crate) const LONGEST_NUMBER: usize = 12;

/// The pieces of a token. There are several if hyphens («8-701-220») or a separator outside of a
/// number («10:30») join numbers, or if a unit follows without a space («12тыс»).
pub(crate) fn pieces(token: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    for part in token.split(['-', '–', '—']) {
        if let Some(written) = written(part) {
            found.extend(written);
        } else if meaning(part).is_some() {
            found.push(Piece::Word(part.to_owned()));
        } else if let (Some(Piece::Digits { ordinal, .. }), true) = (found.last_mut(), is_ending(part)) {
            *ordinal = true;
        } else {
            return vec![Piece::Word(token.to_owned())];
        }
    }
    found
}

/// Digits with separators and a suffix: an ending («5го») or a unit («12тыс», «500руб»).
fn written(part: &str) -> Option<Vec<Piece>> {
    let end = part.find(|character: char| !is_of_number(character)).unwrap_or(part.len());
    let (number, glued) = part.split_at(end);
    let mut found = split_at_separators(number)?;
    // «5м» means metres, «5-м» the fifth.
    if is_ending(glued) && glued != "м" {
        if let Some(Piece::Digits { ordinal, .. }) = found.last_mut() {
            *ordinal = true;
        }
        return Some(found);
    }
    if is_multiplier(glued) || currency_in_full(glued).is_some() {
        found.push(Piece::Word(glued.to_owned()));
        return Some(found);
    }
    glued.is_empty().then_some(found)
}

fn is_of_number(character: char) -> bool {
    character.is_ascii_digit() || is_separator(character)
}

fn is_separator(character: char) -> bool {
    matches!(character, '.' | ',' | ':' | '\'')
}

/// A number with separators: groups of thousands, a fraction, or else (dates, times) separate
/// numbers.
fn split_at_separators(number: &str) -> Option<Vec<Piece>> {
    let parts: Vec<&str> = number.split(is_separator).collect();
    if parts.iter().any(|part| part.is_empty()) {
        return None;
    }
    let separators: Vec<char> = number.chars().filter(|&character| is_separator(character)).collect();
    if are_thousands(&parts, &separators) {
        return Some(vec![digits(&parts.concat())]);
    }
    if let Some(thousandths) =
        decimal(&parts, &separators).or_else(|| thousands_with_fraction(&parts, &separators))
    {
        return Some(vec![Piece::Decimal { thousandths }]);
    }
    // Day and month of «05.12.2026» and the hour of «09:05» are said without their zero.
    let without_zero = match separators.first() {
        Some('.') => 2,
        Some(':') => 1,
        _ => 0,
    };
    let spoken = |(index, part): (usize, &&str)| {
        digits(if index < without_zero { without_leading_zeros(part) } else { part })
    };
    Some(parts.iter().enumerate().map(spoken).collect())
}

fn digits(digits: &str) -> Piece {
    Piece::Digits { digits: digits.to_owned(), ordinal: false }
}

fn without_leading_zeros(digits: &str) -> &str {
    let trimmed = digits.trim_start_matches('0');
    if trimmed.is_empty() { "0" } else { trimmed }
}

/// «12,000», «1.250.000»: the same separator throughout, followed by groups of three.
fn are_thousands(parts: &[&str], separators: &[char]) -> bool {
    let Some((head, groups)) = parts.split_first() else { return false };
    let separator = separators.first();
    head.len() <= 3
        && !head.starts_with('0')
        && !groups.is_empty()
        && groups.iter().all(|group| group.len() == 3)
        && separators.iter().all(|other| other != &':' && Some(other) == separator)
}

/// «12.500,00», «1,250.5»: thousands and, after another separator, a fraction of one or two digits.
fn thousands_with_fraction(parts: &[&str], separators: &[char]) -> Option<u64> {
    let ((fraction, thousands), (mark, marks)) = (parts.split_last()?, separators.split_last()?);
    let is_fraction = (1..=2).contains(&fraction.len()) && matches!(mark, '.' | ',') && !marks.contains(mark);
    let whole = thousands.concat();
    if !is_fraction || !are_thousands(thousands, marks) || whole.len() > LONGEST_NUMBER {
        return None;
    }
    let fraction_thousandths: u64 = format!("{fraction:0<3}").parse().ok()?;
    Some(whole.parse::<u64>().ok()? * 1000 + fraction_thousandths)
}

/// «1,5», «12,25», «2.5», «0.25»; a point followed by two digits is a date or a time («25.12»,
/// «10.30»).
fn decimal(parts: &[&str], separators: &[char]) -> Option<u64> {
    let (&[whole, fraction], &[separator]) = (parts, separators) else { return None };
    let longest_fraction = match separator {
        ',' => 3,
        '.' if whole == "0" => 3,
        '.' => 1,
        _ => return None,
    };
    let is_whole = whole == "0" || (!whole.starts_with('0') && whole.len() <= LONGEST_NUMBER);
    if !is_whole || fraction.len() > longest_fraction {
        return None;
    }
    let fraction_thousandths: u64 = format!("{fraction:0<3}").parse().ok()?;
    Some(whole.parse::<u64>().ok()? * 1000 + fraction_thousandths)
}
