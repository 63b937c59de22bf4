//! Adjacent numbers in digits: when groups of three are one number, and when eleven digits are a
//! telephone number.

use crate::normalized_word::NormalizedWord;
use crate::vocabulary::is_currency;
use crate::written::Piece;

/// Joins groups of which one begins with zero («12 000», «12 050»): such a group is never a number
/// of its own.
///
/// A run that continues with two short numbers («8 707 000 11 22») is a telephone number and is
/// kept.
///
/// Returns the pieces, each with the number of pieces that it joins.
pub(crate) fn join_groups_with_zeros(pieces: &[Piece]) -> Vec<(Piece, usize)> {
    let mut joined = Vec::with_capacity(pieces.len());
    let mut rest = pieces;
    while let Some(first) = rest.first() {
        let (piece, count) = thousands_with_zeros(rest).unwrap_or_else(|| (first.clone(), 1));
        joined.push((piece, count));
        rest = &rest[count..];
    }
    joined
}

/// The number that begins here, and how many pieces it takes.
fn thousands_with_zeros(pieces: &[Piece]) -> Option<(Piece, usize)> {
    let (head, behind) = pieces.split_first()?;
    let mut number = cardinal_digits(head).filter(|digits| is_head(digits))?.to_owned();
    let groups = behind.iter().map_while(any_digits).take_while(|digits| digits.len() == 3).count();
    let has_zeros = behind[..groups].iter().filter_map(any_digits).any(|group| group.starts_with('0'));
    let goes_on =
        behind[groups..].iter().map_while(any_digits).take_while(|digits| digits.len() <= 2).take(2).count()
            == 2;
    let is_broken = behind[..groups.saturating_sub(1)].iter().any(|group| cardinal_digits(group).is_none());
    if !has_zeros || goes_on || is_broken {
        return None;
    }
    number.extend(behind[..groups].iter().filter_map(any_digits));
    let ordinal = matches!(behind.get(groups - 1), Some(Piece::Digits { ordinal: true, .. }));
    Some((Piece::Digits { digits: number, ordinal }, groups + 1))
}

fn any_digits(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Digits { digits, .. } => Some(digits),
        _ => None,
    }
}

fn cardinal_digits(piece: &Piece) -> Option<&str> {
    match piece {
        Piece::Digits { digits, ordinal: false } => Some(digits),
        _ => None,
    }
}

/// Joins numbers with an omitted «тысяч»: «шесть восемьсот», «6 800», «14 550 рублей».
///
/// The last numbers of a run are one number if one to three digits are followed by groups of three
/// and either a currency follows, or there are two numbers and the second is whole hundreds. Whole
/// hundreds throughout («сто двести рублей») are a range.
pub(crate) fn join_spoken_groups(words: Vec<NormalizedWord>) -> Vec<NormalizedWord> {
    let mut joined: Vec<NormalizedWord> = Vec::with_capacity(words.len());
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        joined.push(word);
        let next = words.peek().map(|word| word.text.as_str());
        if !next.is_some_and(is_digits) {
            join_end_of_run(&mut joined, next.is_some_and(is_currency));
        }
    }
    joined
}

/// Most groups that are joined: hundreds of millions.
const MOST_GROUPS: usize = 3;

fn join_end_of_run(words: &mut Vec<NormalizedWord>, before_currency: bool) {
    let groups = words.iter().rev().take_while(|word| is_group(&word.text)).count();
    // The first group may be the head, or follow a shorter head.
    let with_shorter_head =
        words.iter().rev().nth(groups).is_some_and(|word| is_head(&word.text) && !is_group(&word.text));
    let count = groups + usize::from(with_shorter_head);
    if !(2..=MOST_GROUPS).contains(&count) {
        return;
    }
    let start = words.len() - count;
    let run = &words[start..];
    let is_of_hundreds = |group: &NormalizedWord| group.text.ends_with("00");
    let of_hundreds = run.last().is_some_and(is_of_hundreds);
    if run.iter().all(is_of_hundreds) || !(before_currency || (count == 2 && of_hundreds)) {
        return;
    }
    let said_by = run[0].words.start..run[count - 1].words.end;
    let text = run.iter().map(|group| group.text.as_str()).collect();
    words.truncate(start);
    words.push(NormalizedWord { text, words: said_by, is_number: true });
}

/// The words of a whole number: leading zeros one by one, a telephone number of eleven digits as
/// people say it (`8 701 220 30 40`).
pub(crate) fn spoken_parts(digits: &str) -> Vec<String> {
    if !is_telephone_number(digits) {
        return vec![digits.to_owned()];
    }
    [0..1, 1..4, 4..7, 7..9, 9..11]
        .into_iter()
        .filter_map(|range| digits.get(range))
        .flat_map(|part| {
            let significant = part.trim_start_matches('0');
            let zeros = std::iter::repeat_n("0".to_owned(), part.len() - significant.len());
            zeros.chain((!significant.is_empty()).then(|| significant.to_owned()))
        })
        .collect()
}

/// Eleven digits with the country code 7 or 8 and an area code of Russia or Kazakhstan; whole
/// millions are an amount.
pub(crate) fn is_telephone_number(digits: &str) -> bool {
    let mut characters = digits.chars();
    digits.len() == 11
        && matches!(characters.next(), Some('7' | '8'))
        && matches!(characters.next(), Some('3' | '4' | '7' | '8' | '9'))
        && !digits.ends_with("000000")
}

pub(crate) fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_head(word: &str) -> bool {
    is_digits(word) && word.len() <= 3 && !word.starts_with('0')
}

fn is_group(word: &str) -> bool {
    is_head(word) && word.len() == 3
}
